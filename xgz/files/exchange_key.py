"""The key two offices share, as a file carried by hand, with what they agreed on (XC-4).

The agreement is drawn into the key itself: whoever changes a word or the last day of it on one
side holds another key, and the two files no longer open each other's lists.
"""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from xgz.files.sealed_envelope import SHARED_KEY_BYTES, key_id, new_shared_key
from xgz.rules.exchange.terms import Agreement, ExchangeRefused, Refusal, agreement_from

DIGEST_BYTES = 16
_FORM = "xgz exchange key 1"
_HEX = re.compile(rb"[0-9A-Fa-f]{64}")
_LARGEST = 1 << 16


@dataclass(frozen=True, slots=True)
class ExchangeKey:
    """secret: 32 bytes of both sides; agreement: None for a bare key, which carries none."""

    secret: bytes
    agreement: Agreement | None

    @property
    def key_id(self) -> str:
        return key_id(self.secret)


class Digester:
    """Makes the digests of one request: those of another one share nothing with them (XC-1)."""

    def __init__(self, key: ExchangeKey, number: str) -> None:
        info = f"{_FORM} digests {number}".encode()
        drawn = HKDF(hashes.SM3(), SHARED_KEY_BYTES, None, info).derive(key.secret)
        self._mac = hmac.HMAC(drawn, hashes.SM3())

    def digest(self, kind: int, text: str) -> bytes:
        """Return the 16 bytes that stand for a text of one kind."""
        mac = self._mac.copy()
        mac.update(bytes([kind]) + text.encode(errors="replace"))
        return mac.finalize()[:DIGEST_BYTES]


def new_key_text(agreement: Agreement) -> str:
    """Return the content of a fresh key file under an agreement."""
    said = {
        "form": _FORM,
        "key": base64.b64encode(new_shared_key()).decode(),
        "agreement": agreement.as_json(),
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def read_key(path: Path) -> ExchangeKey:
    """Return the key of a file: ours, or 32 bare bytes, also as hexadecimal or base64 text.

    Raises ExchangeRefused, also where there is no such file.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise ExchangeRefused(Refusal.KEY_UNREADABLE)
        return key_from(path.read_bytes())
    except OSError:
        raise ExchangeRefused(Refusal.KEY_UNREADABLE) from None


def key_from(content: bytes) -> ExchangeKey:
    """Return the key that is the content of a file. Raises ExchangeRefused."""
    said = _json(content)
    if said is None:
        return _drawn(_bare(content), None)
    try:
        if said["form"] != _FORM:
            raise ExchangeRefused(Refusal.KEY_UNREADABLE)
        raw = base64.b64decode(said["key"], validate=True)
    except (KeyError, TypeError, ValueError):
        raise ExchangeRefused(Refusal.KEY_UNREADABLE) from None
    if len(raw) != SHARED_KEY_BYTES:
        raise ExchangeRefused(Refusal.KEY_UNREADABLE)
    return _drawn(raw, agreement_from(said.get("agreement")))


def _json(content: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _bare(content: bytes) -> bytes:
    if len(content) == SHARED_KEY_BYTES:
        return content
    text = content.strip()
    if _HEX.fullmatch(text):
        return bytes.fromhex(text.decode())
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise ExchangeRefused(Refusal.KEY_UNREADABLE) from None
    if len(raw) != SHARED_KEY_BYTES:
        raise ExchangeRefused(Refusal.KEY_UNREADABLE)
    return raw


def _drawn(raw: bytes, agreement: Agreement | None) -> ExchangeKey:
    words = json.dumps(agreement.as_json() if agreement else {}, ensure_ascii=True, sort_keys=True)
    info = f"{_FORM} {words}".encode()
    return ExchangeKey(HKDF(hashes.SM3(), SHARED_KEY_BYTES, None, info).derive(raw), agreement)
