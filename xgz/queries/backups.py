"""Backups as they are known here: newest first, whether their file is still there."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from xgz.models import Backup
from xgz.rules.backups import FAULT_LABELS, BackupFault, is_too_old

SHOWN = 60


@dataclass(frozen=True, slots=True)
class BackupLine:
    """One backup with the file in the folder or elsewhere (one written to another folder)."""

    backup: Backup
    is_here: bool

    @property
    def fault_label(self) -> str:
        return FAULT_LABELS[BackupFault(self.backup.fault)] if self.backup.fault else ""


@dataclass(frozen=True, slots=True)
class BackupState:
    """lines: the newest ones; newest: moment of the newest that is here, None where there is none."""

    lines: list[BackupLine]
    newest: datetime | None
    is_too_old: bool
    tried: Backup | None  # the newest that was tried


def newest_backup() -> Backup | None:
    """Return the newest backup whose file lies in the folder of backups."""
    for row in _kept().order_by("-made_at")[:SHOWN]:
        if _is_here(row):
            return row
    return None


def newest_known() -> Backup | None:
    """Return the newest backup that was made, wherever its file lies."""
    return _kept().order_by("-made_at").first()


def backup_state(now: datetime) -> BackupState:
    """Return what the page of backups shows."""
    lines = [BackupLine(row, _is_here(row)) for row in _kept().order_by("-made_at")[:SHOWN]]
    newest = next((line.backup.made_at for line in lines if line.is_here), None)
    tried = Backup.objects.filter(tried_at__isnull=False).order_by("-tried_at").first()
    return BackupState(lines, newest, is_too_old(newest, now), tried)


def _kept() -> QuerySet[Backup]:
    return Backup.objects.filter(removed_at__isnull=True)


def _is_here(row: Backup) -> bool:
    return (Path(settings.BACKUPS) / row.name).is_file()
