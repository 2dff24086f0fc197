"""What a fault of the database or the disk means: no room left, somebody else's turn, or away."""

import errno
from enum import StrEnum

from django.db import Error, InterfaceError, OperationalError


class Outage(StrEnum):
    """Why nothing can be stored or read just now, through no fault of the program."""

    FULL = "full"  # no room on the disk
    BUSY = "busy"  # another writer kept its lock for longer than anybody waits
    AWAY = "away"  # the server is not there, or went away; a file that cannot be opened


_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_SQLITE: tuple[tuple[str, Outage], ...] = (
    ("database or disk is full", Outage.FULL),
    ("disk i/o error", Outage.FULL),
    ("is locked", Outage.BUSY),
    ("unable to open database file", Outage.AWAY),
    ("readonly database", Outage.AWAY),
)
# First characters of PostgreSQL's states.
_SERVER: tuple[tuple[str, Outage], ...] = (
    ("53100", Outage.FULL),
    ("53", Outage.BUSY),  # too little memory, too many connections
    ("55P03", Outage.BUSY),
    ("40", Outage.BUSY),  # deadlock, serialisation
    ("57014", Outage.BUSY),  # took longer than the limit
    ("57", Outage.AWAY),
    ("58", Outage.AWAY),
    ("08", Outage.AWAY),
    ("25006", Outage.AWAY),  # a server that only reads
)


def outage_of(fault: BaseException | None) -> Outage | None:
    """Return which outage an exception or its cause tells of; None for a fault of the program."""
    seen: set[int] = set()
    while fault is not None and id(fault) not in seen:
        seen.add(id(fault))
        if found := _told_by(fault):
            return found
        fault = fault.__cause__ or fault.__context__
    return None


def _told_by(fault: BaseException) -> Outage | None:
    if isinstance(fault, OSError):
        return Outage.FULL if fault.errno in _NO_ROOM else None
    if not isinstance(fault, Error):
        return None
    cause = fault.__cause__ or fault
    if "sqlite" in type(cause).__module__:
        text = str(cause).lower()
        return next((outage for sign, outage in _SQLITE if sign in text), None)
    state = getattr(cause, "sqlstate", None)
    if state is None:
        # The client itself noticed that its connection is gone.
        return Outage.AWAY if isinstance(fault, OperationalError | InterfaceError) else None
    return next((outage for sign, outage in _SERVER if state.startswith(sign)), None)
