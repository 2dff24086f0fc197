"""Who takes part in no comparison and stands on no list: the protected, and who said no (MT-3)."""

from collections.abc import Collection
from dataclasses import dataclass

from xgz.models import Business, Member, ProtectedDigest, RefusalDigest
from xgz.queries.lead_identity import (
    LeadIdentity,
    asked_protected,
    asked_refusals,
    member_digest,
    protected_members,
)

_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Keyed digests of everybody who is to be left alone, read once for many questions."""

    digests: frozenset[str]

    def holds(self, *, name: str, phone: str, id_number: str, place: str = "") -> bool:
        """Test whether somebody is among them. place: public id of the business, where known."""
        if not self.digests:
            return False
        who = LeadIdentity.of(name=name, phone=phone, id_number=id_number, place=place)
        known_by = asked_refusals([who]) | asked_protected([who])
        return not known_by.isdisjoint(self.digests)

    def holds_member(self, member: Member, place: str = "") -> bool:
        """Test whether a member of the roster is among them, as known by the row's own values."""
        return bool(self.digests) and self.holds(
            name=member.name, phone=member.phone, id_number=member.id_number, place=place
        )

    def protects(self, member: Member) -> bool:
        """Test whether a member's roster row is protected; see protected_among."""
        return bool(self.digests) and member_digest(member.public_id) in self.digests

    def holds_owner(self, business: Business) -> bool:
        """Test whether the owner of a business is among them."""
        return bool(self.digests) and self.holds(
            name=business.owner_name,
            phone=business.phone,
            id_number=business.owner_id_number,
            place=business.public_id,
        )


def held_back() -> HeldBack:
    """Return everybody who said no (LD-13) or is protected (LD-14); one query."""
    refused = RefusalDigest.objects.values_list("digest", flat=True)
    protected = ProtectedDigest.objects.values_list("digest", flat=True)
    return HeldBack(frozenset(refused.union(protected)))


def protected_among(public_ids: Collection[str]) -> frozenset[str]:
    """Return which members of the roster are protected, by public id; a query for 2000."""
    names, found = sorted(public_ids), set[str]()
    for start in range(0, len(names), _CHUNK):
        found |= protected_members(names[start : start + _CHUNK])
    return frozenset(found)


def is_left_alone(member: Member) -> bool:
    """Test whether a member is protected or said no; two queries."""
    return bool(protected_among([member.public_id])) or held_back().holds_member(member)
