"""Room to store things in: asked for before a large file, kept in reserve for when it runs out."""

import errno
import logging
from pathlib import Path

from django.conf import settings

from xgz.files.disk import free_bytes, hold_in_reserve
from xgz.rules.storage import RESERVE_BYTES, RESERVE_NAME, room_for_file, room_for_reserve

logger = logging.getLogger(__name__)


class StorageFull(OSError):
    """There is not enough room on the disk for what was asked."""

    def __init__(self) -> None:
        super().__init__(errno.ENOSPC, "not enough room on the disk")


def require_room(size: int) -> None:
    """Raise StorageFull unless a file of `size` bytes can be stored and worked off (ST-1)."""
    if free_bytes(_home()) < room_for_file(size):
        raise StorageFull


def keep_reserve() -> bool:
    """Make the file that keeps room in reserve, if there is room for it; return whether it is there.

    Called at the start and every hour (ST-2).
    """
    path = _home() / RESERVE_NAME
    if path.exists():
        return True
    if free_bytes(_home()) < room_for_reserve():
        return False
    try:
        hold_in_reserve(path, RESERVE_BYTES)
    except OSError:
        return False
    return True


def release_reserve() -> bool:
    """Give the room in reserve back, so that people can sign in and finish; return whether there was any."""
    path = _home() / RESERVE_NAME
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    logger.error("disk full: the reserve of %d MB is released", RESERVE_BYTES >> 20)
    return True


def _home() -> Path:
    home = Path(settings.HOME)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    return home
