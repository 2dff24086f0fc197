"""Passwords under attack: limits that hold at once, offices that are not shut out (AC-4…AC-6)."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import make_district, make_user
from tests.services.sign_in_races import at_once
from xgz.access.actor import NotPermitted, Origin, actor_for
from xgz.models import AuditEntry, Body, KnownDevice, User
from xgz.rules.allowances import LIMITS, Purpose
from xgz.rules.audit import Outcome
from xgz.rules.roles import Role
from xgz.services import sign_in
from xgz.services.allowances import AllowanceUsedUp
from xgz.services.devices import note_sign_in

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
TODAY = NOW.date()
RIGHT, WRONG = "Harvest moon over 2031 hills", "not the password at all"
OFFICE = Origin(address="203.0.113.7")
MOST = LIMITS[Purpose.PASSWORD].most
pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return person()


@pytest.fixture
def hashes(monkeypatch):
    """Return the list that every comparison of a password is noted in."""
    compared = []
    original = User.check_password

    def check(self, raw):
        compared.append(self.username)
        return original(self, raw)

    monkeypatch.setattr(User, "check_password", check)
    return compared


def person():
    if not Body.objects.exists():
        make_district()
    user = make_user(Role.BUREAU, Body.objects.get(name="县市场监督管理局"))
    user.set_password(RIGHT)
    user.password_changed_at = NOW
    user.save()
    return user


def attempt(username, password=RIGHT, *, device="", origin=OFFICE, now=NOW):
    """Return whether the attempt signs in."""
    try:
        sign_in.check_password(
            username=username, password=password, device=device, origin=origin, now=now
        )
    except sign_in.SignInRefused:
        return False
    return True


def known(user):
    """Return the token of a browser the person signed in from before."""
    note_sign_in(actor=actor_for(user, TODAY), token="of a browser", now=NOW)
    return "of a browser"


def test_the_right_password_signs_in(clerk):
    assert attempt(clerk.username)
    assert not attempt(clerk.username, WRONG)


def test_the_fifth_wrong_attempt_is_compared_and_the_sixth_is_not(clerk, hashes):
    for _ in range(MOST):
        attempt(clerk.username, WRONG)
    assert len(hashes) == MOST

    assert not attempt(clerk.username)
    assert len(hashes) == MOST


def test_the_rest_ends_after_thirty_minutes(clerk):
    for _ in range(MOST):
        attempt(clerk.username, WRONG)

    assert not attempt(clerk.username, now=NOW + timedelta(minutes=29, seconds=59))
    assert attempt(clerk.username, now=NOW + timedelta(minutes=30, seconds=1))


def test_a_right_password_gives_the_attempts_back(clerk):
    for _ in range(MOST - 1):
        attempt(clerk.username, WRONG)
    assert attempt(clerk.username)

    for _ in range(MOST - 1):
        attempt(clerk.username, WRONG)
    assert attempt(clerk.username)


@pytest.mark.parametrize("spelled", [str.upper, " {} ".format], ids=["capitals", "spaces"])
def test_another_spelling_of_the_name_is_no_new_account_to_try(spelled, clerk, hashes):
    for _ in range(MOST):
        attempt(clerk.username, WRONG)

    attempt(spelled(clerk.username), WRONG)
    assert len(hashes) == MOST


def test_an_unknown_name_costs_the_same_and_rests_the_same(clerk, hashes):
    for _ in range(MOST + 3):
        assert not attempt("nobody", WRONG)

    assert len(hashes) == MOST
    assert [entry.action for entry in AuditEntry.objects.order_by("number")] == [
        *["sign_in.wrong"] * MOST,
        *["sign_in.too_often"] * 3,
    ]


def test_refused_attempts_are_audited_without_the_name(clerk):
    attempt("李四的账号", WRONG)
    attempt(clerk.username, WRONG)

    stranger, mine = AuditEntry.objects.order_by("number")
    assert (stranger.outcome, stranger.subject_id) == (Outcome.REFUSED, "")
    assert "李四" not in f"{stranger.__dict__}"
    assert len(stranger.fields["name"]) == 32
    assert mine.subject_id == clerk.public_id
    assert mine.address == "203.0.113.7"


def test_guesses_of_strangers_do_not_keep_a_known_device_out(clerk):
    token = known(clerk)
    for _ in range(MOST + 20):
        attempt(clerk.username, WRONG, origin=Origin(address="198.51.100.9"))

    assert not attempt(clerk.username)
    assert attempt(clerk.username, device=token)


def test_a_known_device_has_a_limit_of_its_own(clerk, hashes):
    token = known(clerk)
    for _ in range(MOST):
        attempt(clerk.username, WRONG, device=token)

    assert not attempt(clerk.username, device=token)
    assert len(hashes) == MOST
    assert attempt(clerk.username)  # from a stranger's device, whose attempts nobody used up


def test_a_device_known_to_one_account_is_a_stranger_to_another(clerk):
    token, other = known(clerk), person()
    for _ in range(MOST):
        attempt(other.username, WRONG, device=token)

    assert not attempt(other.username, device=token)
    assert attempt(clerk.username, device=token)


def test_one_browser_may_be_known_to_two_people(clerk):
    other = person()

    assert known(clerk) == known(other)
    assert KnownDevice.objects.count() == 2


def test_one_address_guesses_at_many_accounts_in_vain(hashes):
    people = [person() for _ in range(200)]
    token = known(people[-1])
    most = LIMITS[Purpose.ADDRESS].most

    assert not any(attempt(user.username, WRONG) for user in people)

    assert len(hashes) == most
    assert not attempt(people[0].username)  # a stranger's device behind this address rests
    assert attempt(people[0].username, origin=Origin(address="198.51.100.9"))
    assert attempt(people[-1].username, device=token)


def test_a_password_of_ones_own_does_not_clear_the_failures_of_an_address(clerk):
    most = LIMITS[Purpose.ADDRESS].most
    for number in range(most - 1):
        attempt(f"nobody {number}", WRONG)
        assert attempt(clerk.username)

    attempt("one more", WRONG)
    assert not attempt(clerk.username)


@pytest.mark.django_db(transaction=True)
def test_of_many_guesses_at_once_no_more_than_five_are_compared(clerk, hashes):
    def guess(thread):
        return [attempt(clerk.username, f"guess {thread} {n}") for n in range(200)]

    answers = at_once(8, guess)

    assert not any(any(got) for got in answers)
    assert len(hashes) <= MOST
    assert AuditEntry.objects.filter(outcome=Outcome.REFUSED).count() == 8 * 200


def test_a_closed_account_answers_like_a_wrong_password(clerk):
    User.objects.filter(pk=clerk.pk).update(is_active=False)

    assert not attempt(clerk.username)
    assert AuditEntry.objects.get().action == "sign_in.wrong"


def test_a_very_long_password_is_wrong_even_where_it_begins_right(clerk):
    clerk.set_password("x" * 128)
    clerk.save()

    assert attempt(clerk.username, "x" * 128)
    assert not attempt(clerk.username, "x" * 129)


def test_a_first_password_runs_out_after_seventy_two_hours(clerk):
    User.objects.filter(pk=clerk.pk).update(must_change_password=True)

    assert attempt(clerk.username, now=NOW + timedelta(hours=71, minutes=59))
    with pytest.raises(sign_in.FirstPasswordExpired):
        attempt(clerk.username, now=NOW + timedelta(hours=72))
    assert not attempt(clerk.username, WRONG, now=NOW + timedelta(hours=72))


def test_the_security_administrator_lifts_the_rest(clerk):
    guard = person()
    admin = make_user(Role.SECURITY_ADMIN, Body.objects.get(name="系统管理"))
    token = known(clerk)
    for _ in range(MOST):
        attempt(clerk.username, WRONG)
        attempt(clerk.username, WRONG, device=token)
    assert sign_in.resting_until(clerk, NOW) == NOW + timedelta(minutes=30)

    with pytest.raises(NotPermitted):
        sign_in.unlock(actor=actor_for(guard, TODAY), user=clerk, now=NOW)
    sign_in.unlock(actor=actor_for(admin, TODAY), user=clerk, now=NOW)

    assert sign_in.resting_until(clerk, NOW) is None
    assert attempt(clerk.username)
    assert attempt(clerk.username, device=token)


def test_confirming_who_one_is_has_a_limit_too(clerk, hashes):
    actor = actor_for(clerk, TODAY)

    assert sign_in.confirm_password(actor=actor, password=RIGHT, now=NOW)
    for _ in range(MOST - 1):
        assert not sign_in.confirm_password(actor=actor, password=WRONG, now=NOW)
    for password in (WRONG, RIGHT):
        with pytest.raises(AllowanceUsedUp) as used:
            sign_in.confirm_password(actor=actor, password=password, now=NOW)
        assert used.value.until == NOW + timedelta(minutes=30)
    assert len(hashes) == MOST + 1


def test_signing_in_gives_the_attempts_to_confirm_back(clerk):
    actor = actor_for(clerk, TODAY)
    for _ in range(MOST - 1):
        sign_in.confirm_password(actor=actor, password=WRONG, now=NOW)
    with pytest.raises(AllowanceUsedUp):
        sign_in.confirm_password(actor=actor, password=WRONG, now=NOW)

    assert not attempt(clerk.username, WRONG)
    with pytest.raises(AllowanceUsedUp):
        sign_in.confirm_password(actor=actor, password=RIGHT, now=NOW)
    assert attempt(clerk.username)

    assert sign_in.confirm_password(actor=actor, password=RIGHT, now=NOW)
