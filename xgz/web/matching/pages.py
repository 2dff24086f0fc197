"""What the pages of matching share: their gate, the task of an address, the refusal of a purpose."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from xgz.access.actor import actor_of, require
from xgz.access.matching import visible_tasks
from xgz.models import MatchingTask
from xgz.services import matching
from xgz.web.matching.forms import PurposeForm
from xgz.web.matching.wording import refusal

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def open_to(action: str) -> Callable[[View[P]], View[P]]:
    """Let a page be opened only by those who hold `action`; 403 otherwise."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            require(actor_of(request), action)
            return view(request, *args, **kwargs)

        return login_required(opened)

    return decorate


def task_of(request: HttpRequest, public_id: str) -> MatchingTask:
    """Return the task an address names, 404 where the actor sees none."""
    return get_object_or_404(visible_tasks(actor_of(request)), public_id=public_id)


def ask_purpose(
    request: HttpRequest, task: MatchingTask | None, error: Exception | None = None
) -> HttpResponse:
    """Ask what an outcome is read for; error: why it was not shown, 403 for another purpose (MT-2)."""
    said = refusal(error) if error else ""
    context = {"task": task, "form": PurposeForm(task), "error": said}
    status = 403 if isinstance(error, matching.OtherPurpose) else 200
    return render(request, "matching/purpose.html", context, status=status)
