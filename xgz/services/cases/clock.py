"""What time does to open cases: reminders, and moving up what waited too long. It decides nothing.

Every function may be called at any moment and any number of times: what is due is computed from
the stored dates, what was done already is in the tables.
"""

from datetime import date, datetime

from django.db.models import F, QuerySet

from xgz.access.cases import chain_of, owner_seat
from xgz.models import Case, CaseReview, Notice
from xgz.models.cases import case_model, case_models
from xgz.queries.parameters import parameters_on, workdays
from xgz.rules.notices import REMINDERS, NoticeKind, reminders_due
from xgz.rules.seats import Seat, next_above
from xgz.services.cases.act import CaseAct
from xgz.services.cases.notices import lapse, notice_row, send
from xgz.services.cases.steps import record_event, unchanged
from xgz.services.transactions import unit_of_work

Item = Case | CaseReview
Reminder = tuple[str, str, str, int, date | None, str]  # case, sub-step, version, date, notice

_MOVED_UP_WORDS = "超期，转由上级办理"


def remind(*, today: date, now: datetime) -> int:
    """Write the reminders that due dates have called for by today; return how many are new (NT-2).

    After an outage the missed ones are made up. The newest of a due date takes back the older, so
    that nobody signs for two reminders of one date.
    """
    near, calendar = parameters_on(today)["case.near_days"], workdays()
    items = [item for rows in _open_items(calendar.add(today, near + 1)) for item in rows]
    sent = _sent(min((item.due_on for item in items if item.due_on), default=today))
    written = 0
    for item in items:
        if item.due_on is None:
            continue
        wanted = reminders_due(item.due_on, today, near, calendar)
        if any((*_name(item), item.due_on, kind) not in sent for kind in wanted):
            written += _remind(item, item.due_on, wanted, now)
    return written


@unit_of_work
def _remind(item: Item, due_on: date, wanted: list[NoticeKind], now: datetime) -> int:
    """Write what is missing, unless the case moved on since it was read.

    The row stays locked meanwhile, so that whoever moves the case next finds the notice and takes
    it back.
    """
    seat = owner_seat(item)
    if seat is None or not unchanged(item).select_for_update().exists():
        return 0
    kind, case_id, subject_id, version = _name(item)
    sent = Notice.objects.filter(
        case_kind=kind, case_id=case_id, subject_id=subject_id, version=version, due_on=due_on
    )
    done = set(sent.filter(kind__in=wanted).values_list("kind", flat=True))
    missing = [each for each in wanted if each not in done]
    newest = wanted[-1]
    if newest in missing:
        lapse(item, now, REMINDERS)
    Notice.objects.bulk_create(
        notice_row(
            kind,
            case_id,
            each,
            seat,
            subject_id=subject_id,
            version=version,
            due_on=due_on,
            made_at=now,
            lapsed_at=None if each is newest else now,
        )
        for each in missing
    )
    return len(missing)


def move_up(*, today: date, now: datetime) -> int:
    """Hand cases and sub-steps that waited too long to the seat above; return how many (CS-5).

    Owner and due date are replaced, never the state: time decides nothing.
    """
    act = CaseAct.of_the_clock(today, now)
    moved = 0
    for rows in _open_items(today):
        for item in rows.select_related("owner_body"):
            if item.due_on is not None and _waited_too_long(item.due_on, act):
                moved += _move_up(item, act)
    return moved


def _waited_too_long(due_on: date, act: CaseAct) -> bool:
    return act.calendar.between(due_on, act.today) > act.days["case.escalate_days"]


@unit_of_work
def _move_up(item: Item, act: CaseAct) -> int:
    seat = owner_seat(item)
    above = next_above(chain_of(item, seat)) if seat else None
    if seat is None or above is None or item.due_on is None:
        return 0
    values: dict[str, object] = {
        "owner_role": above.role,
        "owner_body_id": above.body_id,
        "assignee": None,
        "due_on": act.calendar.add(act.today, act.days["case.escalate_days"]),
        "late_since": item.late_since or item.due_on,
    }
    if isinstance(item, Case):
        values["version"] = F("version") + 1
    if not unchanged(item).update(**values):
        return 0
    item.refresh_from_db()
    lapse(item, act.now)
    _note_move(item, above, act)
    return 1


def _note_move(item: Item, above: Seat, act: CaseAct) -> None:
    case = item if isinstance(item, Case) else _case_of(item)
    subject_id = "" if isinstance(item, Case) else item.public_id
    record_event(case, act, "move_up", _MOVED_UP_WORDS, to_body=item.owner_body, due_on=item.due_on)
    send(case, NoticeKind.RAISED, [above], act, due_on=item.due_on, subject_id=subject_id)


def _case_of(review: CaseReview) -> Case:
    return case_model(review.case_kind)._default_manager.get(public_id=review.case_id)


def _open_items(due_before: date) -> list[QuerySet[Item]]:
    """Return what is open and due before a day: a list of rows a kind, and one of sub-steps."""
    models: list[type[Item]] = [*case_models(), CaseReview]
    return [
        model._default_manager.filter(closed_at__isnull=True, due_on__lt=due_before).order_by("pk")
        for model in models
    ]


def _name(item: Item) -> tuple[str, str, str, int]:
    """Return how a notice names the item: kind, case, sub-step, version of the case."""
    if isinstance(item, Case):
        return item.KIND.name, item.public_id, "", item.version
    return item.case_kind, item.case_id, item.public_id, 0


def _sent(earliest: date) -> set[Reminder]:
    """Return the reminders already written for due dates from the earliest on."""
    rows = Notice.objects.filter(kind__in=REMINDERS, due_on__gte=earliest)
    return set(rows.values_list("case_kind", "case_id", "subject_id", "version", "due_on", "kind"))
