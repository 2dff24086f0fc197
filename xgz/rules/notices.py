"""Notices that a seat signs for, and which reminders a due date calls for (NT-1, NT-2)."""

from datetime import date
from enum import StrEnum

from xgz.rules.workdays import Workdays


class NoticeKind(StrEnum):
    NEAR = "near"
    LATE = "late"
    URGED = "urged"
    RAISED = "raised"  # the case came up from below because it waited too long
    INFORMED = "informed"
    FILED = "filed"


NOTICE_LABELS: dict[NoticeKind, str] = {
    NoticeKind.NEAR: "即将到期",
    NoticeKind.LATE: "已经超期",
    NoticeKind.URGED: "催办",
    NoticeKind.RAISED: "超期上报",
    NoticeKind.INFORMED: "告知",
    NoticeKind.FILED: "备案",
}
# They speak of a duty and lose their sense when the case moves on; the others stay to be signed.
ABOUT_A_DUTY = frozenset({NoticeKind.NEAR, NoticeKind.LATE, NoticeKind.URGED, NoticeKind.RAISED})

REMINDERS = frozenset({NoticeKind.NEAR, NoticeKind.LATE})


def reminders_due(due_on: date, today: date, near: int, workdays: Workdays) -> list[NoticeKind]:
    """Return the reminders a due date has called for by today, oldest first (NT-2).

    near: working days before the due date from which on yellow is shown. After an outage both may
    be due at once; whether one went out already is for the caller to know.
    """
    kinds = []
    if today >= workdays.near_from(due_on, near):
        kinds.append(NoticeKind.NEAR)
    if today > due_on:
        kinds.append(NoticeKind.LATE)
    return kinds
