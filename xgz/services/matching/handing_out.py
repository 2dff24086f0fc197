"""Leads of confirmed owners and off lists: opened one by one, each at a moment of its own (MT-6, MT-9).

Whoever steals the database must not see by their moments which leads came of a comparison: the
owner of a business stands there by name (decision 0022).
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from secrets import randbelow

from django.db.models import QuerySet

from xgz.access.actor import Actor, actor_for, clock_actor
from xgz.access.clock import day_of, end_of
from xgz.access.leads import openable_townships
from xgz.models import Body, Business, Member, OwnerTie, User
from xgz.queries.belonging import covering, lies_elsewhere
from xgz.queries.listed_leads import WaitingLead, person_on, waiting_leads
from xgz.queries.owner_ties import is_same_owner, owner_of
from xgz.rules.leads import LeadSource
from xgz.rules.matching import LEAD_WITHIN, OWNER_CAPACITY
from xgz.rules.members import PARTY_CLASSES, MembershipStatus
from xgz.services.leads import LeadDraft, open_lead
from xgz.services.leads.turns import turn_to_find
from xgz.services.matching.waiting import take
from xgz.services.transactions import unit_of_work

_MICROSECOND = timedelta(microseconds=1)


def lead_moment(now: datetime, last: date | None) -> datetime:
    """Return from when a lead asked for now is opened: some moment of the next day (MT-6).

    last: the last day of what it rests on, None for no end. A moment after it is never returned.
    """
    end = now + LEAD_WITHIN
    return _some_moment(now, end if last is None else min(end, _last_moment(last)))


def hand_out_leads(*, now: datetime) -> None:
    """Open the leads whose moment has come, each as a piece of work of its own."""
    due = OwnerTie.objects.filter(lead_at__lte=now).order_by("lead_at", "pk")
    for number in list(due.values_list("pk", flat=True)):
        _hand_out(number, now)
    for lead in waiting_leads():
        if lead.is_due(now):
            _hand_out_listed(lead, now)


@unit_of_work
def _hand_out(number: int, now: datetime) -> None:
    """Open one, unless it was opened meanwhile, or the relation is in order or the owner new."""
    turn_to_find()
    tie = OwnerTie.objects.select_for_update().filter(pk=number, lead_at__lte=now).first()
    if tie is None or tie.lead_at is None:
        return
    OwnerTie.objects.filter(pk=tie.pk).update(lead_at=None, lead_by=None)
    moment = _some_moment(tie.lead_at, min(now, _last_moment(tie.expires_on)))
    member, business = _people(tie)
    if member is None or business is None or business.township is None:
        return
    covered = covering([business.pk], day_of(moment))
    if is_elsewhere(member, business, covered):
        _open(business, member, OWNER_CAPACITY, tie.lead_by, moment)


@unit_of_work
def _hand_out_listed(lead: WaitingLead, now: datetime) -> None:
    """Open one that was asked for on a list, unless the person or the shop is gone, or the owner new."""
    turn_to_find()
    if not take(lead):
        return
    business = Business.objects.filter(public_id=lead.business).select_related("township").first()
    member = _members().filter(public_id=lead.member).first() if lead.member else None
    if business is None or bool(lead.member) is (member is None):
        return
    if member is None and owner_of(business)[0] != lead.owner:
        return
    asked_by = User.objects.filter(public_id=lead.by).first()
    capacity = "" if member else OWNER_CAPACITY
    moment = _some_moment(datetime.fromisoformat(lead.at), now)
    _open(business, member, capacity, asked_by, moment)


def _open(
    business: Business, member: Member | None, capacity: str, by: User | None, moment: datetime
) -> None:
    """Open the lead of a member, or where the roster knows nobody of the owner as registered."""
    if business.township is None:
        return
    told = person_on(business, member)
    draft = LeadDraft(
        source=LeadSource.MATCHING if member else LeadSource.UNMATCHED_OWNER,
        source_on=day_of(moment),
        area=business.township,
        business=business,
        market=None,
        name=told.name,
        phone=told.phone,
        id_number=told.id_number,
        capacity=capacity,
    )
    open_lead(_opener(by, business.township, moment), draft, now=moment)


def is_elsewhere(member: Member, business: Business, covered: Collection[tuple[int, int]]) -> bool:
    """Test whether neither organisation of a member has to do with the business (MT-6)."""
    places = (member.formal_org, member.activity_org)
    return all(lies_elsewhere(place, business.pk, covered) for place in places)


def _last_moment(last: date) -> datetime:
    return end_of(last) - _MICROSECOND


def _some_moment(begin: datetime, end: datetime) -> datetime:
    """Return a moment after begin and not after end, by the microsecond; begin where there is none.

    Not even a fraction of a second is shared with whatever set the lead going.
    """
    steps = (end - begin) // _MICROSECOND
    return begin + (randbelow(steps) + 1) * _MICROSECOND if steps > 0 else begin


def _members() -> QuerySet[Member]:
    members = Member.objects.filter(status=MembershipStatus.NORMAL, member_class__in=PARTY_CLASSES)
    return members.select_related("formal_org__guiding_body", "activity_org__guiding_body")


def _people(tie: OwnerTie) -> tuple[Member | None, Business | None]:
    member_id, business_id = tie.ends
    business = Business.objects.filter(public_id=business_id).select_related("township").first()
    if business is None or not is_same_owner(tie, owner_of(business)):
        return None, None
    return _members().filter(public_id=member_id).first(), business


def _opener(by: User | None, area: Body, moment: datetime) -> Actor:
    """Return who carried it out or asked for it, as for a lead opened by hand; else the clock."""
    day = day_of(moment)
    if by is not None and by.is_active:
        actor = actor_for(by, day)
        if openable_townships(actor).filter(pk=area.pk).exists():
            return actor
    return clock_actor(day)
