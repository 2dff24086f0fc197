"""The inbox: every open case and sub-step that lies with the actor, in one query over all kinds.

Nothing is stored: the rows are the cases themselves, narrowed to the seats the actor answers for
today (CS-3, CS-4).
"""

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from django.db.models import BigIntegerField, CharField, Count, F, Min, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from xgz.access.actor import Actor
from xgz.access.cases import unsigned_notices
from xgz.access.prepared import answers
from xgz.access.reading import once
from xgz.access.scopes import NOTHING
from xgz.access.seats import (
    Place,
    Seating,
    Settled,
    Work,
    own_seats,
    seating_of,
    settled_below,
    unsettled,
    work_in,
)
from xgz.models import Body, Case, CaseReview, PrivateCase
from xgz.models.cases import case_models, private_models
from xgz.queries.parameters import parameters_on, workdays
from xgz.rules.seats import Seat
from xgz.rules.workdays import Light

Conditions = Callable[[type[Case] | type[CaseReview]], Q]

_COLUMNS = (
    *("item_kind", "case_ref", "review_ref", "step_key", "at_state"),
    *("owner_role", "owner_body", "due_on", "late_since", "opened_at", "owner_name", "first_due"),
)
# What went up because it waited too long keeps its place by the date that passed (CS-5).
_FIRST_DUE = Coalesce("late_since", "due_on")
_OWNER_NAME = Coalesce(NullIf("owner_body__short_name", Value("")), "owner_body__name")
_TIES = ("opened_at", "case_ref", "review_ref")
ORDERS: dict[str, tuple[str, ...]] = {
    "due": ("first_due", *_TIES),
    "-due": ("-first_due", *_TIES),
    "opened": _TIES,
    "-opened": ("-opened_at", *_TIES[1:]),
}


class InboxRow(NamedTuple):
    """One row of the union. review_id and key are "" for the case itself; owner: its body's name.

    first_due: the due date, or the one that passed before it went up.
    """

    kind: str
    case_id: str
    review_id: str
    key: str
    state: str
    role: str
    body_id: int
    due_on: date
    late_since: date | None
    opened_at: datetime
    owner: str
    first_due: date


class _Load(NamedTuple):
    """What waits for one seat, or for one person there: cases and sub-steps, notices to sign.

    private: whether these are private cases (CS-12).
    """

    seat: Seat
    place: Place
    assignee_id: int | None
    waiting: int
    late: int
    unread: int
    private: bool


_C = TypeVar("_C", bound=Case)


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """waiting: open cases and sub-steps; late: those overdue; unread: notices to be signed."""

    waiting: int = 0
    late: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class LightCounts:
    """How many open cases and sub-steps show which light today, and of which kinds they are."""

    lights: dict[Light, int]
    kinds: dict[str, int]

    @property
    def all(self) -> int:
        return sum(self.lights.values())


def open_seats() -> set[Seat]:
    """Return every seat that owns an open case or sub-step, or has a notice to sign; one query."""
    owners: list[QuerySet[Any, Any]] = [
        model._default_manager.filter(closed_at__isnull=True)
        .order_by()
        .values_list("owner_role", "owner_body")
        for model in _models()
    ]
    notices = unsigned_notices().values_list("role", "body")
    return {Seat(*pair) for pair in notices.union(*owners)}


@once
def counted_work(actor: Actor) -> tuple[Work, InboxCounts]:
    """Return whose work the actor has today, of all seats where anything waits, and how much it is.

    Every page shows these counts, so all of it is four queries at most: for those with offices
    below whose work stays there, then what waits for each seat that may come to the actor, summed
    up, who is above, and who sits there.
    """
    if actor.user is None or not actor.grants:
        return Work(), InboxCounts()
    private = {model.KIND.name for model in private_models()}
    waiting = answers(_waiting_loads, actor.bare, settled_below(actor))
    loads = [_load(row, private) for row in waiting]
    if not loads:
        return Work(), InboxCounts()
    seating = seating_of({load.seat for load in loads}, actor.today, {load.place for load in loads})
    work = work_in(seating, actor)
    lying = [load for load in loads if _lies(load, seating, work, actor.user.pk)]
    for load in lying:
        work.of(private=load.private).lying.add((load.seat, load.assignee_id))
    mine = own_seats(actor)
    addressed = {kind: mine | work.of(private=kind).seats for kind in (False, True)}
    return work, InboxCounts(
        waiting=sum(load.waiting for load in lying),
        late=sum(load.late for load in lying),
        unread=sum(load.unread for load in loads if load.seat in addressed[load.private]),
    )


def work_waiting(actor: Actor) -> Work:
    """Return whose work the actor has today, of all seats where anything waits; as counted_work."""
    return counted_work(actor)[0]


