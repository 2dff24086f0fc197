"""Setting up an approved organisation: what is set going until every line is there."""

from collections.abc import Callable
from typing import Any

from tests.factories import TODAY
from tests.factories.establishing import (
    guide_of,
    joining,
    make_establishing,
    make_instructor,
    organisation_of,
    township_of,
)
from tests.services.audit_scenarios.stage import Deed, Row, Stage, newest
from tests.services.imports.worlds import NOW
from xgz.access.actor import Actor
from xgz.models import Establishing, InstructorLink, Transfer
from xgz.rules.establishing import EstablishingState
from xgz.rules.transfers import Channel
from xgz.services import establishing


def _deed(
    case: Establishing,
    act: Callable[..., Any],
    action: str,
    *,
    actor: Actor | None = None,
    before: Callable[[], list[Row]] = list,
    **given: Any,
) -> Deed:
    actor = actor or township_of(case)
    own: Row = (f"establishing.{action}", "establishing", case.public_id)
    return Deed(
        lambda: act(actor=actor, case=case, now=NOW, **given),
        actor,
        lambda: [*before(), own],
    )


def _case() -> Establishing:
    return make_establishing(state=EstablishingState.RUNNING_IN)


def establishing_transfers_proposed(stage: Stage) -> Deed:
    case = _case()

    def opened() -> list[Row]:
        return [("transfer.open", "transfer", newest(Transfer))]

    return _deed(
        case,
        establishing.propose_transfers,
        "transfers",
        before=opened,
        members=joining(case)[:1],
        channel=Channel.CARRIED,
    )


def establishing_members_taken_in(stage: Stage) -> Deed:
    return _deed(_case(), establishing.take_in, "taken_in", chosen=[])


def establishing_instructor_assigned(stage: Stage) -> Deed:
    case = _case()

    def assigned() -> list[Row]:
        return [("instructor.assign", "instructor_link", newest(InstructorLink))]

    return _deed(
        case,
        establishing.assign_instructor,
        "instructor",
        actor=guide_of(case),
        before=assigned,
        instructor=make_instructor(),
    )


def establishing_meeting_planned(stage: Stage) -> Deed:
    return _deed(
        _case(), establishing.plan_meeting, "meeting", meeting_on=TODAY, place="清平市场二楼"
    )


def establishing_meeting_held(stage: Stage) -> Deed:
    case = _case()

    def lived() -> list[Row]:
        return [("organisation.life", "organisation", organisation_of(case).public_id)]

    return _deed(case, establishing.hold_meeting, "held", before=lived, held_on=TODAY)
