"""备用恢复码: shown once, and taken as a file by the session that was shown them (AC-8)."""

from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as library
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.devices import own_factors
from xgz.rules.sign_in import FRESH_MINUTES
from xgz.web.accounts.fresh import fresh_sign_in_required

_SHOWN = "codes_shown"  # of the session: the recovery codes it was shown


@require_safe
@fresh_sign_in_required
def recovery_codes(request: HttpRequest) -> HttpResponseBase:
    """Show the codes the first time, afterwards how many are left."""
    page: TemplateResponse = library.view_recovery_codes(request)
    context, codes = page.context_data or {}, _own_codes(request)
    if context["can_view_codes"]:
        request.session[_SHOWN] = codes.pk
    context["may_take"] = _may_take(request, codes)
    return page


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_sign_in_required
def new_recovery_codes(request: HttpRequest) -> HttpResponseBase:
    """Ask before making new codes; without a second factor say what comes first."""
    page: HttpResponseBase = library.generate_recovery_codes(request)
    if isinstance(page, TemplateResponse) and page.context_data is not None:
        kinds = {factor.type for factor in own_factors(actor_of(request))}
        page.context_data["has_factor"] = bool(kinds - {Authenticator.Type.RECOVERY_CODES})
    return page


@require_POST
@fresh_sign_in_required
@never_cache
def recovery_codes_file(request: HttpRequest) -> HttpResponse:
    """Send the codes as a text file within FRESH_MINUTES of showing them, to the same session."""
    codes = _own_codes(request)
    if not _may_take(request, codes):
        return redirect("mfa_view_recovery_codes")  # says that they were shown, and what to do
    return HttpResponse(
        _as_text(codes.wrap().get_unused_codes()).encode("utf-8-sig"),
        content_type="text/plain; charset=utf-8",
        headers={
            "Content-Disposition": content_disposition_header(True, _("备用恢复码.txt")) or ""
        },
    )


def _as_text(codes: list[str]) -> str:
    """Return the lines of the file, ended as the oldest editors of office machines want them."""
    head = [
        _("小个专党建工作平台"),
        _("备用恢复码（%(moment)s 下载）")
        % {"moment": f"{clock.local(clock.now()):%Y-%m-%d %H:%M}"},
        _("手机不在身边时，每个可代替验证码用一次。"),
        _("放在锁好的地方，不要与密码放在一起。"),
        _("打印或转存后，请删除电脑里的这个文件。"),
    ]
    return "\r\n".join([*head, "", *codes, ""])


def _may_take(request: HttpRequest, codes: Authenticator) -> bool:
    """Test whether this session was shown these codes within FRESH_MINUTES."""
    shown_at: float = codes.data.get("viewed_at", 0)
    is_recent = (
        clock.now().timestamp() - shown_at < timedelta(minutes=FRESH_MINUTES).total_seconds()
    )
    return is_recent and request.session.get(_SHOWN) == codes.pk


def _own_codes(request: HttpRequest) -> Authenticator:
    """Return the person's recovery codes. Raises Http404 where there are none."""
    for factor in own_factors(actor_of(request)):
        if factor.type == Authenticator.Type.RECOVERY_CODES:
            return factor
    raise Http404
