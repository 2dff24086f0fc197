"""What people ask of those who hold their data: list, one wish, the answer, carrying it out (SR-7)."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xgz.access import clock
from xgz.access.actor import Actor, actor_of
from xgz.access.cases import may_take, visible_cases
from xgz.models import Case, SelfReportRequest
from xgz.rules.cases import Step, StepNotAllowed
from xgz.rules.masking import mask_name, mask_phone
from xgz.rules.self_report_requests import (
    SelfReportRequestAction,
    corrected_answers,
    correction_words,
)
from xgz.rules.self_reports import RequestTopic
from xgz.services.allowances import AllowanceUsedUp
from xgz.services.self_reports import ACTIONS
from xgz.services.self_reports.requests import show_person
from xgz.web.cases.detail import case_page
from xgz.web.cases.forms import StepForm
from xgz.web.cases.listing import case_list
from xgz.web.cases.room import case_room
from xgz.web.cases.steps import take_case_step
from xgz.web.self_reports.remedies import remedy_page, remedy_standing


class AnswerForm(StepForm):
    """The answer, with what was asked; the person reads it by the receipt code."""

    def __init__(self, data: Any, *, actor: Actor, case: Case, step: Step) -> None:
        super().__init__(data, actor=actor, case=case, step=step)
        field = self.fields["opinion"]
        field.label = _("答复（本人会看到原文）")
        field.help_text = _("本人凭回执码逐字看到，不要写内部情况和他人姓名。最多 500 字。")

    def facts(self) -> list[tuple[str, str]]:
        """Return what is asked, masked: the page of the wish shows the whole of it, counted."""
        return facts_of(self.case) if isinstance(self.case, SelfReportRequest) else []


_FORMS: dict[SelfReportRequestAction, type[StepForm]] = {SelfReportRequestAction.ANSWER: AnswerForm}


@require_safe
@case_room
def request_list(request: HttpRequest) -> HttpResponse:
    """Show the wishes the actor sees."""
    return case_list(request, SelfReportRequest)


@require_safe
@case_room
def request_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one wish."""
    return _page(request, _visible(request, public_id))


@require_POST
@case_room
def request_phone(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show phone and words of a wish once, whole, to call the person; counted and written down."""
    case = _visible(request, public_id)
    try:
        show_person(actor=actor_of(request), case=case, now=clock.now())
    except StepNotAllowed:
        messages.error(request, _("这件诉求已经答复。"))
    except AllowanceUsedUp:
        messages.error(request, _("今天查看完整号码的次数已用完。"))
    else:
        return _page(request, case, is_whole=True)
    return redirect("self_report_request-detail", public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@case_room
def request_step(request: HttpRequest, public_id: str, action: str) -> HttpResponse:
    """Answer a wish."""
    case = _visible(request, public_id)
    return take_case_step(request, case, action, actions=ACTIONS, forms=_FORMS, faults={})


@require_http_methods(["GET", "HEAD", "POST"])
@case_room
def request_remedy(request: HttpRequest, public_id: str) -> HttpResponse:
    """Carry out what a wish asks for: correct the claim, or take back what came of it."""
    return remedy_page(request, _visible(request, public_id))


def facts_of(case: SelfReportRequest, *, is_whole: bool = False) -> list[tuple[str, str]]:
    """Return what a wish says; is_whole: with the whole phone, and name and phone in a correction."""
    words, phone = (case.words, case.phone) if is_whole else (_masked(case), mask_phone(case.phone))
    about = case.report.public_id if case.report else _("登记已删除或没有回执码")
    facts = [(_("诉求"), _(case.subject)), (_("原话"), words), (_("所涉登记"), about)]
    facts.append((_("电话"), phone))
    if case.lead is not None:
        facts.append((_("据此建立的线索"), case.lead.number))
    return [*facts, (_("答复"), case.answer)] if case.answer else facts


def _masked(case: SelfReportRequest) -> str:
    """Return the words of a wish; those of a correction begin with a name and a phone."""
    if case.topic != RequestTopic.CORRECTION:
        return case.words
    wanted = corrected_answers(case.words)
    name, phone = mask_name(wanted.name), mask_phone(wanted.phone)
    return correction_words(replace(wanted, name=name, phone=phone)).rstrip()


def _page(request: HttpRequest, case: SelfReportRequest, *, is_whole: bool = False) -> HttpResponse:
    may_answer = may_take(actor_of(request), case, SelfReportRequestAction.ANSWER)
    extra = {
        "facts": facts_of(case, is_whole=is_whole),
        "is_whole": is_whole,
        "may_show": case.is_open and may_answer,
        "remedy": remedy_standing(case) if case.is_open and may_answer else None,
    }
    return case_page(request, case, template="self_reports/request.html", extra=extra)


def _visible(request: HttpRequest, public_id: str) -> SelfReportRequest:
    rows = visible_cases(actor_of(request), SelfReportRequest)
    return get_object_or_404(
        rows.select_related("report__lead", "lead", "owner_body"), public_id=public_id
    )


request_urls: list[URLPattern] = [
    path("", request_list, name="self_report_request-list"),
    path("<str:public_id>/", request_detail, name="self_report_request-detail"),
    path("<str:public_id>/phone/", request_phone, name="self_report_request-phone"),
    path("<str:public_id>/remedy/", request_remedy, name="self_report_request-remedy"),
    path("<str:public_id>/<slug:action>/", request_step, name="self_report_request-step"),
]
