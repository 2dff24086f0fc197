"""What an import wrote, row by row, so that it can be shown and taken back (IM-5)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import models

from xgz.models import Import, ImportChange

_BATCH = 1000


class Journal:
    """Collects the changes of one import and writes them in batches."""

    def __init__(self, source: Import) -> None:
        self._source = source
        self._waiting: list[ImportChange] = []

    def created(self, row: models.Model, row_no: int | None = None) -> None:
        """Note a row this import made, with the values it made it with."""
        self._add(row._meta.model_name or "", row.pk, row_no, True, {}, column_values(row))

    def updated(
        self,
        model: type[models.Model],
        target_id: int,
        row_no: int | None,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
    ) -> None:
        """Note the columns of an older row that this import changed."""
        self._add(model._meta.model_name or "", target_id, row_no, False, before, after)

    def removed(self, row: models.Model) -> None:
        """Note an older row that this import deletes, whole; call before it goes."""
        self._add(row._meta.model_name or "", row.pk, None, False, column_values(row), {})

    def flush(self) -> None:
        """Write what is still waiting."""
        ImportChange.objects.bulk_create(self._waiting, batch_size=_BATCH)
        self._waiting = []

    def _add(
        self,
        table: str,
        target_id: int,
        row_no: int | None,
        created: bool,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
    ) -> None:
        self._waiting.append(
            ImportChange(
                source_import=self._source,
                table=table,
                target_id=target_id,
                row_no=row_no,
                created=created,
                before=dict(before),
                after=dict(after),
            )
        )
        if len(self._waiting) >= _BATCH:
            self.flush()


def column_values(row: models.Model) -> dict[str, Any]:
    """Return the values of a row's own columns as they stand in a JSON text."""
    return {
        field.attname: plain_value(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if not field.primary_key
    }


def is_declaration(change: ImportChange) -> bool:
    """Test whether a change is what an owner declared: an annual report's row without a number.

    Such changes are undone, but neither counted nor shown to anybody (PR-11).
    """
    return change.table == "annualreport" and not change.created and change.row_no is None


def plain_value(value: Any) -> Any:
    """Return a column's value as it stands in a JSON text."""
    return value.isoformat() if isinstance(value, date | datetime) else value


def change_row(
    journal: Journal, row: models.Model, changes: Mapping[str, Any], row_no: int | None
) -> bool:
    """Write the columns that differ, note them, and return whether any did."""
    before = {
        name: plain_value(getattr(row, name))
        for name, value in changes.items()
        if getattr(row, name) != value
    }
    if not before:
        return False
    for name in before:
        setattr(row, name, changes[name])
    row.save(update_fields=list(before))
    after = {name: plain_value(changes[name]) for name in before}
    journal.updated(type(row), row.pk, row_no, before, after)
    return True
