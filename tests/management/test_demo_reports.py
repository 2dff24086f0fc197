"""What the demo's annual reports declare: should-form, to verify, small, owners."""

from datetime import date

import pytest

from xgz.management.demo.businesses import OPEN
from xgz.management.demo.generate import DemoDistrict, invent_district
from xgz.management.demo.reports import NOT_FORMED, Report

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def district() -> DemoDistrict:
    return invent_district(businesses=8000, seed=11, today=TODAY)


def newest(district: DemoDistrict) -> dict[str, Report]:
    return {r.code: r for r in district.reports.with_full + district.reports.without_full}


def covered_codes(district: DemoDistrict) -> set[str]:
    return {business.code for row in district.organisations for business in row.covered}


def test_should_form_list_is_exactly_what_full_members_prove(district: DemoDistrict) -> None:
    covered = covered_codes(district)

    proven = {
        code
        for code, report in newest(district).items()
        if report.full is not None and report.full >= 3 and code not in covered
    }

    assert proven == {business.code for business in district.cases.should_form}
    assert len(proven) == 12


def test_to_verify_list_is_exactly_the_mixed_counts_of_three(district: DemoDistrict) -> None:
    covered = covered_codes(district)

    mixed = {
        code
        for code, report in newest(district).items()
        if report.full is None and report.members >= 3 and code not in covered
    }

    assert mixed == {business.code for business in district.cases.to_verify}


def test_three_in_all_with_two_full_proves_nothing(district: DemoDistrict) -> None:
    reports = newest(district)

    assert district.cases.mixed_short_of_three
    for business in district.cases.mixed_short_of_three:
        assert (reports[business.code].members, reports[business.code].full) == (4, 2)


def test_last_years_three_do_not_stand_against_this_years_two(district: DemoDistrict) -> None:
    last_year = {report.code: report for report in district.reports.last_year}

    assert district.cases.was_three_last_year
    for business in district.cases.was_three_last_year:
        assert last_year[business.code].full == 3
        assert last_year[business.code].year == 2024
        assert newest(district)[business.code].full == 2


def test_small_ones_declare_one_or_two(district: DemoDistrict) -> None:
    counts = {newest(district)[business.code].members for business in district.cases.small}

    assert counts == {1, 2}


def test_cases_are_in_business_and_uncovered_and_disjoint(district: DemoDistrict) -> None:
    rows = district.cases.all_businesses()

    assert len({business.code for business in rows}) == len(rows)
    assert all(business.status == OPEN for business in rows)
    assert covered_codes(district).isdisjoint(business.code for business in rows)


def test_declared_owners_are_those_the_reports_name(district: DemoDistrict) -> None:
    named = {code for code, report in newest(district).items() if report.owner_is_member}

    assert named == district.cases.declared_owners
    assert all(newest(district)[code].members > 0 for code in named)


def test_a_business_reports_once_a_year(district: DemoDistrict) -> None:
    reports = district.reports
    both = [report.code for report in reports.with_full + reports.without_full]
    last = [report.code for report in reports.last_year]

    assert len(set(both)) == len(both)
    assert len(set(last)) == len(last)


def test_layouts_differ_in_full_members_only(district: DemoDistrict) -> None:
    assert all(report.full is not None for report in district.reports.with_full)
    assert all(report.full is None for report in district.reports.without_full)


def test_reports_of_covered_businesses_repeat_the_roster(district: DemoDistrict) -> None:
    reports = newest(district)
    at_work = [m.unit_code for m in district.members if m.joined_on is not None]

    reported = [code for code in covered_codes(district) if code in reports]

    assert reported
    for code in reported:
        assert reports[code].members == at_work.count(code)
        assert reports[code].structure != NOT_FORMED


def test_only_open_businesses_file(district: DemoDistrict) -> None:
    open_codes = {business.code for business in district.businesses if business.is_open}

    assert set(newest(district)) <= open_codes
