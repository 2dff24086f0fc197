"""我的账号: the devices one is signed in on, password, second factor, passkeys, recovery codes."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xgz.access import clock
from xgz.access.actor import actor_of
from xgz.access.devices import own_factors, visible_devices
from xgz.access.reveals import is_concerned
from xgz.services.devices import DeviceUnknown, end_own_device
from xgz.web.accounts.sessions import lacks_second_factor


@require_safe
@login_required
def own_account(request: HttpRequest) -> HttpResponse:
    """Show where the person is signed in and how it proves who it is."""
    actor = actor_of(request)
    factors = own_factors(actor)
    context = {
        "devices": visible_devices(actor),
        "session_key": request.session.session_key,
        "has_app": any(factor.type == Authenticator.Type.TOTP for factor in factors),
        "passkeys": [f for f in factors if f.type == Authenticator.Type.WEBAUTHN],
        "has_codes": any(f.type == Authenticator.Type.RECOVERY_CODES for f in factors),
        "must_set_up": lacks_second_factor(request, actor),
        "may_see_looks": is_concerned(actor),
    }
    return render(request, "accounts/own.html", context)


@require_POST
@login_required
def end_device(request: HttpRequest, public_id: str) -> HttpResponse:
    """Sign out on one of the own devices."""
    try:
        end_own_device(actor=actor_of(request), public_id=public_id, now=clock.now())
    except DeviceUnknown:
        raise Http404 from None
    messages.success(request, _("已退出该设备。"))
    return redirect("account")
