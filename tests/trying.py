"""Try many things on one world: each is undone before the next, and what is wrong is collected."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from hypothesis import Phase, settings

# An example walks through the database: to shrink a failing one takes minutes and tells little
# more than its first form.
EXAMPLES = settings(phases=[Phase.explicit, Phase.reuse, Phase.generate])


@contextmanager
def undone() -> Iterator[None]:
    """Let nothing that is done in the block stay, so that all that is tried meets the same world.

    Objects in memory are not put back: fetch anew in the block what it changes.
    """
    try:
        with transaction.atomic():
            yield
            connection.check_constraints()  # the end of the test does not see these rows any more
            transaction.set_rollback(True)
    finally:
        cache.clear()


class Tries:
    """Collects what went wrong, each by the names of what was tried."""

    def __init__(self) -> None:
        self.wrong: list[tuple[str, ...]] = []

    @contextmanager
    def of(self, *names: object) -> Iterator[None]:
        """Try what the block does, and undo it."""
        try:
            with undone():
                yield
        except (Exception, pytest.fail.Exception) as fault:
            self.wrong.append((*map(str, names), _told(fault)))


def _told(fault: BaseException) -> str:
    """Say what failed, and in which lines of the tests."""
    frames = traceback.extract_tb(fault.__traceback__)
    paths = [(Path(frame.filename), frame.lineno) for frame in frames]
    own = [f"{path.name}:{line}" for path, line in paths if "tests" in path.parts]
    lines = ", ".join(each for each in own if not each.startswith(Path(__file__).name))
    return f"{type(fault).__name__} at {lines}: {fault}"
