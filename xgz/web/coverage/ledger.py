"""The ledger as a workbook: the business list with its filter, in the columns of the survey form."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xgz.access.actor import actor_of
from xgz.queries.exports import ExportKind, asked_businesses
from xgz.rules.roles import Resource
from xgz.web.businesses.forms import BusinessFilter
from xgz.web.exports import answer_export
from xgz.web.pages import room


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.LEDGER)
def ledger_export(request: HttpRequest) -> HttpResponseBase:
    """Send the ledger of the businesses that the filter leaves; a long one is made in the background."""
    form = BusinessFilter(request.GET, actor_of(request))
    words = _("；").join(text for _name, text in form.conditions()) or _("不限")
    return answer_export(request, asked_businesses(ExportKind.LEDGER, form.wanted(), words))
