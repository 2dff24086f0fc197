"""Transfers, instructor and first meeting of an organisation that finds its feet (ES-3 to ES-7)."""

from datetime import timedelta

import pytest

from tests.factories import TODAY, actor_as, make_member, make_organisation
from tests.factories.closures import the_district
from tests.factories.elections import make_election, take_as_somebody
from tests.factories.establishing import (
    guide_of,
    joining,
    make_establishing,
    make_instructor,
    move_in,
    organisation_of,
    take_as_township,
    township_of,
)
from tests.factories.formations import moment
from xgz.access.actor import NotPermitted
from xgz.models import (
    AuditEntry,
    CaseEvent,
    Establishing,
    InstructorLink,
    Member,
    Organisation,
    Paper,
    TermElection,
    Transfer,
)
from xgz.queries.establishing import (
    instructors_at,
    own_transfers,
    standings_of,
)
from xgz.rules.cases import (
    StepNotAllowed,
)
from xgz.rules.elections import (
    ElectionAction,
    ElectionState,
    Sort,
)
from xgz.rules.establishing import (
    EstablishingAction,
    EstablishingState,
    Line,
    Settling,
)
from xgz.rules.organisations import (
    OrgState,
)
from xgz.rules.roles import Role
from xgz.rules.transfers import Channel, TransferReason, TransferState
from xgz.services import establishing, transfers
from xgz.services.organisations import DateNotAllowed, OrganisationNotActive

pytestmark = pytest.mark.django_db
_S = EstablishingState
ID = "360999196804022415"


@pytest.fixture
def case():
    return make_establishing(state=_S.RUNNING_IN)


def propose(case, members, actor=None):
    return establishing.propose_transfers(
        actor=actor or township_of(case),
        case=case,
        members=members,
        channel=Channel.CARRIED,
        now=moment(),
    )


def test_all_named_members_are_proposed_at_once_and_none_moves(case):
    people = joining(case)

    assert propose(case, people) == 3

    found = Transfer.objects.filter(to_org=case.organisation, closed_at__isnull=True)
    assert {row.member_id for row in found} == {member.pk for member in people}
    assert {row.reason for row in found} == {TransferReason.FORMATION}
    assert not Member.objects.filter(formal_org=case.organisation).exists()


@pytest.mark.parametrize("state", [OrgState.ACTIVE, OrgState.DISSOLVED])
def test_for_an_organisation_that_ended_nothing_is_set_going(case, state):
    instructor = make_instructor()
    township, guide = township_of(case), guide_of(case)
    dissolved_on = TODAY if state is OrgState.DISSOLVED else None
    Organisation.objects.filter(pk=case.organisation_id).update(
        state=state, dissolved_on=dissolved_on
    )
    case.refresh_from_db()
    given = {"actor": township, "case": case, "now": moment()}
    deeds = [
        lambda: propose(case, joining(case), township),
        lambda: establishing.take_in(chosen=[], **given),
        lambda: establishing.assign_instructor(
            actor=guide, case=case, instructor=instructor, now=moment()
        ),
        lambda: establishing.plan_meeting(meeting_on=TODAY, place="二楼", **given),
        lambda: establishing.hold_meeting(held_on=TODAY, **given),
    ]

    for deed in deeds:
        if state is OrgState.ACTIVE:
            deed()
        else:
            with pytest.raises(OrganisationNotActive):
                deed()

    assert Transfer.objects.exists() is (state is OrgState.ACTIVE)
    assert InstructorLink.objects.exists() is (state is OrgState.ACTIVE)


def test_all_or_none_are_proposed(case):
    people = joining(case)
    propose(case, people[:1])

    with pytest.raises(transfers.TransferUnderWay):
        propose(case, [people[1], people[0]])

    assert Transfer.objects.filter(to_org=case.organisation).count() == 1


def test_before_the_setting_up_and_after_the_end_nothing_is_set_going():
    early = make_establishing()
    with pytest.raises(StepNotAllowed):
        propose(early, joining(early))

    take_as_township(early, EstablishingAction.STOP)
    with pytest.raises(StepNotAllowed):
        propose(early, joining(early))


def test_the_guide_proposes_nobody(case):
    with pytest.raises(NotPermitted):
        propose(case, joining(case), actor=guide_of(case))


