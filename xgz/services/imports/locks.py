"""The shell's imports, and one import at a time on a machine: locks on files in the data folder.

A page's import belongs to its job. The shell works by itself and holds a lock on a file of the
import's name; the system lets go of it when the process ends, however it ends, so an import that is
under way without job and lock was interrupted. A second lock gives one import after the other its
turn: the reading child may take a gigabyte, and SQLite has one writer.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import IO

from django.conf import settings

from xgz.models import Import

_TRIES = 5  # whoever looks whether a lock is held holds it for an instant
_PAUSE_SECONDS = 0.02


class AlreadyUnderWay(Exception):
    """Somebody is working on this import already."""


class TurnTaken(Exception):
    """Another import is being read or written on this machine."""


@contextmanager
def import_lock(public_id: str) -> Iterator[None]:
    """Hold the lock of one import while the block runs. Raises AlreadyUnderWay."""
    lock = take_lock(public_id)
    try:
        yield
    finally:
        release_lock(public_id, lock)


def take_lock(public_id: str, tries: int = _TRIES) -> IO[bytes]:
    """Return the open file that holds an import's lock. Raises AlreadyUnderWay."""
    path = _lock_path(public_id)
    for left in reversed(range(tries)):
        lock = path.open("ab")
        if _is_taken(lock) and _is_still(path, lock):
            return lock
        lock.close()
        if left:
            sleep(_PAUSE_SECONDS)
    raise AlreadyUnderWay(public_id)


def release_lock(public_id: str, lock: IO[bytes]) -> None:
    """Give an import's lock back; its file goes too."""
    _lock_path(public_id).unlink(missing_ok=True)
    lock.close()


def is_under_way(source: Import) -> bool:
    """Test whether a shell of this machine is working on the import now."""
    path = _lock_path(source.public_id)
    try:
        with path.open("rb") as lock:
            return not _is_taken(lock)
    except FileNotFoundError:
        return False


@contextmanager
def turn(on_wait: Callable[[], None] | None = None) -> Iterator[None]:
    """Wait until no other import is being read or written, in any process of this machine.

    on_wait: called once where there is something to wait for.
    """
    with (_folder() / "imports.lock").open("ab") as queue:
        if on_wait is not None and not _is_taken(queue):
            on_wait()
        fcntl.flock(queue, fcntl.LOCK_EX)
        yield


@contextmanager
def turn_now() -> Iterator[None]:
    """Keep others from reading or writing an import on this machine. Raises TurnTaken."""
    with (_folder() / "imports.lock").open("ab") as queue:
        if not _is_taken(queue):
            raise TurnTaken
        yield


def _is_taken(lock: IO[bytes]) -> bool:
    """Test whether the lock was free and is now ours."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_still(path: Path, lock: IO[bytes]) -> bool:
    """Test whether the locked file is the one others will find: its last holder may remove it."""
    try:
        return os.path.samestat(path.stat(), os.fstat(lock.fileno()))
    except FileNotFoundError:
        return False


def _folder() -> Path:
    folder = Path(settings.HOME) / "run"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _lock_path(public_id: str) -> Path:
    return _folder() / f"import-{public_id}.lock"
