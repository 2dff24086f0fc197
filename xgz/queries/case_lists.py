"""The lists that every kind of case has: what lies with the actor, what is open, what is closed."""

from enum import StrEnum
from typing import TypeVar

from django.db.models import QuerySet

from xgz.access.actor import Actor
from xgz.models import Case
from xgz.queries.inbox import waiting_for

C = TypeVar("C", bound=Case)


class CaseList(StrEnum):
    TO_DO = "to-do"
    OPEN = "open"
    CLOSED = "closed"


def in_list(which: CaseList, visible: QuerySet[C], actor: Actor) -> QuerySet[C]:
    """Return those of the cases in sight, all of one kind, that stand in a list."""
    if which is CaseList.TO_DO:
        return waiting_for(actor, visible)
    return visible.filter(closed_at__isnull=which is CaseList.OPEN)


def list_order(which: CaseList) -> tuple[str, ...]:
    """Return the order of a list: the nearest date first, of closed cases the newest."""
    return ("-closed_at", "pk") if which is CaseList.CLOSED else ("due_on", "pk")
