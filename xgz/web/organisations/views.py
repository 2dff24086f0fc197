"""Pages of Party organisations: list, detail, one page for each change."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from xgz.access import actor as access
from xgz.access import clock
from xgz.access.actor import Actor, actor_of
from xgz.access.adjustments import OPEN, openable_organisations
from xgz.access.members import visible_members
from xgz.access.organisations import (
    CHANGE,
    organisations_with_figures,
    organisations_with_people,
    require_changeable,
    visible_organisations,
)
from xgz.models import Organisation
from xgz.queries import members as member_reads
from xgz.queries import organisations as reads
from xgz.queries.adjustments import cases_of_organisations
from xgz.queries.elections import elections_of
from xgz.queries.establishing import with_case
from xgz.queries.organisation_site import site_in_short
from xgz.rules.members import ON_ROLLS, MemberClass
from xgz.rules.organisation_warnings import is_year_end
from xgz.rules.organisations import FORMATION_MODE_LABELS, OrgState
from xgz.rules.roles import Resource
from xgz.web.forms import DayField
from xgz.web.lists import Column, list_page
from xgz.web.organisations.changes import CHANGES, GraveForm, SetUpForm, offered_changes
from xgz.web.organisations.forms import OrganisationFilter
from xgz.web.organisations.wording import REFUSALS, WARNING_GROUPS, Finding, findings, refusal
from xgz.web.pages import room
from xgz.web.sightings import count_seen

_YEAR_END_ONLY = gettext_noop("只能看年末（12 月 31 日）的平均年龄。")


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the list with its findings in words."""

    row: reads.OrganisationRow
    findings: list[Finding]


@require_safe
@room(Resource.ORGANISATION)
def organisation_list(request: HttpRequest) -> HttpResponse:
    """Show the organisations in the actor's scope, in tree order unless sorted otherwise."""
    actor = actor_of(request)
    visible = visible_organisations(actor)
    figures = organisations_with_figures(actor).exists()
    form = OrganisationFilter(
        request.GET,
        superiors=reads.superiors_of(visible),
        guides=reads.guides_of(visible),
        figures=figures,
    )
    narrowed = _narrow(form, visible, actor)
    as_at: date | None = form.cleaned_data.get("as_at")
    if as_at and not is_year_end(as_at) and not organisations_with_people(actor).exists():
        form.add_error("as_at", _(_YEAR_END_ONLY))
        as_at = None
    listing = list_page(
        request, _with_counts(narrowed), _columns(figures, as_at), ("body__path", "pk")
    )
    rows = reads.organisation_rows(listing.rows, actor, as_at)
    count_seen(request, [row.named for row in rows if row.named is not None])
    context = {
        "form": form,
        "listing": listing,
        "modes": [
            (_(FORMATION_MODE_LABELS[mode]), number)
            for mode, number in reads.formation_counts(narrowed)
        ],
        "lines": [_Line(row, findings(row, actor.today)) for row in rows],
        "figures": figures,
        "as_at": as_at,
        "today": actor.today,
        "filtered": form.has_changed(),
        "may_set_up": access.may(actor, CHANGE),
        "may_import": access.may(actor, "import.organisations"),
    }
    return render(request, "organisations/list.html", context)


