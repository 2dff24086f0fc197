"""Pages of elections: the lists, one case, its steps, its tally on paper."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from xgz.access.actor import Actor, NotPermitted, actor_of, may
from xgz.access.cases import party_body
from xgz.access.elections import (
    OPEN,
    may_file,
    reads_people,
    visible_elections,
)
from xgz.access.organisations import organisations_in_reach
from xgz.models import CaseEvent, Organisation, TermElection
from xgz.queries import elections as reads
from xgz.queries.case_lists import CaseList
from xgz.rules.elections import (
    ElectionAction,
    ElectionParty,
    ElectionState,
    Filing,
    names_in,
)
from xgz.services.elections import ACTIONS
from xgz.web.cases.lists import LIST_LABELS, case_lists, case_rows
from xgz.web.cases.page import StepForm, case_page, case_room, know_seats, take_case_step
from xgz.web.elections import facts
from xgz.web.elections.forms import ElectionFilter
from xgz.web.elections.result_forms import FILING
from xgz.web.elections.wording import STEP_FAULTS, finding_words
from xgz.web.exports import export_context
from xgz.web.forms import Offer
from xgz.web.lists import Column, list_page, open_list
from xgz.web.papers.section import paper_section
from xgz.web.sightings import count_seen

# What was done about people; told to those alone who read of them (EL-14).
_OF_PEOPLE = frozenset(
    {
        Filing.CANDIDATES,
        Filing.CANDIDATE_OUT,
        Filing.ROLL,
        Filing.ATTENDANCE,
        Filing.WRITE_IN,
        Filing.VOTES,
        Filing.OFFICERS,
    }
)
_PLANNED = frozenset({ElectionState.PREPARING, ElectionState.VETTING})
# What something found bars, by the state it is found in.
_BARRED: dict[str, ElectionAction] = {
    ElectionState.PREPARING: ElectionAction.SUBMIT,
    ElectionState.VETTING: ElectionAction.APPROVE,
    ElectionState.READY: ElectionAction.REPORT,
    ElectionState.REPORTED: ElectionAction.CONFIRM,
}
# Beside the lists of every kind: whose term ends.
_TERMS = "terms"


class FactsForm(StepForm):
    """A step beside what it is judged by."""

    def facts(self) -> list[tuple[str, str]]:
        if not isinstance(self.case, TermElection):
            return []
        found = facts.step_facts(self.case, self.actor)
        if self.step.to == ElectionState.CONFIRMED:
            found += facts.meeting_facts(self.case, self.actor)
        return found


@require_safe
@case_room
def election_list(request: HttpRequest) -> HttpResponse:
    """Show what lies with the actor, what is open, closed, or whose term ends; nearest date first."""
    actor = actor_of(request)
    may_open = may(actor, OPEN)
    if request.GET.get("list") == _TERMS and not may_open:
        raise NotPermitted(OPEN)
    visible = visible_elections(actor)
    lists = case_lists(visible, actor)
    counts: dict[str, int] = {which: rows.count() for which, rows in lists.items()}
    ending = reads.ending_terms(actor)
    if may_open:
        counts[_TERMS] = ending.count()
    chosen, tabs = open_list(request, counts, {**LIST_LABELS, _TERMS: gettext_noop("届满提醒")})
    context = {"which": chosen, "tabs": tabs, "may_open": may_open, "today": actor.today}
    if chosen == _TERMS:
        return _terms(request, ending, context)
    which = CaseList(chosen)
    columns = [
        Column("name", _("党组织"), ("organisation__name",)),
        Column("sort", _("选举类别"), ("sort",), off_phone=True),
        Column("day", _("选举日期"), ("day",), off_phone=True),
    ]
    rows = visible.select_related("area", "owner_body", "organisation")
    form = ElectionFilter(request.GET)
    context |= case_rows(request, which, lists[which], form, columns, rows)
    context |= export_context(request, which)
    return render(request, "elections/list.html", context)


@require_safe
@case_room
def election_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one election: what bars it first, then its plan, who stands, what came out."""
    actor = actor_of(request)
    case = visible_election(request, public_id)
    know_seats(request, case)
    reads_all = reads_people(actor, case)
    standing = reads.candidate_rows(case, actor)
    roll = reads.voter_rows(case, actor)
    _count_shown(request, standing, roll)
    extra = {
        **_findings(case, actor, reads_all=reads_all),
        "reads_people": reads_all,
        "may_open_organisation": bool(organisations_in_reach(actor, [case.organisation_id])),
        "seats": facts.seats_words(case),
        "candidates": facts.candidate_lines(standing),
        "roll": facts.roll_lines(roll),
        "planned": facts.planned_words(case, actor) if reads_all and case.entitled is None else "",
        "count": facts.count_of(case, actor) if reads_all else None,
        "elected": facts.elected_words(case, actor),
        "offers_of_file": _filing(case, actor, standing),
        "may_repeat": reads.may_repeat(case, actor),
        "is_told": lambda event: reads_all or not _is_of_people(event),
        **paper_section(case, actor),
    }
    return case_page(request, case, template="elections/detail.html", extra=extra)


