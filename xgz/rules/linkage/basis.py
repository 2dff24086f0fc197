"""What a comparison of people rests on (LK-14): named, for a purpose, and not past its day."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

WORDS_MAX = 300
_UNFIT = re.compile("[\0\ud800-\udfff]")  # no database keeps them as text


class BasisFault(StrEnum):
    """Why a basis is none."""

    INCOMPLETE = "incomplete"
    DATE = "date"
    EXPIRED = "expired"


class BasisRefused(ValueError):
    """The basis is missing a part, or its time is over; `fault` says which."""

    def __init__(self, fault: BasisFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Basis:
    """basis: the law or rule; document: number of the paper; expires: the last day it may be used."""

    basis: str
    document: str
    purpose: str
    expires: date


def read_basis(given: Mapping[str, object], today: date) -> Basis:
    """Return the basis that a file states (LK-14). Raises BasisRefused; its last day still counts."""
    words = [given.get(key) for key in ("basis", "document", "purpose")]
    texts = [word.strip() for word in words if isinstance(word, str)]
    if len(texts) < len(words) or not all(map(_is_text, texts)):
        raise BasisRefused(BasisFault.INCOMPLETE)
    try:
        expires = date.fromisoformat(str(given.get("expires", "")))
    except ValueError:
        raise BasisRefused(BasisFault.DATE) from None
    if expires < today:
        raise BasisRefused(BasisFault.EXPIRED)
    basis, document, purpose = texts
    return Basis(basis, document, purpose, expires)


def _is_text(text: str) -> bool:
    """Test whether a text is filled, not too long, and can be kept at all."""
    return 0 < len(text) <= WORDS_MAX and not _UNFIT.search(text)
