"""Leads of the demo county in every state, opened and worked on by the people of the demo."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from xgz.access.actor import Actor, actor_for
from xgz.access.businesses import visible_businesses
from xgz.access.leads import assignable_instructors, visible_leads
from xgz.access.members import visible_members
from xgz.access.users import actor_named
from xgz.management.demo.district import TOWNSHIP_BY_NAME, AccountRow
from xgz.models import Business, Lead, Member, User
from xgz.rules.leads import (
    CheckResult,
    LeadAction,
    LeadSource,
    LeadState,
    Placement,
    StatementKind,
    StatementSays,
    VisitKind,
    VisitOutcome,
)
from xgz.rules.members import MemberClass, MembershipStatus
from xgz.rules.registration import BusinessStatus
from xgz.rules.roles import Role
from xgz.services import leads
from xgz.services.cases import clock as case_clock
from xgz.services.leads import LeadDraft, Place, Visit

_OFFICE_HOURS = time(9, 40)
_S, _A = LeadState, LeadAction
_SENT = (_A.ASSIGN,)
_SEEN = (*_SENT, _A.VISIT)
_PROVEN = (*_SEEN, _A.CONFIRM)


@dataclass(frozen=True, slots=True)
class LeadStory:
    """One lead: where, who, from which source, what was done; a step a day, the last one today."""

    place: str
    name: str
    source: LeadSource
    note: str
    steps: tuple[LeadAction, ...] = ()
    days_ago: int = 3


_STORIES: tuple[LeadStory, ...] = (
    LeadStory("清平镇", "柏长青", LeadSource.HINT, "隔壁店主说他在外地当过村干部", days_ago=2),
    LeadStory("清平镇", "", LeadSource.PATROL, "巡查时店里挂着旧的先进集体奖状", days_ago=7),
    LeadStory("清平镇", "纪云帆", LeadSource.HINT, "市场管理员提供，摊位在东头", _SENT, 3),
    LeadStory("清平镇", "苗春和", LeadSource.VISIT, "上次走访时提到在老家还有关系没转", _SENT, 5),
    LeadStory("清平镇", "钮南枝", LeadSource.UNMATCHED_OWNER, "年报填报，名册未见", _SENT, 2),
    LeadStory("清平镇", "车明远", LeadSource.HINT, "同行介绍，每天下午在店", _SEEN, 4),
    LeadStory("清平镇", "杭照青", LeadSource.VISIT, "本人愿意说明情况", _PROVEN, 5),
    LeadStory("清平镇", "宿雁来", LeadSource.HINT, "老支书介绍", (*_PROVEN, _A.PLACE), 8),
    LeadStory("清平镇", "郁行止", LeadSource.PATROL, "巡查时了解", (*_SENT, _A.REFUSE), 1),
    LeadStory("清平镇", "水天成", LeadSource.HINT, "有人提供", (*_SEEN, _A.RULE_OUT), 6),
    LeadStory("清平镇", "厉秋实", LeadSource.VISIT, "走访时了解", (*_SENT, _A.MOVE_AWAY), 4),
    LeadStory("石桥镇", "堵知远", LeadSource.HINT, "街口修车铺的师傅", days_ago=1),
    LeadStory("石桥镇", "巢东篱", LeadSource.PATROL, "夜市摊主", _SENT, 2),
)


@dataclass(slots=True)
class LeadSeeder:
    """operator: the shell operator, who looks rows up; accounts: everybody with an account."""

    operator: Actor
    accounts: list[AccountRow]
    now: datetime

    def seed(self) -> int:
        """Tell the stories of the places that have somebody to send; return how many there are."""
        told = 0
        for number, story in enumerate(_STORIES):
            business = self._business(story, number)
            if business is not None:
                self._tell(story, business)
                told += 1
        case_clock.remind(today=self.operator.today, now=self.now)
        return told

    def _tell(self, story: LeadStory, business: Business) -> None:
        first = self._day(story.days_ago)
        committee = self._committee(story.place, first)
        lead = leads.open_lead(committee, self._draft(story, business, first), now=self._at(first))
        if lead is None:
            return
        for number, action in enumerate(story.steps, start=1):
            left = len(story.steps) - number
            day = self._day(min(left, max(story.days_ago - number, 0)))
            self._take(lead, story, action, day)

    def _draft(self, story: LeadStory, business: Business, day: date) -> LeadDraft:
        township = business.township
        if township is None:
            raise ValueError("only businesses of a township are taken")
        return LeadDraft(
            source=story.source,
            source_on=day,
            area=township,
            business=business,
            name=story.name,
            phone="1390000" + f"{6000 + _STORIES.index(story):04}" if story.name else "",
            note=story.note,
        )

    def _take(self, lead: Lead, story: LeadStory, action: LeadAction, day: date) -> None:
        committee = self._committee(story.place, day)
        actor = (
            self._sent(lead, day) if action in (_A.VISIT, _A.REFUSE, _A.MOVE_AWAY) else committee
        )
        given = self._given(lead, action, committee, day)
        leads.ACTIONS[action](
            case=lead, actor=actor, now=self._at(day), opinion=_SAID.get(action, ""), **given
        )

    def _given(self, lead: Lead, action: LeadAction, committee: Actor, day: date) -> dict[str, Any]:
        makers: dict[LeadAction, Callable[[], dict[str, Any]]] = {
            _A.ASSIGN: lambda: {"assignee": self._instructor(lead, day)},
            _A.VISIT: lambda: {"visit": Visit(VisitOutcome.SPOKE, VisitKind.ON_SITE, day)},
            _A.CONFIRM: lambda: self._prove(lead, committee, day),
            _A.PLACE: lambda: {"place": Place(Placement.JOINT)},
        }
        return makers[action]() if action in makers else {}

    def _prove(self, lead: Lead, committee: Actor, day: date) -> dict[str, Any]:
        leads.record_statement(
            case=lead,
            actor=committee,
            now=self._at(day),
            kind=StatementKind.IN_PERSON,
            says=StatementSays.MEMBER,
            stated_on=day,
        )
        leads.record_roster_check(
            case=lead,
            actor=committee,
            now=self._at(day),
            result=CheckResult.FOUND,
            member=self._member(),
            words="登记用的是曾用名，已向所在党支部核实",
            is_same_person=True,
        )
        return {}

    def _member(self) -> Member:
        """Return a member of the roster in no lead: the demo's leads and roster share no names."""
        rows = visible_members(self.operator).filter(
            member_class=MemberClass.FULL, status=MembershipStatus.NORMAL
        )
        named = [lead.found_id for lead in visible_leads(self.operator)]
        rows = rows.exclude(public_id__in=named)
        return rows.filter(transfers__isnull=True).order_by("-pk")[:1].get()

    def _business(self, story: LeadStory, number: int) -> Business | None:
        """Return a shop of the place, None where the place has none or nobody who may be sent."""
        rows = visible_businesses(self.operator).filter(
            township__name=TOWNSHIP_BY_NAME[story.place].committee,
            status=BusinessStatus.IN_BUSINESS,
        )
        business = rows.select_related("township").order_by("-pk")[number : number + 1].first()
        if business is None or business.township is None:
            return None
        seats = assignable_instructors(business.township, self._day(story.days_ago))
        return business if seats.exists() else None

    def _instructor(self, lead: Lead, day: date) -> User:
        """Return who is sent: somebody with a way to sign in where there is one."""
        if lead.area is None:
            raise ValueError("a lead lies in a township")
        users = [seat.user for seat in assignable_instructors(lead.area, day)]
        names = {row.user_name for row in self.accounts if row.role is Role.INSTRUCTOR}
        return next((user for user in users if user.username in names), users[0])

    def _sent(self, lead: Lead, day: date) -> Actor:
        if lead.instructor is None:
            raise ValueError("nobody was sent")
        return actor_for(lead.instructor, day)

    def _committee(self, place: str, day: date) -> Actor:
        body = TOWNSHIP_BY_NAME[place].committee
        account = next(
            row for row in self.accounts if row.body == body and row.role is Role.TOWNSHIP_COMMITTEE
        )
        return actor_named(account.user_name, day)

    def _day(self, days_ago: int) -> date:
        return self.operator.today - timedelta(days=days_ago)

    def _at(self, day: date) -> datetime:
        return min(datetime.combine(day, _OFFICE_HOURS, self.now.tzinfo), self.now)


_SAID: dict[LeadAction, str] = {
    _A.VISIT: "见到本人，按统一用语说明了来意",
    _A.RULE_OUT: "本人说明不是，名册也没有",
    _A.MOVE_AWAY: "店已转让，本人回了老家",
    _A.REFUSE: "本人不愿再被联系",
}
