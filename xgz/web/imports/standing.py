"""Where an import stands, in words and colour, and what may be done with it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from xgz.access import clock
from xgz.models import Import, Job
from xgz.rules.imports.reasons import FileReason
from xgz.rules.imports.states import IMPORT_STATE_LABELS, UNDO_DAYS, ImportState
from xgz.rules.jobs import NO_ROOM, JobState
from xgz.services.imports.background import APPLY
from xgz.services.imports.locks import is_under_way
from xgz.services.imports.recovery import has_original

# Refusals that a person can settle by matching columns or codes.
_BY_HAND = frozenset(
    {
        FileReason.NO_HEADER,
        FileReason.NO_SHEET,
        FileReason.UNKNOWN_CODES,
        FileReason.MAPPING,
        FileReason.SAME_FIELD,
    }
)
_DECLARATIONS = frozenset({"owner_member", "owner_secretary"})
_IN_WORK = frozenset({ImportState.STAGING, ImportState.APPLYING})
_WAITING = frozenset({ImportState.UPLOADED, ImportState.MAPPED})
_MAY_BE_BUSY = _IN_WORK | _WAITING | {ImportState.STAGED}
_TONES = {
    ImportState.STAGED: "info",
    ImportState.APPLIED: "ok",
    ImportState.REFUSED: "danger",
    ImportState.FAILED: "danger",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """tone: suffix of the tag's colour, or "". is_busy: it is being worked on, or waits for that.

    is_queued: it still waits; will_write: to be written, not read.
    """

    label: str
    tone: str
    is_busy: bool = False
    is_queued: bool = False
    will_write: bool = False
    may_cancel: bool = False
    is_interrupted: bool = False
    may_start: bool = False
    may_map: bool = False
    waits_for_room: bool = False  # the disk is full; it goes on by itself


def standing_of(source: Import, job: Job | None) -> Standing:
    """Return where an import stands. job: the one that waits or runs for it, if any."""
    state = ImportState(source.state)
    label = _(IMPORT_STATE_LABELS[state])
    if job is not None:
        return _standing_of_work(job)
    if state in _MAY_BE_BUSY and is_under_way(source):
        return Standing(label, "info", is_busy=True, will_write=state is ImportState.APPLYING)
    if state in _IN_WORK:
        return Standing(_("中断"), "warn", is_interrupted=True, may_start=has_original(source))
    return Standing(
        label,
        _TONES.get(state, ""),
        may_start=(state in _WAITING or state is ImportState.FAILED) and has_original(source),
        may_map=may_map(source),
    )


def _standing_of_work(job: Job) -> Standing:
    is_queued, will_write = job.state == JobState.QUEUED, job.kind == APPLY
    if is_queued:
        label = _("等待写入") if will_write else _("等待读取")
    else:
        working = ImportState.APPLYING if will_write else ImportState.STAGING
        label = _(IMPORT_STATE_LABELS[working])
    may_cancel = (is_queued or not will_write) and job.cancel_asked_at is None
    if is_queued and job.fault == NO_ROOM:
        label = _("存储空间已满，等待腾出空间")
        return Standing(label, "danger", True, True, will_write, may_cancel, waits_for_room=True)
    return Standing(label, "info", True, is_queued, will_write, may_cancel)


def may_map(source: Import) -> bool:
    """Test whether columns or codes can be matched by hand now."""
    state = ImportState(source.state)
    if state is ImportState.REFUSED and source.refusal.get("reason") not in _BY_HAND:
        return False
    allowed = state in (ImportState.UPLOADED, ImportState.STAGED, ImportState.REFUSED)
    return allowed and has_original(source)


def may_undo(source: Import, today: date) -> bool:
    """Test whether an import, or what an earlier undo left of it, can be taken back now."""
    state = ImportState(source.state)
    is_left = state is ImportState.UNDONE and bool(source.notes.get("conflicts"))
    return (state is ImportState.APPLIED or is_left) and undo_until(source) >= today.isoformat()


def changes_something(source: Import) -> bool:
    """Test whether writing the staged rows can change anything; a full extract marks others.

    What owners declare is not among the figures (PR-11): a file that states it can always be written.
    """
    declares = _DECLARATIONS & set(source.reading.get("columns", {}))
    return bool(source.created or source.updated or declares) or source.is_full


def undo_until(source: Import) -> str:
    """Return the last day on which the import can be undone, or "" where it was not written."""
    if source.applied_at is None:
        return ""
    return (clock.day_of(source.applied_at) + timedelta(days=UNDO_DAYS)).isoformat()
