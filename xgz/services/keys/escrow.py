"""The keys in escrow: one file for three custodians, which any two of them open (KY-6).

The key ring, and the relay's keys where there are any, are sealed once for each pair, with a key
drawn by scrypt from both passphrases. One custodian alone, or the file alone, opens nothing.
"""

import base64
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.conf import settings

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.files.relay_keys import RelayKeys, RelayKeysMissing, place_relay_keys, read_relay_keys
from xgz.models.keyring import (
    KeyRing,
    KeyRingMissing,
    forget_key_ring,
    key_ring,
    place_key_ring,
    ring_as_json,
    ring_from_json,
)
from xgz.rules.keys import CUSTODIANS, OPENERS, SHORTEST_PASSPHRASE
from xgz.services import audit
from xgz.services.transactions import unit

_FORM = "xgz-escrow-1"
_RELAY = "relay"
_KEY_BYTES, _SALT_BYTES, _NONCE_BYTES, _TAG_BYTES = 16, 16, 12, 16
_COST, _BLOCKS = 1 << 16, 8  # scrypt: 64 MB and about a quarter of a second for each pair


class PassphrasesUnfit(Exception):
    """Not three different passphrases, or one is too short."""


class EscrowBroken(Exception):
    """The file is not an escrow file, or was changed."""


class PassphrasesWrong(Exception):
    """These two passphrases do not open the file."""


class RingInTheWay(Exception):
    """There is a key ring already, and it is not the one in escrow."""


class RelayKeysInTheWay(Exception):
    """There are keys of a relay already, and they are not those in escrow."""


@dataclass(frozen=True, slots=True)
class Escrow:
    """What one file holds. relay: None where the installation had no relay when it was made."""

    ring: KeyRing
    relay: RelayKeys | None


def export_keys(*, actor: Actor, target: Path, passphrases: Sequence[str], now: datetime) -> Escrow:
    """Write the present keys into a new file (mode 600) for three custodians; return them.

    Writes an audit row. Raises NotPermitted, PassphrasesUnfit, RelayKeysBroken, FileExistsError,
    OSError.
    """
    access.require(actor, "keys.change")
    if len(set(passphrases)) != CUSTODIANS:
        raise PassphrasesUnfit
    if min(len(text) for text in passphrases) < SHORTEST_PASSPHRASE:
        raise PassphrasesUnfit
    ring, relay = key_ring(), relay_keys_here()
    # A program that knows of no relay's keys reads the ring out of it all the same.
    told = ring_as_json(ring) | ({_RELAY: relay.as_json()} if relay else {})
    clear = json.dumps(told).encode()
    facts = {"form": _FORM, "made_at": now.isoformat(), "key_ids": sorted(ring.field)}
    text = _boxed(passphrases, clear, facts)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    with unit():
        audit.record(
            actor=actor,
            action="keys.export",
            subject_type="key",
            subject_id=ring.key_id,
            now=now,
        )
    return Escrow(ring, relay)


def read_escrow(*, actor: Actor, source: Path, passphrases: Sequence[str]) -> Escrow:
    """Return the keys of an escrow file, opened by two custodians in any order; writes nothing.

    Raises NotPermitted, EscrowBroken, PassphrasesWrong, OSError.
    """
    access.require(actor, "keys.change")
    try:
        stored = json.loads(source.read_text(encoding="ascii"))
        facts = {name: stored[name] for name in ("form", "made_at", "key_ids")}
        boxes = [{k: base64.b64decode(v) for k, v in box.items()} for box in stored["boxes"]]
        if facts["form"] != _FORM or {tuple(sorted(box)) for box in boxes} != {_PARTS}:
            raise EscrowBroken
    except (ValueError, KeyError, TypeError, AttributeError):
        raise EscrowBroken from None
    for pair in permutations(passphrases, OPENERS):
        for box in boxes:
            if (clear := _opened(list(pair), box, facts)) is not None:
                said = json.loads(clear)
                relay = RelayKeys.of_json(said[_RELAY]) if _RELAY in said else None
                return Escrow(ring_from_json(said), relay)
    raise PassphrasesWrong


def place_ring(*, actor: Actor, ring: KeyRing) -> bool:
    """Write a ring from escrow where there is none; return whether it was written.

    False where the very same ring is there. Raises NotPermitted, RingInTheWay, KeyRingBroken.
    """
    access.require(actor, "keys.change")
    try:
        if key_ring() != ring:
            raise RingInTheWay
    except KeyRingMissing:
        return place_key_ring(ring)
    return False


def place_relay(*, actor: Actor, keys: RelayKeys) -> bool:
    """Write the relay's keys from escrow where there are none; return whether they were written.

    False where the very same ones are there. Raises NotPermitted, RelayKeysInTheWay,
    RelayKeysBroken, OSError.
    """
    access.require(actor, "keys.change")
    is_new = place_relay_keys(Path(settings.RELAY_KEYS), keys)
    if relay_keys_here() != keys:
        raise RelayKeysInTheWay
    return is_new


def relay_keys_here() -> RelayKeys | None:
    """Return the relay's keys of this installation, None where it has none. Raises RelayKeysBroken."""
    try:
        return read_relay_keys(Path(settings.RELAY_KEYS))
    except RelayKeysMissing:
        return None


def take_away(*, actor: Actor, ring: KeyRing) -> None:
    """Remove a ring that was just placed and turned out to be another installation's."""
    access.require(actor, "keys.change")
    if key_ring() == ring:
        Path(settings.KEY_RING).unlink()
        forget_key_ring()


def note_import(*, actor: Actor, ring: KeyRing, now: datetime) -> None:
    """Write an audit row about a ring that came back from escrow; once the database is at hand."""
    access.require(actor, "keys.change")
    with unit():
        audit.record(
            actor=actor,
            action="keys.import",
            subject_type="key",
            subject_id=ring.key_id,
            now=now,
        )


_PARTS = ("body", "nonce", "salt")


def _boxed(passphrases: Sequence[str], clear: bytes, facts: dict[str, Any]) -> str:
    pairs = combinations(range(CUSTODIANS), OPENERS)
    boxes = [_box([passphrases[i] for i in pair], clear, facts) for pair in pairs]
    return json.dumps(facts | {"boxes": boxes}, indent=1)


def _box(pair: list[str], clear: bytes, facts: dict[str, Any]) -> dict[str, str]:
    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    encryptor = Cipher(SM4(_key(pair, salt)), GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(_bound(facts))
    body = encryptor.update(clear) + encryptor.finalize() + encryptor.tag
    parts = {"salt": salt, "nonce": nonce, "body": body}
    return {name: base64.b64encode(part).decode() for name, part in parts.items()}


def _opened(pair: list[str], box: dict[str, bytes], facts: dict[str, Any]) -> bytes | None:
    body, tag = box["body"][:-_TAG_BYTES], box["body"][-_TAG_BYTES:]
    try:
        decryptor = Cipher(SM4(_key(pair, box["salt"])), GCM(box["nonce"], tag)).decryptor()
        decryptor.authenticate_additional_data(_bound(facts))
        return decryptor.update(body) + decryptor.finalize()
    except (InvalidTag, ValueError):
        return None


def _key(pair: list[str], salt: bytes) -> bytes:
    # Their lengths go in as well, so that no letters can move from one passphrase to the other.
    secret = json.dumps(pair, ensure_ascii=True).encode()
    return Scrypt(salt, _KEY_BYTES, _COST, _BLOCKS, 1).derive(secret)


def _bound(facts: dict[str, Any]) -> bytes:
    return json.dumps(facts, sort_keys=True).encode()
