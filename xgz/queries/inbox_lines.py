"""The lines of the inbox in words: what waits, what was done, what is to be read and signed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q, QuerySet

from xgz.access.actor import Actor
from xgz.access.cases import visible_cases, visible_notices
from xgz.access.seats import Work
from xgz.models import Case, CaseEvent, Notice
from xgz.models.cases import case_models
from xgz.queries.case_names import cases_named, seen_in
from xgz.queries.deadlines import deadlines_on
from xgz.queries.inbox import InboxRow
from xgz.rules.bodies import Line
from xgz.rules.reveals import Seen
from xgz.rules.workdays import Standing

_REVIEW_ACTIONS = "review."  # what services/cases/reviews calls the answer to a sub-step


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One line: what to do (`task`, in official words), about what, until when, how urgent.

    person: the member's name as the actor may read it, "" where there is none. body: owner's name.
    review_id: public id of the sub-step, "" for the case itself. urged: since the last step.
    first_due_on: the date that passed before the case went up, None where none did (CS-5). named:
    the person shown in clear.
    """

    kind: str
    kind_label: str
    case_id: str
    review_id: str
    number: str
    subject: str
    person: str
    task: str
    body: str
    due_on: date
    standing: Standing
    urged: int = 0
    first_due_on: date | None = None
    named: Seen | None = None

    @property
    def detail_name(self) -> str:
        return f"{self.kind}-detail"


@dataclass(frozen=True, slots=True)
class DoneLine:
    """A case the actor took a step in: the actor's last step, and where the case stands now."""

    case: Case
    person: str
    label: str
    at: datetime

    @property
    def named(self) -> Seen | None:
        return seen_in(self.case, self.person)

    @property
    def detail_name(self) -> str:
        return f"{self.case.KIND.name}-detail"


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice with what it is about. sender: body, and the person where the reader may know."""

    notice: Notice
    case: Case
    person: str
    body: str
    sender: str

    @property
    def named(self) -> Seen | None:
        return seen_in(self.case, self.person)

    @property
    def detail_name(self) -> str:
        return f"{self.case.KIND.name}-detail"


def inbox_items(rows: Iterable[tuple[Any, ...]], actor: Actor) -> list[InboxItem]:
    """Return the lines for one page of inbox rows; six queries and two a kind."""
    found = [InboxRow._make(row) for row in rows]
    if not found:
        return []
    cases = cases_named([(row.kind, row.case_id) for row in found], actor)
    urged = _urgings({row.case_id for row in found})
    deadlines = deadlines_on(actor.today)
    return [
        InboxItem(
            kind=row.kind,
            kind_label=case.KIND.label,
            case_id=row.case_id,
            review_id=row.review_id,
            number=case.number,
            subject=case.subject,
            person=person,
            task=_task(case, row.key, row.state),
            body=row.owner,
            due_on=row.due_on,
            standing=deadlines.standing(row.due_on, row.late_since),
            urged=urged.get((row.kind, row.case_id), 0),
            first_due_on=row.late_since,
            named=seen_in(case, person),
        )
        for row in found
        for case, person in [cases[row.kind, row.case_id]]
    ]


def done_rows(actor: Actor) -> QuerySet[CaseEvent, tuple[str, str, datetime]]:
    """Return (kind, case, last time) of the cases the actor took a step in, newest first.

    Opening, steps and answers to sub-steps count; cases the actor no longer sees are left out.
    """
    seen = Q(pk__in=[])
    for model in case_models():
        ids = visible_cases(actor, model).order_by().values("public_id")
        seen |= Q(case_kind=model.KIND.name, case_id__in=ids)
    steps = ~Q(to_state="") | Q(action__startswith=_REVIEW_ACTIONS)
    return (
        CaseEvent.objects.filter(seen & steps, actor=actor.user)
        .order_by()
        .values("case_kind", "case_id")
        .annotate(last=Max("at"))
        .order_by("-last", "case_id")
        .values_list("case_kind", "case_id", "last")
    )


def done_lines(rows: Iterable[tuple[str, str, datetime]], actor: Actor) -> list[DoneLine]:
    """Return the lines for one page of done rows; three queries and one a kind."""
    found = list(rows)
    cases = cases_named([(kind, public_id) for kind, public_id, _at in found], actor)
    events = CaseEvent.objects.filter(
        actor=actor.user, case_id__in={public_id for _kind, public_id, _at in found}
    ).order_by("at", "pk")
    labels = {(event.case_kind, event.case_id, event.at): event.label for event in events}
    return [
        DoneLine(*cases[kind, public_id], labels[kind, public_id, at], at)
        for kind, public_id, at in found
    ]


def notices_of(actor: Actor, *, signed: bool, work: Work | None = None) -> QuerySet[Notice]:
    """Return the notices of the actor's seats, newest first: those to be signed, or those signed.

    work: that of work_waiting, where the caller has it at hand.
    """
    rows = visible_notices(actor, work)
    rows = rows.select_related("body", "signed_by")
    if signed:
        return rows.filter(signed_at__isnull=False).order_by("-signed_at", "-pk")
    return rows.filter(signed_at__isnull=True, lapsed_at__isnull=True).order_by("-made_at", "-pk")


def notice_lines(notices: Iterable[Notice], actor: Actor) -> list[NoticeLine]:
    """Return the lines for one page of notices; five queries and one a kind."""
    found = list(notices)
    cases = cases_named([(each.case_kind, each.case_id) for each in found], actor)
    senders = _senders(found)
    return [
        NoticeLine(
            notice=notice,
            case=case,
            person=person,
            body=str(notice.body),
            sender=_sender(
                notice, senders.get((notice.case_id, notice.made_at, notice.made_by_id))
            ),
        )
        for notice in found
        for case, person in [cases[notice.case_kind, notice.case_id]]
    ]


def _task(case: Case, review_key: str, state: str) -> str:
    if not review_key:
        return case.task_of(state)
    reviews = case.KIND.duty(state).reviews
    return next(review.task for review in reviews if review.key == review_key)


def _urgings(case_ids: set[str]) -> dict[tuple[str, str], int]:
    """Return (kind, case) → how often it was urged since its last step; one query."""
    counts: dict[tuple[str, str], int] = {}
    events = CaseEvent.objects.filter(Q(action="urge") | ~Q(to_state=""), case_id__in=case_ids)
    for kind, case_id, action in (
        events.order_by("at", "pk").values_list("case_kind", "case_id", "action").iterator()
    ):
        counts[kind, case_id] = counts.get((kind, case_id), 0) + 1 if action == "urge" else 0
    return counts


def _senders(notices: list[Notice]) -> dict[tuple[str, datetime, int | None], CaseEvent]:
    """Return (case, time, person) → the event a notice came with: it says on whose behalf."""
    events = CaseEvent.objects.filter(
        case_id__in={each.case_id for each in notices},
        at__in={each.made_at for each in notices},
        actor__isnull=False,
    )
    return {
        (event.case_id, event.at, event.actor_id): event
        for event in events.select_related("body", "actor")
    }


def _sender(notice: Notice, event: CaseEvent | None) -> str:
    """Return who sent a notice.

    To the other lines by body alone: names of office-holders of the organization line would tell
    who is a member.
    """
    if event is None:
        return ""
    line = event.body.line if event.body else ""
    across = line == Line.ORGANIZATION and notice.body.line != line
    words = (str(event.body or ""), "" if across else str(event.actor or ""))
    return " · ".join(word for word in words if word)
