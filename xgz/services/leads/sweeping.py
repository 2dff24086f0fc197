"""Deleting leads whose time is over (LD-11). It may run at any moment and any number of times."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from xgz.access.actor import clock_actor
from xgz.access.clock import day_of
from xgz.models import CaseEvent, Lead
from xgz.queries.parameters import parameters_on
from xgz.rules.leads import UNCONFIRMED, LeadAction, LeadEnds, LeadState, lead_ends
from xgz.services.leads.erasing import erase
from xgz.services.one_by_one import one_by_one
from xgz.services.transactions import unit_of_work


def sweep_leads(*, now: datetime) -> int:
    """Delete refused leads within 24 hours, ruled out ones and those of people who moved away after
    30 days, unconfirmed ones after the district's 30 to 90, counted anew from the day a confirmation
    was taken back; return how many. One that fails holds up no other.
    """
    today = day_of(now)
    ends = lead_ends(now, parameters_on(today)["lead.unconfirmed_days"])
    numbers = Lead.objects.filter(_over(ends)).order_by("pk").values_list("pk", flat=True)
    return one_by_one(lambda number: _sweep(number, ends, now), list(numbers))


@unit_of_work
def _sweep(number: int, ends: LeadEnds, now: datetime) -> bool:
    """Delete one, unless somebody moved it on since it was found."""
    lead = Lead.objects.select_for_update().filter(_over(ends), pk=number).first()
    if lead is None:
        return False
    erase(lead, clock_actor(day_of(now)), now)
    return True


def _over(ends: LeadEnds) -> Q:
    closed = [LeadState.RULED_OUT, LeadState.MOVED_AWAY]
    return (
        Q(state=LeadState.REFUSED, closed_at__lte=ends.refused_by)
        | Q(state__in=closed, closed_at__lte=ends.ruled_out_by)
        | Q(state__in=sorted(UNCONFIRMED), opened_at__lte=ends.opened_by)
        & ~Q(Exists(_taken_up_again_after(ends.opened_by)))
    )


def _taken_up_again_after(moment: datetime) -> QuerySet[CaseEvent]:
    return CaseEvent.objects.filter(
        case_kind=Lead.KIND.name,
        case_id=OuterRef("public_id"),
        action=LeadAction.RECONSIDER,
        at__gt=moment,
    )
