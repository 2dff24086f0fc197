"""Sites of organisations: the list in force, what was seen of each thing, photos, what is missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from xgz.models import Organisation, SiteCheck, SiteList, SitePhoto
from xgz.rules.sites import (
    BASICS,
    DEFAULT_PRESET,
    Moment,
    SiteEntries,
    SiteEntry,
    SiteItem,
    SiteState,
    entries_of,
    site_state,
    with_basics,
)


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One thing of a site: what was seen last, and its photos, the oldest first."""

    entry: SiteEntry
    check: SiteCheck | None
    photos: Sequence[SitePhoto]

    @property
    def is_there(self) -> bool:
        return self.check is not None and self.check.is_there

    @property
    def before(self) -> list[SitePhoto]:
        return [photo for photo in self.photos if photo.moment == Moment.BEFORE]

    @property
    def after(self) -> list[SitePhoto]:
        return [photo for photo in self.photos if photo.moment == Moment.AFTER]


@dataclass(frozen=True, slots=True)
class Site:
    """A site as a whole, by the list in force on a day.

    others: photos of things that only an earlier list named.
    """

    rows: Sequence[SiteRow]
    others: Sequence[SitePhoto]

    @property
    def missing(self) -> list[SiteEntry]:
        return [row.entry for row in self.rows if not row.is_there]

    @property
    def state(self) -> SiteState:
        return site_state(entry.key for entry in self.missing)

    @property
    def is_known(self) -> bool:
        """Test whether anybody ever looked."""
        return any(row.check is not None for row in self.rows)


def entered_list(day: date) -> SiteList | None:
    """Return the district's own list that holds on a day, None where it has entered none."""
    begun = SiteList.objects.filter(valid_from__lte=day, withdrawn_at__isnull=True)
    return begun.order_by("-valid_from").first()


def entries_on(day: date) -> SiteEntries:
    """Return the entries a district has chosen for a day, else the default list (ES-5)."""
    entered = entered_list(day)
    return entered.items if entered is not None else entries_of(DEFAULT_PRESET)


def site_lists() -> list[SiteList]:
    """Return every list the district has entered, the newest first day on top."""
    rows = SiteList.objects.select_related("entered_by")
    return list(rows.order_by("-valid_from", "-pk"))


def site_of(organisation: Organisation, today: date) -> Site:
    """Return the site of an organisation the actor was already found to see; three queries."""
    entries = with_basics(entries_on(today))
    seen = newest_checks([organisation.pk]).get(organisation.pk, {})
    photos: dict[str, list[SitePhoto]] = {}
    taken = SitePhoto.objects.filter(organisation=organisation).select_related("added_by")
    for photo in taken.order_by("taken_on", "pk"):
        photos.setdefault(photo.item, []).append(photo)
    rows = [SiteRow(entry, seen.get(entry.key), photos.pop(entry.key, ())) for entry in entries]
    return Site(rows, [photo for left in photos.values() for photo in left])


def missing_keys(organisation: Organisation, today: date) -> set[str]:
    """Return the keys of what the site does not have, by the list in force; two queries."""
    seen = newest_checks([organisation.pk]).get(organisation.pk, {})
    there = {key for key, check in seen.items() if check.is_there}
    return {entry.key for entry in with_basics(entries_on(today))} - there


def missing_of(
    organisations: Sequence[Organisation], today: date
) -> list[tuple[Organisation, list[SiteEntry], date | None]]:
    """Return what each site lacks by the list in force, with the day somebody last looked.

    Two queries, however many there are.
    """
    entries = with_basics(entries_on(today))
    seen = newest_checks([organisation.pk for organisation in organisations])
    found = []
    for organisation in organisations:
        checks = seen.get(organisation.pk, {})
        there = {key for key, check in checks.items() if check.is_there}
        missing = [entry for entry in entries if entry.key not in there]
        last = max((check.seen_on for check in checks.values()), default=None)
        found.append((organisation, missing, last))
    return found


def lacks_basics() -> Q:
    """Return the condition that an organisation's site lacks room, plaque or seal (ES-5)."""
    lacks = Q()
    for item in BASICS:
        lacks |= ~Q(pk__in=with_item(item).values("organisation"))
    return lacks


def with_item(item: SiteItem) -> QuerySet[SiteCheck]:
    """Return the newest look at one thing of each site, where it was there."""
    same = SiteCheck.objects.filter(organisation=OuterRef("organisation"), item=item)
    later = Q(seen_on__gt=OuterRef("seen_on")) | Q(
        seen_on=OuterRef("seen_on"), pk__gt=OuterRef("pk")
    )
    rows = SiteCheck.objects.filter(~Exists(same.filter(later)), item=item, is_there=True)
    return rows.order_by()


def newest_checks(organisations: Iterable[int]) -> dict[int, dict[str, SiteCheck]]:
    """Return organisation → item → what was seen last; one query."""
    rows = SiteCheck.objects.filter(organisation__in=list(organisations))
    found: dict[int, dict[str, SiteCheck]] = {}
    for row in rows.select_related("recorded_by").order_by("seen_on", "pk"):
        found.setdefault(row.organisation_id, {})[row.item] = row
    return found


def checks_of(organisation: Organisation) -> list[SiteCheck]:
    """Return everything that was ever seen of a site, the newest first."""
    rows = SiteCheck.objects.filter(organisation=organisation).select_related("recorded_by")
    return list(rows.order_by("-seen_on", "-pk"))
