"""The one clock. Pages, jobs and commands read it at the edge and pass the time on (CL-5)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from django.utils import timezone

_reader: Callable[[], datetime] = timezone.now


def now() -> datetime:
    """Return the present moment in the office's time zone."""
    return timezone.localtime(_reader())


def today() -> date:
    """Return the present day in the office's time zone."""
    return now().date()


def day_of(moment: datetime) -> date:
    """Return the day a moment falls on in the office's time zone."""
    return timezone.localtime(moment).date()


def local(moment: datetime) -> datetime:
    """Return a moment in the office's time zone, to be written out."""
    return timezone.localtime(moment)


def end_of(day: date) -> datetime:
    """Return the moment at which a day is over in the office's time zone."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


@contextmanager
def showing(reader: Callable[[], datetime]) -> Iterator[None]:
    """Let the clock show what `reader` returns while the block runs; for tests and rehearsals."""
    global _reader
    before, _reader = _reader, reader
    try:
        yield
    finally:
        _reader = before
