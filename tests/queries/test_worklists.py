from datetime import date, timedelta
from itertools import product

import pytest

from tests.factories import (
    actor_as,
    make_business,
    make_coverage,
    make_district,
    make_import,
    make_market,
    make_member,
    make_organisation,
    make_report,
    make_user,
    seat_of,
)
from tests.factories.closures import make_closure, make_joint_branch, open_cases
from tests.factories.district import TODAY
from tests.factories.limits import LIMITS
from xgz.models import InstructorLink, MemberWorkplace, Organisation, SealedList, StatusEvent
from xgz.models.sealed_lists import DECLARED_OWNERS, sealed_ids
from xgz.queries.organisation_facts import facts_of
from xgz.queries.work_rows import DeclaredOrganisation, work_rows
from xgz.queries.worklist_wording import needs_nothing
from xgz.queries.worklists import (
    ListOutOfReach,
    Wanted,
    worklist_counts,
    worklist_query,
    worklists_of,
)
from xgz.rules.calendar import add_months
from xgz.rules.closures import ClosureState
from xgz.rules.coverage import DeclaredSize, declared_size
from xgz.rules.members import MemberClass, MembershipStatus
from xgz.rules.organisation_warnings import OrgWarning, judge_organisation
from xgz.rules.organisations import FormationMode, OrgState, OrgType
from xgz.rules.registration import BusinessKind, BusinessStatus
from xgz.rules.roles import Role
from xgz.rules.worklists import Reason, Worklist

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def organiser(district):
    return actor_as(Role.ORG_DEPT, district.org_dept)


def pks(which, actor, wanted=None):
    rows = worklist_query(which, actor, TODAY, wanted or Wanted())
    return sorted(rows.values_list("pk", flat=True))


def described(which, actor):
    rows = list(worklist_query(which, actor, TODAY).order_by("pk"))
    return work_rows(which, rows, actor, TODAY)


SIZE_LISTS = {
    DeclaredSize.SHOULD_FORM: Worklist.SHOULD_FORM,
    DeclaredSize.TO_VERIFY: Worklist.TO_VERIFY,
    DeclaredSize.FEW_FULL: Worklist.SMALL,
    DeclaredSize.FEW_MIXED: Worklist.SMALL,
}


def test_size_lists_follow_the_rule_over_all_counts(organiser):
    expected = {which: [] for which in SIZE_LISTS.values()}
    for full, mixed in product((None, 0, 1, 2, 3, 4), repeat=2):
        business = make_business()
        make_report(business, full_members=full, members_declared=mixed)
        which = SIZE_LISTS.get(declared_size(full, mixed))
        if which:
            expected[which].append(business.pk)

    assert {which: pks(which, organiser) for which in expected} == expected


@pytest.mark.parametrize(
    ("values", "listed"),
    [
        ({}, 1),
        ({"staff": None}, 1),
        ({"kind": BusinessKind.UNKNOWN}, 1),
        ({"kind": BusinessKind.OTHER}, 0),
        ({"status": BusinessStatus.CANCELLED}, 0),
        ({"is_unreachable": True}, 0),
    ],
    ids=["plain", "unknown operation", "unknown kind", "outside", "closed", "unreachable"],
)
def test_should_form_lists_operating_businesses(values, listed, organiser):
    make_report(make_business(**values), full_members=3)

    assert len(pks(Worklist.SHOULD_FORM, organiser)) == listed


@pytest.mark.parametrize(
    ("mode", "listed"),
    [(FormationMode.JOINT, 0), (FormationMode.FUNCTIONAL, 1), (FormationMode.UNKNOWN, 1)],
    ids=["joint", "functional", "unknown"],
)
def test_should_form_leaves_out_what_an_organisation_covers(mode, listed, district, organiser):
    business = make_business()
    make_report(business, full_members=3)
    make_coverage(make_organisation(district.qingping, formation_mode=mode), business=business)

    assert len(pks(Worklist.SHOULD_FORM, organiser)) == listed


def test_should_form_reasons_carry_figures_and_the_mark_of_what_was_counted(organiser):
    make_report(make_business(), full_members=3, members_declared=5)
    make_report(make_business(), full_members=None, members_declared=4)
    make_report(make_business(), full_members=2)
    make_report(make_business(), members_declared=1)

    found = [
        (row.reason, row.args["number"], row.rule, row.since)
        for which in (Worklist.SHOULD_FORM, Worklist.TO_VERIFY, Worklist.SMALL)
        for row in described(which, organiser)
    ]

    assert found == [
        (Reason.FULL_PROVEN, 3, "WL-1", date(2025, 12, 31)),
        (Reason.MIXED_ONLY, 4, "WL-2", date(2025, 12, 31)),
        (Reason.FEW_FULL, 2, "WL-3", date(2025, 12, 31)),
        (Reason.FEW_MIXED, 1, "WL-3", date(2025, 12, 31)),
    ]


