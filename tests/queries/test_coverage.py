from datetime import date, timedelta
from itertools import product

import pytest

from tests.factories import (
    actor_as,
    make_business,
    make_coverage,
    make_district,
    make_market,
    make_organisation,
    make_report,
    make_stall,
    make_user,
)
from tests.factories.district import TODAY
from xgz.access.actor import actor_for
from xgz.models import InstructorLink, OrganisationChange, RoleAssignment
from xgz.queries.coverage import Population, covering_names, outside_figures
from xgz.queries.coverage_report import class_counts, coverage_report
from xgz.queries.operating import Day
from xgz.rules.coverage import (
    FIGURE_KINDS,
    CoverageClass,
    Figure,
    FigureKind,
    Part,
    Rate,
    coverage_class,
    declared_size,
    is_covered,
    is_work_covered,
)
from xgz.rules.organisations import FormationMode, OrgState
from xgz.rules.registration import BusinessKind, BusinessStatus
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db

NOW = Day(TODAY, TODAY)


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def organiser(district):
    return actor_as(Role.ORG_DEPT, district.org_dept)


def serve(district, **target):
    """Link a new instructor to a business or market since 2020."""
    user = make_user(Role.INSTRUCTOR, district.qingping_office)
    return InstructorLink.objects.create(
        instructor=user, station=district.qingping_office, valid_from=date(2020, 1, 1), **target
    )


def rates(actor, day=NOW):
    report = coverage_report(actor, day)
    return {
        (figure, kind): report.rate(figure, kind)
        for figure in Figure
        for kind in FIGURE_KINDS[figure]
    }


def test_nothing_is_counted_without_rows(organiser):
    assert set(rates(organiser).values()) == {Rate(0, 0)}


@pytest.mark.parametrize("mode", list(FormationMode), ids=str)
def test_way_of_forming_decides_what_an_organisation_covers(mode, district, organiser):
    business = make_business()
    organisation = make_organisation(district.qingping, formation_mode=mode)
    make_coverage(organisation, business=business)

    found = rates(organiser)

    assert found[Figure.ORGANISATION, FigureKind.ALL] == Rate(int(is_covered([mode])), 1)
    assert found[Figure.WORK, FigureKind.ALL] == Rate(
        int(is_work_covered([mode], has_instructor=False)), 1
    )
    assert found[Figure.STANDALONE, FigureKind.ALL] == Rate(
        int(mode is FormationMode.STANDALONE), 1
    )


@pytest.mark.parametrize("state", [OrgState.UNCONFIRMED, OrgState.DISSOLVED], ids=str)
def test_unconfirmed_and_dissolved_organisations_cover_nothing(state, district, organiser):
    organisation = make_organisation(district.qingping, state=state, dissolved_on=TODAY)
    make_coverage(organisation, business=make_business())

    assert rates(organiser)[Figure.WORK, FigureKind.ALL] == Rate(0, 1)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "covered"),
    [
        (TODAY, TODAY, 1),
        (TODAY + timedelta(days=1), None, 0),
        (date(2020, 1, 1), TODAY - timedelta(days=1), 0),
        (date(2020, 1, 1), None, 1),
    ],
    ids=["both ends count", "begins tomorrow", "ended yesterday", "open"],
)
def test_only_current_coverage_counts(valid_from, valid_to, covered, district, organiser):
    make_coverage(
        make_organisation(district.qingping),
        business=make_business(),
        valid_from=valid_from,
        valid_to=valid_to,
    )

    assert rates(organiser)[Figure.ORGANISATION, FigureKind.ALL] == Rate(covered, 1)


def test_a_covered_business_that_does_not_operate_is_in_neither_part(district, organiser):
    organisation = make_organisation(district.qingping)
    make_coverage(organisation, business=make_business(status=BusinessStatus.CANCELLED))
    make_coverage(organisation, business=make_business(staff=0, last_report_year=2023))

    assert rates(organiser)[Figure.ORGANISATION, FigureKind.ALL] == Rate(0, 0)


