from datetime import date

import pytest

from xgz.rules.calendar import DateOutOfReach, add_months


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 11, 23), -12, date(2025, 11, 23)),
        (date(9999, 11, 30), 1, date(9999, 12, 30)),
        (date(1, 2, 1), -1, date(1, 1, 1)),
    ],
    ids=str,
)
def test_months_later_is_the_same_day_or_the_months_last(start, months, end):
    assert add_months(start, months) == end


@pytest.mark.parametrize(
    ("start", "months"), [(date(9999, 12, 31), 1), (date(1, 1, 1), -1)], ids=str
)
def test_no_day_lies_beyond_the_calendar(start, months):
    with pytest.raises(DateOutOfReach):
        add_months(start, months)
