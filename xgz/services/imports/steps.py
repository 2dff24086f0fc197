"""Moving an import from state to state: the table of rules, compare-and-set, one audit row."""

from typing import Any

from xgz.models import Import
from xgz.rules.imports.states import ImportAction, ImportState, next_import_state


class ChangedMeanwhile(Exception):
    """Somebody else took a step with this import first."""


def take_step(source: Import, action: ImportAction, **columns: Any) -> None:
    """Move the import one step and set `columns` with it.

    Raises ImportStepNotAllowed, or ChangedMeanwhile where the row is no longer as it was read.
    """
    target = next_import_state(ImportState(source.state), action)
    changed = Import.objects.filter(
        pk=source.pk, state=source.state, version=source.version
    ).update(state=target, version=source.version + 1, **columns)
    if not changed:
        raise ChangedMeanwhile(source.public_id)
    source.state, source.version = target, source.version + 1
    for name, value in columns.items():
        setattr(source, name, value)


def note_rows_read(source: Import, count: int) -> None:
    """Write how many rows were read, in the transaction that stages them.

    Raises ChangedMeanwhile where somebody else began to read the file anew: these rows must go.
    """
    same = Import.objects.filter(pk=source.pk, state=source.state, version=source.version)
    if not same.update(rows_read=count):
        raise ChangedMeanwhile(source.public_id)
