"""Taking an import back: what nobody touched since returns to what it was (IM-5)."""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, models
from django.db.models import CharField, ProtectedError, Q, QuerySet, Value
from django.db.models.functions import Concat, Substr

from xgz.access import actor as access
from xgz.access.actor import Actor, clock_actor
from xgz.models import (
    AnnualReport,
    Body,
    Business,
    Coverage,
    Import,
    ImportChange,
    Market,
    Member,
    MemberEvent,
    MemberLink,
    MemberWorkplace,
    Organisation,
    OrganisationChange,
    OrganisationPost,
    Stall,
    StatusEvent,
)
from xgz.models.fields import subtree_bounds
from xgz.models.sealed_columns import is_same
from xgz.queries.undoing import Leftovers, kept_businesses, what_is_left
from xgz.rules.imports.states import (
    UNDO_DAYS,
    ImportAction,
    ImportKind,
    ImportState,
    ImportStepNotAllowed,
    LeftBecause,
)
from xgz.rules.registration import StatusEventKind
from xgz.services import audit, closures
from xgz.services.bodies import next_child_path
from xgz.services.imports import annual_reports, folders, rosters
from xgz.services.imports.journal import column_values, is_declaration
from xgz.services.imports.letting_go import let_go, letting_go_of_markets, was_let_go
from xgz.services.imports.staged_rows import CHUNK
from xgz.services.imports.steps import take_step
from xgz.services.organisations.placing import TreeTooDeep, UnderItself, place_under
from xgz.services.transactions import unit

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
# Whether another hand wrote these must not show (PR-11); only annual reports have such columns.
_DECLARED = annual_reports.DECLARED
# What one row of a file becomes; links, posts and stalls follow from it.
_MAIN_TABLE = {
    ImportKind.REGISTRY: "business",
    ImportKind.ANNUAL_REPORT: "annualreport",
    ImportKind.ROSTER: "member",
    ImportKind.ORGANISATIONS: "organisation",
}
_MEMBER_ROWS: tuple[type[models.Model], ...] = (MemberEvent, MemberLink, MemberWorkplace)


class UndoTooLate(Exception):
    """The import was written longer ago than imports can be taken back."""


@dataclass(frozen=True, slots=True)
class Undone:
    """removed: rows of the file that go; restored: rows given back; left: what stays, and why.

    cases: public ids of the inside cases that go with their business; for the audit alone (PR-10).
    """

    removed: int
    restored: int
    left: Leftovers
    cases: tuple[str, ...] = ()


class _Trial(Exception):
    """Ends a trial; carries what it found."""

    def __init__(self, undone: Undone) -> None:
        super().__init__("trial")
        self.undone = undone


def preview_undo(*, actor: Actor, source: Import) -> Undone:
    """Return what undoing would do now, found by doing it and taking it back.

    Raises NotPermitted, ImportStepNotAllowed.
    """
    access.require(actor, f"import.{source.kind}")
    _check_undoable(source)
    try:
        with unit():
            raise _Trial(_take_back(source, for_good=False))
    except _Trial as trial:
        return trial.undone


def undo_import(*, actor: Actor, source: Import, today: date, now: datetime) -> int:
    """Take back what an import wrote; return how many rows had to be left alone.

    A row changed since by a later import or by hand, or to which something later refers, is a
    conflict: it stays as it is and is marked in the change list. Undoing once more takes back what
    was left and is free by then. The file of rows handed back goes. Raises NotPermitted, UndoTooLate, ImportStepNotAllowed,
    ChangedMeanwhile.
    """
    access.require(actor, f"import.{source.kind}")
    if source.applied_at is not None and now > source.applied_at + timedelta(days=UNDO_DAYS):
        raise UndoTooLate(source.public_id)
    _check_undoable(source)
    files = folders.files_of(source)
    with unit():
        undone = _take_back(source, for_good=True)
        take_step(source, ImportAction.UNDO, undone_at=now, rejects_name="")
        closures.retract_for_import(source=source, today=today, now=now)
        if source.kind == ImportKind.ANNUAL_REPORT:
            annual_reports.settle_latest()
            annual_reports.write_declared_owners(annual_reports.declared_owner_ids())
        conflicts = undone.left.changed + undone.left.referenced
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
        _record_cases(undone.cases, today, now)
    folders.remove(files)
    return conflicts


def _record_cases(public_ids: tuple[str, ...], today: date, now: datetime) -> None:
    for public_id in public_ids:
        audit.record(
            actor=clock_actor(today),
            action="closure.remove",
            subject_type="closure",
            subject_id=public_id,
            now=now,
        )


def _check_undoable(source: Import) -> None:
    """Raise ImportStepNotAllowed where nothing was left behind by an earlier undo."""
    if source.state == ImportState.UNDONE and not source.notes.get("conflicts"):
        raise ImportStepNotAllowed(source.public_id)


def _take_back(source: Import, *, for_good: bool) -> Undone:
    """Take back what is free. for_good: False for a trial, which leaves hidden rows alone.

    A trial can be asked for again and again: how long it takes must not tell of hidden rows.
    """
    changes = ImportChange.objects.filter(source_import=source)
    if source.state == ImportState.UNDONE:
        changes = changes.filter(is_conflict=True).exclude(table="business", created=True)
    else:
        # New stalls go first: a business has one current stall, and the old one may come back.
        moved = changes.filter(table="stall", created=False)
        Stall.objects.filter(source_import=source, valid_to__isnull=True).exclude(
            pk__in=moved.values("target_id")
        ).delete()
    cases: list[str] = []
    with letting_go_of_markets(source) if for_good else nullcontext():
        removed, restored = _undo_changes(source, changes)
        if source.kind == ImportKind.REGISTRY:
            made, cases = _undo_created_businesses(source, for_good=for_good)
            removed += made
    return Undone(removed, restored, what_is_left(source), tuple(cases))


