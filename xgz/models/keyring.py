"""The key ring: a file outside the database, made once for an empty database (KY-1).

Running processes look at the file before each use, so that a rotation in the shell reaches them.
"""

import base64
import dataclasses
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, hmac
from django.conf import settings

from xgz.files.disk import sync_folder

_FIELD_BYTES, _LONG_BYTES = 16, 32
_ID_BYTES = 4
_FRESH_PART = ".part"


class KeyRingMissing(Exception):
    """The database holds sealed values but the key ring they were sealed with is not there."""


class KeyRingBroken(Exception):
    """The key ring file cannot be read, or another one took its place while the program runs."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """key_id: the key new values are sealed with; field: SM4 keys by id; index, audit: HMAC keys.

    backup: the key of backups, empty in a ring of an older program; retired: field keys that no
    cell of the database needs any more, kept for old backups; made: key id → day (ISO).
    """

    key_id: str
    field: dict[str, bytes]
    index: bytes
    audit: bytes
    backup: bytes = b""
    retired: dict[str, bytes] = dataclasses.field(default_factory=dict)
    made: dict[str, str] = dataclasses.field(default_factory=dict)

    def field_key(self, key_id: str) -> bytes | None:
        """Return a field key in use or retired, or None where the ring does not hold it."""
        return self.field.get(key_id) or self.retired.get(key_id)

    def agrees_with(self, other: "KeyRing") -> bool:
        """Test whether both rings can belong to one installation: no key of one name differs."""
        mine, theirs = self.field | self.retired, other.field | other.retired
        return (
            self.index == other.index
            and self.audit == other.audit
            and all(mine[key_id] == theirs[key_id] for key_id in mine.keys() & theirs.keys())
            and bool(mine.keys() & theirs.keys())
        )


# What was read last: path and state of the file, and its ring.
_Mark = tuple[str, int, int, int]
_held: tuple[_Mark, KeyRing] | None = None


def key_ring() -> KeyRing:
    """Return the installation's keys as the file has them now.

    Raises KeyRingMissing, KeyRingBroken.
    """
    path = os.fspath(settings.KEY_RING)
    try:
        state = os.stat(path)
    except FileNotFoundError:
        raise KeyRingMissing(path) from None
    mark = (path, state.st_mtime_ns, state.st_ino, state.st_size)
    held = _held
    return held[1] if held is not None and held[0] == mark else _read_again(mark)


def forget_key_ring() -> None:
    """Forget what was read, so that any other ring may take its place (another data folder)."""
    global _held
    _held = None


def read_key_ring(path: Path) -> KeyRing:
    """Return the ring in a file. Raises KeyRingMissing, KeyRingBroken."""
    try:
        return ring_from_json(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise KeyRingMissing(path.name) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise KeyRingBroken(path.name) from None


def make_key_ring(today: date | None = None) -> None:
    """Write a fresh key ring (mode 600) unless one exists; call only for an empty database.

    today: noted as the day of the keys, where it is known.
    """
    key_id = new_key_id()
    place_key_ring(
        KeyRing(
            key_id=key_id,
            field={key_id: secrets.token_bytes(_FIELD_BYTES)},
            index=secrets.token_bytes(_LONG_BYTES),
            audit=secrets.token_bytes(_LONG_BYTES),
            backup=secrets.token_bytes(_LONG_BYTES),
            made={key_id: today.isoformat()} if today else {},
        )
    )


def place_key_ring(ring: KeyRing) -> bool:
    """Write a ring where there is none (mode 600, complete or not at all); return whether it was."""
    path = Path(settings.KEY_RING)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = _written_part(path, ring)
    try:
        path.hardlink_to(part)  # unlike a rename it never replaces what is there
    except FileExistsError:
        return False
    finally:
        part.unlink()
    sync_folder(path.parent)
    return True


def complete_key_ring() -> None:
    """Give a ring of an older program the backup key it lacks."""
    with changing_key_ring() as ring:
        if not ring.backup:
            replace_key_ring(replace(ring, backup=secrets.token_bytes(_LONG_BYTES)))


def with_new_key(ring: KeyRing, today: date) -> KeyRing:
    """Return the ring with a fresh field key, with which new values are sealed from now on."""
    key_id = new_key_id()
    return replace(
        ring,
        key_id=key_id,
        field=ring.field | {key_id: secrets.token_bytes(_FIELD_BYTES)},
        made=ring.made | {key_id: today.isoformat()},
    )


@contextmanager
def changing_key_ring() -> Iterator[KeyRing]:
    """Hold the ring against other processes that change it while the block runs, and yield it."""
    path = Path(settings.KEY_RING)
    lock = path.with_suffix(".lock")
    descriptor = os.open(lock, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield key_ring()
    finally:
        os.close(descriptor)


def replace_key_ring(ring: KeyRing) -> None:
    """Put a changed ring in the place of the old one at one stroke; inside changing_key_ring()."""
    path = Path(settings.KEY_RING)
    part = _written_part(path, ring)
    part.replace(path)
    sync_folder(path.parent)


def ring_as_json(ring: KeyRing) -> dict[str, Any]:
    """Return the ring as it stands in its file."""
    return {
        "key_id": ring.key_id,
        "field": _coded(ring.field),
        "retired": _coded(ring.retired),
        "index": _code(ring.index),
        "audit": _code(ring.audit),
        "backup": _code(ring.backup),
        "made": ring.made,
    }


def ring_from_json(stored: Any) -> KeyRing:
    """Return the ring of a JSON text. Raises ValueError, KeyError, TypeError, AttributeError."""
    ring = KeyRing(
        key_id=stored["key_id"],
        field={key_id: base64.b64decode(key) for key_id, key in stored["field"].items()},
        index=base64.b64decode(stored["index"]),
        audit=base64.b64decode(stored["audit"]),
        backup=base64.b64decode(stored.get("backup", "")),
        retired={k: base64.b64decode(key) for k, key in stored.get("retired", {}).items()},
        made=dict(stored.get("made", {})),
    )
    lengths = {len(key) for key in (ring.field | ring.retired).values()}
    if ring.key_id not in ring.field or lengths != {_FIELD_BYTES}:
        raise ValueError("field keys")
    if len(ring.index) != _LONG_BYTES or len(ring.audit) != _LONG_BYTES:
        raise ValueError("long keys")
    return ring


def key_name(key: bytes) -> str:
    """Return the id by which people tell a long key: it says nothing of the key itself."""
    mac = hmac.HMAC(key, hashes.SM3())
    mac.update(b"xgz key id")
    return mac.finalize()[:_ID_BYTES].hex()


def new_key_id() -> str:
    """Return the id of a new field key."""
    return secrets.token_hex(_ID_BYTES)


def _read_again(mark: _Mark) -> KeyRing:
    global _held
    ring = read_key_ring(Path(mark[0]))
    held = _held
    if held is not None and held[0][0] == mark[0] and not ring.agrees_with(held[1]):
        # New values would be sealed with the keys of somebody else.
        raise KeyRingBroken(mark[0])
    _held = (mark, ring)
    return ring


def _written_part(path: Path, ring: KeyRing) -> Path:
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}{_FRESH_PART}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        json.dump(ring_as_json(ring), handle)
        handle.flush()
        os.fsync(handle.fileno())
    return part


def _coded(keys: dict[str, bytes]) -> dict[str, str]:
    return {key_id: _code(key) for key_id, key in keys.items()}


def _code(key: bytes) -> str:
    return base64.b64encode(key).decode()
