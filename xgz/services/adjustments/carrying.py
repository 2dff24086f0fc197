"""Carrying out what was decided: transfers, seals and papers, merger, dissolution (AD-5, AD-6)."""

from collections.abc import Sequence
from datetime import date, datetime

from xgz.access import cases as access
from xgz.access.actor import Actor
from xgz.models import Adjustment, Body, Member, Organisation, Transfer
from xgz.queries.adjustments import blockers_of, own_transfers
from xgz.rules.adjustment_checks import Found
from xgz.rules.adjustments import (
    DEED_LABELS,
    AdjustmentAction,
    AdjustmentState,
    Deed,
    Seals,
    Sort,
)
from xgz.rules.cases import StepNotAllowed
from xgz.rules.closures import ClosureOption
from xgz.rules.registration import ENDED
from xgz.rules.transfers import Channel, TransferReason
from xgz.rules.words import visible_words
from xgz.services import organisations
from xgz.services.cases import CaseAct, ChangedMeanwhile, record_event, take_step
from xgz.services.organisations.records import hold
from xgz.services.transactions import unit_of_work
from xgz.services.transfers import finish_own, propose_transfer


class NotDecidedSo(Exception):
    """What is asked for is not what was decided in this case."""


class StillBarred(Exception):
    """Something has to be seen to before; `found` says what (AD-5, AD-6)."""

    def __init__(self, found: list[Found]) -> None:
        super().__init__(", ".join(each.blocker for each in found))
        self.found = found


class HandingInIncomplete(Exception):
    """Seals that were handed in need a day up to today and the body that has them, papers a place."""


@unit_of_work
def propose_transfers(
    *,
    actor: Actor,
    case: Adjustment,
    members: Sequence[Member],
    to_org: Organisation,
    channel: Channel,
    now: datetime,
) -> int:
    """Propose a transfer to one organisation for each of these members; return how many.

    All or none; others may go elsewhere by another call. Raises NotPermitted, StepNotAllowed,
    NotDecidedSo, and the refusals of propose_transfer.
    """
    access.require_step(actor, case, AdjustmentAction.FINISH)
    _hold_carrying(case, Sort.REVOKE)
    closure = case.closures.filter(closed_at=None, option=ClosureOption.REVOKE).first()
    for member in members:
        propose_transfer(
            actor=actor,
            member=member,
            to_org=to_org,
            reason=TransferReason.ADJUSTMENT,
            channel=channel,
            now=now,
            closure=closure,
        )
    _record(case, actor, now, Deed.TRANSFERS)
    return len(members)


@unit_of_work
def take_in(*, actor: Actor, case: Adjustment, chosen: Sequence[Transfer], now: datetime) -> int:
    """Issue and accept transfers out of the organisation that stay with its own committee (AD-6).

    All or none; return how many. Raises NotPermitted, StepNotAllowed, NotDecidedSo, and the refusals
    of finish_own.
    """
    access.require_step(actor, case, AdjustmentAction.FINISH)
    _hold_carrying(case, Sort.REVOKE)
    taken = finish_own(own=own_transfers(case), chosen=chosen, act=CaseAct.of(actor, now))
    _record(case, actor, now, Deed.TAKEN_IN)
    return taken


@unit_of_work
def hand_in(
    *,
    actor: Actor,
    case: Adjustment,
    seals: Seals,
    papers_place: str,
    now: datetime,
    seals_on: date | None = None,
    seals_to: Body | None = None,
) -> None:
    """Note where seal and plaque went, and where the papers of the organisation are kept (AD-6).

    seals_on, seals_to: when and to which body, where they were handed in. Raises NotPermitted,
    StepNotAllowed, NotDecidedSo, HandingInIncomplete or ChangedMeanwhile.
    """
    access.require_step(actor, case, AdjustmentAction.FINISH)
    _hold_carrying(case, Sort.REVOKE)
    handed = seals is Seals.HANDED_IN
    is_dated = seals_on is not None and seals_on <= actor.today and seals_to is not None
    place = visible_words(papers_place)
    if seals is Seals.UNKNOWN or not place or (handed and not is_dated):
        raise HandingInIncomplete(case.public_id)
    same = Adjustment.objects.filter(
        pk=case.pk, state=case.state, version=case.version, seals=case.seals
    )
    columns = {
        "seals": seals,
        "seals_on": seals_on if handed else None,
        "seals_to": seals_to if handed else None,
        "papers_place": place,
    }
    if not same.update(**columns):
        raise ChangedMeanwhile(case.public_id)
    case.refresh_from_db()
    _record(case, actor, now, Deed.HANDED_IN)


@unit_of_work
def merge(*, actor: Actor, case: Adjustment, merged_on: date, now: datetime) -> None:
    """Merge the organisation into the one that was decided, and send the case to be filed.

    Units that have ended do not go over. Raises NotPermitted, StepNotAllowed, NotDecidedSo,
    StillBarred, and the refusals of merge_organisation.
    """
    access.require_step(actor, case, AdjustmentAction.FINISH)
    _hold_carrying(case, Sort.MERGE)
    if case.target_org is None:
        raise NotDecidedSo(case.public_id)
    hold(case.organisation, case.target_org)
    _check_free(case, actor.today)
    listed = case.organisation.coverages.filter(valid_to=None, business__status__in=ENDED)
    for coverage in listed.select_related("organisation", "business").order_by("pk"):
        organisations.end_coverage(actor=actor, coverage=coverage, ended_on=merged_on, now=now)
    organisations.merge_organisation(
        actor=actor,
        organisation=case.organisation,
        into=case.target_org,
        merged_on=merged_on,
        now=now,
        note=case.number,
    )
    _record(case, actor, now, Deed.MERGED)
    take_step(case, AdjustmentAction.FINISH, CaseAct.of(actor, now))


@unit_of_work
def dissolve(*, actor: Actor, case: Adjustment, dissolved_on: date, now: datetime) -> None:
    """Dissolve the organisation, which has nobody left, and send the case to be filed.

    Its posts, units and instructors end with it. Raises NotPermitted, StepNotAllowed, NotDecidedSo,
    StillBarred, and the refusals of dissolve_organisation.
    """
    access.require_step(actor, case, AdjustmentAction.FINISH)
    _hold_carrying(case, Sort.REVOKE)
    hold(case.organisation)
    _check_free(case, actor.today)
    organisations.dissolve_organisation(
        actor=actor,
        organisation=case.organisation,
        dissolved_on=dissolved_on,
        now=now,
        note=case.number,
    )
    _record(case, actor, now, Deed.DISSOLVED)
    take_step(case, AdjustmentAction.FINISH, CaseAct.of(actor, now))


def _hold_carrying(case: Adjustment, sort: Sort) -> None:
    """Read the case anew and raise StepNotAllowed or NotDecidedSo unless it allows this now.

    It stays locked, so that nobody reconsiders or finishes it while this is carried out.
    """
    case.refresh_from_db(from_queryset=Adjustment.objects.select_for_update())
    if case.state != AdjustmentState.CARRYING_OUT:
        raise StepNotAllowed(case.public_id)
    if case.way is not sort:
        raise NotDecidedSo(case.public_id)


def _check_free(case: Adjustment, today: date) -> None:
    if found := blockers_of(case, today):
        raise StillBarred(found)


def _record(case: Adjustment, actor: Actor, now: datetime, deed: Deed) -> None:
    record_event(case, CaseAct.of(actor, now), deed, DEED_LABELS[deed])