def test_two_organisations_count_a_business_once(district, organiser):
    business = make_business()
    make_coverage(make_organisation(district.qingping), business=business)
    make_coverage(make_organisation(district.qingping, name="甲支部"), business=business)

    assert rates(organiser)[Figure.ORGANISATION, FigureKind.ALL] == Rate(1, 1)


def test_an_instructor_reaches_by_work_only(district, organiser):
    serve(district, business=make_business())

    found = rates(organiser)

    assert found[Figure.ORGANISATION, FigureKind.ALL] == Rate(0, 1)
    assert found[Figure.WORK, FigureKind.ALL] == Rate(1, 1)


def test_kinds_outside_the_three_are_in_no_figure(organiser):
    make_business(kind=BusinessKind.OTHER)
    make_business(kind=BusinessKind.UNKNOWN)

    assert rates(organiser)[Figure.ORGANISATION, FigureKind.ALL] == Rate(0, 0)
    assert outside_figures(Population(organiser, NOW)).unknown_kind == 1


def test_other_ways_of_forming_are_said_beside_the_figures(district, organiser):
    for mode in (FormationMode.REGIONAL, FormationMode.UNKNOWN, FormationMode.JOINT):
        make_coverage(
            make_organisation(district.qingping, formation_mode=mode), business=make_business()
        )

    assert outside_figures(Population(organiser, NOW)).other_modes == 2


def test_unknown_operation_counts_and_is_said(organiser):
    make_business(staff=None)
    make_business(status=BusinessStatus.UNKNOWN)
    make_business(staff=4)

    assert rates(organiser)[Figure.ORGANISATION, FigureKind.INDIVIDUAL] == Rate(0, 3, unknown=2)


@pytest.mark.parametrize(
    ("stalls", "expected"),
    [
        ((), Rate(0, 0)),
        (({"status": BusinessStatus.CANCELLED},), Rate(0, 0)),
        (({"staff": None},), Rate(0, 1, unknown=1)),
        (({"staff": None}, {"staff": 2}), Rate(0, 1)),
    ],
    ids=["no stalls", "all closed", "unknown", "one operates"],
)
def test_a_market_operates_with_its_stalls(stalls, expected, organiser):
    market = make_market()
    for values in stalls:
        make_stall(market, make_business(**values))

    assert rates(organiser)[Figure.ORGANISATION, FigureKind.MARKET] == expected


def test_a_stall_that_left_does_not_keep_its_market_open(organiser):
    make_stall(make_market(), make_business(), valid_to=TODAY - timedelta(days=1))

    assert rates(organiser)[Figure.ORGANISATION, FigureKind.MARKET] == Rate(0, 0)


def test_a_market_organisation_covers_the_market_and_not_its_stalls(district, organiser):
    market = make_market(township=district.qingping)
    make_stall(market, make_business(township=district.qingping))
    organisation = make_organisation(district.qingping, formation_mode=FormationMode.MARKET)
    make_coverage(organisation, market=market)

    found = rates(organiser)

    assert found[Figure.ORGANISATION, FigureKind.MARKET] == Rate(1, 1)
    assert found[Figure.ORGANISATION, FigureKind.INDIVIDUAL] == Rate(0, 1)
    assert found[Figure.ORGANISATION, FigureKind.ALL] == Rate(1, 2)
    assert covering_names(NOW, "market", [market]) == {market.pk: organisation.name}


@pytest.mark.parametrize(
    ("full", "mixed", "counted"),
    [(3, None, 1), (2, 9, 0), (None, 9, 0)],
    ids=["three full", "two full", "mixed only"],
)
def test_should_form_rate_counts_proven_businesses(full, mixed, counted, district, organiser):
    business = make_business()
    make_report(business, full_members=full, members_declared=mixed)
    make_coverage(make_organisation(district.qingping), business=business)

    assert rates(organiser)[Figure.SHOULD_FORM, FigureKind.ALL] == Rate(counted, counted)


