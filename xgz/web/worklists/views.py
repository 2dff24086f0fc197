"""Worklists: the overview with its counts, each list, and the same list as a workbook."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xgz.access.actor import Actor, actor_of, may, require
from xgz.files.ledger import Cell, SheetHead, write_table
from xgz.queries.home import has_businesses
from xgz.queries.work_rows import WorkRow, work_rows
from xgz.queries.worklist_wording import LISTS, needs_nothing, next_step_of, reason_of
from xgz.queries.worklists import ListOutOfReach, worklist_counts, worklist_query
from xgz.rules.roles import Resource
from xgz.rules.worklists import RULE_IDS, SUBJECTS, Subject, Worklist
from xgz.services.exports import record_export
from xgz.web.lists import Column, list_page
from xgz.web.pages import room
from xgz.web.worklists.forms import WorklistFilter

_CHUNK = 500
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The most recent or most urgent first; the rest as registered.
_ORDERS: dict[Worklist, tuple[str, ...]] = {
    Worklist.SHOULD_FORM: ("-full_members", "pk"),
    Worklist.TO_VERIFY: ("-members_declared", "pk"),
    Worklist.TERMS: ("term_ends_on", "pk"),
    Worklist.CLOSURES: ("-happened_on", "-pk"),
}
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


@require_safe
@room(Resource.COVERAGE)
def worklists(request: HttpRequest) -> HttpResponse:
    """Show every list the actor sees, with its count."""
    actor = actor_of(request)
    counts = worklist_counts(actor, actor.today)
    lists = [
        (_(LISTS[which].title), _(LISTS[which].what), RULE_IDS[which], number, list_url(which))
        for which, number in counts.items()
    ]
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
    listing = list_page(
        request, _query(asked, actor, form), columns(asked), _ORDERS.get(asked, ("pk",))
    )
    rows = work_rows(asked, listing.rows, actor, actor.today)
    return render(
        request,
        "worklists/worklist.html",
        {
            "form": form,
            "words": LISTS[asked],
            "rule": RULE_IDS[asked],
            "listing": listing,
            "lines": [line_of(row) for row in rows],
            "is_filtered": form.narrows,
            "every_url": f"{request.path}?need=all" if "need" in form.fields else "",
            "for_the_record": form.wanted().for_the_record,
            "today": actor.today,
            "may_export": may(actor, "ledger.export"),
            "export_url": f"{reverse('worklist-export', args=[which])}?{request.GET.urlencode()}",
        }
        | ({} if rows else _register_state(actor)),
    )


@require_safe
@room(Resource.COVERAGE)
def worklist_export(request: HttpRequest, which: str) -> FileResponse:
    """Send the whole filtered list as a workbook."""
    actor = actor_of(request)
    require(actor, "ledger.export")
    asked = _asked(which)
    form = WorklistFilter(request.GET, actor, asked)
    rows = _query(asked, actor, form).order_by(*_ORDERS.get(asked, ("pk",)))
    words = LISTS[asked]
    head = SheetHead(
        _(words.title),
        (
            _("范围：%(unit)s　条件：%(conditions)s")
            % {
                "unit": "、".join(dict.fromkeys(grant.body_name for grant in actor.grants)),
                "conditions": form.in_words(),
            },
            _("截止日期：%(day)s　依据：%(rule)s") % {"day": actor.today, "rule": RULE_IDS[asked]},
        ),
        _sheet_columns(),
        sheet_name=_("清单"),
        frozen_columns=2,
    )
    target = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it after sending)
    number = write_table(target, head, _sheet_rows(asked, rows, actor))
    record_export(actor=actor, what=asked.value, rows=number, now=timezone.now())
    target.seek(0)
    name = f"{_(words.title)}-{actor.today:%Y%m%d}.xlsx"
    return FileResponse(target, as_attachment=True, filename=name, content_type=_XLSX)


def _register_state(actor: Actor) -> dict[str, bool]:
    """Return whether there is anything to make lists from, and who could import it."""
    return {
        "is_empty": not has_businesses(actor),
        "may_import": may(actor, "import.registry"),
    }


def list_url(which: Worklist) -> str:
    """Return the address of a list."""
    return reverse("worklist", args=[which.value])


def line_of(row: WorkRow) -> Line:
    """Return a row with its words and its link."""
    if row.business is not None:
        name, kind = row.business.name, row.business.get_kind_display()
        url = reverse("business-detail", args=[row.business.public_id])
    elif row.organisation is not None:
        name, kind = row.organisation.name, row.organisation.get_formation_mode_display()
        url = reverse("organisation-detail", args=[row.organisation.public_id])
    else:
        raise ValueError("a row of work names neither a business nor an organisation")
    return Line(
        name=name,
        url=url,
        kind=_(str(kind)),
        township=str(row.township) if row.township else "",
        reason=reason_of(row),
        next_step=next_step_of(row),
        needs_nothing=needs_nothing(row),
        row=row,
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
        Column("rule", _("依据")),
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


def _query(which: Worklist, actor: Actor, form: WorklistFilter) -> QuerySet[Any]:
    try:
        return worklist_query(which, actor, actor.today, form.wanted())
    except ListOutOfReach:
        raise Http404 from None


def _sheet_columns() -> Sequence[tuple[str, int]]:
    return (
        (_("序号"), 7),
        (_("名称"), 36),
        (_("统一社会信用代码"), 22),
        (_("类型"), 16),
        (_("乡镇"), 16),
        (_("列入原因"), 48),
        (_("依据"), 8),
        (_("起算日期"), 12),
        (_("下一步"), 40),
        (_("名册记载人数"), 10),
    )


def _sheet_rows(which: Worklist, rows: QuerySet[Any], actor: Actor) -> Iterator[tuple[Cell, ...]]:
    source = rows.iterator(chunk_size=_CHUNK)
    number = 0
    while chunk := list(islice(source, _CHUNK)):
        for row in work_rows(which, chunk, actor, actor.today):
            number += 1
            line = line_of(row)
            code = row.business.credit_code if row.business else ""
            yield (
                number,
                line.name,
                code or "",
                line.kind,
                line.township,
                line.reason,
                row.rule,
                row.since,
                line.next_step,
                row.roster_rows,
            )
