"""A limit lets through as many as it says, whoever comes at once and whatever the clock does."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from xgz.models import Allowance
from xgz.rules.allowances import LIMITS, Purpose
from xgz.services.allowances import AllowanceUsedUp, give_back, sweep_allowances, take

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def use_up(purpose, now=NOW, subject="a"):
    for _ in range(LIMITS[purpose].most):
        take(purpose, subject, now=now)


def is_refused(purpose, now, subject="a", amount=1):
    try:
        take(purpose, subject, now=now, amount=amount)
    except AllowanceUsedUp:
        return True
    return False


@pytest.mark.parametrize("purpose", Purpose)
def test_as_many_as_the_limit_and_not_one_more(purpose):
    most = LIMITS[purpose].most
    step = max(most // 1000, 1)  # hundreds of thousands one by one would take an hour

    left = [take(purpose, "a", now=NOW, amount=step) for _ in range(most // step)]

    assert left == list(range(most - step, -1, -step))
    assert is_refused(purpose, NOW)


def test_others_are_not_touched():
    use_up(Purpose.PASSWORD)

    assert not is_refused(Purpose.PASSWORD, NOW, subject="b")
    assert not is_refused(Purpose.PASSWORD_KNOWN, NOW)


def test_with_a_rest_it_is_the_rest_that_counts():
    use_up(Purpose.PASSWORD)
    rest = LIMITS[Purpose.PASSWORD].block

    assert is_refused(Purpose.PASSWORD, NOW + rest - SECOND)
    assert not is_refused(Purpose.PASSWORD, NOW + rest)


def test_the_refusal_says_until_when():
    use_up(Purpose.PASSWORD)

    with pytest.raises(AllowanceUsedUp) as refused:
        take(Purpose.PASSWORD, "a", now=NOW + SECOND)

    assert refused.value.until == NOW + LIMITS[Purpose.PASSWORD].block


def test_without_a_rest_a_new_window_begins_at_its_end():
    use_up(Purpose.ADDRESS)
    window = LIMITS[Purpose.ADDRESS].window

    assert is_refused(Purpose.ADDRESS, NOW + window - SECOND)
    assert not is_refused(Purpose.ADDRESS, NOW + window)


def test_attempts_of_an_old_window_are_forgotten():
    window = LIMITS[Purpose.PASSWORD].window
    for _ in range(4):
        take(Purpose.PASSWORD, "a", now=NOW)

    use_up(Purpose.PASSWORD, now=NOW + window)

    assert is_refused(Purpose.PASSWORD, NOW + window)


def test_what_was_right_gives_all_back():
    use_up(Purpose.PASSWORD)

    give_back(Purpose.PASSWORD, "a")

    assert not is_refused(Purpose.PASSWORD, NOW)


@pytest.mark.parametrize(("first", "second", "refused"), [(600, 400, False), (600, 401, True)])
def test_amounts_add_up(first, second, refused):
    take(Purpose.EXPORT, "a", now=NOW, amount=first)

    assert is_refused(Purpose.EXPORT, NOW, amount=second) is refused


def test_more_than_the_limit_at_once_is_refused_and_uses_nothing():
    assert is_refused(Purpose.EXPORT, NOW, amount=LIMITS[Purpose.EXPORT].most + 1)
    assert take(Purpose.EXPORT, "a", now=NOW, amount=1) == LIMITS[Purpose.EXPORT].most - 1


@pytest.mark.parametrize("skew", [SECOND, timedelta(minutes=4)])
def test_a_slightly_slower_clock_opens_no_new_window(skew):
    use_up(Purpose.ADDRESS)

    assert is_refused(Purpose.ADDRESS, NOW - skew)


def test_a_window_of_a_clock_that_was_wrong_counts_as_over():
    use_up(Purpose.PASSWORD, now=NOW + timedelta(days=365))

    assert not is_refused(Purpose.PASSWORD, NOW)


def test_rows_long_over_are_swept():
    take(Purpose.PASSWORD, "old", now=NOW - timedelta(days=3))
    take(Purpose.PASSWORD, "new", now=NOW)

    assert sweep_allowances(now=NOW) == 1
    assert Allowance.objects.get().subject == "new"


@pytest.mark.django_db(transaction=True)
def test_callers_at_once_get_no_more_than_the_limit_in_a_race():
    through, faults = [], []

    def call():
        try:
            for _ in range(20):
                if not is_refused(Purpose.PASSWORD, NOW):
                    through.append(1)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert len(through) == LIMITS[Purpose.PASSWORD].most
