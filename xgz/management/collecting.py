"""Commands that hold millions of small values at once."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_THRESHOLDS = (50_000, 20, 100)


@contextmanager
def rare_collections() -> Iterator[None]:
    """Let the collector of cycles run rarely; for a process that ends with its command.

    Names and numbers hold no cycles. Looking through them again and again took two fifths of the
    time of comparing 200,000 people with a million.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
