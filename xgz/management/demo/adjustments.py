"""Organisations of the demo county that are adjusted: suggested, revived, merged, to be revoked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from xgz.access.cases import reviews_of
from xgz.access.closures import visible_closures
from xgz.management.demo.cast import Cast
from xgz.management.demo.officers import SECOND_TOWNSHIP
from xgz.models import Adjustment, Organisation
from xgz.queries.adjustments import missing_of
from xgz.rules.adjustments import Origin, PlanItem
from xgz.rules.closures import ClosureOption, ClosureState
from xgz.rules.organisations import FormationMode
from xgz.services import adjustments, closures, organisations
from xgz.services.cases import clock as case_clock
from xgz.services.cases.reviews import answer_review

# Dates of a revival's plan, in days after the decision.
_PLAN = {
    PlanItem.SECRETARY: 20,
    PlanItem.MEMBERS: 60,
    PlanItem.MEETING: 90,
    PlanItem.INSTRUCTOR: 30,
}


@dataclass(frozen=True, slots=True)
class AdjustmentSeeder:
    """cast: who acts; every step is taken under the rights of its day."""

    cast: Cast

    def seed(self) -> int:
        """Tell the stories of the organisations the county has; return how many there are."""
        told: Sequence[Adjustment | None] = (
            self._suggest("白沙所建材企业联合党支部", "白沙镇", 5),
            self._revive("清平镇个私协会党支部", 34),
            self._revive_and_file("南塘粮油市场联合党支部", 70),
            self._merge("石桥所汽配企业联合党支部", "石桥镇个私协会党支部", 20),
            self._keep("长岭镇个私协会党支部", 45),
            self._revoke_for_a_closure(SECOND_TOWNSHIP),
        )
        case_clock.remind(today=self.cast.operator.today, now=self.cast.now)
        return sum(each is not None for each in told)

    def _suggest(self, name: str, place: str, days_ago: int) -> Adjustment | None:
        branch = self.cast.organisation(name)
        if branch is None:
            return None
        day = self.cast.day(days_ago)
        return adjustments.open_adjustment(
            actor=self.cast.station(place, day),
            organisation=branch,
            origin=Origin.LISTED,
            opinion="只剩两名正式党员，多年没有活动，建议并入所在镇的协会党支部",
            now=self.cast.at(day),
        )

    def _revive(self, name: str, days_ago: int) -> Adjustment | None:
        """Propose, submit a week later, and decide to revive another week later."""
        branch = self.cast.organisation(name)
        if branch is None:
            return None
        case = self._submit(branch, days_ago, "有班子、有党员，主要是没人牵头")
        day = self.cast.day(days_ago - 14)
        adjustments.decide_revive(
            case=case,
            actor=self.cast.committee_above(branch, day),
            now=self.cast.at(day),
            met_on=day,
            plan={item: day + timedelta(days=days) for item, days in _PLAN.items()},
            opinion="保留党支部，按计划恢复组织生活",
        )
        return case

    def _revive_and_file(self, name: str, days_ago: int) -> Adjustment | None:
        """Revive one that meets again, and send it to be filed where nothing is left to do."""
        case = self._revive(name, days_ago)
        if case is None:
            return None
        branch, day = case.organisation, self.cast.day(2)
        met_on = self.cast.day(days_ago - 40)
        actor = self.cast.committee_above(branch, met_on)
        organisations.record_life(
            actor=actor, organisation=branch, held_on=met_on, now=self.cast.at(met_on)
        )
        if not missing_of(case, day):
            adjustments.finish(
                case=case,
                actor=self.cast.committee_above(branch, day),
                now=self.cast.at(day),
                opinion="书记、党员、指导员和组织生活均已落实",
            )
        return case

    def _merge(self, name: str, into: str, days_ago: int) -> Adjustment | None:
        branch, target = self.cast.organisation(name), self.cast.organisation(into)
        if branch is None or target is None:
            return None
        case = self._submit(branch, days_ago, "正式党员不足三名，覆盖单位仍在经营")
        day = self.cast.day(days_ago - 14)
        adjustments.decide_merge(
            case=case,
            actor=self.cast.committee_above(branch, day),
            now=self.cast.at(day),
            met_on=day,
            target_org=target,
            opinion="并入协会党支部，党员随之编入",
        )
        return case

    def _keep(self, name: str, days_ago: int) -> Adjustment | None:
        branch = self.cast.organisation(name)
        if branch is None:
            return None
        case = self._open(branch, days_ago, "党员少，听取镇里意见")
        day = self.cast.day(days_ago - 10)
        adjustments.drop(
            case=case,
            actor=self.cast.committee_above(branch, day),
            now=self.cast.at(day),
            opinion="两名发展对象年内转正，暂不调整",
        )
        return case

    def _revoke_for_a_closure(self, place: str) -> Adjustment | None:
        """Let a closed business take its own branch with it: found on the spot, decided, handed over."""
        rows = visible_closures(self.cast.operator).filter(
            state=ClosureState.VERIFYING,
            organisation__formation_mode=FormationMode.STANDALONE,
            area__short_name=place,
        )
        case = rows.select_related("organisation", "business").order_by("pk").first()
        if case is None:
            return None
        today = self.cast.operator.today
        now, committee = self.cast.now, self.cast.committee(place, today)
        for review in reviews_of(case).filter(closed_at=None):
            answer_review(
                actor=self.cast.station(place, today),
                case=case,
                review=review,
                agrees=True,
                opinion="厂房已清空，门口贴有转让告示",
                now=now,
            )
        closures.confirm(case=case, actor=committee, now=now, opinion="走访核实，确已停业")
        closures.decide(case=case, actor=committee, now=now, option=ClosureOption.REVOKE)
        return case.adjustment

    def _submit(self, branch: Organisation, days_ago: int, words: str) -> Adjustment:
        case = self._open(branch, days_ago, words)
        day = self.cast.day(days_ago - 7)
        adjustments.submit(
            case=case, actor=self.cast.committee_above(branch, day), now=self.cast.at(day)
        )
        return case

    def _open(self, branch: Organisation, days_ago: int, words: str) -> Adjustment:
        day: date = self.cast.day(days_ago)
        return adjustments.open_adjustment(
            actor=self.cast.committee_above(branch, day),
            organisation=branch,
            origin=Origin.LISTED,
            opinion=words,
            now=self.cast.at(day),
        )
