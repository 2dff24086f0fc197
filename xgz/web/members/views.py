"""Pages of members: list, detail, one page for each change. The market line reaches none."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xgz.access import clock
from xgz.access.actor import Actor, actor_of, may
from xgz.access.exports import MEMBERS
from xgz.access.leads import PROTECT
from xgz.access.members import (
    changeable_members,
    require_changeable_member,
    visible_members,
)
from xgz.access.reveals import revealable_fields
from xgz.access.transfers import proposable_members
from xgz.models import Member
from xgz.queries import members as reads
from xgz.queries.lead_identity import is_protected
from xgz.queries.owner_ties import owned_businesses
from xgz.queries.transfers import open_transfer_of
from xgz.rules.members import CLASS_STEPS, ON_ROLLS, PARTY_CLASSES, LinkKind, MemberClass
from xgz.rules.roles import Resource, Role
from xgz.web.forms import Offer
from xgz.web.lists import Column, list_page
from xgz.web.members.finding import asked_address, member_filter
from xgz.web.members.forms import CHANGES
from xgz.web.members.wording import REFUSALS, refusal, timeline_lines
from xgz.web.pages import room
from xgz.web.sightings import count_seen


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.MEMBER)
def member_list(request: HttpRequest) -> HttpResponse:
    """Show the members in the actor's scope; a plain member sees only the own line.

    A posted filter leads to the address of its list, so that no address holds a name.
    """
    actor = actor_of(request)
    if request.method == "POST":
        return asked_address(request, actor)
    form = member_filter(request, actor)
    narrowed = form.narrow(visible_members(actor)).select_related("formal_org", "activity_org")
    listing = list_page(request, narrowed, _columns(), ("formal_org__body__path", "pk"))
    rows = reads.member_rows(listing.rows, actor)
    count_seen(request, reads.named_in(rows))
    context = {
        "form": form,
        "listing": listing,
        "rows": rows,
        "heads": reads.count_heads(narrowed),
        "filtered": form.has_changed(),
        "today": actor.today,
        "only_self": actor.roles == {Role.MEMBER},
        "export_url": f"{reverse('member-export')}?{request.GET.urlencode()}"
        if may(actor, MEMBERS)
        else "",
    }
    return render(request, "members/list.html", context)


@require_safe
@room(Resource.MEMBER)
def member_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one member: both links, basics with masked numbers, workplaces, timeline."""
    actor = actor_of(request)
    rows = visible_members(actor).select_related(
        "formal_org__body__parent", "activity_org__guiding_body"
    )
    member = get_object_or_404(rows, public_id=public_id)
    (row,) = reads.member_rows([member], actor)
    count_seen(request, reads.named_in([row]))
    context = {
        "member": member,
        "row": row,
        "address": reads.masked_address(member),
        "position": member.position,
        "flow_to": member.flow_to,
        "workplaces": reads.workplace_rows(member, actor),
        "owned": owned_businesses(member, actor),
        "lines": timeline_lines(reads.timeline_of(member)),
        "openable": reads.openable_organisations(member, actor),
        "formal_since": reads.link_began_on(member, LinkKind.FORMAL),
        "activity_since": reads.link_began_on(member, LinkKind.ACTIVITY),
        "offers": _offers(actor, member),
        "open_transfer": open_transfer_of(member, actor),
        "may_propose": _may_propose(actor, member),
        "revealable": revealable_fields(actor, member),
        "may_protect": may(actor, PROTECT),
        "is_protected": may(actor, PROTECT) and is_protected(member),
        "is_self": member.pk in {grant.member_id for grant in actor.grants},
        "today": actor.today,
    }
    return render(request, "members/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.MEMBER)
def change(request: HttpRequest, public_id: str, change: str) -> HttpResponse:
    """Show and take the form of one change; a hidden member is 404, no right is 403."""
    actor = actor_of(request)
    if change not in CHANGES:
        raise Http404
    member = get_object_or_404(visible_members(actor), public_id=public_id)
    require_changeable_member(actor, member)
    (row,) = reads.member_rows([member], actor)
    count_seen(request, reads.named_in([row]))
    form = CHANGES[change](request.POST or None, actor=actor, member=member)
    if request.method == "POST" and form.is_valid():
        try:
            form.apply(clock.now())
        except REFUSALS as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(request, _("已办理：%(title)s") % {"title": form.title})
            return redirect("member-detail", public_id=public_id)
    return render(request, "members/change.html", {"form": form, "member": member, "row": row})


def _offers(actor: Actor, member: Member) -> list[Offer]:
    """Return the changes to offer: class and status belong to where the relation is."""
    if not changeable_members(actor).filter(pk=member.pk).exists():
        return []
    steps = CLASS_STEPS[MemberClass(member.member_class)]
    return [Offer(slug, form.title) for slug, form in CHANGES.items() if slug != "class" or steps]


def _may_propose(actor: Actor, member: Member) -> bool:
    """Test whether to offer a transfer: a member on the rolls, whose relation the actor may move."""
    is_member = member.member_class in PARTY_CLASSES and member.status in ON_ROLLS
    return is_member and proposable_members(actor).filter(pk=member.pk).exists()


def _columns() -> list[Column]:
    return [
        Column("name", _("姓名")),
        Column("class", _("人员类别"), ("member_class",)),
        Column("status", _("党籍状态"), ("status",)),
        Column("sex", _("性别"), minor=True),
        Column("born", _("出生日期"), ("born_on",), off_phone=True),
        Column("age", _("年龄"), numeric=True),
        Column("joined", _("入党日期"), ("joined_on",), off_phone=True),
        Column("id", _("公民身份号码"), minor=True),
        Column("phone", _("手机号"), off_phone=True),
        Column("formal", _("组织关系所在"), ("formal_org__name",)),
        Column("activity", _("参加活动所在"), ("activity_org__name",), off_phone=True),
    ]
