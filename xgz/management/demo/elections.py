"""Elections of the demo county, one in every state, prepared and counted by the people of the demo."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from xgz.management.demo.cast import Cast
from xgz.management.demo.organisations import LIUQUAN_BRANCH, QINGPING_BRANCH
from xgz.models import Member, Organisation, TermElection
from xgz.queries.elections import candidates_in, entitled_members
from xgz.rules.election_counts import Ballots, candidates_needed
from xgz.rules.elections import ElectionAction, ElectionParty, ElectionState, Reason, Sort
from xgz.rules.organisations import Post
from xgz.services import elections
from xgz.services.cases import clock as case_clock
from xgz.services.elections import Meeting, Plan, Votes

_A, _S, _P = ElectionAction, ElectionState, ElectionParty
_CHAIR, _TELLERS = "尉迟明", "闻人秀、司空远"  # of no roster
_WAYS: dict[ElectionState, tuple[ElectionAction, ...]] = {
    _S.PREPARING: (),
    _S.VETTING: (_A.SUBMIT,),
    _S.READY: (_A.SUBMIT, _A.APPROVE),
    _S.REPORTED: (_A.SUBMIT, _A.APPROVE, _A.REPORT),
    _S.CONFIRMED: (_A.SUBMIT, _A.APPROVE, _A.REPORT, _A.CONFIRM),
    _S.FAILED: (_A.SUBMIT, _A.APPROVE, _A.FAIL),
    _S.WITHDRAWN: (_A.WITHDRAW,),
}
_BY: dict[ElectionAction, ElectionParty] = {
    _A.APPROVE: _P.COMMITTEE,
    _A.CONFIRM: _P.COMMITTEE,
}
_SAID: dict[ElectionAction, str] = {
    _A.APPROVE: "人选符合条件，同意，请按期召开党员大会",
    _A.CONFIRM: "选举程序和结果有效，同意任职",
    _A.FAIL: "到会人数不足应到会的五分之四，择期重新召开",
    _A.WITHDRAW: "书记人选另有安排，本次不选",
}


@dataclass(frozen=True, slots=True)
class ElectionStory:
    """One election: of which branch, opened how many days ago, held how many, and how far it came.

    branch: "" where the story is told of one at hand. held_ago: below 0 the day lies ahead. left_out, absent: how many of the roll.
    """

    branch: str
    sort: Sort
    state: ElectionState
    days_ago: int
    held_ago: int
    place: str
    reason: str = ""
    is_counted: bool = False
    left_out: int = 0
    absent: int = 0


_LATE = "届满后书记外出务工，党员分散，经镇党委同意延期"
_STORIES: tuple[ElectionStory, ...] = (
    # Terms that are over, as the lists of organisations show them.
    ElectionStory(
        QINGPING_BRANCH,
        Sort.TERM,
        _S.PREPARING,
        8,
        -12,
        "清平农贸市场二楼会议室",
        _LATE,
        left_out=1,
    ),
    ElectionStory(LIUQUAN_BRANCH, Sort.TERM, _S.READY, 12, -4, "柳泉镇便民服务中心会议室", _LATE),
    ElectionStory(
        "大坪镇个私协会党支部",
        Sort.TERM,
        _S.READY,
        20,
        2,
        "大坪镇工会活动室",
        _LATE,
        is_counted=True,
    ),
    ElectionStory(
        "白沙镇个私协会党支部",
        Sort.TERM,
        _S.FAILED,
        40,
        24,
        "白沙农贸市场管理办公室",
        _LATE,
        absent=3,
    ),
    ElectionStory(
        "清平镇个私协会党支部", Sort.BY_ELECTION, _S.VETTING, 9, -10, "清平镇党群服务中心"
    ),
    ElectionStory(
        "石桥镇个私协会党支部",
        Sort.BY_ELECTION,
        _S.REPORTED,
        24,
        6,
        "石桥镇便民服务中心",
        is_counted=True,
    ),
    ElectionStory(
        "金竹镇个私协会党支部", Sort.BY_ELECTION, _S.WITHDRAWN, 30, 12, "金竹竹木市场党员活动室"
    ),
)


@dataclass(frozen=True, slots=True)
class ElectionSeeder:
    """cast: who acts; every step is taken under the rights of its day."""

    cast: Cast

    def seed(self) -> int:
        """Tell the stories of the branches that have enough people; return how many there are."""
        told = 0
        for story in _STORIES:
            branch = self.cast.organisation(story.branch)
            if branch is not None and self.tell(story, branch) is not None:
                told += 1
        case_clock.remind(today=self.cast.operator.today, now=self.cast.now)
        return told

    def tell(self, story: ElectionStory, branch: Organisation) -> TermElection | None:
        """Tell one story of a branch; None where it lacks the people for it."""
        day = self.cast.day(story.days_ago)
        opener = self.cast.committee_above(branch, day)
        case = elections.open_election(
            actor=opener, organisation=branch, sort=story.sort, now=self.cast.at(day)
        )
        self._plan(case, story, day)
        for number, action in enumerate(_WAYS[story.state], start=1):
            if action in (_A.REPORT, _A.FAIL):
                self._hold(case, story)
            self._take(case, action, self._day_of(story, number))
        if story.state is _S.READY and story.is_counted:
            self._hold(case, story)
        return case

    def _day_of(self, story: ElectionStory, number: int) -> date:
        """Return the day of a step: before the meeting every two days, after it every three."""
        after = (0, 2, 4)
        if number <= len(after) - 1:
            return self.cast.day(max(story.days_ago - after[number], 0))
        return self.cast.day(max(story.held_ago - 1 - 3 * (number - len(after)), 0))

    def _plan(self, case: TermElection, story: ElectionStory, day: date) -> None:
        actor, now = self.cast.party(case, _P.BRANCH, day), self.cast.at(day)
        is_by_election = story.sort is Sort.BY_ELECTION
        plan = Plan(
            story.sort,
            self.cast.day(story.held_ago),
            story.place,
            deputies=1 if is_by_election else 0,
            members=2 if case.as_committee else 0,
            secretary=not is_by_election,
            reason=story.reason,
        )
        elections.set_plan(actor=actor, case=case, plan=plan, now=now)
        people = list(entitled_members(case))
        if story.left_out:
            reasons = dict.fromkeys(people[: story.left_out], Reason.BEDRIDDEN)
            elections.mark_roll(actor=actor, case=case, reasons=reasons, now=now)
        for post, members in self._standing(case, people[story.left_out :]).items():
            elections.add_candidates(actor=actor, case=case, members=members, post=post, now=now)

    def _standing(
        self, case: TermElection, people: Sequence[Member]
    ) -> dict[Post, Sequence[Member]]:
        """Return who stands for what: the youngest lead, a committee has one to spare.

        Nobody who holds a post or is about to move to another organisation.
        """
        held = set(case.organisation.posts.filter(valid_to=None).values_list("member", flat=True))
        moving = Q(transfers__isnull=False, transfers__closed_at=None)
        unfit = held | set(entitled_members(case).filter(moving).values_list("pk", flat=True))
        fit = [each for each in reversed(people) if each.pk not in unfit] or list(people)
        if case.sort == Sort.BY_ELECTION:
            return {Post.DEPUTY_SECRETARY: fit[:1]}
        if not case.as_committee:
            return {Post.SECRETARY: fit[:1]}
        more = candidates_needed(sum(case.seats.values())) - 1
        return {Post.SECRETARY: fit[:1], Post.COMMITTEE_MEMBER: fit[1 : 1 + more]}

    def _hold(self, case: TermElection, story: ElectionStory) -> None:
        """Enter who came, and the votes where enough did: each seat goes to who stood for it."""
        day = self.cast.day(story.held_ago)
        actor, now = self.cast.party(case, _P.BRANCH, day), self.cast.at(day)
        people = list(entitled_members(case))
        absent = dict.fromkeys(people[: story.absent], Reason.AWAY)
        meeting = Meeting(day, _CHAIR, _TELLERS, absent)
        elections.record_attendance(actor=actor, case=case, meeting=meeting, now=now)
        if not story.is_counted:
            return
        came = len(people) - len(absent)
        rows = candidates_in(case)
        seats = sum(case.seats.values())
        votes = {
            row.public_id: Votes(came, 0, 0) if place < seats else Votes(0, came, 0)
            for place, row in enumerate(rows)
        }
        ballots = Ballots(came, came, came, 0)
        elections.record_votes(actor=actor, case=case, ballots=ballots, votes=votes, now=now)

    def _take(self, case: TermElection, action: ElectionAction, day: date) -> None:
        case.refresh_from_db()
        actor = self.cast.party(case, _BY.get(action, _P.BRANCH), day)
        elections.ACTIONS[action](
            case=case, actor=actor, now=self.cast.at(day), opinion=_SAID.get(action, "")
        )
