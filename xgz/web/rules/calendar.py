"""Pages of the working-day calendar: a year's months, single corrections, a whole year's notice."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xgz.access import actor as access
from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.queries.parameter_rows import correction_of, year_page
from xgz.queries.parameters import workdays
from xgz.rules.holidays import YEARS, fixed_by_law
from xgz.rules.year_notice import FAULT_TEXTS, read_notice
from xgz.services import calendar as services
from xgz.web.rules.forms import DayForm, YearForm
from xgz.web.rules.wording import REFUSALS, refusal

_YEARS_AHEAD = 3


@require_safe
@login_required
def show_calendar(request: HttpRequest) -> HttpResponse:
    """Show a year's months with days off, shifted days and the district's own corrections."""
    actor = actor_of(request)
    this_year = actor.today.year
    years = list(range(min(min(YEARS), this_year), this_year + _YEARS_AHEAD + 1))
    asked = request.GET.get("year", "")
    year = int(asked) if asked in map(str, years) else this_year
    context = {
        "tab": "calendar",
        "page": year_page(year),
        "years": years,
        "today": actor.today,
        "weekdays": [_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日")],
        "may_change": access.may(actor, services.CHANGE),
    }
    return render(request, "rules/calendar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def correct_day(request: HttpRequest) -> HttpResponse:
    """Take a single correction."""
    actor = actor_of(request)
    access.require(actor, services.CHANGE)
    form = DayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.correct_day(
                actor=actor,
                day=given["day"],
                is_workday=form.is_workday,
                name=given["name"],
                source=given["source"],
                now=clock.now(),
            )
        except REFUSALS as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(request, _("已更正：%(day)s") % {"day": given["day"]})
            return redirect(f"{reverse('calendar')}?year={given['day'].year}")
    return render(request, "rules/calendar_day.html", {"tab": "calendar", "form": form})


@require_POST
@login_required
def withdraw_correction(request: HttpRequest) -> HttpResponse:
    """Take back a single correction; `entry` names it."""
    actor = actor_of(request)
    access.require(actor, services.CHANGE)
    entry = correction_of(request.POST.get("entry", ""))
    if entry is None:
        messages.error(request, _("没有找到这条更正，请刷新后重试。"))
        return redirect("calendar")
    try:
        services.withdraw_correction(actor=actor, entry=entry, now=clock.now())
    except REFUSALS as error:
        messages.error(request, refusal(error))
    else:
        messages.success(request, _("已撤回更正：%(day)s") % {"day": entry.day})
    return redirect(f"{reverse('calendar')}?year={entry.day.year}")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def enter_year(request: HttpRequest) -> HttpResponse:
    """Take a year's notice: first shown as read, saved when confirmed; all lines or none."""
    actor = actor_of(request)
    access.require(actor, services.CHANGE)
    calendar = workdays()
    this_year = actor.today.year
    years = [
        year for year in range(this_year, this_year + _YEARS_AHEAD) if not calendar.is_final(year)
    ]
    form = YearForm(request.POST or None, years=years)
    context: dict[str, object] = {"tab": "calendar", "form": form, "years": years}
    if request.method != "POST" or "back" in request.POST or not form.is_valid():
        return render(request, "rules/calendar_year.html", context)
    year = form.cleaned_data["year"]
    days, faults = read_notice(form.cleaned_data["lines"], year, fixed_by_law(year))
    if faults:
        context["faults"] = [(each.line, each.text, _(FAULT_TEXTS[each.fault])) for each in faults]
        return render(request, "rules/calendar_year.html", context)
    if "confirmed" not in request.POST:
        context |= {"days": days, "year": year, "off": sum(not each.is_workday for each in days)}
        return render(request, "rules/calendar_preview.html", context)
    try:
        services.enter_year(
            actor=actor,
            year=year,
            days=days,
            source=form.cleaned_data["source"],
            now=clock.now(),
        )
    except REFUSALS as error:
        form.add_error(None, refusal(error))
        return render(request, "rules/calendar_year.html", context)
    messages.success(request, _("%(year)d 年的放假通知已录入，不再是暂定。") % {"year": year})
    return redirect(f"{reverse('calendar')}?year={year}")
