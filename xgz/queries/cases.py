"""What the page of one case shows: its way, its sub-steps, its history, the two lines' duties."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from xgz.access.actor import Actor
from xgz.access.cases import acting_seat, events_of, is_owner, party_rows, review_rows
from xgz.access.clock import day_of
from xgz.models import Body, Case, CaseEvent, CaseReview, Notice, RoleAssignment, User
from xgz.models.dated import holds_on
from xgz.queries.deadlines import Deadlines
from xgz.queries.responsibilities import responsible_seats
from xgz.rules.bodies import LINE_LABELS, Line
from xgz.rules.case_line import way_taken
from xgz.rules.cases import VERDICT_LABELS, Review, Verdict
from xgz.rules.notices import NoticeKind
from xgz.rules.responsibilities import DUTY_LABELS, MatterDuty
from xgz.rules.seats import WORKING_ROLES, Seat
from xgz.rules.workdays import Standing


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event. person and opinion are "" where the reader may not read them.

    withheld: there is an opinion, and it is not for the reader.
    """

    event: CaseEvent
    person: str
    opinion: str
    withheld: bool


@dataclass(frozen=True, slots=True)
class BarStep:
    """One step of the bar. mark: done, now, or "" for what lies ahead; at: when it was left."""

    label: str
    mark: str
    body: str
    line: HistoryLine | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One sub-step: what was asked of whom, how it stands, whether the reader has to answer it."""

    review: CaseReview
    rule: Review
    standing: Standing | None
    assignee: str
    opinion: str
    withheld: bool
    is_mine: bool
    holds_up: bool  # a step that waits for sub-steps waits for this one (CS-7)

    @property
    def verdict_label(self) -> str:
        return VERDICT_LABELS[Verdict(self.review.verdict)]


@dataclass(frozen=True, slots=True)
class LineEntry:
    """One body in the strip. notice: what it was told, signed or not; review: what it was asked."""

    body: Body
    note: str
    notice: Notice | None = None
    review: ReviewLine | None = None


@dataclass(frozen=True, slots=True)
class LineCell:
    """Who has one duty on one line; is_key: the duty to decide."""

    label: str
    is_key: bool
    entries: list[LineEntry]


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of the strip: a cell for each duty, in the order of the heading."""

    line: Line
    label: str
    cells: list[LineCell]


def is_readable(body: Body | None, *, reads_all: bool) -> bool:
    """Test whether names and opinions of a body are for the reader (CS-10).

    reads_all: what reads_every_opinion says of reader and case.
    """
    return reads_all or body is None or body.line != Line.ORGANIZATION


def acting_body(case: Case, today: date) -> Body | None:
    """Return the body above that acts for an empty seat the case lies with, None where it is held.

    It is one of the parties or of the responsible ones, whom the page shows, or one more query.
    """
    seat = acting_seat(case, today)
    if seat is None:
        return None
    bodies = [row.body for row in party_rows(case)]
    bodies += [row.body for row in responsible_seats(case, day_of(case.opened_at))]
    known = {body.pk: body for body in bodies}
    return known.get(seat.body_id) or Body.objects.get(pk=seat.body_id)


def history_of(case: Case, *, reads_all: bool) -> list[HistoryLine]:
    """Return what happened to a case, oldest first, as the reader may read it (CS-10)."""
    return [_history_line(event, reads_all) for event in events_of(case)]


def bar_of(case: Case, history: Sequence[HistoryLine]) -> list[BarStep]:
    """Return the steps the case took, stands at and has before it."""
    kind = case.KIND
    entered = [line for line in history if line.event.to_state]
    way = way_taken([line.event.to_state for line in entered])
    bodies = {row.party: str(row.body) for row in party_rows(case)}
    steps = []
    for state, following in zip(way, way[1:], strict=False):
        left = _last(entered, state, following)
        steps.append(BarStep(case.word_of(state), "done", _body_of(left), left))
    came = _last(entered, None, case.state)
    owner = str(case.owner_body) if case.owner_body else ""
    since = came.event.at if came else case.opened_at
    steps.append(BarStep(case.state_label, "now" if case.is_open else "done", owner, None, since))
    for state in case.states_ahead:
        owner = bodies.get(kind.duty(state).owner, "") if state in kind.open_states else ""
        steps.append(BarStep(case.word_of(state), "", owner))
    return steps


