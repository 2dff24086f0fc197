"""The file while it is prepared: who puts in what, what is refused, and that it stands still after."""

from datetime import date, timedelta

import pytest

from tests.factories import TODAY, actor_as, make_member, make_organisation, make_user
from tests.factories.closures import make_shop, the_district
from tests.factories.formations import (
    actor_of_party,
    make_formation,
    moment,
    opening_actor,
    take_as_somebody,
)
from tests.services.cases.kinds import audit_of, events_of
from xgz.access.actor import NotPermitted
from xgz.models import (
    Formation,
    FormationMember,
    FormationTalk,
    FormationUnit,
    RoleAssignment,
)
from xgz.rules.formations import Consent, FormationAction, FormationState, Room
from xgz.rules.members import MemberClass, MembershipStatus
from xgz.rules.roles import Role
from xgz.services import formations
from xgz.services.formations import (
    AlreadyIn,
    ConsentMissing,
    DayToCome,
    FileClosed,
    MemberTaken,
    NoInstructor,
    NoMember,
    NotInFile,
    PlaceMissing,
    UnitTaken,
)

pytestmark = pytest.mark.django_db
NOW = moment()


@pytest.fixture
def case():
    return make_formation(procedure=None, complete=False)


@pytest.fixture
def bureau(case):
    return actor_of_party(case, "preparer")


@pytest.fixture
def township(case):
    return actor_of_party(case, "roster")


@pytest.fixture
def station(case):
    return actor_of_party(case, "guide")


def member_here(**values):
    return make_member(make_organisation(the_district().qingping), **values)


def first_unit(case):
    return case.units.order_by("pk").first()


def logged(case, action):
    return events_of(case, action=action).count(), audit_of(
        case, action=f"formation.{action}"
    ).count()


def test_units_go_in_and_out(case, bureau):
    shop = make_shop(the_district())

    formations.add_units(actor=bureau, case=case, units=[shop], now=NOW)
    assert {row.business for row in case.units.all()} > {shop}
    assert logged(case, "units") == (1, 1)
    with pytest.raises(AlreadyIn):
        formations.add_units(actor=bureau, case=case, units=[shop], now=NOW)

    row = case.units.get(business=shop)
    formations.remove_unit(actor=bureau, case=case, row=row, now=NOW)
    assert not case.units.filter(business=shop).exists()
    assert logged(case, "unit_out") == (1, 1)
    with pytest.raises(NotInFile):
        formations.remove_unit(actor=bureau, case=case, row=row, now=NOW)


def test_a_unit_of_another_open_case_is_refused(case, bureau):
    other = make_formation(procedure=None, complete=False)

    with pytest.raises(UnitTaken):
        formations.add_units(actor=bureau, case=case, units=[first_unit(other).business], now=NOW)
    assert logged(case, "units") == (0, 0)


def test_a_preparer_adds_what_the_own_role_reaches_only():
    case = make_formation(procedure=None, opener=Role.TOWNSHIP_COMMITTEE, complete=False)
    shop = make_shop(the_district(), place="liuquan")

    with pytest.raises(NotPermitted):
        formations.add_units(
            actor=actor_of_party(case, "preparer"), case=case, units=[shop], now=NOW
        )


@pytest.mark.parametrize("party", ["preparer", "roster", "guide"])
def test_a_talk_says_what_the_owner_said_last(case, party):
    actor, row = actor_of_party(case, party), first_unit(case)

    def talk(days_ago, consent, note=""):
        formations.record_talk(
            actor=actor,
            case=case,
            row=row,
            talked_on=TODAY - timedelta(days=days_ago),
            consent=consent,
            note=note,
            now=NOW,
        )
        row.refresh_from_db()
        return row.consent

    assert talk(3, Consent.WORRIED, "担心影响生意") == Consent.WORRIED
    assert talk(0, Consent.AGREES) == Consent.AGREES
    assert talk(5, Consent.WORRIED) == Consent.AGREES  # entered late, said earlier
    first = FormationTalk.objects.order_by("pk").first()
    assert first.note == "担心影响生意"
    assert "担心" not in first.note_sealed
    assert first.recorded_by == actor.user
    assert logged(case, "talk") == (3, 3)


