"""Reading and writing imports beside the request, in a thread of the web process.

Whoever works on an import holds a lock on a file of its name; the system lets go of it when the
process ends, so an import that is under way without a lock was interrupted. A second lock lets one
import at a time read or write: the reading child may take a gigabyte, and SQLite has one writer.
"""

import fcntl
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Thread
from time import sleep
from typing import IO

from django.conf import settings
from django.db import connections

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.models import Import
from xgz.rules.imports.reasons import FileRefused
from xgz.services.imports.applying import apply_import
from xgz.services.imports.recovery import remove_old_originals, remove_original
from xgz.services.imports.whole import stage_upload

logger = logging.getLogger(__name__)

_TRIES = 5  # whoever looks whether a lock is held holds it for an instant
_PAUSE_SECONDS = 0.02


class AlreadyUnderWay(Exception):
    """Somebody is working on this import already."""


def stage_in_background(*, actor: Actor, source: Import, now: datetime) -> None:
    """Begin to read and check a file; the outcome will stand on the import.

    Also deletes originals kept long enough. Raises NotPermitted, AlreadyUnderWay.
    """
    access.require(actor, f"import.{source.kind}")
    _start(source.public_id, lambda: _stage(actor, source.pk, now))


def apply_in_background(*, actor: Actor, source: Import, now: datetime) -> None:
    """Begin to write the staged rows; the outcome will stand on the import.

    The original is deleted once they are written. Raises NotPermitted, AlreadyUnderWay.
    """
    access.require(actor, f"import.{source.kind}")
    _start(source.public_id, lambda: _apply(actor, source.pk, now))


def is_under_way(source: Import) -> bool:
    """Test whether somebody is working on the import now.

    A file given in the shell has no copy of its own here; the shell alone knows of its work.
    """
    if not source.stored_name:
        return True
    path = _lock_path(source.public_id)
    if not path.exists():
        return False
    try:
        _take_lock(path).close()
    except AlreadyUnderWay:
        return True
    return False


def _stage(actor: Actor, number: int, now: datetime) -> None:
    source = Import.objects.get(pk=number)
    with suppress(FileRefused):  # noted on the import with its reason
        stage_upload(actor=actor, source=source, today=actor.today)
    remove_old_originals(now)


def _apply(actor: Actor, number: int, now: datetime) -> None:
    source = Import.objects.get(pk=number)
    apply_import(actor=actor, source=source, today=actor.today, now=now)
    remove_original(source)


def _start(public_id: str, work: Callable[[], None]) -> None:
    lock = _take_lock(_lock_path(public_id), _TRIES)
    if settings.PROFILE == "test" and not getattr(settings, "IMPORTS_IN_THREADS", False):
        _work(public_id, work, lock)
        return
    thread = Thread(
        target=_work_and_leave, args=(public_id, work, lock), name=f"import {public_id}"
    )
    thread.daemon = True
    thread.start()


def _work(public_id: str, work: Callable[[], None], lock: IO[bytes]) -> None:
    try:
        with _turn():
            work()
    except Exception as fault:  # the thread's last line: state and reason stand on the import
        # The text of a database fault may hold a row; its kind is enough to find the place.
        logger.error("import %s stopped: %s", public_id, type(fault).__name__)
    finally:
        _lock_path(public_id).unlink(missing_ok=True)
        lock.close()


def _work_and_leave(public_id: str, work: Callable[[], None], lock: IO[bytes]) -> None:
    try:
        _work(public_id, work, lock)
    finally:
        connections.close_all()


@contextmanager
def _turn() -> Iterator[None]:
    """Wait until no other import is being read or written, in any process of this machine."""
    with (_folder() / "imports.lock").open("ab") as queue:
        fcntl.flock(queue, fcntl.LOCK_EX)
        yield


def _folder() -> Path:
    folder = Path(settings.HOME) / "run"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _lock_path(public_id: str) -> Path:
    return _folder() / f"import-{public_id}.lock"


def _take_lock(path: Path, tries: int = 1) -> IO[bytes]:
    lock = path.open("ab")
    for left in reversed(range(tries)):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if left:
                sleep(_PAUSE_SECONDS)
        else:
            return lock
    lock.close()
    raise AlreadyUnderWay
