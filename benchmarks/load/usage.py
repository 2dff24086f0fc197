"""Processor time of the processes taking part, from /proc; nothing where that does not exist."""

import os
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """Seconds of processor time spent so far: by the site, its worker, the database, all."""

    web: float
    worker: float
    database: float
    client: float
    machine: float

    def since(self, before: "Usage") -> "Usage":
        """Return what was spent after `before`."""
        pairs = zip(self._all(), before._all(), strict=True)
        return Usage(*(now - then for now, then in pairs))

    def _all(self) -> tuple[float, ...]:
        return (self.web, self.worker, self.database, self.client, self.machine)


def usage_of(serve: int, postmaster: int | None) -> Usage:
    """Return what the tree under `xgz serve`, PostgreSQL, this process and the machine spent."""
    children = _children()
    every = _tree(serve, children)
    kept = [pid for pid in every if b"xgz.management.keeper" in _command(pid)]
    worker = {pid for root in kept for pid in _tree(root, children)}
    database = _tree(postmaster, children) if postmaster else set()
    return Usage(
        web=sum(_seconds(pid) for pid in every - worker),
        worker=sum(_seconds(pid) for pid in worker),
        database=sum(_seconds(pid) for pid in database),
        client=_seconds(os.getpid()),
        machine=_busy(),
    )


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for entry in _PROC.glob("[0-9]*"):
        stat = _stat(int(entry.name))
        if stat:
            found.setdefault(int(stat[1]), []).append(int(entry.name))
    return found


def _tree(root: int, children: dict[int, list[int]]) -> set[int]:
    return {root}.union(*(_tree(child, children) for child in children.get(root, [])))


def _stat(pid: int) -> list[str]:
    """Return the fields from the state on (the name before it may hold anything), if any."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _seconds(pid: int) -> float:
    """Return the time of a process and of its children that ended."""
    stat = _stat(pid)
    return sum(int(ticks) for ticks in stat[11:15]) / _TICKS if stat else 0.0


def _command(pid: int) -> bytes:
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return b""


def _busy() -> float:
    try:
        fields = (_PROC / "stat").read_text().split("\n", 1)[0].split()[1:]
    except OSError:
        return 0.0
    user, nice, system, _idle, _waiting, *interrupts = (int(ticks) for ticks in fields[:8])
    return (user + nice + system + sum(interrupts)) / _TICKS
