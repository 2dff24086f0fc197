"""Handing a report to the person it was made for, and removing it after a day (JB-5)."""

import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from django.db import transaction

from xgz.access import actor as access
from xgz.access.actor import Actor, NotPermitted, clock_actor, require_person
from xgz.access.clock import day_of
from xgz.access.jobs import export_action, reach_of
from xgz.models import ExportApproval, Job, Report
from xgz.queries.jobs import waiting_jobs
from xgz.rules.exports import BROKEN_DOWNLOAD
from xgz.rules.jobs import REPORT_HOURS, JobState
from xgz.services import audit
from xgz.services.reports import files
from xgz.services.transactions import unit

_STRAY_AFTER = timedelta(hours=1)  # what dead work was just writing


class ReportGone(Exception):
    """The report is not made, or was removed."""


class ReachChanged(Exception):
    """The person holds other roles than when the report was made."""


class TakenBefore(Exception):
    """The file names people and was handed over before (EX-3)."""


class ReportFile(NamedTuple):
    """blocks: the workbook piece by piece."""

    blocks: files.UnsealedBlocks
    name: str
    size: int


def take_report(*, actor: Actor, report: Report, now: datetime) -> ReportFile:
    """Record that the actor takes a report made for them, and return it.

    One that names people is handed over once; where that download broke off, again within two
    minutes to the same sign-in (EX-3). Raises NotPermitted for anybody else's report or without the
    right to export; ReachChanged, ReportGone, TakenBefore.
    """
    access.require(actor, export_action(report.kind))
    if require_person(actor).pk != report.made_for_id:
        raise NotPermitted("report")
    if not report.stored_name:
        raise ReportGone(report.public_id)  # not made, so in nobody's reach yet
    if report.reach != reach_of(actor):
        raise ReachChanged(report.public_id)
    try:
        blocks = files.UnsealedBlocks(report)
    except FileNotFoundError:
        raise ReportGone(report.public_id) from None
    try:
        _hand_over(actor, report, now)
    except BaseException:
        blocks.close()
        raise
    return ReportFile(blocks, report.file_name, report.size)


def note_broken_download(*, report: Report, now: datetime) -> None:
    """Note that a download ended before its last block had left (EX-3)."""
    Report.objects.filter(pk=report.pk, taken_at__isnull=False).update(broke_off_at=now)


def _hand_over(actor: Actor, report: Report, now: datetime) -> None:
    """Take the report by compare-and-set: of two at once one gets it."""
    rows = Report.objects.filter(pk=report.pk, removed_at__isnull=True)
    session = actor.origin.session
    broken = rows.filter(
        broke_off_at__isnull=False,
        taken_at__gt=now - BROKEN_DOWNLOAD,
        taken_session=session,
    ).exclude(taken_session="")
    with unit():
        taken = rows.filter(taken_at__isnull=True).update(taken_at=now, taken_session=session)
        if not taken and report.persons and not broken.update(broke_off_at=None):
            raise TakenBefore(report.public_id)
        audit.record(
            actor=actor,
            action="report.take",
            subject_type="report",
            subject_id=report.public_id,
            now=now,
            fields={"rows": report.rows, "persons": report.persons},
        )


def sweep_reports(*, now: datetime) -> int:
    """Remove reports older than a day with their files, and what dead work left; return how many.

    What was asked for goes with the file: a search may have named somebody. A day counts from when
    it was made, for one that never was from when it was asked for or decided on. A report that
    still waits or is being made stays.
    """
    before = now - timedelta(hours=REPORT_HOURS)
    rows = Report.objects.filter(removed_at__isnull=True, asked_at__lt=before)
    undecided = ExportApproval.objects.filter(closed_at__isnull=True)
    old = list(rows.exclude(approval__in=undecided).select_related("approval"))
    waiting = waiting_jobs([report.public_id for report in old])
    removed = 0
    for report in old:
        if report.public_id in waiting or _counts_from(report) >= before:
            continue
        files.remove(report.stored_name)
        _note_removed(report, now)
        removed += 1
    _remove_strays(now)
    return removed


def drop_reports(*, kind: str, now: datetime) -> None:
    """Remove the files of a kind before their day is over: somebody they may name is protected (LD-14).

    Part of the caller's transaction; the files go when it is written. They are asked for anew.
    """
    lying = Report.objects.filter(kind=kind, removed_at__isnull=True).exclude(stored_name="")
    for report in lying.order_by("pk"):
        transaction.on_commit(partial(files.remove, report.stored_name))
        _note_removed(report, now)


def _counts_from(report: Report) -> datetime:
    """Return when the day of a report begins."""
    approval = getattr(report, "approval", None)
    decided = approval.closed_at if approval else None
    return report.made_at or decided or report.asked_at


def _note_removed(report: Report, now: datetime) -> None:
    with unit():
        Report.objects.filter(pk=report.pk).update(
            removed_at=now, stored_name="", conditions="", asked={}
        )
        if report.persons and report.made_at and not report.taken_at:
            audit.record(
                actor=clock_actor(day_of(now)),
                action="report.expire",
                subject_type="report",
                subject_id=report.public_id,
                now=now,
            )


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
