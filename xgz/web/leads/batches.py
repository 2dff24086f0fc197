"""Many leads at once: made from declarations, sent to one instructor, found by whom they are about."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from xgz.access import actor as access
from xgz.access import clock
from xgz.access.actor import Actor, NotPermitted, actor_of
from xgz.access.leads import CHECK
from xgz.models import Lead, User
from xgz.queries import leads as reads
from xgz.queries.case_names import seen_in_leads
from xgz.queries.home import has_reports
from xgz.rules.words import visible_words
from xgz.services import leads
from xgz.web.cases.forms import OPINION_MAX
from xgz.web.forms import NOT_CHOSEN, OfficeForm, is_public_id
from xgz.web.leads.forms import seat_words
from xgz.web.leads.room import lead_room
from xgz.web.leads.wording import REFUSALS, refusal
from xgz.web.sightings import count_people

_MOST_SENT = 100  # as many rows as the longest page of the list has


@require_http_methods(["GET", "HEAD", "POST"])
@lead_room
def lead_from_declarations(request: HttpRequest) -> HttpResponse:
    """Say how many leads what businesses declared would make and where; open them when confirmed."""
    actor = actor_of(request)
    access.require(actor, CHECK)
    if request.method == "POST":
        opened = leads.leads_from_declarations(actor=actor, now=clock.now())
        if opened:
            messages.success(request, _("已新增 %(number)d 条线索。") % {"number": opened})
        else:
            messages.info(request, _("没有可以新增的线索。"))
        return redirect("lead-list")
    rows = leads.planned_from_declarations(actor=actor)
    total = sum(row.total for row in rows)
    context = {
        "rows": rows,
        "total": total,
        "most": leads.MOST_AT_ONCE,
        "is_full": total >= leads.MOST_AT_ONCE,
        "has_reports": bool(total) or has_reports(actor),
    }
    return render(request, "leads/declared.html", context)


class SendManyForm(OfficeForm):
    """Whom to send to the ticked leads; each of the people with the open leads the actor sees."""

    lead = forms.MultipleChoiceField(widget=forms.MultipleHiddenInput)
    assignee = forms.ChoiceField(label=gettext_lazy("指导员"))
    opinion = forms.CharField(
        label=gettext_lazy("意见"),
        required=False,
        max_length=OPINION_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any, *, actor: Actor, ids: list[str], chosen: list[Lead]) -> None:
        super().__init__(data, initial={"lead": ids})
        seats = reads.seats_for(chosen, actor.today)
        given = reads.open_leads_of(actor)
        self.people: dict[str, User] = {seat.user.public_id: seat.user for seat in seats}
        tick, person = self.fields["lead"], self.fields["assignee"]
        if isinstance(tick, forms.ChoiceField):
            tick.choices = [(each, each) for each in ids]
        if isinstance(person, forms.ChoiceField):
            person.choices = [NOT_CHOSEN]
            person.choices += [(s.user.public_id, seat_words(s, given)) for s in seats]


@require_http_methods(["GET", "HEAD", "POST"])
@lead_room
def lead_send(request: HttpRequest) -> HttpResponse:
    """Send one instructor to the ticked leads, each by a step of its own; say which did not go."""
    actor = actor_of(request)
    access.require(actor, CHECK)
    posted = request.method == "POST"
    given = (request.POST if posted else request.GET).getlist("lead")
    ids = [each for each in dict.fromkeys(given) if is_public_id(each)][:_MOST_SENT]
    chosen = reads.leads_to_send(actor, ids)
    if not chosen:
        messages.warning(request, _("请先勾选要分派的线索，须是待分派、由您办理的。"))
        return redirect("lead-list")
    form = SendManyForm(request.POST if posted else None, actor=actor, ids=ids, chosen=chosen)
    if posted and form.is_valid():
        _send(request, actor, form, chosen)
        if gone := len(ids) - len(chosen):
            told = _("另有 %(number)d 条已不是待分派，没有改动。")
            messages.warning(request, told % {"number": gone})
        return redirect("lead-list")
    rows = reads.lead_rows(chosen, actor)
    count_people(request, seen_in_leads([(row.lead, row.name) for row in rows]))
    context = {"form": form, "rows": rows, "gone": len(ids) - len(chosen)}
    return render(request, "leads/send.html", context)


def _send(request: HttpRequest, actor: Actor, form: SendManyForm, chosen: list[Lead]) -> None:
    """Send somebody to each; one that fails holds up no other and is named with the reason."""
    person = form.people[form.cleaned_data["assignee"]]
    failed = []
    for lead in chosen:
        try:
            leads.assign(
                case=lead,
                actor=actor,
                now=clock.now(),
                assignee=person,
                opinion=form.cleaned_data["opinion"],
                version=lead.version,
            )
        except NotPermitted:
            failed.append(_("%(number)s：不由您分派。") % {"number": lead.number})
        except REFUSALS as error:
            failed.append(f"{lead.number}：{refusal(error)}")
    if sent := len(chosen) - len(failed):
        told = _("已分派 %(number)d 条线索给%(person)s。")
        messages.success(request, told % {"number": sent, "person": person})
    for words in failed:
        messages.warning(request, words)


class FindForm(OfficeForm):
    """A whole name, a whole phone, or both; sent, so that no address holds either."""

    name = forms.CharField(label=gettext_lazy("姓名"), required=False, max_length=40)
    phone = forms.CharField(
        label=gettext_lazy("手机号"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("填完整的姓名或手机号，可以只填一项。"),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not any(visible_words(values.get(name, "")).strip() for name in ("name", "phone")):
            self.add_error(None, _("请填写姓名或手机号。"))
        return values


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@lead_room
def lead_find(request: HttpRequest) -> HttpResponse:
    """Find leads in sight by whom they are about; for those who read names in full (LD-2)."""
    actor = actor_of(request)
    access.require(actor, CHECK)
    form = FindForm(request.POST if request.method == "POST" else None)
    rows = None
    if request.method == "POST" and form.is_valid():
        found = reads.leads_named(actor, **form.cleaned_data)
        rows = reads.lead_rows(found, actor)
        count_people(request, seen_in_leads([(row.lead, row.name) for row in rows]))
    return render(request, "leads/find.html", {"form": form, "rows": rows})
