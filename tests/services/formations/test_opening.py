"""Opening a formation: by hand, from the list of those that should form, from a group of a plan."""

from datetime import date

import pytest

from tests.factories import TODAY, actor_as, make_report, make_user
from tests.factories.closures import make_shop, the_district
from tests.factories.formations import (
    LONG,
    make_formation,
    moment,
    opening_actor,
    take_as_somebody,
    use_procedure,
)
from xgz.access.actor import NotPermitted, actor_for, clock_actor, shell_operator
from xgz.access.cases import owner_seat, parties_of
from xgz.models import Body, CaseReview, Formation, FormationUnit, Notice
from xgz.queries.parameters import workdays
from xgz.rules.bodies import BodyKind
from xgz.rules.formation_procedures import PRESETS, Preset
from xgz.rules.formations import FormationAction, FormationState, Origin
from xgz.rules.organisations import FormationMode
from xgz.rules.planning.terms import Group
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.services import formations
from xgz.services.formations import (
    NobodyToDecide,
    NotANewGroup,
    NotListed,
    UnitsApart,
    UnitTaken,
)

pytestmark = pytest.mark.django_db
NOW = moment()


@pytest.fixture
def district():
    return the_district()


def start(role, units, **given):
    actor = opening_actor(role, the_district())
    return formations.open_formation(actor=actor, units=units, now=NOW, **given)


def test_whoever_opens_it_prepares_it_with_the_days_of_the_parameters(district):
    shops = [make_shop(district, name="旧桥茶馆"), make_shop(district)]

    case = start(Role.BUREAU, shops)

    assert owner_seat(case) == Seat(Role.BUREAU, district.bureau.pk)
    assert case.due_on == workdays().add(TODAY, 30)
    assert (case.name, case.mode) == ("旧桥茶馆等2户联合党支部", FormationMode.JOINT)
    assert (case.origin, case.area) == (Origin.BY_HAND, district.qingping)
    assert list(case.units.order_by("pk").values_list("business", flat=True)) == [
        shop.pk for shop in shops
    ]
    assert start(Role.BUREAU, [make_shop(district)]).mode == FormationMode.STANDALONE
    assert start(Role.BUREAU, [make_shop(district)], name=" 新街党支部 ").name == "新街党支部"


@pytest.mark.parametrize(
    ("role", "shared", "asked"),
    [
        (Role.BUREAU, True, True),
        (Role.STATION_HEAD, True, True),
        (Role.TOWNSHIP_COMMITTEE, False, False),
        (Role.ORG_DEPT, False, False),
    ],
)
def test_where_the_preparer_reads_no_roster_the_committee_is_asked_for_the_people(
    role, shared, asked, district
):
    case = start(role, [make_shop(district)])
    seats = parties_of(case)
    reviews = CaseReview.objects.filter(case_id=case.public_id)

    assert case.is_shared is shared
    assert [row.asked_body for row in reviews] == ([district.qingping] if asked else [])
    assert ("roster" in seats) is asked
    assert ("guide" in seats) is (role is Role.BUREAU)
    assert case.number.startswith("组建-" if shared else "组建内-")


def test_the_organization_line_may_ask_the_station_to_guide(district):
    case = start(Role.TOWNSHIP_COMMITTEE, [make_shop(district)], with_guide=True)

    assert case.is_shared
    assert parties_of(case)["guide"] == Seat(Role.STATION_HEAD, district.qingping_office.pk)


def test_who_is_told_of_it(district):
    case = start(Role.TOWNSHIP_COMMITTEE, [make_shop(district)])

    told = Notice.objects.filter(case_id=case.public_id).values_list("role", flat=True)
    assert set(told) == {Role.SOCIAL_WORK_DEPT}


@pytest.mark.parametrize(
    ("preset", "opener", "walked"),
    [
        (None, Role.BUREAU, [Role.TOWNSHIP_COMMITTEE, Role.ORG_DEPT]),
        (Preset.NATIONAL, Role.TOWNSHIP_COMMITTEE, [Role.TOWNSHIP_COMMITTEE, Role.ORG_DEPT]),
        (Preset.THREE_STEPS, Role.BUREAU, [Role.TOWNSHIP_COMMITTEE, Role.ORG_DEPT]),
        (
            Preset.THREE_STEPS,
            Role.STATION_HEAD,
            [Role.BUREAU, Role.TOWNSHIP_COMMITTEE, Role.ORG_DEPT],
        ),
    ],
)
def test_the_seats_of_a_case_are_those_of_the_days_procedure(preset, opener, walked, district):
    use_procedure(PRESETS[preset] if preset else None)

    case = start(opener, [make_shop(district)])

    seats = parties_of(case)
    assert [step.role for step in case.procedure] == walked
    assert [seats[f"step_{n}"].role for n in range(1, len(walked) + 1)] == walked


def test_a_body_that_does_not_exist_leaves_its_step_to_the_department(district):
    use_procedure(PRESETS[Preset.THREE_STEPS])
    actor = opening_actor(Role.STATION_HEAD, district)
    Body.objects.filter(pk=district.bureau.pk).update(kind=BodyKind.ADMINISTRATION)

    case = formations.open_formation(actor=actor, units=[make_shop(district)], now=NOW)

    assert [step.role for step in case.procedure] == [Role.TOWNSHIP_COMMITTEE, Role.ORG_DEPT]
    assert parties_of(case)["step_2"] == Seat(Role.ORG_DEPT, district.org_dept.pk)


