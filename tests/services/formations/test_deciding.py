"""Sending, passing, giving back: what blocks, what stands, what falls, whose clock it is."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.factories import TODAY, make_member, make_organisation
from tests.factories.closures import answer_reviews, the_district
from tests.factories.formations import (
    LONG,
    actor_of_party,
    join,
    make_formation,
    moment,
    take_as_somebody,
)
from tests.factories.transfers import make_transfer
from tests.services.cases.kinds import events_of
from xgz.access.cases import offered_steps, owner_seat, parties_of
from xgz.models import (
    CaseReview,
    Formation,
    FormationDecision,
    FormationUnit,
    Member,
    Notice,
)
from xgz.queries.formations import findings_of, standing_decisions
from xgz.queries.parameters import workdays
from xgz.rules.formation_checks import Check
from xgz.rules.formation_procedures import PRESETS, Preset, Way
from xgz.rules.formations import Consent, FormationAction, FormationState
from xgz.rules.members import MembershipStatus
from xgz.rules.notices import NoticeKind
from xgz.rules.roles import Role
from xgz.services import formations
from xgz.services.cases import ChangedMeanwhile, ReviewsOpen
from xgz.services.formations import FileNotComplete, FullMembersMissing, NotInThisProcedure

pytestmark = pytest.mark.django_db
A, S = FormationAction, FormationState
NOW = moment()
THREE = PRESETS[Preset.THREE_STEPS]


def again(case):
    return Formation.objects.get(pk=case.pk)


def step(case, action, party, **given):
    case = again(case)
    actor = actor_of_party(case, party)
    given = {"opinion": "按程序办理"} | given
    formations.ACTIONS[action](case=case, actor=actor, now=NOW, **given)
    return again(case)


def test_what_blocks_is_told_by_rule_and_nothing_is_sent():
    case = make_formation(procedure=None, complete=False)
    answer_reviews(case)

    with pytest.raises(FileNotComplete) as refused:
        step(case, A.SEND, "preparer")

    assert {each.rule for each in refused.value.blockers} == {"FM-2", "FM-6", "FM-7", "FM-12"}
    assert again(case).state == S.PREPARING


def test_a_transfer_under_way_blocks_until_it_is_accepted():
    case = make_formation(procedure=None)
    answer_reviews(case)
    last = case.members.order_by("-pk").first().member
    away, home = make_organisation(the_district().liuquan), last.formal_org
    Member.objects.filter(pk=last.pk).update(formal_org=away)
    assert Check.TRANSFER_NEEDED in {each.check for each in findings_of(case, TODAY)}
    last.refresh_from_db()
    make_transfer(state=None, member=last, to_org=home)

    with pytest.raises(FileNotComplete) as refused:
        step(case, A.SEND, "preparer")
    assert [each.check for each in refused.value.blockers] == [Check.FEW_FULL, Check.TRANSFER_OPEN]

    Member.objects.filter(pk=last.pk).update(formal_org=home)
    assert step(case, A.SEND, "preparer").state == S.STEP_1


def test_worries_and_many_units_are_told_and_stop_nothing():
    case = make_formation(procedure=None, units=6)
    FormationUnit.objects.filter(pk=case.units.first().pk).update(consent=Consent.WORRIED)

    found = findings_of(case, TODAY)
    assert [(each.check, each.is_blocker) for each in found] == [
        (Check.MANY_UNITS, False),
        (Check.OWNER_WORRIED, False),
    ]
    answer_reviews(case)
    assert step(case, A.SEND, "preparer").state == S.STEP_1


def test_the_file_is_judged_as_it_is_now_and_not_as_it_was_read():
    case = make_formation(procedure=None)
    answer_reviews(case)
    stale = again(case)
    Formation.objects.filter(pk=case.pk).update(room="", room_place="")

    with pytest.raises(FileNotComplete):
        formations.send(case=stale, actor=actor_of_party(case, "preparer"), now=NOW)


def test_who_decides_on_an_old_page_is_told_so_and_not_what_the_file_lacks():
    case = make_formation(complete=False)

    with pytest.raises(ChangedMeanwhile):
        step(case, A.SEND, "preparer", version=case.version + 1)


def test_sending_waits_for_the_committee_no_longer_than_its_days():
    case = make_formation(procedure=None)
    with pytest.raises(ReviewsOpen):
        step(case, A.SEND, "preparer")

    CaseReview.objects.update(asked_due_on=TODAY - timedelta(days=1))
    assert step(case, A.SEND, "preparer").state == S.STEP_1


def test_the_national_default_is_one_approval_within_a_month_and_a_filing():
    case = make_formation(procedure=None, state=S.STEP_1)
    assert case.due_on == TODAY + timedelta(days=30)
    assert (case.state_label, owner_seat(case).role) == ("待批准", Role.TOWNSHIP_COMMITTEE)
    assert case.states_ahead == [S.STEP_2, S.APPROVED]

    case = step(case, A.AGREE, "step_1")

    assert (case.state_label, owner_seat(case).role) == ("待备案", Role.ORG_DEPT)
    assert case.due_on == workdays().add(TODAY, 10)
    department = actor_of_party(case, "step_2")
    # What is approved is neither refused nor taken back; it can be given back with words.
    assert set(offered_steps(department, case)) == {"conclude", "mend", "return", "return_1"}
    assert not offered_steps(actor_of_party(case, "preparer"), case)
    case = step(case, A.CONCLUDE, "step_2")
    assert (case.state, case.state_label) == (S.APPROVED, "已批准成立")
    assert [(d.step, d.way) for d in standing_decisions(case)] == [(1, Way.APPROVE), (2, Way.FILE)]
    labels = events_of(case).order_by("pk").values_list("label", flat=True)
    assert list(labels)[-2:] == ["批准，转备案", "备案，办结"]


def test_the_three_steps_of_the_study():
    case = make_formation(procedure=THREE, opener=Role.STATION_HEAD, state=S.STEP_1)
    seen = []
    for party, action in (("step_1", A.AGREE), ("step_2", A.AGREE), ("step_3", A.CONCLUDE)):
        seen.append((case.state_label, owner_seat(case).role, case.due_on))
        case = step(case, action, party)

    add = workdays().add
    assert seen == [
        ("待提出", Role.BUREAU, add(TODAY, 5)),
        ("待审核", Role.TOWNSHIP_COMMITTEE, add(TODAY, 10)),
        ("待批准", Role.ORG_DEPT, add(TODAY, 5)),
    ]
    assert case.state == S.APPROVED


@pytest.mark.parametrize(
    ("action", "party"),
    [(A.CONCLUDE, "step_1"), (A.AGREE, "step_2"), (A.REFUSE, "step_2"), (A.WITHDRAW, "preparer")],
)
def test_a_step_that_this_procedure_has_not_is_refused(action, party):
    case = make_formation(procedure=None, state=S.STEP_1)
    if party != "step_1":
        case = step(case, A.AGREE, "step_1")

    with pytest.raises(NotInThisProcedure):
        step(case, action, party)
    assert action not in offered_steps(actor_of_party(case, party), again(case))


def test_giving_back_lets_the_approvals_from_there_on_fall_and_no_others():
    case = make_formation(state=S.STEP_4)
    assert [d.step for d in standing_decisions(case)] == [1, 2, 3]

    case = step(case, A.RETURN_2, "step_4", opinion="请补充会议记录")

    assert case.state == S.STEP_2
    assert [d.step for d in standing_decisions(case)] == [1]
    assert FormationDecision.objects.filter(withdrawn_at=NOW).count() == 2
    assert events_of(case, action="return_2").get().opinion == "请补充会议记录"
    answer_reviews(case)
    case = step(case, A.AGREE, "step_2")
    assert [d.step for d in standing_decisions(case)] == [1, 2]

    case = step(case, A.RETURN, "step_3")
    assert (case.state, case.step_due_on) == (S.PREPARING, None)
    assert not standing_decisions(case).exists()
    assert case.due_on == workdays().add(TODAY, 30)


def test_the_database_lets_one_approval_of_a_step_stand():
    case = make_formation(state=S.STEP_2)
    (one,) = standing_decisions(case)

    with pytest.raises(IntegrityError), transaction.atomic():
        FormationDecision.objects.create(
            formation=case, step=one.step, way=one.way, decided_at=NOW, decided_by=None
        )


def test_those_beside_are_heard_at_the_same_time_and_waited_for():
    case = make_formation(state=S.STEP_1)
    asked = CaseReview.objects.filter(case_id=case.public_id, state=S.STEP_1)
    assert {row.asked_body for row in asked} == {
        the_district().qingping_office,
        the_district().bureau,
    }
    assert {row.due_on for row in asked} == {workdays().add(TODAY, 3)}

    with pytest.raises(ReviewsOpen):
        step(case, A.AGREE, "step_1")
    asked.update(asked_due_on=TODAY - timedelta(days=1))
    assert step(case, A.AGREE, "step_1").state == S.STEP_2


def test_nobody_approves_with_fewer_than_three_full_members_but_may_give_back():
    case = make_formation(procedure=None, state=S.STEP_1)
    one = case.members.order_by("pk").first().member
    Member.objects.filter(pk=one.pk).update(status=MembershipStatus.MOVED_OUT)

    with pytest.raises(FullMembersMissing) as refused:
        step(case, A.AGREE, "step_1")
    assert refused.value.missing == 1
    assert not FormationDecision.objects.exists()
    assert step(case, A.RETURN, "step_1").state == S.PREPARING


def test_a_filing_is_not_held_up_by_who_left_after_the_approval():
    case = step(make_formation(procedure=None, state=S.STEP_1), A.AGREE, "step_1")
    Member.objects.update(status=MembershipStatus.MOVED_OUT)

    assert step(case, A.CONCLUDE, "step_2").state == S.APPROVED


@pytest.mark.parametrize(
    ("action", "party", "state"),
    [(A.REFUSE, "step_1", S.REFUSED), (A.WITHDRAW, "preparer", S.WITHDRAWN)],
)
def test_a_case_that_ends_lets_its_units_and_people_go(action, party, state):
    case = step(make_formation(procedure=None, state=S.STEP_1), action, party)

    assert case.state == state
    assert set(case.units.values_list("is_held", flat=True)) == {False}
    assert set(case.members.values_list("is_held", flat=True)) == {False}


def test_an_approved_case_keeps_its_units_and_people_until_it_is_set_up():
    case = step(make_formation(procedure=None, state=S.STEP_1), A.AGREE, "step_1")
    case = step(case, A.CONCLUDE, "step_2")

    assert case.state == S.APPROVED
    assert set(case.units.values_list("is_held", flat=True)) == {True}
    assert set(case.members.values_list("is_held", flat=True)) == {True}


def test_an_approved_case_is_filed_and_its_parties_are_told():
    case = make_formation(procedure=None, state=S.STEP_1)
    case = step(step(case, A.AGREE, "step_1"), A.CONCLUDE, "step_2")

    told = Notice.objects.filter(case_id=case.public_id)
    assert set(told.filter(kind=NoticeKind.FILED).values_list("role", flat=True)) == {Role.ORG_DEPT}
    assert {Role.BUREAU, Role.TOWNSHIP_COMMITTEE} <= set(
        told.filter(kind=NoticeKind.INFORMED).values_list("role", flat=True)
    )


def test_the_bar_shows_the_steps_of_this_case_alone():
    case = make_formation(procedure=THREE)

    words = [case.word_of(state) for state in case.states_ahead]

    assert words == ["待审核", "待批准", "已批准成立"]
    assert case.task_of(S.STEP_2) == "集体研究，作出是否批准成立的批复"
    assert case.task_of(S.PREPARING) == "备齐组建材料，符合条件后上报"
    assert len(make_formation().states_ahead) == len(LONG) + 1


def test_a_probationary_member_and_somebody_coming_do_not_make_the_third():
    case = make_formation(procedure=None)
    case.members.order_by("-pk").first().delete()
    other = make_member(make_organisation(the_district().qingping), member_class="probationary")
    join(case, other)
    far = make_member(make_organisation(the_district().liuquan), full_on=date(2010, 1, 1))
    join(case, far)

    found = {each.check: each.count for each in findings_of(case, TODAY)}

    assert found == {Check.FEW_FULL: 1, Check.TRANSFER_NEEDED: 1}


def test_parties_stay_those_of_the_opening():
    case = make_formation(procedure=None)
    seats = parties_of(case)
    take_as_somebody(case, A.SEND)

    assert parties_of(case) == seats
