"""Leads as a table: a page of one, or all of it on one page to be printed."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from xgz.access.actor import actor_of
from xgz.models import Lead
from xgz.queries import leads as reads
from xgz.queries.case_names import seen_in_leads
from xgz.rules.reveals import MOST_PEOPLE
from xgz.web.lists import SIZES, Column, list_page
from xgz.web.sightings import count_people

# No more than may be seen by name in an hour (RV-5): a longer list is narrowed first, or exported.
_PRINTED = (MOST_PEOPLE,)


def lead_table(request: HttpRequest, leads: QuerySet[Lead], *, is_ended: bool) -> dict[str, Any]:
    """Return what the table of these leads shows; ?print=all: all of them on one page.

    is_ended: they have ended, the latest first; else the nearest date first. Raises TooManySeen.
    """
    actor = actor_of(request)
    is_printed = request.GET.get("print") == "all"
    order = ("-closed_at", "pk") if is_ended else ("due_on", "pk")
    sizes = _PRINTED if is_printed else SIZES
    source = reads.listed_leads(actor)
    listing = list_page(request, leads, _columns(is_ended=is_ended), order, source, sizes=sizes)
    rows = reads.lead_rows(listing.rows, actor)
    count_people(request, seen_in_leads([(row.lead, row.name) for row in rows]))
    return {
        "listing": listing,
        "rows": rows,
        "is_ended": is_ended,
        "is_printed": is_printed,
        "print_url": f"?{listing.query}&print=all" if rows else "",
        "most_printed": MOST_PEOPLE,
        "today": actor.today,
    }


def _columns(*, is_ended: bool) -> list[Column]:
    last = (
        Column("closed", _("结束时间"), ("closed_at",), off_phone=True)
        if is_ended
        else Column("due", _("办理期限"), ("due_on",))
    )
    return [
        Column("where", _("到哪里找"), ("business__name", "market__name")),
        Column("person", _("姓名")),
        Column("township", _("乡镇"), ("area__path",), off_phone=True),
        Column("state", _("状态"), ("state",)),
        Column("instructor", _("指导员"), off_phone=True),
        Column("owner", _("当前责任方"), ("owner_body__path",), off_phone=True),
        last,
    ]