@require_safe
@room(Resource.ORGANISATION)
def organisation_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one organisation: its two lines, findings, units, people, posts, changes."""
    actor = actor_of(request)
    rows = visible_organisations(actor).select_related("body__parent", "guiding_body")
    organisation = get_object_or_404(with_case(rows, actor), public_id=public_id)
    as_at, as_at_error = _day(request.GET.get("as_at", ""))
    (row,) = reads.organisation_rows([organisation], actor, as_at)
    if as_at and not row.with_people and not is_year_end(as_at):
        as_at, as_at_error = None, _(_YEAR_END_ONLY)
    units, units_before = reads.unit_rows(organisation, actor)
    changes = list(organisation.changes.select_related("other").order_by("-happened_on", "-pk"))
    near = reads.neighbours_of(organisation, actor, [change.other_id for change in changes])
    context = {
        "organisation": organisation,
        "row": row,
        "findings": findings(row, actor.today),
        "today": actor.today,
        "as_at": as_at,
        "as_at_error": as_at_error,
        "ageing_average": row.limits.ageing_average,
        "young_age": row.limits.young_age,
        "superior": near.superior,
        "below": near.below,
        "units": units,
        "units_before": units_before,
        "changes": changes,
        "openable": near.openable,
        "offers": offered_changes(organisation) if near.may_change else [],
        "entries": offered_changes(organisation, entries=True) if near.may_change else [],
        **_elections(organisation, actor, may_elect=near.may_elect),
        "site": site_in_short(organisation),
        "establishing": organisation.establishing if organisation.sees_case else None,
        **_adjusting(organisation, actor, may_change=near.may_change),
    } | _people(request, organisation, actor)
    return render(request, "organisations/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.ORGANISATION)
def set_up(request: HttpRequest) -> HttpResponse:
    """Set up a new organisation."""
    actor = actor_of(request)
    access.require(actor, CHANGE)
    form = SetUpForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            organisation = form.apply(clock.now())
        except REFUSALS as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(request, _("党组织已成立。"))
            return redirect("organisation-detail", public_id=organisation.public_id)
    return render(request, "organisations/set_up.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.ORGANISATION)
def change(request: HttpRequest, public_id: str, change: str) -> HttpResponse:
    """Show and take the form of one change; a hidden organisation is 404, no right is 403.

    A state that does not allow the change is 409; a grave one is asked a second time.
    """
    actor = actor_of(request)
    if change not in CHANGES:
        raise Http404
    organisation = get_object_or_404(visible_organisations(actor), public_id=public_id)
    require_changeable(actor, organisation)
    kind = CHANGES[change]
    if organisation.state not in kind.states:
        refused = {"organisation": organisation, "title": kind.title}
        return render(request, "organisations/not_offered.html", refused, status=409)
    form = kind(request.POST or None, actor=actor, organisation=organisation)
    count_seen(request, member_reads.named_in(form.people))
    context: dict[str, object] = {"form": form, "organisation": organisation}
    if request.method != "POST" or "back" in request.POST or not form.is_valid():
        return render(request, "organisations/change.html", context)
    if isinstance(form, GraveForm) and "confirmed" not in request.POST:
        return render(request, "organisations/confirm.html", context)
    try:
        form.apply(clock.now())
    except REFUSALS as error:
        form.add_error(None, refusal(error))
        return render(request, "organisations/change.html", context)
    messages.success(request, _("已办理：%(title)s") % {"title": form.heading})
    return redirect("organisation-detail", public_id=public_id)


def _narrow(
    form: OrganisationFilter, visible: QuerySet[Organisation], actor: Actor
) -> QuerySet[Organisation]:
    narrowed = form.narrow(visible)
    if group := form.cleaned_data.get("warning"):
        _name, warnings = WARNING_GROUPS[group]
        seen = narrowed.filter(pk__in=organisations_with_figures(actor).values("pk"))
        narrowed = reads.organisations_with_warnings(seen, warnings, actor.today)
    return narrowed


def _with_counts(organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
    full = Q(members__status__in=ON_ROLLS, members__member_class=MemberClass.FULL)
    return organisations.select_related("body__parent", "guiding_body").annotate(
        full_members=Count("members", filter=full)
    )


def _columns(figures: bool, as_at: date | None) -> list[Column]:
    counted = [
        Column("full", _("正式/预备"), ("full_members",), numeric=True),
        Column("age", _("平均年龄"), numeric=True, off_phone=True),
        *(
            [Column("then", _("截至 %(day)s") % {"day": as_at}, numeric=True, off_phone=True)]
            if as_at
            else []
        ),
    ]
    return [
        Column("name", _("名称"), ("name",)),
        Column("superior", _("上级"), ("body__path",), off_phone=True),
        Column("guide", _("指导单位"), ("guiding_body__path",), off_phone=True),
        *(counted if figures else []),
        Column("secretary", _("书记"), off_phone=True),
        Column("term", _("届满"), ("term_ends_on",), off_phone=True),
        Column("life", _("最近组织生活"), ("last_life_on",), off_phone=True),
        *([Column("warnings", _("提示"))] if figures else []),
    ]


def _people(request: HttpRequest, organisation: Organisation, actor: Actor) -> dict[str, object]:
    """Return who is shown by name: members the actor may open, else 张* of a guided branch."""
    visible = member_reads.members_of(organisation, visible_members(actor))
    people = list(visible.select_related("formal_org", "activity_org").order_by("born_on", "pk"))
    on_rolls = [member for member in people if member.status in ON_ROLLS]
    posts = reads.post_rows(organisation, actor, seen={member.pk for member in people})
    current = [row.post for row in posts if row.post.valid_to is None]
    # Posts of this organisation alone: what somebody is elsewhere is told on the person's page.
    held = member_reads.held_now((p.member_id, p.post) for p in current if p.member_id)
    rows = member_reads.member_rows(on_rolls, actor, held)
    named = [row.post.member_id for row in posts if row.in_clear and row.post.member_id]
    count_seen(request, [*member_reads.named_in(rows), *named])
    return {
        "members": rows,
        "left": len(people) - len(on_rolls) if rows else 0,
        "guided": [] if rows else member_reads.guided_rows(organisation, actor),
        "posts": posts,
    }


def _elections(organisation: Organisation, actor: Actor, *, may_elect: bool) -> dict[str, object]:
    """Return the elections the actor sees; another is opened once none is under way (EL-2)."""
    rows = elections_of(actor, organisation)
    return {"elections": rows, "may_elect": may_elect and not any(row.is_open for row in rows)}


def _adjusting(organisation: Organisation, actor: Actor, *, may_change: bool) -> dict[str, object]:
    """Return the open case of adjusting it that the actor sees, and whether one may be opened.

    Whoever may change it opens one too; of others it is asked.
    """
    case = cases_of_organisations(actor, [organisation.pk]).get(organisation.pk)
    able = case is None and organisation.state == OrgState.ACTIVE and access.may(actor, OPEN)
    rows = openable_organisations(actor).filter(pk=organisation.pk)
    return {"adjustment": case, "may_adjust": able and (may_change or rows.exists())}


def _day(text: str) -> tuple[date | None, str]:
    """Return the day in the address, or None with the sentence to show beside the field."""
    field = DayField(required=False)
    try:
        value = field.clean(text)
    except ValidationError as error:
        return None, " ".join(error.messages)
    return (value if isinstance(value, date) else None), ""
