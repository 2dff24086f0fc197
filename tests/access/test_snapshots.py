import pytest

from tests.factories import (
    TODAY,
    actor_as,
    make_business,
    make_coverage,
    make_district,
    make_market,
    make_member,
    make_organisation,
    make_stall,
    make_user,
)
from tests.factories.snapshots import make_counted_rows, make_snapshot
from tests.factories.transfers import make_transfer
from xgz.access.actor import actor_for, shell_operator
from xgz.access.organisations import visible_organisations
from xgz.access.snapshots import sees_cases, visible_figures, visible_snapshots
from xgz.models import Body, RoleAssignment
from xgz.queries.coverage import Population
from xgz.queries.coverage_report import class_counts, coverage_report
from xgz.queries.operating import Day
from xgz.queries.snapshots import row_list, rows_of, stored_counts
from xgz.rules.bodies import BodyKind, Line
from xgz.rules.coverage import FIGURE_KINDS, CoverageClass, Figure, FigureKind, Part, Rate
from xgz.rules.roles import Role
from xgz.rules.snapshots import WITH_ANY, Table

pytestmark = pytest.mark.django_db
NOW = Day(TODAY, TODAY)
COUNTING = (
    Role.ORG_DEPT,
    Role.SOCIAL_WORK_DEPT,
    Role.BUREAU,
    Role.TOWNSHIP_COMMITTEE,
    Role.STATION_HEAD,
)


@pytest.fixture
def district():
    return make_district()


def actors(district):
    bodies = {
        Role.ORG_DEPT: district.org_dept,
        Role.SOCIAL_WORK_DEPT: district.social_work,
        Role.BUREAU: district.bureau,
        Role.TOWNSHIP_COMMITTEE: district.qingping,
        Role.STATION_HEAD: district.liuquan_office,
    }
    return {role: actor_as(role, body) for role, body in bodies.items()}


@pytest.mark.parametrize("role", COUNTING, ids=str)
def test_a_snapshot_shows_exactly_what_the_live_page_shows(role, district):
    make_counted_rows(district)
    actor = actors(district)[role]
    snapshot = make_snapshot()
    live, stored = coverage_report(actor, NOW), stored_counts(actor, snapshot)

    for figure in Figure:
        for kind in FIGURE_KINDS[figure]:
            assert stored.rate(figure, kind) == live.rate(figure, kind)
            assert stored.report.by_township(figure, kind) == live.by_township(figure, kind)
    classes = class_counts(Population(actor, NOW), live)
    assert {g: stored.rate(Table.CLASSES, g).numerator for g in CoverageClass} == classes
    assert live.rate(Figure.ORGANISATION, FigureKind.ALL).denominator > 0


@pytest.mark.parametrize("role", COUNTING, ids=str)
def test_findings_count_the_organisations_the_viewer_reaches(role, district):
    make_counted_rows(district)
    association = Body.objects.create(
        name="个私协会清平分会",
        kind=BodyKind.ASSOCIATION,
        line=Line.ASSOCIATION,
        path=district.association.path + "00001",
        parent=district.association,
    )
    make_organisation(district.qingping, guiding_body=association)
    actor = actors(district)[role]
    snapshot = make_snapshot()

    counted = stored_counts(actor, snapshot).rate(Table.FINDINGS, WITH_ANY).denominator
    rows = row_list(actor, snapshot, Table.FINDINGS, WITH_ANY, Part.DENOMINATOR)
    assert sorted(rows[:]) == list(
        visible_organisations(actor).order_by("pk").values_list("pk", flat=True)
    )
    assert counted == len(rows) > 0


def test_every_row_a_viewer_may_count_can_be_opened_the_same_day(district):
    make_counted_rows(district)
    snapshot = make_snapshot()

    for actor in actors(district).values():
        for kind in (FigureKind.ALL, FigureKind.MARKET):
            rows = row_list(actor, snapshot, Figure.ORGANISATION, kind, Part.DENOMINATOR)
            shown = rows_of(actor, rows, rows[:])
            assert all(stored.row is not None and not stored.is_removed for stored in shown)
            assert len(shown) == len(rows) > 0


