"""Carrying out what was decided: transfers, the list of units (CB-4).

Merging and dissolving an organisation is a case of its own (services/adjustments, AD-8).
"""

from collections.abc import Sequence
from datetime import date, datetime

from xgz.access import cases as access
from xgz.access.actor import Actor
from xgz.models import Closure, Member
from xgz.queries.closures import listing_of
from xgz.rules.cases import StepNotAllowed
from xgz.rules.closures import (
    CARRYING_LABELS,
    Carrying,
    ClosureAction,
    ClosureOption,
    ClosureState,
)
from xgz.rules.transfers import Channel, TransferReason
from xgz.services import organisations
from xgz.services.cases.act import CaseAct
from xgz.services.cases.steps import record_event
from xgz.services.transactions import unit_of_work
from xgz.services.transfers import propose_transfer


class NotDecidedSo(Exception):
    """What is asked for is not what was decided in this case."""


class NotListed(Exception):
    """The organisation does not list the business any longer."""


@unit_of_work
def propose_transfers(
    *,
    actor: Actor,
    case: Closure,
    members: Sequence[Member],
    channel: Channel,
    now: datetime,
) -> int:
    """Propose a transfer to the chosen organisation for each of the members; return how many.

    All or none. The transfers keep their own history. Raises NotPermitted, StepNotAllowed,
    NotDecidedSo, and the refusals of propose_transfer.
    """
    access.require_step(actor, case, ClosureAction.FINISH)
    _check_carrying(case, ClosureOption.RE_HOME)
    if case.target_org is None:
        raise NotDecidedSo(case.public_id)
    for member in members:
        propose_transfer(
            actor=actor,
            member=member,
            to_org=case.target_org,
            reason=TransferReason.CLOSURE,
            channel=channel,
            now=now,
            closure=case,
        )
    return len(members)


@unit_of_work
def take_off_list(*, actor: Actor, case: Closure, ended_on: date, now: datetime) -> None:
    """Take the closed unit off the organisation's list, also beside the re-homing of its members.

    Raises NotPermitted, StepNotAllowed, NotDecidedSo, NotListed, and the refusals of end_coverage.
    """
    access.require_step(actor, case, ClosureAction.FINISH)
    _check_carrying(case, ClosureOption.KEEP, ClosureOption.RE_HOME)
    if not _end_listing(case, actor, ended_on, now):
        raise NotListed(case.public_id)
    _record(case, actor, now, Carrying.UNLISTED)


def _check_carrying(case: Closure, *options: ClosureOption) -> None:
    """Read the case anew and raise StepNotAllowed or NotDecidedSo unless it allows this now.

    It stays locked, so that nobody reconsiders or finishes it while this is carried out.
    """
    case.refresh_from_db(from_queryset=Closure.objects.select_for_update())
    if case.state != ClosureState.CARRYING_OUT:
        raise StepNotAllowed(case.public_id)
    if case.option not in options:
        raise NotDecidedSo(case.public_id)


def _end_listing(case: Closure, actor: Actor, day: date, now: datetime) -> bool:
    """Take the closed unit off the list; test whether it was on it."""
    listing = listing_of(case, actor.today)
    if listing is None:
        return False
    organisations.end_coverage(actor=actor, coverage=listing, ended_on=day, now=now)
    return True


def _record(case: Closure, actor: Actor, now: datetime, what: Carrying) -> None:
    record_event(case, CaseAct.of(actor, now), what, CARRYING_LABELS[what])
