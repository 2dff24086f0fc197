"""The businesses and markets an organisation lists as covered, with dates."""

from datetime import date, datetime

from xgz.access import actor as access
from xgz.access.actor import Actor, NotPermitted
from xgz.access.businesses import visible_businesses, visible_markets
from xgz.access.organisations import CHANGE, require_changeable
from xgz.models import Business, Coverage, Market, Organisation
from xgz.services.organisations.records import (
    Act,
    ChangedMeanwhile,
    check_active,
    check_day,
    last_day,
    record_audit,
)
from xgz.services.transactions import unit_of_work


class AlreadyCovered(Exception):
    """The organisation lists this unit already."""


@unit_of_work
def cover_unit(
    *,
    actor: Actor,
    organisation: Organisation,
    unit: Business | Market,
    covered_on: date,
    now: datetime,
) -> Coverage:
    """List a business or market as covered from a day on.

    Raises NotPermitted, AlreadyCovered, OrganisationNotActive or DateNotAllowed.
    """
    access.require(actor, CHANGE)
    require_changeable(actor, organisation)
    act = Act(actor, covered_on, now)
    check_active(organisation)
    check_day(act, organisation)
    unit_in = _unit_columns(actor, unit)
    if organisation.coverages.filter(valid_to__isnull=True, **unit_in).exists():
        raise AlreadyCovered(unit.public_id)
    fresh = Coverage.objects.create(organisation=organisation, valid_from=covered_on, **unit_in)
    record_audit(organisation, act, "cover", {"unit": unit.public_id})
    return fresh


@unit_of_work
def end_coverage(*, actor: Actor, coverage: Coverage, ended_on: date, now: datetime) -> None:
    """Take a unit, or a code to verify, off the list; the day before `ended_on` is its last.

    A row that began on that day or later never held: it is deleted, the audit row stays.
    Raises NotPermitted, DateNotAllowed or ChangedMeanwhile (ended already).
    """
    access.require(actor, CHANGE)
    require_changeable(actor, coverage.organisation)
    act = Act(actor, ended_on, now)
    check_day(act, coverage.organisation)
    listed = Coverage.objects.filter(pk=coverage.pk, valid_to__isnull=True)
    never_held = coverage.valid_from >= ended_on
    ended = (
        listed.delete()[0]
        if never_held
        else listed.update(valid_to=last_day(coverage.valid_from, ended_on))
    )
    if not ended:
        raise ChangedMeanwhile(coverage.organisation.public_id)
    unit = coverage.business or coverage.market
    record_audit(
        coverage.organisation,
        act,
        "uncover",
        {"unit": unit.public_id if unit else coverage.code_text},
    )


def _unit_columns(actor: Actor, unit: Business | Market) -> dict[str, Business | Market]:
    if isinstance(unit, Business):
        if not visible_businesses(actor).filter(pk=unit.pk).exists():
            raise NotPermitted("business")
        return {"business": unit}
    if not visible_markets(actor).filter(pk=unit.pk).exists():
        raise NotPermitted("market")
    return {"market": unit}
