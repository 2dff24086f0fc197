"""Backups: when one is made, how many are kept, when the newest is too old (BK-1…)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

HOURS_KEPT = 24  # BK-2: the newest of each of so many hours
DAYS_KEPT = 14  # BK-2: the newest of each of so many days
TOO_OLD_HOURS = 3  # BK-4
NAME_FORM = "xgz-%Y%m%d-%H%M%S"  # local time
SUFFIX = ".xgzb"
VACUUM_AFTER_DAYS = 7  # BK-6
OFFICE_BEGINS, OFFICE_ENDS = 7, 20  # BK-6: hours, local time; Saturdays and Sundays are outside


class BackupFault(StrEnum):
    """What a trial of a backup may find; kept with the backup as its kind alone."""

    FILE_GONE = "file_gone"
    NOT_SEALED = "not_sealed"
    BROKEN = "broken"
    OTHER_KEYS = "other_keys"
    OTHER_ENGINE = "other_engine"
    NEWER_PROGRAM = "newer_program"
    DATABASE = "database"
    COUNTS = "counts"
    CHAIN = "chain"
    TOOLS = "tools"
    UNREADABLE = "unreadable"


FAULT_LABELS: dict[BackupFault, str] = {
    BackupFault.FILE_GONE: "备份文件不在备份文件夹里",
    BackupFault.NOT_SEALED: "不是 xgz backup 生成的备份",
    BackupFault.BROKEN: "文件不完整或被改动过",
    BackupFault.OTHER_KEYS: "现在的密钥文件打不开这份备份",
    BackupFault.OTHER_ENGINE: "备份来自另一种数据库",
    BackupFault.NEWER_PROGRAM: "备份来自更新的程序版本",
    BackupFault.DATABASE: "数据库文件检查不通过",
    BackupFault.COUNTS: "表的行数与备份时不一致",
    BackupFault.CHAIN: "审计日志核验不通过",
    BackupFault.TOOLS: "PostgreSQL 客户端工具没有成功",
    BackupFault.UNREADABLE: "有密封的内容打不开",
}


def kept(
    moments: Iterable[datetime], *, hours: int = HOURS_KEPT, days: int = DAYS_KEPT
) -> frozenset[datetime]:
    """Return which backups stay: the newest of each of the last hours and days that have one (BK-2).

    moments: local times. Counted back from the newest backup and not from the clock: where none is
    made any more, none is thrown away.
    """
    newest_of_hour: dict[str, datetime] = {}
    newest_of_day: dict[str, datetime] = {}
    for moment in sorted(moments):
        newest_of_hour[f"{moment:%Y-%m-%dT%H}"] = moment
        newest_of_day[f"{moment:%Y-%m-%d}"] = moment
    return frozenset(
        [
            *(newest_of_hour[name] for name in sorted(newest_of_hour)[-hours:]),
            *(newest_of_day[name] for name in sorted(newest_of_day)[-days:]),
        ]
    )


def is_too_old(newest: datetime | None, now: datetime) -> bool:
    """Test whether there is no backup, or none of the last TOO_OLD_HOURS hours (BK-4)."""
    return newest is None or now - newest > timedelta(hours=TOO_OLD_HOURS)


def is_outside_office_hours(local: datetime) -> bool:
    """Test whether long locks disturb nobody (BK-6)."""
    return local.weekday() >= 5 or not OFFICE_BEGINS <= local.hour < OFFICE_ENDS
