"""The inside's keys for the relay: a file beside the key ring (mode 600), in escrow with it (SR-9, KY-6)."""

import base64
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from xgz.files.sealed_envelope import new_box_keys


class RelayKeysBroken(Exception):
    """The file of the relay's keys cannot be read."""


class RelayKeysMissing(Exception):
    """There is no such file; fresh keys would not open what a relay sealed to those that were."""


@dataclass(frozen=True, slots=True)
class RelayKeys:
    """box: opens what the relay sealed; sign: signs lists of codes. 32 bytes each."""

    box: bytes
    sign: bytes

    @property
    def public_box(self) -> bytes:
        """What the relay seals to."""
        return X25519PrivateKey.from_private_bytes(self.box).public_key().public_bytes_raw()

    @property
    def public_sign(self) -> bytes:
        """By what the relay proves a list."""
        return Ed25519PrivateKey.from_private_bytes(self.sign).public_key().public_bytes_raw()

    def as_json(self) -> dict[str, str]:
        """Return the keys as they stand in their file."""
        parts = {"box": self.box, "sign": self.sign}
        return {name: base64.b64encode(part).decode() for name, part in parts.items()}

    @classmethod
    def of_json(cls, said: Any) -> "RelayKeys":
        """Return the keys of a JSON value. Raises RelayKeysBroken."""
        try:
            keys = cls(base64.b64decode(said["box"]), base64.b64decode(said["sign"]))
        except (ValueError, KeyError, TypeError):
            raise RelayKeysBroken from None
        if {len(keys.box), len(keys.sign)} != {32}:
            raise RelayKeysBroken
        return keys


def read_relay_keys(path: Path) -> RelayKeys:
    """Return the keys of a file. Raises RelayKeysMissing, RelayKeysBroken."""
    try:
        said = json.loads(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        raise RelayKeysMissing(path.name) from None
    except (OSError, ValueError):
        raise RelayKeysBroken(path.name) from None
    return RelayKeys.of_json(said)


def new_relay_keys() -> RelayKeys:
    """Return fresh keys."""
    return RelayKeys(new_box_keys()[0], Ed25519PrivateKey.generate().private_bytes_raw())


def place_relay_keys(path: Path, keys: RelayKeys) -> bool:
    """Write keys where there is no file (mode 600, on the disk); return whether they were."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        json.dump(keys.as_json(), handle)
        handle.flush()
        os.fsync(handle.fileno())
    return True