def test_only_the_latest_report_counts(organiser):
    business = make_business()
    make_report(business, year=2024, is_latest=False, full_members=5)
    make_report(business, year=2025, full_members=1)

    assert rates(organiser)[Figure.SHOULD_FORM, FigureKind.ALL] == Rate(0, 0)


def make_many_rows(district):
    """Make businesses of every combination that the figures tell apart, and two markets."""
    modes = (None, FormationMode.STANDALONE, FormationMode.JOINT, FormationMode.FLOATING)
    for kind, mode, instructor, full, staff, township in product(
        (BusinessKind.SMALL_MICRO_ENTERPRISE, BusinessKind.INDIVIDUAL_BUSINESS),
        modes,
        (False, True),
        (None, 0, 2, 3),
        (None, 2),
        (district.qingping, None),
    ):
        business = make_business(kind=kind, staff=staff, township=township)
        make_report(business, full_members=full, members_declared=4)
        if mode:
            make_coverage(
                make_organisation(district.qingping, formation_mode=mode), business=business
            )
        if instructor:
            serve(district, business=business)
    for township in (district.liuquan, None):
        make_stall(make_market(township=township), make_business(township=township))


def test_every_number_has_exactly_its_rows_and_a_subset_of_the_denominator(district, organiser):
    make_many_rows(district)
    report, population = coverage_report(organiser, NOW), Population(organiser, NOW)

    for figure in Figure:
        rows = {
            part: {("b", pk) for pk in population.businesses(figure, part).values_list("pk")}
            | {("m", pk) for pk in population.markets(figure, part).values_list("pk")}
            for part in Part
        }
        rate = report.rate(figure, FigureKind.ALL)
        assert rate.denominator
        assert rate.numerator == len(rows[Part.NUMERATOR])
        assert rate.denominator == len(rows[Part.DENOMINATOR])
        assert rate.unknown == len(rows[Part.UNKNOWN])
        assert rows[Part.NUMERATOR] <= rows[Part.DENOMINATOR]
        assert rows[Part.UNKNOWN] <= rows[Part.DENOMINATOR]
        assert rows[Part.GAP] == rows[Part.DENOMINATOR] - rows[Part.NUMERATOR]


def test_townships_and_kinds_add_up_to_the_whole(district, organiser):
    make_many_rows(district)
    report = coverage_report(organiser, NOW)

    for figure in Figure:
        kinds = [kind for kind in FIGURE_KINDS[figure] if kind is not FigureKind.ALL]
        whole = report.rate(figure, FigureKind.ALL)
        assert sum((report.rate(figure, kind) for kind in kinds), Rate(0, 0)) == whole
        places = report.by_township(figure, FigureKind.ALL)
        assert sum((place.rate for place in places), Rate(0, 0)) == whole
        assert [place.township for place in places] == [district.qingping, district.liuquan, None]


def test_classes_part_the_denominator_as_the_rule_says(district, organiser):
    make_many_rows(district)
    population = Population(organiser, NOW)
    expected = {which: 0 for which in CoverageClass}
    for business in population.businesses(Figure.ORGANISATION, Part.DENOMINATOR):
        report = business.annual_reports.filter(is_latest=True).first()
        modes = [FormationMode(row.organisation.formation_mode) for row in business.coverages.all()]
        expected[
            coverage_class(
                modes,
                declared_size(
                    report.full_members if report else None,
                    report.members_declared if report else None,
                ),
                has_instructor=business.instructor_links.exists(),
            )
        ] += 1

    counts = class_counts(population, coverage_report(organiser, NOW))

    assert counts == expected
    assert counts == {which: population.class_rows(which).count() for which in CoverageClass}
    assert all(counts.values())


