"""What the relay hands to the inside: claims and wishes as sealed messages (SR-9).

A message is JSON sealed to the public key of the inside; `id` tells it from every other, so that one
fetched twice counts once.
"""

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from xgz.files.sealed_envelope import (
    EnvelopeBroken,
    ForeignKey,
    NotAnEnvelope,
    WrongPurpose,
    open_with,
    seal_to,
)
from xgz.relay.store import Claim, Key, Wish
from xgz.rules.self_reports import Answers, RequestTopic

PURPOSE = "xgz self-report"
VERSION = 1
OLDEST = timedelta(days=45)  # an older message is refused; ids are remembered longer than that
_AHEAD = timedelta(minutes=10)  # the clocks of the two machines may differ by so much


class MessageRefused(Exception):
    """The message was cut, changed, is too old, or says nothing known."""


class SealedForAnother(Exception):
    """The message is sealed for another key than this one: it may be opened elsewhere."""


@dataclass(frozen=True, slots=True)
class Message:
    """id: of this message alone; at: when the person sent it. Either a claim with code and receipt,
    or a wish.
    """

    id: str
    at: datetime
    code: str = ""
    receipt: str = ""
    claim: Claim | None = None
    wish: Wish | None = None


def sealed_claim(public_key: bytes, code: str, claim: Claim, receipt: str, at: datetime) -> bytes:
    """Return a claim as only the inside can read it."""
    return _sealed(public_key, at, code=code, receipt=receipt, claim=asdict(claim))


def sealed_wish(public_key: bytes, wish: Wish, at: datetime) -> bytes:
    """Return a wish as only the inside can read it."""
    return _sealed(public_key, at, wish=asdict(wish))


def read_message(private_key: bytes, sealed: bytes, now: datetime) -> Message:
    """Return what a sealed message says. Raises MessageRefused, SealedForAnother."""
    try:
        message = _message(_object(json.loads(open_with(private_key, PURPOSE, sealed).clear)))
        is_of_now = now - OLDEST <= message.at <= now + _AHEAD
    except ForeignKey as foreign:
        raise SealedForAnother(*foreign.args) from None
    except (NotAnEnvelope, WrongPurpose, EnvelopeBroken) as broken:
        raise MessageRefused(type(broken).__name__) from None
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        raise MessageRefused("form") from None
    if not is_of_now:
        raise MessageRefused("age")
    return message


def _sealed(public_key: bytes, at: datetime, **said: Any) -> bytes:
    text = {"version": VERSION, "id": secrets.token_hex(16), "at": at.isoformat()} | said
    return seal_to(public_key, PURPOSE, json.dumps(text, ensure_ascii=False).encode())


def _message(said: dict[str, Any]) -> Message:
    if said["version"] != VERSION:
        raise ValueError("version")
    at, mark = datetime.fromisoformat(_text(said["at"])), _text(said["id"])
    if at.tzinfo is None or len(mark) != 32:
        raise ValueError("at or id")
    claim, wish = said.get("claim"), said.get("wish")
    if (claim is None) is (wish is None):
        raise ValueError("claim or wish")
    return Message(
        id=mark,
        at=at,
        code=_text(said.get("code", "")),
        receipt=_text(said.get("receipt", "")),
        claim=_claim(_object(claim)) if claim is not None else None,
        wish=_wish(_object(wish)) if wish is not None else None,
    )


def _claim(said: dict[str, Any]) -> Claim:
    answers = {name: _text(value) for name, value in _object(said["answers"]).items()}
    version = said["notice_version"]
    if type(version) is not int:
        raise TypeError("notice_version")
    return Claim(Answers(**answers), version)


def _wish(said: dict[str, Any]) -> Wish:
    key = said.get("key")
    return Wish(
        RequestTopic(_text(said["topic"])),
        _text(said.get("words", "")),
        _key(_object(key)) if key is not None else None,
        _text(said.get("phone", "")),
    )


def _key(said: dict[str, Any]) -> Key:
    return Key(_text(said["receipt"]), _text(said["phone_end"]))


def _object(said: Any) -> dict[str, Any]:
    """Return what is an object of JSON. Raises TypeError."""
    if not isinstance(said, dict):
        raise TypeError("object")
    return said


def _text(said: Any) -> str:
    """Return a text that can be written down: no half of a character. Raises TypeError, ValueError."""
    if not isinstance(said, str):
        raise TypeError("text")
    said.encode()
    return said
