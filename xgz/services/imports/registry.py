"""Writing staged registry rows: new businesses by set, changed ones with their dated facts."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import connection

from xgz.models import (
    Business,
    Coverage,
    Import,
    StagedBusiness,
    StatusEvent,
    sealing,
)
from xgz.rules.registration import BusinessKind, KindBasis, StatusEventKind
from xgz.services.imports import registry_sql
from xgz.services.imports.bulk import built_afterwards, take_stock, tidy
from xgz.services.imports.journal import Journal, change_row
from xgz.services.imports.registry_changes import Changed, Ready, Written, register_state
from xgz.services.imports.staged_rows import businesses_by_key
from xgz.services.imports.stalls import place_stalls

FIRST_LOAD_ROWS = 20_000
READY_MOST = 20_000  # changed businesses compared before the register is locked

_PAIRS = 1000
_STRONG_BASES = frozenset({KindBasis.STATED.value, KindBasis.SIZED.value})
_PLAIN = (
    *registry_sql.TEXT_COLUMNS,
    *registry_sql.OPEN_COLUMNS,
    "status",
    "is_unreachable",
    "credit_code",
    "registration_number",
)


def preview(source: Import) -> dict[str, int]:
    """Return created, updated and unchanged as they would be."""
    take_stock(StagedBusiness)  # earlier imports filled and emptied it
    registry_sql.resolve_businesses(source.pk)
    known = registry_sql.count_known(source.pk)
    updated = registry_sql.count_different(source.pk) if known else 0
    return {
        "created": registry_sql.count_staged(source.pk) - known,
        "updated": updated,
        "unchanged": known - updated,
    }


def changed_businesses(
    source: Import, limit: int | None = None, after_row: int = 0
) -> Iterator[Changed]:
    """Yield what the staged rows change, in the order of the file; at most `limit` of them.

    after_row: only rows below this one, for the next page.
    """
    last, left = after_row, limit
    while left is None or left > 0:
        size = _PAIRS if left is None else min(_PAIRS, left)
        pairs = _pairs(source, last, size)
        if not pairs:
            return
        staged = StagedBusiness.objects.in_bulk([pair[1] for pair in pairs])
        known = Business.objects.in_bulk([pair[2] for pair in pairs])
        for _, staged_id, business_id in pairs:
            yield _compare(staged[staged_id], known[business_id])
        last = pairs[-1][0]
        left = None if left is None else left - len(pairs)


def make_ready(source: Import, today: date) -> Ready | None:
    """Return what an import will change, compared before the register is locked for the writing.

    None where that is too much to keep in mind: then apply compares while it writes.
    """
    state = register_state()
    registry_sql.resolve_businesses(source.pk)
    known = registry_sql.count_known(source.pk)
    written = Written()
    for changed in changed_businesses(source, READY_MOST + 1) if known else ():
        written.add(source, changed, today)
    return None if written.count > READY_MOST else Ready(state, known, written)


def apply(source: Import, today: date, ready: Ready | None = None) -> dict[str, int]:
    """Write the staged rows; call inside the transaction that makes them visible.

    ready: of make_ready; of no use, and not used, once another import was written or undone since.
    Returns created, updated and unchanged as they were counted while writing, and missing: the
    businesses a full extract did not name.
    """
    if ready is not None and ready.state == register_state():
        known, updated = ready.known, ready.written.write()
    else:
        registry_sql.resolve_businesses(source.pk)
        known = registry_sql.count_known(source.pk)
        updated = _write_changes(source, today) if known else 0
    with built_afterwards(Business, StatusEvent, when=_is_first_load(source)):
        created = registry_sql.insert_new(source.pk)
        registry_sql.insert_first_events(source.pk, today.isoformat())
    missing = _mark_missing(source, today) if source.is_full else 0
    place_stalls(source, today)
    _verify_coverages(source)
    return {
        "created": created,
        "updated": updated,
        "unchanged": known - updated,
        "missing": missing,
    }


def take_stock_of_register(source: Import) -> None:
    """Have the database tidy the register, and look at it if this import made at least half of it.

    Call after its transaction: whoever looks at a table keeps others from doing so until then.
    """
    tidy(Business)
    if 2 * source.created >= Business.objects.count() > 0:
        take_stock(Business)


def _is_first_load(source: Import) -> bool:
    """Test whether many rows go into an empty register."""
    return registry_sql.is_empty() and registry_sql.count_staged(source.pk) >= FIRST_LOAD_ROWS


def _mark_missing(source: Import, today: date) -> int:
    """Mark what a full extract does not name; rows handed back do name their business (RG-6)."""
    marked = registry_sql.mark_missing(source.pk, today.isoformat())
    named = businesses_by_key(iter(source.notes.pop("handed_back_codes", [])))
    for business in named.values():
        told = StatusEvent.objects.filter(
            business=business, source_import=source, kind=StatusEventKind.MISSING
        )
        if told.delete()[0]:
            Business.objects.filter(pk=business.pk).update(missing_since=None)
            marked -= 1
    return marked


def _pairs(source: Import, after_row: int, limit: int) -> list[tuple[int, int, int]]:
    query, parameters = registry_sql.different_pairs(source.pk, after_row, limit)
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return [(int(a), int(b), int(c)) for a, b, c in cursor.fetchall()]


def _compare(staged: StagedBusiness, business: Business) -> Changed:
    after: dict[str, Any] = {
        name: getattr(staged, name)
        for name in _PLAIN
        if getattr(staged, name) is not None and getattr(staged, name) != getattr(business, name)
    }
    if business.missing_since is not None:
        after["missing_since"] = None
    if staged.kind != BusinessKind.UNKNOWN and (
        staged.kind_basis in _STRONG_BASES or business.kind_basis not in _STRONG_BASES
    ):
        for name in ("kind", "kind_basis"):
            if getattr(staged, name) != getattr(business, name):
                after[name] = getattr(staged, name)
    after |= _resealed(staged, business)
    before = {name: getattr(business, name) for name in after}
    return Changed(staged.row_no, business, before, after, staged.market)


def _resealed(staged: StagedBusiness, business: Business) -> dict[str, str]:
    """Return the personal columns that changed, sealed for the business they now belong to."""
    columns: dict[str, str] = {}
    for key in ("owner_id", "phone"):
        digest, sealed = getattr(staged, f"{key}_digest"), getattr(staged, f"{key}_sealed")
        if digest is not None and sealed and digest != getattr(business, f"{key}_digest"):
            name = f"business.{key}"
            clear = sealing.unseal(name, staged.public_id, sealed)
            columns[f"{key}_sealed"] = sealing.seal(name, business.public_id, clear)
            columns[f"{key}_digest"] = digest
    return columns


def _write_changes(source: Import, today: date) -> int:
    """Compare and write by turns; return how many businesses changed."""
    count, written = 0, Written()
    for changed in changed_businesses(source):
        written.add(source, changed, today)
        if written.count >= _PAIRS:
            count += written.write()
            written = Written()
    return count + written.write()


def _verify_coverages(source: Import) -> None:
    """Give covered codes kept "to verify" their business, now that the registry knows it."""
    journal = Journal(source)
    waiting = Coverage.objects.filter(
        business__isnull=True, market__isnull=True, valid_to__isnull=True
    ).exclude(code_text="")
    found = businesses_by_key(iter(waiting.values_list("code_text", flat=True)))
    for coverage in waiting.filter(code_text__in=found):
        business = found[coverage.code_text]
        listed = Coverage.objects.filter(
            organisation=coverage.organisation_id, business=business, valid_to__isnull=True
        )
        if not listed.exists():
            change_row(journal, coverage, {"business_id": business.pk, "code_text": ""}, None)
    journal.flush()
