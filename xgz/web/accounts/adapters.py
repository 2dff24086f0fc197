"""What the sign-in library asks of the project: stages, sealed secrets, outside identities."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal import flows
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from xgz.access import clock
from xgz.access.actor import actor_for
from xgz.models import User, sealing
from xgz.rules.sign_in import SessionEnd
from xgz.services.devices import note_sign_in
from xgz.services.second_factor import SECRET_COLUMN, owner_of_secrets
from xgz.web.accounts.fresh import is_fresh
from xgz.web.accounts.known_devices import device_token, leave_token, new_token
from xgz.web.origins import address_of, origin_of

_BEGUN_WITH = "begun_with"  # of the session: the password a sign-in under way began with, hashed


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in as this office has it: nobody signs up, nothing is mailed, limits are our own."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The library's own messages are left out: the pages say themselves what was done."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail leaves the site."""

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        return not is_fresh(context.request)

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[Any]:
        url = reverse("confirm-identity")
        return [{"id": "reauthenticate", "url": url, "description": _("确认身份")}]

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        return redirect("sign-in")

    def login(self, request: HttpRequest, user: User) -> None:
        """Open the session, unless the account was shut or got another password meanwhile (AC-7).

        Between the password and the second factor lie up to 15 minutes.
        """
        begun_with = request.session.pop(_BEGUN_WITH, None)
        is_same = begun_with in (None, user.get_session_auth_hash())
        if not (user.is_active and is_same):
            clear_login(request)
            reason = SessionEnd.PASSWORD if user.is_active else SessionEnd.CLOSED
            raise ImmediateHttpResponse(_back_to_sign_in(reason))
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Audit the completed sign-in and leave the browser its token."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        token = device_token(request) or new_token()
        now = clock.now()
        actor = actor_for(user, now.date(), origin_of(request))
        note_sign_in(actor=actor, token=token, now=now)
        leave_token(response, token)
        return response


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors whose secrets are sealed for the account they belong to."""

    def get_totp_issuer(self) -> str:
        return _("小个专党建工作平台")

    def _get_site_name(self) -> str:
        return _("小个专党建工作平台")

    def _get_user_identifier(self, user: User) -> str:
        return user.username

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"display_name": user.username}

    def encrypt(self, text: str) -> str:
        return sealing.seal(SECRET_COLUMN, _owner(), text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(SECRET_COLUMN, _owner(), encrypted_text)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail leaves the site."""


class OutsideIdentities(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Identities of the district's own service: only those an administrator linked (AC-12)."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        return False

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> AbstractBaseUser:
        """Keep nothing of what the service tells about the person but its identifier."""
        sociallogin.account.extra_data = {}
        user: AbstractBaseUser = sociallogin.user
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse identities nobody linked, and linking by the person itself."""
        if sociallogin.state.get("process") != AuthProcess.LOGIN:
            raise PermissionDenied
        if not sociallogin.is_existing:
            raise ImmediateHttpResponse(_back_to_sign_in("unlinked"))

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        raise ImmediateHttpResponse(_back_to_sign_in("outside_failed"))


def begin_sign_in(request: HttpRequest, user: User, next_page: str) -> HttpResponse:
    """Go on after a right password: the second factor where there is one, then the page asked for."""
    request.session[_BEGUN_WITH] = user.get_session_auth_hash()
    flows.login.record_authentication(request, user, method="password")
    login = flows.login.Login(user=user, redirect_url=next_page)
    response: HttpResponse = flows.login.perform_login(request, login)
    return response


def _owner() -> str:
    """Return whose secret is being sealed or opened: the one named, else the signed-in person."""
    if owner := owner_of_secrets():
        return owner
    user = context.request.user
    if not isinstance(user, User):
        raise PermissionDenied
    return user.public_id


def _back_to_sign_in(reason: str) -> HttpResponse:
    return redirect(f"{reverse('sign-in')}?{urlencode({'ended': reason})}")