def lettered(case):
    """Let each of those who join have an ID number, as a letter asks for (TR-7)."""
    case.formation.members.all().delete()
    home = make_organisation(the_district().qingping)
    people = [
        make_member(home, id_number=f"36099919680402{number}") for number in range(2410, 2413)
    ]
    for member in people:
        case.formation.members.create(member=member, added_at=moment())
    return people


def test_the_committee_finishes_its_own_transfers_together(case):
    people = lettered(case)
    actor = township_of(case)
    propose(case, people, actor)
    found = own_transfers(case)

    assert establishing.take_in(actor=actor, case=case, chosen=found, now=moment()) == 3

    rows = Transfer.objects.filter(to_org=case.organisation)
    assert {row.state for row in rows} == {TransferState.ACCEPTED}
    assert len({row.letter_number for row in rows}) == Paper.objects.count() == 3
    assert Member.objects.filter(formal_org=case.organisation).count() == 3


def test_one_that_was_issued_already_is_only_accepted(case):
    people = lettered(case)
    actor = township_of(case)
    propose(case, people[:1], actor)
    (transfer,) = own_transfers(case)
    transfers.issue(case=transfer, actor=actor, now=moment())

    establishing.take_in(actor=actor, case=case, chosen=own_transfers(case), now=moment())

    assert Paper.objects.count() == 1
    assert organisation_of(case).members.get() == people[0]


def test_one_that_lacks_something_keeps_all_back(case):
    people = lettered(case)
    actor = township_of(case)
    nobody = make_member(people[0].formal_org)
    case.formation.members.create(member=nobody, added_at=moment())
    propose(case, [*people, nobody], actor)

    with pytest.raises(transfers.LetterIncomplete):
        establishing.take_in(actor=actor, case=case, chosen=own_transfers(case), now=moment())

    assert not organisation_of(case).members.exists()
    assert not Paper.objects.exists()


def test_one_from_another_committee_is_not_finished_here(case):
    far = make_member(make_organisation(the_district().liuquan), id_number=ID)
    case.formation.members.create(member=far, added_at=moment())
    department = actor_as(Role.ORG_DEPT, the_district().org_dept)
    transfer = transfers.propose_transfer(
        actor=department,
        member=far,
        to_org=case.organisation,
        reason=TransferReason.FORMATION,
        now=moment(),
    )

    assert own_transfers(case) == []
    with pytest.raises(transfers.NotMoving):
        establishing.take_in(actor=township_of(case), case=case, chosen=[transfer], now=moment())


def test_of_two_clicks_the_second_takes_nobody_in(case):
    people = lettered(case)
    actor = township_of(case)
    propose(case, people, actor)
    found = own_transfers(case)
    establishing.take_in(actor=actor, case=case, chosen=found, now=moment())

    with pytest.raises(transfers.NotMoving):
        establishing.take_in(actor=actor, case=case, chosen=found, now=moment())


def assign(case, instructor, actor=None, **given):
    given = {"now": moment()} | given
    actor = actor or guide_of(case)
    return establishing.assign_instructor(actor=actor, case=case, instructor=instructor, **given)


def test_the_station_assigns_one_of_its_instructors(case):
    instructor = make_instructor()

    link = assign(case, instructor)

    assert (link.organisation, link.instructor) == (case.organisation, instructor)
    assert link.station == the_district().qingping_office
    assert link.valid_from == TODAY


def test_another_takes_the_place_of_the_first(case):
    first, second = make_instructor(), make_instructor()
    link = assign(case, first)
    InstructorLink.objects.filter(pk=link.pk).update(valid_from=TODAY - timedelta(days=9))

    assign(case, second)

    link.refresh_from_db()
    assert link.valid_to == TODAY - timedelta(days=1)
    open_ = InstructorLink.objects.filter(organisation=case.organisation, valid_to__isnull=True)
    assert [row.instructor for row in open_] == [second]


def test_the_same_one_is_not_assigned_twice(case):
    instructor = make_instructor()
    assign(case, instructor)

    with pytest.raises(establishing.AlreadyInstructs):
        assign(case, instructor)


def test_nobody_of_another_office_instructs(case):
    stranger = actor_as(Role.INSTRUCTOR, the_district().liuquan_office).user

    with pytest.raises(establishing.NoInstructor):
        assign(case, stranger)


def test_the_committee_assigns_nobody(case):
    with pytest.raises(NotPermitted):
        assign(case, make_instructor(), actor=township_of(case))


