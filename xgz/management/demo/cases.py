"""Let the demo county's cases happen, day by day, through the same services as real ones."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from xgz.access.actor import Actor
from xgz.access.members import visible_members
from xgz.access.organisations import visible_organisations
from xgz.access.users import actor_named
from xgz.management.demo.district import TOWNSHIP_BY_NAME, AccountRow
from xgz.management.demo.organisations import STUDY_BRANCHES
from xgz.management.demo.stories import STORIES, Event, Story
from xgz.models import Member, Organisation, Transfer
from xgz.rules.members import MemberClass, MembershipStatus
from xgz.rules.organisations import OrgState, OrgType
from xgz.rules.roles import Role
from xgz.rules.transfers import TransferParty
from xgz.services import transfers
from xgz.services.cases import clock as case_clock

_OFFICE_HOURS = time(10, 20)


@dataclass(slots=True)
class CaseSeeder:
    """operator: the shell operator, who looks rows up; accounts: everybody with an account.

    Steps are taken by the people of the demo themselves, under the rights of their day.
    """

    operator: Actor
    accounts: list[AccountRow]
    now: datetime
    taken: set[int] = field(default_factory=set)

    def seed(self) -> int:
        """Tell the stories and let time do its part; return how many transfers there are.

        A small county has places without a branch; what would happen there is left out.
        """
        cases: dict[Story, Transfer] = {}
        told = [story for story in STORIES if self._has_room(story)]
        for day in self._days():
            for story in told:
                if self._day(story.proposed) == day:
                    cases[story] = self._propose(story, day)
                for event in story.events:
                    if self._day(event.days_ago) == day:
                        self._take(cases[story], story, event, day)
            self._let_time_pass(day)
        return len(cases)

    def _has_room(self, story: Story) -> bool:
        places = {story.origin, story.target} & TOWNSHIP_BY_NAME.keys()
        return all(self._branches(place) for place in places)

    def _days(self) -> list[date]:
        """Return the days on which something happens, and every day of the last weeks."""
        moments = {story.proposed for story in STORIES}
        moments |= {event.days_ago for story in STORIES for event in story.events}
        moments |= {story.proposed - 91 for story in STORIES if story.proposed > 91}
        return [self._day(days) for days in sorted(moments | set(range(0, 120, 2)), reverse=True)]

    def _day(self, days_ago: int) -> date:
        return self.operator.today - timedelta(days=days_ago)

    def _moment(self, day: date) -> datetime:
        return min(datetime.combine(day, _OFFICE_HOURS, self.now.tzinfo), self.now)

    def _propose(self, story: Story, day: date) -> Transfer:
        target = self._branch(story.target) if story.target in TOWNSHIP_BY_NAME else None
        return transfers.propose_transfer(
            actor=self._committee(story.origin, day),
            member=self._member(story.origin),
            to_org=target,
            to_outside="" if target else story.target,
            reason=story.reason,
            channel=story.channel,
            dues_paid_to=day.replace(day=1) - timedelta(days=1),
            now=self._moment(day),
        )

    def _take(self, case: Transfer, story: Story, event: Event, day: date) -> None:
        case.refresh_from_db()
        step = case.KIND.step(case.state, event.action)
        place = story.target if step.by == (TransferParty.RECEIVER,) else story.origin
        transfers.ACTIONS[event.action](
            case=case,
            actor=self._committee(place, day),
            now=self._moment(day),
            opinion=event.opinion,
            **event.given,
        )

    def _let_time_pass(self, day: date) -> None:
        now = self._moment(day)
        transfers.expire_letters(today=day, now=now)
        case_clock.move_up(today=day, now=now)
        case_clock.remind(today=day, now=now)

    def _committee(self, place: str, day: date) -> Actor:
        body = TOWNSHIP_BY_NAME[place].committee
        account = next(
            row for row in self.accounts if row.body == body and row.role is Role.TOWNSHIP_COMMITTEE
        )
        return actor_named(account.user_name, day)

    def _branches(self, place: str) -> list[Organisation]:
        """Return the branches of a place that no story of the study is told of."""
        rows = visible_organisations(self.operator).filter(
            state=OrgState.ACTIVE,
            org_type=OrgType.BRANCH,
            body__parent__name=TOWNSHIP_BY_NAME[place].committee,
        )
        return list(rows.exclude(name__in=STUDY_BRANCHES).order_by("pk"))

    def _branch(self, place: str) -> Organisation:
        branches = self._branches(place)
        return branches[len(self.taken) % len(branches)]

    def _member(self, place: str) -> Member:
        """Return a full member of the place's largest branches who is in no story yet."""
        rows = visible_members(self.operator).filter(
            formal_org__in=self._branches(place),
            member_class=MemberClass.FULL,
            status=MembershipStatus.NORMAL,
            activity_org=None,
        )
        fresh = rows.exclude(pk__in=self.taken).exclude(id_number_sealed="").order_by("pk")
        sizes: dict[int | None, int] = {}
        for member in fresh:
            sizes[member.formal_org_id] = sizes.get(member.formal_org_id, 0) + 1
        largest = max(sizes, key=lambda key: (sizes[key], -(key or 0)))
        chosen = next(member for member in fresh if member.formal_org_id == largest)
        self.taken.add(chosen.pk)
        return chosen
