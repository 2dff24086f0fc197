"""The key ring: a file outside the database, made once for an empty database."""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings


class KeyRingMissing(Exception):
    """The database holds sealed values but the key ring they were sealed with is not there."""


class KeyRingBroken(Exception):
    """The key ring file cannot be read."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """key_id: the key new values are sealed with; field: SM4 keys by id; index, audit: HMAC keys."""

    key_id: str
    field: dict[str, bytes]
    index: bytes
    audit: bytes


@cache
def key_ring() -> KeyRing:
    """Return the installation's keys. Raises KeyRingMissing or KeyRingBroken."""
    path = Path(settings.KEY_RING)
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return KeyRing(
            key_id=stored["key_id"],
            field={key_id: base64.b64decode(key) for key_id, key in stored["field"].items()},
            index=base64.b64decode(stored["index"]),
            audit=base64.b64decode(stored["audit"]),
        )
    except FileNotFoundError:
        raise KeyRingMissing(path.name) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyRingBroken(path.name) from None


def make_key_ring() -> None:
    """Write a fresh key ring (mode 600) unless one exists; call only for an empty database."""
    path = Path(settings.KEY_RING)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key_id = secrets.token_hex(4)
    ring = {
        "key_id": key_id,
        "field": {key_id: _fresh(16)},
        "index": _fresh(32),
        "audit": _fresh(32),
    }
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        json.dump(ring, handle)
    key_ring.cache_clear()


def _fresh(size: int) -> str:
    return base64.b64encode(secrets.token_bytes(size)).decode()
