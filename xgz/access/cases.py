"""Which cases an actor sees and which steps the actor may take; one way for every kind (CS-6)."""

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from xgz.access.actor import Actor, NotPermitted, require_person
from xgz.access.prepared import One, answers, records
from xgz.access.reading import once
from xgz.access.scopes import NOTHING, with_roles, within
from xgz.access.seats import (
    Place,
    Work,
    bodies_worked_at,
    chain_above,
    foresee,
    in_reach,
    own_seats,
    private_chain,
    seating_of,
    work_of,
)
from xgz.models import Body, Case, CaseEvent, CaseParty, CaseReview, Notice, PrivateCase, User
from xgz.models.cases import private_models
from xgz.rules.bodies import Line
from xgz.rules.cases import CLOCK, Step
from xgz.rules.roles import CLEAR_NAMES, Role
from xgz.rules.seats import LEADING_ROLES, Seat

C = TypeVar("C", bound=Case)
_LEADERS = frozenset(LEADING_ROLES.values())


def visible_cases(actor: Actor, model: type[C]) -> QuerySet[C]:
    """Return the cases of one kind that the actor is party to, leads a party of, or was told of.

    The organization department sees all; a member the own ones; an assignee what was assigned. A
    private case is seen by those it names alone (CS-12).
    """
    rows = model._default_manager.all()
    if _sees_every_case(actor):
        return rows
    if issubclass(model, PrivateCase):
        return rows.filter(private_sight(actor))
    parties = CaseParty.objects.filter(case_kind=model.KIND.name)
    assigned = Q(assignee=actor.user, owner_body__in=bodies_worked_at(actor))
    reviewed = CaseReview.objects.filter(assigned, case_kind=model.KIND.name)
    # Asked apart: together the databases would look at every body for those the actor leads.
    condition = Q(public_id__in=parties.filter(_held(actor)).values("case_id"))
    for led in _led(actor):
        condition |= Q(public_id__in=parties.filter(led).values("case_id"))
    told = Notice.objects.filter(
        seat_condition(own_seats(actor), "role", "body"), case_kind=model.KIND.name
    )
    condition |= Q(public_id__in=told.values("case_id"))
    if actor.user is not None:
        condition |= assigned | Q(public_id__in=reviewed.values("case_id"))
    own = [grant.member_id for grant in actor.grants if grant.member_id is not None]
    if own and any(field.name == "member" for field in model._meta.fields):
        condition |= Q(member__in=own)
    return rows.filter(condition)


def sees_as(actor: Actor, case: Case, roles: frozenset[Role]) -> bool:
    """Test whether the actor sees a case by one of these roles; one query at most, once a page."""
    able = with_roles(actor, roles)
    if _sees_every_case(able):
        return True
    return bool(able.grants) and _is_in_sight(able.bare, type(case), case.pk)


def cases_in_clear(actor: Actor, model: type[C]) -> QuerySet[C]:
    """Return the cases whose member's name the actor reads in full, by a role that sees the case.

    A transfer names the member to both sides, though the roster shows the person to one only.
    """
    reading = with_roles(actor, CLEAR_NAMES)
    if not reading.grants and not reading.is_operator:
        return model._default_manager.none()
    return visible_cases(reading, model)


def foresee_seats(actor: Actor, case: Case) -> None:
    """Let whatever is asked next after seats answer for those of this case too; two queries."""
    items: list[Case | CaseReview] = [case, *review_rows(case)]
    rows = party_rows(case)
    owners = {seat for item in items if (seat := owner_seat(item)) is not None}
    places = [Place.of(row.body) for row in rows] + _places(items)
    foresee({*owners, *(Seat(row.role, row.body_id) for row in rows)}, actor.today, places)


def events_of(case: Case) -> QuerySet[CaseEvent]:
    """Return what happened to a case the actor was already found to see, oldest first."""
    rows = CaseEvent.objects.filter(case_kind=case.KIND.name, case_id=case.public_id)
    return rows.select_related("actor", "body", "to_body").order_by("at", "pk")


