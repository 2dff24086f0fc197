"""Which owners are members of the roster, as confirmed: ties opened and looked up (MT-6)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from xgz.access.actor import Actor, may
from xgz.access.matching import (
    LISTS,
    listed_businesses,
    listed_members,
    tied_members,
    visible_ties,
)
from xgz.models import Business, MatchPair, Member, OwnerTie
from xgz.models.matching import business_digest, member_digest, owner_digests
from xgz.queries.held_back import is_left_alone
from xgz.queries.lead_identity import LeadIdentity
from xgz.queries.match_pairs import linked_people, people_digest
from xgz.rules.matching import Decision


@dataclass(frozen=True, slots=True)
class Tied:
    """member, business: public ids; confirmed_on: the day a clerk said so."""

    member: str
    business: str
    confirmed_on: date


def settled_businesses(purpose: str, today: date) -> frozenset[str]:
    """Return the public ids of businesses whose owner is confirmed for a purpose."""
    return frozenset(tie.business for tie in ties_for(purpose, today))


def ties_for(purpose: str, today: date) -> list[Tied]:
    """Return the ties for one purpose that still hold; what was found for another stays unread (MT-2)."""
    rows = OwnerTie.objects.filter(purpose=purpose, expires_on__gte=today).order_by("pk")
    return [Tied(*row.ends, row.confirmed_on) for row in rows]


def confirmed_ties(purpose: str, actor: Actor) -> QuerySet[OwnerTie]:
    """Return the rows of one purpose that still hold, for those who may end one (MT-6)."""
    return visible_ties(actor).filter(purpose=purpose, expires_on__gte=actor.today)


def tied_people(ties: Sequence[OwnerTie], actor: Actor) -> Mapping[int, tuple[Member, Business]]:
    """Return row number → member and business of each tie whose two are there; five queries.

    Left out: who is out of reach, under protection or said no, and businesses with another owner
    since, whose tie holds no longer.
    """
    people = linked_people({tie.pk: tie.ends for tie in ties}, tied_members(actor))
    rows = {tie.pk: tie for tie in ties}
    return {pk: each for pk, each in people.items() if is_same_owner(rows[pk], owner_of(each[1]))}


def ties_between(
    places: Collection[tuple[str, str]], purpose: str, actor: Actor
) -> Mapping[tuple[str, str], str]:
    """Return (member, business) → public id of the tie that says so; one query.

    places: public ids. Empty for those who may not end a tie.
    """
    digests = [business_digest(business) for _member, business in places]
    rows = confirmed_ties(purpose, actor).filter(business_digest__in=digests)
    found = {tie.ends: tie.public_id for tie in rows}
    return {place: found[place] for place in places if place in found}


def owner_of(business: Business) -> tuple[str, str]:
    """Return the digests of who owns a business now."""
    return owner_digests(
        business=business.public_id, name=business.owner_name, id_number=business.owner_id_number
    )


def is_same_owner(tie: OwnerTie, owner: tuple[str, str]) -> bool:
    """Test whether a tie is about this owner: the same name, and no other number (MT-6)."""
    name, number = owner
    return name == tie.owner_digest and (
        "" in {number, tie.number_digest} or number == tie.number_digest
    )


def ties_of_member(public_id: str, today: date) -> list[Tied]:
    """Return the businesses a member owns, as confirmed by a task that still holds; one query."""
    rows = OwnerTie.objects.filter(
        member_digest=member_digest(public_id), expires_on__gte=today
    ).order_by("pk")
    return [Tied(*row.ends, row.confirmed_on) for row in rows]


def owned_businesses(member: Member, actor: Actor) -> list[Business]:
    """Return the businesses a member owns, as confirmed, for those who see such lists (MT-6).

    Nobody else is told: the owner of a business is named in clear. Of the protected and of who said
    no nothing is told. Six queries at most.
    """
    if not may(actor, LISTS) or not listed_members(actor).filter(pk=member.pk).exists():
        return []
    names = [tie.business for tie in ties_of_member(member.public_id, actor.today)]
    if not names or is_left_alone(member):
        return []
    return list(listed_businesses(actor).filter(public_id__in=names).order_by("pk"))


def owners_known_as(members: Collection[Member]) -> list[LeadIdentity]:
    """Return as whom members are known at the businesses they were confirmed to own.

    By the register's values and by the roster's, at that business: once the ties are gone, nothing
    else leads from one to the other. Ties and pairs said to be one person, of any purpose.
    """
    by_digest = {member_digest(each.public_id): each for each in members}
    theirs = {"member_digest__in": by_digest}
    pairs = MatchPair.objects.filter(**theirs, decision=Decision.YES)
    rows: list[OwnerTie | MatchPair] = [*OwnerTie.objects.filter(**theirs), *pairs]
    names = {row.ends[1] for row in rows}
    found = {each.public_id: each for each in Business.objects.filter(public_id__in=names)}
    known = []
    for row in rows:
        member, business = by_digest[row.member_digest], found.get(row.ends[1])
        if business is not None and _still_says(row, member, business):
            known += _known_at(member, business)
    return known


def _still_says(row: OwnerTie | MatchPair, member: Member, business: Business) -> bool:
    if isinstance(row, OwnerTie):
        return is_same_owner(row, owner_of(business))
    return row.pair_digest == people_digest(member, business)


def _known_at(member: Member, business: Business) -> list[LeadIdentity]:
    place = business.public_id
    values = (
        (member.name, member.phone, member.id_number),
        (business.owner_name, business.phone, business.owner_id_number),
    )
    return [
        LeadIdentity.of(name=name, phone=phone, id_number=number, place=place)
        for name, phone, number in values
    ]


def tied_businesses(public_ids: Collection[str]) -> frozenset[str]:
    """Return which of these businesses have a confirmed owner; nothing is unsealed."""
    digests: Mapping[str, str] = {business_digest(each): each for each in public_ids}
    known = OwnerTie.objects.values_list("business_digest", flat=True)
    return frozenset(digests[each] for each in known if each in digests)
