"""A second person decides on a file that names people: asked, approved or not, run out (EX-6)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from xgz.access import cases as access
from xgz.access import exports as own
from xgz.access.actor import Actor, clock_actor
from xgz.models import Body, ExportApproval, Report, sealing
from xgz.queries.responsibilities import bodies_for
from xgz.rules.bodies import BodyKind
from xgz.rules.cases import StepNotAllowed
from xgz.rules.exports import ExportApprovalAction, ExportApprovalParty, ExportApprovalState
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.services.cases import CaseAct, ChangedMeanwhile, open_case, take_step
from xgz.services.reports.queueing import queue_report
from xgz.services.transactions import unit_of_work

_A = ExportApprovalAction


class NoApprover(Exception):
    """There is no organization department that could decide."""


@unit_of_work
def ask_approval(*, actor: Actor, report: Report, words: str, now: datetime) -> ExportApproval:
    """Open the case of a report that a second person decides on.

    words: the filter of the list. Raises NotPermitted, NoApprover.
    """
    own.require_asker(actor, report)
    grant = own.exporting_grant(actor, report.kind)
    departments = bodies_for(Role.ORG_DEPT, None)
    if not departments:
        raise NoApprover(report.public_id)
    case = ExportApproval(
        report=report,
        persons=report.persons,
        area=Body.objects.filter(pk=grant.body_id, kind=BodyKind.TOWNSHIP).first(),
    )
    case.words_sealed = sealing.seal("export_approval.words", case.public_id, words)
    seats: Mapping[str, Seat] = {
        ExportApprovalParty.ASKER: Seat(grant.role, grant.body_id),
        ExportApprovalParty.APPROVER: Seat(Role.ORG_DEPT, departments[0].pk),
    }
    open_case(case, CaseAct.of(actor, now), seats, "申请导出")
    return case


@unit_of_work
def approve(
    *,
    case: ExportApproval,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Approve the file, which is then made for whoever asked.

    Raises NotPermitted for the person who asked, StepNotAllowed or ChangedMeanwhile.
    """
    access.require_step(actor, case, _A.APPROVE)
    own.require_second_person(actor, case)
    take_step(case, _A.APPROVE, CaseAct.of(actor, now, opinion, version))
    Report.objects.filter(pk=case.report_id).update(approved_at=now)
    queue_report(report=case.report, now=now)


@unit_of_work
def refuse(
    *,
    case: ExportApproval,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Refuse the file, with words that say why.

    Raises NotPermitted for the person who asked, StepNotAllowed, OpinionMissing, ChangedMeanwhile.
    """
    access.require_step(actor, case, _A.REFUSE)
    own.require_second_person(actor, case)
    take_step(case, _A.REFUSE, CaseAct.of(actor, now, opinion, version))


@unit_of_work
def withdraw(
    *,
    case: ExportApproval,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Take the request back.

    Raises NotPermitted, also for a decider who did not ask, StepNotAllowed or ChangedMeanwhile.
    """
    access.require_step(actor, case, _A.WITHDRAW)
    own.require_withdrawer(actor, case)
    take_step(case, _A.WITHDRAW, CaseAct.of(actor, now, opinion, version))


@unit_of_work
def expire(
    *,
    case: ExportApproval,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Let a request run out; a step of the clock. Raises as withdraw."""
    access.require_step(actor, case, _A.EXPIRE)
    take_step(case, _A.EXPIRE, CaseAct.of(actor, now, opinion, version))


def expire_approvals(*, today: date, now: datetime) -> int:
    """Let every request run out that nobody decided on in time; return how many did.

    May be called at any time and again. Its last day still counts.
    """
    late = ExportApproval.objects.filter(state=ExportApprovalState.ASKED, due_on__lt=today)
    ended = 0
    for case in late.order_by("pk"):
        try:
            expire(case=case, actor=clock_actor(today), now=now)
        except (ChangedMeanwhile, StepNotAllowed):  # decided a moment ago
            continue
        ended += 1
    return ended


ACTIONS: dict[ExportApprovalAction, Callable[..., Any]] = {
    _A.APPROVE: approve,
    _A.REFUSE: refuse,
    _A.WITHDRAW: withdraw,
    _A.EXPIRE: expire,
}
