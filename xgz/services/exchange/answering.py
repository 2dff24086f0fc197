"""Answering another office's request from the roster: lead ids and flags go back, no more (XC-3)."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import IntegrityError, transaction

from xgz.access import exchanges as access
from xgz.access.actor import Actor
from xgz.access.members import visible_members
from xgz.files.exchange_key import Digester, ExchangeKey
from xgz.files.exchange_lists import (
    AnswerHead,
    AskedRow,
    RequestHead,
    file_digest,
    open_request,
    seal_answer,
)
from xgz.files.handed_over import written_beside
from xgz.models import Exchange, Member
from xgz.rules.allowances import Purpose
from xgz.rules.exchange.identities import Flag, Person
from xgz.rules.exchange.terms import (
    MOST_ROWS,
    ExchangeRefused,
    ExchangeState,
    Refusal,
    Side,
    check_agreement,
)
from xgz.rules.members import ON_ROLLS, PARTY_CLASSES
from xgz.services import audit
from xgz.services.allowances import AllowanceUsedUp, take
from xgz.services.exchange.asking import agreement_columns
from xgz.services.exchange.comparing import compare
from xgz.services.exchange.keys import require_real
from xgz.services.exchange.left_out import unprotected_members, without_protected
from xgz.services.transactions import unit

_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Request:
    """A request that may be answered, as its sealed file says."""

    head: RequestHead
    rows: list[AskedRow]
    digest: str


def look(*, actor: Actor, key: ExchangeKey, sealed: bytes) -> Request:
    """Open a request and check that it may be answered today; writes nothing.

    Raises NotPermitted, ExchangeRefused.
    """
    access.require_answering(actor)
    head, rows = open_request(key, sealed)
    if key.agreement is not None and head.agreement != key.agreement:
        raise ExchangeRefused(Refusal.BROKEN)
    require_real(head.agreement)
    check_agreement(head.agreement, actor.today)
    if date.fromisoformat(head.made) > actor.today:  # or a made-up day would lengthen its life
        raise ExchangeRefused(Refusal.BROKEN)
    if date.fromisoformat(head.expires) < actor.today:
        raise ExchangeRefused(Refusal.REQUEST_EXPIRED, head.expires)
    if not rows:
        raise ExchangeRefused(Refusal.NO_ROWS)
    if len(rows) > MOST_ROWS:
        raise ExchangeRefused(Refusal.TOO_MANY_ROWS, MOST_ROWS)
    before = _answered(head.number)
    if before is not None:
        raise ExchangeRefused(Refusal.ANSWERED_BEFORE, before.made_at)
    return Request(head, rows, file_digest(sealed))


def answer(
    *,
    actor: Actor,
    key: ExchangeKey,
    request: Request,
    target: Path,
    now: datetime,
    roster: Iterable[Person] | None = None,
) -> Counter[Flag]:
    """Write the sealed answer into `target` and return how many leads got which flag.

    roster: another one than the members on the rolls of this installation. Protected members are
    in neither. A request is answered once. Writes an audit row.
    Raises NotPermitted, ExchangeRefused, FileRefused, OSError; nothing is written then.
    """
    access.require_answering(actor)
    people = without_protected(_members(actor) if roster is None else roster)
    digester = Digester(key, request.head.number)
    flags = compare(digester, request.rows, people, actor.today)
    head = AnswerHead(request.head.number, request.digest)
    sealed = seal_answer(key, head, request.head.box, flags)
    with written_beside(target, sealed) as place:
        with unit():
            _use_up(key, len(request.rows), now)
            exchange = _keep(actor, key, request, file_digest(sealed), now)
            audit.record(
                actor=actor,
                action="exchange.answer",
                subject_type="exchange",
                subject_id=exchange.public_id,
                now=now,
                fields={"number": exchange.number, "rows": exchange.rows},
            )
        place()  # a request whose answer was lost is asked anew; it is never answered twice
    return Counter(flag for _lead, flag in flags)


def _members(actor: Actor) -> Iterator[Person]:
    members = visible_members(actor).filter(member_class__in=PARTY_CLASSES, status__in=ON_ROLLS)
    rows = members.select_related("formal_org").order_by("pk")
    return map(_person, unprotected_members(rows.iterator(chunk_size=_CHUNK)))


def _person(member: Member) -> Person:
    return Person(
        name=member.name,
        id_number=member.id_number,
        born_on=member.born_on.isoformat() if member.born_on else "",
        phone=member.phone,
        branch=member.formal_org.name if member.formal_org else "",
    )


def _use_up(key: ExchangeKey, rows: int, now: datetime) -> None:
    try:
        take(Purpose.EXCHANGE_ANSWER, key.key_id, now=now)
        take(Purpose.EXCHANGE_ROWS, key.key_id, now=now, amount=rows)
    except AllowanceUsedUp:
        raise ExchangeRefused(Refusal.ANSWERED_TOO_OFTEN) from None


def _keep(
    actor: Actor, key: ExchangeKey, request: Request, answer_digest: str, now: datetime
) -> Exchange:
    try:
        with transaction.atomic():
            return Exchange.objects.create(
                side=Side.ANSWERED,
                state=ExchangeState.ANSWERED,
                number=request.head.number,
                key_id=key.key_id,
                made_at=now,
                made_by=actor.user,
                closed_at=now,
                expires_on=date.fromisoformat(request.head.expires),
                rows=len(request.rows),
                request_digest=request.digest,
                answer_digest=answer_digest,
                **agreement_columns(request.head.agreement),
            )
    except IntegrityError:  # somebody answered it meanwhile
        raise ExchangeRefused(Refusal.ANSWERED_BEFORE, now) from None


def _answered(number: str) -> Exchange | None:
    return Exchange.objects.filter(side=Side.ANSWERED, number=number).first()
