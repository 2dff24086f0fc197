"""A missing approver never stops a formation: deputy, the seat above, time, the department (CS-4 to CS-7)."""

from datetime import timedelta

import pytest

from tests.factories import TODAY, make_user
from tests.factories.closures import make_shop, the_district
from tests.factories.formations import (
    LONG,
    actor_of_party,
    complete_file,
    make_formation,
    moment,
    opening_actor,
    seated,
    use_procedure,
)
from xgz.access.actor import actor_for
from xgz.access.cases import offered_steps, owner_seat, parties_of, reviews_of
from xgz.access.seats import chain_above
from xgz.models import Body, CaseReview, Formation, Notice, RoleAssignment
from xgz.rules.bodies import BodyKind
from xgz.rules.formation_procedures import PRESETS, Preset
from xgz.rules.formations import (
    STEP_STATES,
    FormationAction,
    FormationState,
    step_number,
    step_party,
)
from xgz.rules.roles import Role
from xgz.services import formations
from xgz.services.cases import clock
from xgz.services.cases.owning import urge

pytestmark = pytest.mark.django_db
A, S = FormationAction, FormationState
PROCEDURES = {
    "national": (PRESETS[Preset.NATIONAL], Role.BUREAU),
    "inside": (PRESETS[Preset.NATIONAL], Role.TOWNSHIP_COMMITTEE),
    "three": (PRESETS[Preset.THREE_STEPS], Role.STATION_HEAD),
    "long": (LONG, Role.BUREAU),
}
WALKED = {"national": 2, "inside": 2, "three": 3, "long": 4}
PLACES = [(name, number) for name, count in WALKED.items() for number in range(count + 1)]
EVERYWHERE = pytest.mark.parametrize(("name", "number"), PLACES)


def waiting_at(name, number):
    """Return a case that waits in its step (0: being prepared), with nobody in that step's seat."""
    procedure, opener = PROCEDURES[name]
    case = make_formation(procedure=procedure, opener=opener)
    for _ in range(number):
        go_on(case, seated(owner_seat(again(case))))
    case = again(case)
    empty(owner_seat(case))
    return case


def again(case):
    return Formation.objects.get(pk=case.pk)


def empty(seat):
    RoleAssignment.objects.filter(role=seat.role, body=seat.body_id).delete()


def go_on(case, actor, today=TODAY):
    """Take the way forward as the actor, once those heard beside have let their dates pass."""
    reviews = CaseReview.objects.filter(case_id=case.public_id, closed_at=None)
    reviews.update(asked_due_on=TODAY - timedelta(days=1))
    case = again(case)
    (action,) = {A.SEND, A.AGREE, A.CONCLUDE} & set(offered_steps(actor, case))
    formations.ACTIONS[action](case=case, actor=actor, now=moment(today))
    return again(case)


@EVERYWHERE
def test_a_deputy_goes_on(name, number):
    case = waiting_at(name, number)
    seat = owner_seat(case)
    deputy = make_user(Role(seat.role), Body.objects.get(pk=seat.body_id), deputy=True)

    assert go_on(case, actor_for(deputy, TODAY)).state != case.state


@EVERYWHERE
def test_without_a_deputy_the_seat_above_goes_on_at_once(name, number):
    case = waiting_at(name, number)
    chain = chain_above(owner_seat(case))

    assert go_on(case, seated(chain[1] if len(chain) > 1 else chain[0])).state != case.state


@EVERYWHERE
def test_where_everything_below_is_empty_the_department_goes_on(name, number):
    case = waiting_at(name, number)
    RoleAssignment.objects.exclude(role=Role.ORG_DEPT).delete()

    actor = seated(chain_above(owner_seat(case))[-1])
    assert actor.roles == {Role.ORG_DEPT}
    assert go_on(case, actor).state != case.state


@EVERYWHERE
def test_whoever_does_nothing_hands_it_up_by_time_and_never_past_the_department(name, number):
    case = waiting_at(name, number)
    seats, today = [owner_seat(case)], TODAY
    seated(seats[0])  # somebody is there, and does nothing
    for _ in range(8):
        today += timedelta(days=60)
        clock.move_up(today=today, now=moment(today))
        seats.append(owner_seat(again(case)))

    assert again(case).state == case.state
    assert list(dict.fromkeys(seats)) == chain_above(seats[0])
    assert seats[-1].role == Role.ORG_DEPT
    assert go_on(case, seated(seats[-1], today), today).state != case.state


@EVERYWHERE
def test_who_is_heard_beside_is_waited_for_no_longer_than_their_days(name, number):
    case = waiting_at(name, number)
    for row in reviews_of(case).filter(closed_at=None):
        empty(owner_seat(row))

    case = go_on(case, seated(owner_seat(case)))

    left = reviews_of(case).filter(state=[S.PREPARING, *STEP_STATES][number], closed_at=None)
    assert not left.exists()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("three", BodyKind.BUREAU),
        ("long", BodyKind.OFFICE),
        ("long", BodyKind.ASSOCIATION),
        ("long", BodyKind.BUREAU),
    ],
)
def test_a_body_that_does_not_exist_stops_no_case(name, kind):
    procedure, _opener = PROCEDURES[name]
    use_procedure(procedure)
    district = the_district()
    actor = opening_actor(Role.TOWNSHIP_COMMITTEE, district)
    shop = make_shop(district)
    Body.objects.filter(kind=kind).update(kind=BodyKind.ADMINISTRATION)

    case = formations.open_formation(actor=actor, units=[shop], now=moment())
    complete_file(case)
    for _ in range(6):
        if not again(case).is_open:
            break
        go_on(case, seated(owner_seat(again(case))))

    assert again(case).state == S.APPROVED
    parties = parties_of(case)
    steps = [parties[step_party(n)] for n in range(1, len(case.steps) + 1)]
    assert len(set(steps)) == len(steps)


@pytest.mark.parametrize("who", ["preparer", "guide", "step_2"])
def test_both_lines_urge_and_whoever_has_it_reads_that(who):
    case = make_formation(procedure=PRESETS[Preset.NATIONAL], state=S.STEP_1)
    seat = owner_seat(case)
    seated(seat)

    urge(actor=actor_of_party(case, who), case=case, now=moment(), text="请抓紧研究")

    told = Notice.objects.get(case_id=case.public_id, kind="urged")
    assert (told.role, told.body_id) == (seat.role, seat.body_id)
    assert step_number(again(case).state) == 1
