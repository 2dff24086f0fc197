"""Taking in what another office answered: once, and only to the request it was made for (XC-5)."""

import csv
import io
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from xgz.access import exchanges as access
from xgz.access.actor import Actor
from xgz.files.exchange_key import ExchangeKey
from xgz.files.exchange_lists import file_digest, number_answered, open_answer
from xgz.files.handed_over import remove_parts, written_beside
from xgz.files.text_cells import dead_text
from xgz.models import Exchange
from xgz.rules.exchange.identities import Flag
from xgz.rules.exchange.terms import ExchangeRefused, ExchangeState, Refusal, Side
from xgz.services import audit
from xgz.services.exchange.leads import record_flags, still_seen
from xgz.services.transactions import unit


@dataclass(frozen=True, slots=True)
class Accepted:
    """An opened answer; rows: label of each row asked about and its flag, in the asker's order."""

    exchange: Exchange
    rows: list[tuple[str, Flag]]
    answer_digest: str


def open_reply(*, actor: Actor, key: ExchangeKey, sealed: bytes) -> Accepted:
    """Open an answer and check that it fits exactly one request that waits; writes nothing.

    Raises NotPermitted, ExchangeRefused.
    """
    number, inner = number_answered(key, sealed)
    exchange = Exchange.objects.filter(side=Side.ASKED, number=number).first()
    if exchange is None:
        raise ExchangeRefused(Refusal.NOT_OUR_REQUEST)
    access.require_accepting(actor, exchange)
    _require_waiting(exchange, actor)
    head, flags = open_answer(bytes.fromhex(exchange.box_key), inner)
    if (head.number, head.digest) != (exchange.number, exchange.request_digest):
        raise ExchangeRefused(Refusal.OTHER_REQUEST)
    labels: list[tuple[str, str]] = json.loads(exchange.map)
    flag_of = {lead.hex(): flag for lead, flag in flags}
    if len(flags) != len(labels) or flag_of.keys() != {lead for lead, _label in labels}:
        raise ExchangeRefused(Refusal.OTHER_REQUEST)
    rows = [(label, flag_of[lead]) for lead, label in labels]
    if exchange.is_of_leads:  # those deleted meanwhile leave no flag
        rows = still_seen(actor, rows)
    return Accepted(exchange, rows, file_digest(sealed))


def accept(*, actor: Actor, reply: Accepted, target: Path, now: datetime) -> None:
    """Write the flags into `target` as CSV (`lead,flag`, mode 600) and close the request.

    What stood for its rows, and the key of the answer, are destroyed. Flags of leads kept here are
    written down as their roster checks (XC-9). Writes an audit row. The request is closed after the
    flags stand in their place: whoever is killed on the way accepts the answer again, and what was
    left beside `target` goes then.
    Raises NotPermitted, ExchangeRefused, OSError.
    """
    access.require_accepting(actor, reply.exchange)
    remove_parts(target)
    try:
        with written_beside(target, _table(reply)) as place, unit():
            _close(actor, reply, now)
            if reply.exchange.is_of_leads:
                record_flags(actor=actor, rows=reply.rows, now=now)
            place()
    except OSError:
        remove_parts(target)
        raise


def _close(actor: Actor, reply: Accepted, now: datetime) -> None:
    exchange = reply.exchange
    waiting = Exchange.objects.filter(pk=exchange.pk, state=ExchangeState.WAITING)
    if not waiting.update(
        state=ExchangeState.ACCEPTED,
        closed_at=now,
        answer_digest=reply.answer_digest,
        map_sealed="",
        box_key_sealed="",
    ):
        raise ExchangeRefused(Refusal.ACCEPTED_BEFORE, now)
    audit.record(
        actor=actor,
        action="exchange.accept",
        subject_type="exchange",
        subject_id=exchange.public_id,
        now=now,
        fields={"number": exchange.number, "rows": exchange.rows},
    )


def _table(reply: Accepted) -> bytes:
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(["lead", "flag"])
    lines.writerows([dead_text(label), flag.value] for label, flag in reply.rows)
    return text.getvalue().encode()


def _require_waiting(exchange: Exchange, actor: Actor) -> None:
    if exchange.state == ExchangeState.ACCEPTED:
        raise ExchangeRefused(Refusal.ACCEPTED_BEFORE, exchange.closed_at)
    if exchange.state != ExchangeState.WAITING or exchange.expires_on < actor.today:
        raise ExchangeRefused(Refusal.REQUEST_EXPIRED, exchange.expires_on.isoformat())
