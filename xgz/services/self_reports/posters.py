"""Posters: made for a place, given a new code now and then, taken down (SR-1, SR-2)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from xgz.access import self_reports as access
from xgz.access.actor import Actor
from xgz.models import Body, Business, Market, Poster, PosterCode
from xgz.queries.parameters import parameters_on
from xgz.rules.self_reports import CURRENT_NOTICE
from xgz.rules.words import visible_words
from xgz.services import audit
from xgz.services.transactions import unit_of_work


class PosterDown(Exception):
    """The poster was taken down; its codes stay closed."""


class ChangedMeanwhile(Exception):
    """Somebody else gave the poster a new code at the same moment."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a poster hangs: a township, perhaps one market or one business in it, and a counter."""

    area: Body
    market: Market | None = None
    business: Business | None = None
    counter: str = ""


@unit_of_work
def make_poster(*, actor: Actor, spot: Spot, now: datetime) -> Poster:
    """Make a poster with its first code. Raises NotPermitted, also for a place elsewhere."""
    access.require_place(actor, spot.area, market=spot.market, business=spot.business)
    poster = Poster.objects.create(
        area=spot.area,
        market=spot.market,
        business=spot.business,
        counter=visible_words(spot.counter),
        notice_version=CURRENT_NOTICE,
        made_by=actor.user,
        made_at=now,
    )
    code = _new_code(poster, actor.today)
    _record(actor, "self_report.make_poster", poster, now, code=code.public_id)
    return poster


@unit_of_work
def rotate_code(*, actor: Actor, poster: Poster, now: datetime) -> PosterCode:
    """Give a poster a new code; the old one works for the district's days of grace, today included.

    Raises NotPermitted, PosterDown, ChangedMeanwhile.
    """
    access.require_handling_at(actor, poster.area)
    if not Poster.objects.select_for_update().filter(pk=poster.pk, revoked_at=None).exists():
        raise PosterDown(poster.public_id)
    old = poster.codes.get(is_current=True)
    last = actor.today + timedelta(days=parameters_on(actor.today)["self_report.grace_days"])
    same = PosterCode.objects.filter(pk=old.pk, is_current=True)
    if not same.update(is_current=False, valid_to=max(old.valid_from, min(old.valid_to, last))):
        raise ChangedMeanwhile(poster.public_id)
    code = _new_code(poster, actor.today)
    _record(actor, "self_report.rotate_code", poster, now, code=code.public_id)
    return code


@unit_of_work
def revoke_poster(*, actor: Actor, poster: Poster, now: datetime) -> None:
    """Take a poster down: none of its codes works from this moment on. Raises NotPermitted, PosterDown."""
    access.require_handling_at(actor, poster.area)
    if not Poster.objects.filter(pk=poster.pk, revoked_at=None).update(revoked_at=now):
        raise PosterDown(poster.public_id)
    _record(actor, "self_report.revoke_poster", poster, now)


def _new_code(poster: Poster, today: date) -> PosterCode:
    days = parameters_on(today)["self_report.code_days"]
    return PosterCode.objects.create(
        poster=poster, valid_from=today, valid_to=today + timedelta(days=days)
    )


def _record(actor: Actor, action: str, poster: Poster, now: datetime, **fields: object) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_type="poster",
        subject_id=poster.public_id,
        now=now,
        fields=fields,
    )
