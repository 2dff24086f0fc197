"""Owners and members whose papers and relation do not agree: who stands on which list (MT-9, MT-10).

A list is first a sequence of small entries (row numbers), then rows for one page of them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from xgz.access.actor import Actor
from xgz.access.clock import day_of
from xgz.access.matching import listed_businesses, listed_members
from xgz.models import (
    AnnualReport,
    Body,
    Business,
    MatchPair,
    Member,
    MemberWorkplace,
)
from xgz.models.dated import not_ended
from xgz.models.matching import business_digest
from xgz.models.sealed_lists import find_list, read_ids
from xgz.queries.belonging import covering, lies_elsewhere
from xgz.queries.held_back import HeldBack, held_back
from xgz.queries.matching import compared_for
from xgz.queries.owner_ties import Tied, tied_businesses, ties_for
from xgz.rules.matching import Decision, MatchPurpose, OwnerList, is_settled

_CHUNK = 500
_Row = TypeVar("_Row", Business, Member)


@dataclass(frozen=True, slots=True)
class Entry:
    """Row numbers: business, and the member where the list names one. since: see MT-9, MT-10."""

    business: int
    member: int | None
    since: date | None


@dataclass(frozen=True, slots=True)
class ListedRow:
    """One line: whom and what it is about. member: None where the roster knows nobody."""

    business: Business
    member: Member | None
    since: date | None

    @property
    def name(self) -> str:
        """The person's name in full: of the roster, or of the register."""
        return self.member.name if self.member else self.business.owner_name


@dataclass(frozen=True, slots=True)
class ListWanted:
    """What a list is narrowed to. purpose: what the outcome is read for (MT-2)."""

    purpose: MatchPurpose
    township: Body | None = None


def entries_of(which: OwnerList, actor: Actor, wanted: ListWanted) -> list[Entry]:
    """Return everybody on a list in the actor's reach, longest standing first."""
    found = _without_held_back(_LISTS[which](actor, wanted))
    return sorted(found, key=lambda each: (each.since or date.max, each.business, each.member or 0))


def rows_of(entries: Sequence[Entry], actor: Actor) -> list[ListedRow]:
    """Return the lines of one page of entries; two queries."""
    businesses = listed_businesses(actor).filter(pk__in=[each.business for each in entries])
    members = listed_members(actor).filter(pk__in=[each.member for each in entries if each.member])
    by_business = {row.pk: row for row in businesses.select_related("township")}
    by_member = {row.pk: row for row in members.select_related("formal_org")}
    return [
        ListedRow(by_business[each.business], by_member.get(each.member or 0), each.since)
        for each in entries
        if each.business in by_business and (each.member is None or each.member in by_member)
    ]


