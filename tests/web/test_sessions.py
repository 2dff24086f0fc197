"""Signed-in devices as their people meet them: replaced, idle, too long, ended (AC-7)."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.factories import make_district, make_user
from xgz.access import clock
from xgz.access.actor import actor_for, shell_operator
from xgz.models import AuditEntry, RoleAssignment, SignedInDevice, User
from xgz.rules.roles import Role
from xgz.services import accounts, devices

PASSWORD = "Harvest moon over 2031 hills"
PHONE = "Mozilla/5.0 (Linux; Android 14) Mobile"
DESK = "Mozilla/5.0 (Windows NT 10.0)"
pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def clerk(district):
    return make_user(Role.BUREAU, district.bureau)


class Later:
    """A clock that the test moves on."""

    def __init__(self):
        self.moment = clock.now()

    def __call__(self):
        return self.moment

    def on(self, **time):
        self.moment += timedelta(**time)


@pytest.fixture
def time():
    later = Later()
    with clock.showing(later):
        yield later


def signed_in(user, agent=DESK):
    if not user.password:
        user.set_password(PASSWORD)
        user.password_changed_at = clock.now()
        user.save()
    client = Client(headers={"user-agent": agent})
    client.post(reverse("sign-in"), {"username": user.username, "password": PASSWORD})
    return client


def goes_on(client):
    return client.get(reverse("home")).status_code == 200


def told(client, address="home"):
    """Return what the sign-in page says to whoever is led there."""
    asked = client.get(reverse(address))
    assert asked.status_code == 302
    assert asked.headers["Location"].startswith(reverse("sign-in"))
    return client.get(asked.headers["Location"]).text


def test_a_second_desk_ends_the_first_which_is_told(clerk):
    first = signed_in(clerk)
    phone = signed_in(clerk, PHONE)
    assert goes_on(first)
    second = signed_in(clerk)

    assert "已在另一台同类设备登录" in told(first)
    assert "已在另一台同类设备登录" not in first.get(reverse("sign-in")).text
    assert goes_on(second)
    assert goes_on(phone)


@pytest.mark.parametrize(("role", "minutes"), [(Role.BUREAU, 30), (Role.AUDIT_ADMIN, 15)], ids=str)
def test_a_device_left_alone_is_signed_out(role, minutes, district, time):
    body = district.bureau if role is Role.BUREAU else district.administration
    client = signed_in(make_user(role, body))
    time.on(minutes=minutes - 1, seconds=59)
    assert goes_on(client)

    time.on(minutes=minutes)
    assert "没有操作" in told(client)
    assert not goes_on(client)


def test_a_busy_device_is_signed_out_after_eight_hours(clerk, time):
    client = signed_in(clerk)
    for _ in range(19):
        time.on(minutes=25)
        assert goes_on(client)

    time.on(minutes=5)
    assert "已满 8 小时" in told(client)


def test_signing_out_ends_it_on_the_server(clerk):
    client = signed_in(clerk)
    stolen = client.cookies["sessionid"].value
    client.post(reverse("sign-out"))

    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert not goes_on(thief)
    assert not Session.objects.filter(session_key=stolen).exists()
    assert list(AuditEntry.objects.order_by("number").values_list("action", flat=True)) == [
        "sign_in",
        "sign_in.out",
    ]


def test_a_changed_password_ends_the_other_devices(clerk):
    phone, desk = signed_in(clerk, PHONE), signed_in(clerk)
    new = "Barley moon over 2032 hills"
    desk.post(
        reverse("password-change"),
        {"old_password": PASSWORD, "new_password1": new, "new_password2": new},
    )

    assert goes_on(desk)
    assert "密码已变更" in told(phone)


@pytest.mark.parametrize("deed", ["close", "reset", "end"])
def test_what_an_administrator_does_acts_at_the_next_request(deed, clerk):
    client = signed_in(clerk)
    operator, now = shell_operator(clock.today()), clock.now()
    if deed == "close":
        accounts.set_account_open(actor=operator, user=clerk, is_open=False, now=now)
        words = "账号已停用"
    elif deed == "reset":
        accounts.reset_password(actor=operator, user=clerk, password="x" * 16, now=now)
        words = "密码已变更"
    else:
        devices.end_sessions(actor=operator, user=clerk, now=now)
        words = "登录已被终止"

    assert words in told(client)


def test_a_role_taken_away_acts_at_the_next_request(clerk):
    client = signed_in(clerk)
    assert client.get(reverse("worklists")).status_code == 200
    RoleAssignment.objects.update(valid_to=clock.today() - timedelta(days=1))

    assert client.get(reverse("worklists")).status_code == 403


def test_own_devices_are_listed_and_ended_from_each_other(clerk):
    phone, desk = signed_in(clerk, PHONE), signed_in(clerk)
    page = desk.get(reverse("account")).text
    assert "手机" in page
    assert page.count("退出该设备") == 1

    other = SignedInDevice.objects.get(user=clerk, device_class="phone")
    desk.post(reverse("account-device-end", args=[other.public_id]))

    assert "登录已被终止" in told(phone)
    assert goes_on(desk)


def test_a_foreign_device_is_not_found(clerk, district):
    signed_in(clerk)
    other = signed_in(make_user(Role.BUREAU, district.bureau))
    device = SignedInDevice.objects.get(user=clerk)

    answer = other.post(reverse("account-device-end", args=[device.public_id]))
    assert answer.status_code == 404
    device.refresh_from_db()
    assert device.ended_at is None


def test_a_part_of_a_page_leads_the_whole_page_to_the_sign_in(clerk):
    client = signed_in(clerk)
    signed_in(clerk)

    answer = client.get(reverse("home"), headers={"hx-request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith(reverse("sign-in"))


def test_a_session_without_a_device_is_over(clerk):
    client = signed_in(clerk)
    SignedInDevice.objects.all().delete()

    assert not goes_on(client)


def test_the_check_costs_one_query_a_request(clerk, django_assert_num_queries):
    client = Client()
    client.force_login(clerk)
    client.get(reverse("account"))

    with django_assert_num_queries(8):  # one of them for the offices below a bureau
        client.get(reverse("account"))


def test_an_unused_account_is_shut_after_ninety_days(clerk, district):
    only = make_user(Role.SECURITY_ADMIN, district.administration)
    long_ago = clock.now() - timedelta(days=90, seconds=1)
    for user in (clerk, only):
        User.objects.filter(pk=user.pk).update(last_login=long_ago, date_joined=long_ago)

    assert accounts.close_unused(today=clock.today(), now=clock.now()) == 1

    clerk.refresh_from_db()
    only.refresh_from_db()
    assert (clerk.is_active, only.is_active) == (False, True)  # who would open it again?
    assert actor_for(clerk, clock.today()).roles == frozenset()


def test_an_account_in_use_or_opened_again_stays_open(clerk):
    now = clock.now()
    User.objects.filter(pk=clerk.pk).update(last_login=now - timedelta(days=89, hours=23))
    assert accounts.close_unused(today=clock.today(), now=now) == 0

    User.objects.filter(pk=clerk.pk).update(last_login=now - timedelta(days=400))
    accounts.set_account_open(
        actor=shell_operator(clock.today()), user=clerk, is_open=True, now=now - timedelta(days=89)
    )
    assert accounts.close_unused(today=clock.today(), now=now) == 0
    assert accounts.close_unused(today=clock.today(), now=now + timedelta(days=2)) == 1
