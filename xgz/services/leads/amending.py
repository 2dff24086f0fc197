"""Saying later at which business or market a lead is to be looked for (LD-17)."""

from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError

from xgz.access.actor import Actor
from xgz.access.leads import require_check
from xgz.models import Business, Lead, Market
from xgz.queries.lead_identity import identity_of, is_held_back, lead_digests, same_leads
from xgz.rules.cases import StepNotAllowed
from xgz.services.cases import CaseAct
from xgz.services.leads.recording import check_shown, write_down
from xgz.services.leads.refusals import BusinessMissing, OtherTownship, PlaceTaken
from xgz.services.leads.turns import turn_to_find
from xgz.services.transactions import unit, unit_of_work


@unit_of_work
def amend_place(
    *,
    case: Lead,
    actor: Actor,
    now: datetime,
    place: Business | Market | None,
    version: int | None = None,
) -> None:
    """Name the business or market of an open lead, or another one; the organization line's alone.

    By the new place the lead is known again (LD-4). Raises NotPermitted, StepNotAllowed,
    BusinessMissing, OtherTownship, PlaceTaken or ChangedMeanwhile; nothing is written then.
    """
    require_check(actor, case)
    turn_to_find()
    act = CaseAct.of(actor, now, "", version)
    check_shown(case, act)
    if not case.is_open:
        raise StepNotAllowed(case.public_id)
    if place is None:
        raise BusinessMissing(case.public_id)
    if place.township_id not in (None, case.area_id):
        raise OtherTownship(place.public_id)
    business = place if isinstance(place, Business) else None
    digest = _place_digest(case, place, business)
    columns = {
        "business": business,
        "market": place if isinstance(place, Market) else None,
        "place_digest": digest,
    }
    try:
        with unit():
            write_down(case, act, "place", columns)
    except IntegrityError as error:
        raise PlaceTaken(case.public_id) from error


def _place_digest(case: Lead, place: Business | Market, business: Business | None) -> str:
    """Return by what the lead is known at the place. Raises PlaceTaken where another one is.

    Whether it is another lead's, or the person there is left alone, is not told apart.
    """
    identity = replace(identity_of(case), place=place.public_id)
    digest = lead_digests(identity, case.source)["place_digest"]
    same = same_leads({"id_digest": "", "person_digest": "", "place_digest": digest})
    if same.exclude(pk=case.pk).exists() or is_held_back(identity, business):
        raise PlaceTaken(case.public_id)
    return digest
