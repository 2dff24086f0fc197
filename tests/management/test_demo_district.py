"""The demo county as a whole: bodies, people, businesses, sizes, reproducibility."""

from collections import Counter
from datetime import date
from random import Random

import pytest
from stdnum.cn import uscc

from xgz.management.demo.businesses import Kind
from xgz.management.demo.district import (
    ASSOCIATION,
    BUREAU,
    OFFICES,
    TOWNSHIPS,
    list_bodies,
)
from xgz.management.demo.generate import (
    FEWEST_BUSINESSES,
    DemoDistrict,
    DemoTooSmall,
    invent_district,
)
from xgz.management.demo.names import Registrar, invent_name
from xgz.rules.bodies import BodyKind, Line
from xgz.rules.credit_codes import is_old_registration_no
from xgz.rules.id_numbers import check_id_number
from xgz.rules.imports.labels import STATUS_LABELS
from xgz.rules.organisations import age_at
from xgz.rules.registration import BusinessKind, business_kind, fold_label
from xgz.rules.roles import Role

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def district() -> DemoDistrict:
    return invent_district(businesses=6000, seed=7, today=TODAY)


def test_county_has_the_townships_and_offices_of_the_study() -> None:
    served = Counter(township.office for township in TOWNSHIPS)

    assert len(TOWNSHIPS) == 18
    assert len(OFFICES) == 16
    assert set(served.values()) == {1, 2}


def test_bodies_come_after_their_parents_and_stand_on_three_lines() -> None:
    seen: set[str] = set()
    for body in list_bodies():
        assert not body.parent or body.parent in seen
        assert set(body.townships) <= {other.name for other in list_bodies()}
        seen.add(body.name)

    kinds = Counter(body.kind for body in list_bodies())
    assert kinds[BodyKind.TOWNSHIP] == 18
    assert kinds[BodyKind.OFFICE] == 16
    assert {body.line for body in list_bodies()} == set(Line)


def test_association_and_offices_stand_below_the_bureau() -> None:
    below = {body.name for body in list_bodies() if body.parent == BUREAU}

    assert ASSOCIATION in below
    assert len(below) == 17


def test_every_township_is_served_by_exactly_one_office() -> None:
    served = Counter(name for body in list_bodies() for name in body.townships)

    assert served == Counter(township.committee for township in TOWNSHIPS)


def test_instructors_are_81_with_two_at_least_in_every_office(district: DemoDistrict) -> None:
    stations = Counter(row.station for row in district.instructors)

    assert len({row.user_name for row in district.instructors}) == 81
    assert len(stations) == 16
    assert min(stations.values()) >= 2


def test_no_business_has_two_instructors(district: DemoDistrict) -> None:
    served = Counter(link.business_code for link in district.instructor_links if link.business_code)

    assert set(served.values()) == {1}
    assert all(
        bool(link.business_code) != bool(link.organisation_code)
        for link in district.instructor_links
    )


def test_there_is_one_account_for_every_role(district: DemoDistrict) -> None:
    bodies = {body.name for body in district.bodies}

    assert Counter(account.role for account in district.accounts) == Counter(Role)
    assert len({account.user_name for account in district.accounts}) == len(Role)
    assert {account.body for account in district.accounts} <= bodies


def test_accounts_of_people_open_rows_that_exist(district: DemoDistrict) -> None:
    by_role = {account.role: account for account in district.accounts}

    assert by_role[Role.BRANCH_SECRETARY].organisation in {o.name for o in district.organisations}
    assert by_role[Role.MEMBER].member_id in {m.person.id_number for m in district.members}
    assert by_role[Role.OWNER].business_code in {b.code for b in district.businesses}


def test_codes_are_valid_and_used_once(district: DemoDistrict) -> None:
    codes = [business.code for business in district.businesses]

    assert len(set(codes)) == len(codes) == 6000
    for code in codes:
        assert uscc.is_valid(code) if len(code) == 18 else is_old_registration_no(code)
    assert 0 < sum(len(code) < 18 for code in codes) < 60


