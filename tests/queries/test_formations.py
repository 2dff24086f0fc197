"""What is found in a file and shown to whom: names, transfers, units, what waits with whom."""

from datetime import date

import pytest

from tests.factories import (
    TODAY,
    actor_as,
    make_coverage,
    make_member,
    make_organisation,
    make_user,
)
from tests.factories.closures import close_business, the_district
from tests.factories.formations import (
    actor_of_party,
    join,
    make_formation,
    shops_of,
    take_as_somebody,
)
from tests.factories.transfers import make_transfer
from xgz.access.formations import visible_formations
from xgz.models import Business, Formation, InstructorLink, Organisation, RoleAssignment
from xgz.queries.formation_people import leading_of
from xgz.queries.formations import (
    findings_for,
    findings_of,
    formation_at,
    instructor_load,
    instructors,
    joining_rows,
    member_facts,
    unit_rows,
)
from xgz.queries.inbox import waiting_for
from xgz.rules.formation_checks import ABOUT_MEMBERS, Check, Place
from xgz.rules.formations import Consent, FormationAction
from xgz.rules.organisations import OrgState
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return make_formation(procedure=None, complete=False)


def checks(case):
    return {each.check: each.count for each in findings_of(case, TODAY)}


def test_units_tell_what_the_register_and_the_owners_say(case):
    shop, other = shops_of(case)
    branch = make_organisation(the_district().qingping)
    make_coverage(branch, business=shop)
    close_business(other)
    Business.objects.filter(pk=other.pk).update(township=the_district().liuquan)

    first, second = [row.facts for row in unit_rows(case, actor_of_party(case, "guide"))]

    assert (first.is_covered, first.has_ended, first.is_here) == (True, False, True)
    assert (second.is_covered, second.has_ended, second.is_here) == (False, True, False)
    assert first.consent is Consent.NOT_ASKED
    assert checks(case) | {
        Check.UNIT_ENDED: 1,
        Check.UNIT_ELSEWHERE: 1,
        Check.UNIT_COVERED: 1,
        Check.OWNER_NOT_ASKED: 2,
    } == checks(case)
    Organisation.objects.update(state=OrgState.DISSOLVED, dissolved_on=TODAY)
    assert Check.UNIT_COVERED not in checks(case)


def test_where_the_relation_of_those_who_join_lies(case):
    district = the_district()
    here, away = make_organisation(district.qingping), make_organisation(district.liuquan)
    people = [make_member(home) for home in (here, away, away, None)]
    for member in people:
        join(case, member)
    make_transfer(state=None, member=people[1], to_org=here)
    make_transfer(state=None, member=people[2], to_org=make_organisation(district.liuquan))

    places = [facts.place for facts in member_facts(case)]

    assert places == [Place.HERE, Place.COMING, Place.AWAY, Place.AWAY]


def test_names_are_read_as_the_roles_read_them(case):
    join(case, make_member(make_organisation(the_district().qingping), name="施远帆"))

    def read(actor):
        return [(row.name, row.in_clear) for row in joining_rows(case, actor)]

    assert read(actor_of_party(case, "roster")) == [("施远帆", True)]
    assert read(actor_of_party(case, "step_2")) == [("施远帆", True)]
    assert read(actor_as(Role.SOCIAL_WORK_DEPT, the_district().social_work)) == [("施*", False)]
    assert read(actor_of_party(case, "preparer")) == [("施*", False)]
    assert read(actor_of_party(case, "guide")) == []


def test_a_transfer_shows_to_those_who_see_it(case):
    district = the_district()
    member = make_member(make_organisation(district.liuquan), full_on=date(2010, 1, 1))
    join(case, member)
    transfer = make_transfer(state=None, member=member, to_org=make_organisation(district.qingping))

    (row,) = joining_rows(case, actor_of_party(case, "roster"))
    assert (row.transfer, row.facts.place, row.member) == (transfer, Place.COMING, member)
    (masked,) = joining_rows(case, actor_of_party(case, "preparer"))
    assert (masked.transfer, masked.in_clear) == (None, False)


