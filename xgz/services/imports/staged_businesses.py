"""From checked registry rows to rows of the staging table."""

import os
from collections.abc import Collection, Iterator, Sequence
from operator import itemgetter
from typing import Any

from xgz.models import Body, Import, StagedBusiness, sealing
from xgz.rules.bodies import BodyKind
from xgz.rules.imports.registry import DERIVED, FIELDS
from xgz.rules.registration import AbnormalListing
from xgz.services.imports.bulk import insert_rows
from xgz.services.imports.places import Places

_KEYS = tuple(field.key for field in FIELDS) + DERIVED
_AT = {key: place for place, key in enumerate(_KEYS)}
_ROW_NO = len(_KEYS)  # the reader puts the row number behind the values
_UNREACHABLE = {
    AbnormalListing.UNREACHABLE.value: True,
    AbnormalListing.LISTED.value: None,  # listed on a ground not stated: says nothing of the place
    AbnormalListing.NONE.value: False,
}
_ID_ALPHABET = b"abcdefghijklmnopqrstuvwxyz234567" * 8
_ID_LENGTH = 12


def new_public_ids(count: int) -> list[str]:
    """Return random identifiers of 12 characters (60 bits) in one go."""
    text = os.urandom(count * _ID_LENGTH).translate(_ID_ALPHABET).decode()
    return [text[at : at + _ID_LENGTH] for at in range(0, len(text), _ID_LENGTH)]


# Columns that hold what the row says, as it says it; the others are worked out below.
_PLAIN = (
    "credit_code",
    "registration_number",
    "name",
    "kind",
    "kind_basis",
    "type_text",
    "owner_name",
    "address",
    "established_on",
    "status",
    "status_on",
    "registrar",
    "industry_code",
    "staff",
    "longitude",
    "latitude",
    "market",
)
_ALWAYS = frozenset({"credit_code", "registration_number", "name", "kind", "kind_basis"})


class BusinessStager:
    """Writes chunks of checked rows; resolves the bodies they name and seals what is personal.

    Only the columns that the file has are written: an absent column stays null and costs nothing.
    """

    def __init__(self, source: Import, present: Collection[str]) -> None:
        self._import_id = source.pk
        self._townships = Places([BodyKind.TOWNSHIP])
        self._offices = Places([BodyKind.OFFICE])
        self._office_of = _sole_offices()
        plain = [key for key in _PLAIN if key in _ALWAYS or key in present]
        self._plain = itemgetter(*(_AT[key] for key in plain), _ROW_NO)
        self._columns = ["source_import_id", "public_id", *plain, "row_no"]
        self._personal = [key for key in ("owner_id", "phone") if key in present]
        for key in self._personal:
            self._columns += [f"{key}_sealed", f"{key}_digest"]
        self._has_places = not {"township", "office"}.isdisjoint(present)
        if self._has_places:
            self._columns += ["township_id", "office_id"]
        self._has_listing = "listing" in present
        if self._has_listing:
            self._columns.append("is_unreachable")

    def prepare(self, rows: Sequence[list[Any]]) -> tuple[list[tuple[Any, ...]], list[list[Any]]]:
        """Return the rows as they are staged; none is handed back any more."""
        return list(self._staged(rows)), []

    def store(self, prepared: list[tuple[Any, ...]]) -> None:
        insert_rows(StagedBusiness, self._columns, prepared)

    def notes(self) -> dict[str, object]:
        """Return the names of places that found no body, for the import's page."""
        return {
            "unknown_townships": self._townships.unknown_names(),
            "unknown_offices": self._offices.unknown_names(),
        }

    def _staged(self, rows: Sequence[list[Any]]) -> Iterator[tuple[Any, ...]]:
        fixed, plain = self._import_id, self._plain
        extra = bool(self._personal) or self._has_places or self._has_listing
        for row, public_id in zip(rows, new_public_ids(len(rows)), strict=True):
            values = (fixed, public_id, *plain(row))
            yield values + self._extra(row, public_id) if extra else values

    def _extra(self, row: list[Any], public_id: str) -> tuple[Any, ...]:
        values: tuple[Any, ...] = ()
        for key in self._personal:
            values += _sealed(key, public_id, row[_AT[key]])
        if self._has_places:
            values += self._placed(row[_AT["township"]], row[_AT["office"]])
        if self._has_listing:
            values += (_UNREACHABLE.get(row[_AT["listing"]]),)
        return values

    def _placed(self, township: str | None, office: str | None) -> tuple[int | None, int | None]:
        """Return township and office; a township that one office serves names that office too."""
        township_id = self._townships.find(township) if township else None
        office_id = self._offices.find(office) if office else None
        if office_id is None and township_id is not None:
            office_id = self._office_of.get(township_id)
        return township_id, office_id


def _sealed(column: str, public_id: str, clear: str | None) -> tuple[str | None, str | None]:
    if clear is None:
        return None, None
    name = f"business.{column}"
    return sealing.seal(name, public_id, clear), sealing.digest(name, clear)


def _sole_offices() -> dict[int, int]:
    """Return the office of each township that exactly one office serves."""
    served: dict[int, list[int]] = {}
    pairs = Body.objects.filter(kind=BodyKind.OFFICE, area__isnull=False)
    for office, township in pairs.values_list("pk", "area"):
        served.setdefault(township, []).append(office)
    return {township: offices[0] for township, offices in served.items() if len(offices) == 1}