def reviews_of(case: Case) -> QuerySet[CaseReview]:
    """Return the sub-steps of a case the actor was already found to see."""
    return _reviews_of(case.KIND.name, case.public_id)


def review_rows(case: Case) -> Sequence[CaseReview]:
    """Return the same as reviews_of, read; one query."""
    return _reviews(case.KIND.name, case.public_id)


def visible_notices(actor: Actor, work: Work | None = None) -> QuerySet[Notice]:
    """Return the notices addressed to a seat the actor holds, or answers for while it is empty.

    What the actor signed for an empty seat stays, while the body lies in reach of today's roles.
    Those of private cases only while the case is in sight (CS-12). work: of the seats with unsigned
    notices, where the caller has it at hand.
    """
    if actor.user is None:
        return Notice.objects.none()
    if work is None:
        pairs = unsigned_notices().order_by().values_list("role", "body").distinct()
        work = work_of(actor, {Seat(*pair) for pair in pairs})
    signed = Q(signed_by=actor.user) & in_reach(actor, "body__path")
    private = {model.KIND.name: model for model in private_models()}
    addressed = seat_condition(own_seats(actor) | work.seats, "role", "body")
    seen = ~Q(case_kind__in=private) & (signed | addressed)
    addressed = seat_condition(own_seats(actor) | work.of(private=True).seats, "role", "body")
    for kind, model in private.items():
        in_sight = visible_cases(actor, model).order_by().values("public_id")
        seen |= Q(case_kind=kind, case_id__in=in_sight) & (signed | addressed)
    return Notice.objects.filter(seen)


def unsigned_notices() -> QuerySet[Notice]:
    """Return every notice that still waits for a signature."""
    return Notice.objects.filter(signed_at__isnull=True, lapsed_at__isnull=True)


def seat_condition(seats: Set[Seat], role: str = "owner_role", body: str = "owner_body") -> Q:
    """Return the condition that the columns `role` and `body` name one of these seats."""
    bodies: dict[str, list[int]] = {}
    for seat in sorted(seats):
        bodies.setdefault(seat.role, []).append(seat.body_id)
    condition = NOTHING
    for each, numbers in bodies.items():
        condition |= Q(**{role: each, f"{body}__in": numbers})
    return condition


def reads_every_opinion(actor: Actor, case: Case) -> bool:
    """Test whether the actor reads what the organization line wrote in a case it sees.

    Whoever sees the case by the market line or the association alone reads what its own line and
    the case's other market bodies wrote, and of the organization line only that it acted (CS-10).
    """
    if actor.is_operator or actor.roles & {Role.ORG_DEPT, Role.SOCIAL_WORK_DEPT}:
        return True
    member = getattr(case, "member_id", None)
    if member is not None and any(grant.member_id == member for grant in actor.grants):
        return True
    return any(
        row.body.line == Line.ORGANIZATION and _is_led(actor, row) for row in party_rows(case)
    )


def parties_of(case: Case) -> dict[str, Seat]:
    """Return party → seat of a case."""
    return {row.party: Seat(row.role, row.body_id) for row in party_rows(case)}


def party_rows(case: Case) -> Sequence[CaseParty]:
    """Return the parties of a case with their bodies; one query."""
    return _parties(case.KIND.name, case.public_id)


def party_body(case: Case, party: str | None) -> Body | None:
    """Return the body that is a party of a case, None where the case has no such party."""
    return next((row.body for row in party_rows(case) if row.party == party), None)


def _sees_every_case(actor: Actor) -> bool:
    return actor.is_operator or Role.ORG_DEPT in actor.roles


@once
def _is_in_sight(actor: Actor, model: type[Case], number: int) -> bool:
    return bool(answers(_in_sight, actor, model, One(number)))


def _in_sight(actor: Actor, model: type[C], number: int) -> QuerySet[C, Any]:
    return visible_cases(actor, model).filter(pk=number).values_list("pk")


