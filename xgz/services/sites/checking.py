"""Ticking what a site has, and taking a tick back: what was seen before stays on record (ES-5)."""

from collections.abc import Mapping
from datetime import date, datetime

from xgz.access import sites as access
from xgz.access.actor import Actor
from xgz.models import Organisation, SiteCheck
from xgz.queries.sites import entries_on
from xgz.rules.organisations import OrgState
from xgz.rules.sites import SiteEntry, with_basics
from xgz.rules.words import visible_words
from xgz.services import audit
from xgz.services.organisations import NothingChanges, OrganisationNotActive
from xgz.services.transactions import unit_of_work


class UnknownItem(Exception):
    """The list in force has no such entry (ES-5)."""


class SeenBeforeFounded(Exception):
    """Something is seen today or before, and not before the organisation was founded."""


@unit_of_work
def record_checks(
    *,
    actor: Actor,
    organisation: Organisation,
    found: Mapping[str, bool],
    seen_on: date,
    now: datetime,
    note: str = "",
) -> list[SiteCheck]:
    """Record which things of the site are there, and which are not (any more); rows are only added.

    found: key of an entry of the list in force → whether it is there. Raises NotPermitted,
    NothingChanges (nothing found), OrganisationNotActive, UnknownItem or SeenBeforeFounded.
    """
    access.require_recording(actor, organisation)
    if not found:
        raise NothingChanges(organisation.public_id)
    entries = [entry_for(organisation, item, seen_on, actor.today) for item in found]
    written = SiteCheck.objects.bulk_create(
        SiteCheck(
            organisation=organisation,
            item=entry.key,
            label=entry.label,
            is_there=found[entry.key],
            seen_on=seen_on,
            note=visible_words(note),
            recorded_by=actor.user,
            recorded_at=now,
        )
        for entry in entries
    )
    audit.record(
        actor=actor,
        action="site.check",
        subject_type="organisation",
        subject_id=organisation.public_id,
        now=now,
        fields={"seen_on": seen_on, "found": sorted(found.items())},
    )
    return written


def entry_for(organisation: Organisation, item: str, day: date, today: date) -> SiteEntry:
    """Return the entry a check or photo of an active organisation speaks of.

    Raises OrganisationNotActive, UnknownItem or SeenBeforeFounded.
    """
    if organisation.state != OrgState.ACTIVE:
        raise OrganisationNotActive(organisation.public_id)
    founded = organisation.founded_on
    if day > today or (founded is not None and day < founded):
        raise SeenBeforeFounded(day.isoformat())
    entries = {entry.key: entry for entry in with_basics(entries_on(today))}
    if item not in entries:
        raise UnknownItem(item)
    return entries[item]
