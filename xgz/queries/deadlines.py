"""How due dates stand on one day, under the district's parameters and working days (CL-3)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from xgz.models import Case, CaseReview
from xgz.queries.parameters import parameters_on, workdays
from xgz.rules.workdays import Standing, Workdays


@dataclass(frozen=True, slots=True)
class Deadlines:
    """days: the parameters of the day; calendar: the working days."""

    today: date
    days: Mapping[str, int]
    calendar: Workdays

    def standing(self, due_on: date, late_since: date | None = None) -> Standing:
        """Return the light of a due date; late_since: the date that passed before it went up."""
        near = self.days["case.near_days"]
        found = self.calendar.standing(late_since or due_on, self.today, near)
        return replace(found, went_up=late_since is not None)

    def of(self, item: Case | CaseReview) -> Standing | None:
        """Return the light of an open case or sub-step, None for a closed one."""
        if item.due_on is None:
            return None
        return self.standing(item.due_on, item.late_since)


def deadlines_on(today: date) -> Deadlines:
    """Return the parameters and working days of a day; two queries."""
    return Deadlines(today, parameters_on(today), workdays())
