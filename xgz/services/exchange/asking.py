"""Asking another office about a list of people: only keyed digests leave (XC-1, XC-5)."""

import json
import os
import secrets
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from xgz.access import exchanges as access
from xgz.access.actor import Actor
from xgz.files.exchange_key import DIGEST_BYTES, Digester, ExchangeKey
from xgz.files.exchange_lists import (
    LEAD_BYTES,
    AskedRow,
    RequestHead,
    file_digest,
    seal_request,
)
from xgz.files.handed_over import written_beside
from xgz.files.people_table import PersonRow
from xgz.files.sealed_envelope import new_box_keys
from xgz.models import Exchange, sealing
from xgz.rules.exchange.identities import identity_texts
from xgz.rules.exchange.terms import (
    MOST_ROWS,
    Agreement,
    ExchangeRefused,
    ExchangeState,
    Refusal,
    Side,
    check_agreement,
    last_day_of_request,
)
from xgz.services import audit
from xgz.services.exchange.keys import require_real
from xgz.services.exchange.left_out import left_out_among
from xgz.services.transactions import unit

_MAP_STEP = 4096  # characters the sealed map is filled up to


def ask(
    *,
    actor: Actor,
    key: ExchangeKey,
    agreement: Agreement,
    people: Sequence[PersonRow],
    target: Path,
    now: datetime,
    of_leads: bool = False,
) -> Exchange:
    """Write a sealed request about these people into `target` and return what was kept of it.

    Who is left out of all comparing is sent as a row that agrees with nobody. Writes an audit row.
    Raises NotPermitted, ExchangeRefused, OSError; nothing is written then.
    """
    access.require_asking(actor, of_leads=of_leads)
    _require_in_order(agreement, people, actor.today)
    private, public = new_box_keys()
    exchange = Exchange(
        side=Side.ASKED,
        state=ExchangeState.WAITING,
        number=secrets.token_hex(16),
        key_id=key.key_id,
        made_at=now,
        made_by=actor.user,
        expires_on=last_day_of_request(agreement, actor.today),
        rows=len(people),
        is_of_leads=of_leads,
        **agreement_columns(agreement),
    )
    rows, labels = _rows(people, Digester(key, exchange.number), actor.today)
    days = str(actor.today), str(exchange.expires_on)
    sealed = seal_request(key, RequestHead(exchange.number, *days, agreement, public), rows)
    exchange.request_digest = file_digest(sealed)
    with written_beside(target, sealed) as place:
        with unit():
            _keep(exchange, labels, private)
            _note(actor, exchange, now)
        place()
    return exchange


def agreement_columns(agreement: Agreement) -> dict[str, object]:
    """Return an agreement as columns of an Exchange."""
    return {
        "is_synthetic": agreement.is_synthetic,
        "basis": agreement.basis,
        "document": agreement.document,
        "purpose": agreement.purpose,
        "agreed_until": agreement.last_day,
    }


def _require_in_order(agreement: Agreement, people: Sequence[PersonRow], today: date) -> None:
    check_agreement(agreement, today)
    require_real(agreement)
    if not people:
        raise ExchangeRefused(Refusal.NO_ROWS)
    if len(people) > MOST_ROWS:
        raise ExchangeRefused(Refusal.TOO_MANY_ROWS, MOST_ROWS)


def _rows(
    people: Sequence[PersonRow], digester: Digester, today: date
) -> tuple[list[AskedRow], list[tuple[str, str]]]:
    """Return the rows in the order of their random lead ids, and the label of each lead id."""
    held = left_out_among([row.person for row in people])
    rows, labels = [], []
    for at, row in enumerate(people):
        lead = os.urandom(LEAD_BYTES)
        labels.append((lead.hex(), row.label))
        texts = identity_texts(row.person, today)
        if at in held:  # digests that agree with nobody
            digests = {key: os.urandom(DIGEST_BYTES) for key in texts}
        else:
            digests = {key: digester.digest(key, text) for key, text in texts.items()}
        rows.append(AskedRow(lead, digests))
    return sorted(rows, key=lambda row: row.lead), labels


def _keep(exchange: Exchange, labels: Sequence[tuple[str, str]], private: bytes) -> None:
    clear = json.dumps(labels, ensure_ascii=False, separators=(",", ":"))
    width = -(-len(clear) // _MAP_STEP) * _MAP_STEP
    row = exchange.public_id
    exchange.map_sealed = sealing.seal("exchange.map", row, clear.ljust(width))
    exchange.box_key_sealed = sealing.seal("exchange.box_key", row, private.hex())
    exchange.save(force_insert=True)


def _note(actor: Actor, exchange: Exchange, now: datetime) -> None:
    audit.record(
        actor=actor,
        action="exchange.ask",
        subject_type="exchange",
        subject_id=exchange.public_id,
        now=now,
        fields={"number": exchange.number, "rows": exchange.rows},
    )
