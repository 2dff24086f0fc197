"""The desk of posters: list, make, print, new code, take down (SR-1, SR-2)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.self_reports import require_handling, require_handling_at
from xgz.files.posters import FontMissing, PosterSheet, poster_pdf
from xgz.files.qr_codes import qr_data_uri
from xgz.queries.self_reports import PosterRow, poster_row, posters_of
from xgz.rules.roles import Resource
from xgz.services.self_reports import posters as services
from xgz.web.lists import Column, list_page
from xgz.web.pages import room
from xgz.web.self_reports.forms import PosterForm

# Nothing on a poster says what somebody who looks at it may be (SR-1).
_TITLE = gettext_noop("扫码登记")
_INVITATION = gettext_noop("想在身边参加活动、办理关系转接？")
_SAYING_TEXTS = (
    "填不填由您自己决定，不影响办照、年报和任何检查。",
    "可以拍下来回家再扫，不必在这里填。",
    "填写的内容由处理单位的经办人办理，谁能看到什么，扫码后先写明。",
)
_ALTERNATIVE = gettext_noop("登记页面的二维码")


@dataclass(frozen=True, slots=True)
class _Change:
    """What can be done to a hanging poster. effect: said before it is done; done: afterwards."""

    act: Callable[..., object]
    title: str
    effect: str
    done: str


_ROTATING = _Change(
    services.rotate_code,
    gettext_noop("换码"),
    gettext_noop("这张海报换用新的二维码，须重新打印张贴；已经贴出的旧码过了宽限期就扫不开。"),
    gettext_noop("已换新码，请重新打印张贴；旧码在宽限期内还能用。"),
)
_REVOKING = _Change(
    services.revoke_poster,
    gettext_noop("停用"),
    gettext_noop(
        "已经贴出的二维码立即扫不开，不能再启用；要再用须另做一张。已收到的登记不受影响。"
    ),
    gettext_noop("已停用，二维码立即失效。"),
)


@require_safe
@room(Resource.SELF_REPORT)
def poster_list(request: HttpRequest) -> HttpResponse:
    """Show the posters of the townships in reach; counted are claims, never who looked."""
    actor = actor_of(request)
    listing = list_page(request, posters_of(actor), _columns(), ("-pk",), posters_of(actor))
    rows = [poster_row(poster, actor.today) for poster in listing.rows]
    context = {"listing": listing, "rows": rows, "today": actor.today}
    return render(request, "self_reports/posters.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.SELF_REPORT)
def poster_make(request: HttpRequest) -> HttpResponse:
    """Make a poster for a place."""
    actor = actor_of(request)
    require_handling(actor)
    form = PosterForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        poster = services.make_poster(actor=actor, spot=form.spot, now=clock.now())
        messages.success(request, _("海报已制作，可以打印。"))
        return redirect("poster-print", public_id=poster.public_id)
    return render(request, "self_reports/make.html", {"form": form})


@require_safe
@room(Resource.SELF_REPORT)
def poster_print(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a poster as it is printed, by the browser or as a PDF."""
    row = _visible(request, public_id)
    sheet = _sheet(request, row)
    context = {"row": row, "sheet": sheet, "code": qr_data_uri(sheet.address)}
    return render(request, "self_reports/print.html", context)


@require_safe
@room(Resource.SELF_REPORT)
def poster_file(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send a poster as a PDF, one page of A4."""
    row = _visible(request, public_id)
    try:
        made = poster_pdf(_sheet(request, row))
    except FontMissing:
        messages.error(request, _("服务器缺少中文字体或名称里有生僻字，请用浏览器打印这一页。"))
        return redirect("poster-print", public_id=public_id)
    name = f"poster-{row.poster.public_id}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


@require_POST
@room(Resource.SELF_REPORT)
def poster_rotate(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give a poster a new code, asked a second time."""
    return _change(request, public_id, _ROTATING)


@require_POST
@room(Resource.SELF_REPORT)
def poster_revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a poster down, asked a second time."""
    return _change(request, public_id, _REVOKING)


def _change(request: HttpRequest, public_id: str, change: _Change) -> HttpResponse:
    poster = _visible(request, public_id).poster
    actor = actor_of(request)
    require_handling_at(actor, poster.area)
    if poster.revoked_at is None and "confirmed" not in request.POST:
        context = {
            "title": _(change.title),
            "about": f"{poster.place}（{poster.area}）",
            "effect": _(change.effect),
            "back": reverse("poster-list"),
        }
        return render(request, "self_reports/sure.html", context)
    try:
        change.act(actor=actor, poster=poster, now=clock.now())
    except services.PosterDown:
        messages.error(request, _("这张海报已经停用。"))
    except services.ChangedMeanwhile:
        messages.error(request, _("刚才有人换过码，请刷新后核对。"))
    else:
        messages.success(request, _(change.done))
    return redirect("poster-list")


def _sheet(request: HttpRequest, row: PosterRow) -> PosterSheet:
    """Return what stands on the poster: always in Chinese, whoever prints it."""
    base = settings.SELF_REPORT_URL or request.build_absolute_uri("/")
    with translation.override("zh-hans"):
        foot = _("处理单位：%(handler)s　有效期至 %(day)s　编号 %(number)s") % {
            "handler": row.poster.area.name,
            "day": row.code.valid_to.isoformat(),
            "number": row.poster.public_id,
        }
        return PosterSheet(
            title=_(_TITLE),
            invitation=_(_INVITATION),
            alternative=_(_ALTERNATIVE),
            place=row.poster.place,
            lines=tuple(_(line) for line in _SAYING_TEXTS),
            foot=foot,
            address=base.rstrip("/") + reverse("self-report", args=[row.address]),
        )


def _visible(request: HttpRequest, public_id: str) -> PosterRow:
    actor = actor_of(request)
    poster = get_object_or_404(posters_of(actor), public_id=public_id)
    require_handling(actor)
    return poster_row(poster, actor.today)


def _columns() -> list[Column]:
    return [
        Column("place", _("张贴处")),
        Column("area", _("乡镇（街道）"), ("area__path",), minor=True),
        Column("made", _("制作"), ("made_at",), minor=True),
        Column("until", _("二维码有效期至")),
        Column("received", _("收到登记"), ("received",), numeric=True),
        Column("acts", _("操作")),
    ]
