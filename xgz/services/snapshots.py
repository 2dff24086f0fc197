"""Snapshots: every figure of a day written down with its definition and its rows (SN-1, SN-2)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction

from xgz.access import actor as access
from xgz.access.actor import Actor, clock_actor, shell_operator
from xgz.models import Job, Organisation, Snapshot, SnapshotFigure, sealing
from xgz.models.cases import case_models
from xgz.models.fields import new_public_id
from xgz.queries.coverage import Population
from xgz.queries.operating import Day
from xgz.queries.parameters import parameters_on
from xgz.queries.snapshot_cells import Cell, case_cells, coverage_cells, finding_cells
from xgz.rules.jobs import WAITING
from xgz.rules.row_numbers import pack_rows
from xgz.rules.snapshots import (
    DENOMINATOR_OF,
    DayNotOver,
    NotMonthEnd,
    SnapshotKind,
    definition_words,
    is_month_end,
)
from xgz.services import audit
from xgz.services.jobs import JobRun, enqueue
from xgz.services.transactions import unit, unit_of_work

TAKE = "snapshot.take"
_BATCH = 200


def take_snapshot(
    *, actor: Actor, as_at: date, now: datetime, note: str = "", public_id: str = ""
) -> Snapshot:
    """Write down every figure of the district as at a day, today or past, all or nothing.

    public_id: names the snapshot beforehand; asked for twice it is taken once and the first one
    is returned. Raises NotPermitted, or DayNotOver for a day to come.
    """
    access.require(actor, "snapshot.take")
    if as_at > actor.today:
        raise DayNotOver(as_at)
    public_id = public_id or new_public_id()
    named = Snapshot.objects.filter(public_id=public_id)
    for taken in named:
        return taken
    snapshot = Snapshot(
        public_id=public_id,
        kind=SnapshotKind.ON_DEMAND,
        as_at=as_at,
        taken_at=now,
        taken_by=actor.user,
        note_sealed=sealing.seal("snapshot.note", public_id, note.strip()),
    )
    try:
        _write(snapshot, actor)
    except IntegrityError:
        for taken in named:  # a second worker was quicker
            return taken
        raise
    return snapshot


@unit_of_work
def ask_for_snapshot(*, actor: Actor, as_at: date, now: datetime, note: str = "") -> str:
    """Queue a snapshot of a day, today or past, and return the public id it will have.

    Where somebody waits for the same day already, that one is returned. Raises NotPermitted, or
    DayNotOver for a day to come.
    """
    access.require(actor, "snapshot.take")
    if as_at > actor.today:
        raise DayNotOver(as_at)
    for job in Job.objects.filter(kind=TAKE, state__in=WAITING).order_by("pk"):
        if job.arguments["as_at"] == as_at.isoformat():
            return job.subject
    public_id = new_public_id()
    enqueue(
        kind=TAKE,
        subject=public_id,
        arguments={
            "as_at": as_at.isoformat(),
            "note": sealing.seal("snapshot.note", public_id, note.strip()),
        },
        requested_by=access.require_person(actor),
        now=now,
    )
    return public_id


def take_queued(*, run: JobRun) -> None:
    """Take the snapshot a job asks for; run twice it is taken once."""
    asked, public_id = run.job.arguments, run.job.subject
    take_snapshot(
        actor=run.actor(),
        as_at=date.fromisoformat(asked["as_at"]),
        now=run.now(),
        note=sealing.unseal("snapshot.note", public_id, asked["note"]),
        public_id=public_id,
    )


def take_monthly(*, as_at: date, today: date, now: datetime) -> Snapshot | None:
    """Take the snapshot of the month that ended with `as_at`, unless it is there (SN-2).

    Returns None where it is; whoever comes second writes nothing. Raises NotMonthEnd, or
    DayNotOver while the day lasts.
    """
    if not is_month_end(as_at):
        raise NotMonthEnd(as_at)
    if as_at >= today:
        raise DayNotOver(as_at)
    monthly = Snapshot.objects.filter(kind=SnapshotKind.MONTHLY, as_at=as_at)
    if monthly.exists():
        return None
    snapshot = Snapshot(kind=SnapshotKind.MONTHLY, as_at=as_at, taken_at=now)
    try:
        _write(snapshot, clock_actor(today))
    except IntegrityError:
        if monthly.exists():
            return None
        raise
    return snapshot


def _write(snapshot: Snapshot, actor: Actor) -> None:
    """Count for the whole district, whoever asks, and write; all or nothing.

    The figures are read in a transaction of their own: PostgreSQL refuses one that has seen a fixed
    moment the head of the audit as soon as anybody else has moved it.
    """
    day = Day(snapshot.as_at, actor.today)
    with _one_moment():
        snapshot.definition = definition_words(
            parameters=parameters_on(day.as_at),
            cases={model.KIND.name: model.KIND.label for model in case_models()},
            is_past=day.is_past,
        )
        cells = list(_cells(day))
    with unit():
        snapshot.save(force_insert=True)
        rows = [_row(snapshot, cell) for cell in cells]
        SnapshotFigure.objects.bulk_create(rows, batch_size=_BATCH)
        audit.record(
            actor=actor,
            action="snapshot.take",
            subject_type="snapshot",
            subject_id=snapshot.public_id,
            now=snapshot.taken_at,
            fields={"kind": snapshot.kind, "as_at": snapshot.as_at},
        )


def _cells(day: Day) -> Iterator[Cell]:
    yield from coverage_cells(Population(shell_operator(day.today), day))
    yield from finding_cells(Organisation.objects.all(), day.as_at)
    yield from case_cells(day)


def _row(snapshot: Snapshot, cell: Cell) -> SnapshotFigure:
    keeps_rows = cell.figure not in DENOMINATOR_OF
    return SnapshotFigure(
        snapshot=snapshot,
        figure=cell.figure,
        kind=cell.place.kind,
        township_id=cell.place.township,
        office_id=cell.place.office,
        numerator=len(cell.numerator),
        denominator=len(cell.denominator) if cell.is_rate else None,
        unknown=len(cell.unknown),
        numerator_rows=pack_rows(cell.numerator),
        denominator_rows=pack_rows(cell.denominator) if keeps_rows else b"",
        unknown_rows=pack_rows(cell.unknown) if keeps_rows else b"",
    )


@contextmanager
def _one_moment() -> Iterator[None]:
    """Open a transaction whose reads all see one state of the register.

    SQLite keeps other writers out by itself; PostgreSQL needs to be told before the first read.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
