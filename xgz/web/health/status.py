"""The state of the installation in words, one line for each check."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from xgz.models import Job
from xgz.queries import health as queries
from xgz.rules.jobs import JOB_KIND_LABELS
from xgz.rules.storage import RESERVE_BYTES, WAL_ALARM_BYTES


@dataclass(frozen=True, slots=True)
class Line:
    """One check; todo: what to do about it, "" where it is well."""

    name: str
    found: str
    todo: str = ""

    @property
    def is_well(self) -> bool:
        return not self.todo


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job that rests: what it was to do, of which subject, and the kind of its last fault."""

    job: Job
    label: str


def status_lines(now: datetime) -> list[Line]:
    """Return every check in words, worst things told with what to do."""
    state, work = queries.readiness(now), queries.work(now)
    return [
        _database(state),
        *_wal(),
        _schema(state),
        _keys(state),
        *_disk(),
        _worker(state, work),
        Line(
            _("任务队列"),
            _("排队 %(waiting)d 个，进行中 %(running)d 个")
            % {"waiting": work.waiting, "running": work.running},
        ),
    ]


def job_lines(jobs: Iterable[Job]) -> list[JobLine]:
    """Return the failed jobs with the office's word for what they do."""
    return [JobLine(job, _(JOB_KIND_LABELS.get(job.kind, job.kind))) for job in jobs]


def _database(state: queries.Readiness) -> Line:
    engine = queries.engine_state()
    found = f"{engine.kind} {engine.version}"
    if engine.journal:
        found = _("%(engine)s，日志方式 %(journal)s") % {"engine": found, "journal": engine.journal}
    found = _("%(engine)s，%(size)s") % {"engine": found, "size": filesizeformat(engine.bytes)}
    todo = "" if state.database else _("数据库只能读、不能写：检查磁盘、文件权限和数据库服务。")
    return Line(_("数据库"), found, todo)


def _wal() -> list[Line]:
    engine = queries.engine_state()
    if engine.journal != "WAL":
        return []
    limit = filesizeformat(WAL_ALARM_BYTES)
    todo = _("预写日志超过 %s：有读取长时间没有结束，重启网站和后台进程。") % limit
    return [
        Line(
            _("预写日志"),
            filesizeformat(engine.wal_bytes),
            todo if engine.is_wal_too_large else "",
        )
    ]


def _schema(state: queries.Readiness) -> Line:
    if state.schema:
        return Line(_("数据库结构"), _("与程序版本一致"))
    return Line(_("数据库结构"), _("比程序旧"), _("运行 xgz migrate。"))


def _keys(state: queries.Readiness) -> Line:
    if state.keys:
        return Line(_("密钥文件"), _("可以读取"))
    return Line(_("密钥文件"), _("读不到"), _("放回 keys 文件夹里的密钥文件，检查其所有者。"))


def _disk() -> list[Line]:
    disk = queries.disk_state()
    free = _("剩余 %s") % filesizeformat(disk.free)
    full = _("存储空间已满：删除或移走其他文件，或扩大磁盘。")
    lines = [Line(_("存储空间"), free, full if disk.is_short else "")]
    size = filesizeformat(RESERVE_BYTES)
    if disk.has_reserve:
        return [*lines, Line(_("预留空间"), _("预留 %s，空间用尽时自动放出") % size)]
    gone = _("腾出空间后会自动重新预留，最迟一小时；也可以重启网站。")
    return [*lines, Line(_("预留空间"), _("没有预留，或已放出"), gone)]


def _worker(state: queries.Readiness, work: queries.Work) -> Line:
    if work.seen_at is None:
        found = _("没有运行过")
    else:
        found = _("最近一次活动 %s") % f"{work.seen_at.astimezone():%Y-%m-%d %H:%M}"
    todo = "" if state.worker else _("启动后台进程：xgz worker，或 systemctl start xgz-worker@1。")
    return Line(_("后台进程"), found, todo)
