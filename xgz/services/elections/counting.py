"""What came out of an election: who came, the ballots and votes, who leads (EL-4, EL-7 to EL-10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from xgz.access.actor import Actor
from xgz.access.elections import COUNTS, require_filing
from xgz.models import ElectionCandidate, ElectionVoter, Member, TermElection, sealing
from xgz.queries.elections import case_races, entitled_members
from xgz.rules.election_counts import Ballots, winners
from xgz.rules.elections import (
    ABSENCES,
    FILING_LABELS,
    RESULT_OPEN,
    Filing,
    Reason,
    Sort,
    Standing,
    is_too_early,
    names_in,
)
from xgz.rules.organisations import Post
from xgz.services.cases import CaseAct, record_event
from xgz.services.elections.planning import (
    NotEntitled,
    NotStanding,
    PostNotOffered,
    ReasonNotFit,
    lock_file,
    write_candidates,
    write_voters,
)
from xgz.services.transactions import unit_of_work


class HeldToCome(Exception):
    """An election that is counted was held today or before."""


class HeldTooEarly(Exception):
    """The day lies before the organisation was founded, or not after its last election (EL-11)."""


class NamesMissing(Exception):
    """Whoever was in the chair and who counted are named (EL-8)."""


class VotesMissing(Exception):
    """The votes of everybody who stands are entered, of nobody else."""


class NotElected(Exception):
    """A committee chooses its secretary and deputies among those elected into it (EL-10)."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """absent: who of those entitled did not come, with the reason. chair, tellers: names, sealed."""

    held_on: date
    chair: str
    tellers: str
    absent: Mapping[Member, Reason]


@dataclass(frozen=True, slots=True)
class Votes:
    """Votes of one person; second: for, in the second ballot of a tie."""

    votes_for: int
    against: int
    abstained: int
    second: int | None = None


@unit_of_work
def record_attendance(*, actor: Actor, case: TermElection, meeting: Meeting, now: datetime) -> None:
    """Record who came; how many are entitled and attend is counted from it and kept (EL-4).

    Votes entered before are left, and judged by the new numbers. Raises NotPermitted, FileClosed,
    HeldToCome, HeldTooEarly, NamesMissing, ReasonNotFit, NotEntitled.
    """
    require_filing(actor, case, COUNTS)
    chair, tellers = names_in(meeting.chair), names_in(meeting.tellers)
    if meeting.held_on > actor.today:
        raise HeldToCome(case.public_id)
    if not chair or not tellers:
        raise NamesMissing(case.public_id)
    if any(reason not in ABSENCES for reason in meeting.absent.values()):
        raise ReasonNotFit(case.public_id)
    lock_file(case, RESULT_OPEN)
    _check_first_day(case, meeting.held_on)
    entitled = list(entitled_members(case))
    if not {each.pk for each in meeting.absent} <= {each.pk for each in entitled}:
        raise NotEntitled(case.public_id)
    _write_meeting(case, meeting, entitled)
    TermElection.objects.filter(pk=case.pk).update(
        held_on=meeting.held_on,
        chair_sealed=sealing.seal("term_election.chair", case.public_id, "、".join(chair)),
        tellers_sealed=sealing.seal("term_election.tellers", case.public_id, "、".join(tellers)),
        entitled=len(entitled),
        attending=len(entitled) - len(meeting.absent),
    )
    case.refresh_from_db()
    _settle(case)
    _record(case, actor, now, Filing.ATTENDANCE)


@unit_of_work
def write_in(
    *, actor: Actor, case: TermElection, member: Member, post: Post, now: datetime
) -> None:
    """Enter somebody who got votes without having stood (EL-8).

    Raises NotPermitted, FileClosed, PostNotOffered, NotEntitled, AlreadyStanding.
    """
    require_filing(actor, case, COUNTS)
    lock_file(case, RESULT_OPEN)
    write_candidates(case, [member], post, is_write_in=True)
    ElectionCandidate.objects.filter(election=case).update(elected_post="")
    _record(case, actor, now, Filing.WRITE_IN)


@unit_of_work
def take_out_write_in(
    *, actor: Actor, case: TermElection, row: ElectionCandidate, now: datetime
) -> None:
    """Take out somebody who was written in by mistake (EL-8).

    Who is elected follows from the other votes anew; a committee chooses anew. Raises NotPermitted,
    FileClosed, NotStanding (also who stood: the ballot is what was voted on).
    """
    require_filing(actor, case, COUNTS)
    lock_file(case, RESULT_OPEN)
    written = ElectionCandidate.objects.filter(pk=row.pk, election=case, is_write_in=True)
    if not written.delete()[0]:
        raise NotStanding(case.public_id)
    _settle(case)
    _record(case, actor, now, Filing.WRITE_IN_OUT)


@unit_of_work
def record_votes(
    *,
    actor: Actor,
    case: TermElection,
    ballots: Ballots,
    votes: Mapping[str, Votes],
    now: datetime,
) -> None:
    """Record the ballots and everybody's votes; who is elected follows from them (EL-7).

    votes: by the candidate's public id. Numbers that do not fit are kept and told, and stop the
    report (EL-8). What a committee chose before is chosen anew. Raises NotPermitted, FileClosed,
    VotesMissing.
    """
    require_filing(actor, case, COUNTS)
    lock_file(case, RESULT_OPEN)
    rows = list(ElectionCandidate.objects.filter(election=case))
    if {row.public_id for row in rows} != set(votes):
        raise VotesMissing(case.public_id)
    for row in rows:
        given = votes[row.public_id]
        row.votes_for, row.against = given.votes_for, given.against
        row.abstained, row.second = given.abstained, given.second
    ElectionCandidate.objects.bulk_update(rows, ["votes_for", "against", "abstained", "second"])
    TermElection.objects.filter(pk=case.pk).update(
        ballots_out=ballots.out,
        ballots_returned=ballots.returned,
        ballots_valid=ballots.valid,
        ballots_invalid=ballots.invalid,
    )
    case.refresh_from_db()
    _settle(case)
    _record(case, actor, now, Filing.VOTES)


@unit_of_work
def choose_officers(
    *,
    actor: Actor,
    case: TermElection,
    secretary: ElectionCandidate,
    deputies: Sequence[ElectionCandidate],
    now: datetime,
) -> None:
    """Record whom the new committee chose as secretary and deputies, of its own (EL-10).

    Raises NotPermitted, FileClosed, PostNotOffered (no committee, or more deputies than seats),
    NotElected.
    """
    require_filing(actor, case, COUNTS)
    lock_file(case, RESULT_OPEN)
    if not case.as_committee or len(deputies) > case.deputy_seats:
        raise PostNotOffered(case.public_id)
    chosen = {secretary.pk, *(each.pk for each in deputies)}
    elected = ElectionCandidate.objects.filter(election=case).exclude(elected_post="")
    if len(chosen) <= len(deputies) or elected.filter(pk__in=chosen).count() < len(chosen):
        raise NotElected(case.public_id)
    elected.update(elected_post=Post.COMMITTEE_MEMBER)
    elected.filter(pk__in=chosen).update(elected_post=Post.DEPUTY_SECRETARY)
    elected.filter(pk=secretary.pk).update(elected_post=Post.SECRETARY)
    _record(case, actor, now, Filing.OFFICERS)


def _check_first_day(case: TermElection, held_on: date) -> None:
    organisation = case.organisation
    if is_too_early(
        Sort(case.sort),
        held_on,
        founded_on=organisation.founded_on,
        elected_on=organisation.elected_on,
    ):
        raise HeldTooEarly(held_on.isoformat())


def _write_meeting(case: TermElection, meeting: Meeting, entitled: Sequence[Member]) -> None:
    ElectionVoter.objects.filter(election=case).exclude(standing=Standing.EXCLUDED).delete()
    reasons = {member.pk: reason for member, reason in meeting.absent.items()}
    marks = [
        (
            member,
            Standing.ABSENT if member.pk in reasons else Standing.ATTENDING,
            reasons.get(member.pk, Reason.NONE),
        )
        for member in entitled
    ]
    write_voters(case, marks)


def _settle(case: TermElection) -> None:
    """Write who is elected by the votes as they stand; nobody while they are not all entered."""
    rows = ElectionCandidate.objects.filter(election=case)
    rows.update(elected_post="")
    if case.attending is None or rows.filter(votes_for__isnull=True).exists():
        return
    for race in case_races(case):
        elected = winners(race, case.attending).elected
        post = race.post or Post.COMMITTEE_MEMBER
        rows.filter(public_id__in=elected).update(elected_post=post)


def _record(case: TermElection, actor: Actor, now: datetime, what: Filing) -> None:
    case.refresh_from_db()
    record_event(case, CaseAct.of(actor, now), what, FILING_LABELS[what])
