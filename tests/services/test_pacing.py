"""The worker rests between statements where the machine is full, and never while it holds a lock."""

import os

import pytest
from django.db import connection, transaction

from xgz.models import Body
from xgz.services.jobs import pacing

pytestmark = pytest.mark.django_db(transaction=True)


class Day:
    """A clock that moves on by itself, and the rests taken from it."""

    def __init__(self, *, is_full=True):
        self.moment, self.step, self.rests, self.is_full = 0.0, 0.0, [], is_full

    def monotonic(self):
        self.moment += self.step
        return self.moment

    def sleep(self, seconds):
        self.rests.append((round(seconds, 3), connection.in_atomic_block))

    def giving_way(self):
        return pacing.giving_way(lambda: self.is_full, self.sleep)


@pytest.fixture
def day(monkeypatch):
    day = Day()
    monkeypatch.setattr(pacing.time, "monotonic", day.monotonic)
    return day


def test_it_rests_six_times_as_long_as_it_worked(day):
    with day.giving_way():
        day.moment += 0.4
        Body.objects.count()
        Body.objects.count()

    assert day.rests == [(2.4, False)]


@pytest.mark.parametrize(("worked", "rests"), [(0.049, 0), (0.05, 1)])
def test_short_work_earns_no_rest(day, worked, rests):
    with day.giving_way():
        day.moment += worked
        Body.objects.count()

    assert len(day.rests) == rests


def test_no_rest_is_longer_than_three_seconds(day):
    with day.giving_way():
        day.moment += 60
        Body.objects.count()

    assert day.rests == [(3.0, False)]


def test_it_does_not_rest_on_a_machine_with_room(day):
    day.is_full = False

    with day.giving_way():
        day.moment += 1
        Body.objects.count()

    assert day.rests == []


def test_it_does_not_rest_inside_a_transaction_nor_between_it_and_its_lock(day):
    with day.giving_way():
        with transaction.atomic():
            day.moment += 1
            Body.objects.count()
            day.moment += 1
            Body.objects.count()
        assert day.rests == []
        Body.objects.count()

    assert day.rests == [(3.0, False)]


def test_nothing_rests_afterwards(day):
    with day.giving_way():
        pass
    day.moment += 1

    Body.objects.count()

    assert day.rests == []


@pytest.mark.parametrize(("waited", "is_full"), [(100, False), (101, True)])
def test_full_is_having_waited_for_more_than_a_tenth_of_the_time(
    monkeypatch, tmp_path, waited, is_full
):
    times = tmp_path / "schedstat"
    monkeypatch.setattr(pacing, "_TIMES", times)
    times.write_text("5000 70 3\n")
    machine = pacing.Machine()
    times.write_text(f"5900 {70 + waited} 4\n")

    assert machine.is_full() is is_full
    assert machine.is_full() is False  # nothing was wanted since


@pytest.mark.parametrize(("load", "is_full"), [(1.5, False), (1.51, True)])
def test_where_nobody_counts_full_is_three_quarters_of_the_processors(
    monkeypatch, tmp_path, load, is_full
):
    monkeypatch.setattr(pacing, "_TIMES", tmp_path / "none")
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 9.0, 9.0))

    assert pacing.Machine().is_full() is is_full
