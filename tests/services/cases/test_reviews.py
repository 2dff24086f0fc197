"""Sub-steps: answering them once, by whoever has them, with words where they object (CS-7)."""

from datetime import timedelta

import pytest

from tests.factories import TODAY, make_district
from tests.sample_kind.factories.errands import make_errand, seats_of
from tests.sample_kind.rules.errands import ErrandAction, ErrandState
from tests.sample_kind.services.errands import ACTIONS
from tests.services.cases.kinds import again, audit_of, events_of, holder, moment
from xgz.access.actor import NotPermitted
from xgz.access.cases import reviews_of
from xgz.models import CaseReview, Notice
from xgz.rules.cases import OpinionMissing, Verdict
from xgz.rules.notices import NoticeKind
from xgz.services.cases import ChangedMeanwhile, ReviewsOpen
from xgz.services.cases.owning import assign_case, urge
from xgz.services.cases.reviews import answer_review, review_rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def case(district):
    return make_errand(state=ErrandState.DOING, district=district)


@pytest.fixture
def checking(case):
    return reviews_of(case).get(key="check")


@pytest.fixture
def checker(district):
    return holder(seats_of(district)["checker"])


def answer(case, review, actor, *, agrees=True, opinion=""):
    answer_review(
        actor=actor, case=case, review=review, agrees=agrees, opinion=opinion, now=moment()
    )


def test_an_answer_closes_the_sub_step_and_leaves_the_case_where_it_is(case, checking, checker):
    before = again(case)

    answer(case, checking, checker, opinion="门店还在营业")

    checking.refresh_from_db()
    assert (checking.verdict, checking.opinion) == (Verdict.AGREED, "门店还在营业")
    assert checking.answered_by == checker.user
    assert (checking.owner_role, checking.owner_body, checking.due_on) == ("", None, None)
    assert checking.asked_due_on is not None
    assert (again(case).state, again(case).version) == (before.state, before.version)
    assert again(case).owner_body == before.owner_body


def test_an_answer_is_an_event_of_the_body_that_was_asked_and_an_audit_row(case, checking, checker):
    answer(case, checking, checker, opinion="门店还在营业")

    event = events_of(case, action="review.check").get()
    assert event.body == checking.asked_body
    assert (event.label, event.opinion) == (review_rule(case, checking).task, "门店还在营业")
    assert audit_of(case, action="errand.review.check").count() == 1


def test_the_words_are_sealed_in_every_table(case, checking, checker):
    answer(case, checking, checker, opinion="门店还在营业")

    row = CaseReview.objects.filter(pk=checking.pk).values_list().get()
    event = events_of(case, action="review.check").values_list().get()
    assert "门店还在营业" not in f"{row}{event}"


@pytest.mark.parametrize("opinion", ["", "  \n"])
def test_an_objection_needs_words(case, checking, checker, opinion):
    with pytest.raises(OpinionMissing):
        answer(case, checking, checker, agrees=False, opinion=opinion)

    checking.refresh_from_db()
    assert checking.verdict == Verdict.OPEN


def test_an_objection_with_words_is_taken(case, checking, checker):
    answer(case, checking, checker, agrees=False, opinion="人去楼空")

    checking.refresh_from_db()
    assert checking.verdict == Verdict.OBJECTED


@pytest.mark.parametrize("party", ["asker", "doer", "adviser"])
def test_nobody_but_the_reviewer_answers(district, case, checking, party):
    with pytest.raises(NotPermitted):
        answer(case, checking, holder(seats_of(district)[party]))

    checking.refresh_from_db()
    assert checking.closed_at is None


def test_an_assignee_answers_and_a_colleague_does_not(district, case, checking, checker):
    instructor, colleague = (
        holder(seats_of(district)["checker"].__class__("instructor", district.qingping_office.pk))
        for _ in range(2)
    )
    assign_case(actor=checker, case=checking, of=case, assignee=instructor.user, now=moment())

    with pytest.raises(NotPermitted):
        answer(case, checking, colleague)
    answer(case, checking, instructor)

    checking.refresh_from_db()
    assert checking.answered_by == instructor.user


def test_the_second_answer_loses(district, case, checking, checker):
    other = holder(seats_of(district)["checker"])
    stale = reviews_of(case).get(key="check")
    answer(case, checking, checker)

    with pytest.raises(ChangedMeanwhile):
        answer(case, stale, other, agrees=False, opinion="慢了一步")

    checking.refresh_from_db()
    assert checking.verdict == Verdict.AGREED
    assert events_of(case, action="review.check").count() == 1


def test_an_answer_after_the_case_moved_on_is_refused(district, case, checking, checker):
    stale = reviews_of(case).get(key="check")
    asker = holder(seats_of(district)["asker"])
    ACTIONS[ErrandAction.WITHDRAW](case=case, actor=asker, now=moment(), opinion="不再需要")

    with pytest.raises(ChangedMeanwhile):
        answer(case, stale, checker)

    checking.refresh_from_db()
    assert checking.verdict == Verdict.VOID


@pytest.mark.parametrize(("days_late", "waits"), [(0, True), (1, False)])
def test_a_reviewer_holds_up_a_step_up_to_and_with_the_last_day(district, case, days_late, waits):
    last = TODAY + timedelta(days=5)
    reviews_of(case).update(asked_due_on=last)
    doer = holder(seats_of(district)["doer"], last + timedelta(days=days_late))
    step = {"case": case, "actor": doer, "now": moment(doer.today)}

    if waits:
        with pytest.raises(ReviewsOpen):
            ACTIONS[ErrandAction.FINISH](**step)
    else:
        ACTIONS[ErrandAction.FINISH](**step)

    assert again(case).is_open is waits


def test_answers_of_all_reviewers_let_the_step_pass(district, case):
    for party, key in (("checker", "check"), ("adviser", "advice")):
        answer(case, reviews_of(case).get(key=key), holder(seats_of(district)[party]))
    doer = holder(seats_of(district)["doer"])

    ACTIONS[ErrandAction.FINISH](case=case, actor=doer, now=moment())

    assert again(case).state == ErrandState.DONE


def test_an_answer_takes_the_reminders_of_the_sub_step_back(district, case, checking, checker):
    urge(actor=holder(seats_of(district)["asker"]), case=case, now=moment())
    answer(case, checking, checker)

    of_this = Notice.objects.filter(kind=NoticeKind.URGED, subject_id=checking.public_id)
    others = Notice.objects.filter(kind=NoticeKind.URGED).exclude(subject_id=checking.public_id)
    assert all(notice.lapsed_at for notice in of_this)
    assert others.exists()
    assert not any(notice.lapsed_at for notice in others)
