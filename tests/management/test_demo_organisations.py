"""The study's 25 organisations, their members, and what the rules say of them."""

from collections import Counter
from datetime import date

import pytest

from tests.factories.limits import LIMITS
from xgz.management.demo.district import ASSOCIATION, BUREAU, list_bodies
from xgz.management.demo.generate import DemoDistrict, invent_district
from xgz.management.demo.members import Member
from xgz.management.demo.organisations import (
    LIUQUAN_BRANCH,
    QINGPING_BRANCH,
    STUDY_AS_AT,
    Ages,
    Life,
    Organisation,
    Term,
    guided_organisations,
)
from xgz.rules.members import PARTY_CLASSES, SUCCESSOR_CLASSES, MemberClass
from xgz.rules.organisations import (
    Ageing,
    FormationMode,
    OrgType,
    age_at,
    dormant_before,
    judge_ageing,
    term_end,
    term_notice_on,
)

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module", params=[(2000, 1), (20_000, 25)], ids=["small", "default"])
def district(request: pytest.FixtureRequest) -> DemoDistrict:
    businesses, seed = request.param
    return invent_district(businesses=businesses, seed=seed, today=TODAY)


def members_of(district: DemoDistrict, branch: str) -> list[Member]:
    return [
        member
        for member in district.members
        if member.branch == branch and member.member_class in PARTY_CLASSES
    ]


def ageing_of(district: DemoDistrict, branch: str, as_at: date) -> Ageing:
    born_on = [member.person.born_on for member in members_of(district, branch)]
    successors = sum(
        member.branch == branch and member.member_class in SUCCESSOR_CLASSES
        for member in district.members
    )
    ageing = judge_ageing(born_on, successors, as_at, LIMITS)
    assert ageing is not None
    return ageing


def branches(district: DemoDistrict, ages: Ages) -> list[Organisation]:
    return [row for row in guided_organisations(district.organisations) if row.ages is ages]


def test_bureau_guides_exactly_25_organisations(district: DemoDistrict) -> None:
    below_bureau = {body.name for body in list_bodies() if body.parent == BUREAU}

    guided = [row for row in district.organisations if row.guide in below_bureau | {BUREAU}]

    assert len(guided) == 25
    assert guided == guided_organisations(district.organisations)


def test_twelve_of_the_25_are_association_branches(district: DemoDistrict) -> None:
    modes = Counter(row.mode for row in guided_organisations(district.organisations))

    assert modes[FormationMode.ASSOCIATION] == 12
    assert sum(row.guide == ASSOCIATION for row in district.organisations) == 12


def test_most_of_the_25_have_no_life_for_half_a_year(district: DemoDistrict) -> None:
    limit = dormant_before(TODAY, LIMITS)
    dormant = [
        row
        for row in guided_organisations(district.organisations)
        if row.last_life_on is None or row.last_life_on < limit
    ]

    assert len(dormant) == 16
    assert all(row.life is not Life.RECENT for row in dormant)


def test_qingping_branch_is_the_one_of_the_study(district: DemoDistrict) -> None:
    members = members_of(district, QINGPING_BRANCH)
    ages = {m.person.name: age_at(m.person.born_on, STUDY_AS_AT) for m in members}
    branch = next(row for row in district.organisations if row.name == QINGPING_BRANCH)

    assert len(members) == 5
    assert sum(age_at(m.person.born_on, STUDY_AS_AT) for m in members) == 329
    assert ages[branch.secretary] == 60
    assert sorted(age_at(m.person.born_on, STUDY_AS_AT) for m in members)[:2] == [60, 64]
    assert ageing_of(district, QINGPING_BRANCH, STUDY_AS_AT) == Ageing(65.8, 60, 5, flagged=True)


def test_liuquan_branch_is_the_one_of_the_study(district: DemoDistrict) -> None:
    members = members_of(district, LIUQUAN_BRANCH)
    branch = next(row for row in district.organisations if row.name == LIUQUAN_BRANCH)
    secretary = next(m for m in members if m.person.name == branch.secretary)

    assert branch.mode is FormationMode.ASSOCIATION
    assert sum(age_at(m.person.born_on, STUDY_AS_AT) for m in members) == 403
    assert secretary.person.born_on.year == 1948
    assert ageing_of(district, LIUQUAN_BRANCH, STUDY_AS_AT) == Ageing(57.6, 47, 7, flagged=True)


@pytest.mark.parametrize("branch", [QINGPING_BRANCH, LIUQUAN_BRANCH], ids=["joint", "association"])
def test_study_branches_are_still_ageing_today(district: DemoDistrict, branch: str) -> None:
    assert ageing_of(district, branch, TODAY).flagged


