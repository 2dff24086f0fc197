"""An election of a branch of 清平镇, opened by its committee and walked on by people."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from tests.factories.closures import the_district
from tests.factories.district import TODAY, make_user
from tests.factories.rows import make_member, make_organisation
from xgz.access.actor import Actor, actor_for
from xgz.access.cases import parties_of
from xgz.models import (
    Body,
    ElectionCandidate,
    ElectionVoter,
    Member,
    Organisation,
    RoleAssignment,
    TermElection,
    sealing,
)
from xgz.queries.elections import entitled_members
from xgz.rules.calendar import add_months
from xgz.rules.elections import ElectionAction, ElectionParty, ElectionState, Reason, Sort, Standing
from xgz.rules.organisations import Post
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.services import elections

_A, _S, _P = ElectionAction, ElectionState, ElectionParty
BECAME_FULL = date(2010, 1, 1)
_WAYS: dict[str, tuple[ElectionAction, ...]] = {
    _S.PREPARING: (),
    _S.VETTING: (_A.SUBMIT,),
    _S.READY: (_A.SUBMIT, _A.APPROVE),
    _S.REPORTED: (_A.SUBMIT, _A.APPROVE, _A.REPORT),
    _S.CONFIRMED: (_A.SUBMIT, _A.APPROVE, _A.REPORT, _A.CONFIRM),
    _S.FAILED: (_A.SUBMIT, _A.APPROVE, _A.FAIL),
    _S.WITHDRAWN: (_A.WITHDRAW,),
}
_HANDS: dict[ElectionAction, ElectionParty] = {
    **dict.fromkeys((_A.SUBMIT, _A.REPORT, _A.FAIL, _A.REVISE, _A.WITHDRAW), _P.BRANCH),
    **dict.fromkeys((_A.APPROVE, _A.RETURN, _A.CONFIRM, _A.SEND_BACK, _A.ANNUL), _P.COMMITTEE),
}


def make_branch(
    *,
    full: int = 5,
    guided: bool = True,
    today: date = TODAY,
    place: str = "qingping",
    **values: Any,
) -> Organisation:
    """Make a branch of a township whose term ends in 20 days, with so many full members."""
    district = the_district()
    ends_on = date.fromordinal(today.toordinal() + 20)
    defaults: dict[str, Any] = {
        "elected_on": add_months(ends_on, -36),
        "term_ends_on": ends_on,
        "guiding_body": getattr(district, f"{place}_office") if guided else None,
    }
    branch = make_organisation(getattr(district, place), **defaults | values)
    names = [
        "方柏梁",
        "于向荣",
        "江若云",
        "石守诚",
        "温如玉",
        "邱启明",
        "谭松年",
        "孔令仪",
        "严立本",
    ]
    for number in range(full):
        make_member(branch, name=names[number % len(names)], full_on=BECAME_FULL)
    return branch


def make_election(
    *,
    state: str | None = None,
    branch: Organisation | None = None,
    sort: Sort = Sort.TERM,
    complete: bool = True,
    today: date = TODAY,
    **given: Any,
) -> TermElection:
    """Open an election and walk it to a state (None: the first one).

    complete: nothing bars its plan. given: for make_branch, where no branch is given.
    """
    branch = branch or make_branch(today=today, **given)
    opener = seated(Seat(Role.TOWNSHIP_COMMITTEE, _township(branch)), today)
    case = elections.open_election(actor=opener, organisation=branch, sort=sort, now=moment(today))
    RoleAssignment.objects.filter(user=opener.user).delete()
    if complete:
        complete_plan(case, today)
    for action in _WAYS[state or _S.PREPARING]:
        take_as_somebody(case, action, today)
    return case


def complete_plan(case: TermElection, today: date = TODAY) -> None:
    """Let day, place and enough candidates be there."""
    TermElection.objects.filter(pk=case.pk).update(day=today, place="清平市场二楼")
    case.refresh_from_db()
    people = list(entitled_members(case))
    stand(case, people[0], Post.SECRETARY)
    if case.as_committee:
        for member in people[1 : sum(case.seats.values()) + 1]:
            stand(case, member)


def stand(
    case: TermElection, member: Member, post: Post = Post.COMMITTEE_MEMBER, **votes: Any
) -> ElectionCandidate:
    """Let somebody stand for a post."""
    return ElectionCandidate.objects.create(election=case, member=member, post=post, **votes)


def complete_result(case: TermElection, today: date = TODAY, *, absent: int = 0) -> None:
    """Let everybody entitled have come but `absent` of them, and elect as many as there are seats."""
    entitled = list(entitled_members(case))
    attending = len(entitled) - absent
    ElectionVoter.objects.filter(election=case).exclude(standing=Standing.EXCLUDED).delete()
    for place, member in enumerate(entitled):
        there = Standing.ATTENDING if place < attending else Standing.ABSENT
        mark(case, member, there, Reason.NONE if place < attending else Reason.ILL)
    TermElection.objects.filter(pk=case.pk).update(
        held_on=today,
        chair_sealed=sealing.seal("term_election.chair", case.public_id, "丁主持"),
        tellers_sealed=sealing.seal("term_election.tellers", case.public_id, "史监票、万计票"),
        entitled=len(entitled),
        attending=attending,
        ballots_out=attending,
        ballots_returned=attending,
        ballots_valid=attending,
        ballots_invalid=0,
    )
    _elect(list(case.candidates.order_by("pk")), sum(case.seats.values()), attending)
    case.refresh_from_db()


def mark(
    case: TermElection, member: Member, standing: Standing, reason: Reason = Reason.NONE
) -> ElectionVoter:
    """Let somebody of the roll have come, or not, or not be counted."""
    row = ElectionVoter(election=case, member=member, standing=standing)
    row.reason_sealed = sealing.seal("election_voter.reason", row.public_id, reason)
    row.save()
    return row


def arguments_for(action: str, case: TermElection) -> dict[str, Any]:
    """Arrange that the step fits: a result that stands, or one that came to nothing."""
    if action in (_A.REPORT, _A.CONFIRM):
        complete_result(case)
    if action == _A.FAIL:
        complete_result(case, absent=2)
    return {}


def take_as_somebody(case: TermElection, action: ElectionAction, today: date = TODAY) -> None:
    """Let somebody new at the seat that takes a step take it and be gone."""
    actor = actor_of_party(case, _HANDS[action], today)
    if action in (_A.REPORT, _A.FAIL):
        complete_result(case, today, absent=2 if action is _A.FAIL else 0)
    case.refresh_from_db()
    elections.ACTIONS[action](case=case, actor=actor, now=moment(today), opinion="按程序办理")
    RoleAssignment.objects.filter(user=actor.user).delete()


def actor_of_party(case: TermElection, party: str, today: date = TODAY) -> Actor:
    """Return somebody new who plays a party of the case."""
    return seated(parties_of(case)[party], today)


def seated(seat: Seat, today: date = TODAY) -> Actor:
    """Return somebody new who holds a seat."""
    return actor_for(make_user(Role(seat.role), Body.objects.get(pk=seat.body_id)), today)


def moment(day: date = TODAY) -> datetime:
    """Return eleven o'clock of a day in the office's time zone."""
    return datetime.combine(day, time(3), tzinfo=UTC)


def _township(branch: Organisation) -> int:
    parent = branch.body.parent
    assert parent is not None
    return parent.pk


def _elect(rows: Sequence[ElectionCandidate], seats: int, attending: int) -> None:
    for place, row in enumerate(rows):
        row.votes_for = attending if place < seats else 0
        row.against = attending - row.votes_for
        row.abstained = 0
        row.elected_post = row.post if place < seats else ""
        row.save()
