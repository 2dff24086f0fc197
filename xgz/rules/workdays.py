"""Working days by the State Council's yearly notices, and lights for due dates (CL-1 to CL-4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

NEAR_WORKDAYS = 3  # CL-3: yellow from three working days before the due date on
_SATURDAY = 5
_DAY = timedelta(days=1)


class Light(StrEnum):
    CALM = "calm"
    NEAR = "near"  # yellow
    LATE = "late"  # red


@dataclass(frozen=True, slots=True)
class YearOfDays:
    """One year's notice: days off on weekdays and working days on weekends, each with its reason.

    is_final: the notice is out; else only the holidays fixed by law are known (CL-2).
    """

    source: str
    is_final: bool
    off: Mapping[date, str]
    shifted: Mapping[date, str]  # weekend days that are worked


@dataclass(frozen=True, slots=True)
class Standing:
    """How a due date stands today. days: working days left, or calendar days overdue (CL-3).

    went_up: the date is the one that passed before the case went up, not the one it has now (CS-5).
    """

    light: Light
    days: int
    is_provisional: bool = False
    went_up: bool = False


@dataclass(frozen=True, slots=True)
class Workdays:
    """The calendar of working days. corrections: the district's own entries, day → is worked."""

    years: Mapping[int, YearOfDays]
    corrections: Mapping[date, bool] = field(default_factory=dict)
    final_years: frozenset[int] = frozenset()  # years whose notice the district has entered

    def is_workday(self, day: date) -> bool:
        """Test whether the day is worked (CL-1)."""
        if day in self.corrections:
            return self.corrections[day]
        year = self.notice_of(day.year)
        if year is not None and day in year.shifted:
            return True
        if year is not None and day in year.off:
            return False
        return day.weekday() < _SATURDAY

    def notice_of(self, year: int) -> YearOfDays | None:
        """Return the days known of a year, or None.

        A notice the district entered stands among the corrections and takes the place of what was
        only known by law (CL-2).
        """
        known = self.years.get(year)
        if known is not None and not known.is_final and year in self.final_years:
            return None
        return known

    def is_provisional(self, first: date, last: date) -> bool:
        """Test whether a year between the two days has no notice yet (CL-2); both ends count."""
        return any(not self.is_final(year) for year in range(first.year, last.year + 1))

    def is_final(self, year: int) -> bool:
        """Test whether the notice of a year is known (CL-2)."""
        known = self.years.get(year)
        return year in self.final_years or (known is not None and known.is_final)

    def add(self, start: date, count: int) -> date:
        """Return the day `count` working days after `start`, which is not counted itself."""
        day = start
        while count > 0:
            day += _DAY
            count -= self.is_workday(day)
        return day

    def between(self, first: date, last: date) -> int:
        """Return the working days after `first` up to and with `last`; 0 where last is earlier."""
        return sum(
            self.is_workday(first + timedelta(days=n)) for n in range(1, (last - first).days + 1)
        )

    def standing(self, due_on: date, today: date, near: int = NEAR_WORKDAYS) -> Standing:
        """Return the light of a due date; the due day itself is not late yet (CL-3).

        near: from how many working days left on the light is yellow.
        """
        if due_on < today:
            return Standing(Light.LATE, (today - due_on).days)
        left = self.between(today, due_on)
        light = Light.NEAR if left <= near else Light.CALM
        return Standing(light, left, self.is_provisional(today, due_on))

    def near_from(self, due_on: date, near: int = NEAR_WORKDAYS) -> date:
        """Return the first day on which a due date shows yellow (CL-3)."""
        day = due_on
        while self.between(day - _DAY, due_on) <= near:
            day -= _DAY
        return day
