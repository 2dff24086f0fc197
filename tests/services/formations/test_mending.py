"""Asking for more papers: what stands, where the file goes back to, what makes it another one (FM-17)."""

import pytest

from tests.factories import TODAY, make_member, make_organisation
from tests.factories.closures import make_shop, the_district
from tests.factories.formations import (
    actor_of_party,
    complete_file,
    make_formation,
    moment,
    take_as_somebody,
)
from tests.services.cases.kinds import audit_of, events_of
from xgz.access.cases import offered_steps, owner_seat
from xgz.models import CaseReview, Formation, Member
from xgz.queries.formations import standing_decisions
from xgz.queries.parameters import workdays
from xgz.rules.cases import OpinionMissing
from xgz.rules.formation_procedures import PRESETS, Preset
from xgz.rules.formations import Consent, FormationAction, FormationState, Room
from xgz.rules.members import MembershipStatus
from xgz.rules.roles import Role
from xgz.services import formations
from xgz.services.formations import Approved, FileNotComplete, NotInThisProcedure

pytestmark = pytest.mark.django_db
A, S = FormationAction, FormationState
NOW = moment()
THREE = PRESETS[Preset.THREE_STEPS]


def again(case):
    return Formation.objects.get(pk=case.pk)


def take(case, action, party, opinion="请补充谈话记录"):
    case = again(case)
    actor = actor_of_party(case, party)
    formations.ACTIONS[action](case=case, actor=actor, now=NOW, opinion=opinion)
    return again(case)


def offered(case, party="preparer"):
    return set(offered_steps(actor_of_party(case, party), again(case)))


@pytest.fixture
def asked():
    """A file the third of three steps asked more papers of: two steps have passed it."""
    case = make_formation(procedure=THREE, opener=Role.STATION_HEAD, state=S.STEP_3)
    return take(case, A.MEND, "step_3")


@pytest.fixture
def decided():
    """A file asked for by the department, with which the approval is filed."""
    case = make_formation(procedure=None, state=S.STEP_1)
    take_as_somebody(case, A.AGREE)
    return take(case, A.MEND, "step_2")


def test_what_was_approved_stands_and_the_file_goes_straight_back(asked):
    assert (asked.state, asked.back_to, asked.state_label) == (S.PREPARING, 3, "补充材料中")
    assert asked.task_of(asked.state) == "补齐材料，直接送回要求补充的环节"
    assert [row.step for row in standing_decisions(asked)] == [1, 2]
    assert asked.states_ahead == [S.STEP_3, S.APPROVED]
    assert offered(asked) == {"straight_3", "withdraw"}

    case = take(asked, A.STRAIGHT_3, "preparer", opinion="")

    assert (case.state, case.back_to) == (S.STEP_3, 0)
    assert owner_seat(case).role == Role.ORG_DEPT
    assert case.due_on == workdays().add(TODAY, 5)
    assert take(case, A.CONCLUDE, "step_3").state == S.APPROVED
    assert [row.step for row in case.decisions.order_by("step")] == [1, 2, 3]


def test_it_is_asked_for_in_words_and_written_down():
    case = make_formation(procedure=THREE, opener=Role.STATION_HEAD, state=S.STEP_2)
    with pytest.raises(OpinionMissing):
        take(case, A.MEND, "step_2", opinion=" ")

    case = take(case, A.MEND, "step_2")

    assert [e.label for e in events_of(case, action="mend")] == ["退回补材料"]
    assert audit_of(case, action="formation.mend").count() == 1


def test_there_is_nothing_to_stand_before_the_first_step():
    case = make_formation(procedure=THREE, opener=Role.STATION_HEAD, state=S.STEP_1)

    assert not {"mend", "return_1"} & offered(case, "step_1")


@pytest.mark.parametrize("action", [A.SEND, A.STRAIGHT_2, A.STRAIGHT_4])
def test_it_goes_to_the_step_that_asked_and_nowhere_else(asked, action):
    with pytest.raises(NotInThisProcedure):
        take(asked, action, "preparer")
    assert again(asked).state == S.PREPARING