def _undo_changes(source: Import, changes: QuerySet[ImportChange]) -> tuple[int, int]:
    """Go back through the journal, newest first; return the rows removed and restored.

    Only rows that a row of the file stands for are counted; what stays is marked in the journal.
    """
    done = {True: 0, False: 0}
    reported: set[int] = set()
    for change in list(changes.order_by("-pk")):
        row = _MODELS[change.table]._default_manager.filter(pk=change.target_id).first()
        if isinstance(row, AnnualReport):
            reported.add(row.business_id)
        if is_declaration(change):
            _undo_declaration(source, row, change)
            continue
        reason = _undo_change(source, row, change)
        if reason is not None or change.is_conflict:
            ImportChange.objects.filter(pk=change.pk).update(
                is_conflict=reason is not None, left_because=reason or ""
            )
        if reason is None and change.table == _MAIN_TABLE[ImportKind(source.kind)]:
            done[change.created] += 1
    annual_reports.note_report_years(reported)
    return done[True], done[False]


def _undo_declaration(source: Import, row: models.Model | None, change: ImportChange) -> None:
    """Take back what an owner declared, if nobody declared anything since; told to nobody (PR-11)."""
    if row is not None and _is_as_written(row, change.after):
        _restore(source, row, change)


def _undo_change(
    source: Import, row: models.Model | None, change: ImportChange
) -> LeftBecause | None:
    """Take one change back; return why it has to stay, or None where it does not."""
    if row is None:
        if change.created or change.after:
            return None  # gone meanwhile
        return None if _bring_back(change) else LeftBecause.CHANGED
    if not change.created:
        return None if _restore(source, row, change) else LeftBecause.CHANGED
    if not _is_as_written(row, change.after, but=_KEPT_BY_US | _DECLARED):
        return LeftBecause.CHANGED
    return None if _remove(source, row) else LeftBecause.REFERENCED


def _bring_back(change: ImportChange) -> bool:
    """Make a row again that the import deleted; test whether that was possible."""
    model = _MODELS[change.table]
    row = model(pk=change.target_id)
    for column in model._meta.concrete_fields:
        if column.primary_key:
            continue
        value = column.to_python(change.before[column.attname])
        setattr(row, column.attname, value)
        target = column.related_model
        if target is not None and value is not None and not _is_there(target, value):
            return False
    try:
        with unit():
            row.save(force_insert=True)
    except IntegrityError:  # another row took its place
        return False
    return True


def _is_there(model: Any, number: int) -> bool:
    return bool(model._default_manager.filter(pk=number).exists())


def _is_as_written(
    row: models.Model, after: dict[str, Any], but: frozenset[str] = _KEPT_BY_US
) -> bool:
    held, free = column_values(row), but | was_let_go(row, after)
    return all(is_same(row, name, held.get(name), after[name]) for name in after.keys() - free)


def _remove(source: Import, row: models.Model) -> bool:
    """Delete a row the import made; test whether that was possible."""
    if _has_later_rows(source, row):
        return False
    try:
        with unit():
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
    if isinstance(row, Stall) and not _is_there(Market, before.get("market_id", row.market_id)):
        return False
    for name, value in before.items():
        setattr(row, name, value)
    try:
        with unit():
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


def _undo_created_businesses(source: Import, *, for_good: bool) -> tuple[int, list[str]]:
    """Delete the businesses the import made unless something hangs on them; unmark the missed.

    Returns how many went and the public ids of the inside cases that went with them; those that had to stay are listed in the journal as conflicts.
    """
    ImportChange.objects.filter(source_import=source, table="business", created=True).delete()
    missing = StatusEvent.objects.filter(source_import=source, kind=StatusEventKind.MISSING)
    Business.objects.filter(pk__in=missing.values("business")).update(missing_since=None)
    missing.delete()
    made = Business.objects.filter(first_import=source)
    referenced = kept_businesses()
    reasons = {
        LeftBecause.REFERENCED: made.filter(referenced),
        LeftBecause.CHANGED: made.filter(_changed(source)).exclude(referenced),
    }
    left = [
        ImportChange(
            source_import=source,
            table="business",
            target_id=number,
            created=True,
            is_conflict=True,
            left_because=reason,
        )
        for reason, kept in reasons.items()
        for number in kept.values_list("pk", flat=True)
    ]
    ImportChange.objects.bulk_create(left, batch_size=CHUNK)
    untouched = made.exclude(referenced | _changed(source)) if left else made
    going = untouched.count()
    cases = let_go(source, untouched) if for_good else []
    for model in (StatusEvent, Stall):
        rows = model._default_manager.filter(business__in=untouched.values("pk"))
        rows._raw_delete(rows.db)
    untouched._raw_delete(untouched.db)
    _remove_empty_markets(source)
    return going, cases


def _changed(source: Import) -> Q:
    """Return the condition that a later import or a hand wrote to a business."""
    changed = Q(last_import__isnull=True) | ~Q(last_import=source)
    for dated in (StatusEvent, Stall):
        others = dated._default_manager.exclude(source_import=source)
        changed |= Q(pk__in=others.values("business"))
    return changed


def _remove_empty_markets(source: Import) -> None:
    made = ImportChange.objects.filter(source_import=source, table="market", created=True)
    markets = Market.objects.filter(pk__in=made.values("target_id"), stalls__isnull=True)
    markets.filter(coverages__isnull=True, instructor_links__isnull=True).delete()
