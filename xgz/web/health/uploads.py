"""Room for an upload, asked for before its first byte is read (ST-1)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from xgz.models.outage import Outage
from xgz.services.storage import StorageFull, require_room
from xgz.web.health.outages import outage_page

_FORM = "multipart/form-data"


class RoomForUploads:
    """Refuse a form with a file, whatever page it is for, while the disk could not hold it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and request.content_type == _FORM:
            try:
                require_room(_size_of(request))
            except StorageFull:
                return outage_page(request, Outage.FULL)
        return self.get_response(request)


def _size_of(request: HttpRequest) -> int:
    try:
        return max(int(request.META.get("CONTENT_LENGTH") or 0), 0)
    except ValueError:
        return 0
