"""Sealed lists: the latest reports whose owner is declared a member, and leads that wait to be opened.

Value: a JSON list, of ascending AnnualReport ids or of rows of words, padded with spaces to a multiple of PADDING
characters, sealed for the cell ("sealed_list.value", public id of the SealedList). The ciphertext
is rewritten whole, so a stolen database tells neither the rows nor their exact number (PR-8, MT-9).
"""

import json
from collections.abc import Iterable, Sequence

from xgz.models import sealing
from xgz.models.businesses import SealedList

DECLARED_OWNERS = "declared_owners"  # SealedList.name
WAITING_LEADS = "waiting_leads"
PADDING = 4096

_COLUMN = "sealed_list.value"


def read_ids(sealed_list: SealedList) -> frozenset[int]:
    """Return the ids the row holds; empty for a row never written. Raises SealBroken."""
    clear = sealing.unseal(_COLUMN, sealed_list.public_id, sealed_list.value_sealed)
    return frozenset(json.loads(clear)) if clear else frozenset()


def sealed_ids(public_id: str, ids: Iterable[int]) -> str:
    """Return the value_sealed of the SealedList with this public id; the caller saves it."""
    return _sealed(public_id, sorted(set(ids)))


def read_rows(sealed_list: SealedList) -> list[list[str]]:
    """Return the rows of words a list holds; empty for one never written. Raises SealBroken."""
    clear = sealing.unseal(_COLUMN, sealed_list.public_id, sealed_list.value_sealed)
    return [[str(word) for word in row] for row in json.loads(clear)] if clear else []


def sealed_rows(public_id: str, rows: Sequence[Sequence[str]]) -> str:
    """Return the value_sealed of the SealedList with this public id; the caller saves it."""
    return _sealed(public_id, rows)


def _sealed(public_id: str, value: Sequence[object]) -> str:
    clear = json.dumps(value, separators=(",", ":"))
    width = -(-len(clear) // PADDING) * PADDING
    return sealing.seal(_COLUMN, public_id, clear.ljust(width))


def find_list(name: str = DECLARED_OWNERS) -> SealedList | None:
    """Return the list of this name, or None where none was written yet."""
    return SealedList.objects.filter(name=name).first()
