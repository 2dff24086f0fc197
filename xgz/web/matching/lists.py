"""Lists of owners and members whose papers and relation do not agree, with the next steps (MT-9)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xgz.access import clock
from xgz.access.actor import Actor, actor_of, may
from xgz.access.businesses import townships_in_reach
from xgz.access.matching import LISTS, RUN, listed_businesses, listed_members
from xgz.access.members import changeable_members
from xgz.access.transfers import proposable_members
from xgz.models import Body
from xgz.queries.exports import asked_owner_list
from xgz.queries.listed_leads import LineLead, leads_on
from xgz.queries.matching import compared_for
from xgz.queries.owner_list_sheet import RULE_IDS, words_of
from xgz.queries.owner_lists import ListedRow, ListWanted, entries_of, rows_of
from xgz.queries.owner_ties import ties_between
from xgz.rules.matching import COMPARED_LISTS, MatchPurpose, OwnerList
from xgz.services import matching
from xgz.web.exports import answer_export
from xgz.web.forms import NOT_CHOSEN, BodyField, OfficeForm, is_public_id
from xgz.web.lists import Column, sequence_page
from xgz.web.matching.forms import PURPOSES
from xgz.web.matching.pages import open_to
from xgz.web.matching.wording import purpose_label, refusal
from xgz.web.sightings import count_seen


class ListFilter(OfficeForm):
    """What a list is read for, and of which township."""

    purpose = forms.ChoiceField(label=gettext_lazy("查看用途"), choices=[NOT_CHOSEN, *PURPOSES])
    township = BodyField(
        label=gettext_lazy("乡镇"), required=False, empty_label=gettext_lazy("全部")
    )

    def __init__(self, data: Any, actor: Actor) -> None:
        super().__init__(data)
        field = self.fields["township"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = townships_in_reach(actor)

    def wanted(self) -> ListWanted | None:
        """Return what is asked for; None without a purpose (MT-2)."""
        self.is_valid()
        purpose = self.cleaned_data.get("purpose")
        if not purpose:
            return None
        return ListWanted(MatchPurpose(purpose), self.cleaned_data.get("township"))

    def in_words(self) -> str:
        """Return the conditions as they stand above an export."""
        township: Body | None = self.cleaned_data.get("township")
        words = [_("用途：%(purpose)s") % {"purpose": purpose_label(self.cleaned_data["purpose"])}]
        return _("；").join([*words, *([township.name] if township else [])])


@require_safe
@open_to(LISTS)
def owner_lists(request: HttpRequest) -> HttpResponse:
    """Lead to the list with most to do."""
    return redirect("owner-list", which=OwnerList.SHOULD_MOVE.value)


@require_safe
@open_to(LISTS)
def owner_list(request: HttpRequest, which: str) -> HttpResponse:
    """Show one list; without a purpose ask for it, without a comparison say how to come to one.

    Each reading is written down (MT-2).
    """
    listed, actor = _asked(which), actor_of(request)
    form = ListFilter(request.GET or None, actor)
    wanted = form.wanted() if form.is_bound else None
    context: dict[str, Any] = {
        "which": listed,
        "words": words_of(listed),
        "rule_id": RULE_IDS[listed],
        "form": form,
        "tabs": _tabs(request, listed),
        "wanted": wanted,
        "today": actor.today,
    }
    if wanted is not None:
        try:
            matching.read_list(actor=actor, which=listed, purpose=wanted.purpose, now=clock.now())
        except matching.NotCompared as error:
            context |= {"refused": refusal(error), "may_compare": may(actor, RUN)}
        else:
            context |= _shown(request, listed, wanted)
    return render(request, "matching/owner_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(LISTS)
def owner_list_export(request: HttpRequest, which: str) -> HttpResponseBase:
    """Ask for the whole list as a workbook, with what it is for (EX-1)."""
    listed, actor = _asked(which), actor_of(request)
    form = ListFilter(request.GET, actor)
    wanted = form.wanted()
    if wanted is None:
        return redirect("owner-list", which=which)
    try:
        matching.read_list(actor=actor, which=listed, purpose=wanted.purpose, now=clock.now())
    except matching.NotCompared as error:
        messages.error(request, refusal(error))
        return redirect("owner-list", which=which)
    return answer_export(request, asked_owner_list(listed, wanted, form.in_words()))


@require_POST
@open_to(LISTS)
def owner_list_lead(request: HttpRequest, which: str, public_id: str) -> HttpResponse:
    """Have one line turned into a lead; the answer is the same whether there was one already."""
    listed, actor = _asked(which), actor_of(request)
    business = get_object_or_404(listed_businesses(actor), public_id=public_id)
    form = ListFilter(request.POST, actor)
    wanted = form.wanted()
    if wanted is None:
        return redirect("owner-list", which=which)
    person = request.POST.get("member", "")
    if person and not is_public_id(person):
        raise Http404
    member = get_object_or_404(listed_members(actor), public_id=person) if person else None
    try:
        matching.lead_from_list(
            actor=actor,
            which=listed,
            wanted=wanted,
            business=business,
            member=member,
            now=clock.now(),
        )
    except matching.NotListed:
        messages.error(request, _("这一行已不在名单上，请按现在的名单再看。"))
    else:
        messages.success(request, _("一天内转为线索，由乡镇（街道）分派指导员走访。"))
    return redirect(_place_of(request, listed, wanted))


def _place_of(request: HttpRequest, listed: OwnerList, wanted: ListWanted) -> str:
    """Return the address of the page of the list that the form was sent from."""
    asked = {
        "purpose": wanted.purpose.value,
        "township": wanted.township.public_id if wanted.township else "",
        **{key: request.POST.get(key, "") for key in ("page", "size")},
    }
    query = urlencode({key: value for key, value in asked.items() if value})
    return f"{reverse('owner-list', args=[listed.value])}?{query}"


def _shown(request: HttpRequest, listed: OwnerList, wanted: ListWanted) -> dict[str, Any]:
    """Return what one page of a list shows, whose reading was written down."""
    actor = actor_of(request)
    listing = sequence_page(request, entries_of(listed, actor, wanted), _columns(listed))
    rows = rows_of(listing.rows, actor)
    count_seen(request, [row.member.pk for row in rows if row.member])
    export = reverse("owner-list-export", args=[listed.value])
    is_compared = listed in COMPARED_LISTS or compared_for(wanted.purpose, actor.today).exists()
    return {
        "listing": listing,
        "lines": _lines(rows, actor, wanted.purpose),
        "export_url": f"{export}?{request.GET.urlencode()}",
        "is_compared": is_compared,
    }


@dataclass(frozen=True, slots=True)
class _Line:
    """A row with what the actor may do and see of it.

    may_move: propose a transfer; may_host: let the member take part. tie: public id of the confirmed
    tie the row rests on, "" where there is none to be ended. of_lead: see LineLead.
    """

    row: ListedRow
    may_move: bool
    may_host: bool
    tie: str
    of_lead: LineLead


def _lines(rows: list[ListedRow], actor: Actor, purpose: MatchPurpose) -> list[_Line]:
    keys = [row.member.pk for row in rows if row.member]
    movable = set(proposable_members(actor).filter(pk__in=keys).values_list("pk", flat=True))
    hosted = set(changeable_members(actor).filter(pk__in=keys).values_list("pk", flat=True))
    places = [(row.member.public_id, row.business.public_id) for row in rows if row.member]
    ties = ties_between(places, purpose, actor) if places else {}
    return [
        _Line(
            row,
            bool(row.member and row.member.pk in movable),
            bool(row.member and row.member.pk in hosted),
            ties.get((row.member.public_id, row.business.public_id), "") if row.member else "",
            of_lead,
        )
        for row, of_lead in zip(rows, leads_on(rows, actor), strict=True)
    ]


def _columns(which: OwnerList) -> list[Column]:
    since = _("在此起") if which is OwnerList.SHOULD_MOVE else _("申报截止")
    home = [Column("home", _("组织关系所在"))] if which is not OwnerList.UNKNOWN else []
    return [
        Column("name", _("姓名")),
        Column("business", _("经营主体")),
        Column("township", _("乡镇"), minor=True),
        *home,
        Column("since", since, minor=True),
        Column("next", _("下一步")),
    ]


def _tabs(request: HttpRequest, shown: OwnerList) -> list[tuple[str, str, bool]]:
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return [
        (reverse("owner-list", args=[each.value]) + query, words_of(each).title, each is shown)
        for each in OwnerList
    ]


def _asked(which: str) -> OwnerList:
    try:
        return OwnerList(which)
    except ValueError:
        raise Http404 from None