def test_what_is_found_of_people_is_kept_from_who_does_not_read_them(case):
    everything = findings_for(case, actor_of_party(case, "roster"))
    told = findings_for(case, actor_of_party(case, "guide"))

    assert everything == findings_of(case, TODAY)
    assert {each.check for each in everything} & ABOUT_MEMBERS
    assert told == [each for each in everything if each.check not in ABOUT_MEMBERS]
    assert told


def test_what_waits_lies_with_the_seat_of_the_step_and_of_the_sub_step():
    case = make_formation(procedure=None)
    committee, bureau = actor_of_party(case, "roster"), actor_of_party(case, "preparer")

    def waits(actor):
        return waiting_for(actor, visible_formations(actor)).exists()

    assert (waits(committee), waits(bureau)) == (True, True)
    take_as_somebody(case, FormationAction.SEND)
    assert (waits(committee), waits(bureau)) == (True, False)
    take_as_somebody(case, FormationAction.AGREE)
    assert (waits(committee), waits(bureau)) == (False, False)


def test_an_address_out_of_sight_shows_nothing(case):
    assert formation_at(actor_of_party(case, "guide"), case.public_id) == case
    stranger = actor_as(Role.STATION_HEAD, the_district().liuquan_office)
    assert formation_at(stranger, case.public_id) is None


def leading(case, role, seat):
    found = leading_of(case, actor_as(role, getattr(the_district(), seat)))
    return found and [
        found.secretary and (found.secretary.row.name, found.secretary.age),
        found.successor and (found.successor.row.name, found.successor.age),
        found.others,
    ]


def test_who_leads_and_who_could_follow_is_told_to_the_organization_line(case):
    home = make_organisation(the_district().qingping)
    given = {"full_on": date(2010, 1, 1)}
    head = make_member(home, name="施远帆", born_on=date(1966, 11, 23), **given)
    for name, born_on in (("温如玉", date(1980, 1, 1)), ("方柏梁", date(1990, 1, 1))):
        join(case, make_member(home, name=name, born_on=born_on, **given))
    join(case, make_member(home, name="钟晚", born_on=None, **given))
    join(case, make_member(home, name="许新", born_on=date(2000, 1, 1), full_on=TODAY))
    join(case, head)
    Formation.objects.filter(pk=case.pk).update(secretary=head)
    case.refresh_from_db()

    told = [("施远帆", 60), ("方柏梁", 36), 2]
    assert leading(case, Role.TOWNSHIP_COMMITTEE, "qingping") == told
    assert leading(case, Role.ORG_DEPT, "org_dept") == told
    masked = [("施*", None), ("方*", None), 2]
    assert leading(case, Role.SOCIAL_WORK_DEPT, "social_work") == masked
    for role, seat in ((Role.BUREAU, "bureau"), (Role.STATION_HEAD, "qingping_office")):
        assert leading(case, role, seat) is None


def test_nobody_named_and_nobody_to_follow(case):
    assert leading(case, Role.ORG_DEPT, "org_dept") == [None, None, 0]


def test_instructors_with_fewest_links_come_first_and_those_gone_are_left_out(case):
    office = the_district().qingping_office
    busy, free, gone = (make_user(Role.INSTRUCTOR, office) for _ in range(3))
    make_user(Role.INSTRUCTOR, the_district().liuquan_office)
    for shop in shops_of(case):
        InstructorLink.objects.create(
            instructor=busy, station=office, business=shop, valid_from=date(2020, 1, 1)
        )
    ended = {"valid_from": date(2020, 1, 1), "valid_to": date(2021, 1, 1)}
    InstructorLink.objects.create(
        instructor=free, station=office, business=shops_of(case)[0], **ended
    )
    RoleAssignment.objects.filter(user=gone).update(valid_to=date(2021, 1, 1))
    Formation.objects.filter(pk=case.pk).update(instructor=busy)
    case.refresh_from_db()

    rows = instructors(case, TODAY)

    assert [(row.user, row.load, row.is_named) for row in rows] == [
        (free, 0, False),
        (busy, 2, True),
    ]
    assert instructor_load(case, TODAY) == 2
    Formation.objects.filter(pk=case.pk).update(instructor=gone)
    case.refresh_from_db()
    assert instructor_load(case, TODAY) is None
    assert Check.NO_INSTRUCTOR in checks(case)
