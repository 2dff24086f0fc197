"""Background work: its states, how long a lease holds, when to try again, what runs when (JB-1…)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


JOB_STATE_LABELS: dict[JobState, str] = {
    JobState.QUEUED: "排队中",
    JobState.RUNNING: "进行中",
    JobState.DONE: "已完成",
    JobState.FAILED: "未完成",
    JobState.CANCELLED: "已取消",
}
# What a job does, in the words of the office; a scheduled job and one that a person asked for.
JOB_KIND_LABELS: dict[str, str] = {
    "import.stage": "读取导入文件",
    "import.apply": "写入导入数据",
    "report.make": "生成报表",
    "snapshot.take": "生成统计快照",
    "snapshot.monthly": "每月统计快照",
    "cases.remind": "到期提醒",
    "cases.expire_letters": "介绍信到期处理",
    "cases.expire_exports": "导出审批到期处理",
    "cases.move_up": "超期事项上报",
    "cases.lapse_plans": "到期未恢复的党组织重新研究",
    "imports.sweep": "清理导入文件",
    "reports.sweep": "清理报表文件",
    "leads.sweep": "到期删除线索",
    "jobs.sweep": "清理任务记录",
    "backup.make": "备份",
    "backup.drill": "备份恢复演练",
    "database.tidy": "清理数据库残留",
    "accounts.sweep": "清理登录记录、停用长期不用的账号",
    "sightings.sweep": "清理查看记录",
    "audit.anchor": "审计锚定",
    "audit.check": "审计日志核验",
    "exchanges.sweep": "名单比对到期处理",
    "self_reports.fetch": "取回外部页面的登记",
    "self_reports.sweep": "清理自主报到",
    "matching.run": "人员比对",
    "matching.sweep": "清理比对结果",
    "planning.run": "规划联合支部",
    "planning.sweep": "清理作废的规划",
    "sites.sweep": "清理阵地照片",
}
WAITING = frozenset({JobState.QUEUED, JobState.RUNNING})

LEASE_SECONDS = 60  # JB-1
HEARTBEAT_SECONDS = 15  # JB-1
MAX_ATTEMPTS = 5  # JB-2
ROOM_SECONDS = 60  # ST-2: until a job that found the disk full looks again
NO_ROOM = "StorageFull"  # what such a job notes as its fault
KEEP_DONE_DAYS = 60  # JB-4: calendar days
REPORT_HOURS = 24  # JB-5
MOST_MISSED_MONTHS = 24  # JB-3: a clock that once stood in another century calls for no more
BACKGROUND_ROWS = 5_000  # JB-5: the longest list that is sent at once


class Cadence(StrEnum):
    HOURLY = "hourly"
    DAILY = "daily"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A job the clock starts (JB-3). every_slot: each missed one is made up, not only the last."""

    kind: str
    cadence: Cadence
    every_slot: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """The one run of a schedule; subject: the hour, day or month it is for, in local time."""

    kind: str
    subject: str

    @property
    def name(self) -> str:
        return f"{self.kind} {self.subject}"


# What the clock does by itself. Each handler works off all that is due by then, so that a missed
# hour or day needs no run of its own; a month's figures do.
SCHEDULES: tuple[Schedule, ...] = (
    Schedule("cases.remind", Cadence.HOURLY),
    Schedule("cases.expire_letters", Cadence.DAILY),
    Schedule("cases.expire_exports", Cadence.DAILY),
    Schedule("cases.lapse_plans", Cadence.DAILY),
    Schedule("cases.move_up", Cadence.DAILY),
    Schedule("leads.sweep", Cadence.HOURLY),
    Schedule("snapshot.monthly", Cadence.MONTHLY, every_slot=True),
    Schedule("imports.sweep", Cadence.HOURLY),
    Schedule("reports.sweep", Cadence.HOURLY),
    Schedule("jobs.sweep", Cadence.DAILY),
    Schedule("backup.make", Cadence.HOURLY),
    Schedule("backup.drill", Cadence.DAILY),
    Schedule("database.tidy", Cadence.DAILY),
    Schedule("accounts.sweep", Cadence.DAILY),
    Schedule("sightings.sweep", Cadence.DAILY),
    Schedule("audit.anchor", Cadence.HOURLY),
    Schedule("audit.check", Cadence.DAILY),
    Schedule("exchanges.sweep", Cadence.DAILY),
    Schedule("self_reports.fetch", Cadence.HOURLY),
    Schedule("self_reports.sweep", Cadence.HOURLY),
    Schedule("matching.sweep", Cadence.HOURLY),
    Schedule("planning.sweep", Cadence.HOURLY),
    Schedule("sites.sweep", Cadence.DAILY),
)


def retry_after(failures: int) -> timedelta:
    """Return how long to wait after the failures-th failure: 10 s, then four times as long (JB-2)."""
    return timedelta(seconds=10 * 4 ** (failures - 1))


def lease_end(now: datetime) -> datetime:
    """Return until when a lease taken or renewed now holds (JB-1)."""
    return now + timedelta(seconds=LEASE_SECONDS)


def slots_due(schedules: Collection[Schedule], known: Collection[str], now: datetime) -> list[Slot]:
    """Return the slots that have begun by `now` and were never queued (JB-3).

    now: local time. known: names of slots queued before, the future ones of a clock that was wrong
    among them. A slot is told by its name alone, so a clock set back queues nothing twice, and
    one set forward by mistake and back again leaves nothing out.
    """
    return [
        slot
        for schedule in schedules
        for slot in _begun(schedule, known, now)
        if slot.name not in known
    ]


def current_slot(schedule: Schedule, now: datetime) -> Slot:
    """Return the newest slot that has begun: this hour, this day, or the month before this one."""
    if schedule.cadence is Cadence.HOURLY:
        return Slot(schedule.kind, f"{now:%Y-%m-%dT%H}")
    if schedule.cadence is Cadence.DAILY:
        return Slot(schedule.kind, f"{now:%Y-%m-%d}")
    return Slot(schedule.kind, _month_name(_month_number(now.year, now.month) - 1))


def month_end(subject: str) -> date:
    """Return the last day of a month written 2026-11. Raises ValueError for anything else."""
    year, month = (int(part) for part in subject.split("-"))
    following = _month_number(year, month) + 1
    return date(following // 12, following % 12 + 1, 1) - timedelta(days=1)


def _begun(schedule: Schedule, known: Collection[str], now: datetime) -> Iterator[Slot]:
    """Yield the newest slot, before it those of months left out since the first one queued."""
    newest = current_slot(schedule, now)
    if schedule.every_slot:
        months = [
            name.removeprefix(f"{schedule.kind} ")
            for name in known
            if name.startswith(f"{schedule.kind} ")
        ]
        first = min(months, default=newest.subject)
        last = _number_of(newest.subject)
        for number in range(max(_number_of(first), last - MOST_MISSED_MONTHS), last):
            yield Slot(schedule.kind, _month_name(number))
    yield newest


def _number_of(month: str) -> int:
    return _month_number(int(month[:4]), int(month[5:7]))


def _month_number(year: int, month: int) -> int:
    return year * 12 + month - 1


def _month_name(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"
