"""The shared key of two offices: made once, under an agreement, and carried by hand (XC-4)."""

from datetime import datetime
from pathlib import Path

from django.conf import settings

from xgz.access import exchanges as access
from xgz.access.actor import Actor
from xgz.files.exchange_key import ExchangeKey, key_from, new_key_text
from xgz.files.handed_over import written_beside
from xgz.rules.exchange.terms import (
    Agreement,
    ExchangeRefused,
    Refusal,
    check_agreement,
)
from xgz.services import audit
from xgz.services.transactions import unit

_SUBJECT = 12  # characters of the key's id that the trail has room for


def make_key(*, actor: Actor, agreement: Agreement, target: Path, now: datetime) -> ExchangeKey:
    """Write a fresh key under an agreement into a new file (mode 600) and return it.

    Writes an audit row. Raises NotPermitted, ExchangeRefused, FileExistsError, OSError.
    """
    access.require_asking(actor, of_leads=False)
    check_agreement(agreement, actor.today)
    require_real(agreement)
    if target.exists():
        raise FileExistsError(target.name)
    text = new_key_text(agreement).encode()
    key = key_from(text)
    with written_beside(target, text) as place:
        with unit():
            audit.record(
                actor=actor,
                action="exchange.key",
                subject_type="exchange_key",
                subject_id=key.key_id[:_SUBJECT],
                now=now,
                fields=_words(agreement),
            )
        place()
    return key


def agreed(key: ExchangeKey, given: Agreement | None) -> Agreement:
    """Return what both sides agreed on: from the key, or given beside a bare key (XC-4).

    Raises ExchangeRefused where there is none, or a second one.
    """
    if key.agreement is None and given is None:
        raise ExchangeRefused(Refusal.BASIS_MISSING)
    if key.agreement is not None and given is not None:
        raise ExchangeRefused(Refusal.BASIS_TWICE)
    agreement = key.agreement or given
    if agreement is None:
        raise ExchangeRefused(Refusal.BASIS_MISSING)
    require_real(agreement)
    return agreement


def require_real(agreement: Agreement) -> None:
    """Raise ExchangeRefused for an agreement about made-up people where real ones may be (XC-4)."""
    if agreement.is_synthetic and settings.PROFILE == "production":
        raise ExchangeRefused(Refusal.SYNTHETIC_IN_PRODUCTION)


def _words(agreement: Agreement) -> dict[str, object]:
    return {
        "basis": agreement.basis,
        "document": agreement.document,
        "purpose": agreement.purpose,
        "valid_to": agreement.expires,
    }
