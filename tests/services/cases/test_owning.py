"""Who has the work: assigning to one person, urging once a day with a trace (CS-3, CS-8)."""

from datetime import date, timedelta

import pytest

from tests.factories import (
    TODAY,
    make_business,
    make_district,
    make_member,
    make_organisation,
    make_user,
)
from tests.sample_kind.factories.errands import make_errand, seats_of
from tests.sample_kind.rules.errands import ErrandAction, ErrandState
from tests.sample_kind.services.errands import ACTIONS
from tests.services.cases.kinds import again, audit_of, events_of, holder, moment
from xgz.access.actor import NotPermitted, actor_for, clock_actor, shell_operator
from xgz.access.cases import is_owner, owner_seat, reviews_of, visible_cases
from xgz.models import Notice, RoleAssignment
from xgz.queries.inbox import inbox_rows
from xgz.rules.notices import NoticeKind
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.services.cases import ChangedMeanwhile
from xgz.services.cases.owning import (
    URGE_PAUSE,
    NotAtThisBody,
    UrgedToday,
    assign_case,
    urge,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def draft(district):
    return make_errand(district=district)


@pytest.fixture
def doing(district):
    return make_errand(state=ErrandState.DOING, district=district)


def at(district, party, today=TODAY):
    return holder(seats_of(district)[party], today)


def assign(actor, case, assignee):
    assign_case(actor=actor, case=case, of=case, assignee=assignee, now=moment())


def in_inbox(actor, case):
    return [row[1] for row in inbox_rows(actor)].count(case.public_id)


def test_an_assigned_case_lies_with_the_assignee_and_the_head_alone(district, doing):
    """The doer is an instructors' seat: its other holders lose the case, the station head has it."""
    first, second = at(district, "doer"), at(district, "doer")
    head = holder(Seat(Role.STATION_HEAD, district.liuquan_office.pk))
    assert [in_inbox(each, doing) for each in (first, second, head)] == [1, 1, 0]

    assign(first, doing, second.user)

    assert [in_inbox(each, doing) for each in (first, second, head)] == [0, 1, 1]
    assert again(doing).assignee == second.user
    assert again(doing).version == doing.version


def test_assigning_leaves_an_event_and_an_audit_row(district, doing):
    doer = at(district, "doer")

    assign(doer, doing, doer.user)

    event = events_of(doing, action="assign").get()
    assert (event.label, event.actor, event.body) == (
        "指定经办人",
        doer.user,
        district.liuquan_office,
    )
    assert audit_of(doing, action="errand.assign").count() == 1


def test_taking_back_gives_it_to_the_seat_again(district, doing):
    first, second = at(district, "doer"), at(district, "doer")
    assign(first, doing, second.user)
    doing.refresh_from_db()
    assign(second, doing, None)

    assert again(doing).assignee is None
    assert in_inbox(first, doing) == 1


def test_an_assignment_ends_with_the_persons_role(district, doing):
    first, second = at(district, "doer"), at(district, "doer")
    assign(first, doing, second.user)
    last = RoleAssignment.objects.filter(user=second.user)
    last.update(valid_to=TODAY)

    today = actor_for(second.user, TODAY)
    tomorrow = actor_for(second.user, TODAY + timedelta(days=1))
    colleague = actor_for(first.user, TODAY + timedelta(days=1))

    assert in_inbox(today, doing) == 1
    assert in_inbox(tomorrow, doing) == 0
    assert not visible_cases(tomorrow, type(doing)).filter(pk=doing.pk).exists()
    assert in_inbox(colleague, doing) == 1
    assert is_owner(colleague, again(doing))


@pytest.mark.parametrize("party", ["asker", "checker", "adviser"])
def test_only_the_owner_assigns(district, doing, party):
    actor = at(district, party)

    with pytest.raises(NotPermitted):
        assign(actor, doing, actor.user)

    assert again(doing).assignee is None


def test_a_closed_case_is_assigned_by_nobody(district):
    case = make_errand(state=ErrandState.DONE, district=district)
    doer = at(district, "doer")

    with pytest.raises(NotPermitted):
        assign(doer, case, doer.user)


def test_a_case_is_handed_only_to_people_who_work_at_the_body(district, draft):
    owner = at(district, "asker")
    branch = make_organisation(district.qingping)
    strangers = [
        make_user(Role.TOWNSHIP_COMMITTEE, district.liuquan),
        make_user(Role.MEMBER, district.qingping, member=make_member(branch)),
        make_user(Role.OWNER, district.qingping, business=make_business()),
    ]
    gone = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    RoleAssignment.objects.filter(user=gone).update(valid_to=TODAY - timedelta(days=1))
    shut = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    shut.is_active = False
    shut.save()

    for person in (*strangers, gone, shut):
        with pytest.raises(NotAtThisBody):
            assign(owner, draft, person)

    assert again(draft).assignee is None
    assert not events_of(draft, action="assign").exists()


def test_whoever_assigns_second_learns_of_the_first(district, draft):
    owner, stale = at(district, "asker"), again(draft)
    assign(owner, draft, owner.user)

    with pytest.raises(ChangedMeanwhile):
        assign(at(district, "asker"), stale, make_user(Role.TOWNSHIP_COMMITTEE, district.qingping))

    assert again(draft).assignee == owner.user


def test_a_step_ends_the_assignment(district, draft):
    owner = at(district, "asker")
    assign(owner, draft, owner.user)

    ACTIONS[ErrandAction.HAND_IN](case=again(draft), actor=owner, now=moment())

    assert again(draft).assignee is None


def test_urging_tells_whoever_has_the_case_and_leaves_a_trace(district, draft):
    urge(actor=at(district, "doer"), case=draft, now=moment(), text="请尽快补正")

    notice = Notice.objects.get(kind=NoticeKind.URGED)
    assert Seat(notice.role, notice.body_id) == owner_seat(draft)
    assert (notice.text, notice.due_on, notice.subject_id) == ("请尽快补正", draft.due_on, "")
    event = events_of(draft, action="urge").get()
    assert (event.opinion, event.body) == ("请尽快补正", district.liuquan_office)
    assert audit_of(draft, action="errand.urge").count() == 1
    assert again(draft).version == draft.version


def test_urging_reaches_open_sub_steps_too(district, doing):
    urge(actor=at(district, "asker"), case=doing, now=moment())

    told = {(each.subject_id, each.role) for each in Notice.objects.filter(kind=NoticeKind.URGED)}
    reviews = {(each.public_id, each.owner_role) for each in reviews_of(doing)}
    assert told == {("", Role.INSTRUCTOR), *reviews}


def test_the_owner_urges_the_sub_steps_and_not_itself(district, doing):
    urge(actor=at(district, "doer"), case=doing, now=moment())

    told = {each.subject_id for each in Notice.objects.filter(kind=NoticeKind.URGED)}
    assert told == {each.public_id for each in reviews_of(doing)}


def test_an_owner_who_waits_for_nobody_cannot_urge(district, draft):
    with pytest.raises(NotPermitted):
        urge(actor=at(district, "asker"), case=draft, now=moment())

    assert not Notice.objects.filter(kind=NoticeKind.URGED).exists()


def test_whoever_does_not_see_the_case_cannot_urge(district, draft):
    stranger = holder(Seat(Role.TOWNSHIP_COMMITTEE, district.liuquan.pk))
    nobody = actor_for(make_user(Role.SYSTEM_ADMIN, district.administration), TODAY)

    for actor in (stranger, nobody, clock_actor(TODAY), shell_operator(TODAY)):
        with pytest.raises(NotPermitted):
            urge(actor=actor, case=draft, now=moment())


@pytest.mark.parametrize(
    ("pause", "refused"),
    [(URGE_PAUSE - timedelta(seconds=1), True), (URGE_PAUSE, False)],
)
def test_the_same_person_urges_once_a_day(district, draft, pause, refused):
    actor = at(district, "doer")
    urge(actor=actor, case=draft, now=moment())

    if refused:
        with pytest.raises(UrgedToday):
            urge(actor=actor, case=draft, now=moment() + pause)
    else:
        urge(actor=actor, case=draft, now=moment() + pause)

    assert events_of(draft, action="urge").count() == 2 - refused


def test_two_people_urge_on_the_same_day(district, draft):
    at(district, "asker")
    urge(actor=at(district, "doer"), case=draft, now=moment())
    urge(actor=holder(Seat(Role.ORG_DEPT, district.org_dept.pk)), case=draft, now=moment())

    assert events_of(draft, action="urge").count() == 2


def test_a_closed_case_is_not_urged(district):
    case = make_errand(state=ErrandState.DONE, district=district)

    with pytest.raises(ChangedMeanwhile):
        urge(actor=at(district, "asker"), case=case, now=moment())


def test_urging_lapses_when_the_case_moves_on(district, draft):
    urge(actor=at(district, "doer"), case=draft, now=moment())

    ACTIONS[ErrandAction.HAND_IN](
        case=again(draft), actor=at(district, "asker"), now=moment(date(2026, 11, 24))
    )

    assert Notice.objects.get(kind=NoticeKind.URGED).lapsed_at is not None
