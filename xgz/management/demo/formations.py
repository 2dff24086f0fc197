"""Formations of the demo county in every state, opened and walked on by the people of the demo."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from xgz.access.actor import Actor
from xgz.access.businesses import visible_businesses
from xgz.access.cases import parties_of, reviews_of
from xgz.access.leads import assignable_instructors, visible_leads
from xgz.access.members import visible_members
from xgz.access.organisations import visible_bodies
from xgz.access.users import actor_named
from xgz.management.demo.district import TOWNSHIP_BY_NAME, AccountRow
from xgz.management.demo.officers import SECOND_TOWNSHIP
from xgz.management.demo.organisations import STUDY_BRANCHES
from xgz.models import Business, Formation, Member
from xgz.queries.parameters import work_limits_on
from xgz.queries.worklists import worklist_query
from xgz.rules.formations import (
    Consent,
    FormationAction,
    FormationParty,
    Room,
    step_number,
    step_party,
)
from xgz.rules.members import MemberClass, MembershipStatus
from xgz.rules.registration import BusinessStatus
from xgz.rules.roles import Role
from xgz.rules.worklists import Worklist
from xgz.services import formations
from xgz.services.cases import clock as case_clock
from xgz.services.cases.reviews import answer_review

_OFFICE_HOURS = time(14, 30)
_NEIGHBOURS = 200  # how many businesses of a place are looked at for those close together
_STANDING = timedelta(days=800)  # long enough a full member to become secretary (FM-12)
SETTLED_AT, RUNNING_IN_AT = "城关街道", "清平镇"  # where an approved one is set up since
_A, _AGREES, _WORRIED = FormationAction, Consent.AGREES, Consent.WORRIED


@dataclass(frozen=True, slots=True)
class FormationStory:
    """One formation: where, who opens it how long ago, what its file holds, and its steps.

    talks: what each owner said, "" for nobody asked yet; from_list: a row of those that should form.
    A step follows the other after two days.
    """

    place: str
    opener: Role
    days_ago: int
    talks: tuple[Consent, ...]
    members: int = 0
    room: str = ""
    steps: tuple[tuple[FormationAction, str], ...] = ()
    from_list: bool = False


_BUREAU, _COMMITTEE = Role.BUREAU, Role.TOWNSHIP_COMMITTEE
_SENT = ((_A.SEND, ""),)
_PASSED = (*_SENT, (_A.AGREE, "经会议研究，同意成立，报组织部备案。"))
_APPROVED = (*_PASSED, (_A.CONCLUDE, "材料齐全，予以备案。"))
_QINGPING, _SECOND = "清平镇", SECOND_TOWNSHIP
_STORIES: tuple[FormationStory, ...] = (
    # Prepared: blockers of every kind, one of them waiting for the committee's roster.
    FormationStory(_QINGPING, _BUREAU, 6, (_AGREES, Consent.NOT_ASKED, Consent.NOT_ASKED)),
    FormationStory("城关街道", _BUREAU, 4, (Consent.NOT_ASKED,), from_list=True),
    FormationStory("城关街道", _BUREAU, 20, (_AGREES, _AGREES), 2, "金桥家居建材城管理处会议室"),
    # Complete and waiting: for a township, and for the department that is filed with.
    FormationStory(
        _QINGPING, _BUREAU, 9, (_AGREES, _AGREES, _AGREES), 4, "清平农贸市场二楼会议室", _SENT
    ),
    FormationStory("桃园镇", _BUREAU, 13, (_AGREES, _WORRIED), 3, "桃园果品市场党员活动室", _SENT),
    FormationStory(_SECOND, _COMMITTEE, 15, (_AGREES, _AGREES), 3, "石桥汽配城服务中心", _SENT),
    FormationStory("东渡街道", _BUREAU, 17, (_AGREES, _AGREES), 5, "东渡水产市场值班室", _PASSED),
    # Given back with words, and the ends a case may have.
    FormationStory(
        _SECOND,
        _BUREAU,
        12,
        (_AGREES, _WORRIED),
        3,
        "石桥镇便民服务中心",
        (*_SENT, (_A.RETURN, "第二户负责人的顾虑没有回应，请再谈一次，并写明活动怎样安排。")),
    ),
    FormationStory(
        "白沙镇",
        _BUREAU,
        40,
        (_AGREES, _AGREES, _AGREES),
        4,
        "白沙农贸市场管理办公室",
        _APPROVED,
    ),
    FormationStory(
        "南塘镇",
        _BUREAU,
        33,
        (_AGREES, _WORRIED),
        3,
        "南塘粮油市场门卫室",
        (*_SENT, (_A.REFUSE, "两户年内将拆迁，待安置后再提出。")),
    ),
    FormationStory(
        "河湾镇",
        _BUREAU,
        28,
        (_AGREES, _WORRIED),
        steps=((_A.WITHDRAW, "一户已决定转让店面，暂不组建。"),),
    ),
    # Approved long enough ago to have been set up since (demo/establishings.py).
    FormationStory(
        SETTLED_AT, _BUREAU, 95, (_AGREES, _AGREES), 4, "城关街道党群服务中心", _APPROVED
    ),
    FormationStory(
        RUNNING_IN_AT, _BUREAU, 30, (_AGREES, _AGREES), 3, "清平镇商会服务站", _APPROVED
    ),
)


@dataclass(slots=True)
class FormationSeeder:
    """operator: the shell operator, who looks rows up; accounts: everybody with an account.

    Every step is taken by whoever of the demo holds the seat, under the rights of that day.
    """

    operator: Actor
    accounts: list[AccountRow]
    now: datetime

    def seed(self) -> int:
        """Tell the stories of the places that have units and people; return how many there are."""
        told = sum(self._tell(story) for story in _STORIES)
        case_clock.remind(today=self.operator.today, now=self.now)
        return told

    def _tell(self, story: FormationStory) -> bool:
        units = self._units(story)
        people = self._people(story)
        if len(units) < len(story.talks) or len(people) < story.members:
            return False
        case = self._open(story, units)
        self._fill(case, story, people)
        for number, (action, opinion) in enumerate(story.steps, start=1):
            day = self._day(story.days_ago - 2 - 2 * number)
            case.refresh_from_db()
            actor = self._holder(case, self._party(case, action), day)
            take = formations.ACTIONS[action]
            take(case=case, actor=actor, now=self._at(day), opinion=opinion)
        return True

    def _open(self, story: FormationStory, units: Sequence[Business]) -> Formation:
        day = self._day(story.days_ago)
        body = TOWNSHIP_BY_NAME[story.place].committee if story.opener is _COMMITTEE else ""
        actor, now = self._named(story.opener, body, day), self._at(day)
        if story.from_list:
            return formations.open_for_should_form(actor=actor, business=units[0], now=now)
        return formations.open_formation(actor=actor, units=units, now=now)

    def _fill(self, case: Formation, story: FormationStory, people: Sequence[Member]) -> None:
        """Put talks, room and people into the file a day after it was opened."""
        day = self._day(story.days_ago - 1)
        now, preparer = self._at(day), self._holder(case, FormationParty.PREPARER, day)
        for row, said in zip(case.units.order_by("pk"), story.talks, strict=True):
            if said is not Consent.NOT_ASKED:
                note = _SAID[said]
                formations.record_talk(
                    actor=preparer,
                    case=case,
                    row=row,
                    talked_on=day,
                    consent=said,
                    note=note,
                    now=now,
                )
        if story.room:
            formations.set_room(
                actor=preparer, case=case, room=Room.SHARED, place=story.room, now=now
            )
            self._lead(case, preparer, now)
        if people:
            self._name(case, people, day)

    def _lead(self, case: Formation, preparer: Actor, now: datetime) -> None:
        """Name the first instructor of the place, where it has one."""
        serving = assignable_instructors(case.area, preparer.today) if case.area else None
        first = serving.order_by("pk").first() if serving is not None else None
        if first is not None:
            formations.name_instructor(actor=preparer, case=case, instructor=first.user, now=now)

    def _name(self, case: Formation, people: Sequence[Member], day: date) -> None:
        """Let whoever reads the roster name the people, and answer that it is done."""
        now = self._at(day)
        is_asked = FormationParty.ROSTER in parties_of(case)
        party = FormationParty.ROSTER if is_asked else FormationParty.PREPARER
        namer = self._holder(case, party, day)
        formations.add_members(actor=namer, case=case, members=people, now=now)
        first = case.members.order_by("pk")[0]
        formations.name_secretary(actor=namer, case=case, row=first, now=now)
        for review in reviews_of(case):
            answer_review(
                actor=namer, case=case, review=review, agrees=True, opinion="名册已核对", now=now
            )

    def _units(self, story: FormationStory) -> list[Business]:
        """Return as many businesses as talks, close together, that no organisation lists."""
        if story.from_list:
            today = self.operator.today
            limits = work_limits_on(today)
            found = worklist_query(Worklist.SHOULD_FORM, self.operator, today, limits=limits)
        else:
            found = visible_businesses(self.operator).filter(
                status=BusinessStatus.IN_BUSINESS, coverages=None, latitude__isnull=False
            )
        here = found.filter(township__name=TOWNSHIP_BY_NAME[story.place].committee)
        free = here.filter(formation_units=None).order_by("pk")
        rows = list(free.select_related("township")[:_NEIGHBOURS])
        near = sorted(rows, key=lambda row: _distance(rows[0], row))
        return near[: len(story.talks)]

    def _people(self, story: FormationStory) -> list[Member]:
        """Return full members of the place's branches who are in no other story."""
        branches = TOWNSHIP_BY_NAME[story.place].committee
        rows: QuerySet[Member] = visible_members(self.operator).filter(
            formal_org__body__parent__name=branches,
            member_class=MemberClass.FULL,
            status=MembershipStatus.NORMAL,
            full_on__lt=self.operator.today - _STANDING,
        )
        told = [lead.found_id for lead in visible_leads(self.operator)]
        rows = rows.exclude(public_id__in=told).exclude(formal_org__name__in=STUDY_BRANCHES)
        return list(rows.filter(transfers=None, formations=None).order_by("-pk")[: story.members])

    def _party(self, case: Formation, action: FormationAction) -> str:
        if action in (_A.SEND, _A.WITHDRAW):
            return FormationParty.PREPARER
        return step_party(step_number(case.state))

    def _holder(self, case: Formation, party: str, day: date) -> Actor:
        seat = parties_of(case)[party]
        return self._named(
            Role(seat.role), visible_bodies(self.operator).get(pk=seat.body_id).name, day
        )

    def _named(self, role: Role, body: str, day: date) -> Actor:
        """Return who holds a role on a day; body: "" for the only one of its kind."""
        found = (row for row in self.accounts if row.role is role and body in ("", row.body))
        return actor_named(next(found).user_name, day)

    def _day(self, days_ago: int) -> date:
        return self.operator.today - timedelta(days=max(days_ago, 0))

    def _at(self, day: date) -> datetime:
        return min(datetime.combine(day, _OFFICE_HOURS, self.now.tzinfo), self.now)


_SAID: dict[Consent, str] = {
    _AGREES: "说明了来意和好处，愿意参加，希望活动安排在收市以后",
    _WORRIED: "担心影响生意，也怕填表多，需要再沟通",
}


def _distance(one: Business, other: Business) -> float:
    """Return how far two businesses are apart, in degrees; those without a place last."""
    ends = (one.longitude, one.latitude), (other.longitude, other.latitude)
    if any(part is None for end in ends for part in end):
        return math.inf
    return math.dist(*ends)  # type: ignore[arg-type]
