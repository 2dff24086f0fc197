"""Making a report: rows streamed into a workbook, sealed, recorded, and only then the person's."""

from tempfile import TemporaryFile

from django.conf import settings
from django.utils import translation

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.access.exports import require_clear
from xgz.access.jobs import export_action, reach_of
from xgz.models import Report
from xgz.queries.export_frame import Asked, Export
from xgz.queries.exports import ConditionGone, build_export
from xgz.queries.tracing import marks_of_report
from xgz.queries.worklists import ListOutOfReach
from xgz.services.exports import record_taken
from xgz.services.jobs import JobHopeless, JobRun, LeaseLost
from xgz.services.reports import files
from xgz.services.sightings import see_in_file
from xgz.services.transactions import unit_of_work


class NotAsApproved(Exception):
    """Nobody approved the list, or it tells of more people than were asked for."""


def make_report(*, run: JobRun) -> None:
    """Write the workbook of the job's report, unless an earlier attempt has.

    The rows are those the person may see now. Raises JobCancelled, JobHopeless, LeaseLost,
    NotPermitted; nothing of it stays then. A list that meanwhile tells of more people than were
    asked for, or that nobody approved, is not made (EX-2).
    """
    report = Report.objects.select_related("made_for").get(public_id=run.job.subject)
    if report.made_at is not None or report.removed_at is not None:
        return
    run.check()
    actor = run.actor()
    access.require(actor, export_action(report.kind))
    if not report.is_masked:
        require_clear(actor, report.kind)
    values = dict(report.asked)
    language = values.pop("language", "") or settings.LANGUAGE_CODE
    with translation.override(language):
        try:
            export = build_export(Asked(**values), actor, run.now())
        except (ListOutOfReach, ConditionGone) as fault:
            raise JobHopeless(report.public_id) from fault
        if report.approved_at is None or export.persons() > report.persons:
            raise JobHopeless(report.public_id) from NotAsApproved(report.public_id)
        _make(run, report, actor, Asked(**values), export)


def _make(run: JobRun, report: Report, actor: Actor, asked: Asked, export: Export) -> None:
    total, marks = export.count(), marks_of_report(report, run.now())
    run.progress(0, total)
    with (
        files.scratch_folder(report.public_id) as scratch,
        TemporaryFile(dir=scratch) as workbook,
    ):
        rows = export.write(workbook, str(scratch), lambda done: run.progress(done, total), marks)
        run.progress(rows, total)
        size = workbook.seek(0, 2)
        name = files.store_sealed(workbook, report.public_id, run.job.attempt)
    try:
        _note_made(run, report, actor, asked, export, name, rows, size)
    except LeaseLost:
        files.remove(name)
        raise


@unit_of_work
def _note_made(
    run: JobRun,
    report: Report,
    actor: Actor,
    asked: Asked,
    export: Export,
    name: str,
    rows: int,
    size: int,
) -> None:
    Report.objects.filter(pk=report.pk).update(
        stored_name=name,
        file_name=export.file_name[:120],
        title=export.title[:80],
        rows=rows,
        size=size,
        reach=reach_of(actor),
        made_at=run.now(),
    )
    record_taken(actor=actor, asked=asked, export=export, rows=rows, now=run.now())
    see_in_file(actor=actor, members=export.members(), now=run.now())
    run.finish(rows=rows)
