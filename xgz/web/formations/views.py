"""Pages of formations: the lists, one case, its steps."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from xgz.access.actor import Actor, actor_of, may
from xgz.access.cases import party_body
from xgz.access.formations import OPEN, TALKS, may_file, reads_members, visible_formations
from xgz.access.planning import PLAN
from xgz.models import CaseEvent, Closure, Formation
from xgz.queries import formations as reads
from xgz.queries.closures import cases_of_businesses
from xgz.queries.establishing import case_after
from xgz.queries.formation_people import leading_of
from xgz.queries.formation_transfers import landing_of, moving_rows
from xgz.queries.planning import group_of
from xgz.rules.formation_procedures import STAGE_LABELS, WAY_LABELS, Way
from xgz.rules.formations import (
    STRAIGHT,
    Filing,
    FormationAction,
    FormationState,
    step_party,
)
from xgz.services.formations import ACTIONS
from xgz.web.cases.lists import tabbed_cases
from xgz.web.cases.page import StepForm, case_page, case_room, know_seats, take_case_step
from xgz.web.exports import export_context
from xgz.web.formations.forms import FILING, FormationFilter
from xgz.web.formations.wording import CURES, STEP_FAULTS, finding_words, place_words
from xgz.web.forms import Offer
from xgz.web.lists import Column
from xgz.web.papers.section import paper_section
from xgz.web.sightings import count_seen

# Offered beside the rows of the file that they are about.
_OF_A_ROW = frozenset({"talk", "unit-out", "member-out", "secretary"})
# What was done to the people of a file; told to those alone who read of them (FM-13).
_OF_MEMBERS = frozenset(
    {
        Filing.MEMBERS,
        Filing.MEMBER_OUT,
        Filing.SECRETARY,
        Filing.TRANSFER,
        Filing.ASK_TRANSFER,
    }
)


class FactsForm(StepForm):
    """A step beside what it is judged by: what is missing, units and people in numbers."""

    def facts(self) -> list[tuple[str, str]]:
        return facts_of(self.case, self.actor) if isinstance(self.case, Formation) else []


@require_safe
@case_room
def formation_list(request: HttpRequest) -> HttpResponse:
    """Show what lies with the actor, what is open, or what is closed; the nearest date first."""
    actor = actor_of(request)
    visible = visible_formations(actor)
    form = FormationFilter(request.GET)
    columns = [
        Column("name", _("拟成立党组织"), ("name",)),
        Column("township", _("乡镇"), ("area__path",), off_phone=True),
        Column("opened", _("提出时间"), ("opened_at",), off_phone=True),
    ]
    related = ("area", "owner_body")
    context = tabbed_cases(request, visible, form, columns, related)
    context |= {
        "may_open": may(actor, OPEN),
        "may_plan": may(actor, PLAN),
        **export_context(request, context["which"]),
    }
    return render(request, "formations/list.html", context)


@require_safe
@case_room
def formation_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one formation: what is missing first, then its file, its way and its history."""
    actor = actor_of(request)
    case = visible_formation(request, public_id)
    know_seats(request, case)
    reads_people = reads_members(actor, case)
    extra = {
        **_file_of(case, actor),
        **_people_of(request, case, actor, reads_people=reads_people),
        **paper_section(case, actor),
        "passed": _passed(case),
        "following": None if case.is_open else case_after(case.pk, actor),
        "is_told": lambda event: reads_people or not _is_of_members(event),
    }
    return case_page(request, case, template="formations/detail.html", extra=extra)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@case_room
def formation_step(request: HttpRequest, public_id: str, action: str) -> HttpResponse:
    """Show and take one step of a formation."""
    case = visible_formation(request, public_id)
    forms = dict.fromkeys(FormationAction, FactsForm)
    return take_case_step(request, case, action, actions=ACTIONS, forms=forms, faults=STEP_FAULTS)


def visible_formation(request: HttpRequest, public_id: str) -> Formation:
    """Return the case the address names. Raises Http404 for one out of sight."""
    case = reads.formation_at(actor_of(request), public_id)
    if case is None:
        raise Http404
    return case


