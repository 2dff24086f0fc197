"""Faults turned into pages: an outage is said plainly with 503, anything else is an error of ours."""

import logging
import sys
from collections.abc import Callable

from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from xgz.models.outage import Outage, outage_of
from xgz.services.storage import release_reserve

logger = logging.getLogger(__name__)
RETRY_SECONDS: dict[Outage, int] = {Outage.FULL: 60, Outage.BUSY: 5, Outage.AWAY: 5}
_READS = frozenset({"GET", "HEAD"})


class ReadsAgain:
    """Read once more where the connection to the database broke under a page that only reads.

    Connections of a server that was restarted are found dead one by one; nobody needs to see it. A
    change is never sent twice: it may have been stored before its answer was lost.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "outage", None) is not Outage.AWAY or request.method not in _READS:
            return response
        connections.close_all()
        del request.outage  # type: ignore[attr-defined]
        return self.get_response(request)


def fault_page(request: HttpRequest) -> HttpResponse:
    """Answer a request that ended in an exception (Django's handler500); nothing of it was stored.

    A full disk gives the room in reserve back, so that the next small change succeeds.
    """
    fault = sys.exc_info()[1]
    outage = outage_of(fault)
    number = getattr(request, "id", "")
    if outage is None:
        logger.error("fault in a request", exc_info=True)
        return HttpResponse(render_to_string("500.html", {"number": number}), status=500)
    logger.warning("outage: %s", outage.value, exc_info=True)
    request.outage = outage  # type: ignore[attr-defined]
    if outage is Outage.FULL:
        release_reserve()
    return outage_page(request, outage)


def outage_page(request: HttpRequest, outage: Outage) -> HttpResponse:
    """Return the page that says what is the matter and when to try again; asks no database."""
    seconds = RETRY_SECONDS[outage]
    context = {
        "outage": outage.value,
        "seconds": seconds,
        "number": getattr(request, "id", ""),
        "is_read": request.method in _READS,
    }
    page = HttpResponse(render_to_string("health/outage.html", context), status=503)
    page["Retry-After"] = str(seconds)
    return page
