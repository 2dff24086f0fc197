"""Signing in and out, saying once more who one is, and changing one's own password."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_authentication
from allauth.mfa.webauthn.internal.flows import reauthenticate
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xgz.access import clock
from xgz.access.actor import Actor, actor_of, require_person
from xgz.access.devices import own_factors
from xgz.access.users import has_demo_accounts
from xgz.models import User
from xgz.rules.sign_in import END_WORDS, SessionEnd
from xgz.services import accounts, devices
from xgz.services.allowances import AllowanceUsedUp
from xgz.services.passwords import must_renew, rules_in_words
from xgz.services.sign_in import confirm_by
from xgz.web.accounts.adapters import begin_sign_in
from xgz.web.accounts.factor_forms import ConfirmPasskeyForm
from xgz.web.accounts.forms import ChangePasswordForm, ConfirmForm, SignInForm
from xgz.web.accounts.fresh import mark_fresh, safe_next
from xgz.web.accounts.sessions import farewell

# Whoever had the device may not come back: what it kept of the person goes (SV-5).
_FORGOTTEN = frozenset({SessionEnd.ENDED_BY, SessionEnd.PASSWORD, SessionEnd.CLOSED, "guessed"})


class SignIn(LoginView):
    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Go on to the second factor or the page asked for; signed in is who went all the way."""
        user = form.get_user()
        if not isinstance(user, User):
            raise TypeError(user)
        return begin_sign_in(self.request, user, self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "is_demo_site": has_demo_accounts(),
            "ended": _ended_words(self.request.GET.get("ended", "")),
            "forget": self.request.GET.get("ended", "") in _FORGOTTEN,
            "outside": settings.OIDC.name if settings.OIDC else "",
        }


class PasskeySignIn(LoginWebAuthnView):  # type: ignore[misc]
    """A passkey that opens the account by itself; what it is checked under is in its form."""

    def form_invalid(self, form: Form) -> HttpResponse:
        """Say on the sign-in page that it did not pass, whatever was the cause."""
        messages.error(self.request, _("通行密钥没有通过，请重试。"))
        response: HttpResponse = super().form_invalid(form)
        return response


class SignOut(LogoutView):
    next_page = "sign-in"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """End the session on the server, not only in the browser."""
        key = request.session.session_key
        if key and request.user.is_authenticated:
            devices.sign_out(actor=actor_of(request), session_key=key, now=clock.now())
        return super().post(request, *args, **kwargs)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def confirm_identity(request: HttpRequest) -> HttpResponse:
    """Ask for the password, a code or a passkey before something sensitive (AC-11)."""
    actor = actor_of(request)
    by_passkey = "credential" in request.POST
    form = ConfirmForm(request, actor, None if by_passkey else request.POST or None)
    passkey = ConfirmPasskeyForm(request.POST if by_passkey else None, user=require_person(actor))
    next_page = safe_next(request, request.POST.get("next", request.GET.get("next", "")))
    try:
        right = _answers(request, actor, passkey) if by_passkey else form.is_valid()
    except AllowanceUsedUp:
        return _guessed(request)
    if right:
        mark_fresh(request)
        return redirect(next_page)
    context = {"form": form, "passkey": passkey, "next": next_page} | _ways_to_confirm(actor)
    return render(request, "accounts/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change_password(request: HttpRequest) -> HttpResponse:
    """Let the signed-in person choose a new password; only this session goes on."""
    actor, now = actor_of(request), clock.now()
    form = ChangePasswordForm(actor, request.POST or None)
    try:
        accepted = request.method == "POST" and form.is_valid()
    except AllowanceUsedUp:
        return _guessed(request)
    if accepted:
        key = request.session.session_key or ""
        user = accounts.change_own_password(
            actor=actor, password=form.cleaned_data["new_password1"], now=now, session_key=key
        )
        update_session_auth_hash(request, user)
        devices.move_device(session_key=key, new_key=request.session.session_key or "")
        messages.success(request, _("密码已修改，其他设备上的登录已退出。"))
        return redirect("home")
    user_now = actor.user
    context = {
        "form": form,
        "rules": rules_in_words(),
        "is_first": user_now is not None and user_now.must_change_password,
        "is_old": user_now is not None and must_renew(user_now, now),
    }
    return render(request, "accounts/change_password.html", context)


def _answers(request: HttpRequest, actor: Actor, passkey: ConfirmPasskeyForm) -> bool:
    """Test whether the passkey confirms who it is. Raises AllowanceUsedUp."""
    right = confirm_by(actor=actor, answers=passkey.is_valid, now=clock.now())
    if right:
        reauthenticate(request, passkey.cleaned_data["credential"])
    return right


def _ways_to_confirm(actor: Actor) -> dict[str, Any]:
    """Return what the account has to confirm with; the question a passkey answers is a new one."""
    user, kinds = require_person(actor), {factor.type for factor in own_factors(actor)}
    has_passkey = Authenticator.Type.WEBAUTHN in kinds
    return {
        "has_password": user.has_usable_password(),
        "has_code_app": Authenticator.Type.TOTP in kinds,
        "js_data": {"request_options": begin_authentication(user)} if has_passkey else None,
    }


def _guessed(request: HttpRequest) -> HttpResponse:
    """Sign out whoever failed too often to show who it is, and say so (AC-11)."""
    key = request.session.session_key or ""
    devices.end_session(session_key=key, reason=SessionEnd.ENDED_BY, now=clock.now())
    return farewell(request, SessionEnd.ENDED_BY, told="guessed")


def _ended_words(reason: str) -> str:
    """Return why the person is asked to sign in again, "" where there is nothing to say."""
    if reason == "guessed":
        return _("连续输错 5 次，已退出登录。请重新登录；忘记密码请联系本单位安全管理员。")
    if reason == "unlinked":
        return _("这个统一身份还没有关联到本系统的账号，请联系本单位安全管理员。")
    if reason == "outside_failed":
        return _("统一身份认证没有完成，请重试，或用账号和密码登录。")
    known = {end.value: words for end, words in END_WORDS.items()}
    return _(known[reason]) if reason in known else ""
