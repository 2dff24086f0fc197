"""The sign-in form, the device cookie, passwords to be changed, saying again who one is."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_district, make_user
from xgz.access import clock
from xgz.models import AuditEntry, KnownDevice, User
from xgz.rules.allowances import LIMITS, Purpose
from xgz.rules.roles import Role

PASSWORD = "Harvest moon over 2031 hills"
WRONG = "not the password at all"
MOST = LIMITS[Purpose.PASSWORD].most
PROTECTED = ("role-propose", "account-add")
pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    user = make_user(Role.BUREAU, make_district().bureau)
    user.set_password(PASSWORD)
    user.password_changed_at = clock.now()
    user.save()
    return user


def sign_in(client, user, password=PASSWORD, **headers):
    return client.post(
        reverse("sign-in"), {"username": user.username, "password": password}, **headers
    )


def is_in(client):
    return client.get(reverse("home")).status_code == 200


def later(**time):
    moment = clock.now() + timedelta(**time)
    return clock.showing(lambda: moment)


def test_a_sign_in_is_audited_and_the_browser_known(client, clerk):
    sign_in(client, clerk)

    assert is_in(client)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.address) == ("sign_in", clerk, "127.0.0.1")
    assert KnownDevice.objects.get().user == clerk
    cookie = client.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert KnownDevice.objects.get().digest not in cookie.value


def test_the_session_gets_a_new_key_at_sign_in(client, clerk):
    client.get(reverse("sign-in"))
    session = client.session
    session["put there"] = "by somebody else"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    sign_in(client, clerk)

    assert client.cookies["sessionid"].value != before


def test_locked_and_wrong_and_unknown_read_the_same(client, clerk):
    pages = [sign_in(client, clerk, WRONG).text for _ in range(MOST)]
    pages.append(sign_in(client, clerk).text)
    pages.append(sign_in(client, User(username="nobody"), WRONG).text)

    said = {page.split('role="alert">')[1].split("</p>")[0] for page in pages}
    assert len(said) == 1
    assert "30 分钟" in said.pop()
    assert not is_in(client)


def test_a_spoofed_address_is_no_way_around_the_limit(client, clerk):
    for number in range(MOST):
        sign_in(client, clerk, WRONG, headers={"x-forwarded-for": f"198.51.100.{number}"})

    assert not is_in(client)
    sign_in(client, clerk, headers={"x-forwarded-for": "203.0.113.1"})
    assert not is_in(client)
    refused = AuditEntry.objects.filter(action="sign_in.too_often")
    assert {entry.address for entry in refused} == {"127.0.0.1"}


def test_the_office_browser_signs_in_while_strangers_guess(client, clerk):
    sign_in(client, clerk)
    client.post(reverse("sign-out"))
    stranger = Client()
    for _ in range(MOST + 3):
        sign_in(stranger, clerk, WRONG)
    sign_in(stranger, clerk)
    assert not is_in(stranger)

    sign_in(client, clerk)

    assert is_in(client)


def test_a_forged_device_cookie_is_a_strangers(client, clerk):
    sign_in(client, clerk)
    forger = Client()
    forger.cookies["device"] = "guessed:token"
    for _ in range(MOST):
        sign_in(forger, clerk, WRONG)

    sign_in(forger, clerk)
    assert not is_in(forger)


def test_the_page_asked_for_opens_after_the_sign_in(client, clerk):
    address = client.get(reverse("worklists")).headers["Location"]
    response = client.post(address, {"username": clerk.username, "password": PASSWORD})
    assert response.headers["Location"] == reverse("worklists")

    client.post(reverse("sign-out"))
    form = {"username": clerk.username, "password": PASSWORD, "next": "https://example.org/"}
    assert client.post(reverse("sign-in"), form).headers["Location"] == reverse("home")


def test_a_first_password_that_ran_out_says_so(client, clerk):
    User.objects.filter(pk=clerk.pk).update(must_change_password=True)
    with later(hours=73):
        page = sign_in(client, clerk)

    assert "首次密码已超过 72 小时" in page.text


def test_an_old_password_is_changed_before_anything_else(client, clerk):
    with later(days=91):
        sign_in(client, clerk)
        assert client.get(reverse("home")).headers["Location"] == reverse("password-change")
        assert "已到更换期限" in client.get(reverse("password-change")).text
        new = "Barley moon over 2032 hills"
        client.post(
            reverse("password-change"),
            {"old_password": PASSWORD, "new_password1": new, "new_password2": new},
        )
        assert is_in(client)


def test_the_old_password_is_asked_for_and_few_guesses_are_allowed(client, clerk):
    client.force_login(clerk)
    new = "Barley moon over 2032 hills"

    def change(old):
        return client.post(
            reverse("password-change"),
            {"old_password": old, "new_password1": new, "new_password2": new},
        )

    for _ in range(MOST - 1):
        page = change(WRONG).text
        assert "<label>原密码<" in page  # by the same word as what is wrong with it
        assert "原密码不对" in page
    assert "ended=guessed" in change(WRONG).headers["Location"]
    assert not is_in(client)
    client.force_login(clerk)
    assert "ended=guessed" in change(PASSWORD).headers["Location"]
    clerk.refresh_from_db()
    assert clerk.check_password(PASSWORD)


def test_the_form_says_the_rules_and_what_was_wrong(client, clerk):
    client.force_login(clerk)
    assert "四类中至少有 3 类" in client.get(reverse("password-change")).text

    page = client.post(
        reverse("password-change"),
        {"old_password": PASSWORD, "new_password1": "woaini", "new_password2": "woaini"},
    ).text
    assert "密码太短，至少 12 个字符。" in page


@pytest.fixture
def admin(clerk):
    district_administration = make_user(
        Role.SECURITY_ADMIN,
        clerk.role_assignments.get().body.__class__.objects.get(name="系统管理"),
    )
    district_administration.set_password(PASSWORD)
    district_administration.save()
    return district_administration


def test_sensitive_pages_ask_again_after_ten_minutes(client, admin):
    client.force_login(admin)
    address = reverse("account-add")
    assert client.get(address).status_code == 200

    with later(minutes=9, seconds=59):
        assert client.get(address).status_code == 200
    with later(minutes=10):
        asked = client.get(address)
        assert asked.headers["Location"].startswith(reverse("confirm-identity"))
        page = client.get(asked.headers["Location"])
        assert "再确认一次" in page.text
        wrong = client.post(asked.headers["Location"], {"password": WRONG, "next": address})
        assert "密码或验证码不对" in wrong.text
        right = client.post(asked.headers["Location"], {"password": PASSWORD, "next": address})
        assert right.headers["Location"] == address
        assert client.get(address).status_code == 200


def test_a_form_sent_too_late_comes_back_to_its_page_and_changes_nothing(client, admin):
    client.force_login(admin)
    address = reverse("account-add")
    with later(minutes=11):
        sent = client.post(
            address,
            {"username": "new", "name": "何新"},
            headers={"referer": f"http://testserver{address}?from=list"},
        )

        assert "next=%2Faccounts%2Fadd%2F%3Ffrom%3Dlist" in sent.headers["Location"]
        assert not User.objects.filter(username="new").exists()
        foreign = client.post(address, {}, headers={"referer": "https://example.org/evil"})
        assert "example" not in foreign.headers["Location"]


def test_confirming_leads_nowhere_else(client, admin):
    client.force_login(admin)
    sent = client.post(
        reverse("confirm-identity"), {"password": PASSWORD, "next": "https://example.org/"}
    )

    assert sent.headers["Location"] == reverse("home")


def test_guessing_at_the_confirmation_signs_out(client, admin):
    client.force_login(admin)
    for _ in range(MOST):
        client.post(reverse("confirm-identity"), {"password": WRONG})

    refused = client.post(reverse("confirm-identity"), {"password": PASSWORD})
    assert refused.headers["Location"].startswith(reverse("sign-in"))
    assert not is_in(client)


def test_the_page_speaks_the_language_and_waits_where_the_person_goes_on(client, clerk):
    first = client.get(reverse("sign-in")).text
    assert '<html lang="zh-CN">' in first
    assert re.findall(r'name="(\w+)"[^>]* autofocus', first) == ["username"]

    again = client.post(reverse("sign-in"), {"username": clerk.username, "password": WRONG}).text
    assert re.findall(r'name="(\w+)"[^>]* autofocus', again) == ["password"]

    client.post(reverse("set_language"), {"language": "en", "next": reverse("sign-in")})
    assert '<html lang="en">' in client.get(reverse("sign-in")).text
