"""The conditions of the filter bar, the coverage marks and the rows of the business list."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.factories import (
    make_business,
    make_coverage,
    make_district,
    make_import,
    make_market,
    make_organisation,
    make_report,
    make_stall,
    make_user,
)
from xgz.access.actor import shell_operator
from xgz.models import Business, InstructorLink, StatusEvent, sealing
from xgz.models.fields import new_public_id
from xgz.queries import businesses as queries
from xgz.queries.businesses import CoverageChoice, CoverageMark, Mark, StatusGroup, Wanted
from xgz.rules.organisations import FormationMode, OrgState
from xgz.rules.registration import BusinessKind, BusinessStatus
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
EVERYBODY = shell_operator(TODAY)
NOBODY = replace(EVERYBODY, label="user")


def _found(**wanted):
    return set(queries.narrow(Business.objects.all(), Wanted(**wanted), TODAY))


def test_name_and_both_codes_are_found_by_a_part():
    named = make_business(name="清平镇KFC快餐店", credit_code="92360999MA00000001")
    old = make_business(name="老许五金店", credit_code=None, registration_number="360999600012345")

    assert _found(text="快餐") == {named}
    assert _found(text="kfc") == {named}
    assert _found(text="ma0000000") == {named}
    assert _found(text="6000123") == {old}
    assert _found(text="50%") == set()


def test_place_kind_status_and_staff_narrow_the_list():
    district = make_district()
    wanted = make_business(
        township=district.qingping,
        office=district.qingping_office,
        kind=BusinessKind.SMALL_MICRO_ENTERPRISE,
        status=BusinessStatus.RESTING,
        staff=5,
    )
    make_business(township=district.liuquan, office=district.liuquan_office, staff=6)

    assert _found(township=district.qingping) == {wanted}
    assert _found(office=district.qingping_office) == {wanted}
    assert _found(kind=BusinessKind.SMALL_MICRO_ENTERPRISE) == {wanted}
    assert _found(status=BusinessStatus.RESTING) == {wanted}
    assert _found(staff_from=5, staff_to=5) == {wanted}
    assert _found(staff_from=7) == set()
    assert _found(staff_to=4) == set()


@pytest.mark.parametrize("status", list(BusinessStatus))
def test_every_status_is_either_registered_or_ended(status):
    business = make_business(status=status)

    registered = _found(status=StatusGroup.REGISTERED)
    ended = _found(status=StatusGroup.ENDED)

    assert [registered, ended] in ([{business}, set()], [set(), {business}])


def test_coverage_conditions_follow_the_covering_modes():
    district = make_district()
    covered, worked, bare, closed = (make_business() for _ in range(4))
    Business.objects.filter(pk=closed.pk).update(status=BusinessStatus.CANCELLED)
    make_coverage(make_organisation(district.qingping), business=covered)
    functional = make_organisation(district.qingping, formation_mode=FormationMode.FUNCTIONAL)
    make_coverage(functional, business=worked)

    assert _found(coverage=CoverageChoice.COVERED) == {covered}
    assert _found(coverage=CoverageChoice.NOT_COVERED) == {worked, bare}


@pytest.mark.parametrize(
    ("valid_to", "state", "covered"),
    [
        (date(2026, 11, 23), OrgState.ACTIVE, True),
        (date(2026, 11, 22), OrgState.ACTIVE, False),
        (None, OrgState.UNCONFIRMED, False),
    ],
    ids=["last day counts", "ended yesterday", "organisation unconfirmed"],
)
def test_cover_counts_while_it_lasts_and_is_confirmed(valid_to, state, covered):
    business = make_business()
    organisation = make_organisation(make_district().qingping, state=state)
    make_coverage(organisation, business=business, valid_to=valid_to)

    assert (_found(coverage=CoverageChoice.COVERED) == {business}) is covered


@pytest.mark.parametrize(("full_members", "listed"), [(2, False), (3, True), (None, False)])
def test_should_form_needs_three_full_members_proven(full_members, listed):
    business = make_business()
    make_report(business, full_members=full_members, members_declared=5)

    assert (_found(coverage=CoverageChoice.SHOULD_FORM) == {business}) is listed


def test_markets_instructors_and_flags_narrow_the_list():
    district = make_district()
    stall, served, missing, unreachable = (make_business() for _ in range(4))
    make_stall(make_market(), stall)
    user = make_user(Role.INSTRUCTOR, district.qingping_office)
    InstructorLink.objects.create(
        instructor=user,
        station=district.qingping_office,
        business=served,
        valid_from=date(2026, 1, 1),
    )
    Business.objects.filter(pk=missing.pk).update(missing_since=TODAY)
    Business.objects.filter(pk=unreachable.pk).update(is_unreachable=True)

    assert _found(in_market=True) == {stall}
    assert _found(instructor=True) == {served}
    assert _found(instructor=False) == {stall, missing, unreachable}
    assert _found(is_missing=True) == {missing}
    assert _found(is_unreachable=True) == {unreachable}


def test_totals_count_registered_and_operating():
    make_business()
    make_business(status=BusinessStatus.RESTING)
    make_business(status=BusinessStatus.REVOKED)
    make_business(is_unreachable=True)
    make_business(kind=BusinessKind.OTHER)
    make_business(kind=BusinessKind.UNKNOWN)

    assert queries.totals(EVERYBODY, TODAY) == queries.Totals(5, 1)
    assert queries.totals(NOBODY, TODAY) == queries.Totals(0, 0)


@pytest.mark.parametrize(
    ("status", "modes", "is_proven", "has_instructor", "marks"),
    [
        ("in_business", [], False, False, [CoverageMark(Mark.NOT_COVERED)]),
        ("in_business", [], True, False, [CoverageMark(Mark.SHOULD_FORM)]),
        ("in_business", [], False, True, [CoverageMark(Mark.WORK_COVERED)]),
        (
            "in_business",
            [],
            True,
            True,
            [CoverageMark(Mark.SHOULD_FORM), CoverageMark(Mark.WORK_COVERED)],
        ),
        ("in_business", ["joint"], True, True, [CoverageMark(Mark.COVERED, "联合组建")]),
        ("in_business", ["functional"], False, False, [CoverageMark(Mark.WORK_COVERED, "功能型")]),
        ("cancelled", ["joint"], True, True, [CoverageMark(Mark.UNSETTLED)]),
        ("cancelled", [], True, False, []),
    ],
    ids=[
        "bare",
        "proven",
        "instructor only",
        "proven with instructor",
        "covered",
        "functional",
        "ended with organisation",
        "ended",
    ],
)
def test_coverage_marks_say_what_holds(status, modes, is_proven, has_instructor, marks):
    business = make_business(status=status)
    township = make_district().qingping
    coverages = [
        make_coverage(make_organisation(township, formation_mode=mode), business=business)
        for mode in modes
    ]

    shown = queries.coverage_marks(
        business, coverages, is_proven=is_proven, has_instructor=has_instructor
    )

    assert list(shown) == marks


def test_rows_hold_masked_phone_and_newest_event():
    public_id = new_public_id()
    business = make_business(
        public_id=public_id,
        phone_sealed=sealing.seal("business.phone", public_id, "13800006021"),
    )
    other = make_business()
    for day, kind in ((date(2015, 5, 1), "opened"), (date(2026, 3, 2), "moved")):
        StatusEvent.objects.create(
            business=business, kind=kind, happened_on=day, status="in_business"
        )

    shown, bare = queries.business_rows([business, other], EVERYBODY, TODAY)
    (hidden,) = queries.business_rows([business], NOBODY, TODAY)

    assert (shown.phone, shown.newest.kind) == ("138****6021", "moved")
    assert (bare.phone, bare.newest) == ("", None)
    assert (shown.with_contact, hidden.phone, hidden.with_contact) == (True, "", False)


def test_stream_yields_every_row_across_chunks(monkeypatch):
    monkeypatch.setattr(queries, "_CHUNK", 2)
    made = [make_business() for _ in range(5)]

    rows = list(queries.row_stream(Business.objects.all(), NOBODY, TODAY))

    assert [row.business for row in rows] == made


def test_district_totals_follow_imports_and_are_counted_once_for_each_state(
    django_assert_num_queries,
):
    make_business()
    make_import()
    first = queries.district_totals(TODAY)
    with django_assert_num_queries(1):
        again = queries.district_totals(TODAY)
    make_business()
    make_import(applied_at=datetime(2026, 11, 22, tzinfo=UTC))

    assert (first.registered, again.registered) == (1, 1)
    assert queries.district_totals(TODAY).registered == 2