@pytest.mark.parametrize("action", [A.STRAIGHT_2, A.STRAIGHT_3])
def test_a_file_nobody_asked_for_goes_through_every_step(action):
    case = make_formation(procedure=THREE, opener=Role.STATION_HEAD)

    with pytest.raises(NotInThisProcedure):
        take(case, action, "preparer")


def test_it_waits_for_nobody_who_has_been_heard():
    case = make_formation(procedure=THREE, opener=Role.BUREAU, state=S.STEP_2)
    case = take(case, A.MEND, "step_2")
    assert CaseReview.objects.filter(closed_at=None).exists()

    assert take(case, A.STRAIGHT_2, "preparer").state == S.STEP_2


def test_what_blocks_a_file_blocks_a_mended_one(asked):
    Formation.objects.filter(pk=asked.pk).update(room="", room_place="")

    with pytest.raises(FileNotComplete):
        take(asked, A.STRAIGHT_3, "preparer")


def test_talks_and_room_leave_it_as_it_was_approved(asked):
    actor = actor_of_party(asked, "preparer")
    given = {"actor": actor, "case": asked, "now": NOW}
    formations.record_talk(
        row=asked.units.first(), talked_on=TODAY, consent=Consent.WORRIED, **given
    )
    formations.set_room(room=Room.OWN, place="一楼会议室", **given)

    assert again(asked).back_to == 3
    assert standing_decisions(asked).count() == 2


def plan_changes(case):
    """Return what changes units, people or secretary of a file, by name."""
    bureau, namer = (actor_of_party(case, party) for party in ("preparer", "roster"))
    unit = case.units.order_by("pk").first()
    member = case.members.order_by("-pk").first()
    new = make_member(make_organisation(the_district().qingping))
    base = {"case": case, "now": NOW}
    return {
        "units": lambda: formations.add_units(
            actor=bureau, units=[make_shop(the_district())], **base
        ),
        "unit_out": lambda: formations.remove_unit(actor=bureau, row=unit, **base),
        "members": lambda: formations.add_members(actor=namer, members=[new], **base),
        "member_out": lambda: formations.remove_member(actor=namer, row=member, **base),
        "secretary": lambda: formations.name_secretary(actor=namer, row=member, **base),
    }


CHANGES = ["units", "unit_out", "members", "member_out", "secretary"]


@pytest.mark.parametrize("change", CHANGES)
def test_another_plan_goes_through_every_step_again(asked, change):
    plan_changes(asked)[change]()

    case = again(asked)
    assert (case.state, case.back_to, case.state_label) == (S.PREPARING, 0, "筹备中")
    assert not standing_decisions(case).exists()
    actions = [e.action for e in events_of(case).order_by("pk")]
    assert actions[-2:] == ["all_again", change]
    assert audit_of(case, action="formation.all_again").count() == 1
    assert offered(case) == {"send", "withdraw"}


@pytest.mark.parametrize("change", CHANGES)
def test_an_approved_plan_is_not_changed(decided, change):
    with pytest.raises(Approved):
        plan_changes(decided)[change]()

    assert again(decided).back_to == 2
    assert standing_decisions(decided).count() == 1


def test_an_approved_one_is_not_stopped_and_not_taken_back(decided):
    Member.objects.filter(pk=decided.secretary_id).update(status=MembershipStatus.MOVED_OUT)
    assert offered(decided) == {"straight_2"}

    assert take(decided, A.STRAIGHT_2, "preparer").state == S.STEP_2


def test_one_that_is_not_approved_may_be_taken_back(asked):
    case = take(asked, A.WITHDRAW, "preparer")

    assert (case.state, case.back_to) == (S.WITHDRAWN, 0)


def test_giving_it_back_whole_still_takes_every_approval():
    case = make_formation(procedure=THREE, opener=Role.STATION_HEAD, state=S.STEP_3)
    case = take(case, A.RETURN, "step_3")

    assert (case.back_to, standing_decisions(case).count()) == (0, 0)
    complete_file(case)
    assert offered(case) == {"send", "withdraw"}
