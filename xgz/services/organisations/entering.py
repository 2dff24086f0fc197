"""Entering what was decided outside the system: an organisation ends only with nothing open (AD-12)."""

from collections.abc import Sequence
from datetime import date, datetime

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.access.organisations import CHANGE, require_changeable
from xgz.models import Case, Organisation
from xgz.queries.organisation_holdings import in_sight, open_work_of
from xgz.services.organisations.changes import dissolve_organisation
from xgz.services.organisations.joining import merge_organisation
from xgz.services.organisations.records import hold
from xgz.services.transactions import unit_of_work


class WorkOpen(Exception):
    """Elections, a setting-up or transfers are still open (AD-12, AD-13); `cases`: those in sight."""

    def __init__(self, cases: Sequence[Case]) -> None:
        super().__init__(", ".join(case.number for case in cases))
        self.cases = cases


@unit_of_work
def enter_merger(
    *,
    actor: Actor,
    organisation: Organisation,
    into: Organisation,
    merged_on: date,
    now: datetime,
    note: str = "",
) -> None:
    """Merge an organisation as was decided elsewhere. Raises WorkOpen and what merging raises."""
    access.require(actor, CHANGE)
    require_changeable(actor, organisation)
    hold(organisation, into)
    _check_nothing_open(actor, organisation, into)
    merge_organisation(
        actor=actor,
        organisation=organisation,
        into=into,
        merged_on=merged_on,
        now=now,
        note=note,
    )


@unit_of_work
def enter_dissolution(
    *,
    actor: Actor,
    organisation: Organisation,
    dissolved_on: date,
    now: datetime,
    note: str = "",
) -> None:
    """Dissolve an organisation as was decided elsewhere. Raises WorkOpen and what dissolving raises."""
    access.require(actor, CHANGE)
    require_changeable(actor, organisation)
    hold(organisation)
    _check_nothing_open(actor, organisation)
    dissolve_organisation(
        actor=actor, organisation=organisation, dissolved_on=dissolved_on, now=now, note=note
    )


def _check_nothing_open(
    actor: Actor, organisation: Organisation, into: Organisation | None = None
) -> None:
    if cases := open_work_of(organisation, into):
        raise WorkOpen(in_sight(cases, actor))
