"""The responsibility table on a day, and the bodies it means in one township."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories import TODAY, make_district
from xgz.models import Body, Responsibility
from xgz.queries.responsibilities import bodies_for, duties_on, matter_page, matter_pages
from xgz.rules.bodies import BodyKind, Line
from xgz.rules.responsibilities import BODY_OF_ROLE, DEFAULTS, Matter, MatterDuty
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def district():
    return make_district()


def _row(**values):
    defaults = {
        "matter": Matter.TRANSFER,
        "duty": MatterDuty.DECIDES,
        "role": Role.ORG_DEPT,
        "valid_from": TODAY,
        "entered_at": NOW,
    }
    return Responsibility.objects.create(**defaults | values)


def _body(name, kind, path, parent, line=Line.MARKET):
    return Body.objects.create(name=name, kind=kind, line=line, path=path, parent=parent)


@pytest.mark.parametrize(
    ("role", "body"),
    [
        (Role.ORG_DEPT, "org_dept"),
        (Role.SOCIAL_WORK_DEPT, "social_work"),
        (Role.BUREAU, "bureau"),
        (Role.TOWNSHIP_COMMITTEE, "liuquan"),
        (Role.STATION_HEAD, "liuquan_office"),
        (Role.ASSOCIATION, "association"),
    ],
)
def test_a_role_means_its_body_in_the_township(district, role, body):
    assert bodies_for(role, district.liuquan) == [getattr(district, body)]


@pytest.mark.parametrize("role", sorted(set(Role) - set(BODY_OF_ROLE)))
def test_roles_that_no_township_tells_apart_mean_nobody(district, role):
    assert bodies_for(role, district.qingping) == []


def test_without_a_township_only_the_districts_bodies_are_meant(district):
    assert bodies_for(Role.TOWNSHIP_COMMITTEE, None) == []
    assert bodies_for(Role.STATION_HEAD, None) == []
    assert bodies_for(Role.BUREAU, None) == [district.bureau]


def test_every_office_that_serves_the_township_is_meant(district):
    second = _body("清平二所", BodyKind.OFFICE, "0000300003", district.bureau)
    second.area.add(district.qingping, district.liuquan)

    assert bodies_for(Role.STATION_HEAD, district.qingping) == [district.qingping_office, second]
    assert bodies_for(Role.STATION_HEAD, district.liuquan) == [district.liuquan_office, second]


def test_a_township_that_no_office_serves_has_none(district):
    third = _body("白沙镇党委", BodyKind.TOWNSHIP, "0000100003", district.org_dept)

    assert bodies_for(Role.STATION_HEAD, third) == []


def test_of_several_associations_the_districts_own_is_meant(district):
    """The local branch stands earlier in the tree by its path, but lower."""
    _body("清平镇个私协会", BodyKind.ASSOCIATION, "0000300009", district.bureau, Line.ASSOCIATION)

    assert bodies_for(Role.ASSOCIATION, district.qingping) == [district.association]


def test_where_nothing_is_entered_the_defaults_hold():
    wanted = [(duty, role, note) for each, duty, role, note in DEFAULTS if each is Matter.CLOSURE]

    assert duties_on(Matter.CLOSURE, TODAY) == wanted
    assert matter_page(Matter.CLOSURE, TODAY).is_default


def test_rows_hold_from_their_first_to_their_last_day():
    _row(valid_to=TODAY + 2 * DAY)
    _row(role=Role.BUREAU, valid_from=TODAY + 3 * DAY, note="新")

    assert duties_on(Matter.TRANSFER, TODAY - DAY) == [
        (duty, role, note) for each, duty, role, note in DEFAULTS if each is Matter.TRANSFER
    ]
    assert duties_on(Matter.TRANSFER, TODAY + 2 * DAY) == [(MatterDuty.DECIDES, Role.ORG_DEPT, "")]
    assert duties_on(Matter.TRANSFER, TODAY + 3 * DAY) == [(MatterDuty.DECIDES, Role.BUREAU, "新")]


def test_what_was_taken_back_never_holds_but_is_told():
    row = _row(withdrawn_at=NOW)
    page = matter_page(Matter.TRANSFER, TODAY)

    assert page.is_default
    assert page.rows == [row]


def test_the_strip_has_both_lines_and_the_associations_where_it_has_a_duty():
    assert matter_page(Matter.TRANSFER, TODAY).lines == [Line.ORGANIZATION, Line.MARKET]
    _row(duty=MatterDuty.INFORMED, role=Role.ASSOCIATION, note="知悉")
    page = matter_page(Matter.TRANSFER, TODAY)

    assert page.lines == [Line.ORGANIZATION, Line.MARKET, Line.ASSOCIATION]
    assert page.of(Line.ASSOCIATION, MatterDuty.INFORMED) == [(Role.ASSOCIATION, "知悉")]
    assert page.of(Line.MARKET, MatterDuty.INFORMED) == []


def test_reads_take_as_many_queries_for_more_rows(district, django_assert_num_queries):
    for number in range(4):
        _row(
            duty=MatterDuty.INFORMED,
            role=Role.BUREAU,
            valid_from=date(2020, 1, 1 + number),
            valid_to=date(2020, 1, 1 + number),
        )
    with django_assert_num_queries(1):
        matter_pages(TODAY)
    with django_assert_num_queries(1):
        duties_on(Matter.TRANSFER, TODAY)
    with django_assert_num_queries(1):
        bodies_for(Role.STATION_HEAD, district.qingping)
