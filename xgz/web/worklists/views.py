"""Worklists: the overview with its counts, each list, and the same list as a workbook."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xgz.access.actor import Actor, actor_of, may, require
from xgz.models import Closure, Formation, TermElection
from xgz.queries.closures import cases_of_businesses
from xgz.queries.elections import open_elections
from xgz.queries.exports import asked_worklist
from xgz.queries.formations import formations_of_businesses
from xgz.queries.home import has_businesses
from xgz.queries.parameters import work_limits_on
from xgz.queries.work_rows import WorkRow, work_rows
from xgz.queries.worklist_sheet import LIST_ORDERS, name_and_kind
from xgz.queries.worklist_wording import needs_nothing, next_step_of, reason_of, words_of
from xgz.queries.worklists import ListOutOfReach, worklist_counts, worklist_query
from xgz.rules.organisations import FormationMode
from xgz.rules.roles import Resource
from xgz.rules.worklists import RULE_IDS, SUBJECTS, Subject, WorkLimits, Worklist
from xgz.web.exports import answer_export
from xgz.web.lists import Column, list_page
from xgz.web.pages import room
from xgz.web.worklists.forms import WorklistFilter

_SINCE: dict[Worklist, tuple[str, ...]] = {
    Worklist.SHOULD_FORM: ("report_year",),
    Worklist.TO_VERIFY: ("report_year",),
    Worklist.SMALL: ("report_year",),
    Worklist.DECLARED_OWNERS: ("report_year",),
    Worklist.TERMS: ("term_ends_on",),
    Worklist.NO_LIFE: ("last_life_on",),
    Worklist.UNKNOWN_CODES: ("valid_from",),
    Worklist.MISSING: ("missing_since",),
    Worklist.CLOSURES: ("happened_on",),
}
# Lists whose organisations may need to be revived, merged or revoked (AD-10).
_ADJUSTABLE = frozenset(
    {Worklist.CLOSED_BUSINESS, Worklist.BELOW_THREE, Worklist.TERMS, Worklist.NO_LIFE}
)
_CLOSURE_RULE = RULE_IDS[Worklist.CLOSURES]
_TERM_RULE = RULE_IDS[Worklist.TERMS]
_FORMING_RULES = frozenset(
    RULE_IDS[which] for which in (Worklist.SHOULD_FORM, Worklist.TO_VERIFY, Worklist.SMALL)
)
# The way from a row of each subject to the row that has the name.
_PREFIXES: dict[Subject, str] = {
    Subject.BUSINESS: "",
    Subject.ORGANISATION: "",
    Subject.CODE: "organisation__",
    Subject.CLOSURE: "business__",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a list ready to show."""

    name: str
    url: str
    kind: str
    township: str
    reason: str
    next_step: str
    needs_nothing: bool
    row: WorkRow
    case: Closure | None = None
    election: TermElection | None = None
    formation: Formation | None = None

    @property
    def may_elect(self) -> bool:
        """Test whether the row is an organisation that could hold an election (EL-2)."""
        organisation = self.row.organisation
        return organisation is not None and organisation.formation_mode != FormationMode.FUNCTIONAL


@require_safe
@room(Resource.COVERAGE)
def worklists(request: HttpRequest) -> HttpResponse:
    """Show every list the actor sees, with its count."""
    actor = actor_of(request)
    limits = work_limits_on(actor.today)
    counts = worklist_counts(actor, actor.today, limits).lists
    lists = [list_line(which, number, limits) for which, number in counts.items()]
    context = {
        "lists": lists,
        "today": actor.today,
        "has_rows": any(counts.values()),
    } | _register_state(actor)
    return render(request, "worklists/overview.html", context)


@require_safe
@room(Resource.COVERAGE)
def worklist(request: HttpRequest, which: str) -> HttpResponse:
    """Show one list with filter, sorting and pages."""
    actor = actor_of(request)
    asked = _asked(which)
    form = WorklistFilter(request.GET, actor, asked)
    limits = work_limits_on(actor.today)
    listing = list_page(
        request, _query(asked, actor, form, limits), columns(asked), LIST_ORDERS.get(asked, ("pk",))
    )
    rows = work_rows(asked, listing.rows, actor, actor.today, limits)
    return render(
        request,
        "worklists/worklist.html",
        {
            "form": form,
            "words": words_of(asked, limits),
            "closure_days": limits.closure_days,
            "rule_id": RULE_IDS[asked],
            "listing": listing,
            "lines": lines_of(rows, actor),
            "is_filtered": form.narrows,
            "every_url": f"{request.path}?need=all" if "need" in form.fields else "",
            "for_the_record": form.wanted().for_the_record,
            "today": actor.today,
            "may_export": may(actor, "ledger.export"),
            "may_adjust": asked in _ADJUSTABLE and may(actor, "adjustment.open"),
            "may_form": asked is Worklist.SHOULD_FORM and may(actor, "formation.open"),
            "may_elect": asked is Worklist.TERMS and may(actor, "election.open"),
            "export_url": f"{reverse('worklist-export', args=[which])}?{request.GET.urlencode()}",
        }
        | ({} if rows else _register_state(actor)),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.COVERAGE)
