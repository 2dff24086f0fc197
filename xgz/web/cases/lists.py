"""The lists of a kind of case as one page with tabs: to do, open, closed, and what a kind adds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.access.actor import Actor, actor_of
from xgz.models import Case
from xgz.queries.case_lists import CaseList, in_list, list_order
from xgz.queries.deadlines import deadlines_on
from xgz.rules.workdays import Standing
from xgz.web.lists import Column, list_page, open_list

C = TypeVar("C", bound=Case)

LIST_LABELS: dict[CaseList, str] = {
    CaseList.TO_DO: gettext_noop("待办"),
    CaseList.OPEN: gettext_noop("在办"),
    CaseList.CLOSED: gettext_noop("已办结"),
}


class CaseFilter(Protocol[C]):
    """The filter of a kind's lists."""

    def narrow(self, cases: QuerySet[C]) -> QuerySet[C]: ...

    def has_changed(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class CaseLine(Generic[C]):
    """One row. standing: how its due date stands, None for a closed one."""

    case: C
    standing: Standing | None


def case_lists(visible: QuerySet[C], actor: Actor) -> dict[CaseList, QuerySet[C]]:
    """Return every list of the cases in sight."""
    return {which: in_list(which, visible, actor) for which in CaseList}


def tabbed_cases(
    request: HttpRequest,
    visible: QuerySet[C],
    form: CaseFilter[C],
    columns: Sequence[Column],
    related: Sequence[str],
) -> dict[str, Any]:
    """Return what the page of a kind's lists shows: the tabs, and the list that is open."""
    lists = case_lists(visible, actor_of(request))
    counts = {which: rows.count() for which, rows in lists.items()}
    which, tabs = open_list(request, counts, LIST_LABELS)
    rows = visible.select_related(*related)
    return {"tabs": tabs, **case_rows(request, which, lists[which], form, columns, rows)}


def case_rows(
    request: HttpRequest,
    which: CaseList,
    cases: QuerySet[C],
    form: CaseFilter[C],
    columns: Sequence[Column],
    source: QuerySet[C],
) -> dict[str, Any]:
    """Return what one list shows.

    columns: the kind's own; state, owner and the date that matters follow. source: as for list_page.
    """
    heads = [*columns, *_last_columns(which)]
    listing = list_page(request, form.narrow(cases), heads, list_order(which), source)
    today = actor_of(request).today
    deadlines = deadlines_on(today)
    return {
        "form": form,
        "which": which,
        "listing": listing,
        "lines": [CaseLine(row, deadlines.of(row)) for row in listing.rows],
        "filtered": form.has_changed(),
        "today": today,
    }


def _last_columns(which: CaseList) -> list[Column]:
    return [
        Column("state", _("状态"), ("state",)),
        Column("owner", _("当前责任方"), ("owner_body__path",), off_phone=True),
        Column("closed", _("办结时间"), ("closed_at",), off_phone=True)
        if which is CaseList.CLOSED
        else Column("due", _("办理期限"), ("due_on",)),
    ]
