"""What the inside asks of the relay, with a token: sealed pieces, and a newer list of codes (SR-9)."""

import base64
import json
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from hmac import compare_digest

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from xgz.files.relay_client import MOST_NAMES
from xgz.relay.box import Box, BoxNotReady
from xgz.relay.codes import ListRefused

AT_ONCE = 200  # pieces in one answer
_LONGEST_LIST = 8 * 1024 * 1024

View = Callable[[HttpRequest], HttpResponse]


def handing(box: Box, token: str) -> View:
    """Return the one address of the inside: GET pieces (?after=name), POST names it has, PUT a list of codes.

    Without the token everybody gets the 404 of an address that is not there.
    """
    expected = sha256(token.encode()).digest()

    @wraps(handing)
    def answer(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        known = compare_digest(sha256(given.encode()).digest(), expected)
        act = _ACTS.get(request.method or "")
        if not token or not known or act is None:
            return HttpResponse(status=404)
        return act(request, box)

    return csrf_exempt(answer)


def _give(request: HttpRequest, box: Box) -> HttpResponse:
    after = request.GET.get("after", "")
    names = [name for name in box.names() if name > after]
    pieces = {name: base64.b64encode(box.read(name)).decode() for name in names[:AT_ONCE]}
    return JsonResponse({"pieces": pieces, "left": len(names) - len(pieces)})


def _forget(request: HttpRequest, box: Box) -> HttpResponse:
    try:
        names = [str(name) for name in json.loads(request.body)["done"]][:MOST_NAMES]
    except (ValueError, KeyError, TypeError):
        return HttpResponse(status=400)
    for name in names:
        box.drop(name)
    return JsonResponse({"dropped": len(names)})


def _take_list(request: HttpRequest, box: Box) -> HttpResponse:
    if len(request.body) > _LONGEST_LIST:
        return HttpResponse(status=413)
    try:
        box.take_list(request.body)
    except (ListRefused, BoxNotReady):
        return HttpResponse(status=409)
    return JsonResponse({"taken": True})


_ACTS: dict[str, Callable[[HttpRequest, Box], HttpResponse]] = {
    "GET": _give,
    "POST": _forget,
    "PUT": _take_list,
}