@pytest.mark.parametrize(
    ("values", "declared"),
    [
        (
            {"org_type": "branch", "formation_mode": "joint", "formed_on": date(2018, 5, 1)},
            DeclaredOrganisation(OrgType.BRANCH, FormationMode.JOINT, date(2018, 5, 1)),
        ),
        (
            {"org_type": "committee", "formation_mode": "other"},
            DeclaredOrganisation(OrgType.COMMITTEE, None, None),
        ),
        ({"org_type": "none", "formed_on": date(2018, 5, 1)}, None),
        ({"org_type": "", "formation_mode": "joint"}, None),
    ],
    ids=["branch", "type alone", "said to be none", "empty"],
)
@pytest.mark.parametrize(
    ("which", "counts"),
    [
        (Worklist.SHOULD_FORM, {"full_members": 3}),
        (Worklist.TO_VERIFY, {"members_declared": 3}),
        (Worklist.SMALL, {"full_members": 1}),
    ],
    ids=str,
)
def test_an_organisation_the_report_states_is_named_and_never_takes_the_row_off(
    which, counts, values, declared, organiser
):
    business = make_business()
    make_report(business, **counts, **values)
    make_report(business, year=2024, is_latest=False, org_type="general_branch")

    assert [row.declared for row in described(which, organiser)] == [declared]


def test_roster_rows_stand_beside_the_list_and_never_change_it(district, organiser):
    business = make_business()
    make_report(business, full_members=3)
    organisation = make_organisation(district.qingping)
    for valid_to in (None, TODAY, TODAY - timedelta(days=1)):
        MemberWorkplace.objects.create(
            member=make_member(organisation), business=business, valid_to=valid_to
        )
    bureau = actor_as(Role.BUREAU, district.bureau)

    assert [row.roster_rows for row in described(Worklist.SHOULD_FORM, organiser)] == [2]
    assert [row.roster_rows for row in described(Worklist.SHOULD_FORM, bureau)] == [None]


def declare_owner(*reports):
    row = SealedList.objects.create(name=DECLARED_OWNERS)
    row.value_sealed = sealed_ids(row.public_id, [report.pk for report in reports])
    row.save()


def test_declared_owners_are_read_from_the_sealed_list(district, organiser):
    declared = make_business(township=district.qingping)
    old = make_report(make_business(), year=2024, is_latest=False, owner_is_member="yes")
    gone = make_report(make_business(status=BusinessStatus.CANCELLED), owner_is_member="yes")
    declare_owner(make_report(declared, owner_is_member="yes"), old, gone)

    assert pks(Worklist.DECLARED_OWNERS, organiser) == [declared.pk]
    assert described(Worklist.DECLARED_OWNERS, organiser)[0].args == {"year": 2025}
    liuquan = actor_as(Role.TOWNSHIP_COMMITTEE, district.liuquan)
    assert pks(Worklist.DECLARED_OWNERS, liuquan) == []


@pytest.mark.parametrize("role", [Role.SOCIAL_WORK_DEPT, Role.BUREAU, Role.STATION_HEAD], ids=str)
def test_declared_owners_are_out_of_reach_for_other_lines(role, district):
    actor = actor_as(role, seat_of(role, district))

    assert Worklist.DECLARED_OWNERS not in worklists_of(actor)
    assert Worklist.DECLARED_OWNERS not in worklist_counts(actor, TODAY).lists
    with pytest.raises(ListOutOfReach):
        worklist_query(Worklist.DECLARED_OWNERS, actor, TODAY)


@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.MEMBER, Role.SYSTEM_ADMIN], ids=str)
def test_people_without_figures_have_no_worklists(role, district):
    links = {"member": make_member(None)} if role is Role.MEMBER else {}

    assert worklists_of(actor_as(role, seat_of(role, district), **links)) == []


def test_closed_businesses_of_an_organisation_are_counted(district, organiser):
    some, every, none = (make_organisation(district.qingping) for _ in range(3))
    for organisation, statuses in (
        (some, (BusinessStatus.IN_BUSINESS, BusinessStatus.REVOKED)),
        (every, (BusinessStatus.CANCELLED, BusinessStatus.MOVED_AWAY)),
        (none, (BusinessStatus.RESTING,)),
    ):
        for number, status in enumerate(statuses, 1):
            make_coverage(
                organisation,
                business=make_business(status=status, status_on=date(2026, 3, number)),
            )
    make_coverage(some, market=make_market())

    rows = described(Worklist.CLOSED_BUSINESS, organiser)

    assert [(row.organisation.pk, row.reason, row.args, row.since) for row in rows] == [
        (some.pk, Reason.SOME_CLOSED, {"units": 3, "closed": 1}, date(2026, 3, 2)),
        (every.pk, Reason.ALL_CLOSED, {"units": 2, "closed": 2}, date(2026, 3, 2)),
    ]
    assert rows[0].township == district.qingping


