"""One counter of the people of roster and leads that somebody sees by name, on any page (RV-5)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q

from xgz.access.actor import Actor, require_person
from xgz.models import Sighting, User
from xgz.rules.allowances import Purpose
from xgz.rules.audit import Outcome
from xgz.rules.reveals import ALARM_PEOPLE, MOST_PEOPLE, Seen, sighting_step, sightings_since
from xgz.services import audit
from xgz.services.allowances import AllowanceUsedUp, take
from xgz.services.transactions import unit


class TooManySeen(Exception):
    """More people within an hour than anybody's work needs; nothing of the page may be shown."""


def see(*, actor: Actor, people: Iterable[Seen], now: datetime, refuses: bool = True) -> None:
    """Count the people a page is about to show by name; call it before anything of them is shown.

    people: the actor's own row does not count, nor do the shell and the clock. Writes
    only where somebody is new in this quarter of an hour. From ALARM_PEOPLE on an audit row tells of
    it, once an hour. refuses: False for what waits for the actor, which is counted and shown. Raises
    TooManySeen above MOST_PEOPLE; then nobody of the page counts as seen, and the refusal is audited
    once an hour.
    """
    if actor.user is None:
        return
    user = require_person(actor)
    wanted, step = set(people) - _selves(actor), sighting_step(now)
    if not wanted or not (new := wanted - _among(wanted, user, step)):
        return
    try:
        with unit(beside=True):
            _hold(user)
            Sighting.objects.bulk_create(
                [
                    Sighting(user=user, hour=step, member_id=member, lead_id=lead)
                    for member, lead in sorted(
                        new, key=lambda seen: (seen.member or 0, seen.lead or 0)
                    )
                ],
                ignore_conflicts=True,
            )
            seen = _seen(user, now)
            if refuses and len(seen) > MOST_PEOPLE:
                raise TooManySeen(user.public_id)
            if len(seen) >= ALARM_PEOPLE:
                _tell(actor, user, Purpose.SIGHTING_ALARM, Outcome.DONE, now)
    except TooManySeen:
        with unit(beside=True):
            _tell(actor, user, Purpose.SIGHTING_REFUSED, Outcome.REFUSED, now)
        raise


def see_in_file(*, actor: Actor, members: Iterable[int], now: datetime) -> None:
    """Count the people of a file somebody takes out; it may alarm, it never refuses.

    A file has limits and an approval of its own (EX-2, EX-4): with the people seen on pages in the
    last hour it makes the alarm, but whoever was granted five hundred is not locked out of the
    pages for it.
    """
    if actor.user is None:
        return
    user = require_person(actor)
    taken = {Seen(member=key) for key in members} - _selves(actor)
    if len(taken | _seen(user, now)) >= ALARM_PEOPLE and taken:
        with unit(beside=True):
            _tell(actor, user, Purpose.SIGHTING_ALARM, Outcome.DONE, now)


def sweep_sightings(*, now: datetime) -> int:
    """Delete what no hour counts any more, after a day; return how many."""
    deleted, _ = Sighting.objects.filter(hour__lt=now - timedelta(days=1)).delete()
    return deleted


def _hold(user: User) -> None:
    """Let pages of one person count one after another; nobody else waits.

    On SQLite whoever writes has the only lock already.
    """
    if connection.features.has_select_for_update:
        User.objects.select_for_update(no_key=True).values_list("pk").get(pk=user.pk)


def _selves(actor: Actor) -> set[Seen]:
    return {Seen(member=grant.member_id) for grant in actor.grants}


def _among(wanted: set[Seen], user: User, step: datetime) -> set[Seen]:
    """Return those of `wanted` the user saw in this quarter of an hour; one query."""
    about = Q(member__in={seen.member for seen in wanted if seen.member is not None})
    about |= Q(lead__in={seen.lead for seen in wanted if seen.lead is not None})
    rows = Sighting.objects.filter(about, user=user, hour=step)
    return {Seen(*each) for each in rows.values_list("member_id", "lead_id")}


def _seen(user: User, now: datetime) -> set[Seen]:
    rows = Sighting.objects.filter(user=user, hour__gte=sightings_since(now), hour__lte=now)
    return {Seen(*each) for each in rows.values_list("member_id", "lead_id").distinct()}


def _tell(actor: Actor, user: User, purpose: Purpose, outcome: Outcome, now: datetime) -> None:
    """Leave one audit row an hour for each purpose; the security administrator's page shows it."""
    try:
        take(purpose, user.public_id, now=now)
    except AllowanceUsedUp:
        return
    audit.record(
        actor=actor,
        action=purpose.value,
        subject_type="user",
        subject_id=user.public_id,
        now=now,
        outcome=outcome,
    )
