"""The only columns that may ever be compared (LK-1): an allow-list that a test holds fixed."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identities:
    """Six columns of text of the same length, one place per person; "" means unknown.

    born_on: a date as it is written; id_number, phone and address: as written, whole, masked or
    damaged. Nothing else may enter: no behaviour, no relation, no membership (P03, LK-1).
    """

    name: Sequence[str]
    sex: Sequence[str]
    born_on: Sequence[str]
    id_number: Sequence[str]
    phone: Sequence[str]
    address: Sequence[str]

    def __len__(self) -> int:
        return len(self.name)
