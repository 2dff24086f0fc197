"""Figures of organisations: who counts, which units are current, what the market line gets."""

from datetime import date

import pytest

from tests.factories import (
    actor_as,
    make_business,
    make_coverage,
    make_district,
    make_market,
    make_member,
    make_organisation,
)
from tests.factories.limits import LIMITS
from xgz.models import Organisation
from xgz.queries.organisation_facts import facts_of
from xgz.queries.organisations import (
    organisation_rows,
    organisations_with_warnings,
    unit_rows,
)
from xgz.rules.members import MemberClass, MembershipStatus
from xgz.rules.organisation_warnings import OrgWarning, judge_organisation
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture
def district():
    return make_district()


def test_members_count_where_their_relation_is_and_while_on_the_rolls(district):
    branch = make_organisation(district.qingping)
    make_member(branch)
    make_member(branch, status=MembershipStatus.LOST_CONTACT)
    make_member(branch, status=MembershipStatus.MOVED_OUT)
    make_member(branch, member_class=MemberClass.PROBATIONARY, born_on=None)
    make_member(branch, member_class=MemberClass.ACTIVIST)
    make_member(branch, member_class=MemberClass.DEVELOPMENT_TARGET)
    make_member(branch, member_class=MemberClass.APPLICANT)
    make_member(make_organisation(district.liuquan), activity_org=branch)

    facts = facts_of([branch], TODAY)[branch.pk]

    assert (facts.full, facts.probationary, facts.successors, facts.guests) == (2, 1, 2, 1)
    assert facts.born_on == (date(1968, 4, 2),) * 2


@pytest.mark.parametrize(
    ("begins", "ends", "units"),
    [
        (TODAY, None, 1),
        (date(2026, 11, 24), None, 0),
        (date(2020, 1, 1), TODAY, 1),
        (date(2020, 1, 1), date(2026, 11, 22), 0),
    ],
    ids=["begins today", "begins tomorrow", "last day", "ended yesterday"],
)
def test_only_units_listed_today_count(district, begins, ends, units):
    branch = make_organisation(district.qingping)
    make_coverage(branch, business=make_business(), valid_from=begins, valid_to=ends)

    assert facts_of([branch], TODAY)[branch.pk].units == units


def test_closed_units_markets_and_codes_to_verify_count_apart(district):
    branch = make_organisation(district.qingping)
    make_coverage(branch, business=make_business(status="cancelled"))
    make_coverage(branch, business=make_business(status="resting"))
    make_coverage(branch, market=make_market())
    make_coverage(branch, code_text="92360999XXXX")

    facts = facts_of([branch], TODAY)[branch.pk]

    assert (facts.units, facts.closed, facts.to_verify) == (3, 1, 1)


def test_the_filter_finds_exactly_what_the_rule_finds(district):
    for number in range(5):
        branch = make_organisation(district.qingping, last_life_on=TODAY if number % 2 else None)
        for _member in range(number):
            make_member(branch)
    everything = Organisation.objects.all()
    facts = facts_of(everything, TODAY)

    for warning in OrgWarning:
        found = organisations_with_warnings(everything, frozenset({warning}), TODAY)
        judged = {
            key for key, row in facts.items() if warning in judge_organisation(row, TODAY, LIMITS)
        }
        assert set(found.values_list("pk", flat=True)) == judged


def test_rows_of_a_plain_member_carry_no_figures(district):
    branch = make_organisation(district.qingping)
    actor = actor_as(Role.MEMBER, branch.body, member=make_member(branch))

    (row,) = organisation_rows([branch], actor)

    assert (row.facts, row.ageing, row.warnings) == (None, None, ())


def test_units_out_of_sight_have_no_link_and_ended_ones_stand_apart(district):
    branch = make_organisation(district.qingping)
    near = make_coverage(branch, business=make_business(township=district.qingping))
    far = make_coverage(branch, business=make_business(township=district.liuquan))
    once = make_coverage(branch, market=make_market(), valid_to=date(2024, 1, 1))
    actor = actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)

    current, before = unit_rows(branch, actor)

    assert {row.coverage: row.may_open for row in current} == {near: True, far: False}
    assert [row.coverage for row in before] == [once]
