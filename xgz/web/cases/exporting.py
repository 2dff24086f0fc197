"""One of the lists of a kind of case as a workbook, as its page filters it."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xgz.access.actor import actor_of
from xgz.models import Body
from xgz.queries.case_lists import CaseList
from xgz.queries.case_sheets import CASE_SHEETS, CaseSheet, CasesWanted
from xgz.queries.exports import ExportKind, asked_cases
from xgz.web.cases.lists import LIST_LABELS
from xgz.web.cases.room import case_room
from xgz.web.exports import answer_export
from xgz.web.forms import is_public_id

_LONGEST_SEARCH = 40


@require_http_methods(["GET", "HEAD", "POST"])
@case_room
def case_export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send one of the lists of a kind as it is filtered; nothing of members stands in it."""
    asked = request.GET.get("list", "")
    which = CaseList(asked) if asked in set(CaseList) else CaseList.TO_DO
    text = request.GET.get("q", "").strip()[:_LONGEST_SEARCH].replace("\x00", "")
    sheet = CASE_SHEETS[kind]
    states = sheet.states
    state = request.GET.get("state", "")
    state = state if state in states else ""
    township = _township(request, sheet)
    named = (text, township.name if township else "", _(states[state]) if state else "")
    told = _("；").join([_(LIST_LABELS[which]), *filter(None, named)])
    wanted = CasesWanted(text, state, township)
    return answer_export(request, asked_cases(ExportKind(kind), which, wanted, told))


def _township(request: HttpRequest, sheet: CaseSheet) -> Body | None:
    """Return the township asked for, None where the filter of the list offers no such one."""
    asked = request.GET.get("township", "")
    if not is_public_id(asked):
        return None
    offered = sheet.townships(sheet.visible(actor_of(request)))
    return offered.filter(public_id=asked).first()
