"""One finished comparison of the demo county, with pairs in every decision, made as real ones are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from xgz.access.actor import Actor
from xgz.access.matching import townships_to_choose, visible_tasks
from xgz.access.users import actor_named
from xgz.models import Body, MatchingTask
from xgz.queries.matching import next_pair, open_areas
from xgz.rules.matching import LEAD_WITHIN, Decision, MatchPurpose
from xgz.services import matching
from xgz.services.cases import clock as case_clock
from xgz.services.jobs import claim, run_job
from xgz.services.matching import TaskPapers
from xgz.services.self_reports.windows import WindowsOverlap, open_window

_CLERK = "zuzhibu"
_WINDOW_DAYS_AGO, _TASK_DAYS_AGO = 75, 6
_OFFICE_HOURS = time(15, 10)
_DECISIONS = (Decision.YES, Decision.NO, Decision.LATER)
_ASSESSMENT = b"%PDF-1.4\n% invented district, impact assessment for the demonstration\n%%EOF\n"


@dataclass(frozen=True, slots=True)
class MatchingSeeder:
    """operator: the shell operator, who looks rows up; the clerk of the department does the rest."""

    operator: Actor
    now: datetime

    def seed(self) -> int:
        """Open windows, compare a few days ago, review some pairs; return how many were found.

        The first is carried out, so that leads, notices and lists have something to show.
        """
        areas = self._areas()
        if not areas:
            return 0
        day = self.operator.today - timedelta(days=_TASK_DAYS_AGO)
        task = self._compare(areas, day)
        self._decide(task, day, (Decision.YES,))
        if task.found:
            purpose, moment = MatchPurpose.FIND, self._moment(day) + timedelta(minutes=30)
            task.refresh_from_db()
            matching.carry_out(actor=self._clerk(day), task=task, purpose=purpose, now=moment)
            matching.hand_out_leads(now=min(moment + LEAD_WITHIN, self.now))
        self._decide(task, day + timedelta(days=1), _DECISIONS)
        for days in reversed(range(_TASK_DAYS_AGO)):
            self._let_time_pass(self.operator.today - timedelta(days=days))
        return task.found

    def _areas(self) -> list[Body]:
        """Return townships whose window is over, after having opened one where there was none."""
        townships = list(townships_to_choose(self._clerk(self.operator.today)))
        day = self.operator.today - timedelta(days=_WINDOW_DAYS_AGO)
        for area in townships:
            try:
                open_window(actor=self._clerk(day), area=area, opens_on=day, now=self._moment(day))
            except WindowsOverlap:
                continue
        still_open = open_areas(townships, self.operator.today - timedelta(days=_TASK_DAYS_AGO))
        return [area for area in townships if area not in still_open]

    def _compare(self, areas: list[Body], day: date) -> MatchingTask:
        papers = TaskPapers(
            legal_basis="《中国共产党党员教育管理工作条例》关于党员组织关系管理的规定",
            document_number="清组发〔2026〕8号（演示）",
            purpose=MatchPurpose.FIND,
            expires_on=self.operator.today + timedelta(days=120),
            areas=areas,
            assessment=_ASSESSMENT,
        )
        moment, clerk = self._moment(day), self._clerk(day)
        task = matching.create_task(actor=clerk, papers=papers, now=moment)
        matching.start_task(actor=clerk, task=task, now=moment)
        while (job := claim(worker="demo", now=moment)) is not None:
            run_job(job, lambda: moment)
            if job.subject == task.public_id:
                break
        return visible_tasks(clerk).get(pk=task.pk)

    def _decide(self, task: MatchingTask, day: date, decisions: Sequence[Decision]) -> None:
        """Decide on the next pairs, and leave the others to whoever looks at the demo."""
        pair = None
        for number, decision in enumerate(decisions):
            pair = next_pair(task, after=pair)
            if pair is None:
                return
            matching.decide(
                actor=self._clerk(day),
                pair=pair,
                decision=decision,
                version=pair.version,
                purpose=MatchPurpose.FIND,
                now=self._moment(day) + timedelta(minutes=number + 1),
            )

    def _let_time_pass(self, day: date) -> None:
        """Remind and move up, as the clock did on each day since the leads were opened."""
        case_clock.move_up(today=day, now=self._moment(day))
        case_clock.remind(today=day, now=self._moment(day))

    def _clerk(self, day: date) -> Actor:
        return actor_named(_CLERK, day)

    def _moment(self, day: date) -> datetime:
        return min(datetime.combine(day, _OFFICE_HOURS, self.now.tzinfo), self.now)
