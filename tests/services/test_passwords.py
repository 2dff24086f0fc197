"""New passwords of both profiles, those somebody had before, and their age (AC-1…AC-3)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from tests.factories import make_district, make_user
from xgz.access.actor import actor_for, shell_operator
from xgz.models import PastPassword
from xgz.rules.roles import Role
from xgz.services import accounts, passwords

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
TODAY = NOW.date()
pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return make_user(Role.BUREAU, make_district().bureau)


@pytest.fixture(params=["mlps3", "nist"])
def profile(request, settings):
    settings.PASSWORD_PROFILE = request.param
    return request.param


def choose(user, password, now=NOW):
    accounts.change_own_password(actor=actor_for(user, TODAY), password=password, now=now)
    user.refresh_from_db()


def faults(user, password):
    try:
        passwords.OfficePassword().validate(password, user)
    except ValidationError as refused:
        return [fault.code for fault in refused.error_list]
    return []


def nth(number):
    return f"Harvest moon {number} over hills"


def test_the_present_and_the_last_passwords_are_refused(clerk, settings):
    settings.PASSWORD_PROFILE = "mlps3"
    for number in range(1, 7):
        choose(clerk, nth(number), NOW + timedelta(minutes=number))

    assert [n for n in range(1, 7) if faults(clerk, nth(n))] == [2, 3, 4, 5, 6]
    assert faults(clerk, nth(6)) == ["used_before"]
    assert PastPassword.objects.filter(user=clerk).count() == 5


def test_the_other_profile_keeps_no_old_passwords(clerk, settings):
    settings.PASSWORD_PROFILE = "nist"
    for number in range(1, 4):
        choose(clerk, nth(number))

    assert faults(clerk, nth(3)) == []
    assert not PastPassword.objects.exists()


def test_names_of_units_and_the_own_account_are_refused(clerk, profile):
    assert faults(clerk, "Harvest 2031 清平 over hills") == ["word"]
    assert faults(clerk, f"Harvest {clerk.username} over hills") == ["word"]
    assert faults(clerk, "Harvest 2031 over hills") == []


def test_the_rules_are_said_as_the_profile_has_them(profile):
    said = "".join(passwords.rules_in_words())

    assert ("12 到" in said, "90 天" in said, "3 类" in said) == ((profile == "mlps3"),) * 3
    assert ("15 到" in said) == (profile == "nist")


def test_the_sentences_stand_apart_in_english(profile):
    with translation.override("en"):
        said = passwords.OfficePassword().get_help_text()

    assert len(re.findall(r"\. [A-Z]", said)) == {"mlps3": 4, "nist": 1}[profile]
    assert not re.search(r"\.\S|[^\x00-\x7f]", said)


def test_an_old_password_must_be_renewed_in_one_profile(clerk, profile):
    choose(clerk, nth(1))

    assert not passwords.must_renew(clerk, NOW + timedelta(days=89, hours=23))
    assert passwords.must_renew(clerk, NOW + timedelta(days=90)) is (profile == "mlps3")


def test_the_age_of_a_password_nobody_dated_counts_from_the_account(clerk):
    clerk.set_password(nth(1))
    clerk.date_joined, clerk.password_changed_at = NOW - timedelta(days=90), None

    assert passwords.must_renew(clerk, NOW)


def test_demo_accounts_and_accounts_without_password_renew_nothing(clerk):
    clerk.date_joined = NOW - timedelta(days=900)
    clerk.set_unusable_password()
    assert not passwords.must_renew(clerk, NOW)

    clerk.set_password(nth(1))
    clerk.is_demo = True
    assert not passwords.must_renew(clerk, NOW)


def test_a_reset_dates_the_first_password(clerk):
    accounts.reset_password(actor=shell_operator(TODAY), user=clerk, password="x" * 16, now=NOW)

    assert (clerk.must_change_password, clerk.password_changed_at) == (True, NOW)
