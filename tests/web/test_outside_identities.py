"""Signing in through the district's identity service: accounts an administrator linked (AC-12)."""

import pytest
from allauth.core import context
from allauth.socialaccount.internal.flows.login import complete_login
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from django.urls import reverse

from tests.factories import make_district, make_user
from xgz.access import clock
from xgz.access.actor import shell_operator
from xgz.models import SignedInDevice, User
from xgz.rules.roles import Role
from xgz.services import accounts

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return make_user(Role.BUREAU, make_district().bureau)


def arrive(subject, process="login", user=None, **claims):
    """Return the answer to somebody the service vouches for."""
    request = RequestFactory().get("/")
    request.session, request.user = SessionStore(), user or AnonymousUser()
    request._messages = FallbackStorage(request)
    account = SocialAccount(provider="office", uid=subject, extra_data=claims)
    login = SocialLogin(user=User(email="clerk@example.org"), account=account)
    login.state = {"process": process}
    with context.request_context(request):
        return complete_login(request, login)


def link(user, subject):
    accounts.link_outside_identity(
        actor=shell_operator(clock.today()), user=user, subject=subject, now=clock.now()
    )


def test_a_linked_identity_signs_in(clerk):
    link(clerk, "sub-1")

    answer = arrive("sub-1")

    assert answer.headers["Location"] == reverse("home")
    assert SignedInDevice.objects.get().user == clerk


def test_an_identity_nobody_linked_gets_in_nowhere_and_makes_nothing(clerk):
    User.objects.filter(pk=clerk.pk).update(email="clerk@example.org")

    answer = arrive("sub-2", email="clerk@example.org", email_verified=True)

    assert answer.headers["Location"] == f"{reverse('sign-in')}?ended=unlinked"
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()
    assert not SignedInDevice.objects.exists()


def test_nobody_links_an_identity_to_the_own_account(clerk):
    with pytest.raises(PermissionDenied):
        arrive("sub-3", process="connect", user=clerk)
    assert not SocialAccount.objects.exists()


def test_a_closed_account_stays_closed(clerk):
    link(clerk, "sub-1")
    User.objects.filter(pk=clerk.pk).update(is_active=False)

    arrive("sub-1")
    assert not SignedInDevice.objects.exists()


def test_linking_from_the_shell(clerk, capsys):
    call_command("account", "link-oidc", clerk.username, "sub-1")
    call_command("account", "link-oidc", clerk.username, "sub-9")
    assert list(SocialAccount.objects.values_list("uid", flat=True)) == ["sub-9"]

    other = make_user(Role.BUREAU, clerk.role_assignments.get().body)
    with pytest.raises(CommandError, match="已关联到别的账号"):
        call_command("account", "link-oidc", other.username, "sub-9")


def test_the_sign_in_page_says_what_to_do(client):
    assert "还没有关联" in client.get(f"{reverse('sign-in')}?ended=unlinked").text
    assert "<script>alert" not in client.get(f"{reverse('sign-in')}?ended=<script>alert").text
