"""Room on the disk: what an upload needs, and what is kept in reserve, when to sound the alarm (ST-1…)."""

_MB = 1 << 20
UPLOAD_FACTOR = 3  # ST-1: the original, its staged rows, the rows written
MARGIN_BYTES = 200 * _MB  # ST-1
RESERVE_BYTES = 64 * _MB  # ST-2
RESERVE_NAME = "reserve"
WAL_ALARM_BYTES = 64 * _MB  # ST-3
LONGEST_QUIET_MINUTES = 75  # ST-4: the schedule gives a worker something to do every hour
LONGEST_WAIT_MINUTES = 5  # ST-4


def room_for_file(size: int) -> int:
    """Return how many bytes must be free before a file of `size` bytes is taken in (ST-1)."""
    return UPLOAD_FACTOR * size + MARGIN_BYTES


def room_for_reserve() -> int:
    """Return how many bytes must be free before the reserve is made anew (ST-2).

    Twice its size: with less, making it would itself bring the disk near its end.
    """
    return 2 * RESERVE_BYTES
