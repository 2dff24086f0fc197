"""Saying again who one is: password, code or passkey, whatever the account has (AC-11)."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.urls import reverse

from tests.factories import make_district, make_user
from tests.factories.passkeys import Passkey
from xgz.access import clock
from xgz.access.actor import actor_for
from xgz.models import AuditEntry, SignedInDevice
from xgz.rules.allowances import LIMITS, Purpose
from xgz.rules.roles import Role
from xgz.services.allowances import AllowanceUsedUp
from xgz.services.second_factor import secrets_of
from xgz.services.sign_in import confirm_by

PASSWORD = "Harvest moon over 2031 hills"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MOST = LIMITS[Purpose.PASSWORD_KNOWN].most
pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    user = make_user(Role.SECURITY_ADMIN, make_district().administration)
    user.set_password(PASSWORD)
    user.password_changed_at = clock.now()
    user.save()
    return user


@pytest.fixture
def passkey(admin):
    return Passkey(admin)


@pytest.fixture
def asked(client, admin):
    """Return a function that opens the page eleven minutes after the sign-in."""
    client.force_login(admin)
    moment = clock.now() + timedelta(minutes=11)
    with clock.showing(lambda: moment):
        yield lambda: client.get(reverse("confirm-identity"))


def send(client, **fields):
    return client.post(reverse("confirm-identity"), {"next": reverse("account-add")} | fields)


def may_go_on(client):
    return client.get(reverse("account-add")).status_code == 200


def outcomes():
    entries = AuditEntry.objects.filter(action="sign_in.confirm").order_by("number")
    return list(entries.values_list("outcome", flat=True))


def test_a_passkey_confirms(client, admin, passkey, asked):
    page = asked()
    assert not may_go_on(client)

    sent = send(client, credential=passkey.answer(page))

    assert sent.headers["Location"] == reverse("account-add")
    assert may_go_on(client)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.outcome) == ("sign_in.confirm", admin, "done")
    assert Authenticator.objects.get().last_used_at is not None


def test_an_answer_serves_once(client, passkey, asked):
    answer = passkey.answer(asked())
    send(client, credential=answer)

    assert "通行密钥没有通过" in send(client, credential=answer).text


def test_an_answer_to_an_earlier_question_is_refused(client, passkey, asked):
    answer = passkey.answer(asked())
    asked()

    assert "通行密钥没有通过" in send(client, credential=answer).text
    assert not may_go_on(client)


def test_a_key_that_did_not_look_at_its_person_is_refused(client, passkey, asked):
    page = send(client, credential=passkey.answer(asked(), verified=False))

    assert "通行密钥没有通过" in page.text
    assert not may_go_on(client)
    assert outcomes() == ["refused"]


@pytest.mark.parametrize("whose", ["nobody", "another person"])
def test_a_strange_passkey_is_refused(whose, client, admin, passkey, asked):
    other = make_user(Role.AUDIT_ADMIN, admin.role_assignments.get().body)
    strange = Passkey(None if whose == "nobody" else other, b"passkey" * 2)

    assert "通行密钥没有通过" in send(client, credential=strange.answer(asked())).text
    assert not may_go_on(client)


def test_a_forged_signature_is_refused(client, passkey, asked):
    forger = Passkey()  # knows the number of the key, not its secret

    assert "通行密钥没有通过" in send(client, credential=forger.answer(asked())).text
    assert not may_go_on(client)


@pytest.mark.parametrize(
    "rubbish", ["", "nothing", "5", "[]", "{}", '{"response": 5}', '{"id": "5"}', "null"]
)
def test_rubbish_is_refused_in_words(rubbish, client, passkey, asked):
    asked()

    page = send(client, credential=rubbish)

    assert (page.status_code, "通行密钥没有通过" in page.text) == (200, True)
    assert not may_go_on(client)


WRONG = {
    "password": {"password": "wrong"},
    "code": {"code": "000000"},
    "passkey": {"credential": "{}"},
}


@pytest.fixture
def app(admin):
    with secrets_of(admin):
        TOTP.activate(admin, SECRET)


def test_all_ways_share_the_attempts_and_the_last_one_counts(client, app, passkey, asked):
    for number in range(MOST - 1):
        asked()
        fields = list(WRONG.values())[number % len(WRONG)]
        assert send(client, **fields).status_code == 200
    page = asked()

    assert send(client, credential=passkey.answer(page)).status_code == 302
    assert may_go_on(client)
    assert outcomes() == ["refused"] * (MOST - 1) + ["done"]


@pytest.mark.parametrize("way", WRONG)
def test_the_fifth_wrong_answer_signs_out_and_says_so(way, client, admin, app, passkey, asked):
    asked()
    for _ in range(MOST - 1):
        assert send(client, **WRONG[way]).status_code == 200
        assert client.get(reverse("home")).status_code == 200

    sent = send(client, **WRONG[way])

    assert sent.headers["Location"].startswith(reverse("sign-in"))
    assert "连续输错 5 次，已退出登录" in client.get(sent.headers["Location"]).text
    assert client.get(reverse("home")).status_code == 302
    assert outcomes() == ["refused"] * MOST
    assert list(SignedInDevice.objects.values_list("end_reason", flat=True)) == ["ended_by"]


def test_another_session_of_the_person_finds_no_attempt_left(client, admin, passkey, asked):
    answer = passkey.answer(asked())
    elsewhere = actor_for(admin, clock.today())
    for _ in range(MOST - 1):
        confirm_by(actor=elsewhere, answers=lambda: False, now=clock.now())
    with pytest.raises(AllowanceUsedUp):
        confirm_by(actor=elsewhere, answers=lambda: False, now=clock.now())

    sent = send(client, credential=answer)

    assert sent.headers["Location"].startswith(reverse("sign-in"))
    assert client.get(reverse("home")).status_code == 302


def test_a_right_code_is_written_down(client, admin, app, asked):
    asked()
    step = int(clock.now().timestamp()) // 30

    sent = send(client, code=format_hotp_value(hotp_value(SECRET, step)))

    assert sent.headers["Location"] == reverse("account-add")
    assert outcomes() == ["done"]


@pytest.mark.parametrize(
    ("has", "offered"),
    [
        ({"password"}, {"password"}),
        ({"password", "app"}, {"password", "code"}),
        ({"passkey"}, {"credential"}),
        ({"password", "passkey"}, {"password", "credential"}),
        ({"app", "passkey"}, {"code", "credential"}),
        (set(), set()),
    ],
    ids=lambda value: "+".join(sorted(value)) or "nothing",
)
def test_the_page_offers_what_the_account_has(has, offered, client, admin, asked):
    if "password" not in has:
        admin.set_unusable_password()
        admin.save()
    if "app" in has:
        with secrets_of(admin):
            TOTP.activate(admin, SECRET)
    if "passkey" in has:
        Passkey(admin)
    client.force_login(admin)

    page = asked().text

    fields = {"password", "code", "credential"}
    assert {name for name in fields if f'name="{name}"' in page} == offered
    assert ("js_data" in page) is ("passkey" in has)
