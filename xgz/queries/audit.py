"""Reading the trail: pages of rows, newest first, and whether the last check found it whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from xgz.models import AuditCheck, AuditEntry, User
from xgz.rules.audit import ALARM_HOURS, ChainFault

PAGE = 50
OF_SHELL, OF_CLOCK = "shell", "clock"


@dataclass(frozen=True, slots=True)
class Page:
    """rows: newest first. older, newer: number to go on from, None at either end."""

    rows: list[AuditEntry]
    older: int | None
    newer: int | None


@dataclass(frozen=True, slots=True)
class Alarm:
    """faults: kinds found by the newest check; is_late: none was made for more than a day."""

    faults: tuple[ChainFault, ...]
    is_late: bool
    at: datetime


def page_of(rows: QuerySet[AuditEntry], before: int = 0, after: int = 0) -> Page:
    """Return the page before a number, or just after one; without either the newest.

    By number, not by place: the thousandth page costs what the first does, and nothing is counted.
    """
    known = rows.select_related("actor")
    if after:
        found = list(known.filter(number__gt=after).order_by("number")[: PAGE + 1])
        shown = found[:PAGE][::-1]
        newer = shown[0].number if len(found) > PAGE and shown else None
        return Page(shown, shown[-1].number if shown else None, newer)
    narrowed = known.filter(number__lt=before) if before else known
    found = list(narrowed.order_by("-number")[: PAGE + 1])
    shown = found[:PAGE]
    older = shown[-1].number if len(found) > PAGE else None
    return Page(shown, older, shown[0].number if before and shown else None)


def by_person(rows: QuerySet[AuditEntry], name: str) -> QuerySet[AuditEntry]:
    """Narrow to what one account did; "shell" and "clock" are the machine's operator and time."""
    if name in {OF_SHELL, OF_CLOCK}:
        return rows.filter(actor=None, actor_label=name)
    user = User.objects.filter(username=name).values_list("pk", flat=True).first()
    return rows.filter(actor=user) if user is not None else rows.none()


def on_days(
    rows: QuerySet[AuditEntry], first: date | None, last: date | None
) -> QuerySet[AuditEntry]:
    """Narrow to local days, both ends count."""
    if first is not None:
        rows = rows.filter(at__gte=_midnight(first))
    if last is not None:
        rows = rows.filter(at__lt=_midnight(last + timedelta(days=1)))
    return rows


def of_group(rows: QuerySet[AuditEntry], prefix: str) -> QuerySet[AuditEntry]:
    """Narrow to the actions of one group: "transfer" holds transfer.issue and its like."""
    return rows.filter(Q(action=prefix) | Q(action__startswith=f"{prefix}."))


def account_names(entries: Iterable[AuditEntry]) -> dict[str, str]:
    """Return subject id → user name for the accounts among the subjects; one query."""
    ids = {e.subject_id for e in entries if e.subject_type == "user"}
    numbers = [int(each) for each in ids if each.isdecimal()]
    rows = User.objects.filter(Q(public_id__in=ids) | Q(pk__in=numbers))
    found: dict[str, str] = {}
    for pk, public_id, name in rows.values_list("pk", "public_id", "username"):
        found |= {str(pk): name, public_id: name}
    return found


def alarm_now(now: datetime) -> Alarm | None:
    """Return what the newest check is to be told loudly for, None where all is well (AU-5).

    A young installation that was never checked is well. What the hourly comparison found stands
    until a whole check finds nothing.
    """
    check = AuditCheck.objects.order_by("-pk").first()
    if check is None:
        return None
    faults = tuple(ChainFault(kind) for kind in check.faults)
    is_late = now - check.ended_at > timedelta(hours=ALARM_HOURS)
    return Alarm(faults, is_late, check.ended_at) if faults or is_late else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
