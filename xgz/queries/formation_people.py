"""Who would lead the organisation to be formed, with what speaks for it; the organization line's (FM-18)."""

from dataclasses import dataclass
from datetime import date

from xgz.access.actor import Actor
from xgz.access.formations import reads_as_organizer
from xgz.models import Formation
from xgz.queries.formations import JoiningRow, joining_rows
from xgz.queries.parameters import parameters_on
from xgz.rules.formation_checks import limits_of, may_lead
from xgz.rules.organisations import age_at


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person with age and completed years as a full member.

    Both are None where they are not known, or the name is masked to the reader.
    """

    row: JoiningRow
    age: int | None
    standing: int | None


@dataclass(frozen=True, slots=True)
class Leading:
    """secretary: who is named; successor: the youngest other who could lead; others: how many more."""

    secretary: Candidate | None
    successor: Candidate | None
    others: int


def leading_of(case: Formation, actor: Actor) -> Leading | None:
    """Return who is to lead and who could follow; None to those who may not read it (FM-13, FM-18)."""
    if not reads_as_organizer(actor, case):
        return None
    rows = joining_rows(case, actor)
    months = limits_of(parameters_on(actor.today)).secretary_months
    secretary = next((row for row in rows if row.facts.is_secretary), None)
    able = [row for row in rows if row is not secretary]
    able = [row for row in able if may_lead(row.facts, actor.today, months)]
    able.sort(key=lambda row: row.facts.born_on or date.min, reverse=True)
    return Leading(
        secretary=_candidate(secretary, actor) if secretary else None,
        successor=_candidate(able[0], actor) if able else None,
        others=max(0, len(able) - 1),
    )


def _candidate(row: JoiningRow, actor: Actor) -> Candidate:
    born_on, full_on = row.facts.born_on, row.facts.full_on
    return Candidate(
        row,
        age_at(born_on, actor.today) if born_on and row.in_clear else None,
        age_at(full_on, actor.today) if full_on and row.in_clear else None,
    )
