"""Work that waits but is no case: claims to be verified, pairs of comparisons to be reviewed.

Counted is what the actor sees and may handle, nothing else.
"""

from dataclasses import dataclass

from django.db.models import Count, Q

from xgz.access.actor import Actor, may
from xgz.access.matching import RUN, visible_tasks
from xgz.access.self_reports import HANDLE, visible_reports
from xgz.access.transfers import OPEN
from xgz.queries.formation_transfers import asked_transfers
from xgz.queries.matching import WAITING
from xgz.rules.matching import TaskState
from xgz.rules.self_reports import ReportState


@dataclass(frozen=True, slots=True)
class WorkLines:
    """claims: to be verified; transfers: asked for by a formation (FM-20); reviews: (public id of a task, pairs open or put off), newest first."""

    claims: int = 0
    reviews: tuple[tuple[str, int], ...] = ()
    transfers: int = 0

    def __bool__(self) -> bool:
        return bool(self.claims or self.reviews or self.transfers)


def work_lines(actor: Actor) -> WorkLines:
    """Return what waits for the actor beside the cases; a query for each kind that can come."""
    claims = 0
    if may(actor, HANDLE):
        claims = visible_reports(actor).filter(state=ReportState.NEW).count()
    asked = asked_transfers(actor).count() if may(actor, OPEN) else 0
    return WorkLines(claims, _reviews(actor) if may(actor, RUN) else (), asked)


def _reviews(actor: Actor) -> tuple[tuple[str, int], ...]:
    waiting = Count("pairs", filter=Q(pairs__decision__in=WAITING))
    rows = visible_tasks(actor).filter(state=TaskState.DONE).annotate(waiting=waiting)
    rows = rows.filter(waiting__gt=0).order_by("-created_at", "-pk")
    return tuple(rows.values_list("public_id", "waiting"))
