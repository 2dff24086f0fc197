"""The thread beside a job: it renews the lease, writes progress, and hears of cancelling (JB-1)."""

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from typing import Self

from django.db import Error, connection

from xgz.models import Job
from xgz.rules.jobs import HEARTBEAT_SECONDS
from xgz.services.jobs import queue
from xgz.services.jobs.faults import JobCancelled, LeaseLost

logger = logging.getLogger(__name__)
BEAT_SECONDS = 1.0
_PATIENCE_MILLISECONDS = 1000


class Heartbeat:
    """Use with `with` around the handler. The thread has a database connection of its own.

    While another writer holds SQLite, or the server is away, a beat fails and does no harm: the
    next one tries again, and a lease that runs out meanwhile is what the fence is for.
    """

    def __init__(self, job: Job, clock: Callable[[], datetime]) -> None:
        self._job, self._clock = job, clock
        self._over, self._cancelled, self._lost = Event(), Event(), Event()
        self._told = self._written = (0, 0)
        self._renewed_at = clock()
        self._thread = Thread(target=self._work, name=f"heartbeat {job.public_id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self._over.set()
        self._thread.join()

    def tell(self, done: int, total: int) -> None:
        """Take note of the progress, to be written with the next beat. Raises JobCancelled, LeaseLost."""
        self._told = (done, total)
        if self._lost.is_set():
            raise LeaseLost(self._job.public_id)
        if self._cancelled.is_set():
            raise JobCancelled(self._job.public_id)

    def _work(self) -> None:
        try:
            while not self._over.wait(BEAT_SECONDS) and not self._lost.is_set():
                self._try_to_beat()
        finally:
            connection.close()

    def _try_to_beat(self) -> None:
        try:
            self._beat()
        except LeaseLost:
            self._lost.set()
        except Error as fault:
            logger.info("heartbeat of %s missed: %s", self._job, type(fault).__name__)
            connection.close()

    def _beat(self) -> None:
        _wait_briefly()
        asked = Job.objects.filter(pk=self._job.pk, cancel_asked_at__isnull=False)
        if asked.exists():
            self._cancelled.set()
        now, told = self._clock(), self._told
        # A clock set back leaves a lease that others take for an old one: renew that at once.
        age = (now - self._renewed_at).total_seconds()
        if told != self._written:
            queue.note_progress(self._job, done=told[0], total=told[1], now=now)
            self._written = told
        elif age >= HEARTBEAT_SECONDS or age < 0:
            queue.renew(self._job, now=now)
        else:
            return
        self._renewed_at = now


def _wait_briefly() -> None:
    """Let a beat give up soon where another writer holds SQLite: the next one comes in a second."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout={_PATIENCE_MILLISECONDS}")
