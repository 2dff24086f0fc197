"""A "no" that is undone in one task is forgotten unless it stands elsewhere (MT-5)."""

from datetime import timedelta

import pytest

from tests.factories import actor_as, make_district, make_organisation
from tests.factories.matching import NOW, make_pair, make_task, make_tie, make_twins
from xgz.models import Business, Member, NotSame
from xgz.rules.matching import Decision, TieMistake
from xgz.rules.roles import Role
from xgz.services import matching

pytestmark = pytest.mark.django_db

AT = NOW.replace(microsecond=483_201)
HOUR = timedelta(hours=1)


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def department(district):
    return actor_as(Role.ORG_DEPT, district.org_dept)


@pytest.fixture
def pairs(district):
    twins = make_twins(make_organisation(district.liuquan), district.qingping)
    return [make_pair(make_task(district.qingping), *twins) for _ in "ab"]


def say_no(department, pair, minutes):
    matching.decide(
        actor=department,
        pair=pair,
        decision=Decision.NO,
        version=pair.version,
        purpose="find",
        now=AT + timedelta(minutes=minutes),
    )


def undo(department, pair):
    matching.undo(actor=department, pair=pair, version=pair.version, purpose="find", now=AT + HOUR)


def carry_out(department, pair, minutes):
    now = AT + timedelta(minutes=minutes)
    matching.carry_out(actor=department, task=pair.task, purpose="find", now=now)


def test_one_said_before_and_carried_out_stays(department, pairs):
    first, second = pairs
    say_no(department, first, 1)
    carry_out(department, first, 2)
    say_no(department, second, 3)

    undo(department, second)

    assert NotSame.objects.count() == 1


def test_one_said_later_and_carried_out_stays(department, pairs):
    first, second = pairs
    say_no(department, first, 1)
    say_no(department, second, 2)
    carry_out(department, second, 3)

    undo(department, first)

    assert NotSame.objects.count() == 1


@pytest.mark.parametrize("turn", [1, -1])
def test_with_the_last_of_those_who_say_it_it_goes(department, pairs, turn):
    for minutes, pair in enumerate(pairs):
        say_no(department, pair, minutes)
    one, other = pairs[::turn]

    undo(department, one)
    assert NotSame.objects.count() == 1
    undo(department, other)

    assert not NotSame.objects.exists()


def test_one_kept_by_undoing_a_tie_stays(department, pairs):
    pair = pairs[0]
    say_no(department, pair, 1)
    member_id, business_id = pair.ends
    tie = make_tie(
        Member.objects.get(public_id=member_id), Business.objects.get(public_id=business_id)
    )
    matching.untie_owner(
        actor=department,
        tie=tie,
        mistake=list(TieMistake)[0],
        purpose="find",
        now=AT + HOUR / 2,
    )

    undo(department, pair)

    assert NotSame.objects.count() == 1
