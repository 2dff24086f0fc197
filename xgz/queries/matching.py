"""Reads of matching tasks: what one lacks, its figures, the queue of its pairs."""

from collections.abc import Collection, Sized
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from xgz.models import Body, MatchingTask, MatchPair
from xgz.queries.self_reports import ended_among
from xgz.rules.matching import Decision, Missing, TaskFacts, TaskState, missing_of

WAITING = (Decision.OPEN, Decision.LATER)


@dataclass(frozen=True, slots=True)
class Counted:
    """Pairs of a task by what was decided."""

    open: int = 0
    yes: int = 0
    no: int = 0
    later: int = 0

    @property
    def decided(self) -> int:
        return self.yes + self.no


def missing_now(task: MatchingTask, today: date) -> tuple[Missing, ...]:
    """Return everything that keeps a task from running today (MT-1)."""
    areas = list(task.areas.all())
    return missing_with(task, areas, open_areas(areas, today), today)


def missing_with(
    task: MatchingTask, areas: Sized, still_open: Sized, today: date
) -> tuple[Missing, ...]:
    """Return the same for whoever has read the townships already; nothing is asked.

    still_open: those of the townships whose self-report window has not ended, as open_areas says.
    """
    facts = TaskFacts(
        legal_basis=task.legal_basis,
        document_number=task.document_number,
        purpose=task.purpose,
        expires_on=task.expires_on,
        has_assessment=bool(task.assessment_name),
        areas=len(areas),
        open_areas=len(still_open),
    )
    return missing_of(facts, today)


def compared_for(purpose: str, today: date) -> QuerySet[MatchingTask]:
    """Return the tasks of a purpose that ran and have not expired; the day of expiry counts (MT-9)."""
    return MatchingTask.objects.filter(
        purpose=purpose,
        state=TaskState.DONE,
        expires_on__gte=today,
        finished_at__isnull=False,
    )


def open_areas(areas: Collection[Body], today: date) -> list[Body]:
    """Return those townships whose self-report window has not ended (MT-1); one query."""
    ended = ended_among([area.pk for area in areas], today)
    return [area for area in areas if area.pk not in ended]


def counted(task: MatchingTask) -> Counted:
    """Return the pairs of a task by decision; one query."""
    rows = task.pairs.order_by().values_list("decision").annotate(number=Count("pk"))
    return Counted(**{str(decision): number for decision, number in rows})


def next_pair(task: MatchingTask, after: MatchPair | None = None) -> MatchPair | None:
    """Return the pair to look at next: those never looked at first, then those put off (MT-5)."""
    for decision in WAITING:
        rows = task.pairs.filter(decision=decision).order_by("turn")
        if after is not None:
            later = rows.filter(turn__gt=after.turn).first()
            if later is not None:
                return later
            rows = rows.exclude(pk=after.pk)
        found = rows.first()
        if found is not None:
            return found
    return None


def last_decided(task: MatchingTask, user_id: int) -> MatchPair | None:
    """Return the pair this person decided last, while it can be taken back."""
    rows = task.pairs.filter(decided_by=user_id).exclude(decision=Decision.OPEN)
    return rows.order_by("-decided_at", "-pk").first()


def decided_pairs(task: MatchingTask) -> QuerySet[MatchPair]:
    """Return the pairs of a task that were decided, newest first."""
    rows = task.pairs.exclude(decision=Decision.OPEN)
    return rows.select_related("decided_by").order_by("-decided_at", "-pk")
