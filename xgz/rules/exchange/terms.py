"""What two offices agree on before they compare lists, its limits, and why a file is refused."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from xgz.rules.linkage.basis import BasisFault, BasisRefused, read_basis

MOST_ROWS = 200_000  # XC-6: of one request
REQUEST_DAYS = 30  # XC-5: calendar days a request may wait for its answer
SYNTHETIC_DAYS = 30  # XC-4: how long a key for made-up data holds
ROWS_STEP = 100  # XC-7: the size of a file tells its rows in steps of so many
FEW_ROWS = 10  # XC-6: fewer look like a question about somebody in particular


class Side(StrEnum):
    ASKED = "asked"  # a request this installation made
    ANSWERED = "answered"  # a request of another office, answered here


class ExchangeState(StrEnum):
    WAITING = "waiting"  # sent, no answer yet
    ACCEPTED = "accepted"
    LAPSED = "lapsed"  # no answer came in time
    ANSWERED = "answered"


class Refusal(StrEnum):
    """Why the input of an exchange is refused as a whole; the detail is named beside each."""

    KEY_UNREADABLE = "key_unreadable"
    BASIS_MISSING = "basis_missing"
    BASIS_UNREADABLE = "basis_unreadable"
    BASIS_INCOMPLETE = "basis_incomplete"
    BASIS_EXPIRED = "basis_expired"  # the last day
    BASIS_TWICE = "basis_twice"
    SYNTHETIC_IN_PRODUCTION = "synthetic_in_production"
    NO_ROWS = "no_rows"
    TOO_MANY_ROWS = "too_many_rows"  # rows allowed
    NOT_SEALED = "not_sealed"
    OTHER_KIND = "other_kind"
    FOREIGN_KEY = "foreign_key"
    BROKEN = "broken"
    OTHER_VERSION = "other_version"
    REQUEST_EXPIRED = "request_expired"  # the last day
    ANSWERED_BEFORE = "answered_before"  # the moment
    ANSWERED_TOO_OFTEN = "answered_too_often"
    NOT_OUR_REQUEST = "not_our_request"
    ACCEPTED_BEFORE = "accepted_before"  # the moment
    OTHER_REQUEST = "other_request"
    SAME_FILE = "same_file"


_REFUSED: dict[BasisFault, Refusal] = {
    BasisFault.INCOMPLETE: Refusal.BASIS_INCOMPLETE,
    BasisFault.DATE: Refusal.BASIS_UNREADABLE,
    BasisFault.EXPIRED: Refusal.BASIS_EXPIRED,
}


class ExchangeRefused(Exception):
    """The input is refused as a whole and nothing has changed."""

    def __init__(self, reason: Refusal, *details: object) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.details = details


@dataclass(frozen=True, slots=True)
class Agreement:
    """Why the lists may be compared: legal basis, document number, purpose, last day (XC-4).

    is_synthetic: for made-up people alone; then the words are empty.
    """

    basis: str
    document: str
    purpose: str
    expires: str
    is_synthetic: bool = False

    @property
    def last_day(self) -> date:
        return date.fromisoformat(self.expires)

    def as_json(self) -> dict[str, Any]:
        """Return the agreement as JSON values."""
        return asdict(self)


def agreement_from(said: Any) -> Agreement:
    """Return the agreement of a basis file or a sealed head; its day may be over (XC-4, LK-14).

    Raises ExchangeRefused.
    """
    if not isinstance(said, Mapping):
        raise ExchangeRefused(Refusal.BASIS_UNREADABLE)
    if said.get("is_synthetic") is True:
        return Agreement("", "", "", _day(said.get("expires")).isoformat(), is_synthetic=True)
    try:
        basis = read_basis(said, date.min)
    except BasisRefused as refused:
        raise ExchangeRefused(_REFUSED[refused.fault]) from None
    return Agreement(basis.basis, basis.document, basis.purpose, basis.expires.isoformat())


def synthetic_agreement(today: date) -> Agreement:
    """Return the agreement for made-up people: no basis, 30 days (XC-4)."""
    last = today + timedelta(days=SYNTHETIC_DAYS)
    return Agreement("", "", "", last.isoformat(), is_synthetic=True)


def check_agreement(agreement: Agreement, today: date) -> None:
    """Raise ExchangeRefused where its last day is over; that day itself still holds (XC-4)."""
    if agreement.last_day < today:
        raise ExchangeRefused(Refusal.BASIS_EXPIRED, agreement.expires)


def last_day_of_request(agreement: Agreement, today: date) -> date:
    """Return until when, its end included, a request may be answered (XC-5)."""
    return min(today + timedelta(days=REQUEST_DAYS), agreement.last_day)


def _day(text: object) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise ExchangeRefused(Refusal.BASIS_UNREADABLE) from None
