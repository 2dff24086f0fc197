"""Where units of a page may be moved: in reach, on the page, by number or name; never all groups."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.plans import make_branch, make_plan, make_site
from xgz.models import PlanUnit
from xgz.queries import plan_targets
from xgz.queries.plan_targets import (
    TargetUnknown,
    branch_names,
    place_of,
    target_named,
    targets_of,
)

pytestmark = pytest.mark.django_db


def make_groups(*starts):
    """Plan three shops of one member at each place (metres north); return the plan."""
    for start in starts:
        for step in (0, 100, 200):
            make_site(1, 1, north_m=start + step)
    return make_plan()


def test_what_a_unit_of_the_page_reaches_is_near_and_the_rest_of_the_page_beside_it():
    plan = make_groups(0, 5000, 10_000)
    first, second, third = plan.groups.order_by("code")
    units = list(first.units.all())

    found = targets_of(plan, units, [first, second])

    assert [target.code for target in found.near] == [first.code]
    assert [target.code for target in found.others] == [second.code]
    assert third.code not in {target.code for target in (*found.near, *found.others)}


@pytest.mark.parametrize(("metres", "reached"), [(590, True), (610, False)])
def test_reach_is_that_of_the_plan(metres, reached):
    for north in (0, 100, 200, 100 + metres):
        make_site(1, 1, north_m=north)
    plan = make_plan()
    unit = PlanUnit.objects.filter(plan=plan).order_by("-y_m").first()
    PlanUnit.objects.filter(pk=unit.pk).update(group=None, is_hub=False)
    hub = PlanUnit.objects.filter(plan=plan).order_by("y_m")[1]
    PlanUnit.objects.filter(plan=plan).update(is_hub=False)
    PlanUnit.objects.filter(pk=hub.pk).update(is_hub=True)

    assert bool(targets_of(plan, [unit], []).near) is reached


def test_a_unit_without_a_place_reaches_nothing():
    make_site(2, 1, placed=False)
    plan = make_groups(0)

    found = targets_of(plan, PlanUnit.objects.filter(plan=plan, x_m=None), [])

    assert (list(found.near), list(found.others)) == ([], [])


def test_no_more_than_the_nearest_are_offered_however_many_there_are(monkeypatch):
    monkeypatch.setattr(plan_targets, "_OFFERED", 2)
    plan = make_groups(0, 300, 600, 900)
    units = list(PlanUnit.objects.filter(plan=plan))

    with CaptureQueriesContext(connection) as queries:
        found = targets_of(plan, units, [])

    assert len(found.near) == 2
    assert len(queries) == 2


def test_a_branch_in_reach_is_offered_by_its_name():
    branch = make_branch(north_m=100, name="清平老街党支部")
    plan = make_groups(0, 5000)
    key = plan.branches.get().key

    south, *_others, north = PlanUnit.objects.filter(plan=plan).order_by("y_m")
    offered = [
        [
            (target.code, target.label)
            for target in targets_of(plan, [unit], []).near
            if target.is_branch
        ]
        for unit in (south, north)
    ]

    assert offered == [[(key, branch.name)], []]
    assert branch_names(plan) == {key: branch.name}
    assert target_named(plan, branch.name) == key


def test_a_group_is_named_by_its_number():
    plan = make_groups(0, 5000)

    assert target_named(plan, "2") == "G00002"
    for words in ("3", "0", "", "第 2 组", "999999", "２", "2\0"):
        with pytest.raises(TargetUnknown):
            target_named(plan, words)


def test_the_place_of_a_unit_is_its_group():
    plan = make_groups(0)
    unit = PlanUnit.objects.filter(plan=plan).first()

    assert place_of(plan, unit.business.public_id) == "G00001"
    PlanUnit.objects.filter(pk=unit.pk).update(group=None, is_hub=False)
    assert place_of(plan, unit.business.public_id) == ""
    assert place_of(plan, "abcdefghijkl") == ""