def make_varied_organisations(district):
    """Make organisations on both sides of every limit, with members of all sorts."""
    end = add_months(TODAY, 6)
    days = (None, TODAY, TODAY - timedelta(days=1), end, end + timedelta(days=1))
    for org_type, mode, state in product(
        (OrgType.BRANCH, OrgType.COMMITTEE, OrgType.UNKNOWN),
        (FormationMode.JOINT, FormationMode.FUNCTIONAL, FormationMode.FLOATING),
        (OrgState.ACTIVE, OrgState.UNCONFIRMED),
    ):
        make_organisation(district.qingping, org_type=org_type, formation_mode=mode, state=state)
    for term in days:
        make_organisation(district.qingping, term_ends_on=term)
    silent = add_months(TODAY, -6)
    for life in (silent, silent - timedelta(days=1), TODAY):
        make_organisation(district.qingping, last_life_on=life)
    old, forty_five = date(1950, 1, 1), add_months(TODAY, -12 * 45)
    for born, other in (
        ((old, old, forty_five), {}),
        ((old, old, forty_five + timedelta(days=1)), {}),
        ((old, None), {}),
        ((old, old, old), {"member_class": MemberClass.ACTIVIST}),
        ((old, old, old), {"member_class": MemberClass.PROBATIONARY}),
        ((old, old, old), {"status": MembershipStatus.DECEASED}),
    ):
        organisation = make_organisation(district.qingping)
        for day in born:
            make_member(organisation, born_on=day)
        if other:
            make_member(organisation, born_on=date(2000, 1, 1), **other)


WARNINGS = {
    Worklist.CLOSED_BUSINESS: {OrgWarning.SOME_CLOSED, OrgWarning.ALL_CLOSED},
    Worklist.BELOW_THREE: {OrgWarning.BELOW_MIN},
    Worklist.TERMS: {OrgWarning.TERM_ENDING, OrgWarning.TERM_OVER},
    Worklist.NO_LIFE: {OrgWarning.NO_LIFE, OrgWarning.DORMANT},
    Worklist.AGEING: {OrgWarning.AGEING},
}


@pytest.mark.parametrize("which", list(WARNINGS), ids=str)
def test_organisation_lists_agree_with_the_warnings_on_the_organisations(
    which, district, organiser
):
    make_varied_organisations(district)
    closed = make_business(status=BusinessStatus.CANCELLED)
    make_coverage(Organisation.objects.filter(state=OrgState.ACTIVE).first(), business=closed)
    facts = facts_of(Organisation.objects.all(), TODAY)
    expected = sorted(
        pk
        for pk, known in facts.items()
        if WARNINGS[which] & {*judge_organisation(known, TODAY, LIMITS)}
    )

    assert expected
    assert len(expected) < len(facts)
    assert pks(which, organiser) == expected


def test_ageing_states_the_figures_of_the_study(district, organiser):
    organisation = make_organisation(district.qingping)
    for year in (1966, 1960, 1960, 1958, 1957):
        make_member(organisation, born_on=date(year, 1, 1))

    row = described(Worklist.AGEING, organiser)[0]

    assert (row.reason, row.rule) == (Reason.AGEING, "OR-6")
    assert row.args == {"average": 65.8, "number": 5, "youngest": 60}


@pytest.mark.parametrize(
    ("people", "reason", "figures"),
    [
        (3, Reason.AGEING_GUARDED, {"number": 3, "young": 45, "average": 60.0}),
        (2, Reason.AGEING_FEW, {"number": 2, "young": 45, "limit": 55}),
    ],
    ids=["three", "two"],
)
def test_who_sees_no_roster_reads_no_single_age(people, reason, figures, district):
    organisation = make_organisation(district.qingping, guiding_body=district.bureau)
    for _ in range(people):
        make_member(organisation, born_on=date(1966, 1, 1))

    row = described(Worklist.AGEING, actor_as(Role.BUREAU, district.bureau))[0]

    assert (row.reason, row.args) == (reason, figures)