@pytest.mark.parametrize(
    ("role", "place", "businesses", "markets"),
    [
        (Role.SOCIAL_WORK_DEPT, "social_work", 3, 2),
        (Role.BUREAU, "bureau", 3, 2),
        (Role.TOWNSHIP_COMMITTEE, "qingping", 1, 1),
        (Role.STATION_HEAD, "liuquan_office", 1, 1),
    ],
    ids=["social work", "bureau", "township", "station"],
)
def test_figures_stay_within_the_scope(role, place, businesses, markets, district):
    for township, office in (
        (district.qingping, district.qingping_office),
        (district.liuquan, district.liuquan_office),
    ):
        business = make_business(township=township, office=office)
        make_stall(make_market(township=township), business)
    make_business()

    found = rates(actor_as(role, getattr(district, place)))

    assert found[Figure.ORGANISATION, FigureKind.INDIVIDUAL] == Rate(0, businesses)
    assert found[Figure.ORGANISATION, FigureKind.MARKET] == Rate(0, markets)


def test_a_market_served_by_two_offices_counts_once(district):
    district.liuquan_office.area.add(district.qingping)
    make_stall(make_market(township=district.qingping), make_business())
    head = make_user(Role.STATION_HEAD, district.qingping_office)
    RoleAssignment.objects.create(
        user=head,
        role=Role.STATION_HEAD,
        body=district.liuquan_office,
        valid_from=date(2020, 1, 1),
    )

    assert rates(actor_for(head, TODAY))[Figure.ORGANISATION, FigureKind.MARKET] == Rate(0, 1)


def test_figures_of_a_past_day_use_what_held_then(district, organiser):
    day = Day(date(2024, 6, 30), TODAY)
    old = make_business(established_on=date(2015, 1, 1))
    make_business(established_on=date(2025, 1, 1))
    organisation = make_organisation(district.qingping, founded_on=date(2024, 6, 30))
    make_coverage(organisation, business=old, valid_to=date(2024, 12, 31))

    assert rates(organiser, day)[Figure.ORGANISATION, FigureKind.ALL] == Rate(1, 1)
    assert rates(organiser)[Figure.ORGANISATION, FigureKind.ALL] == Rate(0, 2)


@pytest.mark.parametrize(
    ("values", "covered"),
    [
        ({"state": OrgState.DISSOLVED, "dissolved_on": date(2024, 7, 1)}, 1),
        ({"state": OrgState.DISSOLVED, "dissolved_on": date(2024, 6, 30)}, 0),
        ({"founded_on": date(2024, 7, 1)}, 0),
        ({"founded_on": None}, 1),
    ],
    ids=["dissolved later", "dissolved that day", "founded later", "undated"],
)
def test_an_organisation_covers_on_the_past_days_it_lived(values, covered, district, organiser):
    make_coverage(make_organisation(district.qingping, **values), business=make_business())
    day = Day(date(2024, 6, 30), TODAY)

    assert rates(organiser, day)[Figure.ORGANISATION, FigureKind.ALL].numerator == covered


@pytest.mark.parametrize(("confirmed_on", "covered"), [(30, 1), (31, 0)], ids=["by then", "after"])
def test_an_organisation_covers_from_its_confirmation(confirmed_on, covered, district, organiser):
    organisation = make_organisation(district.qingping)
    make_coverage(organisation, business=make_business())
    OrganisationChange.objects.create(
        organisation=organisation,
        kind="confirmed",
        happened_on=date(2024, 5, 31) + timedelta(days=confirmed_on),
    )
    day = Day(date(2024, 6, 30), TODAY)

    assert rates(organiser, day)[Figure.ORGANISATION, FigureKind.ALL].numerator == covered


def test_reports_of_a_past_day_are_those_of_ended_years(organiser):
    business = make_business(staff=2)
    make_report(business, year=2023, is_latest=False, full_members=3)
    make_report(business, year=2024, is_latest=False, full_members=1)
    make_report(business, year=2025, full_members=4)

    proven = [
        rates(organiser, Day(date(year, 6, 30), TODAY))[Figure.SHOULD_FORM, FigureKind.ALL]
        for year in (2023, 2024, 2025, 2026)
    ]

    assert [rate.denominator for rate in proven] == [0, 1, 0, 1]


def test_the_number_of_queries_does_not_grow_with_rows(
    district, organiser, django_assert_max_num_queries
):
    make_many_rows(district)

    with django_assert_max_num_queries(14):
        coverage_report(organiser, NOW)
