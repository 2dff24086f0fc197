"""Businesses that declared members nobody here knows of: what leads are made from (LD-16)."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from django.db.models import Exists, OuterRef, Q, QuerySet

from xgz.access.actor import Actor
from xgz.access.businesses import visible_businesses
from xgz.access.scopes import with_action
from xgz.models import AnnualReport, Business, Coverage, Lead, MemberWorkplace
from xgz.models.dated import holds_on, not_ended
from xgz.models.sealed_lists import find_list, read_ids
from xgz.rules.leads import name_key
from xgz.rules.registration import BusinessStatus

_CHUNK = 500


def declared_owners(actor: Actor, action: str) -> Iterator[Business]:
    """Yield the businesses whose owner is declared a member while no roster row there has the name.

    Those in business in the actor's reach by a role that carries `action`, by township; the names
    of the people who work there are unsealed one business at a time. Two queries, and one more for
    each 500 businesses.
    """
    sealed = find_list()
    reports = AnnualReport.objects.filter(pk__in=read_ids(sealed) if sealed else [], is_latest=True)
    rows = _in_reach(actor, action).filter(pk__in=reports.values("business"))
    found = rows.exclude(owner_name="").order_by("township__path", "pk").iterator()
    while part := list(islice(found, _CHUNK)):
        working = _working_at(part, actor)
        for business in part:
            names = {name_key(place.member.name) for place in working.get(business.pk, ())}
            if name_key(business.owner_name) not in names:
                yield business


def declared_staff(actor: Actor, action: str) -> Iterator[Business]:
    """Yield the businesses that declared members while no organisation covers them.

    None with a roster row there, and none whose owner is declared a member: that one is looked for
    by name.
    """
    sealed = find_list()
    owners = read_ids(sealed) if sealed else frozenset()
    declared = AnnualReport.objects.filter(
        Q(members_declared__gt=0) | Q(full_members__gt=0), business=OuterRef("pk"), is_latest=True
    ).exclude(pk__in=owners)
    covered = Coverage.objects.filter(holds_on(actor.today), business=OuterRef("pk"))
    known = MemberWorkplace.objects.filter(not_ended(actor.today), business=OuterRef("pk"))
    rows = _in_reach(actor, action).filter(Exists(declared), ~Exists(covered), ~Exists(known))
    yield from rows.order_by("township__path", "pk").iterator()


def _in_reach(actor: Actor, action: str) -> QuerySet[Business]:
    """Return the businesses in business with a township and without a lead from inside."""
    made = Lead.objects.filter(business=OuterRef("pk"), is_inside=True)
    reach = visible_businesses(actor if actor.is_operator else with_action(actor, action))
    rows = reach.filter(~Exists(made), status=BusinessStatus.IN_BUSINESS, township__isnull=False)
    return rows.select_related("township")


def _working_at(
    businesses: Sequence[Business], actor: Actor
) -> Mapping[int | None, list[MemberWorkplace]]:
    """Return the roster's rows at each of these businesses, by row number; one query."""
    places = MemberWorkplace.objects.filter(
        not_ended(actor.today), business__in=[business.pk for business in businesses]
    )
    found: dict[int | None, list[MemberWorkplace]] = {}
    for place in places.select_related("member"):
        found.setdefault(place.business_id, []).append(place)
    return found