@require_safe
@case_room
def election_tally(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the tally for paper; to those who read of the people alone (EL-14)."""
    actor = actor_of(request)
    case = visible_election(request, public_id)
    if not reads_people(actor, case):
        raise NotPermitted("election.tally")
    standing = reads.candidate_rows(case, actor)
    roll = reads.voter_rows(case, actor)
    _count_shown(request, standing, roll)
    context = {
        "case": case,
        "superior": party_body(case, ElectionParty.COMMITTEE),
        "tellers": names_in(case.tellers),
        "seats": facts.seats_words(case),
        "count": facts.count_of(case, actor),
        "candidates": facts.candidate_lines(standing),
        "elected": facts.elected_words(case, actor),
        "absent": [line for line in facts.roll_lines(roll) if line.row.reason],
    }
    return render(request, "elections/tally.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@case_room
def election_step(request: HttpRequest, public_id: str, action: str) -> HttpResponse:
    """Show and take one step of an election."""
    case = visible_election(request, public_id)
    forms = dict.fromkeys(ElectionAction, FactsForm)
    return take_case_step(request, case, action, actions=ACTIONS, forms=forms, faults=STEP_FAULTS)


def visible_election(request: HttpRequest, public_id: str) -> TermElection:
    """Return the case the address names. Raises Http404 for one out of sight."""
    case = reads.election_at(actor_of(request), public_id)
    if case is None:
        raise Http404
    return case


def _count_shown(
    request: HttpRequest, standing: Sequence[reads.CandidateRow], roll: Sequence[reads.VoterRow]
) -> None:
    """Count everybody shown by name once (RV-5)."""
    named = {row.member.pk for row in standing if row.in_clear}
    named |= {row.member.pk for row in roll if row.in_clear}
    count_seen(request, sorted(named))


def _terms(
    request: HttpRequest, rows: QuerySet[Organisation], context: dict[str, Any]
) -> HttpResponse:
    columns = [
        Column("name", _("党组织"), ("name",)),
        Column("superior", _("上级党组织"), ("body__parent__path",), off_phone=True),
        Column("elected", _("最近换届"), ("elected_on",), off_phone=True),
        Column("ends", _("届满"), ("term_ends_on",)),
        Column("next", _("下一步")),
    ]
    listing = list_page(
        request, rows.select_related("body__parent"), columns, ("term_ends_on", "pk")
    )
    return render(request, "elections/terms.html", {**context, "listing": listing})


def _findings(case: TermElection, actor: Actor, *, reads_all: bool) -> dict[str, Any]:
    """Return what is found; who does not read of the people learns nothing of it (EL-14)."""
    found = reads.findings_of(case, actor.today) if reads_all else []
    blockers = [(finding_words(each), each.rule) for each in found if each.is_blocker]
    return {
        "blockers": blockers,
        "is_planned": case.state in _PLANNED,
        "warnings": [(finding_words(each), each.rule) for each in found if not each.is_blocker],
        "barred": [_BARRED[case.state].value] if blockers else [],
    }


def _filing(
    case: TermElection, actor: Actor, standing: Sequence[reads.CandidateRow]
) -> Sequence[Offer]:
    """Return what the actor may put into the file now, as buttons."""
    return [
        Offer(what, form.title)
        for what, form in FILING.items()
        if case.state == form.state
        and form.fits(case, standing)
        and may_file(actor, case, form.parties)
    ]


def _is_of_people(event: CaseEvent) -> bool:
    return event.action in _OF_PEOPLE
