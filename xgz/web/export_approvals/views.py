"""Requests for files that name people: list, one request, deciding on it. The rows are not shown."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xgz.access.actor import actor_of
from xgz.access.cases import visible_cases
from xgz.access.exports import is_asker, is_decider, require_second_person, require_withdrawer
from xgz.models import ExportApproval
from xgz.rules.exports import ExportApprovalAction
from xgz.services.export_approvals import ACTIONS
from xgz.web.cases.detail import case_page, know_seats
from xgz.web.cases.forms import StepForm
from xgz.web.cases.listing import case_list
from xgz.web.cases.room import case_room
from xgz.web.cases.steps import take_case_step

_DECIDING = (ExportApprovalAction.APPROVE, ExportApprovalAction.REFUSE)
_TAKING_BACK = (ExportApprovalAction.WITHDRAW,)


class DecisionForm(StepForm):
    """The decision with what it is about; never the rows."""

    def facts(self) -> list[tuple[str, str]]:
        """Return what is asked for, in words."""
        return facts_of(self.case) if isinstance(self.case, ExportApproval) else []


_FORMS: dict[ExportApprovalAction, type[StepForm]] = dict.fromkeys(_DECIDING, DecisionForm)


@require_safe
@case_room
def approval_list(request: HttpRequest) -> HttpResponse:
    """Show the requests the actor sees."""
    return case_list(request, ExportApproval)


@require_safe
@case_room
def approval_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one request; who asked finds the decision greyed, who decides no way to take it back."""
    case = _visible(request, public_id)
    actor = actor_of(request)
    know_seats(request, case)
    own = is_asker(actor, case)
    extra = {
        "facts": facts_of(case),
        "is_own": own,
        "barred": _DECIDING if own else (),
        "left_out": _TAKING_BACK if is_decider(actor, case) else (),
    }
    return case_page(request, case, template="export_approvals/detail.html", extra=extra)


@require_http_methods(["GET", "HEAD", "POST"])
@case_room
def approval_step(request: HttpRequest, public_id: str, action: str) -> HttpResponse:
    """Take a step of a request; nobody decides on the own one or takes back what he decides on."""
    case = _visible(request, public_id)
    if action in _DECIDING:
        require_second_person(actor_of(request), case)
    if action in _TAKING_BACK:
        require_withdrawer(actor_of(request), case)
    return take_case_step(request, case, action, actions=ACTIONS, forms=_FORMS, faults={})


def facts_of(case: ExportApproval) -> list[tuple[str, str]]:
    """Return what a request asks for: list, filter, people, how they stand in it, purpose."""
    report = case.report
    masked = _("掩码") if report.is_masked else _("完整姓名和号码")
    return [
        (_("清单"), report.title),
        (_("条件"), case.words),
        (_("人数"), _("%(number)d 人") % {"number": case.persons}),
        (_("姓名和号码"), masked),
        (_("用途"), report.purpose),
        (_("申请人"), str(report.made_for)),
    ]


def _visible(request: HttpRequest, public_id: str) -> ExportApproval:
    rows = visible_cases(actor_of(request), ExportApproval)
    related = rows.select_related("report__made_for", "owner_body")
    return get_object_or_404(related, public_id=public_id)
