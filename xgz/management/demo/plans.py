"""Plans of joint branches of the demo county: one the bureau adjusted, one to compare it with."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from xgz.access.actor import Actor
from xgz.access.planning import visible_plans
from xgz.access.users import actor_named
from xgz.management.demo.district import AccountRow
from xgz.models import Plan
from xgz.queries.parameters import parameters_on
from xgz.rules.planning.plans import Asked, CountSource, asked_by_default
from xgz.rules.roles import Role
from xgz.services import planning
from xgz.services.jobs import claim, run_job

_OFFICE_HOURS = time(16, 10)
_DAYS_AGO = 5
_WIDER_M = 1000
_LOCKED = 2  # groups that the bureau keeps whatever is planned again


@dataclass(slots=True)
class PlanSeeder:
    """operator: the shell operator, for the day; accounts: everybody with an account."""

    operator: Actor
    accounts: list[AccountRow]
    now: datetime

    def seed(self) -> int:
        """Let the bureau plan the county by declared members, and a day later lock and plan wider."""
        day = self._day(_DAYS_AGO)
        asked = asked_by_default(parameters_on(day))
        self._lock_some(self._plan(asked, day))
        wider = replace(asked, radius_m=_WIDER_M)
        self._plan(wider, self._day(_DAYS_AGO - 1), "范围放宽到一公里")
        return 2

    def _plan(self, asked: Asked, day: date, name: str = "") -> Plan:
        actor, moment = self._bureau(day), self._at(day)
        plan = planning.make_plan(
            actor=actor,
            asked=asked,
            source=CountSource.DECLARED,
            area=None,
            now=moment,
            name=name,
        )
        while (job := claim(worker="demo", now=moment)) is not None:
            run_job(job, lambda: moment)
            if job.subject == plan.public_id:
                break
        return visible_plans(actor).get(pk=plan.pk)

    def _lock_some(self, plan: Plan) -> None:
        day = self._day(_DAYS_AGO - 1)
        actor = self._bureau(day)
        new = plan.groups.filter(branch=None).order_by("code").values_list("code", flat=True)
        hand = planning.Hand(actor=actor, plan=plan, version=plan.version, now=self._at(day))
        if codes := list(new[:_LOCKED]):
            planning.lock_groups(actor=actor, hand=hand, groups=codes)

    def _bureau(self, day: date) -> Actor:
        account = next(row for row in self.accounts if row.role is Role.BUREAU)
        return actor_named(account.user_name, day)

    def _day(self, days_ago: int) -> date:
        return self.operator.today - timedelta(days=days_ago)

    def _at(self, day: date) -> datetime:
        return min(datetime.combine(day, _OFFICE_HOURS, self.now.tzinfo), self.now)