def _without_held_back(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries but for protected members and owners, and those who said no (P20)."""
    held = held_back()
    if not held.digests:
        return list(entries)
    members = _rows(Member, {each.member for each in entries if each.member is not None})
    businesses = _rows(Business, {each.business for each in entries})
    return [
        each
        for each in entries
        if not _is_alone(members.get(each.member or 0), businesses.get(each.business), held)
    ]


def _is_alone(member: Member | None, business: Business | None, held: HeldBack) -> bool:
    """Test whether the member, or where none is named the owner, is to be left alone."""
    if member is None:
        return business is not None and held.holds_owner(business)
    place = business.public_id if business else ""
    return held.protects(member) or held.holds_member(member, place)


def _rows(model: type[_Row], keys: Collection[int]) -> dict[int, _Row]:
    """Return row number → row."""
    numbers, found = sorted(keys), dict[int, _Row]()
    for start in range(0, len(numbers), _CHUNK):
        found |= model._default_manager.in_bulk(numbers[start : start + _CHUNK])
    return found


def _unknown(actor: Actor, wanted: ListWanted) -> list[Entry]:
    """Owners declared members who were compared for this purpose and of whom nobody is known (MT-9).

    Unknown is not whose pair waits or is confirmed, nor who came into the register later.
    """
    compared = _compared(wanted, actor.today)
    sealed = find_list()
    reports = AnnualReport.objects.filter(pk__in=read_ids(sealed) if sealed else (), is_latest=True)
    rows = _businesses(actor, wanted).exclude(owner_name="")
    rows = rows.filter(pk__in=reports.values("business"), township__in=list(compared))
    columns = ("pk", "public_id", "last_report_year", "township", "first_import__applied_at")
    found = [
        (pk, public_id, year)
        for pk, public_id, year, township, came_at in rows.values_list(*columns)
        if came_at is None or came_at <= compared[township]
    ]
    names = [public_id for _pk, public_id, _year in found]
    known = tied_businesses(names) | _in_pairs(names)
    return [
        Entry(pk, None, date(year, 12, 31) if year else None)
        for pk, public_id, year in found
        if public_id not in known
    ]


def _compared(wanted: ListWanted, today: date) -> dict[int, datetime]:
    """Return township → when it was last compared by a task of this purpose that still holds."""
    found: dict[int, datetime] = {}
    tasks = compared_for(wanted.purpose, today)
    for area, finished_at in tasks.values_list("areas", "finished_at"):
        if area is not None and finished_at is not None:
            found[area] = max(finished_at, found.get(area, finished_at))
    return found


def _in_pairs(public_ids: Sequence[str]) -> frozenset[str]:
    """Return which of these businesses have a pair that nobody has denied."""
    digests = {business_digest(each): each for each in public_ids}
    pairs = MatchPair.objects.exclude(decision=Decision.NO)
    rows = pairs.values_list("business_digest", flat=True).distinct()
    return frozenset(digests[each] for each in rows if each in digests)


def _undeclared(actor: Actor, wanted: ListWanted) -> list[Entry]:
    """Owners who declared "no" and whom a comparison found on the roster (MT-9)."""
    ties = ties_for(wanted.purpose, actor.today)
    places = _tied_places(ties, actor, wanted)
    latest = AnnualReport.objects.filter(is_latest=True, business__in=[b for b, _m, _d in places])
    said_no = {
        report.business_id: report.year for report in latest if report.owner_is_member == "no"
    }
    return [
        Entry(business, member, date(said_no[business], 12, 31))
        for business, member, _since in places
        if business in said_no
    ]


def _should_move(actor: Actor, wanted: ListWanted) -> list[Entry]:
    """Members who work here for six months or more while the relation lies elsewhere (MT-10)."""
    owned = _tied_places(ties_for(wanted.purpose, actor.today), actor, wanted)
    employed = _employed_places(actor, wanted)
    since: dict[tuple[int, int], date] = {}
    for business, member, day in [*owned, *employed]:
        if day is not None and is_settled(day, actor.today):
            since[business, member] = min(day, since.get((business, member), day))
    homes = _homes({member for _business, member in since}, actor)
    covered = covering({business for business, _member in since}, actor.today)
    return [
        Entry(business, member, day)
        for (business, member), day in since.items()
        if member in homes and lies_elsewhere(homes[member].formal_org, business, covered)
    ]


def _employed_places(actor: Actor, wanted: ListWanted) -> list[tuple[int, int, date | None]]:
    """Return (business, member, since) of the roster's workplaces; unknown since: when read in."""
    rows = MemberWorkplace.objects.filter(
        not_ended(actor.today),
        business__in=_businesses(actor, wanted),
        member__in=listed_members(actor),
    )
    places: list[tuple[int, int, date | None]] = []
    columns = ("business", "member", "valid_from", "source_import__uploaded_at")
    for business, member, valid_from, read_in in rows.values_list(*columns):
        if business is not None:
            places.append((business, member, valid_from or (day_of(read_in) if read_in else None)))
    return places


def _tied_places(
    ties: Sequence[Tied], actor: Actor, wanted: ListWanted
) -> list[tuple[int, int, date | None]]:
    """Return (business, member, since) of confirmed owners; since: when the business was set up."""
    businesses = _by_public_id(
        _businesses(actor, wanted), [tie.business for tie in ties], "pk", "established_on"
    )
    members = _by_public_id(listed_members(actor), [tie.member for tie in ties], "pk")
    return [
        (
            businesses[tie.business][0],
            members[tie.member][0],
            businesses[tie.business][1] or tie.confirmed_on,
        )
        for tie in ties
        if tie.business in businesses and tie.member in members
    ]


def _by_public_id(rows: Any, public_ids: Sequence[str], *columns: str) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for start in range(0, len(public_ids), _CHUNK):
        part = rows.filter(public_id__in=public_ids[start : start + _CHUNK])
        found |= {row[0]: row[1:] for row in part.values_list("public_id", *columns)}
    return found


def _homes(members: set[int], actor: Actor) -> Mapping[int, Member]:
    keys, found = sorted(members), {}
    for start in range(0, len(keys), _CHUNK):
        rows = listed_members(actor).filter(pk__in=keys[start : start + _CHUNK])
        for row in rows.select_related("formal_org__guiding_body"):
            found[row.pk] = row
    return found


def _businesses(actor: Actor, wanted: ListWanted) -> Any:
    rows = listed_businesses(actor)
    return rows if wanted.township is None else rows.filter(township=wanted.township)


_LISTS: dict[OwnerList, Callable[[Actor, ListWanted], list[Entry]]] = {
    OwnerList.UNKNOWN: _unknown,
    OwnerList.UNDECLARED: _undeclared,
    OwnerList.SHOULD_MOVE: _should_move,
}
