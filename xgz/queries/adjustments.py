"""Cases of adjusting organisations: what bars them, the plan, the people left, rows of lists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from xgz.access.actor import Actor
from xgz.access.adjustments import merge_targets, reads_inside, visible_adjustments
from xgz.access.cases import party_body
from xgz.access.closures import visible_closures
from xgz.access.members import members_in_clear, visible_members
from xgz.access.prepared import Each, One, record, records
from xgz.access.reading import once
from xgz.access.transfers import visible_transfers
from xgz.models import Adjustment, Body, Closure, Member, Organisation, Transfer
from xgz.queries.adjustment_facts import adjustment_facts, merge_facts
from xgz.queries.transfers import finished_alone, organisations_named
from xgz.rules.adjustment_checks import (
    Blocker,
    Found,
    MergeFacts,
    PlanFact,
    merge_blockers,
    plan_facts,
    revoke_blockers,
)
from xgz.rules.adjustments import AdjustmentParty, AdjustmentState, PlanItem, Seals, Sort
from xgz.rules.closures import ClosureOption
from xgz.rules.masking import mask_name
from xgz.rules.members import ON_ROLLS
from xgz.rules.organisations import OrgState

_OFFERED = 50  # organisations offered for one search


@dataclass(frozen=True, slots=True)
class Left:
    """One person on the rolls of an organisation that is to end; name as the actor reads it (RV-5).

    transfer: the open one, None where none is open or it is out of the actor's sight; is_ours: it goes
    to another organisation of the committee that carries this out.
    """

    member: Member
    name: str
    in_clear: bool
    is_moving: bool
    transfer: Transfer | None
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Target:
    """One organisation to go to, with what matters of it."""

    organisation: Organisation
    facts: MergeFacts


def blockers_of(case: Adjustment, today: date) -> list[Found]:
    """Return what bars the deed that was decided; nothing where none was, or it is done."""
    if case.state != AdjustmentState.CARRYING_OUT or not _stands(case):
        return []
    facts = adjustment_facts(case.organisation, today)
    if case.way is Sort.MERGE:
        targets = [case.target_org] if case.target_org else []
        known = merge_facts(targets, case.organisation, today)
        return merge_blockers(facts, known.get(case.target_org_id or 0))
    if case.way is Sort.REVOKE:
        return revoke_blockers(facts, Seals(case.seals), has_papers=bool(case.papers_place))
    return []


def missing_of(case: Adjustment, today: date) -> list[Found]:
    """Return what has to become a fact before the case is carried out (AD-6, AD-7).

    Empty where nothing is missing, and where nothing was decided.
    """
    if case.way is Sort.REVIVE:
        if case.organisation.state != OrgState.ACTIVE:
            return [Found(Blocker.NOT_ACTIVE)]
        left = sum(not line.is_so for line in plan_of(case, today))
        return [Found(Blocker.PLAN_OPEN, left)] if left else []
    if case.way in (Sort.MERGE, Sort.REVOKE):
        return [Found(Blocker.STANDS)] if _stands(case) else []
    return []


def plan_of(case: Adjustment, today: date) -> list[PlanFact]:
    """Return the lines of a revival with how each stands today; none for another way."""
    if case.way is not Sort.REVIVE or case.decided_on is None:
        return []
    plan = {PlanItem(line.item): line.due_on for line in case.lines.all()}
    return plan_facts(plan, adjustment_facts(case.organisation, today), case.decided_on)


@once
def people_left(case: Adjustment, actor: Actor) -> list[Left]:
    """Return who is on the rolls of the organisation, as the actor may read them (AD-9).

    Nobody to whoever reads counts alone.
    """
    if not reads_inside(actor, case):
        return []
    clear = members_in_clear(actor).filter(pk=OuterRef("pk"))
    moving = Transfer.objects.filter(member=OuterRef("pk"), closed_at__isnull=True)
    rows = visible_members(actor).filter(formal_org=case.organisation_id, status__in=ON_ROLLS)
    rows = rows.annotate(in_clear=Exists(clear), is_moving=Exists(moving))
    people = list(rows.order_by("born_on", "pk"))
    moving_ones = [row for row in people if row.is_moving]
    seen = _open_transfers(moving_ones, actor) if moving_ones else {}
    committee = party_body(case, AdjustmentParty.TOWNSHIP)
    return [
        Left(
            member=row,
            name=row.name if row.in_clear else mask_name(row.name),
            in_clear=row.in_clear,
            is_moving=row.is_moving,
            transfer=seen.get(row.pk),
            is_ours=_is_below(seen.get(row.pk), committee),
        )
        for row in people
    ]


def transfers_in_the_way(case: Adjustment, actor: Actor) -> list[Transfer]:
    """Return the open transfers that bar the end of the organisation, as the actor sees them (AD-13)."""
    into = Q(to_org=case.organisation_id)
    across = Q(from_org=case.organisation_id, to_org=case.target_org_id)
    barring = into | across if case.way is Sort.MERGE else into
    return list(visible_transfers(actor).filter(barring, closed_at=None).order_by("pk"))


def own_transfers(case: Adjustment) -> list[Transfer]:
    """Return the open transfers out of the organisation that its own committee sends and receives."""
    return finished_alone(case.organisation, Transfer.objects.filter(from_org=case.organisation_id))


def _open_transfers(members: Sequence[Member], actor: Actor) -> dict[int, Transfer]:
    rows = visible_transfers(actor).filter(member__in=members, closed_at__isnull=True)
    return {row.member_id: row for row in rows.select_related("to_org__body")}


def _is_below(transfer: Transfer | None, committee: Body | None) -> bool:
    to_org = transfer.to_org if transfer is not None else None
    if to_org is None or committee is None:
        return False
    return to_org.body.path.startswith(committee.path)


def targets_for(case: Adjustment, actor: Actor, text: str = "", chosen: str = "") -> list[Target]:
    """Return where the organisation could be merged into: those found, else those near with room.

    text: part of a name or of a superior's; chosen: public id of one kept among them.
    """
    rows = merge_targets(actor, case.organisation)
    found = list(organisations_named(rows, text)[:_OFFERED])
    if chosen and chosen not in {row.public_id for row in found}:
        found += rows.filter(public_id=chosen).select_related("body__parent")
    facts = merge_facts(found, case.organisation, actor.today)
    targets = [Target(row, facts[row.pk]) for row in found]
    return sorted(targets, key=lambda each: -_room_of(each))


def open_case_of(organisation: Organisation) -> Adjustment | None:
    """Return the open case of an organisation, whoever may see it (AD-11)."""
    rows = Adjustment.objects.filter(organisation=organisation, closed_at__isnull=True)
    return rows.first()


def cases_of_organisations(actor: Actor, organisations: Iterable[int]) -> dict[int, Adjustment]:
    """Return organisation number → its open case, as far as the actor sees it."""
    rows = records(_cases_of, actor.bare, Each(organisations))
    return {row.organisation_id: row for row in rows}


def _cases_of(actor: Actor, organisations: Iterable[int]) -> QuerySet[Adjustment]:
    rows = visible_adjustments(actor).filter(closed_at__isnull=True)
    return rows.filter(organisation__in=organisations)


def wished_target(case: Adjustment) -> Organisation | None:
    """Return where an open closure that led here wished the members to go, None for nowhere (AD-8)."""
    wishes = case.closures.filter(closed_at=None, option=ClosureOption.REVOKE)
    rows = wishes.filter(target_org__isnull=False).select_related("target_org")
    wish = rows.order_by("pk").first()
    return wish.target_org if wish is not None else None


def closures_of(case: Adjustment, actor: Actor) -> Sequence[Closure]:
    """Return the closures that led to a case, as far as the actor sees them.

    No query where adjustment_at found none.
    """
    if not getattr(case, "is_led_to", True):
        return []
    rows = visible_closures(actor).filter(adjustment=case).select_related("target_org")
    return list(rows.order_by("pk"))


def adjustment_at(actor: Actor, public_id: str) -> Adjustment | None:
    """Return the case of that address with all its page shows, None where it is out of sight."""
    return record(_at_address, actor.bare, One(public_id))


def _at_address(actor: Actor, public_id: str) -> QuerySet[Adjustment]:
    rows = visible_adjustments(actor).select_related(
        "organisation__body__parent",
        "organisation__guiding_body",
        "target_org__body",
        "seals_to",
        "owner_body",
        "assignee",
        "area",
    )
    led_here = Closure.objects.filter(adjustment=OuterRef("pk"))
    return rows.filter(public_id=public_id).annotate(is_led_to=Exists(led_here))


def _stands(case: Adjustment) -> bool:
    return case.organisation.state != OrgState.DISSOLVED


def _room_of(target: Target) -> int:
    return target.facts.room if target.facts.room is not None else _OFFERED
