"""Taking an import back: what nobody touched since returns to what it was (IM-5)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import CharField, ProtectedError, Q, Value
from django.db.models.functions import Concat, Substr

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.models import (
    AnnualReport,
    Body,
    Business,
    Coverage,
    Import,
    ImportChange,
    InstructorLink,
    Market,
    Member,
    MemberEvent,
    MemberLink,
    MemberWorkplace,
    Organisation,
    OrganisationChange,
    OrganisationPost,
    RoleAssignment,
    Stall,
    StatusEvent,
)
from xgz.models.fields import subtree_bounds
from xgz.rules.imports.states import UNDO_DAYS, ImportAction, ImportKind
from xgz.rules.registration import StatusEventKind
from xgz.services import audit
from xgz.services.bodies import next_child_path
from xgz.services.imports import annual_reports, rosters
from xgz.services.imports.journal import column_values
from xgz.services.imports.staged_rows import CHUNK
from xgz.services.imports.steps import take_step
from xgz.services.organisations.placing import TreeTooDeep, UnderItself, place_under

_MODELS: dict[str, type[models.Model]] = {
    model._meta.model_name or "": model
    for model in (
        AnnualReport,
        Body,
        Business,
        Coverage,
        Market,
        Member,
        MemberEvent,
        MemberLink,
        MemberWorkplace,
        Organisation,
        OrganisationChange,
        OrganisationPost,
        Stall,
    )
}
# Columns the program itself keeps up to date after the import: no sign of another hand.
_KEPT_BY_US = frozenset({"is_latest", "path", "last_report_year"})
_MEMBER_ROWS: tuple[type[models.Model], ...] = (MemberEvent, MemberLink, MemberWorkplace)


class UndoTooLate(Exception):
    """The import was written longer ago than imports can be taken back."""


def undo_import(*, actor: Actor, source: Import, today: date, now: datetime) -> int:
    """Take back what an import wrote; return how many rows had to be left alone.

    A row changed since by a later import or by hand is a conflict: it stays as it is and is marked
    in the change list. Raises NotPermitted, UndoTooLate, ImportStepNotAllowed, ChangedMeanwhile.
    """
    access.require(actor, f"import.{source.kind}")
    if source.applied_at is not None and now > source.applied_at + timedelta(days=UNDO_DAYS):
        raise UndoTooLate(source.public_id)
    with transaction.atomic():
        take_step(source, ImportAction.UNDO, undone_at=now)
        # New stalls go first: a business has one current stall, and the old one may come back.
        Stall.objects.filter(source_import=source, valid_to__isnull=True).delete()
        conflicts = _undo_changes(source)
        if source.kind == ImportKind.REGISTRY:
            conflicts += _undo_created_businesses(source)
        if source.kind == ImportKind.ANNUAL_REPORT:
            annual_reports.settle_latest()
            annual_reports.write_declared_owners(annual_reports.declared_owner_ids())
        source.notes["conflicts"] = conflicts
        Import.objects.filter(pk=source.pk).update(notes=source.notes)
        audit.record(
            actor=actor,
            action="import.undo",
            subject_type="import",
            subject_id=source.public_id,
            now=now,
            fields={"conflicts": conflicts},
        )
    return conflicts


def _undo_changes(source: Import) -> int:
    """Go back through the journal, newest first; return the number of conflicts."""
    conflicts = 0
    reported: set[int] = set()
    for change in ImportChange.objects.filter(source_import=source).order_by("-pk").iterator():
        row = _MODELS[change.table]._default_manager.filter(pk=change.target_id).first()
        if row is None:
            continue
        if isinstance(row, AnnualReport):
            reported.add(row.business_id)
        undone = _remove(source, row, change) if change.created else _restore(source, row, change)
        if not undone:
            conflicts += 1
            ImportChange.objects.filter(pk=change.pk).update(is_conflict=True)
    annual_reports.note_report_years(reported)
    return conflicts


def _is_as_written(row: models.Model, after: dict[str, Any]) -> bool:
    held = column_values(row)
    return all(held.get(name) == value for name, value in after.items() if name not in _KEPT_BY_US)


def _remove(source: Import, row: models.Model, change: ImportChange) -> bool:
    """Delete a row the import made; test whether that was possible."""
    if not _is_as_written(row, change.after) or _has_later_rows(source, row):
        return False
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError:
        return False
    return True


def _has_later_rows(source: Import, row: models.Model) -> bool:
    """Test whether others hung something on the row that deleting it would take along."""
    if isinstance(row, Member):
        return any(
            model._default_manager.filter(member=row).exclude(source_import=source).exists()
            for model in _MEMBER_ROWS
        )
    if isinstance(row, Market):
        return row.stalls.exists() or row.coverages.exists()
    return False


def _restore(source: Import, row: models.Model, change: ImportChange) -> bool:
    """Give a row back the columns the import changed; test whether that was possible."""
    if not _is_as_written(row, change.after):
        return False
    if isinstance(row, Body) and "parent_id" in change.before:
        return _replace(row, change.before["parent_id"])
    columns = {column.attname: column for column in row._meta.concrete_fields}
    before = {name: columns[name].to_python(value) for name, value in change.before.items()}
    for name, value in before.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save(update_fields=list(before))
    except IntegrityError:  # the old value belongs to another row by now
        return False
    if isinstance(row, Business):
        StatusEvent.objects.filter(business=row, source_import=source).delete()
    if isinstance(row, Member) and "name_sealed" in before:
        rosters.rewrite_name_digests(row)
    return True


def _replace(body: Body, parent_id: int | None) -> bool:
    """Put a moved subtree back under its former superior, or at the root."""
    if parent_id is None:
        lower, upper = subtree_bounds(body.path)
        path = next_child_path(None)
        Body.objects.filter(pk=body.pk).update(parent=None)
        rest = Substr("path", len(body.path) + 1)
        Body.objects.filter(path__gte=lower, path__lt=upper).update(
            path=Concat(Value(path), rest, output_field=CharField())
        )
        return True
    superior = Body.objects.filter(pk=parent_id).first()
    if superior is None:
        return False
    try:
        place_under(body, superior)
    except (UnderItself, TreeTooDeep):
        return False
    return True


def _undo_created_businesses(source: Import) -> int:
    """Delete the businesses the import made unless something hangs on them; unmark the missed.

    Returns how many had to stay; they are listed in the journal as conflicts.
    """
    missing = StatusEvent.objects.filter(source_import=source, kind=StatusEventKind.MISSING)
    Business.objects.filter(pk__in=missing.values("business")).update(missing_since=None)
    missing.delete()
    made = Business.objects.filter(first_import=source)
    kept = made.filter(_used(source))
    left = list(kept.values_list("pk", flat=True))
    ImportChange.objects.bulk_create(
        [
            ImportChange(
                source_import=source,
                table="business",
                target_id=number,
                created=True,
                is_conflict=True,
            )
            for number in left
        ],
        batch_size=CHUNK,
    )
    untouched = made.exclude(_used(source)) if left else made
    for model in (StatusEvent, Stall):
        rows = model._default_manager.filter(business__in=untouched.values("pk"))
        rows._raw_delete(rows.db)
    untouched._raw_delete(untouched.db)
    _remove_empty_markets(source)
    return len(left)


def _used(source: Import) -> Q:
    """Return the condition that others wrote to a business or hung something on it."""
    hung = Q(last_import__isnull=True) | ~Q(last_import=source)
    for model in (AnnualReport, Coverage, MemberWorkplace, InstructorLink, RoleAssignment):
        rows = model._default_manager.filter(business__isnull=False)
        hung |= Q(pk__in=rows.values("business"))
    for dated in (StatusEvent, Stall):
        others = dated._default_manager.exclude(source_import=source)
        hung |= Q(pk__in=others.values("business"))
    return hung | Q(pk__in=Market.objects.filter(operator__isnull=False).values("operator"))


def _remove_empty_markets(source: Import) -> None:
    made = ImportChange.objects.filter(source_import=source, table="market", created=True)
    markets = Market.objects.filter(pk__in=made.values("target_id"), stalls__isnull=True)
    markets.filter(coverages__isnull=True, instructor_links__isnull=True).delete()
