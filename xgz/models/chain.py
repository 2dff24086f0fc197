"""The keyed chain of the audit (AU-2): HMAC-SM3 over each row and the value before it.

Whoever can write the database but has no key can neither change a row, nor take one out, nor put
one in, without the chain breaking there.
"""

import json
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from cryptography.hazmat.primitives import hashes, hmac

from xgz.models.audit import AuditEntry
from xgz.models.keyring import key_ring

_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True)
# What the value covers, in this order; number and the value before it come first and last.
CHAINED = (
    *("at", "actor_id", "actor_label", "action", "outcome", "subject_type", "subject_id"),
    *("fields", "address", "session", "request"),
)


def mac_of(entry: AuditEntry, previous: str) -> str:
    """Return the value that binds an entry, with its number, to the one before it ("" if none)."""
    return mac_of_values(entry.number, [getattr(entry, name) for name in CHAINED], previous)


def mac_of_values(
    number: int, values: Sequence[Any], previous: str, key: bytes | None = None
) -> str:
    """Return the same for the columns of CHAINED, read without making an object of the row.

    key: the audit key, where it is in hand for many rows.
    """
    at, *rest = values
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return keyed_mac(_JSON.encode([number, moment, *rest, previous]), key)


def keyed_mac(text: str, key: bytes | None = None) -> str:
    """Return the HMAC-SM3 of a text under the audit key, in hex (64 characters)."""
    mac = hmac.HMAC(key or key_ring().audit, hashes.SM3())
    mac.update(text.encode())
    return mac.finalize().hex()