@pytest.mark.parametrize("role", COUNTING, ids=str)
def test_numbers_of_cases_show_to_the_organization_line_alone(role, district):
    clerks = actors(district)
    case = make_transfer()
    elsewhere = Body.objects.create(
        name="河湾镇党委",
        kind=BodyKind.TOWNSHIP,
        line=Line.ORGANIZATION,
        path=district.org_dept.path + "00009",
        parent=district.org_dept,
    )
    type(case).objects.filter(pk=case.pk).update(area=district.qingping)
    make_transfer(from_org=make_organisation(elsewhere))
    seen = stored_counts(clerks[role], make_snapshot()).rate(Table.CASES, "transfer").denominator

    expected = {Role.ORG_DEPT: 2, Role.TOWNSHIP_COMMITTEE: 1}.get(role, 0)
    assert seen == expected
    assert sees_cases(clerks[role]) is bool(expected)


@pytest.mark.parametrize("role", sorted(set(Role) - set(COUNTING)), ids=str)
def test_roles_without_figures_see_no_snapshot(role, district):
    branch = make_organisation(district.qingping)
    business = make_business(township=district.qingping, office=district.qingping_office)
    body = {
        Role.INSTRUCTOR: district.qingping_office,
        Role.ASSOCIATION: district.association,
        Role.BRANCH_SECRETARY: branch.body,
        Role.MEMBER: branch.body,
        Role.OWNER: district.qingping_office,
    }.get(role, district.administration)
    links = {Role.MEMBER: {"member": make_member(branch)}, Role.OWNER: {"business": business}}
    actor = actor_for(make_user(role, body, **links.get(role, {})), TODAY)
    snapshot = make_snapshot()

    assert not visible_snapshots(actor).exists()
    assert not visible_figures(actor, snapshot).exists()
    assert visible_figures(shell_operator(TODAY), snapshot).exists()


def test_a_second_role_adds_its_own_places_only(district):
    make_business(township=district.qingping, office=district.qingping_office)
    make_business(township=district.liuquan, office=district.liuquan_office)
    actor = actor_as(Role.STATION_HEAD, district.liuquan_office)
    RoleAssignment.objects.create(
        user=actor.user,
        role=Role.OWNER,
        body=district.qingping_office,
        business=make_business(township=district.qingping, office=district.qingping_office),
        valid_from=TODAY,
    )
    both = actor_for(actor.user, TODAY)
    counts = stored_counts(both, make_snapshot())

    assert counts.rate(Figure.ORGANISATION, FigureKind.ALL) == Rate(0, 1)


def test_places_are_those_of_the_day_and_rows_those_of_today(district):
    moved = make_business(township=district.qingping, office=district.qingping_office)
    gone = make_business(township=district.qingping, office=district.qingping_office)
    stays = make_business(township=district.qingping, office=district.qingping_office)
    snapshot = make_snapshot()
    moved.township, moved.office = district.liuquan, district.liuquan_office
    moved.save()
    gone.delete()

    here = actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)
    rows = row_list(here, snapshot, Figure.ORGANISATION, FigureKind.ALL, Part.DENOMINATOR)
    shown = [(stored.row, stored.is_removed) for stored in rows_of(here, rows, rows[:])]
    assert shown == [(None, False), (None, True), (stays, False)]
    there = actor_as(Role.TOWNSHIP_COMMITTEE, district.liuquan)
    assert len(row_list(there, snapshot, Figure.WORK, FigureKind.ALL, Part.DENOMINATOR)) == 0


def test_a_market_is_counted_for_every_station_that_serves_its_township(district):
    market = make_market(township=district.liuquan)
    make_stall(market, make_business(township=district.liuquan, office=district.qingping_office))
    make_coverage(make_organisation(district.liuquan), market=market)
    district.qingping_office.area.add(district.liuquan)
    snapshot = make_snapshot()

    for office in (district.qingping_office, district.liuquan_office):
        head = actor_as(Role.STATION_HEAD, office)
        live = coverage_report(head, NOW).rate(Figure.ORGANISATION, FigureKind.MARKET)
        assert live == Rate(1, 1)
        assert stored_counts(head, snapshot).rate(Figure.ORGANISATION, FigureKind.MARKET) == live
