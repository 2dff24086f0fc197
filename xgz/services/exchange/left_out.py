"""Who takes no part in any comparing: who said no to it, and protected members (XC-8)."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.db.models import QuerySet

from xgz.models import Member, ProtectedDigest, RefusalDigest
from xgz.queries.lead_identity import LeadIdentity, held_between_offices, protected_members
from xgz.rules.exchange.identities import Person

_CHUNK = 200  # people asked about in one statement; each is known by a few digests


def left_out_among(people: Sequence[Person]) -> set[int]:
    """Return the places of those nobody may be asked about: who said no, who is protected."""
    found: set[int] = set()
    for start in range(0, len(people), _CHUNK):
        digests = [_held_as(person) for person in people[start : start + _CHUNK]]
        refused = _held_in([each for each, _ in digests], RefusalDigest.objects.all())
        protected = _held_in([each for _, each in digests], ProtectedDigest.objects.all())
        found |= {start + at for at in refused | protected}
    return found


def without_protected(roster: Iterable[Person]) -> Iterator[Person]:
    """Yield the people of a roster who are not protected here."""
    rest = iter(roster)
    while chunk := list(islice(rest, _CHUNK)):
        digests = [_held_as(person)[1] for person in chunk]
        held = _held_in(digests, ProtectedDigest.objects.all())
        yield from (person for at, person in enumerate(chunk) if at not in held)


def unprotected_members(members: Iterable[Member]) -> Iterator[Member]:
    """Yield the members whose row on the roster is not protected."""
    rest = iter(members)
    while chunk := list(islice(rest, _CHUNK)):
        held = protected_members(member.public_id for member in chunk)
        yield from (member for member in chunk if member.public_id not in held)


def _held_in(
    digests: Sequence[set[str]], kept: QuerySet[RefusalDigest] | QuerySet[ProtectedDigest]
) -> set[int]:
    """Return the places of those one of whose digests is kept."""
    asked = set[str]().union(*digests)
    held = set(kept.filter(digest__in=asked).values_list("digest", flat=True))
    return {at for at, own in enumerate(digests) if own & held}


def _held_as(person: Person) -> tuple[set[str], set[str]]:
    identity = LeadIdentity.of(
        name=person.name,
        phone=person.phone,
        id_number=person.id_number or person.last_four,
        place="",
        born_on=person.born_on,
    )
    return held_between_offices(identity)
