"""The loop of `xgz worker`: what the clock starts, then the oldest job, then a short rest."""

import logging
import os
import signal
import socket
import time
from contextlib import nullcontext
from types import FrameType
from typing import Self

from django.db import Error, close_old_connections, connections

from xgz.access import clock
from xgz.services.jobs import JobStopped, claim, queue_due_slots, run_job
from xgz.services.jobs.heartbeat import Heartbeat
from xgz.services.jobs.pacing import giving_way

logger = logging.getLogger(__name__)
_NAP_SECONDS = 0.2


class Worker:
    """Works off jobs until it is told to end. Several may run on one database, on any machines."""

    def __init__(
        self, *, poll_seconds: float, once: bool = False, parent: int | None = None
    ) -> None:
        self._poll_seconds, self._once, self._parent = poll_seconds, once, parent
        self._name = f"{socket.gethostname()[:40]}:{os.getpid()}"
        self._ends = False
        self._stop = Interruption()

    def work(self) -> None:
        """Run until SIGTERM or SIGINT, with `once` until nothing is left to do now."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        while not self._is_over():
            if not self._try_a_round():
                if self._once:
                    return
                self._rest()

    def _try_a_round(self) -> bool:
        """Do one piece of work; return whether there was any. Outlives a database that is away."""
        close_old_connections()
        try:
            return self._round()
        except JobStopped:
            return True
        except Error as fault:
            logger.warning("database not at hand: %s", type(fault).__name__)
            connections.close_all()
            if self._once:
                raise
            return False

    def _round(self) -> bool:
        now = clock.now()
        queue_due_slots(now=now)
        job = claim(worker=self._name, now=now)
        if job is None:
            return False
        logger.info("job %s begun", job)
        with giving_way() if self._parent is not None else nullcontext():
            run_job(job, clock.now, heartbeat=Heartbeat(job, clock.now), during=self._stop)
        logger.info("job %s left", job)
        return True

    def _rest(self) -> None:
        until = time.monotonic() + self._poll_seconds
        while not self._is_over() and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _NAP_SECONDS))

    def _is_over(self) -> bool:
        is_orphan = self._parent is not None and os.getppid() != self._parent
        return self._ends or is_orphan

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._ends = True
        self._stop.ask()


class Interruption:
    """Raises JobStopped in the middle of a handler, and nowhere else."""

    def __init__(self) -> None:
        self._asked = self._inside = False

    def ask(self) -> None:
        """End the handler that runs now, or the next one before it begins. Raises JobStopped."""
        self._asked = True
        if self._inside:
            self._inside = False
            raise JobStopped

    def __enter__(self) -> Self:
        if self._asked:
            raise JobStopped
        self._inside = True
        return self

    def __exit__(self, kind: type[BaseException] | None, *_fault: object) -> None:
        """Raises JobStopped for any fault after the asking: a driver may have made it its own."""
        self._inside = False
        if self._asked and kind is not None and not issubclass(kind, JobStopped):
            raise JobStopped
