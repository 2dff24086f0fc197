"""Passkeys at sign-in: alone or after the password, few attempts, refusals written down (AC-6, AC-8)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_district, make_user
from tests.factories.passkeys import Passkey
from xgz.access import clock
from xgz.models import Allowance, AuditEntry
from xgz.rules.allowances import LIMITS, Purpose
from xgz.rules.roles import Role

PASSWORD = "Harvest moon over 2031 hills"
WRONG = '{"id": "not a passkey"}'
pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return clerk_of(make_district())


def clerk_of(district):
    user = make_user(Role.BUREAU, district.bureau)
    user.set_password(PASSWORD)
    user.password_changed_at = clock.now()
    user.save()
    return user


@pytest.fixture
def passkey(clerk):
    return Passkey(clerk)


def post(client, credential, address="203.0.113.7"):
    return client.post(
        reverse("mfa_login_webauthn"), {"credential": credential}, REMOTE_ADDR=address
    )


def after_password(client, clerk):
    client.post(reverse("sign-in"), {"username": clerk.username, "password": PASSWORD})
    return client.get(reverse("mfa_authenticate"))


def is_in(client):
    return client.get(reverse("home")).status_code == 200


def written_down():
    rows = AuditEntry.objects.order_by("number")
    return list(rows.values_list("action", "outcome", "subject_id"))


def test_a_passkey_opens_the_account_and_uses_nothing_up(client, clerk, passkey):
    post(client, passkey.sign_in_answer(client, clerk))

    assert is_in(client)
    assert written_down() == [("sign_in", "done", clerk.public_id)]
    assert not Allowance.objects.filter(used__gt=0).exists()


def test_a_forged_one_is_refused_said_and_written_down(client, clerk, passkey):
    answer = post(client, Passkey().sign_in_answer(client, clerk))

    assert answer.headers["Location"] == reverse("sign-in")
    assert "通行密钥没有通过" in client.get(reverse("sign-in")).text
    assert not is_in(client)
    assert written_down() == [("sign_in.passkey_wrong", "refused", clerk.public_id)]


def test_one_of_nobody_is_written_down_without_a_person(client, clerk):
    stranger = clerk.__class__(pk=clerk.pk + 1000)
    post(client, Passkey().sign_in_answer(client, stranger))

    assert written_down() == [("sign_in.passkey_wrong", "refused", "")]


@pytest.mark.parametrize(
    "rubbish", ["[]", "{}", "5", '"a"', '{"response": []}', "null", "{", WRONG]
)
def test_rubbish_is_refused_in_words(rubbish, client, clerk):
    post(client, rubbish)

    assert "通行密钥没有通过" in client.get(reverse("sign-in")).text


def test_that_of_a_shut_account_opens_nothing_and_is_written_down(client, clerk, passkey):
    clerk.is_active = False
    clerk.save()
    post(client, passkey.sign_in_answer(client, clerk))

    assert not is_in(client)
    assert written_down() == [("sign_in.passkey_wrong", "refused", clerk.public_id)]


def test_an_address_has_fifty_attempts_with_passwords_together(client, clerk, passkey):
    most = LIMITS[Purpose.ADDRESS].most
    for number in range(most - 1):
        if number % 2:
            post(client, WRONG)
        else:
            fields = {"username": f"nobody{number}", "password": "wrong"}
            client.post(reverse("sign-in"), fields, REMOTE_ADDR="203.0.113.7")
    post(client, WRONG)
    post(client, passkey.sign_in_answer(client, clerk))
    assert not is_in(client)
    assert written_down()[-1] == ("sign_in.too_often", "refused", clerk.public_id)

    post(client, passkey.sign_in_answer(client, clerk), address="203.0.113.8")
    assert is_in(client)


def test_the_last_of_the_fifty_is_looked_at(client, clerk, passkey):
    for _ in range(LIMITS[Purpose.ADDRESS].most - 1):
        post(client, WRONG)
    post(client, passkey.sign_in_answer(client, clerk))

    assert is_in(client)


def test_strangers_do_not_shut_out_whom_the_browser_knows(client, clerk, passkey):
    post(client, passkey.sign_in_answer(client, clerk))  # leaves the browser its cookie
    client.post(reverse("sign-out"))
    for _ in range(LIMITS[Purpose.ADDRESS].most + 1):
        post(Client(), Passkey().sign_in_answer(Client(), clerk))
    assert written_down()[-1][0] == "sign_in.too_often"

    post(client, passkey.sign_in_answer(client, clerk))
    assert is_in(client)


def test_a_browser_the_account_knows_has_five(client, clerk, passkey):
    post(client, passkey.sign_in_answer(client, clerk))
    client.post(reverse("sign-out"))
    for _ in range(LIMITS[Purpose.PASSWORD_KNOWN].most):
        post(client, Passkey().sign_in_answer(client, clerk))
    post(client, passkey.sign_in_answer(client, clerk))
    assert not is_in(client)

    moment = clock.now() + timedelta(minutes=30, seconds=1)
    with clock.showing(lambda: moment):
        post(client, passkey.sign_in_answer(client, clerk))
        assert is_in(client)


def test_after_the_password_it_is_one_attempt_with_codes(client, clerk, passkey):
    page = after_password(client, clerk)
    most = LIMITS[Purpose.CODE].most
    for number in range(most - 1):
        fields = {"code": "nothing"} if number % 2 else {"credential": Passkey().answer(page)}
        page = client.post(reverse("mfa_authenticate"), fields)
        assert ("通行密钥没有通过" in page.text) is (number % 2 == 0)
    client.post(reverse("mfa_authenticate"), {"credential": passkey.answer(page)})

    assert is_in(client)
    wrong = [action for action, outcome, _ in written_down() if outcome == "refused"]
    assert wrong == ["sign_in.passkey_wrong", "sign_in.code_wrong"] * 2


def test_after_five_wrong_ones_the_right_one_has_to_wait(client, clerk, passkey):
    page = after_password(client, clerk)
    for _ in range(LIMITS[Purpose.CODE].most):
        page = client.post(reverse("mfa_authenticate"), {"credential": Passkey().answer(page)})
    client.post(reverse("mfa_authenticate"), {"credential": passkey.answer(page)})

    assert not is_in(client)
    assert written_down()[-1] == ("sign_in.code_too_often", "refused", clerk.public_id)
