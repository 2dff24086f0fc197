"""One-time codes: accepted once whatever process they are sent to, few attempts (AC-8)."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache

from tests.factories import make_district, make_user
from tests.services.sign_in_races import at_once
from xgz.access.actor import Origin
from xgz.models import AuditEntry, UsedCode, sealing
from xgz.rules.allowances import LIMITS, Purpose
from xgz.rules.roles import Role
from xgz.services import second_factor
from xgz.services.second_factor import CodeRefused, check_code, claim_first_code, secrets_of

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = timedelta(seconds=30)
MOST = LIMITS[Purpose.CODE].most
pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    user = make_user(Role.BUREAU, make_district().bureau)
    with secrets_of(user):
        TOTP.activate(user, SECRET)
    return user


def code_at(moment):
    return format_hotp_value(hotp_value(SECRET, int(moment.timestamp()) // 30))


def accepts(user, code, now=NOW):
    try:
        check_code(user=user, code=code, origin=Origin(), now=now)
    except CodeRefused:
        return False
    return True


def wrong_codes(number):
    right = {code_at(NOW + n * STEP) for n in (-1, 0, 1)}
    return [c for c in (f"{n:06}" for n in range(100, 200)) if c not in right][:number]


@pytest.mark.parametrize(
    ("steps", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_phone_may_be_wrong_by_one_step(steps, accepted, clerk):
    assert accepts(clerk, code_at(NOW + steps * STEP)) is accepted


def test_a_code_is_accepted_once(clerk):
    assert accepts(clerk, code_at(NOW))
    assert not accepts(clerk, code_at(NOW))
    assert not accepts(clerk, code_at(NOW), NOW + STEP)
    assert accepts(clerk, code_at(NOW + STEP), NOW + STEP)


def test_people_write_codes_with_spaces(clerk):
    code = code_at(NOW)

    assert accepts(clerk, f" {code[:3]} {code[3:]} ")


@pytest.mark.django_db(transaction=True)
def test_processes_that_share_no_cache_accept_it_once_in_total(clerk, monkeypatch):
    monkeypatch.setattr(cache, "add", lambda *args, **kwargs: True)

    answers = at_once(8, lambda _thread: accepts(clerk, code_at(NOW)))

    assert sorted(answers) == [False] * 7 + [True]
    assert UsedCode.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_recovery_code_too_is_accepted_once_at_the_same_moment(clerk):
    with secrets_of(clerk):
        (code, *others) = RecoveryCodes.activate(clerk).get_unused_codes()

    answers = at_once(4, lambda _thread: accepts(clerk, code))

    assert sorted(answers) == [False, False, False, True]
    assert accepts(clerk, others[0], NOW + timedelta(hours=1))


def test_after_five_wrong_codes_the_right_one_has_to_wait(clerk):
    for code in wrong_codes(MOST):
        assert not accepts(clerk, code)

    assert not accepts(clerk, code_at(NOW))
    later = NOW + timedelta(minutes=31)
    assert accepts(clerk, code_at(later), later)
    assert {entry.action for entry in AuditEntry.objects.all()} == {
        "sign_in.code_wrong",
        "sign_in.code_too_often",
    }


def test_a_right_code_gives_the_attempts_back(clerk):
    for code in wrong_codes(MOST - 1):
        accepts(clerk, code)
    assert accepts(clerk, code_at(NOW))

    assert accepts(clerk, code_at(NOW + STEP), NOW + STEP)


def test_the_code_an_app_is_set_up_with_is_used_up(clerk):
    claim_first_code(user=clerk, secret=SECRET, code=code_at(NOW), now=NOW)

    assert not accepts(clerk, code_at(NOW))


def test_a_wrong_first_code_sets_nothing_up(clerk):
    with pytest.raises(CodeRefused):
        claim_first_code(user=clerk, secret=SECRET, code=wrong_codes(1)[0], now=NOW)


def test_the_secret_lies_sealed_and_opens_for_its_own_account_only(clerk):
    other = make_user(Role.BUREAU, clerk.role_assignments.get().body)
    stored = Authenticator.objects.get(user=clerk)

    assert SECRET not in str(stored.data)
    Authenticator.objects.filter(pk=stored.pk).update(user=other)
    with pytest.raises(sealing.SealBroken):
        accepts(other, code_at(NOW))


def test_an_account_without_authenticators_accepts_nothing(clerk):
    second_factor.forget_factors(clerk)

    assert not accepts(clerk, code_at(NOW))
    assert not second_factor.has_second_factor(clerk)


def test_recovery_codes_alone_are_no_second_factor(clerk):
    with secrets_of(clerk):
        RecoveryCodes.activate(clerk)
    assert second_factor.has_second_factor(clerk)

    Authenticator.objects.filter(type=Authenticator.Type.TOTP).delete()
    assert not second_factor.has_second_factor(clerk)
