"""What changes hands or ends keeps its row with dates: nothing current overwrites what was."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories import (
    TODAY,
    actor_as,
    make_business,
    make_district,
    make_member,
    make_organisation,
    make_user,
)
from xgz.access.actor import NotPermitted, actor_for, shell_operator
from xgz.access.seats import seats_answered
from xgz.models import AuditEntry, InstructorLink, MemberLink, OrganisationPost, RoleAssignment
from xgz.models.dated import holds_on
from xgz.rules.members import LinkKind
from xgz.rules.organisations import Post
from xgz.rules.roles import Role, roles_with
from xgz.rules.seats import Seat
from xgz.services import accounts, bodies, organisations
from xgz.services.members import set_activity_org

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
OPERATOR = shell_operator(TODAY)
DAY = timedelta(days=1)


@pytest.fixture
def district():
    return make_district()


def hand_over(user, successor, body, first_day=TODAY, role=Role.TOWNSHIP_COMMITTEE, actor=OPERATOR):
    return accounts.hand_over_role(
        actor=actor,
        user=user,
        successor=successor,
        role=role,
        body=body,
        first_day=first_day,
        now=NOW,
    )


def holders(role, body, day):
    rows = RoleAssignment.objects.filter(holds_on(day), role=role, body=body)
    return [row.user for row in rows]


def test_on_every_day_of_a_handover_one_of_the_two_holds_the_role(district):
    before = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    after = make_user(Role.BUREAU, district.bureau)
    hand_over(before, after, district.qingping)

    for days in range(-3, 4):
        day = TODAY + days * DAY
        expected = [before] if day < TODAY else [after]
        assert holders(Role.TOWNSHIP_COMMITTEE, district.qingping, day) == expected
        seat = Seat(Role.TOWNSHIP_COMMITTEE, district.qingping.pk)
        assert seats_answered(actor_for(expected[0], day), [seat]) == {seat}
    assert actor_for(after, TODAY).roles == {Role.BUREAU, Role.TOWNSHIP_COMMITTEE}
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "role.end",
        "role.grant",
    ]


def test_a_handover_may_be_dated_ahead(district):
    before = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    after = make_user(Role.BUREAU, district.bureau)
    first_day = date(2027, 1, 1)
    hand_over(before, after, district.qingping, first_day)

    role = Role.TOWNSHIP_COMMITTEE
    assert holders(role, district.qingping, date(2026, 12, 31)) == [before]
    assert holders(role, district.qingping, first_day) == [after]


@pytest.mark.parametrize("deputy", [True, False], ids=["deputy", "head"])
def test_a_deputys_successor_is_a_deputy(deputy, district):
    before = make_user(Role.STATION_HEAD, district.qingping_office, deputy=deputy)
    after = make_user(Role.BUREAU, district.bureau)

    fresh = hand_over(before, after, district.qingping_office, role=Role.STATION_HEAD)

    assert fresh.deputy is deputy


@pytest.mark.parametrize(
    "first_day", [date(2020, 1, 1), date(2019, 1, 1)], ids=["the same day", "before"]
)
def test_a_role_that_had_not_begun_is_not_handed_over(first_day, district):
    before = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)  # since 2020-01-01
    after = make_user(Role.BUREAU, district.bureau)
    with pytest.raises(accounts.RoleNotHeld):
        hand_over(before, after, district.qingping, first_day)

    assert holders(Role.TOWNSHIP_COMMITTEE, district.qingping, TODAY) == [before]
    assert not AuditEntry.objects.exists()


def test_a_refused_successor_leaves_the_holder_in_office(district):
    before = make_user(Role.SYSTEM_ADMIN, district.administration)
    after = make_user(Role.AUDIT_ADMIN, district.administration)
    with pytest.raises(bodies.AdministratorAlready):
        hand_over(before, after, district.administration, role=Role.SYSTEM_ADMIN)

    assert holders(Role.SYSTEM_ADMIN, district.administration, TODAY) == [before]


@pytest.mark.parametrize("role", [Role.ORG_DEPT, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN], ids=str)
def test_only_the_security_administrator_hands_roles_over(role, district):
    seats = {Role.ORG_DEPT: district.org_dept}
    actor = actor_as(role, seats.get(role, district.administration))
    before = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    after = make_user(Role.BUREAU, district.bureau)
    if role in roles_with("role.change"):
        hand_over(before, after, district.qingping, actor=actor)
    else:
        with pytest.raises(NotPermitted):
            hand_over(before, after, district.qingping, actor=actor)


def link(district, business, instructor, valid_from, actor=OPERATOR):
    return bodies.link_instructor(
        actor=actor,
        instructor=instructor,
        station=district.qingping_office,
        business=business,
        valid_from=valid_from,
        now=NOW,
    )


def end_link(row, last_day=TODAY, actor=OPERATOR):
    bodies.end_instructor_link(actor=actor, link=row, last_day=last_day, now=NOW)


def test_a_business_goes_from_one_instructor_to_the_next_with_dates(district):
    business = make_business(office=district.qingping_office)
    first, second = (make_user(Role.INSTRUCTOR, district.qingping_office) for _ in range(2))
    row = link(district, business, first, date(2025, 1, 1))
    end_link(row)
    link(district, business, second, TODAY + DAY)

    def serving(day):
        rows = InstructorLink.objects.filter(holds_on(day), business=business)
        return [each.instructor for each in rows]

    assert serving(date(2024, 12, 31)) == []
    assert serving(TODAY) == [first]
    assert serving(TODAY + DAY) == [second]
    assert AuditEntry.objects.filter(action="instructor.end").count() == 1


@pytest.mark.parametrize("last_day", [TODAY - DAY, TODAY], ids=["before it begins", "twice"])
def test_a_link_ends_once_and_not_before_it_begins(last_day, district):
    instructor = make_user(Role.INSTRUCTOR, district.qingping_office)
    row = link(district, make_business(), instructor, TODAY)
    if last_day == TODAY:
        end_link(row)
    with pytest.raises(bodies.LinkNotOpen):
        end_link(row, last_day)


def test_instructors_are_assigned_by_their_own_station_or_the_bureau(district):
    instructor = make_user(Role.INSTRUCTOR, district.qingping_office)
    own = actor_as(Role.STATION_HEAD, district.qingping_office)
    other = actor_as(Role.STATION_HEAD, district.liuquan_office)
    row = link(district, make_business(), instructor, TODAY, own)
    with pytest.raises(NotPermitted):
        link(district, make_business(), instructor, TODAY, other)
    with pytest.raises(NotPermitted):
        end_link(row, actor=other)
    end_link(row, actor=actor_as(Role.BUREAU, district.bureau))

    assert InstructorLink.objects.get().valid_to == TODAY


def test_a_new_secretary_ends_the_term_of_the_one_before(district):
    organisation = make_organisation(district.qingping)
    members = [make_member(organisation, name=name) for name in ("许一宁", "左明远")]
    days = (date(2024, 5, 1), date(2026, 11, 1))
    for member, day in zip(members, days, strict=True):
        organisations.appoint(
            actor=OPERATOR,
            organisation=organisation,
            post=Post.SECRETARY,
            member=member,
            appointed_on=day,
            now=NOW,
        )

    def secretary(day):
        row = OrganisationPost.objects.filter(holds_on(day), organisation=organisation).get()
        return row.member

    assert secretary(date(2026, 10, 31)) == members[0]
    assert secretary(date(2026, 11, 1)) == members[1]
    assert OrganisationPost.objects.count() == 2


def test_where_a_member_took_part_stays_known_when_it_changes(district):
    home, host, next_host = (make_organisation(district.qingping) for _ in range(3))
    member = make_member(home)
    for organisation, day in ((host, date(2026, 3, 1)), (next_host, date(2026, 9, 1))):
        set_activity_org(
            actor=OPERATOR, member=member, organisation=organisation, changed_on=day, now=NOW
        )
        member.refresh_from_db()

    def took_part(day):
        rows = MemberLink.objects.filter(holds_on(day), member=member, kind=LinkKind.ACTIVITY)
        return [row.organisation for row in rows]

    assert took_part(date(2026, 2, 28)) == []
    assert took_part(date(2026, 8, 31)) == [host]
    assert took_part(date(2026, 9, 1)) == [next_host]
    assert member.formal_org == home
