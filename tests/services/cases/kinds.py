"""Finds every kind of case by its names, and lets somebody act for each of its parties.

A kind's service is its model's module with ".models." replaced by ".services.", its factory the
module of that name in tests/factories or beside the kind itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from importlib import import_module
from typing import Any

from tests.factories import TODAY, make_user
from xgz.access.actor import Actor, actor_for, clock_actor
from xgz.access.cases import parties_of
from xgz.models import AuditEntry, Body, Case, CaseEvent, CaseReview, Notice, RoleAssignment
from xgz.models.cases import case_models
from xgz.rules.cases import CLOCK, CaseKind, Step
from xgz.rules.roles import Role
from xgz.rules.seats import Seat

WORDS = "按程序办理"


@dataclass(frozen=True)
class Kind:
    """One kind of case with its service and its factory, found by their names."""

    model: type[Case]

    def __str__(self) -> str:
        return self.table.name

    @property
    def table(self) -> CaseKind:
        return self.model.KIND

    @property
    def actions(self) -> Mapping[str, Callable[..., Any]]:
        service = import_module(self.model.__module__.replace(".models.", ".services."))
        return {str(action): act for action, act in service.ACTIONS.items()}

    def refuses(self, error: Exception) -> bool:
        """Test whether a refusal is the kind's own, such as that a letter ran out or a day is past."""
        own = tuple(
            self.model.__module__.replace(".models.", room) for room in (".services.", ".rules.")
        )
        return type(error).__module__.startswith(own)

    def make(self, state: str | None = None, **values: Any) -> Case:
        """Make a case in a state (None: the first one)."""
        exact = next((each for each in self.table.states if each == state), None)
        return getattr(self._factory, f"make_{self.table.name}")(state=exact, **values)

    def arguments_for(self, action: str, case: Case) -> dict[str, Any]:
        """Return what lets a step succeed; the world may have been arranged for it."""
        given: dict[str, Any] = self._factory.arguments_for(action, case)
        case.refresh_from_db()
        return given

    @property
    def _factory(self) -> Any:
        own = self.model.__module__.replace(".models.", ".factories.")
        return import_module(own.replace("xgz.factories.", "tests.factories."))


KINDS = [Kind(model) for model in case_models()]
STATES = [(kind, str(state)) for kind in KINDS for state in kind.table.states]


def called(value: object) -> str:
    """Return a kind, a state or an action as part of a test's name."""
    return str(value)


def moment(day: date = TODAY) -> datetime:
    """Return eleven o'clock of a day in the office's time zone."""
    return datetime.combine(day, time(3), tzinfo=UTC)


def holder(seat: Seat, today: date = TODAY, *, deputy: bool = False) -> Actor:
    """Return somebody new who holds the seat."""
    user = make_user(Role(seat.role), Body.objects.get(pk=seat.body_id))
    if deputy:
        RoleAssignment.objects.filter(user=user).update(deputy=True)
    return actor_for(user, today)


def player(case: Case, step: Step, today: date = TODAY) -> Actor | None:
    """Return somebody who may take the step, or None where the case has no such party."""
    if CLOCK in step.by:
        return clock_actor(today)
    parties = parties_of(case)
    return next((holder(parties[each], today) for each in step.by if each in parties), None)


def take(kind: Kind, case: Case, action: str, actor: Actor, **given: Any) -> None:
    """Take a step by the kind's own service, as a page would."""
    given = {"opinion": WORDS, "now": moment(actor.today)} | given
    kind.actions[action](case=case, actor=actor, **given)


def written(case: Case) -> tuple[object, ...]:
    """Return everything the spine wrote about a case, to see whether anything changed."""
    named = {"case_kind": case.KIND.name, "case_id": case.public_id}
    row = type(case)._default_manager.filter(pk=case.pk).values_list().get()
    return (
        row,
        list(CaseEvent.objects.filter(**named).order_by("pk").values_list()),
        list(CaseReview.objects.filter(**named).order_by("pk").values_list()),
        list(Notice.objects.filter(**named).order_by("pk").values_list()),
        list(audit_of(case).order_by("pk").values_list()),
    )


def events_of(case: Case, **values: Any) -> Any:
    named = {"case_kind": case.KIND.name, "case_id": case.public_id}
    return CaseEvent.objects.filter(**named, **values)


def audit_of(case: Case, **values: Any) -> Any:
    return AuditEntry.objects.filter(
        subject_type=case.KIND.name, subject_id=case.public_id, **values
    )


def again(case: Case) -> Any:
    """Return the case as the database has it."""
    return type(case)._default_manager.get(pk=case.pk)
