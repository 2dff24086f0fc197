"""Reading what a comparison found: for the purpose it was made for, and for no other (MT-2)."""

from collections.abc import Iterator
from datetime import datetime

from xgz.access import actor as access
from xgz.access import matching as matching_access
from xgz.access.actor import Actor
from xgz.access.clock import day_of
from xgz.models import MatchingTask, OwnerTie
from xgz.queries.matching import compared_for
from xgz.rules.audit import Outcome
from xgz.rules.matching import COMPARED_LISTS, MatchPurpose, OwnerList, TaskState
from xgz.services import audit
from xgz.services.matching.assessments import read_assessment
from xgz.services.matching.faults import NotCompared, OtherPurpose, PurposeMissing
from xgz.services.transactions import unit, unit_of_work


def read_outcome(*, actor: Actor, task: MatchingTask, purpose: str, now: datetime) -> None:
    """Write down that the actor reads what a task found, and what for (MT-2).

    Another purpose, none, or a task whose time is over is refused, and the refusal written down.
    Raises NotPermitted, PurposeMissing, OtherPurpose.
    """
    matching_access.require_task(actor, task)
    fault = _fault(task, purpose, now)
    _write_down(actor, ("matching", task.public_id), purpose, fault, now)


def require_purpose(*, actor: Actor, task: MatchingTask, purpose: str, now: datetime) -> None:
    """Require the purpose for a step on an outcome that is open; a refusal is written down.

    Raises NotPermitted, PurposeMissing, OtherPurpose.
    """
    matching_access.require_task(actor, task)
    if _fault(task, purpose, now) is not None:
        read_outcome(actor=actor, task=task, purpose=purpose, now=now)


def read_tie(*, actor: Actor, tie: OwnerTie, purpose: str, now: datetime) -> None:
    """Write down that the actor reads whom one tie is about, and what for; as read_outcome (MT-2).

    Raises NotPermitted, PurposeMissing, OtherPurpose.
    """
    access.require(actor, matching_access.RUN)
    fault = _fault_of_tie(tie, purpose, now)
    _write_down(actor, ("owner_tie", tie.public_id), purpose, fault, now)


def require_purpose_of_tie(*, actor: Actor, tie: OwnerTie, purpose: str, now: datetime) -> None:
    """Require the purpose for a step on one tie; a refusal is written down.

    Raises NotPermitted, PurposeMissing, OtherPurpose.
    """
    access.require(actor, matching_access.RUN)
    if _fault_of_tie(tie, purpose, now) is not None:
        read_tie(actor=actor, tie=tie, purpose=purpose, now=now)


@unit_of_work
def take_assessment(
    *, actor: Actor, task: MatchingTask, now: datetime
) -> tuple[str, Iterator[bytes]]:
    """Write down that the actor takes a task's impact assessment; return its type and its bytes.

    Raises NotPermitted, FileNotFoundError.
    """
    matching_access.require_task(actor, task)
    document = read_assessment(task)
    audit.record(
        actor=actor,
        action="matching.assessment",
        subject_type="matching",
        subject_id=task.public_id,
        now=now,
    )
    return document


def read_list(*, actor: Actor, which: OwnerList, purpose: str, now: datetime) -> MatchPurpose:
    """Write down that the actor reads a list made from comparisons, and return what for.

    A list that rests on a comparison alone is refused where no task of the purpose that ran still
    holds, and the refusal written down (MT-9). Raises NotPermitted, PurposeMissing, NotCompared.
    """
    access.require(actor, matching_access.LISTS)
    if purpose not in set(MatchPurpose):
        raise PurposeMissing(which)
    is_baseless = which in COMPARED_LISTS and not compared_for(purpose, day_of(now)).exists()
    with unit():
        audit.record(
            actor=actor,
            action="matching.read_list",
            subject_type="matching",
            subject_id="",
            now=now,
            fields={"purpose": purpose, "list": which.value},
            outcome=Outcome.REFUSED if is_baseless else Outcome.DONE,
        )
    if is_baseless:
        raise NotCompared(which)
    return MatchPurpose(purpose)


def _write_down(
    actor: Actor, subject: tuple[str, str], purpose: str, fault: Exception | None, now: datetime
) -> None:
    """Leave the row of a reading, also of one that is refused; raise the fault then."""
    with unit():
        audit.record(
            actor=actor,
            action="matching.read",
            subject_type=subject[0],
            subject_id=subject[1],
            now=now,
            fields={"purpose": purpose},
            outcome=Outcome.REFUSED if fault else Outcome.DONE,
        )
    if fault is not None:
        raise fault


def _fault(task: MatchingTask, purpose: str, now: datetime) -> Exception | None:
    is_over = task.expires_on is not None and task.expires_on < day_of(now)
    is_over = is_over or task.state == TaskState.EXPIRED
    return _fault_of(purpose, task.purpose, task.public_id, is_over=is_over)


def _fault_of_tie(tie: OwnerTie, purpose: str, now: datetime) -> Exception | None:
    return _fault_of(purpose, tie.purpose, tie.public_id, is_over=tie.expires_on < day_of(now))


def _fault_of(purpose: str, made_for: str, public_id: str, *, is_over: bool) -> Exception | None:
    if purpose not in set(MatchPurpose):
        return PurposeMissing(public_id)
    if purpose != made_for or is_over:
        return OtherPurpose(public_id)
    return None
