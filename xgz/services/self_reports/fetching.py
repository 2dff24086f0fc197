"""What the relay kept, taken in: each piece once, a changed or foreign one not at all (SR-9)."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import IntegrityError, OperationalError

from xgz.access.clock import day_of
from xgz.models import FetchedPiece, sealing
from xgz.relay.messages import (
    OLDEST,
    Message,
    MessageRefused,
    SealedForAnother,
    read_message,
)
from xgz.relay.store import Wish
from xgz.rules.self_reports import (
    NOTICES,
    WORDS_LENGTH,
    Channel,
    RequestTopic,
    clean_phone,
    is_clean,
    is_receipt,
)
from xgz.rules.words import visible_words
from xgz.services.self_reports import rights
from xgz.services.self_reports.claims import CodeNotOpen, ReceivedBefore, Sent, receive
from xgz.services.transactions import unit

_REMEMBERED = OLDEST * 2
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Fetched:
    """How many pieces were taken in, were here before, were refused, or are sealed for another key.

    done: names that may go; never those of another key, which opens them elsewhere.
    """

    taken: int = 0
    known: int = 0
    refused: int = 0
    foreign: int = 0
    done: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """The numbers, by name."""
        names = ("taken", "known", "refused", "foreign")
        return {name: getattr(self, name) for name in names}


def take_in(
    pieces: Iterable[tuple[str, bytes]], *, private_key: bytes, today: date, now: datetime
) -> Fetched:
    """Take in (name, sealed piece) pairs; each is a piece of work of its own.

    The oldest comes first, so that a claim is there before it is taken back: hand over all that
    waits at once. A refused piece is done too: it never becomes another one. One that met an
    unforeseen fault counts as refused and stays where it is, to be tried again until it is too old.
    """
    result = Fetched()
    messages = _opened(pieces, private_key, now, result)
    for message, name in sorted(messages, key=lambda each: (each[0].at, each[0].id)):
        try:
            is_new = _take(message, today, now)
        except (MessageRefused, CodeNotOpen, ReceivedBefore):
            result.refused += 1
        except OperationalError:  # the database itself, not the piece
            raise
        except Exception as fault:  # no single piece may hold up all the others
            _log.error("a piece of the relay failed: %s", type(fault).__name__)
            result.refused += 1
            continue
        else:
            result.taken += is_new
            result.known += not is_new
        result.done.append(name)
    return result


def forget_old_pieces(*, now: datetime) -> int:
    """Forget pieces so old that the same one would be refused for its age; return how many."""
    deleted, _ = FetchedPiece.objects.filter(fetched_at__lt=now - _REMEMBERED).delete()
    return deleted


def _opened(
    pieces: Iterable[tuple[str, bytes]], private_key: bytes, now: datetime, result: Fetched
) -> list[tuple[Message, str]]:
    """Return what the pieces say, with their names, and count in result those that say nothing."""
    messages = []
    for name, sealed in pieces:
        try:
            messages.append((read_message(private_key, sealed, now), name))
        except MessageRefused:
            result.refused += 1
            result.done.append(name)
        except SealedForAnother:
            result.foreign += 1
    return messages


def _take(message: Message, today: date, now: datetime) -> bool:
    """Take one message in; return False where it was before."""
    mark = sealing.digest("self_report.piece", message.id)
    if FetchedPiece.objects.filter(digest=mark).exists():
        return False
    try:
        with unit():
            FetchedPiece.objects.create(digest=mark, fetched_at=now)
            _ACT[message.claim is not None](message, today, now)
    except IntegrityError:
        if FetchedPiece.objects.filter(digest=mark).exists():
            return False
        raise
    return True


def _claim(message: Message, today: date, now: datetime) -> None:
    if message.claim is None:
        raise TypeError("claim")
    if not is_clean(message.claim.answers) or message.claim.notice_version not in NOTICES:
        raise MessageRefused("answers")
    if not is_receipt(message.receipt):
        raise MessageRefused("receipt")
    sent = Sent(
        code=message.code,
        answers=message.claim.answers,
        notice_version=message.claim.notice_version,
        channel=Channel.RELAY,
        receipt=message.receipt,
        consented_at=message.at,
        sent_on=day_of(message.at),
    )
    receive(sent=sent, today=today, now=now)


def _wish(message: Message, today: date, now: datetime) -> None:
    wish = message.wish
    if wish is None:
        raise TypeError("wish")
    if len(wish.words) > WORDS_LENGTH or visible_words(wish.words) != wish.words:
        raise MessageRefused("words")
    if wish.key is None:
        if wish.topic is not RequestTopic.NOT_ME or clean_phone(wish.phone) != wish.phone:
            raise MessageRefused("phone")
        rights.say_not_me(phone=wish.phone, words=wish.words, now=now)
        return
    held = rights.held_by(wish.key.receipt, wish.key.phone_end)
    if held is None:
        return
    _grant(wish, held, today, now)


def _grant(wish: Wish, held: rights.Held, today: date, now: datetime) -> None:
    if wish.topic is RequestTopic.WITHDRAWAL:
        rights.withdraw_own(held=held, today=today, now=now)
    elif wish.topic is RequestTopic.COMPLAINT:
        rights.complain(held=held, words=wish.words, today=today, now=now)


_ACT: dict[bool, Callable[[Message, date, datetime], None]] = {True: _claim, False: _wish}
