"""One clock for all: what it shows, where the day ends, and that nobody reads another."""

import ast
from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.source_reading import label, parse, sources
from xgz.access import clock

ROOMS = ("web", "api", "jobs", "management", "services", "queries", "access", "models", "files")
ROOMS += ("engines", "rules", "config", "templatetags")
READERS = {
    "timezone.now",
    "timezone.localdate",
    "timezone.localtime",
    "date.today",
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "time.time",
    "time.localtime",
    "time.gmtime",
}
THE_CLOCK = "xgz/access/clock.py"


def readings(tree: ast.AST) -> list[str]:
    """Return where a module reads a clock: by the dotted name, or by a name imported bare."""
    bare = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in ("django.utils.timezone", "time")
        for alias in node.names
        if f"timezone.{alias.name}" in READERS or f"time.{alias.name}" in READERS
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            parts = ast.unparse(node).split(".")[-2:]
            found += [f"line {node.lineno}: {'.'.join(parts)}"] * (".".join(parts) in READERS)
        elif isinstance(node, ast.Name) and node.id in bare:
            found.append(f"line {node.lineno}: {node.id}")
        elif isinstance(node, ast.keyword) and node.arg in ("auto_now", "auto_now_add"):
            found.append(f"line {node.value.lineno}: {node.arg}")
    return found


@pytest.mark.parametrize("path", sources(*ROOMS), ids=label)
def test_nobody_reads_another_clock(path):
    if label(path) != THE_CLOCK:
        assert readings(parse(path)) == []


@pytest.mark.parametrize(
    "line",
    [
        "timezone.now()",
        "django.utils.timezone.localdate()",
        "date.today()",
        "datetime.datetime.now(tz=UTC)",
        "time.time()",
        "field(default_factory=timezone.now)",
        "from django.utils.timezone import now\nnow()",
        "models.DateTimeField(auto_now_add=True)",
    ],
)
def test_a_reading_of_another_clock_is_seen(line):
    assert len(readings(ast.parse(line))) == 1


@pytest.mark.parametrize(
    "line", ["clock.now()", "time.monotonic()", "case.due_on", "time(3)", "date(2026, 1, 1)"]
)
def test_what_reads_no_clock_is_left_alone(line):
    assert readings(ast.parse(line)) == []


@pytest.mark.parametrize(
    ("shown", "day"),
    [
        (datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2028, 2, 28, 16, 0, 0, tzinfo=UTC), date(2028, 2, 29)),
        (datetime(2028, 2, 29, 15, 59, 59, tzinfo=UTC), date(2028, 2, 29)),
        (datetime(2028, 2, 29, 16, 0, 0, tzinfo=UTC), date(2028, 3, 1)),
        # Summer time of 1986 to 1991 was an hour ahead.
        (datetime(1990, 7, 1, 14, 59, 59, tzinfo=UTC), date(1990, 7, 1)),
        (datetime(1990, 7, 1, 15, 0, 0, tzinfo=UTC), date(1990, 7, 2)),
    ],
    ids=str,
)
def test_the_day_is_the_offices_own(shown, day):
    with clock.showing(lambda: shown):
        assert clock.today() == clock.day_of(shown) == day
        assert clock.now() == shown
        assert clock.now().utcoffset() in (timedelta(hours=8), timedelta(hours=9))


def test_the_clock_shows_the_time_given_and_then_its_own_again():
    first, second = datetime(2030, 1, 1, tzinfo=UTC), datetime(2001, 1, 1, tzinfo=UTC)
    before = clock._reader

    with clock.showing(lambda: first):
        with clock.showing(lambda: second):
            assert clock.now() == second
        assert clock.now() == first
    assert clock._reader is before


def test_the_clock_shows_its_own_time_again_after_a_fault():
    before = clock._reader

    with (
        pytest.raises(ZeroDivisionError),
        clock.showing(lambda: datetime(2030, 1, 1, tzinfo=UTC)),
    ):
        1 / 0  # noqa: B018

    assert clock._reader is before


@pytest.mark.parametrize(
    "day", [date(2026, 11, 23), date(2026, 12, 31), date(2028, 2, 29), date(1986, 5, 3)], ids=str
)
def test_a_day_ends_where_the_next_one_begins(day):
    end = clock.end_of(day)

    assert clock.day_of(end - timedelta(microseconds=1)) == day
    assert clock.day_of(end) == day + timedelta(days=1)
    assert clock.local(end).time() == time()
