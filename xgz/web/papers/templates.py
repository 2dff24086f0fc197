"""The store of templates: what is in use, proposing a file, looking at it, judging it (PA-9)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xgz.access import clock
from xgz.access.actor import Actor, actor_of, may, require
from xgz.access.papers import JUDGE, PROPOSE, SEE, visible_templates
from xgz.files.papers.fields import FIELD_LABELS
from xgz.files.papers.word import NotMade, shipped_template
from xgz.models import PaperTemplate
from xgz.rules.papers.examples import example
from xgz.rules.papers.kinds import PAPER_LABELS, PAPERS, PaperKind
from xgz.rules.papers.templates import (
    TEMPLATE_MAX_BYTES,
    TemplateState,
    needed_fields,
)
from xgz.services import papers
from xgz.web.forms import NOT_CHOSEN, OfficeForm
from xgz.web.papers.files import paper_response
from xgz.web.papers.wording import TEMPLATE_REFUSALS, refusal, template_refusal

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class TemplateForm(OfficeForm):
    """A Word file for one kind of paper."""

    kind = forms.ChoiceField(
        label=gettext_lazy("文书"),
        choices=[NOT_CHOSEN, *((k.value, gettext_lazy(w)) for k, w in PAPER_LABELS.items())],
    )
    file = forms.FileField(
        label=gettext_lazy("Word 文件"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".docx"}),
        help_text=gettext_lazy("只收 .docx，不超过 512 KB；建议从系统自带的模板改起。"),
    )


@dataclass(frozen=True, slots=True)
class TemplateDeed:
    """What is done to a template in one state."""

    state: TemplateState
    title: str
    done: str
    act: Callable[..., object]
    is_grave: bool = False


_DEEDS: dict[str, TemplateDeed] = {
    "approve": TemplateDeed(
        TemplateState.PROPOSED,
        gettext_noop("同意使用"),
        gettext_noop("已同意，以后印发的这种文书用这份模板。"),
        papers.approve_template,
    ),
    "refuse": TemplateDeed(
        TemplateState.PROPOSED,
        gettext_noop("不同意"),
        gettext_noop("已记为不同意，这份模板不会使用。"),
        papers.refuse_template,
        is_grave=True,
    ),
    "retire": TemplateDeed(
        TemplateState.APPROVED,
        gettext_noop("停用，改回自带模板"),
        gettext_noop("已停用；已印发的文书仍用原模板。"),
        papers.retire_template,
        is_grave=True,
    ),
}


@require_safe
@login_required
def template_list(request: HttpRequest) -> HttpResponse:
    """Show each kind with the template in use and the one that waits, and what a file may hold."""
    actor = _enter(request)
    rows = visible_templates(actor).select_related("proposed_by", "judged_by")
    by_kind: dict[str, list[PaperTemplate]] = {}
    for row in rows.order_by("kind", "-version"):
        by_kind.setdefault(row.kind, []).append(row)
    context = {
        "kinds": [(kind, _(label), by_kind.get(kind, [])) for kind, label in PAPER_LABELS.items()],
        "fields": [("{{ " + name + " }}", _(label)) for name, label in FIELD_LABELS.items()],
        "may_propose": may(actor, PROPOSE),
    }
    return render(request, "papers/templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def template_propose(request: HttpRequest) -> HttpResponse:
    """Take a Word file; one that is not sound is refused with what to change."""
    actor = _enter(request)
    require(actor, PROPOSE)
    form = TemplateForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = papers.propose_template(
                actor=actor,
                kind=PaperKind(form.cleaned_data["kind"]),
                content=_content(form.cleaned_data["file"]),
                now=clock.now(),
            )
        except TEMPLATE_REFUSALS as error:
            form.add_error("file", template_refusal(error))
        else:
            messages.success(request, _("已提出，由组织部门或安全管理员审核同意后使用。"))
            return redirect("paper-template", made.public_id)
    context = {"form": form, "back": reverse("paper-templates")}
    return render(request, "papers/propose.html", context)


@require_safe
@login_required
def template_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one template with what is offered to somebody who did not propose it."""
    actor = _enter(request)
    template = _visible(actor, public_id)
    is_other = actor.user is not None and template.proposed_by_id != actor.user.pk
    offered = [
        (slug, deed)
        for slug, deed in _DEEDS.items()
        if deed.state == template.state and may(actor, JUDGE) and is_other
    ]
    context = {
        "template": template,
        "label": _(PAPER_LABELS[template.paper_kind]),
        "deeds": offered,
        "needed": sorted(needed_fields(template.paper_kind)),
        "waits": template.state == TemplateState.PROPOSED,
    }
    return render(request, "papers/template.html", context)


@require_safe
@login_required
def template_file(request: HttpRequest, public_id: str, sort: str) -> HttpResponse:
    """Send a template as it is (file), or filled with invented data (example)."""
    template = _visible(_enter(request), public_id)
    content = bytes(template.content)
    if sort == "file":
        return _word(content, f"{template.kind}-{template.version}.docx")
    if sort != "example":
        raise Http404
    try:
        return paper_response(example(template.paper_kind), papers.TakenAs.WORD, content)
    except NotMade as error:
        messages.error(request, refusal(error))
        return redirect("paper-template", public_id)


@require_safe
@login_required
def template_shipped(request: HttpRequest, kind: str) -> HttpResponse:
    """Send the template the program brings for a kind, to begin from."""
    _enter(request)
    if kind not in set(PaperKind):
        raise Http404
    return _word(shipped_template(PAPERS[PaperKind(kind)].form), f"{kind}.docx")


@require_POST
@login_required
def template_deed(request: HttpRequest, public_id: str, deed: str) -> HttpResponse:
    """Take the judgement of somebody who did not propose the template, or retire it."""
    actor = _enter(request)
    template = _visible(actor, public_id)
    if deed not in _DEEDS:
        raise Http404
    try:
        _DEEDS[deed].act(actor=actor, template=template, now=clock.now())
    except TEMPLATE_REFUSALS as error:
        messages.warning(request, template_refusal(error))
    else:
        messages.success(request, _(_DEEDS[deed].done))
    return redirect("paper-template", public_id)


def _visible(actor: Actor, public_id: str) -> PaperTemplate:
    rows = visible_templates(actor).select_related("proposed_by", "judged_by")
    return get_object_or_404(rows, public_id=public_id)


def _enter(request: HttpRequest) -> Actor:
    """Return who proposes or judges templates. Raises NotPermitted for anybody else."""
    actor = actor_of(request)
    require(actor, SEE)
    return actor


def _content(file: "UploadedFile[Any]") -> bytes:
    """Return the file, at most one byte more than is taken: the check says the rest."""
    content: bytes = file.read(TEMPLATE_MAX_BYTES + 1)
    return content


def _word(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, name) or ""}
    return HttpResponse(content, content_type=_WORD, headers=headers)
