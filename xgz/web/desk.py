"""What waits for the person of a request, read once for all parts of the page."""

from dataclasses import dataclass

from django.http import HttpRequest

from xgz.access.actor import Actor
from xgz.access.seats import Work
from xgz.queries.inbox import InboxCounts, counted_work
from xgz.rules.seats import CASE_ROLES


@dataclass(frozen=True, slots=True)
class Desk:
    """work: the seats the actor answers for today; counts: for the badges of the frame."""

    work: Work
    counts: InboxCounts


def desk_of(request: HttpRequest, actor: Actor) -> Desk | None:
    """Return the desk, None for those who can have no cases; three queries, once a request."""
    if not actor.roles & CASE_ROLES:
        return None
    desk = getattr(request, "_desk", None)
    if not isinstance(desk, Desk):
        desk = Desk(*counted_work(actor))
        request._desk = desk  # type: ignore[attr-defined]
    return desk
