"""What writing would do, found by writing and taking it back: the counts are those of the deed."""

from collections.abc import Callable
from datetime import date

from xgz.models import Import, ImportChange
from xgz.services.transactions import unit

_CHANGES_SHOWN = 200


class _TakenBack(Exception):
    """Ends the trial; carries what it found."""

    def __init__(self, counts: dict[str, int], changes: list[list[object]]) -> None:
        super().__init__("dry run")
        self.counts = counts
        self.changes = changes


def try_writing(
    source: Import, today: date, write: Callable[[Import, date], dict[str, int]]
) -> tuple[dict[str, int], list[list[object]]]:
    """Return what `write` counts, and (row number, table, columns) of rows it would change.

    Nothing stays: the transaction is rolled back.
    """
    try:
        with unit():
            counts = write(source, today)
            changed = ImportChange.objects.filter(
                source_import=source, created=False, row_no__isnull=False
            )
            changes: list[list[object]] = [
                [change.row_no, change.table, sorted(change.after)]
                for change in changed.order_by("row_no")[:_CHANGES_SHOWN]
            ]
            raise _TakenBack(counts, changes)
    except _TakenBack as trial:
        return trial.counts, trial.changes
