"""Reading a file into the staging tables: nothing of the register is touched."""

from collections.abc import Callable, Sequence
from contextlib import closing, nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.files.child import SHELL_MEMORY_BYTES, UPLOAD_WALL_SECONDS, read_in_child, upload_limits
from xgz.files.reader import Request
from xgz.models import (
    Import,
    RejectedRow,
    StagedBusiness,
    StagedRow,
    sealing,
)
from xgz.models.outage import outage_of
from xgz.queries.jobs import waiting_job
from xgz.rules.credit_codes import is_credit_code, is_old_registration_no, normalise_code
from xgz.rules.imports.cells import without_invisible
from xgz.rules.imports.reasons import CellReason, FileRefused
from xgz.rules.imports.states import ImportAction, ImportKind, RowOutcome
from xgz.services import audit
from xgz.services.imports import annual_reports, folders, organisations, registry, rosters
from xgz.services.imports.dry_run import try_writing
from xgz.services.imports.locks import AlreadyUnderWay, import_lock
from xgz.services.imports.rejects import RejectsSpool
from xgz.services.imports.staged_businesses import BusinessStager
from xgz.services.imports.staged_rows import ReportStager, RowStager
from xgz.services.imports.steps import ChangedMeanwhile, note_rows_read, take_step
from xgz.services.imports.wording import row_sentence
from xgz.services.jobs import JobCancelled, JobStopped, LeaseLost
from xgz.services.transactions import unit, unit_of_work

REJECTS_SHOWN = 10_000  # rows listed on the page; the rejects file holds all of them
_LABEL_MAX = 60
_NO_FIGURES = dict.fromkeys(("rows", "rows_read", *(o.value for o in RowOutcome)), 0)

Progress = Callable[[int], None]

WRITERS: dict[str, Callable[..., dict[str, int]]] = {
    ImportKind.REGISTRY: registry.apply,
    ImportKind.ANNUAL_REPORT: annual_reports.apply,
    ImportKind.ROSTER: rosters.apply,
    ImportKind.ORGANISATIONS: organisations.apply,
}


class Stager(Protocol):
    """Writes checked rows of one kind into its staging table.

    prepare seals and looks up, which takes its time, before the database is locked; it returns
    what to store, and rows handed back after all as (row number, faults, cells).
    """

    def prepare(self, rows: Sequence[list[Any]]) -> tuple[list[Any], list[list[Any]]]: ...

    def store(self, prepared: list[Any]) -> None: ...

    def notes(self) -> dict[str, object]: ...


def stage_import(
    *,
    actor: Actor,
    source: Import,
    today: date,
    path: Path | None = None,
    progress: Progress | None = None,
) -> None:
    """Read and check the file in a limited child; good rows are staged, bad ones gathered.

    path: a file of the shell, which has no size limit as CSV; otherwise the stored upload.
    progress: called with the rows read so far. Raises NotPermitted, ImportStepNotAllowed,
    ChangedMeanwhile, and FileRefused after the refusal is noted and the staged rows are gone; what
    ends a job early (JobStopped, JobCancelled, LeaseLost), a full disk and an absent database leave
    the import to whoever goes on.
    """
    access.require(actor, f"import.{source.kind}")
    take_step(source, ImportAction.STAGE)
    try:
        totals, notes = _read_file(source, today, path, progress)
        counts = _preview(source, today, notes)
    except FileRefused as refused:
        _refuse(source, refused)
        raise
    except BaseException as fault:
        if not _is_left_to_others(fault):
            fail_import(source)
        raise
    take_step(
        source,
        ImportAction.FINISH_STAGING,
        rows=totals["read"],
        rejected=totals["rejected"],
        duplicate=totals["duplicate"],
        blank=totals["blank"],
        notes=notes,
        rows_read=totals["read"],
        rejects_name=folders.spool_path(source).name,
        **counts,
    )


def _is_left_to_others(fault: BaseException) -> bool:
    ends_early = isinstance(fault, (JobStopped, JobCancelled, LeaseLost, ChangedMeanwhile))
    return ends_early or outage_of(fault) is not None


def abandon_import(*, actor: Actor, source: Import, now: datetime) -> None:
    """Give up an import that was not written: staged rows and files go, the record stays.

    Raises NotPermitted, AlreadyUnderWay, ImportStepNotAllowed, ChangedMeanwhile.
    """
    access.require(actor, f"import.{source.kind}")
    if waiting_job(source.public_id) is not None:
        raise AlreadyUnderWay(source.public_id)
    with import_lock(source.public_id):
        clear_away(source, by=actor, now=now)


def clear_away(source: Import, *, by: Actor, now: datetime) -> None:
    """Give up an import that nobody else works on. Raises ImportStepNotAllowed, ChangedMeanwhile."""
    files = folders.files_of(source)
    with unit():
        take_step(source, ImportAction.ABANDON, rejects_name="")
        clear_staged(source)
        audit.record(
            actor=by,
            action="import.abandon",
            subject_type="import",
            subject_id=source.public_id,
            now=now,
        )
    folders.remove(files)


def fail_import(source: Import) -> None:
    """Note that work on an import ended by a fault: nothing was written, so it counts nothing.

    Staged and rejected rows go. Raises ImportStepNotAllowed, ChangedMeanwhile.
    """
    with unit():
        take_step(source, ImportAction.FAIL, rejects_name="", **_NO_FIGURES)
        clear_staged(source)


