"""The district's procedures for forming organisations as their page shows them (FM-8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xgz.access.actor import Actor
from xgz.access.formations import visible_formations
from xgz.models import Body, FormationProcedure
from xgz.rules.formation_procedures import DEFAULT_PRESET, PRESETS, Procedure, roles_of
from xgz.rules.responsibilities import BODY_OF_ROLE
from xgz.rules.roles import Role


@dataclass(frozen=True, slots=True)
class ProcedureSheet:
    """Everything ever entered, as it stands on a day.

    now: in force; standing: the entry it comes from, None where the default holds (FM-9). coming:
    entries that begin later, nearest first. history: all of them, the last first.
    """

    now: Procedure
    standing: FormationProcedure | None
    coming: Sequence[FormationProcedure]
    history: Sequence[FormationProcedure]


def procedure_sheet(day: date) -> ProcedureSheet:
    """Return the procedure in force on a day with all that was entered; one query."""
    rows = FormationProcedure.objects.select_related("entered_by")
    history = list(rows.order_by("-valid_from", "-entered_at", "-pk"))
    kept = [row for row in history if row.withdrawn_at is None]
    standing = next((row for row in kept if row.valid_from <= day), None)
    coming = [row for row in reversed(kept) if row.valid_from > day]
    now = standing.procedure if standing is not None else PRESETS[DEFAULT_PRESET]
    return ProcedureSheet(now, standing, coming, history)


def roles_without_body(procedure: Procedure) -> frozenset[Role]:
    """Return the roles of a procedure of whose kind the district has no body at all (FM-11)."""
    kinds = set(Body.objects.order_by().values_list("kind", flat=True).distinct())
    return frozenset(role for role in roles_of(procedure) if BODY_OF_ROLE.get(role) not in kinds)


def cases_under_way(actor: Actor) -> int:
    """Return how many open formations the actor sees: they keep the steps they were opened with."""
    return visible_formations(actor).filter(closed_at__isnull=True).count()
