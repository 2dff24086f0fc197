"""What a comparison reads of people: six fields and nothing else (MT-3, P03).

Everything a row holds beside these stays unread; tests/privacy/test_matching.py holds the columns.
"""

from collections.abc import Callable, Set
from dataclasses import dataclass, field

from django.db.models import QuerySet

from xgz.models import Business, Member, sealing
from xgz.models.matching import identities_digest
from xgz.rules.linkage.identities import Identities
from xgz.rules.members import Sex

CHUNK = 2000
Watch = Callable[[], None]
MEMBER_COLUMNS = (
    "pk",
    "public_id",
    "name_sealed",
    "sex",
    "born_on",
    "id_number_sealed",
    "phone_sealed",
    "address_sealed",
)
BUSINESS_COLUMNS = (
    "pk",
    "public_id",
    "owner_name",
    "owner_id_sealed",
    "phone_sealed",
    "address",
)


@dataclass(slots=True)
class People:
    """Rows to compare: their row numbers, public ids and the six columns, in the same order."""

    keys: list[int] = field(default_factory=list)
    public_ids: list[str] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    sex: list[str] = field(default_factory=list)
    born_on: list[str] = field(default_factory=list)
    id_number: list[str] = field(default_factory=list)
    phone: list[str] = field(default_factory=list)
    address: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.keys)

    def identities(self) -> Identities:
        """Return the six columns as the engine takes them."""
        return Identities(
            name=self.name,
            sex=self.sex,
            born_on=self.born_on,
            id_number=self.id_number,
            phone=self.phone,
            address=self.address,
        )


def roster_people(
    members: QuerySet[Member], watch: Watch, *, leave_out: Set[str] = frozenset()
) -> People:
    """Return the members to compare, unsealed in memory only.

    leave_out: public ids of the protected, whose values are not even unsealed. watch: called after each batch, so that the work can be seen and stopped.
    """
    people = People()
    rows = members.order_by("pk").values_list(*MEMBER_COLUMNS)
    for row in rows.iterator(chunk_size=CHUNK):
        pk, public_id, name, sex, born_on, id_number, phone, address = row
        if public_id in leave_out:
            continue
        people.keys.append(pk)
        people.public_ids.append(public_id)
        people.name.append(sealing.unseal("member.name", public_id, name))
        people.sex.append("" if sex == Sex.UNKNOWN else sex)
        people.born_on.append(born_on.isoformat() if born_on else "")
        people.id_number.append(sealing.unseal("member.id_number", public_id, id_number))
        people.phone.append(sealing.unseal("member.phone", public_id, phone))
        people.address.append(sealing.unseal("member.address", public_id, address))
        if len(people) % CHUNK == 0:
            watch()
    return people


def register_people(
    businesses: QuerySet[Business], watch: Watch, *, leave_out: Set[str] = frozenset()
) -> People:
    """Return the owners in the same way; the register knows no sex or birth date of its own.

    leave_out: public ids of businesses whose owner is known already.
    """
    people = People()
    rows = businesses.order_by("pk").values_list(*BUSINESS_COLUMNS)
    for pk, public_id, name, id_number, phone, address in rows.iterator(chunk_size=CHUNK):
        if public_id in leave_out:
            continue
        people.keys.append(pk)
        people.public_ids.append(public_id)
        people.name.append(name)
        people.sex.append("")
        people.born_on.append("")
        people.id_number.append(sealing.unseal("business.owner_id", public_id, id_number))
        people.phone.append(sealing.unseal("business.phone", public_id, phone))
        people.address.append(address)
        if len(people) % CHUNK == 0:
            watch()
    return people


def pair_digest(roster: People, row: int, register: People, other: int) -> str:
    """Return the keyed digest of two identities, by which a "no" is known again (MT-5)."""
    return identities_digest(
        name=roster.name[row],
        born_on=roster.born_on[row],
        id_number=roster.id_number[row],
        phone=roster.phone[row],
        owner_name=register.name[other],
        owner_id=register.id_number[other],
        business=register.public_ids[other],
    )