def test_without_anybody_to_decide_nothing_is_opened(district):
    actor = opening_actor(Role.TOWNSHIP_COMMITTEE, district)
    shop = make_shop(district)
    Body.objects.filter(pk=district.org_dept.pk).update(kind=BodyKind.ADMINISTRATION)

    with pytest.raises(NobodyToDecide):
        formations.open_formation(actor=actor, units=[shop], now=NOW)
    assert not Formation.objects.exists()


def test_an_open_case_keeps_its_steps_when_the_district_changes_them(district):
    case = make_formation(procedure=None)

    use_procedure(LONG)

    assert [s.role for s in Formation.objects.get(pk=case.pk).procedure] == [
        Role.TOWNSHIP_COMMITTEE,
        Role.ORG_DEPT,
    ]


@pytest.mark.parametrize(
    ("role", "seat"),
    [
        (Role.SOCIAL_WORK_DEPT, "social_work"),
        (Role.INSTRUCTOR, "qingping_office"),
        (Role.ASSOCIATION, "association"),
        (Role.TOWNSHIP_COMMITTEE, "liuquan"),
        (Role.STATION_HEAD, "liuquan_office"),
        (Role.SYSTEM_ADMIN, "administration"),
    ],
)
def test_others_open_none(role, seat, district):
    actor = actor_as(role, getattr(district, seat))

    with pytest.raises(NotPermitted):
        formations.open_formation(actor=actor, units=[make_shop(district)], now=NOW)


@pytest.mark.parametrize("nobody", [shell_operator(TODAY), clock_actor(TODAY)])
def test_a_case_wants_a_person(nobody, district):
    with pytest.raises(NotPermitted):
        formations.open_formation(actor=nobody, units=[make_shop(district)], now=NOW)


def test_units_lie_in_one_township_and_none_is_missing(district):
    actor = opening_actor(Role.BUREAU, district)
    here, there = make_shop(district), make_shop(district, place="liuquan")

    with pytest.raises(UnitsApart):
        formations.open_formation(actor=actor, units=[here, there], now=NOW)
    nowhere = make_shop(district, township=None)
    with pytest.raises(UnitsApart):
        formations.open_formation(actor=actor, units=[nowhere], now=NOW)
    with pytest.raises(NotPermitted):
        formations.open_formation(actor=actor, units=[], now=NOW)


def test_a_unit_is_in_one_open_case_and_free_again_afterwards(district):
    shop = make_shop(district)
    case = start(Role.BUREAU, [shop])

    with pytest.raises(UnitTaken):
        start(Role.STATION_HEAD, [shop])
    assert Formation.objects.count() == FormationUnit.objects.count() == 1

    take_as_somebody(case, FormationAction.WITHDRAW)
    assert start(Role.STATION_HEAD, [shop]).is_open


def test_the_market_line_does_not_learn_of_a_case_inside(district):
    shop = make_shop(district)
    start(Role.TOWNSHIP_COMMITTEE, [shop])

    assert start(Role.BUREAU, [shop]).is_open
    with pytest.raises(UnitTaken):
        start(Role.ORG_DEPT, [shop])


def test_a_row_of_those_that_should_form_opens_one(district):
    shop = make_shop(district)
    actor = opening_actor(Role.BUREAU, district)
    with pytest.raises(NotListed):
        formations.open_for_should_form(actor=actor, business=shop, now=NOW)

    make_report(shop, full_members=3)
    case = formations.open_for_should_form(actor=actor, business=shop, now=NOW)

    assert (case.origin, case.units.get().business) == (Origin.SHOULD_FORM, shop)


def test_a_group_of_a_plan_opens_one_named_after_its_hub(district):
    shops = [make_shop(district, name=name) for name in ("甲店", "乙店", "丙店")]
    names = tuple(shop.public_id for shop in shops)
    actor = opening_actor(Role.BUREAU, district)

    group = Group("G00001", names[1], names)
    case = formations.open_for_group(actor=actor, group=group, now=NOW)

    assert (case.origin, case.plan_group) == (Origin.PLAN, "G00001")
    assert case.name == "乙店等3户联合党支部"
    assert {row.business for row in case.units.all()} == set(shops)


@pytest.mark.parametrize(
    "group",
    [
        Group("branch:E1", "branch:E1", ("x",)),
        Group("G00001", "nobody", ("nobody",)),
        Group("G00001", "", ()),
    ],
)
def test_a_group_that_joins_a_branch_or_is_unknown_opens_none(group, district):
    actor = opening_actor(Role.BUREAU, district)

    with pytest.raises(NotANewGroup):
        formations.open_for_group(actor=actor, group=group, now=NOW)


def test_who_holds_two_roles_opens_by_the_one_that_reaches_the_units(district):
    user = make_user(Role.STATION_HEAD, district.liuquan_office)
    user.role_assignments.create(
        role=Role.TOWNSHIP_COMMITTEE, body=district.qingping, valid_from=date(2020, 1, 1)
    )

    case = formations.open_formation(
        actor=actor_for(user, TODAY), units=[make_shop(district)], now=NOW
    )

    assert owner_seat(case) == Seat(Role.TOWNSHIP_COMMITTEE, district.qingping.pk)
    assert case.state == FormationState.PREPARING
