"""A new field key, and everything sealed again with it, while the site runs (KY-3, KY-4).

May be killed at any moment and run again: what is left to do is found in the database, not noted.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.models.keyring import (
    KeyRing,
    changing_key_ring,
    key_ring,
    replace_key_ring,
    with_new_key,
)
from xgz.services import audit
from xgz.services.backups.folder import backups_by_key
from xgz.services.keys.canaries import canary_rows, remove_canary, write_missing_canaries
from xgz.services.keys.carried import carried_by_key, reseal_carried
from xgz.services.keys.cells import cells_by_key, reseal_cells
from xgz.services.keys.sealed_files import files_by_key, reseal_files
from xgz.services.transactions import unit

_CHANGE = "keys.change"
Progress = Callable[[int, int], None]  # values done so far, values in all


class KeyUnknown(Exception):
    """The ring holds no field key of this id, or not in the part asked for."""


class KeyIsCurrent(Exception):
    """New values are sealed with this key: it can only go after a rotation."""


class KeyNeeded(Exception):
    """Something still needs the key; needs: what does."""

    def __init__(self, needs: "KeyNeeds") -> None:
        super().__init__(needs)
        self.needs = needs


@dataclass(frozen=True, slots=True)
class KeyNeeds:
    """How many sealed values, sealed files and kept backups need one key."""

    cells: int = 0
    files: int = 0
    backups: int = 0

    @property
    def any(self) -> bool:
        return bool(self.cells or self.files or self.backups)


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One field key of the ring: its state, since when, and what needs it. Never the key itself."""

    key_id: str
    is_current: bool
    is_retired: bool
    made: str
    needs: KeyNeeds


@dataclass(slots=True)
class Sealed:
    """Values and files sealed again; unreadable: those that no key of the ring opens stay."""

    cells: int = 0
    files: int = 0
    unreadable: int = 0

    @property
    def any(self) -> bool:
        return bool(self.cells or self.files)


@dataclass(frozen=True, slots=True)
class Rotation:
    """key_id: the key new values are sealed with; left: values and files still under another."""

    key_id: str
    is_resumed: bool
    sealed: Sealed
    left: int


def key_lines(*, actor: Actor) -> list[KeyLine]:
    """Return the field keys of the ring, the current one first. Raises NotPermitted."""
    access.require(actor, _CHANGE)
    ring, needs = key_ring(), _needs_by_key()
    lines = [
        KeyLine(
            key_id=key_id,
            is_current=key_id == ring.key_id,
            is_retired=key_id in ring.retired,
            made=ring.made.get(key_id, ""),
            needs=needs(key_id),
        )
        for key_id in [*ring.field, *ring.retired]
    ]
    return sorted(lines, key=lambda line: (not line.is_current, line.is_retired, line.made))


def rotate_keys(*, actor: Actor, today: date, now: datetime, tell: Progress) -> Rotation:
    """Make a new field key the current one and seal everything with it.

    Where an earlier rotation was broken off, that one is finished and no new key is made. Running
    processes take the new key up by themselves. Writes an audit row at the beginning and the end.
    Raises NotPermitted.
    """
    access.require(actor, _CHANGE)
    is_resumed = _stale(key_ring()) > 0
    sealed = _seal_again(tell) if is_resumed else Sealed()
    if not sealed.any:  # nothing was left, or only what does not open
        is_resumed = False
        _begin(actor, today, now)
        sealed = _seal_again(tell)
    ring = key_ring()
    with unit():
        fields: dict[str, object] = {"cells": sealed.cells, "files": sealed.files}
        _record(actor, "keys.rotated", ring.key_id, now, fields)
    return Rotation(ring.key_id, is_resumed, sealed, left=_stale(ring))


def retire_key(*, actor: Actor, key_id: str, now: datetime) -> None:
    """Put a field key nothing needs any more aside, for backups kept elsewhere.

    Raises NotPermitted, KeyUnknown, KeyIsCurrent, KeyNeeded.
    """
    access.require(actor, _CHANGE)
    with changing_key_ring() as ring:
        if key_id not in ring.field:
            raise KeyUnknown(key_id)
        if key_id == ring.key_id:
            raise KeyIsCurrent(key_id)
        _check_unneeded(key_id)
        with unit():
            remove_canary(key_id)
            _record(actor, "keys.retire", key_id, now)
        field = {name: key for name, key in ring.field.items() if name != key_id}
        retired = ring.retired | {key_id: ring.field[key_id]}
        replace_key_ring(replace(ring, field=field, retired=retired))


def forget_key(*, actor: Actor, key_id: str, now: datetime) -> None:
    """Destroy a retired key: what is still sealed with it, anywhere, can never be opened again.

    Raises NotPermitted, KeyUnknown, KeyNeeded.
    """
    access.require(actor, _CHANGE)
    with changing_key_ring() as ring:
        if key_id not in ring.retired:
            raise KeyUnknown(key_id)
        _check_unneeded(key_id)
        with unit():
            _record(actor, "keys.forget", key_id, now)
        retired = {name: key for name, key in ring.retired.items() if name != key_id}
        made = {name: day for name, day in ring.made.items() if name != key_id}
        replace_key_ring(replace(ring, retired=retired, made=made))


def _begin(actor: Actor, today: date, now: datetime) -> None:
    """Add the new key to the ring, then to the database; a start completes what a kill leaves out."""
    with changing_key_ring() as ring, unit():
        fresh = with_new_key(ring, today)
        replace_key_ring(fresh)
        write_missing_canaries(canary_rows())
        _record(actor, "keys.rotate", fresh.key_id, now)


def _seal_again(tell: Progress) -> Sealed:
    """Go over everything until a pass finds nothing to do: others may have written meanwhile."""
    done, total = Sealed(), _stale(key_ring())
    while True:
        sofar = done.cells

        def told(count: int, sofar: int = sofar) -> None:
            tell(min(sofar + count, total), total)

        cells = reseal_cells(told)
        carried = reseal_carried(lambda count, base=cells.changed: told(base + count))  # type: ignore[misc]
        files = reseal_files()
        done.cells += cells.changed + carried.changed
        done.files += files.changed
        done.unreadable = cells.unreadable + carried.unreadable + files.unreadable
        if not cells.changed + carried.changed + files.changed:
            return done


def _check_unneeded(key_id: str) -> None:
    needs = _needs_by_key()(key_id)
    if needs.any:
        raise KeyNeeded(needs)


def _needs_by_key() -> Callable[[str], KeyNeeds]:
    cells, files, backups = cells_by_key() + carried_by_key(), files_by_key(), backups_by_key()
    return lambda key_id: KeyNeeds(cells[key_id], files[key_id], backups[key_id])


def _stale(ring: KeyRing) -> int:
    """Return how many values and files are sealed with an older key of the ring."""
    counted: Counter[str] = cells_by_key() + carried_by_key() + files_by_key()
    older = (ring.field.keys() | ring.retired.keys()) - {ring.key_id}
    return sum(counted[key_id] for key_id in older)


def _record(
    actor: Actor, action: str, key_id: str, now: datetime, fields: dict[str, object] | None = None
) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_type="key",
        subject_id=key_id,
        now=now,
        fields=fields or {},
    )
