"""Finding somebody of the roster by name, or by the whole ID number or phone, inside the own scope.

An address is kept by browsers and proxies and goes along to the next page, so a name stands in it
only sealed, for whoever searches (RV-4): the form is posted, the list it leads to can be turned
over, sorted and exported like any other.
"""

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from xgz.access import clock
from xgz.access.actor import Actor, actor_of, require_person
from xgz.access.members import reads_masked, require_finding, visible_members
from xgz.access.organisations import visible_organisations
from xgz.models import sealing
from xgz.queries.members import member_rows, members_numbered, named_in
from xgz.rules.roles import Resource
from xgz.services.searches import SearchesUsedUp, count_search
from xgz.web.forms import OfficeForm
from xgz.web.members.forms import MemberFilter
from xgz.web.pages import room
from xgz.web.sightings import count_seen

_ID_DIGITS, _PHONE_DIGITS = 18, 11
_TERM = "search.name"  # what a name in an address is sealed for; row: the person who searches
_LONGEST_TERM = 40


class NumberForm(OfficeForm):
    """One number; it is sent in the body of the request and never shown again."""

    number = forms.CharField(
        label=gettext_lazy("身份证号码或手机号"),
        max_length=24,
        help_text=gettext_lazy("填写完整的 18 位身份证号码或 11 位手机号。每次查找都有记录。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )

    def clean_number(self) -> str:
        number = "".join(str(self.cleaned_data["number"]).split()).upper()
        is_id = len(number) == _ID_DIGITS and number[:-1].isdigit()
        if not number.isascii() or not (
            is_id or (len(number) == _PHONE_DIGITS and number.isdigit())
        ):
            raise forms.ValidationError(_("请填写完整的 18 位身份证号码或 11 位手机号。"))
        return number


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.MEMBER)
def find_member(request: HttpRequest) -> HttpResponse:
    """Find a member by number; somebody out of scope is answered as somebody who is not there."""
    actor = actor_of(request)
    require_finding(actor)
    form = NumberForm(request.POST or None)
    context: dict[str, object] = {"form": form, "is_searched": False}
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["number"]
        try:
            count_search(actor=actor, term=number, now=clock.now())
        except SearchesUsedUp as error:
            form.add_error(None, _used_up(error))
        else:
            found = members_numbered(visible_members(actor), number).select_related("formal_org")
            rows = member_rows(list(found.order_by("pk")), actor)
            count_seen(request, named_in(rows))
            context |= {"rows": rows, "is_searched": True}
        context["form"] = form if form.errors else NumberForm(None)
    if form.is_bound and form.errors:
        form.data = {}  # nothing that was typed comes back on the page
    return render(request, "members/find.html", context)


def asked_address(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Lead from the posted filter to the address of its list, where the name stands sealed."""
    query = QueryDict(mutable=True)
    for field in MemberFilter.base_fields:
        if value := request.POST.get(field, ""):
            query[field] = _sealed(value, actor) if field == "q" else value
    return redirect(f"{reverse('member-list')}?{query.urlencode()}")


def member_filter(request: HttpRequest, actor: Actor) -> MemberFilter:
    """Return the filter an address asks for; the search for a name is counted (RV-4).

    A name in clear, or one sealed for somebody else, is not searched for.
    """
    query, is_own = request.GET.copy(), True
    try:
        row = require_person(actor).public_id
        query["q"] = sealing.unseal(_TERM, row, query.get("q", ""))
    except sealing.SealBroken:
        query["q"], is_own = "", False
    form = MemberFilter(query, organisations=visible_organisations(actor))
    if not is_own:
        form.add_error("q", _("这个网址不能用来查姓名，请在这里输入后点“查询”。"))
    _count_name_search(form, actor)
    return form


def _sealed(name: str, actor: Actor) -> str:
    return sealing.seal(_TERM, require_person(actor).public_id, name[:_LONGEST_TERM])


def _count_name_search(form: MemberFilter, actor: Actor) -> None:
    """Count a search by name as exact where names are masked; past the limit it is not made.

    Whoever reads names in clear has the list before the own eyes anyway (RV-4).
    """
    if not form.is_valid() or not form.cleaned_data["q"] or not reads_masked(actor):
        return
    try:
        count_search(actor=actor, term=form.cleaned_data["q"], now=clock.now())
    except SearchesUsedUp as error:
        form.add_error("q", _used_up(error))


def _used_up(error: SearchesUsedUp) -> str:
    """Return why no more searches are made, and when they are again."""
    until = f"{clock.local(error.until):%m-%d %H:%M}"
    return _("查找次数已用完，%(until)s 以后可以再查。") % {"until": until}