def waiting_for(actor: Actor, cases: "QuerySet[_C]") -> "QuerySet[_C]":
    """Return those of `cases`, all of one kind, that lie with the actor, by themselves or a sub-step."""
    mine = _lying(actor, work_waiting(actor))
    reviews = _open(CaseReview, mine(CaseReview)).filter(case_kind=cases.model.KIND.name)
    own = mine(cases.model) & Q(closed_at__isnull=True)
    return cases.filter(own | Q(public_id__in=reviews.values("case_id")))


def inbox_rows(
    actor: Actor,
    *,
    kind: str = "",
    light: Light | None = None,
    order: str = "due",
    work: Work | None = None,
) -> QuerySet[Case]:
    """Return the actor's open cases and sub-steps as one union of value rows, nearest date first.

    The columns are those of InboxRow. kind: of cases only; light: as the due dates stand today
    (CL-3); order: key of ORDERS; work: that of work_waiting, where the caller has it at hand.
    """
    lit, mine = _lit(actor, light), _lying(actor, work)
    return _union(lambda model: mine(model) & lit, kind).order_by(*ORDERS[order])


def inbox_counts(actor: Actor) -> InboxCounts:
    """Return how much lies with the actor, how much of it is overdue, how many notices wait."""
    return counted_work(actor)[1]


def light_counts(actor: Actor, work: Work) -> LightCounts:
    """Return the actor's open items by light and by kind; one query beside parameters."""
    late, mine = _late(actor.today), _lying(actor, work)
    near = ~late & Q(due_on__lte=_last_near(actor.today))
    parts = [
        _open(model, mine(model))
        .annotate(item_kind=_kind_of(model))
        .values("item_kind")
        .annotate(every=Count("pk"), late=Count("pk", filter=late), near=Count("pk", filter=near))
        .values_list("item_kind", "every", "late", "near")
        for model in _models()
    ]
    lights, kinds = dict.fromkeys(Light, 0), dict[str, int]()
    for kind, every, number_late, number_near in parts[0].union(*parts[1:], all=True):
        if every:
            kinds[kind] = kinds.get(kind, 0) + every
        lights[Light.LATE] += number_late
        lights[Light.NEAR] += number_near
        lights[Light.CALM] += every - number_late - number_near
    return LightCounts(lights, kinds)


def load_by_seat(today: date) -> dict[Seat, int]:
    """Return answering seat → number of open cases and sub-steps, each counted once (CS-9)."""
    seating = seating_of(open_seats(), today)
    by_kind = {model.KIND.name: seating.for_private for model in private_models()}
    counts: dict[Seat, int] = {}
    for row in map(InboxRow._make, _union(lambda _model: Q())):
        seat = by_kind.get(row.kind, seating).answering(Seat(row.role, row.body_id))
        counts[seat] = counts.get(seat, 0) + 1
    return counts


def lies_with(actor: Actor, work: Work | None = None, *, private: bool = False) -> Q:
    """Return the condition that an open case or sub-step lies with the actor (CS-3).

    What is assigned to one person lies with that person and with the head of the body; where the
    person has left the body, with the seat again. So it was counted, by seat and assignee. work:
    that of work_waiting, where the caller has it at hand; private: of private cases (CS-12).
    """
    bodies: dict[tuple[str, int | None], list[int]] = {}
    for seat, assignee in (work or work_waiting(actor)).of(private=private).lying:
        bodies.setdefault((seat.role, assignee), []).append(seat.body_id)
    condition = NOTHING
    for (role, assignee), numbers in bodies.items():
        condition |= Q(owner_role=role, owner_body__in=sorted(numbers), assignee=assignee)
    return condition


def _lying(actor: Actor, work: Work | None) -> Conditions:
    """Return model → the condition that its open rows lie with the actor."""
    work = work or work_waiting(actor)
    conditions = {kind: lies_with(actor, work, private=kind) for kind in (False, True)}
    return lambda model: conditions[issubclass(model, PrivateCase)]


def _load(row: tuple[Any, ...], private: Container[str]) -> _Load:
    """Return a row of the union. private: the kinds of private cases."""
    role, body_id, assignee, path, kind, waiting, late, unread, case_kind = row
    seat, place = Seat(role, body_id), Place(body_id, path, kind)
    return _Load(seat, place, assignee, waiting, late, unread, case_kind in private)


