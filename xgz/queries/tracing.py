"""What names an export: the key of its marks, and the line on its pages (EX-5)."""

from datetime import datetime

from django.utils.translation import gettext as _

from xgz.access.actor import Actor
from xgz.access.clock import local
from xgz.files.tracing import Marks
from xgz.models import AuditEntry, Report
from xgz.models.chain import keyed_mac
from xgz.queries.export_frame import Asked


def trace_key(trace: str) -> bytes:
    """Return the key of an export's marks; the audit key alone makes it."""
    return bytes.fromhex(keyed_mac(f"export.trace|{trace}"))


def marks_of_report(report: Report, now: datetime) -> Marks:
    """Return what the file of a report carries."""
    return Marks(
        trace_key(report.trace),
        _line(str(report.made_for), report.made_for.username, now, report.public_id),
        shuffles=report.persons > 0,
    )


def marks_at_once(actor: Actor, asked: Asked, now: datetime) -> Marks:
    """Return what a list carries that is sent at once; it names nobody of the roster."""
    user = actor.user
    account = user.username if user else actor.label
    trace = _moment_trace(user.pk if user else None, now)
    return Marks(trace_key(trace), _line(str(user or account), account, now, ""))


def traced_exports() -> dict[str, bytes]:
    """Return every export whose file carries marks, with its key.

    Named by "report <public id>", or by "audit <number>" for what was sent at once.
    """
    reports = Report.objects.exclude(trace="").values_list("public_id", "trace")
    found = {f"report {public_id}": trace_key(trace) for public_id, trace in reports}
    taken = AuditEntry.objects.filter(subject_type__in=("export", "business_list"), subject_id="")
    for number, actor, at in taken.values_list("number", "actor", "at"):
        found[f"audit {number}"] = trace_key(_moment_trace(actor, at))
    return found


def _moment_trace(user: int | None, at: datetime) -> str:
    return f"{user or 0} {at.timestamp():.6f}"


def _line(name: str, account: str, now: datetime, number: str) -> str:
    words = _("导出人：%(name)s（%(account)s）　导出时间：%(moment)s") % {
        "name": name,
        "account": account,
        "moment": f"{local(now):%Y-%m-%d %H:%M}",
    }
    return words + (_("　编号：%(number)s") % {"number": number} if number else "")
