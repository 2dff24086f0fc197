"""The two sealed lists of an exchange: a request of keyed digests, and its answer (XC-1, XC-3, XC-7).

Rows are of fixed width, so the size of a file tells nothing but their number in steps of a hundred.
A request row: lead id, which keys are known, a digest for each key (random where unknown). An answer
row: lead id, flag. An answer is sealed to a key that only the asking installation holds, and that
again with the key of both sides.
"""

import json
import os
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cryptography.hazmat.primitives import hashes

from xgz.files.exchange_key import DIGEST_BYTES, ExchangeKey
from xgz.files.sealed_envelope import (
    EnvelopeBroken,
    ForeignKey,
    NotAnEnvelope,
    Opened,
    WrongPurpose,
    open_shared,
    open_with,
    seal_shared,
    seal_to,
)
from xgz.rules.exchange.identities import KEYS_VERSION, Flag, IdentityKey
from xgz.rules.exchange.terms import (
    ROWS_STEP,
    Agreement,
    ExchangeRefused,
    Refusal,
    agreement_from,
    last_day_of_request,
)

LEAD_BYTES = 16
_REQUEST, _ANSWER, _FLAGS = "exchange request", "exchange answer", "exchange flags"
_NUMBER = re.compile(r"[0-9a-z]{1,32}", re.ASCII)
_KEYS = len(IdentityKey)
_KNOWN = struct.Struct(">H")
REQUEST_ROW = LEAD_BYTES + _KNOWN.size + _KEYS * DIGEST_BYTES
ANSWER_ROW = LEAD_BYTES + 1
_FLAG_BYTES: dict[Flag, int] = {Flag.NONE: 0, Flag.POSSIBLE: 1, Flag.SAME: 2}
_FLAGS_OF = {number: flag for flag, number in _FLAG_BYTES.items()}


@dataclass(frozen=True, slots=True)
class AskedRow:
    """lead: 16 random bytes; digests: of the keys that are known."""

    lead: bytes
    digests: dict[IdentityKey, bytes]


@dataclass(frozen=True, slots=True)
class RequestHead:
    """number: 32 characters; made, expires: days, the last one holds; box: public key of the answer."""

    number: str
    made: str
    expires: str
    agreement: Agreement
    box: bytes


@dataclass(frozen=True, slots=True)
class AnswerHead:
    """digest: of the request file that is answered."""

    number: str
    digest: str


def file_digest(sealed: bytes) -> str:
    """Return the SM3 digest of a sealed file as 64 characters."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(sealed)
    return digest.finalize().hex()


def seal_request(key: ExchangeKey, head: RequestHead, rows: Sequence[AskedRow]) -> bytes:
    """Return the sealed request. Rows should stand in an order that says nothing."""
    said = {
        "version": KEYS_VERSION,
        "number": head.number,
        "made": head.made,
        "expires": head.expires,
        "agreement": head.agreement.as_json(),
        "box": head.box.hex(),
    }
    clear = _with_head(said, b"".join(map(_request_row, rows)))
    return seal_shared(key.secret, _REQUEST, clear, _facts(head.number), ROWS_STEP * REQUEST_ROW)


def open_request(key: ExchangeKey, sealed: bytes) -> tuple[RequestHead, list[AskedRow]]:
    """Return head and rows of a request, of no longer life than XC-5 allows. Raises ExchangeRefused."""
    said, body = _opened(key, _REQUEST, sealed)
    if said.get("version") != KEYS_VERSION:
        raise ExchangeRefused(Refusal.OTHER_VERSION)
    try:
        head = RequestHead(
            str(said["number"]),
            str(said["made"]),
            str(said["expires"]),
            agreement_from(said["agreement"]),
            bytes.fromhex(said["box"]),
        )
    except (KeyError, TypeError, ValueError):
        raise ExchangeRefused(Refusal.BROKEN) from None
    if len(body) % REQUEST_ROW or len(head.box) != LEAD_BYTES * 2 or not _is_sound(head):
        raise ExchangeRefused(Refusal.BROKEN)
    return head, [_asked(body[at : at + REQUEST_ROW]) for at in range(0, len(body), REQUEST_ROW)]


def seal_answer(
    key: ExchangeKey, head: AnswerHead, box: bytes, flags: Sequence[tuple[bytes, Flag]]
) -> bytes:
    """Return the sealed answer: one row for each lead of the request, in its order."""
    said = {"version": KEYS_VERSION, "number": head.number, "digest": head.digest}
    body = b"".join(lead + bytes([_FLAG_BYTES[flag]]) for lead, flag in flags)
    inner = seal_to(
        box, _FLAGS, _with_head(said, body), _facts(head.number), ROWS_STEP * ANSWER_ROW
    )
    return seal_shared(key.secret, _ANSWER, inner, _facts(head.number), step=1)


def number_answered(key: ExchangeKey, sealed: bytes) -> tuple[str, bytes]:
    """Return the number of the request an answer is for ("" where it is none), and its inner envelope.

    Raises ExchangeRefused.
    """
    opened = _envelope(lambda: open_shared(key.secret, _ANSWER, sealed))
    number = str(opened.facts.get("number", ""))
    return number if _NUMBER.fullmatch(number) else "", opened.clear


def open_answer(private: bytes, inner: bytes) -> tuple[AnswerHead, list[tuple[bytes, Flag]]]:
    """Return head and flags of an answer's inner envelope. Raises ExchangeRefused."""
    said, body = _split(_envelope(lambda: open_with(private, _FLAGS, inner)).clear)
    try:
        head = AnswerHead(str(said["number"]), str(said["digest"]))
        if len(body) % ANSWER_ROW:
            raise ValueError
        rows = [
            (body[at : at + LEAD_BYTES], _FLAGS_OF[body[at + LEAD_BYTES]])
            for at in range(0, len(body), ANSWER_ROW)
        ]
    except (KeyError, ValueError):
        raise ExchangeRefused(Refusal.BROKEN) from None
    return head, rows