def test_a_talk_says_something_and_is_not_to_come(case, bureau):
    row = first_unit(case)
    with pytest.raises(ConsentMissing):
        formations.record_talk(
            actor=bureau, case=case, row=row, talked_on=TODAY, consent=Consent.NOT_ASKED, now=NOW
        )
    with pytest.raises(DayToCome):
        formations.record_talk(
            actor=bureau,
            case=case,
            row=row,
            talked_on=TODAY + timedelta(days=1),
            consent=Consent.AGREES,
            now=NOW,
        )
    other = first_unit(make_formation(procedure=None, complete=False))
    with pytest.raises(NotInFile):
        formations.record_talk(
            actor=bureau, case=case, row=other, talked_on=TODAY, consent=Consent.AGREES, now=NOW
        )
    assert not FormationTalk.objects.exists()


def test_people_are_named_by_those_who_read_them(case, bureau, township, station):
    member = member_here(full_on=date(2020, 1, 1))

    for actor in (bureau, station):
        with pytest.raises(NotPermitted):
            formations.add_members(actor=actor, case=case, members=[member], now=NOW)
    formations.add_members(actor=township, case=case, members=[member], now=NOW)

    row = case.members.get()
    assert (row.member, member.formal_org_id) == (member, row.member.formal_org_id)
    with pytest.raises(AlreadyIn):
        formations.add_members(actor=township, case=case, members=[member], now=NOW)
    formations.name_secretary(actor=township, case=case, row=row, now=NOW)
    assert Formation.objects.get(pk=case.pk).secretary == member
    formations.remove_member(actor=township, case=case, row=row, now=NOW)
    assert Formation.objects.get(pk=case.pk).secretary is None
    assert not case.members.exists()
    assert [logged(case, name) for name in ("members", "secretary", "member_out")] == [(1, 1)] * 3
    for act in (formations.remove_member, formations.name_secretary):
        with pytest.raises(NotInFile):
            act(actor=township, case=case, row=row, now=NOW)


def test_a_township_names_nobody_out_of_its_sight(case, township):
    stranger = make_member(make_organisation(the_district().liuquan))

    with pytest.raises(NotPermitted):
        formations.add_members(actor=township, case=case, members=[stranger], now=NOW)
    assert not FormationMember.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"member_class": MemberClass.ACTIVIST},
        {"member_class": MemberClass.UNKNOWN},
        {"status": MembershipStatus.MOVED_OUT},
    ],
)
def test_only_members_on_the_rolls_are_named(values, case, township):
    with pytest.raises(NoMember):
        formations.add_members(actor=township, case=case, members=[member_here(**values)], now=NOW)


def test_nobody_is_in_two_open_cases(case, township):
    member = member_here()
    formations.add_members(actor=township, case=case, members=[member], now=NOW)
    other = make_formation(procedure=None, complete=False)

    with pytest.raises(MemberTaken):
        formations.add_members(actor=township, case=other, members=[member], now=NOW)
    take_as_somebody(case, FormationAction.WITHDRAW)
    formations.add_members(actor=township, case=other, members=[member], now=NOW)


@pytest.mark.parametrize(
    ("room", "place", "refused"),
    [
        (Room.OWN, "二楼", False),
        (Room.SHARED, "隔壁", False),
        (Room.NONE, "", False),
        (Room.OWN, " \u200b", True),
        (Room.NONE, "二楼", True),
    ],
)
def test_a_room_has_its_place(room, place, refused, case, station):
    if refused:
        with pytest.raises(PlaceMissing):
            formations.set_room(actor=station, case=case, room=room, place=place, now=NOW)
        return
    formations.set_room(actor=station, case=case, room=room, place=place, now=NOW)

    found = Formation.objects.get(pk=case.pk)
    assert (found.room, found.room_place) == (room, place)
    assert logged(case, "room") == (1, 1)


