"""The lists after a comparison: declared but unknown, found but undeclared, should have moved."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    TODAY,
    actor_as,
    make_coverage,
    make_district,
    make_import,
    make_organisation,
    make_report,
)
from tests.factories.matching import (
    NOW,
    make_owner,
    make_pair,
    make_task,
    make_tie,
    make_twins,
)
from xgz.models import MemberWorkplace, RefusalDigest, SealedList
from xgz.models.sealed_lists import DECLARED_OWNERS, sealed_ids
from xgz.queries.lead_identity import LeadIdentity, refusal_digests
from xgz.queries.match_pairs import sheet_of
from xgz.queries.owner_lists import ListWanted, entries_of, rows_of
from xgz.queries.owner_ties import owned_businesses
from xgz.rules.matching import Decision, MatchPurpose, OwnerList
from xgz.rules.registration import BusinessStatus
from xgz.rules.roles import Role
from xgz.services.leads import protect_member

pytestmark = pytest.mark.django_db

FIND = ListWanted(MatchPurpose.FIND)
LONG_AGO = date(2026, 5, 23)  # six months are full today
YESTERDAY = TODAY - timedelta(days=1)
LATELY = date(2026, 5, 24)


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def department(district):
    return actor_as(Role.ORG_DEPT, district.org_dept)


@pytest.fixture
def village(district):
    return make_organisation(district.qingping)


def listed(which, actor, wanted=FIND):
    entries = entries_of(which, actor, wanted)
    rows = rows_of(entries, actor)
    assert len(rows) == len(entries)
    return {(row.business, row.member) for row in rows}


def declare(*businesses):
    """Note in the sealed list that the newest reports declare these owners members."""
    reports = [make_report(business, owner_is_member="yes").pk for business in businesses]
    row, _made = SealedList.objects.get_or_create(name=DECLARED_OWNERS)
    row.value_sealed = sealed_ids(row.public_id, reports)
    row.save()


def test_a_declared_owner_of_a_compared_township_whom_nobody_knows(district, department, village):
    make_task(district.qingping)
    unknown = make_owner(district.qingping, owner_name="石有余")
    elsewhere = make_owner(district.liuquan)  # not compared
    member, known = make_twins(village, district.qingping)
    other, waiting = make_twins(village, district.qingping)
    declare(unknown, elsewhere, known, waiting)
    make_owner(district.qingping)  # declares nothing
    make_tie(member, known)
    make_pair(make_task(district.qingping), other, waiting, decision=Decision.LATER)

    assert listed(OwnerList.UNKNOWN, department) == {(unknown, None)}


@pytest.mark.parametrize("decision", list(Decision))
def test_only_who_was_denied_is_unknown_among_pairs(district, department, village, decision):
    member, business = make_twins(village, district.qingping)
    declare(business)
    make_pair(make_task(district.qingping), member, business, decision=decision)

    is_listed = decision is Decision.NO
    assert bool(listed(OwnerList.UNKNOWN, department)) is is_listed


@pytest.mark.parametrize(("minutes", "is_listed"), [(0, True), (1, False)])
def test_who_came_into_the_register_after_the_run_is_not_unknown(
    district, department, minutes, is_listed
):
    make_task(district.qingping)
    source = make_import(
        kind="registry", uploaded_at=NOW, applied_at=NOW + timedelta(minutes=minutes)
    )
    declare(make_owner(district.qingping, first_import=source))

    assert bool(listed(OwnerList.UNKNOWN, department)) is is_listed


def test_an_owner_without_a_name_was_never_compared(district, department):
    make_task(district.qingping)
    declare(make_owner(district.qingping, owner_name=""))

    assert listed(OwnerList.UNKNOWN, department) == set()


@pytest.mark.parametrize(("expires_on", "is_listed"), [(TODAY, True), (YESTERDAY, False)])
def test_a_task_that_ended_fills_no_list(district, department, expires_on, is_listed):
    make_task(district.qingping, expires_on=expires_on)
    declare(make_owner(district.qingping))

    assert bool(listed(OwnerList.UNKNOWN, department)) is is_listed


def test_a_comparison_for_another_purpose_fills_no_list(district, department, village):
    make_task(district.qingping, purpose=MatchPurpose.FORM)
    member, business = make_twins(village, district.qingping)
    make_report(business, owner_is_member="no")
    unknown = make_owner(district.qingping)
    declare(unknown)
    make_tie(member, business, MatchPurpose.FORM)

    for which in OwnerList:
        assert listed(which, department) == set()
    wanted = ListWanted(MatchPurpose.FORM)
    assert listed(OwnerList.UNKNOWN, department, wanted) == {(unknown, None)}
    assert listed(OwnerList.UNDECLARED, department, wanted) == {(business, member)}
    assert listed(OwnerList.SHOULD_MOVE, department, wanted) == {(business, member)}


@pytest.mark.parametrize(("declared", "is_listed"), [("no", True), ("yes", False), ("", False)])
def test_who_declared_no_and_was_found(district, department, village, declared, is_listed):
    member, business = make_twins(village, district.qingping)
    make_report(business, owner_is_member=declared)
    make_tie(member, business)

    found = listed(OwnerList.UNDECLARED, department)

    assert found == ({(business, member)} if is_listed else set())


def test_only_the_latest_report_counts(district, department, village):
    member, business = make_twins(village, district.qingping)
    make_report(business, owner_is_member="no", year=2024, is_latest=False)
    make_report(business, owner_is_member="yes", year=2025)
    make_tie(member, business)

    assert listed(OwnerList.UNDECLARED, department) == set()


@pytest.mark.parametrize(("since", "is_listed"), [(LONG_AGO, True), (LATELY, False)])
def test_six_months_at_a_workplace(district, department, village, since, is_listed):
    member, business = make_twins(village, district.qingping)
    MemberWorkplace.objects.create(member=member, business=business, valid_from=since)

    assert bool(listed(OwnerList.SHOULD_MOVE, department)) is is_listed


@pytest.mark.parametrize(("day", "is_listed"), [(LONG_AGO, True), (LATELY, False)])
def test_without_a_day_it_counts_from_the_reading_in(district, department, village, day, is_listed):
    member, business = make_twins(village, district.qingping)
    source = make_import(kind="roster", uploaded_at=datetime(*day.timetuple()[:3], 4, tzinfo=UTC))
    MemberWorkplace.objects.create(member=member, business=business, source_import=source)

    assert bool(listed(OwnerList.SHOULD_MOVE, department)) is is_listed


@pytest.mark.parametrize(("since", "is_listed"), [(LONG_AGO, True), (LATELY, False)])
def test_an_owner_counts_from_the_setting_up(district, department, village, since, is_listed):
    member, business = make_twins(village, district.qingping)
    type(business).objects.filter(pk=business.pk).update(established_on=since)
    make_tie(member, business)

    assert bool(listed(OwnerList.SHOULD_MOVE, department)) is is_listed


def test_a_place_that_ended_and_a_business_that_ended_do_not_count(district, department, village):
    left, business = make_twins(village, district.qingping)
    MemberWorkplace.objects.create(
        member=left, business=business, valid_from=LONG_AGO, valid_to=date(2026, 11, 1)
    )
    member, closed = make_twins(village, district.qingping)
    type(closed).objects.filter(pk=closed.pk).update(status=BusinessStatus.CANCELLED)
    MemberWorkplace.objects.create(member=member, business=closed, valid_from=LONG_AGO)

    assert listed(OwnerList.SHOULD_MOVE, department) == set()


@pytest.mark.parametrize("home", ["none", "village", "market line", "association", "covers"])
def test_where_the_relation_lies(district, department, home):
    guide = {"market line": district.qingping_office, "association": district.association}
    organisation = (
        None
        if home == "none"
        else make_organisation(district.qingping, guiding_body=guide.get(home))
    )
    member, business = make_twins(organisation, district.qingping)
    if home == "covers":
        make_coverage(organisation, business=business)
    MemberWorkplace.objects.create(member=member, business=business, valid_from=LONG_AGO)

    is_listed = home in {"none", "village"}
    assert bool(listed(OwnerList.SHOULD_MOVE, department)) is is_listed


def test_one_line_for_one_place_however_it_is_known(district, department, village):
    member, business = make_twins(village, district.qingping)
    MemberWorkplace.objects.create(member=member, business=business, valid_from=LONG_AGO)
    make_tie(member, business)

    (entry,) = entries_of(OwnerList.SHOULD_MOVE, department, FIND)

    assert entry.since == business.established_on


def test_a_township_sees_its_own_people_at_its_own_businesses(district, village):
    here = actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)
    there = actor_as(Role.TOWNSHIP_COMMITTEE, district.liuquan)
    member, business = make_twins(village, district.qingping)
    away, other = make_twins(make_organisation(district.liuquan), district.qingping)
    for each, place in ((member, business), (away, other)):
        MemberWorkplace.objects.create(member=each, business=place, valid_from=LONG_AGO)
        make_report(place, owner_is_member="no")
        make_tie(each, place)

    for which in (OwnerList.SHOULD_MOVE, OwnerList.UNDECLARED):
        assert listed(which, here) == {(business, member)}
        assert listed(which, there) == set()


@pytest.mark.parametrize("which", list(OwnerList))
def test_a_list_of_one_township(district, department, village, which):
    make_task(district.qingping, district.liuquan)
    for place in (district.qingping, district.liuquan):
        member, business = make_twins(village, place)
        make_report(business, owner_is_member="no")
        make_tie(member, business)
    unknown = [make_owner(place) for place in (district.qingping, district.liuquan)]
    declare(*unknown)

    assert len(listed(which, department)) == 2
    narrowed = ListWanted(MatchPurpose.FIND, district.liuquan)
    (found,) = listed(which, department, narrowed)
    assert found[0].township == district.liuquan


def test_a_protected_member_stands_on_no_list_and_leaves_no_trace(district, department, village):
    make_task(district.qingping)
    member, business = make_twins(village, district.qingping)
    MemberWorkplace.objects.create(member=member, business=business, valid_from=LONG_AGO)
    make_report(business, owner_is_member="no")
    make_tie(member, business)
    hidden, declared = make_twins(village, district.qingping)
    declare(declared)
    for each in (member, hidden):
        protect_member(actor=department, member=each, now=NOW)

    for which in OwnerList:
        assert entries_of(which, department, FIND) == []


def test_who_said_no_is_not_listed_as_unknown(district, department):
    make_task(district.qingping)
    business = make_owner(district.qingping, owner_name="石有余", phone="13900005555")
    declare(business)
    who = LeadIdentity.of(name="石有余", phone="13900005555", id_number="", place="")
    for digest in refusal_digests([who]):
        RefusalDigest.objects.create(digest=digest, refused_on=TODAY)

    assert listed(OwnerList.UNKNOWN, department) == set()


def test_a_member_who_said_no_is_on_no_list_and_no_page(district, department, village):
    """Also where the ties stay, as after a refusal by another way than a lead."""
    member, business = make_twins(village, district.qingping)
    MemberWorkplace.objects.create(member=member, business=business, valid_from=LONG_AGO)
    make_report(business, owner_is_member="no")
    make_tie(member, business)
    pair = make_pair(make_task(district.qingping), member, business)
    assert owned_businesses(member, department) == [business]
    assert sheet_of(pair, department) is not None
    who = LeadIdentity.of(name=member.name, phone=member.phone, id_number="", place="")
    for digest in refusal_digests([who]):
        RefusalDigest.objects.create(digest=digest, refused_on=TODAY)

    for which in OwnerList:
        assert listed(which, department) == set()
    assert owned_businesses(member, department) == []
    assert sheet_of(pair, department) is None


@pytest.mark.parametrize("which", list(OwnerList))
def test_questions_do_not_grow_with_the_rows(district, department, village, which):
    from django.db import connection

    make_task(district.qingping)

    def fill(number):
        unknown = [make_owner(district.qingping) for _ in range(number)]
        declare(*unknown)
        for _ in range(number):
            member, business = make_twins(village, district.qingping)
            make_report(business, owner_is_member="no")
            make_tie(member, business)

    counts = []
    for number in (2, 20):
        fill(number)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            rows_of(entries_of(which, department, FIND), department)
        counts.append(len(asked))

    assert counts[0] == counts[1]
    assert counts[0] <= 14
