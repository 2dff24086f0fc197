"""Carrying out what was decided: ties, leads, and a rounded word to the market line (MT-6, MT-7)."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import F

from xgz.access import matching as matching_access
from xgz.access.actor import Actor
from xgz.access.clock import day_of
from xgz.models import Body, MatchingNotice, MatchingTask, MatchPair
from xgz.queries.belonging import covering
from xgz.queries.match_pairs import people_of
from xgz.queries.owner_ties import owner_of
from xgz.rules.bodies import BodyKind
from xgz.rules.matching import Decision, TaskState, about
from xgz.services import audit
from xgz.services.leads.turns import turn_to_find
from xgz.services.matching.denials import keep_denials
from xgz.services.matching.faults import NothingDecided, TaskChanged
from xgz.services.matching.handing_out import is_elsewhere, lead_moment
from xgz.services.matching.reading import require_purpose
from xgz.services.matching.ties import tie_owner
from xgz.services.transactions import unit

_DECIDED = (Decision.YES, Decision.NO)


def carry_out(*, actor: Actor, task: MatchingTask, purpose: str, now: datetime) -> int:
    """Carry out every yes and no of a task and return how many leads will be handed out.

    A yes ties owner and member, and within a day becomes a lead where the relation lies elsewhere
    (MT-6). The pairs go; of a no only its keyed digest stays. The bureau and the stations of the task's
    townships are told that it is done and about how many leads there are (MT-7). Raises
    NotPermitted, PurposeMissing, OtherPurpose, NothingDecided, TaskChanged.
    """
    matching_access.require_task(actor, task)
    require_purpose(actor=actor, task=task, purpose=purpose, now=now)
    with unit():
        turn_to_find()
        decided = _taken(task)
        confirmed = [pair for pair in decided if pair.decision == Decision.YES]
        keep_denials({pair.pair_digest for pair in decided if pair.decision == Decision.NO}, now)
        ties, leads = _take_effect(actor, task, confirmed, now)
        task.pairs.filter(pk__in=[pair.pk for pair in decided]).delete()
        _tell(task, leads, day_of(now))
        _note(task, ties, len(decided) - len(confirmed), leads.total())
        audit.record(
            actor=actor,
            action="matching.carry_out",
            subject_type="matching",
            subject_id=task.public_id,
            now=now,
            fields={"decided": len(decided), "leads": leads.total()},
        )
    task.refresh_from_db()
    return leads.total()


def _taken(task: MatchingTask) -> list[MatchPair]:
    """Return the decided pairs, once: of two who carry out at the same time the second is refused."""
    same = MatchingTask.objects.filter(pk=task.pk, state=TaskState.DONE, version=task.version)
    if not same.update(version=task.version + 1):
        raise TaskChanged(task.public_id)
    decided = list(task.pairs.select_for_update().filter(decision__in=_DECIDED).order_by("turn"))
    if not decided:
        raise NothingDecided(task.public_id)
    return decided


def _take_effect(
    actor: Actor, task: MatchingTask, confirmed: Sequence[MatchPair], now: datetime
) -> tuple[int, Counter[int]]:
    """Tie each owner and member; return how many, and township → how many leads will be opened.

    A pair is passed over where somebody was taken off the roster, or under protection, meanwhile,
    or where the owner is tied already.
    """
    today, ties, leads = day_of(now), 0, Counter[int]()
    people = people_of(confirmed, actor)
    covered = covering((business.pk for _, business in people.values()), today)
    for pair in confirmed:
        if pair.pk not in people:
            continue
        member, business = people[pair.pk]
        becomes_lead = business.township is not None and is_elsewhere(member, business, covered)
        is_new = tie_owner(
            member=member.public_id,
            business=business.public_id,
            owner=owner_of(business),
            purpose=task.purpose,
            today=today,
            expires_on=task.expires_on or today,
            lead_at=lead_moment(now, task.expires_on) if becomes_lead else None,
            lead_by=actor.user if becomes_lead else None,
        )
        if is_new:
            ties += 1
        if is_new and becomes_lead and business.township is not None:
            leads[business.township.pk] += 1
    return ties, leads


def _tell(task: MatchingTask, leads: Counter[int], today: date) -> None:
    """Tell the bureau and each station that serves the townships, each of its own place."""
    heard = {body.pk: leads.total() for body in Body.objects.filter(kind=BodyKind.BUREAU)}
    stations = Body.objects.filter(kind=BodyKind.OFFICE, area__in=task.areas.all())
    for station, area in stations.values_list("pk", "area"):
        heard[station] = heard.get(station, 0) + leads[area]
    MatchingNotice.objects.bulk_create(
        MatchingNotice(body_id=body, about=about(number), made_on=today)
        for body, number in sorted(heard.items())
    )


def _note(task: MatchingTask, confirmed: int, rejected: int, leads: int) -> None:
    MatchingTask.objects.filter(pk=task.pk).update(
        confirmed=F("confirmed") + confirmed,
        rejected=F("rejected") + rejected,
        told=F("told") + leads,
    )
