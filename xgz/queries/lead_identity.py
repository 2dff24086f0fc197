"""By which keyed digests the person of a lead is known again, and who must not be opened (LD-4, 13, 14)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from xgz.models import Business, Lead, Member, ProtectedDigest, RefusalDigest, sealing
from xgz.models.leads import found_digest
from xgz.rules.exchange.identities import facts_beside_name
from xgz.rules.leads import is_whole, name_key, number_key

_REFUSED, _PROTECTED = "lead.refused", "lead.protected"


@dataclass(frozen=True, slots=True)
class LeadIdentity:
    """What a person is known by, in clear and made comparable; "" where it is not known.

    place: public id of the business or market; a township is none, for it is full of namesakes.
    beside_name: name and ID number as written, and birth date. Never kept: only digests of it are.
    """

    name: str = ""
    phone: str = ""
    number: str = ""
    place: str = ""
    beside_name: tuple[str, str, str] = ("", "", "")

    @classmethod
    def of(
        cls, *, name: str, phone: str, id_number: str, place: str, born_on: str = ""
    ) -> "LeadIdentity":
        """Return the identity of what was told; masked and cut numbers count as unknown."""
        whole = [number_key(each) for each in (phone, id_number)]
        phone, number = (each if is_whole(each) else "" for each in whole)
        return cls(name_key(name), phone, number, place, (name, id_number, born_on))

    @property
    def keys(self) -> tuple[str, str, str]:
        """By ID number, by name and phone, by name and place; "" where a part is unknown."""
        return (
            f"id|{self.number}" if self.number else "",
            f"person|{self.name}|{self.phone}" if self.name and self.phone else "",
            f"place|{self.name}|{self.place}" if self.name and self.place else "",
        )

    @property
    def traces(self) -> list[str]:
        """By what somebody who said no or is protected is known afterwards, phone and all."""
        bare = "" if self.name else self._bare_phone
        return [key for key in (*self.keys, self._phone, bare, *self._facts) if key]

    @property
    def questions(self) -> list[str]:
        """Which of the traces of others would be this person's.

        A phone alone is the same person only where one of the two has no name: people share phones.
        """
        phone = self._bare_phone if self.name else self._phone
        return [key for key in (*self.keys, phone) if key]

    @property
    def questions_between_offices(self) -> list[str]:
        """As `questions`; without a whole number also by name and birth date or last four (XC-8).

        A namesake of the same day is held back with the other: there nobody looks at the two.
        """
        return [*self.questions, *([] if self.number else self._facts)]

    @property
    def _facts(self) -> list[str]:
        name, id_number, born_on = self.beside_name
        return facts_beside_name(name=name, id_number=id_number, born_on=born_on)

    @property
    def _phone(self) -> str:
        return f"phone|{self.phone}" if self.phone else ""

    @property
    def _bare_phone(self) -> str:
        return f"nameless|{self.phone}" if self.phone else ""


def lead_digests(identity: LeadIdentity, source: str) -> dict[str, str]:
    """Return the digest columns of a lead, "" where it is not known by that (LD-4).

    source: tells leads apart of which only the place is known. Of a person without a name the phone
    stands for both.
    """
    number, person, place = identity.keys
    if not identity.name:
        person = identity.phone and f"phone|{identity.phone}"
    if identity.place and not (identity.name or number or person):
        place = f"place||{identity.place}|{source}"
    columns = {"id_digest": number, "person_digest": person, "place_digest": place}
    return {column: sealing.digest("lead.key", key) for column, key in columns.items()}


def refusal_digests(identities: Iterable[LeadIdentity]) -> set[str]:
    """Return what stays of somebody who said no."""
    return {sealing.digest(_REFUSED, key) for each in identities for key in each.traces}


def asked_refusals(identities: Iterable[LeadIdentity]) -> set[str]:
    """Return which digests of people who said no would be one of these."""
    return {sealing.digest(_REFUSED, key) for each in identities for key in each.questions}


def protected_digests(identities: Iterable[LeadIdentity]) -> set[str]:
    """Return by what a protected person is known, besides the roster row."""
    return {sealing.digest(_PROTECTED, key) for each in identities for key in each.traces}


def asked_protected(identities: Iterable[LeadIdentity]) -> set[str]:
    """Return which digests of protected people would be one of these."""
    return {sealing.digest(_PROTECTED, key) for each in identities for key in each.questions}


def held_between_offices(identity: LeadIdentity) -> tuple[set[str], set[str]]:
    """Return which digests of refusals, and of protected people, would be one of another office's."""
    keys = identity.questions_between_offices
    return (
        {sealing.digest(_REFUSED, key) for key in keys},
        {sealing.digest(_PROTECTED, key) for key in keys},
    )


def member_digest(member_id: str) -> str:
    """Return by what the roster row of a protected person is known. member_id: its public id."""
    return sealing.digest(_PROTECTED, f"member|{member_id}")


def identities_of(member: Member) -> list[LeadIdentity]:
    """Return what a member of the roster is known by: once for each place the person works at."""
    places = member.workplaces.filter(valid_to__isnull=True, business__isnull=False)
    ids = [*places.values_list("business__public_id", flat=True), ""]
    return [
        LeadIdentity.of(
            name=member.name,
            phone=member.phone,
            id_number=member.id_number,
            place=place,
            born_on=member.born_on.isoformat() if member.born_on else "",
        )
        for place in ids
    ]


def identity_of(lead: Lead) -> LeadIdentity:
    """Return what the person of a lead is known by."""
    place = lead.business or lead.market
    return LeadIdentity.of(
        name=lead.name,
        phone=lead.phone,
        id_number=lead.id_number,
        place=place.public_id if place else "",
    )


