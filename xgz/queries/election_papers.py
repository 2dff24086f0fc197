"""What the papers of an election are filled from: its file, its count, its committee."""

from collections.abc import Sequence
from typing import Any

from xgz.access.actor import Actor
from xgz.access.cases import parties_of
from xgz.access.papers import issuing_seat
from xgz.models import Body, Case, TermElection
from xgz.queries.elections import CandidateRow, ballots_of, candidate_rows
from xgz.queries.paper_sources import NamesNotRead, issued_number
from xgz.queries.parameters import parameters_on
from xgz.rules.election_checks import limits_of
from xgz.rules.elections import ElectionParty, names_in
from xgz.rules.organisations import POST_LABELS, Post
from xgz.rules.papers.document import Document, official_name
from xgz.rules.papers.elections import CandidateFacts, ElectionFacts, SeatFacts, election_paper
from xgz.rules.papers.kinds import PAPERS, Hand, PaperKind, Phase
from xgz.rules.papers.kinds import election_phase as _phase


def election_phase(case: Case) -> Phase | None:
    """Return how far an election is for its papers. Raises TypeError for another case."""
    found = _election(case)
    return _phase(found.state, is_counted=found.ballots_out is not None)


def election_document(case: Case, kind: PaperKind, actor: Actor) -> tuple[Document, Body]:
    """Return a paper as the election is now, with the body that issues it; the actor may make it.

    Raises NamesNotRead, NotPermitted, TypeError.
    """
    found = _election(case)
    seats = parties_of(found)
    seat = issuing_seat(actor, found, kind)
    parties = {ElectionParty.BRANCH, ElectionParty.COMMITTEE}
    ids = {seats[party].body_id for party in parties if party in seats}
    bodies = {body.pk: body for body in Body.objects.filter(pk__in=ids)}
    other = ElectionParty.COMMITTEE if PAPERS[kind].hand is Hand.BRANCH else ElectionParty.BRANCH
    to = bodies.get(seats[other].body_id) if other in seats else None
    rows = candidate_rows(found, actor)
    if PAPERS[kind].names_people and not all(row.in_clear for row in rows):
        raise NamesNotRead(found.public_id)
    facts = ElectionFacts(
        by=official_name(bodies[seat.body_id].name),
        to=official_name(to.name) if to else "",
        **_meeting(found, actor),
        **_count(found),
        candidates=_candidates(rows),
        report=issued_number(found, PaperKind.RESULT),
    )
    return election_paper(kind, facts), bodies[seat.body_id]


def _election(case: Case) -> TermElection:
    if not isinstance(case, TermElection):
        raise TypeError(case.KIND.name)
    return case


def _meeting(case: TermElection, actor: Actor) -> dict[str, Any]:
    """Return when and where it is held, by whom it is led, and which posts are elected."""
    limits = limits_of(parameters_on(actor.today))
    return {
        "organisation": case.organisation.name,
        "meeting_on": case.held_on or case.day,
        "at": "",
        "place": case.place,
        "chair": case.chair,
        "tellers": names_in(case.tellers),
        "seats": tuple(
            SeatFacts(POST_LABELS[post], number) for post, number in case.seats.items() if number
        ),
        "quorum_is_exceeded": limits.is_strict,
    }


def _count(case: TermElection) -> dict[str, Any]:
    """Return who may vote and came, and what became of the ballots; None while nobody counted."""
    ballots = ballots_of(case)
    return {
        "voters": case.entitled,
        "present": case.attending,
        "handed_out": ballots.out if ballots else None,
        "handed_in": ballots.returned if ballots else None,
        "valid": ballots.valid if ballots else None,
    }


def _candidates(rows: Sequence[CandidateRow]) -> tuple[CandidateFacts, ...]:
    return tuple(
        CandidateFacts(
            public_id=each.member.public_id,
            name=each.name,
            post=POST_LABELS[Post(each.row.post)],
            votes=each.row.votes_for,
            elected_post=POST_LABELS[Post(each.row.elected_post)] if each.row.elected_post else "",
            is_write_in=each.row.is_write_in,
        )
        for each in rows
    )