def clear_staged(source: Import) -> None:
    """Remove the staged and rejected rows of an import."""
    clear_staged_rows(source)
    RejectedRow.objects.filter(source_import=source)._raw_delete("default")
    folders.spool_path(source).unlink(missing_ok=True)


def clear_staged_rows(source: Import) -> None:
    """Remove the staged rows of an import; they were written or are given up."""
    for model in (StagedBusiness, StagedRow):
        rows = model.objects.filter(source_import=source)
        rows._raw_delete(rows.db)


@unit_of_work
def _refuse(source: Import, refused: FileRefused) -> None:
    refusal = {"reason": refused.reason.value, "details": list(refused.details)}
    take_step(source, ImportAction.REFUSE, refusal=refusal)
    clear_staged(source)


def _preview(source: Import, today: date, notes: dict[str, object]) -> dict[str, int]:
    """Return created, updated and unchanged as writing would count them; changes go to the notes.

    Registry rows are compared by set; the small kinds are written on trial and taken back.
    """
    if source.kind == ImportKind.REGISTRY:
        return registry.preview(source)
    kept = dict(source.notes)
    counts, notes["changes"] = try_writing(source, today, WRITERS[source.kind])
    notes |= {key: value for key, value in source.notes.items() if key not in kept}
    source.notes = kept
    return counts


def _read_file(
    source: Import, today: date, path: Path | None, progress: Progress | None
) -> tuple[dict[str, int], dict[str, object]]:
    """Read a file of the shell, or the stored upload, which is clear for so long only."""
    with nullcontext(path) if path else folders.original_in_clear(source) as clear:
        request = _request(source, today, clear, is_upload=path is None)
        return _read(source, request, path is None, progress)


def _request(source: Import, today: date, path: Path, *, is_upload: bool) -> Request:
    limits = upload_limits() if is_upload else {"memory_bytes": SHELL_MEMORY_BYTES}
    return Request(
        path=str(path),
        kind=source.kind,
        today=today.isoformat(),
        renamed=source.renamed,
        codes=source.codes,
        **limits,
    )


def _read(
    source: Import, request: Request, is_upload: bool, progress: Progress | None
) -> tuple[dict[str, int], dict[str, object]]:
    """Stage what the reader answers: the header first, then chunks, the totals last."""
    totals: dict[str, int] = {}
    wall_seconds = UPLOAD_WALL_SECONDS if is_upload else 0
    with (
        closing(read_in_child(request, wall_seconds)) as answers,
        RejectsSpool(source) as spool,
    ):
        source.reading = _without_event(next(answers))
        Import.objects.filter(pk=source.pk).update(reading=source.reading)
        stager, rejects = stager_for(source), _Rejects(source, spool)
        for answer in answers:
            if answer["event"] == "done":
                totals = _without_event(answer)
                break
            good: list[Any] = []
            bad = answer["rows"]
            if answer["event"] == "rows":
                good, bad = stager.prepare(answer["rows"])
                rejects.late += len(bad)
            with unit():
                stager.store(good)
                rejects.write(bad)
                note_rows_read(source, answer["read"])
            if progress is not None:
                progress(answer["read"])
    totals["rejected"] += rejects.late
    notes = stager.notes()
    if rejects.named:
        notes["handed_back_codes"] = rejects.named
    return totals, notes


def _without_event(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key != "event"}


class _Rejects:
    """Gathers rows handed back: all in the spool for the rejects file, the first ones as rows."""

    def __init__(self, source: Import, spool: RejectsSpool) -> None:
        columns = source.reading["columns"]
        self._source = source
        self._kind = ImportKind(source.kind)
        self._spool = spool
        self._shown = 0
        self.late = 0
        # A full extract names these businesses too, though their rows are handed back (RG-6).
        self.named: list[str] = []
        self._code_at = columns.get("credit_code", [-1])[0] if source.is_full else -1
        self._label_at = [columns[key][0] for key in ("name", "credit_code") if key in columns]
        spool.put([[0, "", source.reading["headers"]]])

    def write(self, rows: Sequence[list[Any]]) -> None:
        self._spool.put(
            [[row_no, row_sentence(self._kind, faults), cells] for row_no, faults, cells in rows]
        )
        for _, _, cells in rows:
            if 0 <= self._code_at < len(cells):
                self._note_code(cells[self._code_at])
        shown = rows[: max(0, REJECTS_SHOWN - self._shown)]
        self._shown += len(shown)
        RejectedRow.objects.bulk_create([self._row(*row) for row in shown])

    def _note_code(self, cell: str) -> None:
        code = normalise_code(cell)
        if is_credit_code(code) or is_old_registration_no(code):
            self.named.append(code)

    def _row(self, row_no: int, faults: list[list[object]], cells: list[str]) -> RejectedRow:
        repeated = faults[0][1] == CellReason.DUPLICATE
        outcome = RowOutcome.DUPLICATE if repeated else RowOutcome.REJECTED
        label = " ".join(
            without_invisible(cells[at])[:_LABEL_MAX] for at in self._label_at if at < len(cells)
        )
        row = RejectedRow(source_import=self._source, row_no=row_no, outcome=outcome, faults=faults)
        row.label_sealed = sealing.seal("rejected_row.label", row.public_id, label)
        return row


def stager_for(source: Import) -> Stager:
    """Return what stages rows of this import's kind."""
    if source.kind == ImportKind.REGISTRY:
        return BusinessStager(source, source.reading["columns"])
    if source.kind == ImportKind.ANNUAL_REPORT:
        return ReportStager(source)
    return RowStager(source)