def same_leads(digests: dict[str, str]) -> QuerySet[Lead]:
    """Return the leads that stand for the same person or, without a name, for the same place (LD-4)."""
    by_person = Q(pk__in=[])
    for column in ("id_digest", "person_digest"):
        if digests[column]:
            by_person |= Q(**{column: digests[column]})
    here = Q(pk__in=[])
    if digests["place_digest"]:
        here = Q(place_digest=digests["place_digest"], closed_at__isnull=True)
    return Lead.objects.filter(by_person & ~Q(state="moved_away") | here)


def have_leads(people: Sequence[dict[str, str]]) -> list[bool]:
    """Return for each of these people whether same_leads finds any; three queries for all of them.

    people: their digest columns, as lead_digests returns them.
    """
    rows = {
        "id_digest": Lead.objects.exclude(state="moved_away"),
        "person_digest": Lead.objects.exclude(state="moved_away"),
        "place_digest": Lead.objects.filter(closed_at__isnull=True),
    }
    taken = set[tuple[str, str]]()
    for column, known in rows.items():
        asked = {each[column] for each in people if each[column]}
        found = known.filter(**{f"{column}__in": asked}).values_list(column, flat=True)
        taken |= {(column, digest) for digest in found}
    return [not taken.isdisjoint(each.items()) for each in people]


def kept_leads(leads: QuerySet[Lead], people: Sequence[dict[str, str]]) -> list[Lead | None]:
    """Return for each of these people one of `leads` that same_leads finds, the newest; one query.

    people: their digest columns, as lead_digests returns them.
    """
    columns = {each: {person[each] for person in people} - {""} for each in people[0]}
    named = Q(pk__in=[])
    for column, digests in columns.items():
        named |= Q(**{f"{column}__in": digests})
    found = dict[tuple[str, str], Lead]()
    for lead in leads.filter(named).order_by("opened_at", "pk"):
        for column in columns:
            stands = lead.is_open if column == "place_digest" else lead.state != "moved_away"
            if stands and (digest := getattr(lead, column)):
                found[column, digest] = lead
    return [_newest(found[key] for key in each.items() if key in found) for each in people]


def _newest(leads: Iterable[Lead]) -> Lead | None:
    return max(leads, key=lambda lead: (lead.opened_at, lead.pk), default=None)


def known_as(lead: Lead) -> list[LeadIdentity]:
    """Return what the person of a lead is known by: to the lead, and to the roster where found."""
    found = found_member(lead)
    return [identity_of(lead), *(identities_of(found) if found else ())]


def found_member(lead: Lead) -> Member | None:
    """Return the member the roster check names, None where nobody or no longer there; one query."""
    rows = Member.objects.select_related("formal_org")
    return rows.filter(public_id=lead.found_id).first() if lead.found_id else None


def found_members(leads: Iterable[Lead]) -> dict[str, Member]:
    """Return the members that roster checks name, by public id; one query, none for nobody."""
    named = {lead.found_id for lead in leads} - {""}
    rows = Member.objects.filter(public_id__in=named)
    return {member.public_id: member for member in rows}


def leads_naming(member: Member) -> QuerySet[Lead]:
    """Return the leads, open or ended, whose roster check names a member."""
    return Lead.objects.filter(found_digest=found_digest(member.public_id))


def leads_of(identities: Iterable[LeadIdentity]) -> QuerySet[Lead]:
    """Return the leads, open or ended, that stand for one of these people by number or phone."""
    found = Q(pk__in=[])
    for each in identities:
        for column in ("id_digest", "person_digest"):
            if digest := lead_digests(each, "")[column]:
                found |= Q(**{column: digest})
    return Lead.objects.filter(found)


def leads_about(identities: Iterable[LeadIdentity]) -> QuerySet[Lead]:
    """Return the leads, open or ended, of one of these people by number, phone, or name and place."""
    found = Q(pk__in=[])
    for each in identities:
        for column, digest in lead_digests(each, "").items():
            if digest:
                found |= Q(**{column: digest})
    return Lead.objects.filter(found)


def is_held_back(identity: LeadIdentity, business: Business | None) -> bool:
    """Test whether the person said no before, or is protected (LD-13, LD-14)."""
    if RefusalDigest.objects.filter(digest__in=asked_refusals([identity])).exists():
        return True
    if ProtectedDigest.objects.filter(digest__in=asked_protected([identity])).exists():
        return True
    return any(_is_same(member, identity) for member in _protected_near(identity, business))


def protected_members(members: Iterable[str]) -> set[str]:
    """Return those public ids of members that are protected; one query (LD-14)."""
    by_digest = {member_digest(member_id): member_id for member_id in members}
    found = ProtectedDigest.objects.filter(digest__in=by_digest).values_list("digest", flat=True)
    return {by_digest[digest] for digest in found}


def is_protected(member: Member) -> bool:
    """Test whether a member of the roster is protected (LD-14)."""
    return bool(protected_members([member.public_id]))


def _protected_near(identity: LeadIdentity, business: Business | None) -> list[Member]:
    """Return the protected members known by the number or phone, or who work at the business."""
    near = Q(pk__in=[])
    if identity.number:
        near |= Q(key_digest=sealing.digest("member.key", f"id|{identity.number}"))
    if identity.phone:
        near |= Q(phone_digest=sealing.digest("member.phone", identity.phone))
    if business is not None:
        near |= Q(workplaces__business=business, workplaces__valid_to__isnull=True)
    members = {member.public_id: member for member in Member.objects.filter(near).distinct()}
    return [members[member_id] for member_id in protected_members(members)]


def _is_same(member: Member, identity: LeadIdentity) -> bool:
    if identity.number and number_key(member.id_number) == identity.number:
        return True
    if not identity.name:
        return bool(identity.phone) and number_key(member.phone) == identity.phone
    return name_key(member.name) == identity.name
