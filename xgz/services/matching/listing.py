"""From a line of a list to a lead (MT-9, MT-10)."""

from datetime import datetime

from django.db.models import Max

from xgz.access import actor as access
from xgz.access import matching as matching_access
from xgz.access.actor import Actor, NotPermitted
from xgz.access.clock import day_of
from xgz.models import Business, Member
from xgz.queries.listed_leads import WaitingLead
from xgz.queries.matching import compared_for
from xgz.queries.owner_lists import ListWanted, entries_of
from xgz.queries.owner_ties import owner_of
from xgz.rules.matching import OwnerList
from xgz.services.matching.handing_out import lead_moment
from xgz.services.matching.waiting import let_wait
from xgz.services.transactions import unit_of_work


class NotListed(Exception):
    """The business or member stands on the list no more."""


@unit_of_work
def lead_from_list(
    *,
    actor: Actor,
    which: OwnerList,
    wanted: ListWanted,
    business: Business,
    member: Member | None,
    now: datetime,
) -> None:
    """Have a lead opened for a line of a list, by the sweep, at some moment of the next day (MT-9).

    Whether there is one, or the person refused, is not told.
    member: None where the roster knows nobody. Raises NotPermitted, NotListed.
    """
    access.require(actor, matching_access.LISTS)
    if not matching_access.listed_businesses(actor).filter(pk=business.pk).exists():
        raise NotPermitted(matching_access.LISTS)
    key = (business.pk, member.pk if member else None)
    listed = {(each.business, each.member) for each in entries_of(which, actor, wanted)}
    if key not in listed or business.township is None:
        raise NotListed(which)
    rests_on = compared_for(wanted.purpose, day_of(now)).aggregate(last=Max("expires_on"))
    let_wait(
        WaitingLead(
            business=business.public_id,
            member=member.public_id if member else "",
            owner=owner_of(business)[0],
            by=access.require_person(actor).public_id,
            at=lead_moment(now, rests_on["last"]).isoformat(),
        )
    )
