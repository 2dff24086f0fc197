"""One pair side by side: both people's six fields, what differs, and what stands beside (MT-5)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from xgz.access.actor import Actor
from xgz.access.matching import comparable_members
from xgz.models import Business, MatchingTask, MatchPair, Member
from xgz.models.matching import identities_digest
from xgz.queries.held_back import held_back, protected_among
from xgz.queries.matching import WAITING
from xgz.rules.id_numbers import InvalidIdNumber, check_id_number
from xgz.rules.masking import mask_id_number, mask_phone
from xgz.rules.matching import Decision
from xgz.rules.members import PARTY_CLASSES, SEX_LABELS, MembershipStatus, Sex

_BATCH = 100
_PLACES = ("formal_org__guiding_body", "activity_org__guiding_body")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a value; differs: the other side has something else there."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of both sides as shown. mark: "same", "differs", "elsewhere" (two places) or "unknown".

    unknown: one side is empty.
    """

    field: str
    member: tuple[Piece, ...]
    owner: tuple[Piece, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class PairSheet:
    """A pair with both people; rivals: the other pairs of the same member or the same owner."""

    pair: MatchPair
    member: Member
    business: Business
    fields: tuple[Compared, ...]
    rivals: tuple["Rival", ...]
    is_taken: bool


@dataclass(frozen=True, slots=True)
class Rival:
    """A pair that stands beside. same_owner: it offers another member for the same owner."""

    pair: MatchPair
    name: str
    same_owner: bool


def sheet_of(pair: MatchPair, actor: Actor) -> PairSheet | None:
    """Return a pair side by side; None where one of the two is gone or may no longer be compared."""
    people = people_of([pair], actor)
    if pair.pk not in people:
        return None
    member, business = people[pair.pk]
    near = MatchPair.objects.filter(task=pair.task_id).exclude(pk=pair.pk)
    near = near.filter(
        Q(member_digest=pair.member_digest) | Q(business_digest=pair.business_digest)
    )
    beside = list(near.order_by("turn"))
    others = people_of(beside, actor)
    rivals = tuple(_rival(each, pair, others[each.pk]) for each in beside if each.pk in others)
    return PairSheet(
        pair, member, business, _compared(member, business, actor.today), rivals, _is_taken(pair)
    )


def people_of(pairs: Sequence[MatchPair], actor: Actor) -> Mapping[int, tuple[Member, Business]]:
    """Return row number → both people of each pair whose two are there; five queries.

    Left out: who is out of reach, under protection, said no, or is no longer who was compared.
    """
    return _people_among(pairs, comparable_members(actor))


def linked_people(
    links: Mapping[int, tuple[str, str]], members: QuerySet[Member]
) -> dict[int, tuple[Member, Business]]:
    """Return row number → both people of sealed links whose two are there; five queries.

    links: row number → public ids of the member and of the business. members: whom the asker may
    be told of. Left out: who is under protection or said no.
    """
    ends = list(links.values())
    near = members.filter(public_id__in={member for member, _ in ends})
    businesses = Business.objects.filter(public_id__in={business for _, business in ends})
    by_member = {row.public_id: row for row in near.select_related(*_PLACES)}
    by_business = {row.public_id: row for row in businesses.select_related("township")}
    alone, held = protected_among(by_member.keys()), held_back()
    return {
        pk: (by_member[member], by_business[business])
        for pk, (member, business) in links.items()
        if member in by_member
        and business in by_business
        and member not in alone
        and not held.holds_member(by_member[member], business)
        and not held.holds_owner(by_business[business])
    }


def people_digest(member: Member, business: Business) -> str:
    """Return the digest of two people as they are now, by which a "no" is known again (MT-5)."""
    return identities_digest(
        name=member.name,
        born_on=f"{member.born_on or ''}",
        id_number=member.id_number,
        phone=member.phone,
        owner_name=business.owner_name,
        owner_id=business.owner_id_number,
        business=business.public_id,
    )


def next_sheet(task: MatchingTask, actor: Actor) -> PairSheet | None:
    """Return the first pair that waits and whose two people are there, those put off last (MT-5).

    A few questions for a hundred pairs that can be shown no more.
    """
    for decision in WAITING:
        rows = task.pairs.filter(decision=decision).order_by("turn")
        after = 0
        while batch := list(rows.filter(turn__gt=after)[:_BATCH]):
            shown = people_of(batch, actor)
            for pair in batch:
                if pair.pk in shown:
                    return sheet_of(pair, actor)
            after = batch[-1].turn
    return None


def stale_pairs(task: MatchingTask) -> list[int]:
    """Return the row numbers of pairs that wait and that nobody can be shown any more."""
    members = Member.objects.filter(status=MembershipStatus.NORMAL, member_class__in=PARTY_CLASSES)
    rows, stale, after = task.pairs.filter(decision__in=WAITING).order_by("turn"), [], 0
    while batch := list(rows.filter(turn__gt=after)[:_BATCH]):
        shown = _people_among(batch, members)
        stale += [pair.pk for pair in batch if pair.pk not in shown]
        after = batch[-1].turn
    return stale


def _people_among(
    pairs: Sequence[MatchPair], comparable: QuerySet[Member]
) -> Mapping[int, tuple[Member, Business]]:
    """Return both people of each pair, but for those no longer who was compared.

    With another owner it is another question.
    """
    digests = {pair.pk: pair.pair_digest for pair in pairs}
    people = linked_people({pair.pk: pair.ends for pair in pairs}, comparable)
    return {pk: each for pk, each in people.items() if digests[pk] == people_digest(*each)}


def _is_taken(pair: MatchPair) -> bool:
    """Test whether the owner is said to be another member in a pair beside it (MT-5)."""
    rows = MatchPair.objects.filter(business_digest=pair.business_digest, decision=Decision.YES)
    return rows.exclude(pk=pair.pk).exists()


def _rival(pair: MatchPair, shown: MatchPair, people: tuple[Member, Business]) -> Rival:
    member, business = people
    same_owner = pair.business_digest == shown.business_digest
    return Rival(pair, member.name if same_owner else business.name, same_owner)


def _compared(member: Member, business: Business, today: date) -> tuple[Compared, ...]:
    """Return the six fields of MT-3; what the register does not say is read off the ID number."""
    number = business.owner_id_number
    born, sex = _read_off(number, today)
    return (
        _field("name", member.name, business.owner_name),
        _field("sex", _sex(member.sex), sex),
        _field("born_on", f"{member.born_on or ''}", born),
        _field("id_number", member.id_number, number, mask_id_number),
        _field("phone", member.phone, business.phone, mask_phone),
        _places(member.address, business.address),
    )


def _read_off(number: str, today: date) -> tuple[str, str]:
    try:
        known = check_id_number(number, today)
    except InvalidIdNumber:
        return "", ""
    return known.born_on.isoformat(), _sex(known.sex)


def _sex(value: str) -> str:
    return "" if value == Sex.UNKNOWN else _(SEX_LABELS[Sex(value)])


def _field(name: str, one: str, other: str, masked: Callable[[str], str] | None = None) -> Compared:
    """Return one field; a masked one is told to differ as a whole, so that no digit shows."""
    mark = _mark(one, other)
    if masked is not None:
        left, right = masked(one), masked(other)
        return Compared(name, _whole(left), _whole(right), mark)
    if mark != "differs":
        return Compared(name, _whole(one), _whole(other), mark)
    return Compared(name, *_marked(one, other), mark)


def _places(home: str, shop: str) -> Compared:
    """Return home and place of business: two places prove nothing against it (LK-8)."""
    mark = _mark(home, shop)
    return Compared(
        "address", _whole(home), _whole(shop), "elsewhere" if mark == "differs" else mark
    )


def _mark(one: str, other: str) -> str:
    if not (one and other):
        return "unknown"
    return "same" if one == other else "differs"


def _whole(text: str) -> tuple[Piece, ...]:
    return (Piece(text, differs=False),) if text else ()


def _marked(one: str, other: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return both texts in pieces, with what only one of them has marked."""
    left: list[Piece] = []
    right: list[Piece] = []
    steps = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    for step, start, end, other_start, other_end in steps:
        if start < end:
            left.append(Piece(one[start:end], step != "equal"))
        if other_start < other_end:
            right.append(Piece(other[other_start:other_end], step != "equal"))
    return tuple(left), tuple(right)