def test_terms_over_and_ending_name_their_own_rules(district, organiser):
    make_organisation(district.qingping, term_ends_on=TODAY)
    make_organisation(district.qingping, term_ends_on=TODAY - timedelta(days=1))

    found = [(row.reason, row.rule) for row in described(Worklist.TERMS, organiser)]

    assert found == [(Reason.TERM_ENDS, "OR-5"), (Reason.TERM_OVER, "OR-4")]


def test_unknown_codes_and_missing_and_unconfirmed_rows(district, organiser):
    organisation = make_organisation(district.qingping)
    make_coverage(organisation, code_text="91360999MA0000000X")
    make_coverage(organisation, business=make_business(missing_since=date(2026, 11, 1)))
    make_business(missing_since=date(2026, 11, 1), status=BusinessStatus.CANCELLED)
    unconfirmed = make_organisation(district.qingping, state=OrgState.UNCONFIRMED)
    make_member(unconfirmed)

    codes = described(Worklist.UNKNOWN_CODES, organiser)
    missing = described(Worklist.MISSING, organiser)
    named = described(Worklist.UNCONFIRMED, organiser)

    assert [row.args for row in codes] == [{"code": "91360999MA0000000X"}]
    assert [(row.since, row.rule) for row in missing] == [(date(2026, 11, 1), "RG-6")]
    assert [(row.organisation.pk, row.args) for row in named] == [(unconfirmed.pk, {"number": 1})]


def close(business, day=TODAY):
    return StatusEvent.objects.create(
        business=business, kind="closed", happened_on=day, status=BusinessStatus.CANCELLED
    )


@pytest.mark.parametrize(
    ("days", "listed"), [(0, 1), (90, 1), (91, 0)], ids=["today", "last day", "too old"]
)
def test_closures_of_ninety_days_are_listed(days, listed, organiser):
    close(make_business(status=BusinessStatus.CANCELLED), TODAY - timedelta(days=days))

    assert len(closures(organiser)) == listed


@pytest.mark.parametrize(
    ("status_on", "is_first", "listed"),
    [(None, True, 0), (TODAY, True, 1), (None, False, 1)],
    ids=["first seen undated", "first seen dated", "seen before"],
)
def test_a_business_first_seen_closed_is_news_only_with_a_date(
    status_on, is_first, listed, organiser
):
    first, later = make_import(), make_import()
    business = make_business(
        status=BusinessStatus.CANCELLED, status_on=status_on, first_import=first
    )
    event = close(business)
    event.source_import = first if is_first else later
    event.save()

    assert len(closures(organiser)) == listed


def test_a_business_that_reopened_is_no_closure(organiser):
    close(make_business(status=BusinessStatus.IN_BUSINESS))

    assert closures(organiser) == []


def test_closures_say_what_is_left_to_settle(district, organiser):
    covered, declared, served, plain = (
        make_business(status=BusinessStatus.CANCELLED) for _ in range(4)
    )
    for business in (covered, declared, served, plain):
        close(business)
    make_coverage(make_organisation(district.qingping), business=covered)
    make_report(declared, members_declared=2)
    InstructorLink.objects.create(
        instructor=make_user(Role.INSTRUCTOR, district.qingping_office),
        station=district.qingping_office,
        business=served,
        valid_from=TODAY,
    )

    needing = [Reason.CLOSED_COVERED, Reason.CLOSED_DECLARED, Reason.CLOSED_SERVED]
    rows = described(Worklist.CLOSURES, organiser)
    every = work_rows(Worklist.CLOSURES, closures(organiser), organiser, TODAY)
    assert [row.reason for row in rows] == needing
    assert [row.reason for row in every] == [*needing, Reason.CLOSED_PLAIN]
    assert [needs_nothing(row) for row in every] == [False] * 3 + [True]
    assert worklist_counts(organiser, TODAY).lists[Worklist.CLOSURES] == 3


@pytest.mark.parametrize(
    ("declared", "listed"),
    [
        ({"full_members": 1}, 1),
        ({"full_members": 0}, 0),
        ({"full_members": 0, "members_declared": 1}, 1),
        ({"members_declared": 0}, 0),
        ({"members_declared": 1, "is_latest": False}, 0),
    ],
    ids=["full", "none", "probationary only", "nobody", "an older report"],
)
def test_a_closure_needs_something_where_the_newest_report_declared_members(
    declared, listed, organiser
):
    business = make_business(status=BusinessStatus.CANCELLED)
    close(business)
    make_report(business, **declared)

    (row,) = work_rows(Worklist.CLOSURES, closures(organiser), organiser, TODAY)
    assert len(pks(Worklist.CLOSURES, organiser)) == listed
    assert needs_nothing(row) is not bool(listed)


