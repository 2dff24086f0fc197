"""Which codes of posters are valid: a list the inside signed, since the relay has no key (SR-9).

Form: JSON with the list as text and its Ed25519 signature. Codes stand in it as digests, so whoever
takes the list from the relay cannot make a poster of it.
"""

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

_CONTEXT = b"xgz self-report codes 1\n"


class ListRefused(Exception):
    """The list was changed, signed by another, is older than the one at hand, or is none at all."""


@dataclass(frozen=True, slots=True)
class ValidCode:
    """A code from its first to its last day, both included; where, handler: for the page."""

    digest: str
    where: str
    handler: str
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class CodeList:
    """made_at: when the inside made it; a newer list takes the place of an older one."""

    made_at: datetime
    codes: dict[str, ValidCode]

    def find(self, code: str) -> ValidCode | None:
        """Return the code behind a text of an address, None for one not in the list."""
        return self.codes.get(digest_of(code))


def digest_of(code: str) -> str:
    """Return what a code stands in the list as. It holds 100 random bits: nobody can try them all."""
    return hashlib.sha256(_CONTEXT + code.encode()).hexdigest()


def signed_list(private_key: bytes, codes: Iterable[ValidCode], made_at: datetime) -> bytes:
    """Return a list with the signature of the inside."""
    rows = [
        {
            "code": each.digest,
            "where": each.where,
            "handler": each.handler,
            "from": each.valid_from.isoformat(),
            "to": each.valid_to.isoformat(),
        }
        for each in codes
    ]
    text = json.dumps({"made_at": made_at.isoformat(), "codes": rows}, ensure_ascii=False).encode()
    signature = Ed25519PrivateKey.from_private_bytes(private_key).sign(_CONTEXT + text)
    return json.dumps({"list": _coded(text), "signature": _coded(signature)}).encode()


def read_list(public_key: bytes, signed: bytes) -> CodeList:
    """Return a list whose signature holds. Raises ListRefused."""
    try:
        outer = json.loads(signed)
        text, signature = base64.b64decode(outer["list"]), base64.b64decode(outer["signature"])
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, _CONTEXT + text)
        inner = json.loads(text)
        codes = [
            ValidCode(
                row["code"],
                row["where"],
                row["handler"],
                date.fromisoformat(row["from"]),
                date.fromisoformat(row["to"]),
            )
            for row in inner["codes"]
        ]
        return CodeList(datetime.fromisoformat(inner["made_at"]), {c.digest: c for c in codes})
    except (InvalidSignature, ValueError, KeyError, TypeError):
        raise ListRefused from None


def _coded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
