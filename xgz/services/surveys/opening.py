"""Ordering a survey round: its rows, their order, who usually walks there (SV-1, SV-2)."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from xgz.access import surveys as access
from xgz.access.actor import Actor
from xgz.models import Business, SurveyRound, SurveyRow, User
from xgz.queries.survey_choice import (
    Ground,
    Walker,
    chosen_businesses,
    stall_numbers,
    usual_walkers,
)
from xgz.rules.surveys import (
    CODE_SPACE,
    MOST_ROWS,
    Choice,
    check_dates,
    code_of,
    street_of,
)
from xgz.services import audit
from xgz.services.transactions import unit_of_work

_BATCH = 500
_WORD_AND_NUMBER = re.compile(r"(\D*)(\d{0,9})", re.ASCII)


class NothingChosen(Exception):
    """No business of the ground meets the conditions."""


class TooManyChosen(Exception):
    """The ground holds more businesses than one round takes (SV-2); carries how many."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


class GroundUnsound(Exception):
    """The market lies in another township, or the day of the last visit is missing."""


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """starts_on, ends_on: both days count."""

    title: str
    ground: Ground
    starts_on: date
    ends_on: date


def count_round(*, actor: Actor, plan: RoundPlan) -> int:
    """Return how many shops a round as ordered would take; nothing is written (SV-2).

    Raises what open_round raises.
    """
    ground = plan.ground
    access.require_opening(actor, ground.area)
    check_dates(plan.starts_on, plan.ends_on, actor.today)
    _check_ground(actor, ground)
    count = chosen_businesses(actor, ground, actor.today).count()
    if not count:
        raise NothingChosen(ground.area.pk)
    if count > MOST_ROWS:
        raise TooManyChosen(count)
    return count


@unit_of_work
def open_round(*, actor: Actor, plan: RoundPlan, now: datetime) -> SurveyRound:
    """Write a round with one row a business, given to the instructor it is linked to.

    Raises NotPermitted, DatesUnsound, GroundUnsound, NothingChosen, TooManyChosen.
    """
    ground = plan.ground
    person = access.require_opening(actor, ground.area)
    count = count_round(actor=actor, plan=plan)
    chosen = chosen_businesses(actor, ground, actor.today)
    survey = _write_round(actor, plan, person, now)
    walkers = usual_walkers(chosen, actor.today)
    businesses = _in_order(list(chosen), stall_numbers(chosen, actor.today))
    rows = _rows(survey, businesses, walkers)
    SurveyRow.objects.bulk_create(rows, batch_size=_BATCH)
    audit.record(
        actor=actor,
        action="survey.open",
        subject_type="survey",
        subject_id=survey.public_id,
        now=now,
        fields={"rows": count, "until": plan.ends_on},
    )
    return survey


def _write_round(actor: Actor, plan: RoundPlan, person: User, now: datetime) -> SurveyRound:
    ground, grant = plan.ground, access.running_grant(actor, plan.ground.area)
    return SurveyRound.objects.create(
        title=plan.title.strip(),
        area=ground.area,
        market=ground.market,
        street=ground.street,
        choice=ground.choice,
        since=ground.since,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        run_by_id=grant.body_id,
        run_by_role=grant.role,
        opened_at=now,
        opened_by=person,
    )


def _check_ground(actor: Actor, ground: Ground) -> None:
    if ground.choice is Choice.NOT_VISITED and ground.since is None:
        raise GroundUnsound("since")
    market = ground.market
    if market is None:
        return
    seen = access.steerable_markets(actor).filter(pk=market.pk)
    if market.township_id != ground.area.pk or not seen.exists():
        raise GroundUnsound("market")


def _in_order(businesses: list[Business], stalls: dict[int, str]) -> list[Business]:
    """Return the businesses street by street, there by house and stall number."""
    return sorted(
        businesses,
        key=lambda each: (
            street_of(each.address),
            _natural(stalls.get(each.pk, "")),
            _natural(each.address),
            each.pk,
        ),
    )


def _natural(text: str) -> tuple[tuple[str, int], ...]:
    """Return a key by which number 9 stands before number 10."""
    return tuple((word, int(number or 0)) for word, number in _WORD_AND_NUMBER.findall(text))


def _rows(
    survey: SurveyRound, businesses: list[Business], walkers: dict[int, Walker]
) -> list[SurveyRow]:
    codes = _fresh_codes(len(businesses))
    rows = []
    for place, business in enumerate(businesses, 1):
        walker = walkers.get(business.pk)
        rows.append(
            SurveyRow(
                round=survey,
                business=business,
                code=next(codes),
                place=place,
                street=street_of(business.address),
                walker_id=walker.user_id if walker else None,
                station_id=walker.station_id if walker else None,
            )
        )
    return rows


def _fresh_codes(count: int) -> Iterator[str]:
    """Yield random codes that no row bears, each once."""
    drawn: set[str] = set()
    while len(drawn) < count:
        more = {code_of(secrets.randbelow(CODE_SPACE)) for _ in range(count - len(drawn))}
        taken = SurveyRow.objects.filter(code__in=more).values_list("code", flat=True)
        drawn |= more - set(taken)
    yield from drawn