def _is_sound(head: RequestHead) -> bool:
    """Whoever holds the key may have written anything: only a life that asking gives is taken."""
    if not _NUMBER.fullmatch(head.number):
        return False
    try:
        made, expires = date.fromisoformat(head.made), date.fromisoformat(head.expires)
        return made <= expires <= last_day_of_request(head.agreement, made)
    except (ValueError, OverflowError):
        return False


def _request_row(row: AskedRow) -> bytes:
    known = sum(1 << key for key in row.digests)
    parts = [row.digests.get(key) or os.urandom(DIGEST_BYTES) for key in IdentityKey]
    return row.lead + _KNOWN.pack(known) + b"".join(parts)


def _asked(row: bytes) -> AskedRow:
    known = _KNOWN.unpack(row[LEAD_BYTES : LEAD_BYTES + _KNOWN.size])[0]
    start = LEAD_BYTES + _KNOWN.size
    digests = {
        key: row[start + key * DIGEST_BYTES : start + (key + 1) * DIGEST_BYTES]
        for key in IdentityKey
        if known >> key & 1
    }
    return AskedRow(row[:LEAD_BYTES], digests)


def _facts(number: str) -> dict[str, Any]:
    return {"number": number}


def _with_head(said: dict[str, Any], body: bytes) -> bytes:
    return json.dumps(said, ensure_ascii=True, sort_keys=True).encode() + b"\n" + body


def _split(clear: bytes) -> tuple[dict[str, Any], bytes]:
    text, mark, body = clear.partition(b"\n")
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise ExchangeRefused(Refusal.BROKEN) from None
    if not mark or not isinstance(said, dict):
        raise ExchangeRefused(Refusal.BROKEN)
    return said, body


def _opened(key: ExchangeKey, purpose: str, sealed: bytes) -> tuple[dict[str, Any], bytes]:
    return _split(_envelope(lambda: open_shared(key.secret, purpose, sealed)).clear)


def _envelope(opening: Any) -> Opened:
    try:
        opened: Opened = opening()
    except NotAnEnvelope:
        raise ExchangeRefused(Refusal.NOT_SEALED) from None
    except WrongPurpose:
        raise ExchangeRefused(Refusal.OTHER_KIND) from None
    except ForeignKey:
        raise ExchangeRefused(Refusal.FOREIGN_KEY) from None
    except EnvelopeBroken:
        raise ExchangeRefused(Refusal.BROKEN) from None
    return opened
