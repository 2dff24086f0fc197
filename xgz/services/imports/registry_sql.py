"""The set-based statements of a registry import, the same on SQLite and PostgreSQL.

An absent value says nothing: it is null in the staging table and leaves the register as it is.
Table and column names come from the models; every value travels as a parameter.
"""

from collections.abc import Iterator

from django.db import connection

from xgz.models import Business, Market, StagedBusiness, Stall, StatusEvent
from xgz.rules.registration import ENDED, BusinessStatus, KindBasis, StatusEventKind
from xgz.services.imports.bulk import one_number, run, table_name

# Columns never null in the register, and those that may be.
TEXT_COLUMNS = ("name", "type_text", "owner_name", "address", "registrar", "industry_code")
OPEN_COLUMNS = (
    "established_on",
    "status_on",
    "township_id",
    "office_id",
    "staff",
    "longitude",
    "latitude",
)
_PORTION_ROWS = 5000
_STRONG = f"('{KindBasis.STATED}', '{KindBasis.SIZED}')"

_ENDED = ", ".join(f"'{status}'" for status in sorted(ENDED))

_STAGED, _BUSINESS = table_name(StagedBusiness), table_name(Business)
_EVENT, _MARKET, _STALL = table_name(StatusEvent), table_name(Market), table_name(Stall)

# A stated or measured kind gives way only to another such; the code's prefix is a fallback (RG-2).
KIND_DIFFERS = (
    f"(s.kind <> 'unknown' AND (s.kind <> b.kind OR s.kind_basis <> b.kind_basis)"
    f" AND (s.kind_basis IN {_STRONG} OR b.kind_basis NOT IN {_STRONG}))"
)
_DIFFERS = " OR ".join(
    [f"(s.{c} IS NOT NULL AND s.{c} <> b.{c})" for c in (*TEXT_COLUMNS, "status", "is_unreachable")]
    + [f"(s.{c} IS NOT NULL AND (b.{c} IS NULL OR s.{c} <> b.{c}))" for c in OPEN_COLUMNS]
    + [f"(s.{c} IS NOT NULL AND s.{c} <> b.{c})" for c in ("owner_id_digest", "phone_digest")]
    + [
        f"(s.{c} IS NOT NULL AND (b.{c} IS NULL OR s.{c} <> b.{c}))"
        for c in ("credit_code", "registration_number")
    ]
    + [KIND_DIFFERS, "b.missing_since IS NOT NULL"]
)
# A current stall elsewhere, or none, where the row names a market.
_STALL_DIFFERS = (
    f"(s.market IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {_STALL} t JOIN {_MARKET} m"  # noqa: S608
    " ON m.id = t.market_id WHERE t.business_id = b.id AND t.valid_to IS NULL"
    " AND m.name = s.market))"
)
_JOINED = (
    f"FROM {_STAGED} s JOIN {_BUSINESS} b ON b.id = s.business_id WHERE s.source_import_id = %s"
)


def is_empty() -> bool:
    """Test whether the register holds no business yet."""
    return not one_number(f"SELECT COUNT(*) FROM (SELECT 1 FROM {_BUSINESS} LIMIT 1) x")  # noqa: S608


def resolve_businesses(import_id: int) -> None:
    """Give each staged row the business it names: by credit code, else by old number (IM-2).

    A row with both keys also finds the business known so far by its old number alone.
    """
    if is_empty():
        # What they named when they were read may have been undone since.
        forget = f"UPDATE {_STAGED} SET business_id = NULL WHERE source_import_id = %s"  # noqa: S608
        run(f"{forget} AND business_id IS NOT NULL", [import_id])
        return
    by_code = f"(SELECT b.id FROM {_BUSINESS} b WHERE b.credit_code = {_STAGED}.credit_code)"  # noqa: S608
    for rows in _portions(import_id):
        # Most rows are resolved twice and found the same: those are not written again.
        run(
            f"UPDATE {_STAGED} SET business_id = {by_code} WHERE source_import_id = %s"  # noqa: S608
            " AND row_no > %s AND row_no <= %s AND credit_code IS NOT NULL"
            f" AND business_id IS DISTINCT FROM {by_code}",
            [import_id, *rows],
        )
    run(
        f"UPDATE {_STAGED} SET business_id = (SELECT b.id FROM {_BUSINESS} b"  # noqa: S608
        f" WHERE b.registration_number = {_STAGED}.registration_number"
        f" AND (b.credit_code IS NULL OR {_STAGED}.credit_code IS NULL))"
        " WHERE source_import_id = %s AND business_id IS NULL"
        " AND registration_number IS NOT NULL",
        [import_id],
    )
    # An old number that already belongs to another business is not given a second time.
    run(
        f"UPDATE {_STAGED} SET registration_number = NULL WHERE source_import_id = %s"  # noqa: S608
        " AND credit_code IS NOT NULL AND registration_number IS NOT NULL AND EXISTS"
        f" (SELECT 1 FROM {_BUSINESS} b WHERE b.registration_number = {_STAGED}.registration_number"
        f" AND b.id <> COALESCE({_STAGED}.business_id, 0))",
        [import_id],
    )


