"""Handing a report to the person it was made for, and removing it after a day (JB-5)."""

import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from xgz.access import actor as access
from xgz.access.actor import Actor, NotPermitted, require_person
from xgz.access.jobs import export_action, reach_of
from xgz.models import Job, Report
from xgz.queries.jobs import waiting_jobs
from xgz.rules.jobs import REPORT_HOURS, JobState
from xgz.services import audit
from xgz.services.reports import files

_STRAY_AFTER = timedelta(hours=1)  # what dead work was just writing


class ReportGone(Exception):
    """The report is not made, or was removed."""


class ReachChanged(Exception):
    """The person holds other roles than when the report was made."""


class ReportFile(NamedTuple):
    """blocks: the workbook piece by piece."""

    blocks: files.UnsealedBlocks
    name: str
    size: int


def take_report(*, actor: Actor, report: Report, now: datetime) -> ReportFile:
    """Record that the actor takes a report made for them, and return it.

    Raises NotPermitted for anybody else's report or without the right to export; ReachChanged,
    ReportGone.
    """
    access.require(actor, export_action(report.kind))
    if require_person(actor).pk != report.made_for_id:
        raise NotPermitted("report")
    if report.reach != reach_of(actor):
        raise ReachChanged(report.public_id)
    try:
        if not report.stored_name:
            raise FileNotFoundError
        blocks = files.UnsealedBlocks(report)
    except FileNotFoundError:
        raise ReportGone(report.public_id) from None
    with transaction.atomic():
        audit.record(
            actor=actor,
            action="report.take",
            subject_type="report",
            subject_id=report.public_id,
            now=now,
            fields={"rows": report.rows},
        )
    return ReportFile(blocks, report.file_name, report.size)


def sweep_reports(*, now: datetime) -> int:
    """Remove reports older than a day with their files, and what dead work left; return how many.

    What was asked for goes with the file: a search may have named somebody. A day counts from when
    it was made, for one that never was from when it was asked for. A report that still waits or is
    being made stays.
    """
    before = now - timedelta(hours=REPORT_HOURS)
    old = list(Report.objects.filter(removed_at__isnull=True, asked_at__lt=before))
    waiting = waiting_jobs([report.public_id for report in old])
    removed = 0
    for report in old:
        if report.public_id in waiting or (report.made_at or report.asked_at) >= before:
            continue
        files.remove(report.stored_name)
        Report.objects.filter(pk=report.pk).update(
            removed_at=now, stored_name="", conditions="", asked={}
        )
        removed += 1
    _remove_strays(now)
    return removed


def _remove_strays(now: datetime) -> None:
    """Delete sealed files no report names, and scratch folders of attempts that are over."""
    known = set(Report.objects.exclude(stored_name="").values_list("stored_name", flat=True))
    working = tuple(
        files.SCRATCH_PREFIX + subject
        for subject in Job.objects.filter(state=JobState.RUNNING).values_list("subject", flat=True)
        if subject
    )
    before = (now - _STRAY_AFTER).timestamp()
    for path in files.reports_folder().iterdir():
        with suppress(FileNotFoundError):  # another process was quicker
            if path.name in known or path.name.startswith(working):
                continue
            if path.is_dir():  # rows in clear, of an attempt that is over: no grace for them
                shutil.rmtree(path, ignore_errors=True)
            elif path.stat().st_mtime < before:
                path.unlink()
