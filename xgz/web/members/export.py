"""The member list as a workbook: asked for with a purpose, masked unless somebody agrees (EX-1)."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

from xgz.access.actor import actor_of, require
from xgz.access.exports import MEMBERS
from xgz.access.organisations import visible_organisations
from xgz.queries.exports import asked_members
from xgz.rules.roles import Resource
from xgz.web.exports import answer_export
from xgz.web.members.finding import count_name_search
from xgz.web.members.forms import MemberFilter
from xgz.web.pages import room


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.MEMBER)
def member_export(request: HttpRequest) -> HttpResponseBase:
    """Ask for the members that the filter of the list leaves."""
    actor = actor_of(request)
    require(actor, MEMBERS)
    form = MemberFilter(request.GET, organisations=visible_organisations(actor))
    count_name_search(form, actor)
    return answer_export(request, asked_members(form.wanted(), form.in_words()))
