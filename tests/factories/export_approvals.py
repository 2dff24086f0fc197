"""A file that names people, asked for by 清平镇 and waiting for the department, walked on by people."""

from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any

from tests.factories.closures import the_district
from tests.factories.district import TODAY, make_user
from tests.factories.rows import make_member, make_organisation
from xgz.access.actor import Actor, actor_for, clock_actor
from xgz.access.cases import parties_of
from xgz.models import Body, ExportApproval, RoleAssignment
from xgz.queries.exports import asked_members, build_export
from xgz.queries.member_sheet import MemberWanted
from xgz.rules.exports import ExportApprovalAction, ExportApprovalState
from xgz.rules.roles import Role
from xgz.services.export_approvals import ACTIONS
from xgz.services.reports.asking import ask_for_people

PURPOSE = "核对党员名册，报县委组织部"
_A = ExportApprovalAction
_WAYS: dict[str, tuple[ExportApprovalAction, str]] = {
    ExportApprovalState.APPROVED: (_A.APPROVE, "approver"),
    ExportApprovalState.REFUSED: (_A.REFUSE, "approver"),
    ExportApprovalState.WITHDRAWN: (_A.WITHDRAW, "asker"),
    ExportApprovalState.EXPIRED: (_A.EXPIRE, ""),
}


def make_export_approval(*, state: str | None = None, today: date = TODAY) -> ExportApproval:
    """Let somebody of 清平镇 ask for its members in clear, and walk the case to a state."""
    district = the_district()
    make_member(make_organisation(district.qingping))
    asker = actor_for(make_user(Role.TOWNSHIP_COMMITTEE, district.qingping), today)
    case = ask_in_clear(asker)
    RoleAssignment.objects.filter(user=asker.user).delete()
    if state in _WAYS:
        action, party = _WAYS[state]
        _take(case, action, party, today)
    return case


def ask_in_clear(asker: Actor, now: datetime | None = None) -> ExportApproval:
    """Let the actor ask for the own member list with full names and numbers."""
    moment = now or _moment(asker.today)
    asked = asked_members(MemberWanted(), "全部")
    asked = type(asked)(**asked.plain() | {"in_clear": True})
    report = ask_for_people(
        actor=asker,
        asked=asked,
        export=build_export(asked, asker, moment),
        language="zh-hans",
        purpose=PURPOSE,
        now=moment,
    )
    return ExportApproval.objects.get(report=report)


def arguments_for(action: str, case: ExportApproval) -> dict[str, Any]:
    """Return nothing, since a step asks for an opinion at most."""
    return {}


def _take(case: ExportApproval, action: ExportApprovalAction, party: str, today: date) -> None:
    """Let somebody new at the seat take the step and be gone afterwards."""
    step = partial(ACTIONS[action], case=case, now=_moment(today), opinion="按程序办理")
    if not party:
        step(actor=clock_actor(today))
        return
    seat = parties_of(case)[party]
    user = make_user(Role(seat.role), Body.objects.get(pk=seat.body_id))
    step(actor=actor_for(user, today))
    RoleAssignment.objects.filter(user=user).delete()


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(3), tzinfo=UTC)
