"""The lunar dates of many birth dates, each worked out once (LK-6)."""

import numpy as np
from numpy.typing import NDArray

from xgz.rules.linkage.lunar import lunar_of

Dates = NDArray[np.int32]


class LunarDates:
    """Keeps the lunar date of every date met; dates are numbers of eight digits, 0 for none."""

    def __init__(self) -> None:
        self._known: dict[int, int] = {0: 0}

    def of(self, dates: Dates) -> Dates:
        """Return the lunar date of each, 0 where it has none."""
        distinct, places = np.unique(dates, return_inverse=True)
        known = self._known
        for date in distinct.tolist():
            if date not in known:
                known[date] = int(lunar_of(f"{date:08d}") or 0)
        return np.array([known[date] for date in distinct.tolist()], dtype=np.int32)[places]

    def are_one(self, a: Dates, b: Dates) -> NDArray[np.bool_]:
        """Test whether one date is the other's in the lunar calendar."""
        # A lunar date lies 17 to 53 days before its day: nothing further apart needs the table.
        days = np.abs(_day_number(a) - _day_number(b))
        near = np.flatnonzero((days >= 15) & (days <= 58))
        found = np.zeros(len(a), dtype=bool)
        found[near] = (self.of(a[near]) == b[near]) | (self.of(b[near]) == a[near])
        return found


LUNAR_DATES = LunarDates()


def _day_number(dates: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return days on a rough scale of months of 30.5 days."""
    found = dates // 10000 * 366 + (dates // 100 % 100) * 30.5 + dates % 100
    return found.astype(np.int32)