def _portions(import_id: int) -> Iterator[tuple[int, int]]:
    """Yield (row before the first, last row) so that no statement holds a processor for long."""
    last = one_number(
        f"SELECT COALESCE(MAX(row_no), 0) FROM {_STAGED} WHERE source_import_id = %s",  # noqa: S608
        [import_id],
    )
    for first in range(0, last, _PORTION_ROWS):
        yield first, first + _PORTION_ROWS


def count_staged(import_id: int) -> int:
    """Return how many rows wait to be written."""
    return one_number(
        f"SELECT COUNT(*) FROM {_STAGED} WHERE source_import_id = %s",  # noqa: S608
        [import_id],
    )


def count_known(import_id: int) -> int:
    """Return how many staged rows name a business of the register."""
    return one_number(
        f"SELECT COUNT(*) FROM {_STAGED} WHERE source_import_id = %s"  # noqa: S608
        " AND business_id IS NOT NULL",
        [import_id],
    )


def count_different(import_id: int) -> int:
    """Return how many staged rows would change the business they name."""
    return one_number(
        f"SELECT COUNT(*) {_JOINED} AND ({_DIFFERS} OR {_STALL_DIFFERS})",
        [import_id],
    )


def different_pairs(import_id: int, after_row: int, limit: int) -> tuple[str, list[int]]:
    """Return the query of (row number, staged id, business id) of rows that change something."""
    return (
        f"SELECT s.row_no, s.id, b.id {_JOINED} AND s.row_no > %s"
        f" AND ({_DIFFERS} OR {_STALL_DIFFERS}) ORDER BY s.row_no LIMIT %s",
        [import_id, after_row, limit],
    )


def insert_new(import_id: int) -> int:
    """Write a business for each staged row that names none; return how many.

    They are numbered in the order of the file, wherever the database put the staged rows.
    """
    copied = ("public_id", "credit_code", "registration_number", "name", "kind", "kind_basis")
    texts = tuple(c for c in TEXT_COLUMNS if c != "name") + (
        "owner_id_sealed",
        "owner_id_digest",
        "phone_sealed",
        "phone_digest",
    )
    values = [f"s.{c}" for c in (*copied, *OPEN_COLUMNS)]
    values += [f"COALESCE(s.{c}, '')" for c in texts]
    values += [
        f"COALESCE(s.status, '{BusinessStatus.UNKNOWN}')",
        "COALESCE(s.is_unreachable, FALSE)",
        "s.source_import_id",
        "s.source_import_id",
    ]
    columns = (*copied, *OPEN_COLUMNS, *texts, "status", "is_unreachable")
    return run(
        f"INSERT INTO {_BUSINESS} ({', '.join(columns)}, first_import_id, last_import_id)"  # noqa: S608
        f" SELECT {', '.join(values)} FROM {_STAGED} s"
        " WHERE s.source_import_id = %s AND s.business_id IS NULL ORDER BY s.row_no",
        [import_id],
    )


def insert_first_events(import_id: int, day: str) -> None:
    """Write what the first sight of a business says: opened, and closed or unreachable if so.

    day: the day that stands in for a date the extract does not state.
    """
    for kind, dated, condition in (
        (StatusEventKind.OPENED, "b.established_on", "b.established_on IS NOT NULL"),
        (StatusEventKind.CLOSED, "COALESCE(b.status_on, %s)", f"b.status IN ({_ENDED})"),
        (StatusEventKind.LISTED_ABNORMAL, "%s", "b.is_unreachable"),
    ):
        parameters: list[object] = [day] if "%s" in dated else []
        run(
            f"INSERT INTO {_EVENT} (business_id, kind, happened_on, status, before, after,"  # noqa: S608
            f" source_import_id) SELECT b.id, '{kind}', {_as_date(dated)}, b.status, '', '',"
            f" b.first_import_id FROM {_BUSINESS} b WHERE b.first_import_id = %s AND {condition}",
            [*parameters, import_id],
        )


def mark_missing(import_id: int, day: str) -> int:
    """Mark the businesses a full extract does not name: work to check, never closed (RG-6).

    Businesses known to have ended are not missed. Returns how many were marked.
    """
    condition = (
        f" FROM {_BUSINESS} b WHERE b.missing_since IS NULL AND b.status NOT IN ({_ENDED})"  # noqa: S608
        f" AND b.first_import_id <> %s AND NOT EXISTS (SELECT 1 FROM {_STAGED} s"
        " WHERE s.source_import_id = %s AND s.business_id = b.id)"
    )
    run(
        f"INSERT INTO {_EVENT} (business_id, kind, happened_on, status, before, after,"
        f" source_import_id) SELECT b.id, '{StatusEventKind.MISSING}', {_as_date('%s')}, b.status,"
        f" '', '', %s{condition}",
        [day, import_id, import_id, import_id],
    )
    return run(
        f"UPDATE {_BUSINESS} SET missing_since = {_as_date('%s')} WHERE missing_since IS NULL AND id IN"  # noqa: S608
        f" (SELECT e.business_id FROM {_EVENT} e WHERE e.source_import_id = %s"
        f" AND e.kind = '{StatusEventKind.MISSING}')",
        [day, import_id],
    )


def _as_date(expression: str) -> str:
    """Return a date expression; PostgreSQL must be told what a parameter is, SQLite keeps text."""
    return f"CAST({expression} AS date)" if connection.vendor == "postgresql" else expression
