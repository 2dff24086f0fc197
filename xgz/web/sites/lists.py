"""The room 规则与参数: which list of a site holds from which day on (ES-5)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xgz.access import actor as access
from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.queries import sites as reads
from xgz.rules.sites import PRESET_LABELS, SiteEntries, preset_of, with_basics
from xgz.services.parameters import CHANGE
from xgz.services.sites import set_site_list, withdraw_site_list
from xgz.web.sites.forms import SiteListForm
from xgz.web.sites.wording import REFUSALS, refusal


@require_safe
@login_required
def site_lists(request: HttpRequest) -> HttpResponse:
    """Show what a site should have today, and every list ever entered."""
    actor = actor_of(request)
    entries = reads.entries_on(actor.today)
    preset = preset_of(entries)
    context = {
        "tab": "site-lists",
        "entries": with_basics(entries),
        "preset": _(PRESET_LABELS[preset]) if preset else _("本区自定"),
        "is_default": reads.entered_list(actor.today) is None,
        "rows": [(row, _name_of(row.items)) for row in reads.site_lists()],
        "today": actor.today,
        "may_change": access.may(actor, CHANGE),
    }
    return render(request, "sites/lists.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def site_list_new(request: HttpRequest) -> HttpResponse:
    """Show and take a list that is to hold from a day on."""
    actor = actor_of(request)
    access.require(actor, CHANGE)
    form = SiteListForm(
        request.POST if request.method == "POST" else None, initial={"valid_from": actor.today}
    )
    if request.method == "POST" and form.is_valid():
        try:
            set_site_list(
                actor=actor,
                entries=form.entries(),
                valid_from=form.cleaned_data["valid_from"],
                reason=form.cleaned_data["reason"],
                now=clock.now(),
            )
        except REFUSALS as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(request, _("阵地清单已保存。"))
            return redirect("site-lists")
    return render(request, "sites/list_new.html", {"form": form, "tab": "site-lists"})


@require_POST
@login_required
def site_list_withdraw(request: HttpRequest) -> HttpResponse:
    """Take back a list that has not begun; `list` names it."""
    actor = actor_of(request)
    access.require(actor, CHANGE)
    asked = request.POST.get("list", "")
    row = next((each for each in reads.site_lists() if each.public_id == asked), None)
    if row is None:
        messages.error(request, _("没有找到要撤回的清单，请刷新后重试。"))
        return redirect("site-lists")
    try:
        withdraw_site_list(actor=actor, row=row, now=clock.now())
    except REFUSALS as error:
        messages.error(request, refusal(error))
    else:
        messages.success(request, _("阵地清单已撤回。"))
    return redirect("site-lists")


def _name_of(items: SiteEntries) -> str:
    preset = preset_of(items)
    if preset is not None:
        return _(PRESET_LABELS[preset])
    return _("、").join(entry.label for entry in items)
