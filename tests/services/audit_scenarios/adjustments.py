"""Adjusting organisations: deciding, and what carries a decision out."""

from typing import Any

from tests.factories import TODAY, make_member
from tests.factories.adjustments import hand_in, make_adjustment, make_branch, player
from tests.services.audit_scenarios.stage import Deed, Stage
from tests.services.imports.worlds import NOW
from xgz.access.actor import Actor
from xgz.models import Adjustment, Transfer
from xgz.rules.adjustments import AdjustmentParty, AdjustmentState, Seals, Sort
from xgz.rules.id_numbers import check_digit
from xgz.rules.transfers import Channel
from xgz.services import adjustments
from xgz.services.transactions import unit_of_work

_HEAD = "36099919680402011"


def _at(
    state: AdjustmentState, sort: Sort = Sort.REVOKE, **values: Any
) -> tuple[Adjustment, Actor]:
    case = make_adjustment(state=state, sort=sort, **values)
    return case, player(case, AdjustmentParty.TOWNSHIP)


def adjustment_decided(stage: Stage) -> Deed:
    case, actor = _at(AdjustmentState.DECIDING)
    return Deed(
        lambda: adjustments.decide_revoke(case=case, actor=actor, now=NOW, met_on=TODAY),
        actor,
        lambda: [
            ("adjustment.decide_revoke", "adjustment", case.public_id),
            ("adjustment.decided", "adjustment", case.public_id),
        ],
    )


def adjustment_wished(stage: Stage) -> Deed:
    case, actor = _at(AdjustmentState.PROPOSED)
    return Deed(
        lambda: unit_of_work(adjustments.hand_over)(
            actor=actor, organisation=case.organisation, sort=Sort.REVOKE, target_org=None, now=NOW
        ),
        actor,
        lambda: [("adjustment.wished", "adjustment", case.public_id)],
    )


def adjustment_transfers_proposed(stage: Stage) -> Deed:
    case, actor = _at(AdjustmentState.CARRYING_OUT)
    member = make_member(case.organisation, id_number=_HEAD + check_digit(_HEAD))
    target = make_branch()
    return Deed(
        lambda: adjustments.propose_transfers(
            actor=actor,
            case=case,
            members=[member],
            to_org=target,
            channel=Channel.CARRIED,
            now=NOW,
        ),
        actor,
        lambda: [
            ("transfer.open", "transfer", Transfer.objects.get().public_id),
            ("adjustment.transfers", "adjustment", case.public_id),
        ],
    )


def adjustment_members_taken_in(stage: Stage) -> Deed:
    case, actor = _at(AdjustmentState.CARRYING_OUT)
    return Deed(
        lambda: adjustments.take_in(actor=actor, case=case, chosen=[], now=NOW),
        actor,
        lambda: [("adjustment.taken_in", "adjustment", case.public_id)],
    )


def adjustment_handed_in(stage: Stage) -> Deed:
    case, actor = _at(AdjustmentState.CARRYING_OUT)
    return Deed(
        lambda: adjustments.hand_in(
            actor=actor, case=case, seals=Seals.NONE, papers_place="镇党委档案室", now=NOW
        ),
        actor,
        lambda: [("adjustment.handed_in", "adjustment", case.public_id)],
    )


def adjustment_merged(stage: Stage) -> Deed:
    case, actor = _at(AdjustmentState.CARRYING_OUT, Sort.MERGE)
    branch, target = case.organisation, case.target_org
    return Deed(
        lambda: adjustments.merge(actor=actor, case=case, merged_on=TODAY, now=NOW),
        actor,
        lambda: [
            ("organisation.merged", "organisation", branch.public_id),
            ("organisation.merged", "organisation", target.public_id),
            ("adjustment.merged", "adjustment", case.public_id),
            ("adjustment.finish", "adjustment", case.public_id),
        ],
    )


def adjustment_dissolved(stage: Stage) -> Deed:
    case, actor = _at(AdjustmentState.CARRYING_OUT)
    hand_in(case)
    return Deed(
        lambda: adjustments.dissolve(actor=actor, case=case, dissolved_on=TODAY, now=NOW),
        actor,
        lambda: [
            ("organisation.dissolved", "organisation", case.organisation.public_id),
            ("adjustment.dissolved", "adjustment", case.public_id),
            ("adjustment.finish", "adjustment", case.public_id),
        ],
    )