@once
def _parties(kind: str, case_id: str) -> Sequence[CaseParty]:
    return records(_parties_in, kind, One(case_id))


def _parties_in(kind: str, case_id: str) -> QuerySet[CaseParty]:
    return CaseParty.objects.filter(case_kind=kind, case_id=case_id).select_related("body")


@once
def _reviews(kind: str, case_id: str) -> Sequence[CaseReview]:
    return records(_reviews_of, kind, One(case_id))


def _reviews_of(kind: str, case_id: str) -> QuerySet[CaseReview]:
    rows = CaseReview.objects.filter(case_kind=kind, case_id=case_id)
    return rows.select_related("owner_body", "asked_body", "answered_by", "assignee").order_by(
        "opened_at", "pk"
    )


def _places(items: Iterable[Case | CaseReview]) -> list[Place]:
    """Return where the owners of open cases and sub-steps stand in the tree."""
    return [Place.of(item.owner_body) for item in items if item.owner_body is not None]


def chain_of(item: Case | CaseReview, seat: Seat) -> list[Seat]:
    """Return the seat and those above it to whom an open case or sub-step may go up (CS-4, CS-12)."""
    chain = chain_above(seat)
    return private_chain(chain) if isinstance(item, PrivateCase) else chain


def private_sight(actor: Actor) -> Q:
    """Return the condition that a private case is in the actor's sight (CS-12).

    Of the organization department everything is; somebody who instructs at a station sees what was
    given to that very person, the station's head what was given to the station.
    """
    condition = NOTHING
    for grant in actor.grants:
        if grant.role is Role.ORG_DEPT:
            return Q()
        if grant.role is Role.TOWNSHIP_COMMITTEE:
            condition |= Q(area=grant.body_id)
        elif grant.role is Role.STATION_HEAD:
            condition |= Q(station=grant.body_id)
        elif grant.role is Role.INSTRUCTOR:
            condition |= Q(station=grant.body_id, instructor=actor.user)
    return condition


def reads_private_whole(actor: Actor, case: PrivateCase) -> bool:
    """Test whether the actor reads a private case as the organization line does: names, reasons."""
    if actor.is_operator or Role.ORG_DEPT in actor.roles:
        return True
    townships = [g.body_id for g in actor.grants if g.role is Role.TOWNSHIP_COMMITTEE]
    return case.area_id in townships


def owner_seat(case: Case | CaseReview) -> Seat | None:
    """Return the seat that owns an open case or sub-step, None for a closed one."""
    if case.owner_body_id is None:
        return None
    return Seat(case.owner_role, case.owner_body_id)


def acting_seat(case: Case, today: date) -> Seat | None:
    """Return the seat above that answers for the owner's while that is empty, None where it is not.

    Within one body nothing is said: whoever leads it acts for its other seats anyway (CS-4).
    """
    seat = owner_seat(case)
    if seat is None:
        return None
    seating = seating_of([seat], today, _places([case]))
    answering = (seating.for_private if isinstance(case, PrivateCase) else seating).answering(seat)
    return answering if answering.body_id != seat.body_id else None


def offered_steps(actor: Actor, case: Case) -> dict[str, Step]:
    """Return action → step for the buttons: possible from this state, permitted to this actor."""
    if not case.is_open:
        return {}
    parties = parties_of(case)
    mine = _played(actor, case, parties)
    ways = case.KIND.steps_from(case.state)
    owners = {"", *parties}
    return {
        action: step
        for action, step in ways.items()
        if mine & set(step.by)
        and case.KIND.owner_of(str(step.to)) in owners | {step.seats}
        and case.fits(action)
    }


def may_take(actor: Actor, case: Case, action: str) -> bool:
    """Test whether the actor plays a party that takes this step from the state the case is in.

    Where no step of this name leads from that state, whoever takes it from another one may: that
    the state does not allow it is the step's own answer (StepNotAllowed).
    """
    mine = parties_played(actor, case)
    named = {at: step for (at, name), step in case.KIND.steps.items() if name == action}
    here = [step for at, step in named.items() if at == case.state]
    return any(mine & set(step.by) for step in here or named.values())


