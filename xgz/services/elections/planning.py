"""The file of an election while it is prepared: day and seats, the roll, who stands (EL-3 to EL-6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError

from xgz.access.actor import Actor, NotPermitted
from xgz.access.elections import nameable_members, require_filing
from xgz.models import ElectionCandidate, ElectionVoter, Member, TermElection, sealing
from xgz.queries.elections import entitled_members, full_members
from xgz.rules.cases import StepNotAllowed
from xgz.rules.election_counts import has_committee
from xgz.rules.elections import (
    EXCLUSIONS,
    FILE_OPEN,
    FILING_LABELS,
    ElectionState,
    Filing,
    Reason,
    Sort,
    Standing,
)
from xgz.rules.organisations import OrgType, Post
from xgz.rules.words import visible_words
from xgz.services.cases import CaseAct, record_event
from xgz.services.elections.opening import SortNotFit
from xgz.services.transactions import unit, unit_of_work


class FileClosed(StepNotAllowed):
    """This part of the file is not changed in the state the case is in."""


class NotEntitled(Exception):
    """Somebody has no vote here, so neither stands nor attends (EL-3)."""


class AlreadyStanding(Exception):
    """Somebody stands in this election already."""


class HoldsPost(Exception):
    """In a by-election nobody stands for a post that the person holds already (EL-11)."""


class NotStanding(Exception):
    """The person does not stand in this election, or was taken out a moment ago."""


class PostNotOffered(Exception):
    """The election fills no seat of this post."""


class ReasonNotFit(Exception):
    """This reason does not take anybody off those entitled (EL-3)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When, where, for which seats. deputies, members: seats beside the secretary's.

    secretary: whether its seat is filled; always, except in a by-election.
    """

    sort: Sort
    day: date
    place: str
    deputies: int
    members: int
    secretary: bool = True
    reason: str = ""


@unit_of_work
def set_plan(*, actor: Actor, case: TermElection, plan: Plan, now: datetime) -> None:
    """Write the plan; whether a committee is elected follows from the roll (EL-5).

    A branch without a committee has no seats of members. Raises NotPermitted, FileClosed,
    SortNotFit.
    """
    require_filing(actor, case)
    lock_file(case, FILE_OPEN)
    organisation = case.organisation
    if plan.sort is Sort.FIRST and organisation.elected_on is not None:
        raise SortNotFit(plan.sort)
    is_by_election = plan.sort is Sort.BY_ELECTION
    full = full_members(organisation).count()
    committee = has_committee(OrgType(organisation.org_type), full)
    TermElection.objects.filter(pk=case.pk).update(
        sort=plan.sort,
        day=plan.day,
        place=visible_words(plan.place),
        as_committee=committee and not is_by_election,
        secretary_seats=int(plan.secretary or not is_by_election),
        deputy_seats=plan.deputies,
        member_seats=plan.members if committee or is_by_election else 0,
        reason_sealed=sealing.seal(
            "term_election.reason", case.public_id, visible_words(plan.reason)
        ),
    )
    _record(case, actor, now, Filing.PLAN)


@unit_of_work
def mark_roll(
    *, actor: Actor, case: TermElection, reasons: Mapping[Member, Reason], now: datetime
) -> None:
    """Say who of the full members has no vote here, or is not counted, and why (EL-3).

    reasons: the whole of them; whoever is not named is entitled. Raises NotPermitted, FileClosed,
    ReasonNotFit, NotEntitled (no full member of this roll).
    """
    require_filing(actor, case)
    if any(reason not in EXCLUSIONS for reason in reasons.values()):
        raise ReasonNotFit(case.public_id)
    _check_nameable(actor, reasons)
    lock_file(case, FILE_OPEN)
    wanted = {member.pk for member in reasons}
    if full_members(case.organisation).filter(pk__in=wanted).count() < len(wanted):
        raise NotEntitled(case.public_id)
    ElectionVoter.objects.filter(election=case).delete()
    write_voters(case, [(member, Standing.EXCLUDED, why) for member, why in reasons.items()])
    _record(case, actor, now, Filing.ROLL)


@unit_of_work
def add_candidates(
    *, actor: Actor, case: TermElection, members: Sequence[Member], post: Post, now: datetime
) -> None:
    """Let people stand for a post; with a committee it is the post they are meant for (EL-6).

    Raises NotPermitted, FileClosed, PostNotOffered, NotEntitled, HoldsPost, AlreadyStanding.
    """
    require_filing(actor, case)
    _check_nameable(actor, members)
    lock_file(case, FILE_OPEN)
    write_candidates(case, members, post)
    _record(case, actor, now, Filing.CANDIDATES)


@unit_of_work
def remove_candidate(
    *, actor: Actor, case: TermElection, row: ElectionCandidate, now: datetime
) -> None:
    """Take somebody off the candidates. Raises NotPermitted, FileClosed, NotStanding."""
    require_filing(actor, case)
    lock_file(case, FILE_OPEN)
    if not ElectionCandidate.objects.filter(pk=row.pk, election=case).delete()[0]:
        raise NotStanding(case.public_id)
    _record(case, actor, now, Filing.CANDIDATE_OUT)


def lock_file(case: TermElection, state: ElectionState) -> None:
    """Read the case anew and keep it, so that nobody sends it on meanwhile. Raises FileClosed."""
    case.refresh_from_db(from_queryset=TermElection.objects.select_for_update())
    if case.state != state:
        raise FileClosed(case.public_id)


def write_candidates(
    case: TermElection, members: Sequence[Member], post: Post, *, is_write_in: bool = False
) -> None:
    """Write people who stand; the file is locked.

    Raises PostNotOffered, NotEntitled, HoldsPost, AlreadyStanding.
    """
    if not case.seats.get(post):
        raise PostNotOffered(post)
    wanted = {member.pk for member in members}
    if entitled_members(case).filter(pk__in=wanted).count() < len(wanted):
        raise NotEntitled(case.public_id)
    held = case.organisation.posts.filter(post=post, valid_to__isnull=True, member__in=wanted)
    if case.sort == Sort.BY_ELECTION and held.exists():
        raise HoldsPost(case.public_id)
    rows = [
        ElectionCandidate(election=case, member_id=pk, post=post, is_write_in=is_write_in)
        for pk in sorted(wanted)
    ]
    try:
        with unit():
            ElectionCandidate.objects.bulk_create(rows)
    except IntegrityError:
        raise AlreadyStanding(case.public_id) from None


def write_voters(case: TermElection, marks: Sequence[tuple[Member, Standing, Reason]]) -> None:
    """Write how people of the roll stood to the election, the reasons sealed."""
    rows = []
    for member, standing, reason in marks:
        row = ElectionVoter(election=case, member=member, standing=standing)
        row.reason_sealed = sealing.seal("election_voter.reason", row.public_id, reason)
        rows.append(row)
    ElectionVoter.objects.bulk_create(rows)


def _check_nameable(actor: Actor, members: Sequence[Member] | Mapping[Member, Reason]) -> None:
    wanted = {member.pk for member in members}
    if nameable_members(actor).filter(pk__in=wanted).count() < len(wanted):
        raise NotPermitted("election.name")


def _record(case: TermElection, actor: Actor, now: datetime, what: Filing) -> None:
    case.refresh_from_db()
    record_event(case, CaseAct.of(actor, now), what, FILING_LABELS[what])