def test_strangers_change_nothing(case):
    stranger = actor_as(Role.TOWNSHIP_COMMITTEE, the_district().liuquan)
    row = first_unit(case)
    joined = FormationMember.objects.create(formation=case, member=member_here(), added_at=NOW)

    for act, given in every_change(row, joined):
        with pytest.raises(NotPermitted):
            act(actor=stranger, case=case, now=NOW, **given)


def test_once_sent_the_file_stands_still_also_for_a_page_read_before():
    case = make_formation(procedure=None, opener=Role.TOWNSHIP_COMMITTEE)
    stale = Formation.objects.get(pk=case.pk)
    row, joined = first_unit(case), case.members.first()
    take_as_somebody(case, FormationAction.SEND)
    actor = actor_of_party(case, "preparer")
    events = events_of(case).count()

    for act, given in every_change(row, joined):
        for each in (stale, Formation.objects.get(pk=case.pk)):
            with pytest.raises(FileClosed):
                act(actor=actor, case=each, now=NOW, **given)
    assert events_of(case).count() == events
    assert Formation.objects.get(pk=case.pk).state == FormationState.STEP_1


def every_change(row: FormationUnit, joined: FormationMember):
    return [
        (formations.add_units, {"units": [make_shop(the_district())]}),
        (formations.remove_unit, {"row": row}),
        (formations.record_talk, {"row": row, "talked_on": TODAY, "consent": Consent.AGREES}),
        (formations.add_members, {"members": [member_here()]}),
        (formations.remove_member, {"row": joined}),
        (formations.name_secretary, {"row": joined}),
        (formations.set_room, {"room": Room.OWN, "place": "二楼"}),
    ]


def test_the_department_prepares_its_own_and_names_anybody():
    case = make_formation(procedure=None, opener=Role.ORG_DEPT, complete=False)
    actor = opening_actor(Role.ORG_DEPT, the_district())
    far = make_member(make_organisation(the_district().liuquan))

    formations.add_members(actor=actor, case=case, members=[far, member_here()], now=NOW)

    assert case.members.count() == 2


def test_an_instructor_of_the_townships_office_is_named(case, station):
    district = the_district()
    instructor = make_user(Role.INSTRUCTOR, district.qingping_office)

    formations.name_instructor(actor=station, case=case, instructor=instructor, now=NOW)

    assert Formation.objects.get(pk=case.pk).instructor == instructor
    assert logged(case, "instructor") == (1, 1)
    for role, seat in (("instructor", "liuquan_office"), ("station_head", "qingping_office")):
        other = make_user(Role(role), getattr(district, seat))
        with pytest.raises(NoInstructor):
            formations.name_instructor(actor=station, case=case, instructor=other, now=NOW)


def test_who_walks_away_is_no_instructor(case, bureau):
    instructor = make_user(Role.INSTRUCTOR, the_district().qingping_office)
    RoleAssignment.objects.filter(user=instructor).update(valid_to=TODAY - timedelta(days=1))

    with pytest.raises(NoInstructor):
        formations.name_instructor(actor=bureau, case=case, instructor=instructor, now=NOW)


@pytest.mark.parametrize(
    ("role", "seat"),
    [
        (Role.INSTRUCTOR, "qingping_office"),
        (Role.ASSOCIATION, "association"),
        (Role.STATION_HEAD, "liuquan_office"),
        (Role.TOWNSHIP_COMMITTEE, "liuquan"),
    ],
)
def test_others_name_no_instructor(case, role, seat):
    actor = actor_as(role, getattr(the_district(), seat))
    instructor = make_user(Role.INSTRUCTOR, the_district().qingping_office)

    with pytest.raises(NotPermitted):
        formations.name_instructor(actor=actor, case=case, instructor=instructor, now=NOW)
