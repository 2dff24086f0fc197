"""Second factors as people set them up and sign in with them (AC-8)."""

import re
import time
from datetime import timedelta
from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.factories import make_business, make_district, make_member, make_user
from xgz.access import clock
from xgz.models import AuditEntry
from xgz.rules.roles import Role
from xgz.services.second_factor import secrets_of

PASSWORD = "Harvest moon over 2031 hills"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def clerk(district):
    return with_password(make_user(Role.BUREAU, district.bureau))


def with_password(user):
    user.set_password(PASSWORD)
    user.password_changed_at = clock.now()
    user.save()
    return user


def with_app(user):
    with secrets_of(user):
        TOTP.activate(user, SECRET)
    return user


def code_of(secret=SECRET, step=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def begin(client, user):
    return client.post(reverse("sign-in"), {"username": user.username, "password": PASSWORD})


def goes_on(client):
    return client.get(reverse("home")).status_code == 200


def test_a_code_is_asked_for_after_the_password(client, clerk):
    with_app(clerk)

    assert begin(client, clerk).headers["Location"] == reverse("mfa_authenticate")
    assert not goes_on(client)
    assert "二次验证" in client.get(reverse("mfa_authenticate")).text
    client.post(reverse("mfa_authenticate"), {"code": code_of()})

    assert goes_on(client)
    assert AuditEntry.objects.get().action == "sign_in"


def test_the_page_asked_for_opens_after_the_code(client, clerk):
    with_app(clerk)
    client.post(
        f"{reverse('sign-in')}?next={reverse('worklists')}",
        {"username": clerk.username, "password": PASSWORD, "next": reverse("worklists")},
    )

    answer = client.post(reverse("mfa_authenticate"), {"code": code_of()})
    assert answer.headers["Location"] == reverse("worklists")


def test_a_password_changed_before_the_code_ends_the_sign_in(client, clerk):
    with_app(clerk)
    begin(client, clerk)
    clerk.set_password(f"{PASSWORD} and more")
    clerk.save()

    answer = client.post(reverse("mfa_authenticate"), {"code": code_of()}, follow=True)

    assert "密码已变更" in answer.text
    assert not goes_on(client)
    assert not AuditEntry.objects.exists()
    assert client.get(reverse("mfa_authenticate")).status_code == 302  # begins anew


def test_an_account_shut_before_the_code_is_not_opened(client, clerk):
    with_app(clerk)
    begin(client, clerk)
    clerk.is_active = False
    clerk.save()

    answer = client.post(reverse("mfa_authenticate"), {"code": code_of()}, follow=True)

    assert "账号已停用" in answer.text
    assert not goes_on(client)
    assert not AuditEntry.objects.exists()


def test_the_same_code_does_not_sign_in_twice(client, clerk):
    with_app(clerk)
    code = code_of()
    other = Client()
    for one in (client, other):
        begin(one, clerk)
        page = one.post(reverse("mfa_authenticate"), {"code": code})

    assert "已经用过" in page.text
    assert goes_on(client)
    assert not goes_on(other)


def test_the_code_page_alone_opens_nothing(client, clerk):
    with_app(clerk)

    answer = client.post(reverse("mfa_authenticate"), {"code": code_of()})
    assert answer.headers["Location"] == reverse("sign-in")
    assert not goes_on(client)


def test_setting_up_an_app_and_its_recovery_codes(client, clerk):
    begin(client, clerk)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.text.split("<code>")[1].split("</code>")[0]
    assert 'src="data:image/svg+xml;base64,' in page.text
    assert "style=" not in page.text
    stored = [session.get_decoded() for session in Session.objects.all()]
    assert secret not in str(stored)

    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert answer.headers["Location"] == reverse("mfa_view_recovery_codes")
    shown = client.get(reverse("mfa_view_recovery_codes")).text
    codes = [part.split("</code>")[0] for part in shown.split("<li><code>")[1:]]
    assert len(codes) == 10
    assert codes[0] not in client.get(reverse("mfa_view_recovery_codes")).text  # shown once
    assert secret not in str([row.data for row in Authenticator.objects.all()])
    actions = AuditEntry.objects.order_by("number").values_list("action", flat=True)
    assert list(actions) == ["sign_in", "account.factor_add", "account.factor_codes"]

    other = Client()
    begin(other, clerk)
    other.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert goes_on(other)


def test_the_code_of_the_set_up_is_used_up(client, clerk):
    begin(client, clerk)
    secret = client.get(reverse("mfa_activate_totp")).text.split("<code>")[1].split("</code>")[0]
    code = code_of(secret)
    client.post(reverse("mfa_activate_totp"), {"code": code})

    other = Client()
    begin(other, clerk)
    other.post(reverse("mfa_authenticate"), {"code": code})
    assert not goes_on(other)


def test_a_wrong_code_sets_nothing_up_and_keeps_the_secret(client, clerk):
    begin(client, clerk)
    secret = client.get(reverse("mfa_activate_totp")).text.split("<code>")[1].split("</code>")[0]

    page = client.post(reverse("mfa_activate_totp"), {"code": "nothing"}).text

    assert "验证码不对" in page
    assert secret in page
    assert not Authenticator.objects.exists()


def test_an_app_is_taken_away(client, clerk):
    with_app(clerk)
    client.force_login(clerk)
    assert "移除手机验证器" in client.get(reverse("mfa_deactivate_totp")).text

    client.post(reverse("mfa_deactivate_totp"))

    assert AuditEntry.objects.get().action == "account.factor_remove"
    assert not Authenticator.objects.exists()
    assert begin(Client(), clerk).headers["Location"] == reverse("home")


def test_recovery_codes_that_go_with_the_app_are_no_second_row(client, clerk):
    with_app(clerk)
    with secrets_of(clerk):
        RecoveryCodes.activate(clerk)
    client.force_login(clerk)

    client.post(reverse("mfa_deactivate_totp"))

    assert not Authenticator.objects.exists()
    assert AuditEntry.objects.get().action == "account.factor_remove"


def test_a_code_serves_to_confirm_who_one_is(client, clerk):
    with_app(clerk)
    client.force_login(clerk)
    assert "手机验证码" in client.get(reverse("confirm-identity")).text

    answer = client.post(
        reverse("confirm-identity"), {"code": code_of(), "next": reverse("account")}
    )
    assert answer.headers["Location"] == reverse("account")


def people(role, district):
    if role is Role.MEMBER:
        return make_user(role, district.qingping, member=make_member(None))
    if role is Role.OWNER:
        return make_user(role, district.qingping, business=make_business())
    return make_user(role, district.administration)


@pytest.mark.parametrize(
    ("role", "led"),
    [
        (Role.AUDIT_ADMIN, True),
        (Role.SYSTEM_ADMIN, True),
        (Role.MEMBER, False),
        (Role.OWNER, False),
    ],
    ids=str,
)
def test_who_needs_one_is_led_to_set_it_up(role, led, client, district, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    client.force_login(people(role, district))

    for name in ("home", "permission-table", "rulebook", "account-list"):
        answer = client.get(reverse(name))
        assert (answer.headers.get("Location") == reverse("account")) is led
    assert ("须先设置二次验证" in client.get(reverse("account")).text) is led


def test_setting_it_up_opens_the_rest_and_taking_it_away_closes_it(client, clerk, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    begin(client, clerk)
    assert not goes_on(client)
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "password-change", "confirm-identity"):
        assert client.get(reverse(name)).status_code == 200
    secret = client.get(reverse("mfa_activate_totp")).text.split("<code>")[1].split("</code>")[0]
    client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert goes_on(client)

    client.post(reverse("mfa_deactivate_totp"))
    assert client.get(reverse("home")).headers["Location"] == reverse("account")


def test_new_recovery_codes_make_the_old_ones_void(client, clerk):
    with_app(clerk)
    with secrets_of(clerk):
        old = RecoveryCodes.activate(clerk).get_unused_codes()
    client.force_login(clerk)
    client.post(reverse("mfa_generate_recovery_codes"))
    assert AuditEntry.objects.get().action == "account.factor_codes"

    other = Client()
    begin(other, clerk)
    other.post(reverse("mfa_authenticate"), {"code": old[0]})
    assert not goes_on(other)


@pytest.mark.parametrize("send", ["get", "post"])
def test_without_a_second_factor_no_codes_are_offered(send, client, clerk):
    with secrets_of(clerk):
        RecoveryCodes.activate(clerk)  # codes alone are no second factor
    client.force_login(clerk)

    page = getattr(client, send)(reverse("mfa_generate_recovery_codes")).text

    assert "请先设置手机验证器或通行密钥。" in page
    assert reverse("mfa_activate_totp") in page
    assert ">重新生成</button>" not in page
    with_app(clerk)
    assert ">重新生成</button>" in client.get(reverse("mfa_generate_recovery_codes")).text


@pytest.fixture
def shown(client, clerk):
    """Let the clerk be signed in and shown new recovery codes; return them."""
    with_app(clerk)
    client.force_login(clerk)
    client.post(reverse("mfa_generate_recovery_codes"))
    page = client.get(reverse("mfa_view_recovery_codes")).text
    return re.findall(r"<li><code>(\d+)</code>", page)


def take(client):
    return client.post(reverse("mfa_download_recovery_codes"))


def later(**span):
    moment = clock.now() + timedelta(**span)
    return clock.showing(lambda: moment)


def test_shown_codes_are_taken_as_a_file_that_nothing_keeps(client, shown):
    answer = take(client)

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "no-store" in answer.headers["Cache-Control"]
    assert quote("备用恢复码.txt") in answer.headers["Content-Disposition"]
    lines = answer.content.decode("utf-8-sig").split("\r\n")
    assert lines[:1] + lines[-11:] == ["小个专党建工作平台", *shown, ""]
    assert client.get(reverse("mfa_download_recovery_codes")).status_code == 405


def test_used_codes_are_not_in_the_file(client, shown):
    client.post(reverse("confirm-identity"), {"code": shown[0]})

    assert take(client).content.decode().split("\r\n")[-10:] == [*shown[1:], ""]


@pytest.mark.parametrize(("minutes", "status"), [(9, 200), (10, 302)])
def test_ten_minutes_after_showing_them_the_file_is_gone(minutes, status, client, clerk, shown):
    with later(minutes=minutes):
        client.post(reverse("confirm-identity"), {"password": PASSWORD})
        page = client.get(reverse("mfa_view_recovery_codes")).text
        assert ("下载为文本文件" in page) is (status == 200)
        assert shown[0] not in page

        answer = take(client)

        assert answer.status_code == status
        assert (shown[0] in answer.content.decode()) is (status == 200)


def test_another_session_cannot_take_them(clerk, shown):
    phone = Client(headers={"user-agent": "Mozilla/5.0 (Linux; Android 14) Mobile"})
    phone.force_login(clerk)

    assert "下载为文本文件" not in phone.get(reverse("mfa_view_recovery_codes")).text
    assert take(phone).headers["Location"] == reverse("mfa_view_recovery_codes")


def test_new_codes_are_not_taken_before_they_are_shown(client, clerk, shown):
    client.post(reverse("mfa_generate_recovery_codes"))

    assert take(client).status_code == 302


def test_taking_them_late_asks_again_who_it_is(client, shown):
    with later(minutes=11):
        assert take(client).headers["Location"].startswith(reverse("confirm-identity"))


def test_demo_and_test_profiles_only_offer_it(client, clerk):
    begin(client, clerk)

    assert goes_on(client)


def test_the_bypass_of_the_library_is_not_set(settings):
    assert not hasattr(settings, "MFA_TOTP_INSECURE_BYPASS_CODE")