def worklist_export(request: HttpRequest, which: str) -> HttpResponseBase:
    """Send the whole filtered list as a workbook; a long one is made in the background."""
    actor = actor_of(request)
    require(actor, "ledger.export")
    listed = _asked(which)
    form = WorklistFilter(request.GET, actor, listed)
    asked = asked_worklist(listed, form.wanted(), form.in_words())
    try:
        return answer_export(request, asked)
    except ListOutOfReach:
        raise Http404 from None


def _register_state(actor: Actor) -> dict[str, bool]:
    """Return whether there is anything to make lists from, and who could import it."""
    return {
        "is_empty": not has_businesses(actor),
        "may_import": may(actor, "import.registry"),
    }


def list_url(which: Worklist) -> str:
    """Return the address of a list."""
    return reverse("worklist", args=[which.value])


def list_line(which: Worklist, number: int, limits: WorkLimits) -> tuple[str, str, str, int, str]:
    """Return title, what stands on it, rule, number of rows and address of a list."""
    words = words_of(which, limits)
    return words.title, words.what, RULE_IDS[which], number, list_url(which)


def lines_of(rows: Sequence[WorkRow], actor: Actor) -> list[Line]:
    """Return rows with their words and links.

    Closings come with the case the actor sees (CB-1), ending terms with the open election,
    businesses without an organisation with the formation that holds them (FM-15).
    """
    closed = [row.business.pk for row in rows if row.business and row.rule == _CLOSURE_RULE]
    cases = cases_of_businesses(actor, closed) if closed else {}
    ending = [row.organisation.pk for row in rows if row.organisation and row.rule == _TERM_RULE]
    elections = open_elections(actor, ending) if ending else {}
    lacking = [row.business.pk for row in rows if row.business and row.rule in _FORMING_RULES]
    formations = formations_of_businesses(actor, lacking) if lacking else {}
    return [
        _line_of(
            row,
            cases.get(row.business.pk) if row.business else None,
            elections.get(row.organisation.pk) if row.organisation else None,
            formations.get(row.business.pk) if row.business else None,
        )
        for row in rows
    ]


def _line_of(
    row: WorkRow, case: Closure | None, election: TermElection | None, formation: Formation | None
) -> Line:
    name, kind = name_and_kind(row)
    about = row.business or row.organisation
    if about is None:
        raise ValueError("a row of work names neither a business nor an organisation")
    page = "business-detail" if row.business else "organisation-detail"
    return Line(
        name=name,
        url=reverse(page, args=[about.public_id]),
        kind=kind,
        township=str(row.township) if row.township else "",
        reason=reason_of(row),
        next_step=next_step_of(row),
        needs_nothing=needs_nothing(row),
        row=row,
        case=case,
        election=election,
        formation=formation,
    )


def columns(which: Worklist) -> list[Column]:
    """Return the columns of a list; those without an order cannot be sorted by."""
    subject = SUBJECTS[which]
    prefix = _PREFIXES[subject]
    is_business = subject in {Subject.BUSINESS, Subject.CLOSURE}
    kind = f"{prefix}kind" if is_business else f"{prefix}formation_mode"
    place = f"{prefix}township__path" if is_business else f"{prefix}body__path"
    return [
        Column("name", _("名称"), (f"{prefix}name",)),
        Column("kind", _("类型") if is_business else _("组建方式"), (kind,), minor=True),
        Column("township", _("乡镇"), (place,), minor=True),
        Column("reason", _("列入原因"), _reason_order(which)),
        Column("rule", _("依据"), minor=True),
        Column("since", _("起算日期"), _SINCE.get(which, ()), minor=True),
        Column("next", _("下一步")),
    ]


def _reason_order(which: Worklist) -> tuple[str, ...]:
    if which is Worklist.SHOULD_FORM:
        return ("full_members",)
    if which in {Worklist.TO_VERIFY, Worklist.SMALL}:
        return ("members_declared",)
    return ()


def _asked(which: str) -> Worklist:
    try:
        return Worklist(which)
    except ValueError:
        raise Http404 from None


def _query(
    which: Worklist, actor: Actor, form: WorklistFilter, limits: WorkLimits
) -> QuerySet[Any]:
    try:
        return worklist_query(which, actor, actor.today, form.wanted(), limits)
    except ListOutOfReach:
        raise Http404 from None