@pytest.mark.parametrize("branch", [QINGPING_BRANCH, LIUQUAN_BRANCH], ids=["joint", "association"])
def test_study_branches_had_all_their_full_members_in_2016(
    district: DemoDistrict, branch: str
) -> None:
    for member in members_of(district, branch):
        assert member.member_class is MemberClass.FULL
        assert member.full_on is not None
        assert member.full_on < STUDY_AS_AT


def test_old_branches_are_flagged_as_ageing(district: DemoDistrict) -> None:
    for row in branches(district, Ages.OLD):
        assert ageing_of(district, row.name, TODAY).flagged


@pytest.mark.parametrize(
    "ages",
    [Ages.OLD_WITH_ACTIVIST, Ages.OLD_WITH_ONE_AT_44, Ages.JUST_UNDER_55, Ages.MIXED, Ages.YOUNG],
    ids=lambda ages: ages.value,
)
def test_branches_with_any_fresh_blood_are_not_flagged(district: DemoDistrict, ages: Ages) -> None:
    found = branches(district, ages)

    assert found
    assert not any(ageing_of(district, row.name, TODAY).flagged for row in found)


def test_each_negative_misses_the_ageing_rule_by_one_thing_only(district: DemoDistrict) -> None:
    activist = ageing_of(district, branches(district, Ages.OLD_WITH_ACTIVIST)[0].name, TODAY)
    one_at_44 = ageing_of(district, branches(district, Ages.OLD_WITH_ONE_AT_44)[0].name, TODAY)
    just_under = ageing_of(district, branches(district, Ages.JUST_UNDER_55)[0].name, TODAY)

    assert activist.average >= 55
    assert activist.youngest >= 45
    assert one_at_44.average >= 55
    assert one_at_44.youngest == 44
    assert 54 <= just_under.average < 55
    assert just_under.youngest >= 45


def test_roster_has_the_planned_size_of_every_branch(district: DemoDistrict) -> None:
    for row in district.organisations:
        assert len(members_of(district, row.name)) == row.size


def test_organisation_names_and_codes_occur_once(district: DemoDistrict) -> None:
    assert len({row.name for row in district.organisations}) == len(district.organisations)
    assert len({row.code for row in district.organisations}) == len(district.organisations)


def test_density_is_that_of_the_country() -> None:
    district = invent_district(businesses=40_000, seed=2, today=TODAY)

    assert len(district.organisations) == round(40_000 / 570)
    assert sum(row.size for row in district.organisations) == 10 * len(district.organisations)


def test_some_branches_have_fewer_than_three_full_members(district: DemoDistrict) -> None:
    full = Counter(
        member.branch for member in district.members if member.member_class is MemberClass.FULL
    )
    guided = guided_organisations(district.organisations)

    below = {row.name for row in guided if full[row.name] < 3}

    assert below == {row.name for row in guided if row.size <= 3}
    assert any(row.size == 3 for row in guided)


def test_terms_run_out_as_planned(district: DemoDistrict) -> None:
    for row in district.organisations:
        if row.elected_on is None:
            assert row.term is Term.UNKNOWN
            continue
        end = term_end(row.elected_on, OrgType.BRANCH)
        state = (
            Term.OVERDUE if end < TODAY
            else Term.ENDING if term_notice_on(end, LIMITS) <= TODAY
            else Term.RUNNING
        )  # fmt: skip
        assert state is row.term
        assert row.founded_on <= row.elected_on


def test_some_organisations_have_lost_their_ground(district: DemoDistrict) -> None:
    rows = district.organisations
    lost = [row for row in rows if any(not business.is_open for business in row.covered)]

    assert len(lost) >= 2
    assert any(row.guide.startswith(BUREAU) for row in lost)


def test_some_covered_codes_are_unknown_to_the_registry(district: DemoDistrict) -> None:
    known = {business.code for business in district.businesses}
    unknown = [code for row in district.organisations for code in row.unknown_codes]

    assert len(unknown) == 3
    assert known.isdisjoint(unknown)


def test_market_branches_name_the_market_their_stalls_trade_in(district: DemoDistrict) -> None:
    branches = [row for row in district.organisations if row.mode is FormationMode.MARKET]

    named = [row for row in branches if row.market]

    assert len(branches) == 4
    # Few businesses make no stalls for the smallest market: its branch lists shops of the town.
    assert len(named) == (4 if len(district.businesses) >= 20_000 else 3)
    for row in named:
        assert row.market in {market.name for market in row.township.markets}
        assert {business.market for business in row.covered} == {row.market}
        assert row.covered_units == [row.market, *row.covered_codes]


def test_no_business_is_covered_twice(district: DemoDistrict) -> None:
    covered = Counter(b.code for row in district.organisations for b in row.covered)

    assert set(covered.values()) == {1}


def test_some_roster_rows_name_a_branch_nobody_listed(district: DemoDistrict) -> None:
    listed = {row.name for row in district.organisations}

    assert sum(member.branch not in listed for member in district.members) == 14
