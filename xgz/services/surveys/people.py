"""A person to look for, met on a walk: a lead of its own, of which the row tells nothing (SV-9)."""

from dataclasses import dataclass
from datetime import datetime

from xgz.access import surveys as access
from xgz.access.actor import Actor
from xgz.models import Business, SurveyRow
from xgz.rules.leads import LeadSource
from xgz.services.leads import LeadDraft, open_lead
from xgz.services.transactions import unit_of_work


@dataclass(frozen=True, slots=True)
class Hint:
    """Whom to look for and where; note is required, the rest may be unknown."""

    note: str
    name: str = ""
    phone: str = ""


@unit_of_work
def look_for(*, actor: Actor, row: SurveyRow, hint: Hint, now: datetime) -> None:
    """Hand a hint from a walk to the township committee as a lead; the row is not touched.

    Returns nothing, so that nobody learns whether a lead was opened. Raises NotPermitted.
    """
    access.require_answering(actor, row)
    draft = LeadDraft(
        source=LeadSource.SURVEY,
        source_on=actor.today,
        area=row.round.area,
        business=_business_there(row),
        name=hint.name.strip(),
        phone=hint.phone.strip(),
        note=hint.note.strip(),
    )
    open_lead(actor, draft, now=now)


def _business_there(row: SurveyRow) -> Business | None:
    """Return the business of the row, None where it has moved to another township since."""
    is_there = row.business.township_id in (None, row.round.area_id)
    return row.business if is_there else None
