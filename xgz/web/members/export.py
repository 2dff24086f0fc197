"""The member list as a workbook: asked for with a purpose, masked unless somebody agrees (EX-1)."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from xgz.access.actor import actor_of, require
from xgz.access.exports import MEMBERS
from xgz.queries.exports import asked_members
from xgz.rules.roles import Resource
from xgz.web.exports import answer_export
from xgz.web.members.finding import member_filter
from xgz.web.pages import room


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.MEMBER)
def member_export(request: HttpRequest) -> HttpResponseBase:
    """Ask for the members that the filter of the list leaves.

    A name that is not searched for leads back to the list, which says why: without it the file would
    hold more people than asked for.
    """
    actor = actor_of(request)
    require(actor, MEMBERS)
    form = member_filter(request, actor)
    if "q" in form.errors:
        return redirect(f"{reverse('member-list')}?{request.GET.urlencode()}")
    return answer_export(request, asked_members(form.wanted(), form.in_words()))
