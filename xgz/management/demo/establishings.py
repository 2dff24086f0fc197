"""New organisations of the demo county on their way: one works already, one still lacks things."""

from dataclasses import dataclass
from datetime import date

from xgz.access.cases import reviews_of
from xgz.access.establishing import visible_establishings
from xgz.management.demo.cast import Cast
from xgz.management.demo.elections import ElectionSeeder, ElectionStory
from xgz.management.demo.formations import RUNNING_IN_AT, SETTLED_AT
from xgz.management.demo.organisations import QINGPING_BRANCH
from xgz.management.demo.sites import SiteSeeder
from xgz.models import Establishing, Organisation
from xgz.queries.establishing import (
    instructors_at,
    joining_rows,
    own_transfers,
    station_of,
)
from xgz.rules.elections import ElectionState, Sort
from xgz.rules.establishing import EstablishingState
from xgz.rules.sites import Moment, SiteItem
from xgz.rules.transfers import Channel
from xgz.services import establishing
from xgz.services.cases import clock as case_clock
from xgz.services.cases.reviews import answer_review

_PLAQUE, _PLACE, _SEAL = SiteItem.PLAQUE, SiteItem.PLACE, SiteItem.SEAL
_FIRST = ElectionStory(
    "", Sort.FIRST, ElectionState.CONFIRMED, 56, 46, "城关街道党群服务中心", is_counted=True
)


@dataclass(frozen=True, slots=True)
class EstablishingSeeder:
    """cast: who acts; every step is taken under the rights of its day."""

    cast: Cast

    def seed(self) -> int:
        """Let what was approved be set up and find its feet; return how many organisations did."""
        settled = self._settle()
        running_in = self._run_in()
        self._furnish_study_branch()
        case_clock.remind(today=self.cast.operator.today, now=self.cast.now)
        return settled + running_in

    def _settle(self) -> bool:
        """Walk the one of SETTLED_AT to its end; its first election is its first meeting too (ES-7)."""
        place = SETTLED_AT
        case = self._set_up(place, 84)
        if case is None or case.organisation is None:
            return False
        branch = case.organisation
        self._move_in(case, place, 80, len(joining_rows(case, self.cast.operator)))
        self._assign(case, place, 58)
        self._answer(case, place, 57, "已指派指导员，协助落实场所、标牌")
        ElectionSeeder(self.cast).tell(_FIRST, branch)
        branch.refresh_from_db()
        self._look(branch, place, 55)
        day = self.cast.day(36)
        establishing.finish(case=case, actor=self.cast.committee(place, day), now=self.cast.at(day))
        return True

    def _run_in(self) -> bool:
        """Bring the one of RUNNING_IN_AT half the way: one of three moved in, no seal, no rest."""
        place = RUNNING_IN_AT
        case = self._set_up(place, 18)
        if case is None or case.organisation is None:
            return False
        branch, site = case.organisation, SiteSeeder(self.cast)
        self._move_in(case, place, 5, 1)
        self._assign(case, place, 12)
        committee = self.cast.committee(place, self.cast.day(10))
        site.look(committee, branch, _SEAL, SiteItem.READING, SiteItem.LEDGER)
        site.photograph(committee, branch, _PLAQUE, Moment.BEFORE)
        later = self.cast.committee(place, self.cast.day(6))
        site.photograph(later, branch, _PLAQUE, Moment.AFTER)
        site.give_things(later, branch, "会议桌", 2)
        establishing.plan_meeting(
            actor=later,
            case=case,
            meeting_on=self.cast.day(-5),
            place="清平镇商会服务站",
            now=self.cast.at(later.today),
        )
        return True

    def _set_up(self, place: str, days_ago: int) -> Establishing | None:
        """Set up what was approved at a place, by its approved name; None where nothing waits."""
        day = self.cast.day(days_ago)
        actor = self.cast.committee(place, day)
        waiting = visible_establishings(actor).filter(state=EstablishingState.SETTING_UP)
        case = waiting.select_related("formation", "area").order_by("pk").first()
        if case is None:
            return None
        establishing.set_up(case=case, actor=actor, now=self.cast.at(day))
        return case

    def _move_in(self, case: Establishing, place: str, days_ago: int, moving: int) -> None:
        """Propose the transfers of all who join, and finish so many of them the next day."""
        actor = self.cast.committee(place, self.cast.day(days_ago))
        rows = [row.member for row in joining_rows(case, actor) if row.may_propose]
        establishing.propose_transfers(
            actor=actor,
            case=case,
            members=rows,
            channel=Channel.CARRIED,
            now=self.cast.at(actor.today),
        )
        next_day = self.cast.committee(place, self.cast.day(days_ago - 1))
        chosen = own_transfers(case)[:moving]
        now = self.cast.at(next_day.today)
        establishing.take_in(actor=next_day, case=case, chosen=chosen, now=now)

    def _assign(self, case: Establishing, place: str, days_ago: int) -> None:
        day = self.cast.day(days_ago)
        station = station_of(case.organisation) if case.organisation else None
        rows = instructors_at(station, day) if station else []
        free = sorted(rows, key=lambda row: (not row.has_room, row.load))
        if free:
            establishing.assign_instructor(
                actor=self.cast.station(place, day),
                case=case,
                instructor=free[0].user,
                now=self.cast.at(day),
            )

    def _answer(self, case: Establishing, place: str, days_ago: int, words: str) -> None:
        day = self.cast.day(days_ago)
        for review in reviews_of(case).filter(closed_at=None):
            answer_review(
                actor=self.cast.station(place, day),
                case=case,
                review=review,
                agrees=True,
                opinion=words,
                now=self.cast.at(day),
            )

    def _look(self, branch: Organisation, place: str, days_ago: int) -> None:
        actor, site = self.cast.committee(place, self.cast.day(days_ago)), SiteSeeder(self.cast)
        site.look(actor, branch)
        site.photograph(actor, branch, _PLAQUE, Moment.AFTER)
        site.photograph(actor, branch, _PLACE, Moment.AFTER)
        site.give_money(actor, branch, 3000, used=1200)
        site.give_things(actor, branch, "党旗", 1)

    def _furnish_study_branch(self) -> None:
        """Let the branch whose secretary has an account own a site that lacks little."""
        branch = self.cast.organisation(QINGPING_BRANCH)
        if branch is None:
            return
        day: date = self.cast.day(33)
        actor, site = self.cast.committee("清平镇", day), SiteSeeder(self.cast)
        site.look(actor, branch, SiteItem.INSIGNIA)
        site.photograph(actor, branch, _PLACE, Moment.AFTER)
        site.give_money(actor, branch, 2000, used=650)
