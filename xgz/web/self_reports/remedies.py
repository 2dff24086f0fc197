"""Carrying out a wish from its page: correcting a claim, taking back what came of it (SR-10)."""

from dataclasses import astuple, dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.cases import require_step
from xgz.models import SelfReportRequest
from xgz.rules.cases import StepNotAllowed
from xgz.rules.leads import UNCONFIRMED, LeadSource
from xgz.rules.masking import mask_name, mask_phone
from xgz.rules.self_report_requests import (
    REMEDIES,
    REMEDY_LABELS,
    Remedy,
    SelfReportRequestAction,
    corrected_answers,
)
from xgz.rules.self_reports import Answers, RequestTopic
from xgz.services.cases import ChangedMeanwhile
from xgz.services.self_reports import remedies as services
from xgz.web.cases.wording import Faults, fault_text
from xgz.web.forms import OfficeForm

_OBSTACLES: Faults = {
    StepNotAllowed: gettext_noop("这件诉求已经答复，或者没有可以更正、撤下的内容。"),
    services.CarriedOut: gettext_noop("已按这件诉求办理过，不能重复办理；请答复本人。"),
    services.NothingLeft: gettext_noop(
        "登记和据此建立的记录都已删除，没有可以更正、撤下的内容，请直接答复本人。"
    ),
    services.AskedAnew: gettext_noop(
        "本人后来又提出了更正，请按新的一件办理；这一件直接答复即可。"
    ),
    services.LeadConfirmed: gettext_noop(
        "据此建立的线索已经核实，不能直接改动。请先由线索所在地党委在线索页面“退回重新核实”，"
        "再办理这一件；名册里的姓名、电话在党员页面更正。"
    ),
}
_REFUSALS: tuple[type[Exception], ...] = (*_OBSTACLES, ChangedMeanwhile)
_DONE: dict[Remedy, str] = {
    Remedy.CORRECTED: gettext_noop("已按此更正，请答复本人。"),
    Remedy.TAKEN_BACK: gettext_noop("已撤下，请答复本人。"),
}
_ON_ROSTER: dict[Remedy, str] = {
    Remedy.CORRECTED: gettext_noop(
        "线索已纳入管理，不随登记改动：名册里的姓名、电话请在党员页面另行更正。"
    ),
    Remedy.TAKEN_BACK: gettext_noop(
        "线索此前已纳入管理：流动登记、关系转接不随之撤销，请在党员、转接页面另行办理。"
    ),
}


@dataclass(frozen=True, slots=True)
class RemedyStanding:
    """What can be carried out on the page of a wish. obstacle: why it cannot be now, else ""."""

    title: str
    obstacle: str


class RemedyForm(OfficeForm):
    """What was looked at when a wish is carried out; nothing else is filled in."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, case: SelfReportRequest, remedy: Remedy) -> None:
        seen = case.report.edition if case.report else ""
        super().__init__(data, initial={"version": case.version, "seen": seen})
        self.case = case
        self.remedy = remedy
        self.is_grave = remedy is Remedy.TAKEN_BACK

    def changes(self) -> list[tuple[str, str, str]]:
        """Return (heading, old, new) of what a correction changes; name and phone masked."""
        if self.remedy is not Remedy.CORRECTED or self.case.report is None:
            return []
        old, new = self.case.report.answers, corrected_answers(self.case.words)
        pairs = zip(astuple(old), astuple(new), _shown(old), _shown(new), strict=True)
        return [(*before, after[1]) for was, to, before, after in pairs if was != to]

    def effects(self) -> list[str]:
        """Return what is done, in sentences."""
        report, lead = self.case.report, services.what_came_of(self.case)
        if self.remedy is Remedy.CORRECTED:
            told = [_("改正登记里的以上内容。")]
            if lead is not None and lead.state in UNCONFIRMED:
                told.append(
                    _(
                        "据此建立的线索一并改正；姓名、组织关系或证件末四位有改动的，名册须重新核对。"
                    )
                )
            return told
        told = [_("删除这条登记。")] if report is not None else []
        if lead is None:
            return told
        if self.case.topic == RequestTopic.NOT_ME and lead.source != LeadSource.SELF_REPORT:
            return [*told, _("线索在登记之前已有，予以保留；由登记记下的本人说明一并撤下。")]
        return [*told, _("删除据此建立的线索和它的全部记录。")]

    def apply(self, request: HttpRequest) -> bool:
        """Carry the wish out; return whether the roster is to be seen to. Raises _REFUSALS."""
        actor, version = actor_of(request), self.cleaned_data["version"]
        if self.remedy is Remedy.CORRECTED:
            return services.correct(
                actor=actor,
                case=self.case,
                now=clock.now(),
                version=version,
                seen=self.cleaned_data["seen"],
            )
        return services.take_back(actor=actor, case=self.case, now=clock.now(), version=version)


def remedy_standing(case: SelfReportRequest) -> RemedyStanding | None:
    """Return what can be carried out for an open wish; None for one that words alone answer, or
    that was carried out.
    """
    if case.topic not in REMEDIES:
        return None
    obstacle = ""
    try:
        services.check_remedy(case)
    except services.CarriedOut:
        return None
    except tuple(_OBSTACLES) as error:
        obstacle = fault_text(error, _OBSTACLES)
    return RemedyStanding(_(REMEDY_LABELS[REMEDIES[case.topic]]), obstacle)


def remedy_page(request: HttpRequest, case: SelfReportRequest) -> HttpResponse:
    """Show (GET) or carry out (POST) what a wish in sight asks for.

    Who may not answer it gets 403. What stands in the way is said on the page of the wish. Taking
    back is asked a second time.
    """
    require_step(actor_of(request), case, SelfReportRequestAction.ANSWER)
    try:
        services.check_remedy(case)
        remedy = REMEDIES[case.topic]
        form = RemedyForm(request.POST or None, case=case, remedy=remedy)
        context = _frame(case, form, _(REMEDY_LABELS[remedy]))
        if request.method != "POST" or "back" in request.POST or not form.is_valid():
            return render(request, "self_reports/remedy.html", context)
        if form.is_grave and "confirmed" not in request.POST:
            return render(request, "cases/confirm.html", context)
        has_roster_work = form.apply(request)
    except _REFUSALS as error:
        messages.warning(request, fault_text(error, _OBSTACLES))
    else:
        messages.success(request, _(_DONE[remedy]))
        if has_roster_work:
            messages.warning(request, _(_ON_ROSTER[remedy]))
    return redirect("self_report_request-detail", public_id=case.public_id)


def _shown(answers: Answers) -> list[tuple[str, str]]:
    return [
        (_("姓名"), mask_name(answers.name)),
        (_("手机号"), mask_phone(answers.phone)),
        (_("关系所在"), answers.branch),
        (_("证件末四位"), answers.last_four),
        (_("联系"), answers.reach),
    ]


def _frame(case: SelfReportRequest, form: RemedyForm, title: str) -> dict[str, object]:
    return {
        "case": case,
        "kind": case.KIND,
        "title": title,
        "form": form,
        "state_label": _(case.state_label),
        "list_name": "self_report_request-list",
        "back": reverse("self_report_request-detail", args=[case.public_id]),
    }
