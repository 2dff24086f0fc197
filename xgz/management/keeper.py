"""`python -m xgz.management.keeper`: keeps one worker running as long as its own parent lives.

A process of its own, and a small one: threads do not go well with a web server that forks.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

WORKER = (
    *(sys.executable, "-c", "from xgz.config.shell import main; main()"),
    *("worker", "--kept"),
)
LOOK_SECONDS = 0.3
GRACE_SECONDS = 10
SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
_STEADY_SECONDS = 60  # a worker that ran so long died of something new


@contextmanager
def kept_worker() -> Iterator[None]:
    """Keep one worker running while the block runs."""
    keeper = subprocess.Popen(
        [sys.executable, "-m", "xgz.management.keeper"], stdin=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        _end(keeper, GRACE_SECONDS * 2)


class Keeper:
    """Starts the command, starts it again when it dies, ends it with the parent or on SIGTERM."""

    def __init__(self, command: tuple[str, ...] = WORKER, pause: float = SHORTEST_PAUSE) -> None:
        self._command, self._shortest = command, pause
        self._parent = os.getppid()
        self._ends = False

    def keep(self) -> None:
        """Run until SIGTERM or until the parent is gone."""
        signal.signal(signal.SIGTERM, self._on_signal)
        # Ctrl+C reaches the whole group: the worker ends by itself, the parent ends this process.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        pause = self._shortest
        while not self._is_over():
            began = time.monotonic()
            self._run_once()
            is_steady = time.monotonic() - began >= _STEADY_SECONDS
            pause = self._shortest if is_steady else min(pause * 2, LONGEST_PAUSE)
            self._rest(pause)

    def _run_once(self) -> None:
        with subprocess.Popen(self._command, stdin=subprocess.DEVNULL) as child:  # noqa: S603
            while child.poll() is None and not self._is_over():
                time.sleep(LOOK_SECONDS)
            if child.poll() is None:
                _end(child)

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._is_over():
            time.sleep(min(LOOK_SECONDS, seconds))

    def _is_over(self) -> bool:
        return self._ends or os.getppid() != self._parent

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._ends = True


def _end(child: subprocess.Popen[bytes], seconds: float = GRACE_SECONDS) -> None:
    child.terminate()
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        child.kill()


if __name__ == "__main__":
    Keeper().keep()