@pytest.mark.parametrize(
    ("state", "listed"),
    [
        (ClosureState.VERIFYING, 1),
        (ClosureState.CARRYING_OUT, 1),
        (ClosureState.RETRACTED, 1),
        (ClosureState.DONE, 0),
        (ClosureState.MISTAKEN, 0),
    ],
)
def test_a_closure_whose_case_is_finished_leaves_the_list(state, listed, district, organiser):
    case = make_closure(state=state)
    make_report(case.business, full_members=1)

    assert len(pks(Worklist.CLOSURES, organiser)) == listed
    assert worklist_counts(organiser, TODAY).lists[Worklist.CLOSURES] == listed
    assert closures(organiser) == [case.event]


def test_a_closure_stays_while_another_case_of_it_runs(district, organiser):
    case = make_closure(state=ClosureState.DONE)
    make_coverage(make_joint_branch(district), business=case.business)
    open_cases(case.source_import)

    assert pks(Worklist.CLOSURES, organiser) == [case.event_id]


def test_a_later_closing_is_listed_whatever_was_finished_before(district, organiser):
    case = make_closure(state=ClosureState.DONE)
    make_report(case.business, full_members=1)
    again = close(case.business)

    assert pks(Worklist.CLOSURES, organiser) == [again.pk]


def closures(actor):
    """Return the closures with those kept for the record, in the order they were made."""
    every = Wanted(for_the_record=True)
    return list(worklist_query(Worklist.CLOSURES, actor, TODAY, every).order_by("pk"))


def make_one_of_each(district, township, office):
    make_report(make_business(township=township, office=office), full_members=3)
    make_report(make_business(township=township, office=office), members_declared=3)
    make_report(make_business(township=township, office=office), full_members=1)
    make_business(township=township, office=office, missing_since=TODAY)
    closed = make_business(township=township, office=office, status=BusinessStatus.CANCELLED)
    close(closed)
    old = make_organisation(township, term_ends_on=TODAY, guiding_body=office)
    make_coverage(old, business=closed)
    make_coverage(old, code_text="不详")
    make_member(old, born_on=date(1950, 1, 1))
    make_organisation(township, state=OrgState.UNCONFIRMED, guiding_body=office)
    return make_report(make_business(township=township, office=office), owner_is_member="yes")


@pytest.mark.parametrize(
    ("role", "place", "expected"),
    [
        (Role.ORG_DEPT, "org_dept", 2),
        (Role.SOCIAL_WORK_DEPT, "social_work", 2),
        (Role.BUREAU, "bureau", 2),
        (Role.TOWNSHIP_COMMITTEE, "qingping", 1),
        (Role.STATION_HEAD, "qingping_office", 1),
    ],
    ids=["organization", "social work", "bureau", "township", "station"],
)
def test_every_list_stays_within_the_scope_and_equals_its_count(role, place, expected, district):
    declare_owner(
        make_one_of_each(district, district.qingping, district.qingping_office),
        make_one_of_each(district, district.liuquan, district.liuquan_office),
    )
    actor = actor_as(role, getattr(district, place))

    counts = worklist_counts(actor, TODAY).lists

    assert counts == {which: expected for which in worklists_of(actor)}
    for which in counts:
        assert len(pks(which, actor)) == len(described(which, actor)) == expected
        narrowed = pks(which, actor, Wanted(township=district.liuquan))
        assert len(narrowed) == expected - 1


def test_the_market_line_sees_no_organisation_it_does_not_guide(district):
    make_organisation(district.qingping, term_ends_on=TODAY)

    assert pks(Worklist.TERMS, actor_as(Role.BUREAU, district.bureau)) == []


def test_kind_narrows_lists_of_businesses(organiser):
    for kind in (BusinessKind.SMALL_MICRO_ENTERPRISE, BusinessKind.INDIVIDUAL_BUSINESS):
        make_report(make_business(kind=kind), full_members=3)

    wanted = Wanted(kind=BusinessKind.SMALL_MICRO_ENTERPRISE)

    assert len(pks(Worklist.SHOULD_FORM, organiser, wanted)) == 1


@pytest.mark.parametrize("which", list(Worklist), ids=str)
def test_queries_do_not_grow_with_rows(
    which, district, organiser, django_assert_num_queries, django_assert_max_num_queries
):
    reports = [make_one_of_each(district, district.qingping, district.qingping_office)]
    declare_owner(*reports)
    with django_assert_max_num_queries(8) as one:
        described(which, organiser)
    for _ in range(2):
        make_one_of_each(district, district.qingping, district.qingping_office)

    with django_assert_num_queries(len(one)):
        described(which, organiser)
