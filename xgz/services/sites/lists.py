"""The district's own list of what a site should have, from a day on (ES-5)."""

from datetime import date, datetime

from django.db import IntegrityError

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.models import SiteList
from xgz.queries.sites import entries_on
from xgz.rules.sites import SiteEntries, check_entries
from xgz.rules.words import visible_words
from xgz.services import audit
from xgz.services.parameters import (
    CHANGE,
    DayNotAllowed,
    DayTaken,
    HasBegun,
    NothingChanges,
    ReasonMissing,
)
from xgz.services.transactions import unit, unit_of_work

_KEY = "site.list"


@unit_of_work
def set_site_list(
    *, actor: Actor, entries: SiteEntries, valid_from: date, reason: str, now: datetime
) -> SiteList:
    """Set what a site should have from a day on, today at the earliest; what was seen stays.

    Raises NotPermitted, SiteListNotSound, ReasonMissing, DayNotAllowed, NothingChanges, DayTaken.
    """
    access.require(actor, CHANGE)
    check_entries(entries)
    if not visible_words(reason):
        raise ReasonMissing(_KEY)
    if valid_from < actor.today:
        raise DayNotAllowed(_KEY)
    if entries_on(valid_from) == entries:
        raise NothingChanges(_KEY)
    row = SiteList(
        entries=[entry.plain() for entry in entries],
        valid_from=valid_from,
        reason=visible_words(reason),
        entered_by=actor.user,
        entered_at=now,
    )
    try:
        with unit():
            row.save(force_insert=True)
    except IntegrityError:
        raise DayTaken(_KEY) from None
    _note(row, actor, now, "set")
    return row


@unit_of_work
def withdraw_site_list(*, actor: Actor, row: SiteList, now: datetime) -> None:
    """Take back a list before its first day; it stays in the history.

    Raises NotPermitted, HasBegun.
    """
    access.require(actor, CHANGE)
    coming = SiteList.objects.filter(
        pk=row.pk, withdrawn_at__isnull=True, valid_from__gt=actor.today
    )
    if not coming.update(withdrawn_at=now):
        raise HasBegun(_KEY)
    _note(row, actor, now, "withdraw")


def _note(row: SiteList, actor: Actor, now: datetime, deed: str) -> None:
    audit.record(
        actor=actor,
        action=f"site_list.{deed}",
        subject_type="site_list",
        subject_id=row.public_id,
        now=now,
        fields={"valid_from": row.valid_from},
    )
