"""Pages of setting up: the lists, one case with its list of lines, its steps."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from xgz.access.actor import Actor, actor_of
from xgz.access.establishing import doors_of, reads_members, visible_establishings
from xgz.models import CaseEvent, Establishing
from xgz.queries import establishing as reads
from xgz.rules.establishing import EstablishingAction, EstablishingState, Settling, blockers
from xgz.services.establishing import ACTIONS
from xgz.web.cases.lists import tabbed_cases
from xgz.web.cases.page import StepForm, case_page, case_room, know_seats, take_case_step
from xgz.web.establishing.election import election_as_meeting
from xgz.web.establishing.forms import CARRYING, EstablishingFilter, SetUpForm, offered
from xgz.web.establishing.lines import check_lines
from xgz.web.establishing.wording import STEP_FAULTS, line_words
from xgz.web.exports import export_context
from xgz.web.forms import Offer
from xgz.web.lists import Column
from xgz.web.sightings import count_seen

_FORMS: dict[EstablishingAction, type[StepForm]] = {EstablishingAction.SET_UP: SetUpForm}
# What was done about people; told to those alone who read of them (FM-13).
_OF_MEMBERS = frozenset({Settling.TRANSFERS, Settling.TAKEN_IN})


@require_safe
@case_room
def establishing_list(request: HttpRequest) -> HttpResponse:
    """Show what lies with the actor, what is open, or what is closed; the nearest date first."""
    visible = visible_establishings(actor_of(request))
    form = EstablishingFilter(request.GET)
    columns = [
        Column("name", _("党组织"), ("name",)),
        Column("township", _("乡镇"), ("area__path",), off_phone=True),
        Column("approved", _("批准日期"), ("approved_on",), off_phone=True),
    ]
    related = ("area", "owner_body", "organisation")
    context = tabbed_cases(request, visible, form, columns, related)
    context |= export_context(request, context["which"])
    return render(request, "establishing/list.html", context)


@require_safe
@case_room
def establishing_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one case: what is missing first, the list of lines, units, people, its history."""
    actor = actor_of(request)
    case = visible_establishing(request, public_id)
    know_seats(request, case)
    reads_people = reads_members(actor, case)
    joining = reads.joining_rows(case, actor)
    count_seen(request, [row.member.pk for row in joining if row.in_clear])
    deeds = offered(actor, case)
    extra = {
        **_lines(case, actor),
        "reads_people": reads_people,
        "joining": joining,
        "units": reads.units_of(case),
        "deeds": [Offer(slug, CARRYING[slug].title) for slug in deeds],
        "may_assign": "instructor" in deeds,
        "is_told": lambda event: reads_people or not _is_of_members(event),
        **_neighbours(case, actor),
    }
    return case_page(request, case, template="establishing/detail.html", extra=extra)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@case_room
def establishing_step(request: HttpRequest, public_id: str, action: str) -> HttpResponse:
    """Show and take one step of a case."""
    case = visible_establishing(request, public_id)
    return take_case_step(request, case, action, actions=ACTIONS, forms=_FORMS, faults=STEP_FAULTS)


def visible_establishing(request: HttpRequest, public_id: str) -> Establishing:
    """Return the case the address names. Raises Http404 for one out of sight."""
    case = reads.establishing_at(actor_of(request), public_id)
    if case is None:
        raise Http404
    return case


def _lines(case: Establishing, actor: Actor) -> dict[str, Any]:
    """Return the list of lines; an open required one also bars the finishing."""
    lines = check_lines(case, actor)
    running = case.state == EstablishingState.RUNNING_IN
    missing = blockers([line.standing for line in lines]) if running else []
    return {
        "check_lines": lines,
        "missing": [line_words(each) for each in missing],
        "barred": [EstablishingAction.FINISH.value] if missing else [],
    }


def _neighbours(case: Establishing, actor: Actor) -> dict[str, Any]:
    """Return what belongs to the organisation, and whether the actor opens it and the formation."""
    organisation, doors = case.organisation, doors_of(actor, case)
    return {
        "instructors": reads.instructors_of(organisation, actor.today) if organisation else (),
        "station": reads.station_of(organisation) if organisation else None,
        "first_election": election_as_meeting(actor, organisation) if organisation else None,
        "may_open_organisation": doors.opens_organisation,
        "may_open_formation": doors.opens_formation,
    }


def _is_of_members(event: CaseEvent) -> bool:
    return event.action in _OF_MEMBERS