def test_those_with_room_come_first(case):
    station = the_district().qingping_office
    full, busy, free = make_instructor(), make_instructor(), make_instructor()
    for instructor, number in ((full, 5), (busy, 4)):
        for _each in range(number):
            InstructorLink.objects.create(
                instructor=instructor,
                station=station,
                organisation=make_organisation(the_district().qingping),
                valid_from=TODAY,
            )

    mine = {full, busy, free}
    rows = [row for row in instructors_at(station, TODAY) if row.user in mine]

    assert [row.user for row in rows] == [free, busy, full]
    assert [row.has_room for row in rows] == [True, True, False]
    assert rows[2].load == rows[2].most == 5


def test_a_meeting_is_planned_for_today_or_later_with_its_place(case):
    actor = township_of(case)
    given = {"actor": actor, "case": case, "now": moment()}
    with pytest.raises(establishing.DayGone):
        establishing.plan_meeting(
            meeting_on=TODAY - timedelta(days=1), place="清平市场二楼", **given
        )
    with pytest.raises(establishing.PlaceMissing):
        establishing.plan_meeting(meeting_on=TODAY, place=" ", **given)

    establishing.plan_meeting(meeting_on=TODAY, place="清平市场二楼", **given)

    case.refresh_from_db()
    assert (case.meeting_on, case.meeting_place) == (TODAY, "清平市场二楼")


def test_that_it_was_held_is_the_beginning_of_organisation_life(case):
    actor = township_of(case)
    with pytest.raises(DateNotAllowed):
        establishing.hold_meeting(
            actor=actor, case=case, held_on=TODAY + timedelta(days=1), now=moment()
        )

    establishing.hold_meeting(actor=actor, case=case, held_on=TODAY, now=moment())

    organisation = organisation_of(case)
    organisation.refresh_from_db()
    assert organisation.last_life_on == TODAY


def elect(case, sort=Sort.FIRST, held_on=TODAY):
    """Confirm an election of the organisation that was held on a day."""
    election = make_election(branch=organisation_of(case), sort=sort, state=ElectionState.REPORTED)
    TermElection.objects.filter(pk=election.pk).update(held_on=held_on)
    take_as_somebody(election, ElectionAction.CONFIRM)


def meeting_of(case):
    """Return whether the line of the first meeting is met, the day of life, and how often it is told."""
    organisation = Organisation.objects.get(pk=case.organisation_id)
    line = next(each for each in standings_of(fresh(case), TODAY) if each.line is Line.MEETING)
    events = CaseEvent.objects.filter(case_id=case.public_id, action=Settling.HELD)
    return line.is_met, organisation.last_life_on, events.count()


def fresh(case):
    return Establishing.objects.select_related("organisation").get(pk=case.pk)


def test_a_confirmed_first_election_is_the_first_meeting_on_its_day(case):
    move_in(case)
    assert meeting_of(case) == (False, None, 0)

    elect(case)

    assert meeting_of(case) == (True, TODAY, 1)
    row = AuditEntry.objects.get(action="organisation.life")
    assert row.subject_id == organisation_of(case).public_id
    assert AuditEntry.objects.filter(action="establishing.held").count() == 1


def test_a_day_entered_by_hand_stays_when_the_election_is_confirmed():
    early = TODAY - timedelta(days=3)
    case = make_establishing(state=_S.RUNNING_IN, today=early)
    move_in(case)
    establishing.hold_meeting(
        actor=township_of(case, early), case=case, held_on=early, now=moment(early)
    )

    elect(case)

    assert meeting_of(case) == (True, early, 1)


def test_an_election_of_another_sort_is_no_first_meeting():
    early = TODAY - timedelta(days=3)
    case = make_establishing(state=_S.RUNNING_IN, today=early)
    move_in(case)
    Organisation.objects.filter(pk=case.organisation_id).update(
        elected_on=early, term_ends_on=TODAY + timedelta(days=20)
    )

    elect(case, Sort.TERM)

    assert meeting_of(case) == (False, None, 0)


def test_a_first_election_after_the_case_has_ended_touches_nothing(case):
    move_in(case)
    take_as_township(case, EstablishingAction.STOP)

    elect(case)

    assert Organisation.objects.get(pk=case.organisation_id).last_life_on is None
