"""Forgetting what comparisons say of somebody who said no or is protected (LD-13, LD-14)."""

from collections.abc import Iterable

from django.db.models import Q

from xgz.models import Business, Lead, MatchPair, Member, OwnerTie, sealing
from xgz.models.matching import business_digest, member_digest
from xgz.queries.lead_identity import LeadIdentity, found_member, identity_of
from xgz.rules.leads import name_key


def unlink_lead(lead: Lead) -> None:
    """Delete pairs and ties of the person of a lead, on the roster and as owner of its business.

    Part of the caller's transaction, which audits the refusal.
    """
    who, business = identity_of(lead), lead.business
    owns = business is not None and who.name != "" and name_key(business.owner_name) == who.name
    unlink(members_of(lead), business if owns else None)


def members_of(lead: Lead) -> list[Member]:
    """Return the members of the roster whom a lead is about: by what it knows, and as checked."""
    members = _members_of(identity_of(lead))
    found = found_member(lead)
    if found is not None:
        members.append(found)
    return members


def unlink(members: Iterable[Member], business: Business | None = None) -> None:
    """Delete every pair and tie of these members, and of the owner of the business."""
    theirs = Q(member_digest__in=[member_digest(member.public_id) for member in members])
    if business is not None:
        theirs |= Q(business_digest=business_digest(business.public_id))
    MatchPair.objects.filter(theirs).delete()
    OwnerTie.objects.filter(theirs).delete()


def _members_of(who: LeadIdentity) -> list[Member]:
    """Return the members of the roster with the same ID number, or the same name and phone."""
    same: list[Member] = []
    if who.number:
        key = sealing.digest("member.key", f"id|{who.number}")
        same += Member.objects.filter(key_digest=key)
    if who.name and who.phone:
        phones = Member.objects.filter(phone_digest=sealing.digest("member.phone", who.phone))
        same += [each for each in phones if name_key(each.name) == who.name]
    return same