def test_kinds_by_rule_are_those_meant(district: DemoDistrict) -> None:
    meant = {Kind.SHOP: BusinessKind.INDIVIDUAL_BUSINESS, Kind.OTHER: BusinessKind.OTHER}
    for business in district.businesses:
        code = business.code if business.has_credit_code else ""
        kind, _ = business_kind(business.type_label, code)
        assert kind is meant.get(business.kind, BusinessKind.SMALL_MICRO_ENTERPRISE)


def test_all_statuses_occur_and_are_known_wordings(district: DemoDistrict) -> None:
    wordings = {business.status for business in district.businesses}

    assert "" in wordings
    assert {STATUS_LABELS[fold_label(wording)] for wording in wordings - {""}} == set(
        STATUS_LABELS.values()
    )


def test_owners_are_valid_people_and_of_age_at_opening(district: DemoDistrict) -> None:
    owners = [business.owner for business in district.businesses]
    for business in district.businesses:
        owner = business.owner
        checked = check_id_number(owner.id_number, TODAY)
        assert checked.born_on == owner.born_on
        assert (owner.sex == "男") == (checked.sex.value == "male")
        assert age_at(owner.born_on, business.established_on) >= 18
    assert len({owner.id_number for owner in owners}) == len(owners)
    assert len({owner.phone for owner in owners}) == len(owners)
    assert {owner.phone[:3] for owner in owners} == {"154"}


def test_places_lie_near_their_township(district: DemoDistrict) -> None:
    placed = [b for b in district.businesses if b.longitude and b.latitude]

    assert len(placed) > 0.95 * len(district.businesses)
    for business in placed:
        assert abs((business.longitude or 0) - business.township.longitude) < 0.1
        assert abs((business.latitude or 0) - business.township.latitude) < 0.1


def test_stalls_belong_to_a_market_of_their_township(district: DemoDistrict) -> None:
    stalls = [business for business in district.businesses if business.market]

    assert stalls
    for stall in stalls:
        assert stall.market in {market.name for market in stall.township.markets}
        assert "摊位" in stall.address


def test_no_date_lies_after_today(district: DemoDistrict) -> None:
    for business in district.businesses:
        assert business.established_on < TODAY
        assert business.status_on is None or business.established_on <= business.status_on < TODAY


def test_same_seed_gives_the_same_district() -> None:
    first = invent_district(businesses=2500, seed=3, today=TODAY)
    again = invent_district(businesses=2500, seed=3, today=TODAY)

    assert first == again


def test_another_seed_gives_another_district() -> None:
    first = invent_district(businesses=2500, seed=3, today=TODAY)
    other = invent_district(businesses=2500, seed=4, today=TODAY)

    assert {b.code for b in first.businesses}.isdisjoint(b.code for b in other.businesses)


def test_too_small_a_district_is_refused() -> None:
    with pytest.raises(DemoTooSmall):
        invent_district(businesses=FEWEST_BUSINESSES - 1, seed=1, today=TODAY)


def test_smallest_district_is_made() -> None:
    district = invent_district(businesses=FEWEST_BUSINESSES, seed=1, today=TODAY)

    assert len(district.businesses) == FEWEST_BUSINESSES
    assert all(row.covered for row in district.organisations)


def test_common_surnames_are_common_and_rare_ones_occur() -> None:
    rng = Random(5)
    surnames = Counter(invent_name(rng, male=True, born_year=1970)[0] for _ in range(20_000))

    assert {surname for surname, _ in surnames.most_common(3)} == {"王", "李", "张"}
    assert len(surnames) > 200


@pytest.mark.parametrize("age", [18, 44, 45, 60], ids=str)
def test_person_has_exactly_the_wanted_age(age: int) -> None:
    registrar = Registrar(Random(age))

    ages = {age_at(registrar.person_aged(age, as_at=TODAY).born_on, TODAY) for _ in range(400)}

    assert ages == {age}
