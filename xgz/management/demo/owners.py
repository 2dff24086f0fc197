"""Some village members who also own a shop of their own: whom a comparison finds, and how well."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import Enum, auto

from xgz.management.demo.businesses import Business, Kind
from xgz.management.demo.members import Member
from xgz.management.demo.names import Person


class Likeness(Enum):
    """How the roster's row and the register's agree."""

    WHOLE = auto()  # the same number, name and phone
    PHONE = auto()  # the roster has no number
    SLIP = (
        auto()
    )  # no number, another phone: name and birth date alone, so only possibly one person


_KINDS = (Likeness.WHOLE, Likeness.WHOLE, Likeness.PHONE, Likeness.SLIP)
_OTHER_PHONE = "13900007"


def let_some_own_shops(
    members: Sequence[Member], village: Sequence[Member], businesses: Sequence[Business]
) -> list[Member]:
    """Return the roster with every second of the village members being an owner of the township.

    village: those whose relation lies in a village while they work in a business. Nobody becomes
    younger, so that the days of joining stay possible.
    """
    by_code = {business.code: business for business in businesses}
    owners = _free_owners(members, businesses)
    changed: dict[int, Member] = {}
    for number, member in enumerate(village[::2]):
        township = by_code[member.unit_code].township.name
        older = (o for t, o in owners if t == township and o.born_on <= member.person.born_on)
        owner = next(older, None)
        if owner is not None:
            owners.remove((township, owner))
            # By how many were found, not by their place: else a missing owner may cost a whole kind.
            kind = _KINDS[len(changed) % len(_KINDS)]
            changed[id(member)] = _as_owner(member, owner, kind, number)
    return [changed.get(id(member), member) for member in members]


def _free_owners(
    members: Sequence[Member], businesses: Sequence[Business]
) -> list[tuple[str, Person]]:
    """Return township and owner of open shops at which nobody of the roster works, oldest first."""
    named = {member.unit_code for member in members}
    shops: Iterator[Business] = (
        row for row in businesses if row.kind is Kind.SHOP and row.is_open and row.says_township
    )
    free = [(row.township.name, row.owner) for row in shops if row.code not in named]
    return sorted(free, key=lambda pair: (pair[1].born_on, pair[1].id_number), reverse=True)


def _as_owner(member: Member, owner: Person, kind: Likeness, number: int) -> Member:
    phone = f"{_OTHER_PHONE}{number:03}" if kind is Likeness.SLIP else owner.phone
    return replace(
        member,
        person=replace(owner, phone=phone),
        gives_id=kind is Likeness.WHOLE,
    )