def _waiting_loads(actor: Actor, settled: Settled) -> QuerySet[Any, Any]:
    """Ask what waits for the seats whose work may come to the actor; settled: of settled_below.

    Rows are grouped by what stands in their own index alone: the place is one of each group.
    """
    none, nobody = Value(0), Value(None, output_field=BigIntegerField())
    at = _at(unsettled(actor, settled))
    told = ("path", "place_kind", "waiting", "late", "unread", "of_kind")
    notices = (
        unsigned_notices()
        .filter(at("body"))
        .order_by()
        .values("role", "body", "case_kind")
        .annotate(nobody=nobody, waiting=none, late=none, unread=Count("pk"), **_place("body"))
        .values_list("role", "body", "nobody", *told[:-1], "case_kind")
    )
    late = Count("pk", filter=_late(actor.today))
    cases = [
        _open(model, at("owner_body"))
        .values("owner_role", "owner_body", "assignee")
        .annotate(
            waiting=Count("pk"),
            late=late,
            unread=none,
            of_kind=_named(model),
            **_place("owner_body"),
        )
        .values_list("owner_role", "owner_body", "assignee", *told)
        for model in _models()
    ]
    union: QuerySet[Any, Any] = notices.union(*cases, all=True)
    return union


def _named(model: type[Case] | type[CaseReview]) -> Value:
    """Return the name of a kind of case; sub-steps are of no kind of their own."""
    name = "" if issubclass(model, CaseReview) else model.KIND.name
    return Value(name, output_field=CharField())


def _place(body: str) -> dict[str, Min]:
    """Return the rest of a Place."""
    return {"path": Min(f"{body}__path"), "place_kind": Min(f"{body}__kind")}


def _at(condition: Q) -> Callable[[str], Q]:
    """Return column → the condition that the body it names fulfils a condition on bodies.

    The bodies are asked for apart: few, they lead to the index of what waits there.
    """
    if not condition:
        return lambda _column: Q()
    bodies = Body.objects.filter(condition).order_by().values("pk")
    return lambda column: Q(**{f"{column}__in": bodies})


def _lies(load: _Load, seating: Seating, work: Work, person: int) -> bool:
    """Test whether what waits for a seat or for one person there lies with the person (CS-3)."""
    assignee, work = load.assignee_id, work.of(private=load.private)
    if assignee is not None and seating.works_at(assignee, load.place.body_id):
        return assignee == person or load.place.body_id in work.headed
    return load.seat in work.seats


def _lit(actor: Actor, light: Light | None) -> Q:
    """Return the condition that a due date shows this light today."""
    if light is None:
        return Q()
    late = _late(actor.today)
    if light is Light.LATE:
        return late
    soon = Q(due_on__lte=_last_near(actor.today))
    return ~late & (soon if light is Light.NEAR else ~soon)


def _late(today: date) -> Q:
    return Q(due_on__lt=today) | Q(late_since__isnull=False)


def _last_near(today: date) -> date:
    """Return the latest due date that shows yellow today."""
    near = parameters_on(today)["case.near_days"]
    return workdays().add(today, near + 1) - timedelta(days=1)


def _models() -> list[type[Case] | type[CaseReview]]:
    return [*case_models(), CaseReview]


def _kind_of(model: type[Case] | type[CaseReview]) -> F | Value:
    """Return the name of the kind of case an open row belongs to."""
    if issubclass(model, CaseReview):
        return F("case_kind")
    return Value(model.KIND.name, output_field=CharField())


def _open(model: type[Case] | type[CaseReview], condition: Q) -> QuerySet[Any, Any]:
    return model._default_manager.filter(condition, closed_at__isnull=True).order_by()


def _union(of: Conditions, kind: str = "") -> QuerySet[Any, Any]:
    parts = [
        _case_part(model, of(model)) for model in case_models() if kind in ("", model.KIND.name)
    ]
    reviews = _open(CaseReview, of(CaseReview))
    if kind:
        reviews = reviews.filter(case_kind=kind)
    union: QuerySet[Any, Any] = (
        reviews.annotate(
            item_kind=_kind_of(CaseReview),
            case_ref=F("case_id"),
            review_ref=F("public_id"),
            step_key=F("key"),
            at_state=F("state"),
            owner_name=_OWNER_NAME,
            first_due=_FIRST_DUE,
        )
        .values_list(*_COLUMNS)
        .union(*parts, all=True)
    )
    return union


def _case_part(model: type[Case], condition: Q) -> QuerySet[Any, Any]:
    part: QuerySet[Any, Any] = (
        _open(model, condition)
        .annotate(
            item_kind=_kind_of(model),
            case_ref=F("public_id"),
            review_ref=Value("", output_field=CharField()),
            step_key=Value("", output_field=CharField()),
            at_state=F("state"),
            owner_name=_OWNER_NAME,
            first_due=_FIRST_DUE,
        )
        .values_list(*_COLUMNS)
    )
    return part