def review_lines(
    case: Case, actor: Actor, deadlines: Deadlines, *, reads_all: bool
) -> list[ReviewLine]:
    """Return the sub-steps of a case, oldest first, as the actor may read them (CS-10)."""
    lines = []
    for review in review_rows(case):
        rules = case.KIND.duty(review.state).reviews
        readable = is_readable(review.asked_body, reads_all=reads_all)
        names = is_readable(review.owner_body, reads_all=reads_all)
        opinion = review.opinion
        lines.append(
            ReviewLine(
                review=review,
                rule=next(rule for rule in rules if rule.key == review.key),
                standing=deadlines.of(review),
                assignee=str(review.assignee) if review.assignee and names else "",
                opinion=opinion if readable else "",
                withheld=bool(opinion) and not readable,
                is_mine=review.closed_at is None and is_owner(actor, review),
                holds_up=review.closed_at is None and review.asked_due_on >= deadlines.today,
            )
        )
    return lines


def strip_of(case: Case, reviews: Sequence[ReviewLine]) -> list[LineRow]:
    """Return the responsibilities of both lines as the table held when the case was opened (RS-1).

    The association has a row of its own only where it has a duty.
    """
    told = {
        (notice.kind, Seat(notice.role, notice.body_id)): notice
        for notice in Notice.objects.filter(
            case_kind=case.KIND.name,
            case_id=case.public_id,
            kind__in=[NoticeKind.INFORMED, NoticeKind.FILED],
        ).order_by("pk")
    }
    asked = {line.review.asked_body_id: line for line in reviews}
    rows: dict[Line, dict[MatterDuty, list[LineEntry]]] = {Line.ORGANIZATION: {}, Line.MARKET: {}}
    for seat in responsible_seats(case, day_of(case.opened_at)):
        kind = NoticeKind.FILED if seat.duty is MatterDuty.FILED else NoticeKind.INFORMED
        entry = LineEntry(
            body=seat.body,
            note=case.duty_note(seat.note) if seat.duty is MatterDuty.DECIDES else seat.note,
            notice=told.get((kind, Seat(seat.role, seat.body.pk)))
            if seat.duty in (MatterDuty.FILED, MatterDuty.INFORMED)
            else None,
            review=asked.get(seat.body.pk) if seat.duty is MatterDuty.GUIDES else None,
        )
        rows.setdefault(seat.line, {}).setdefault(seat.duty, []).append(entry)
    return [
        LineRow(
            line,
            LINE_LABELS[line],
            [
                LineCell(label, duty is MatterDuty.DECIDES, duties.get(duty, []))
                for duty, label in DUTY_LABELS.items()
            ],
        )
        for line, duties in rows.items()
    ]


def people_at(bodies: Collection[int], today: date) -> dict[int, list[User]]:
    """Return body → the people who work there today and may be handed a single case; by account.

    One query; a body where nobody works is not among them.
    """
    held = RoleAssignment.objects.filter(
        holds_on(today), body__in=bodies, role__in=WORKING_ROLES, user__is_active=True
    )
    found: dict[int, dict[int, User]] = {}
    for seat in held.select_related("user").order_by("user__username", "pk"):
        found.setdefault(seat.body_id, {})[seat.user_id] = seat.user
    return {body: list(people.values()) for body, people in found.items()}


def _history_line(event: CaseEvent, reads_all: bool) -> HistoryLine:
    readable = is_readable(event.body, reads_all=reads_all)
    opinion = event.opinion
    return HistoryLine(
        event=event,
        person=str(event.actor) if readable and event.actor else "",
        opinion=opinion if readable else "",
        withheld=bool(opinion) and not readable,
    )


def _last(
    lines: Sequence[HistoryLine], from_state: str | None, to_state: str
) -> HistoryLine | None:
    found = [
        line
        for line in lines
        if line.event.to_state == to_state and from_state in (None, line.event.from_state)
    ]
    return found[-1] if found else None


def _body_of(line: HistoryLine | None) -> str:
    return str(line.event.body) if line and line.event.body else ""
