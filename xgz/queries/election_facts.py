"""Everything the papers of an election say, as plain facts: notice, ballot, minutes, confirmation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xgz.access.actor import Actor
from xgz.access.cases import events_of, party_rows
from xgz.access.clock import day_of
from xgz.access.elections import reads_people
from xgz.models import TermElection
from xgz.queries.elections import (
    CandidateRow,
    VoterRow,
    ballots_of,
    candidate_rows,
    elected_rows,
    full_members,
    needed_of,
    voter_rows,
)
from xgz.rules.election_counts import Ballots
from xgz.rules.elections import (
    ElectionParty,
    ElectionState,
    Reason,
    Sort,
    Standing,
    names_in,
)
from xgz.rules.organisations import Post


@dataclass(frozen=True, slots=True)
class VoteFacts:
    """The votes of one person; second: for, in the second ballot of a tie, None without one."""

    name: str
    post: Post
    votes_for: int | None
    against: int | None
    abstained: int | None
    second: int | None
    is_write_in: bool


@dataclass(frozen=True, slots=True)
class ElectionFacts:
    """Everything the papers of an election say: notice, ballot, minutes, report, confirmation.

    What is not entered yet is None or empty. Names are as the reader may read them. seats: posts
    with how many are filled, none of 0; excluded: names of full members not counted, with why;
    elected: (post, name) in the order of the posts; as_committee: the posts are given by the
    committee itself, of those elected into it.
    """

    number: str
    organisation: str
    superior: str
    sort: Sort
    reason: str
    day: date | None
    held_on: date | None
    place: str
    as_committee: bool
    seats: tuple[tuple[Post, int], ...]
    candidates: tuple[tuple[Post, str], ...]
    full_members: int
    entitled: int | None
    quorum_needed: int | None
    attending: int | None
    absent: tuple[tuple[str, Reason], ...]
    excluded: tuple[tuple[str, Reason], ...]
    ballots: Ballots | None
    votes: tuple[VoteFacts, ...]
    elected: tuple[tuple[Post, str], ...]
    chair: str
    tellers: tuple[str, ...]
    reported_on: date | None
    confirmed_on: date | None


def facts_for(case: TermElection, actor: Actor) -> ElectionFacts:
    """Return everything the papers of a case say, with names as the actor reads them (EL-14)."""
    people = voter_rows(case, actor)
    rows = candidate_rows(case, actor)
    reads = reads_people(actor, case)
    entered = {event.to_state: day_of(event.at) for event in events_of(case)}
    return ElectionFacts(
        number=case.number,
        organisation=case.organisation.name,
        superior=superior_name(case),
        sort=Sort(case.sort),
        reason=case.reason if reads else "",
        day=case.day,
        held_on=case.held_on,
        place=case.place,
        as_committee=case.as_committee,
        seats=tuple((post, number) for post, number in case.seats.items() if number),
        candidates=tuple((Post(r.row.post), r.name) for r in rows if not r.row.is_write_in),
        full_members=full_members(case.organisation).count() if reads else 0,
        entitled=case.entitled if reads else None,
        quorum_needed=needed_of(case, actor.today) if reads else None,
        attending=case.attending if reads else None,
        absent=_named(people, Standing.ABSENT),
        excluded=_named(people, Standing.EXCLUDED),
        ballots=ballots_of(case) if reads else None,
        votes=tuple(_votes(row) for row in rows),
        elected=tuple(elected_rows(case, actor)),
        chair=case.chair if reads else "",
        tellers=names_in(case.tellers) if reads else (),
        reported_on=entered.get(ElectionState.REPORTED),
        confirmed_on=entered.get(ElectionState.CONFIRMED),
    )


def superior_name(case: TermElection) -> str:
    """Return the name of the committee that vets and confirms."""
    rows = party_rows(case)
    return next((row.body.name for row in rows if row.party == ElectionParty.COMMITTEE), "")


def _named(people: Sequence[VoterRow], standing: Standing) -> tuple[tuple[str, Reason], ...]:
    return tuple((each.name, each.reason) for each in people if each.standing is standing)


def _votes(row: CandidateRow) -> VoteFacts:
    votes = row.row
    return VoteFacts(
        name=row.name,
        post=Post(votes.post),
        votes_for=votes.votes_for,
        against=votes.against,
        abstained=votes.abstained,
        second=votes.second,
        is_write_in=votes.is_write_in,
    )