def facts_of(case: Formation, actor: Actor) -> list[tuple[str, str]]:
    """Return what a step is judged by, in words, as far as the actor may know of it."""
    units = reads.unit_rows(case, actor)
    facts = [
        (_("列入单位"), _("、").join(row.unit.business.name for row in units) or "—"),
        (_("活动场所"), case.room_place or "—"),
    ]
    if reads_members(actor, case):
        people = reads.member_facts(case)
        told = _("拟编入 %(all)d 名，其中组织关系已在本地的正式党员 %(full)d 名")
        counts = {"all": len(people), "full": sum(each.counts for each in people)}
        facts.append((_("党员"), told % counts))
    found = [finding_words(each) for each in reads.findings_for(case, actor)]
    return [*facts, (_("未落实和提示"), _("；").join(found) or _("没有"))]


def _file_of(case: Formation, actor: Actor) -> dict[str, Any]:
    """Return the units, what is found in the file, and what the actor may put into it."""
    offers = _filing(case, actor)
    units = reads.unit_rows(case, actor)
    ended = [row.unit.business_id for row in units if row.facts.has_ended]
    return {
        **_findings(case, actor, offers),
        "units": units,
        "plan_group": group_of(actor, case) if case.plan_group else None,
        "closures": _closures_of(ended, actor),
        "instructor": _named_instructor(case, actor),
        "offers_of_file": [each for each in offers if each.slug not in _OF_A_ROW],
        "may_fill": [each.slug for each in offers],
        "may_at_once": case.state == FormationState.PREPARING and may_file(actor, case, TALKS),
    }


def _people_of(
    request: HttpRequest, case: Formation, actor: Actor, *, reads_people: bool
) -> dict[str, Any]:
    """Return who is to join and who could lead, as the actor reads them; each one is counted."""
    joining = reads.joining_rows(case, actor)
    count_seen(request, [row.member.pk for row in joining if row.in_clear])
    return {
        "reads_people": reads_people,
        "joining": [
            (row, place_words(row.joining.facts.place)) for row in moving_rows(case, actor, joining)
        ],
        "landing": landing_of(case) if reads_people and case.is_open else None,
        "leading": leading_of(case, actor),
    }


def _findings(case: Formation, actor: Actor, offers: Sequence[Offer]) -> dict[str, Any]:
    """Return what is missing with the change that settles it, where the actor may make it.

    While the case is prepared a blocker also bars the sending.
    """
    found = reads.findings_for(case, actor) if case.is_open else []
    # Of an approved organisation nothing is stopped any more: what is found is told (FM-17).
    decided = case.is_open and case.is_decided
    blockers = [each for each in found if each.is_blocker and not decided]
    preparing = case.state == FormationState.PREPARING
    by_slug = {each.slug: each for each in offers}
    return {
        "blockers": [
            (finding_words(each), each.rule, by_slug.get(CURES.get(each.check, "")))
            for each in blockers
        ],
        "warnings": [(finding_words(each), each.rule) for each in found if each not in blockers],
        "barred": [FormationAction.SEND.value, *STRAIGHT] if preparing and blockers else [],
        "mended_for": party_body(case, step_party(case.back_to)) if case.is_mended else None,
    }


def _named_instructor(case: Formation, actor: Actor) -> reads.InstructorRow | None:
    """Return the named instructor with what they serve; None also for one who serves no more."""
    rows = reads.instructors(case, actor.today)
    return next((row for row in rows if row.is_named), None)


def _closures_of(businesses: Sequence[int], actor: Actor) -> Sequence[Closure]:
    """Return the cases of units that ended, as far as the actor sees them (FM-22)."""
    return list(cases_of_businesses(actor, businesses).values()) if businesses else []


def _passed(case: Formation) -> list[tuple[str, Any]]:
    """Return the steps that are passed and stand: what each was, and the row itself."""
    procedure = case.procedure
    return [
        (_word_of(procedure[row.step - 1].stage, Way(row.way)), row)
        for row in reads.standing_decisions(case)
        if row.step <= len(procedure)
    ]


def _word_of(stage: Any, way: Way) -> str:
    return _(WAY_LABELS[way]) if way is Way.FILE else _(STAGE_LABELS[stage])


def _filing(case: Formation, actor: Actor) -> Sequence[Offer]:
    """Return what the actor may put into the file now, as buttons."""
    if case.state != FormationState.PREPARING:
        return []
    return [
        Offer(what, form.title)
        for what, form in FILING.items()
        if may_file(actor, case, form.parties) and not (form.is_of_plan and case.is_decided)
    ]


def _is_of_members(event: CaseEvent) -> bool:
    return event.action in _OF_MEMBERS
