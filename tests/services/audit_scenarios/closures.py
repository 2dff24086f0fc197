"""Closed businesses."""

from typing import Any

from tests.factories import TODAY
from tests.factories.closures import committee_of, decision, make_closure
from tests.services.audit_scenarios.stage import Deed, Stage
from tests.services.imports.worlds import NOW
from xgz.access.actor import Actor
from xgz.models import Adjustment
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


def closure_handed_over(stage: Stage) -> Deed:
    case = make_closure(state=ClosureState.DECIDING)
    actor = committee_of(case)
    return Deed(
        lambda: closures.decide(case=case, actor=actor, now=NOW, option=ClosureOption.REVOKE),
        actor,
        lambda: [
            ("closure.decide", "closure", case.public_id),
            ("adjustment.open", "adjustment", Adjustment.objects.get().public_id),
            ("closure.handed_over", "closure", case.public_id),
            ("closure.decided", "closure", case.public_id),
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
