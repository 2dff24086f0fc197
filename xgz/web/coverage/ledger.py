"""The ledger as a workbook: the business list with its filter, in the columns of the survey form."""

import tempfile

from django.http import FileResponse, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xgz.access.actor import actor_of, require
from xgz.access.coverage import countable_businesses
from xgz.files.ledger import LEDGER_COLUMNS, SheetHead, write_table
from xgz.queries.businesses import narrow
from xgz.queries.ledger import ledger_rows, ledger_titles
from xgz.rules.roles import Resource
from xgz.services.exports import record_export
from xgz.web.businesses.forms import BusinessFilter
from xgz.web.pages import room

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@room(Resource.LEDGER)
def ledger_export(request: HttpRequest) -> FileResponse:
    """Send the ledger of the businesses that the filter of the business list leaves."""
    actor = actor_of(request)
    require(actor, "ledger.export")
    form = BusinessFilter(request.GET, actor)
    businesses = narrow(countable_businesses(actor), form.wanted(), actor.today)
    words = "；".join(text for _name, text in form.conditions()) or _("不限")
    target = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it after sending)
    titles = ledger_titles(businesses, actor, actor.today, words)
    rows = write_table(
        target,
        SheetHead(*titles, LEDGER_COLUMNS, frozen_columns=5),
        ledger_rows(businesses, actor, actor.today),
    )
    record_export(actor=actor, what="ledger", rows=rows, now=timezone.now())
    target.seek(0)
    name = f"经营主体党建基本台账-{actor.today:%Y%m%d}.xlsx"
    return FileResponse(target, as_attachment=True, filename=name, content_type=XLSX)
