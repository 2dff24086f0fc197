"""Closed businesses."""

from typing import Any

from tests.factories import TODAY
from tests.factories.closures import committee_of, decision, make_closure
from tests.services.audit_scenarios.stage import Deed, Stage
from tests.services.imports.worlds import NOW
from xgz.access.actor import Actor
from xgz.rules.closures import ClosureOption, ClosureState
from xgz.services import closures


def closure_decided(stage: Stage) -> Deed:
    case = make_closure(state=ClosureState.DECIDING)
    actor, chosen = committee_of(case), decision(case, ClosureOption.KEEP)
    return Deed(
        lambda: closures.decide(case=case, actor=actor, now=NOW, **chosen),
        actor,
        lambda: [
            ("closure.decide", "closure", case.public_id),
            ("closure.decided", "closure", case.public_id),
        ],
    )


def _carrying(option: ClosureOption, **values: Any) -> tuple[Any, Actor]:
    case = make_closure(state=ClosureState.CARRYING_OUT, option=option, **values)
    return case, committee_of(case)


def closure_merged(stage: Stage) -> Deed:
    case, actor = _carrying(ClosureOption.MERGE, workers=1)
    branch, target = case.organisation, case.target_org
    return Deed(
        lambda: closures.merge(actor=actor, case=case, merged_on=TODAY, now=NOW),
        actor,
        lambda: [
            ("organisation.uncover", "organisation", branch.public_id),
            ("organisation.merged", "organisation", branch.public_id),
            ("organisation.merged", "organisation", target.public_id),
            ("closure.merged", "closure", case.public_id),
        ],
    )


def closure_taken_off_list(stage: Stage) -> Deed:
    case, actor = _carrying(ClosureOption.KEEP)
    return Deed(
        lambda: closures.take_off_list(actor=actor, case=case, ended_on=TODAY, now=NOW),
        actor,
        lambda: [
            ("organisation.uncover", "organisation", case.organisation.public_id),
            ("closure.unlisted", "closure", case.public_id),
        ],
    )


def closure_dissolved(stage: Stage) -> Deed:
    case, actor = _carrying(ClosureOption.REVOKE)
    return Deed(
        lambda: closures.dissolve(actor=actor, case=case, dissolved_on=TODAY, now=NOW),
        actor,
        lambda: [
            ("organisation.dissolved", "organisation", case.organisation.public_id),
            ("closure.dissolved", "closure", case.public_id),
        ],
    )