def require_step(actor: Actor, case: Case, action: str) -> None:
    """Raise NotPermitted unless the actor plays a party that takes this step."""
    if not may_take(actor, case, action):
        raise NotPermitted(f"{case.KIND.name}.{action}")


def require_visible(actor: Actor, case: Case) -> None:
    """Raise NotPermitted unless the actor sees the case."""
    if not visible_cases(actor, type(case)).filter(pk=case.pk).exists():
        raise NotPermitted(case.KIND.name)


def require_urging(actor: Actor, case: Case) -> User:
    """Return the person who urges; raise NotPermitted unless it sees the case and waits for others.

    For a closed case nobody waits: that is the step's own answer.
    """
    require_visible(actor, case)
    user = require_person(actor)
    if case.is_open and not waits_with(actor, case):
        raise NotPermitted("case.urge")
    return user


def waits_with(actor: Actor, case: Case) -> list[Case | CaseReview]:
    """Return the case and its sub-steps as far as they are open and lie with somebody else."""
    items: list[Case | CaseReview] = [case, *reviews_of(case).filter(closed_at__isnull=True)]
    return [item for item in items if item.owner_body_id is not None and not is_owner(actor, item)]


def require_owner(actor: Actor, case: Case | CaseReview) -> None:
    """Raise NotPermitted unless the case or sub-step lies with the actor now."""
    if not is_owner(actor, case):
        raise NotPermitted("owner")


def is_owner(actor: Actor, case: Case | CaseReview, work: Work | None = None) -> bool:
    """Test whether an open case or sub-step lies with the actor: by seat, or as its assignee.

    One that is assigned lies with the head of the body too, whichever of its seats owns it (CS-3).
    work: of work_of for seats with the owner among them, where the caller has it at hand.
    """
    seat = owner_seat(case)
    if seat is None or actor.user is None:
        return False
    if case.assignee_id == actor.user.pk and seat.body_id in bodies_worked_at(actor):
        return True
    if seat in own_seats(actor):
        return True
    if work is None:
        work = work_of(actor, [seat], _places([case]))
    work = work.of(private=isinstance(case, PrivateCase))
    return seat in work.seats or (case.assignee_id is not None and seat.body_id in work.headed)


def parties_played(actor: Actor, case: Case) -> frozenset[str]:
    """Return the parties the actor acts for in this case.

    A seat's holders and deputies play its party, so does whoever answers for it while it is empty;
    the present owner plays the party whose duty it is, also after the case went up.
    """
    return _played(actor, case, parties_of(case))


def _played(actor: Actor, case: Case, parties: Mapping[str, Seat]) -> frozenset[str]:
    if actor.is_clock:
        return frozenset({CLOCK})
    owner, duty = owner_seat(case), case.duty
    places = [Place.of(row.body) for row in party_rows(case)] + _places([case])
    work = work_of(actor, {*parties.values(), *([owner] if owner else [])}, places)
    answered = own_seats(actor) | work.of(private=isinstance(case, PrivateCase)).seats
    played = {party for party, seat in parties.items() if seat in answered}
    if duty is not None and is_owner(actor, case, work):
        played.add(duty.owner)
    return frozenset(played)


def _held(actor: Actor) -> Q:
    """Return the condition on parties that their seat is the actor's own."""
    return seat_condition(own_seats(actor), "role", "body")


def _led(actor: Actor) -> list[Q]:
    """Return the conditions on parties that their body lies below one the actor leads."""
    paths = {grant.path for grant in actor.grants if grant.role in _LEADERS}
    return [within(path, "body__path") for path in sorted(paths)]


def _is_led(actor: Actor, row: CaseParty) -> bool:
    """Test the same of one party that was read with its body."""
    leading = (grant.path for grant in actor.grants if grant.role in _LEADERS)
    held = Seat(row.role, row.body_id) in own_seats(actor)
    return held or any(row.body.path.startswith(path) for path in leading)
