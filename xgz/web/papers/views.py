"""Papers of a case: drafted, looked at, issued, taken as a file, void."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.papers import may_issue, require_issuing
from xgz.models import Case, CasePaper
from xgz.queries.papers import is_stale, paper_at, people_named
from xgz.rules.papers.kinds import (
    FORM_COLUMNS,
    PAPER_LABELS,
    PAPERS,
    PaperKind,
    PaperState,
)
from xgz.services import papers
from xgz.services.papers.taking import shown_document
from xgz.web.cases.room import case_room
from xgz.web.cases.views import visible_case
from xgz.web.forms import NoteField, OfficeForm
from xgz.web.papers.files import paper_response
from xgz.web.papers.wording import FILE_FAULTS, REFUSALS, refusal
from xgz.web.sightings import count_seen


class VoidForm(OfficeForm):
    """Why a paper becomes void."""

    reason = NoteField(
        label=gettext_lazy("作废事由"),
        required=True,
        help_text=gettext_lazy("写入发文登记；不要写人员姓名和号码。"),
    )


class SureForm(OfficeForm):
    """Nothing but the question again."""


class IssueForm(SureForm):
    """The same, with the mark of the words that were looked at."""

    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)


@dataclass(frozen=True, slots=True)
class _Deed:
    """Something done to a paper. state: from which; effect: said before; done: said afterwards."""

    state: PaperState
    title: str
    effect: str
    done: str
    act: Callable[..., object]
    form: type[OfficeForm] = SureForm
    is_grave: bool = False


_DEEDS: dict[str, _Deed] = {
    "issue": _Deed(
        PaperState.DRAFT,
        gettext_noop("印发"),
        gettext_noop("编发文字号、落成文日期，内容从此固定；有误的只能作废重发，原号保留。"),
        gettext_noop("已印发。"),
        papers.issue_paper,
        form=IssueForm,
    ),
    "renew": _Deed(
        PaperState.DRAFT,
        gettext_noop("重新填写"),
        gettext_noop("按事项现在的情况重新填写草稿。"),
        gettext_noop("已按现在的情况重新填写，请核对。"),
        papers.renew_paper,
    ),
    "discard": _Deed(
        PaperState.DRAFT,
        gettext_noop("删除草稿"),
        gettext_noop("草稿没有编号，删除后不留在登记簿里。"),
        gettext_noop("草稿已删除。"),
        papers.discard_paper,
        is_grave=True,
    ),
    "void": _Deed(
        PaperState.ISSUED,
        gettext_noop("作废"),
        gettext_noop("文书连同原号和事由留在登记簿里，编号不再使用；已经发出的请自行收回。"),
        gettext_noop("已作废，原号保留。"),
        papers.void_paper,
        form=VoidForm,
        is_grave=True,
    ),
}


@require_POST
@case_room
def paper_make(request: HttpRequest, kind: str, case_id: str, paper: str) -> HttpResponse:
    """Draft a paper from the case as it is, and show it."""
    case = visible_case(request, kind, case_id)
    if paper not in set(PaperKind):
        raise Http404
    try:
        made = papers.make_paper(
            actor=actor_of(request), case=case, kind=PaperKind(paper), now=clock.now()
        )
    except REFUSALS as error:
        messages.warning(request, refusal(error))
        return redirect(_back(case))
    return redirect("paper-detail", made.public_id)


@require_safe
@case_room
def paper_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what a paper says, with what can be done to it; people it names are counted (RV-5)."""
    case, paper = _visible(request, public_id)
    actor = actor_of(request)
    document = shown_document(paper)
    count_seen(request, people_named(actor, document))
    is_own = may_issue(actor, case, paper)
    deeds = [(slug, deed) for slug, deed in _DEEDS.items() if deed.state == paper.state]
    context = {
        **_frame(case, paper),
        "document": document,
        "columns": FORM_COLUMNS.get(document.form, ()),
        "deeds": deeds if is_own else [],
        "seen": papers.words_of(paper),
        "is_draft": paper.state == PaperState.DRAFT,
        "is_void": paper.state == PaperState.VOID,
        "is_stale": is_stale(paper, case),
        "is_numbered": PAPERS[paper.paper_kind].is_numbered,
    }
    return render(request, "papers/detail.html", context)


@require_safe
@case_room
def paper_file(request: HttpRequest, public_id: str, sort: str) -> HttpResponse:
    """Send a paper as PDF or Word; who took it is written down (PA-6)."""
    case, paper = _visible(request, public_id)
    if sort not in set(papers.TakenAs):
        raise Http404
    actor, taken_as = actor_of(request), papers.TakenAs(sort)
    taken = papers.take_paper(
        actor=actor, case=case, paper=paper, taken_as=taken_as, now=clock.now()
    )
    count_seen(request, people_named(actor, taken.document))
    try:
        return paper_response(taken.document, taken_as, taken.template)
    except FILE_FAULTS as error:
        messages.error(request, refusal(error))
        return redirect("paper-detail", public_id)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@case_room
def paper_deed(request: HttpRequest, public_id: str, deed: str) -> HttpResponse:
    """Ask again, then issue a paper, fill it anew, throw it away or make it void."""
    case, paper = _visible(request, public_id)
    if deed not in _DEEDS:
        raise Http404
    require_issuing(actor_of(request), case, paper)
    doing, back = _DEEDS[deed], reverse("paper-detail", args=[public_id])
    form = doing.form(request.POST or None, initial={"seen": request.GET.get("seen", "")})
    if request.method != "POST" or not form.is_valid():
        context = {**_frame(case, paper), "form": form, "deed": doing, "back": back}
        return render(request, "papers/deed.html", context)
    given = {name: form.cleaned_data[name] for name in form.fields}
    try:
        doing.act(actor=actor_of(request), case=case, paper=paper, now=clock.now(), **given)
    except REFUSALS as error:
        messages.warning(request, refusal(error))
        return redirect(back)
    messages.success(request, _(doing.done))
    return redirect(_back(case) if deed == "discard" else back)


def _visible(request: HttpRequest, public_id: str) -> tuple[Case, CasePaper]:
    """Return the paper of an address with its case. Raises Http404 where it is out of sight."""
    found = paper_at(actor_of(request), public_id)
    if found is None:
        raise Http404
    return found


def _frame(case: Case, paper: CasePaper) -> dict[str, object]:
    return {
        "case": case,
        "kind": case.KIND,
        "paper": paper,
        "label": _(PAPER_LABELS[paper.paper_kind]),
        "case_url": _back(case),
        "list_url": reverse(f"{case.KIND.name}-list"),
    }


def _back(case: Case) -> str:
    return reverse(f"{case.KIND.name}-detail", args=[case.public_id])
