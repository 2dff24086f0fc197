"""What the spine itself guards, beside the tables: parties that do not exist, hands, locks."""

from datetime import timedelta

import pytest
from django.db import transaction

from tests.factories import TODAY, make_district, make_user
from tests.sample_kind.factories.errands import ask_one, make_errand, seats_of
from tests.sample_kind.rules.errands import ErrandState
from tests.services.cases.kinds import KINDS, again, events_of, holder, take, written
from xgz.access.actor import NotPermitted, actor_for
from xgz.access.cases import offered_steps, reviews_of
from xgz.models import Body, RoleAssignment
from xgz.rules.cases import StepNotAllowed
from xgz.rules.roles import Role
from xgz.services.cases import ChangedMeanwhile, ReviewsOpen, hold

pytestmark = pytest.mark.django_db
(ERRAND,) = [kind for kind in KINDS if str(kind) == "errand"]


@pytest.fixture(autouse=True)
def _district():
    make_district()


def test_a_step_to_a_state_that_nobody_would_own_is_neither_offered_nor_taken():
    seats = {party: seat for party, seat in seats_of().items() if party != "doer"}
    asker = holder(seats["asker"])
    case = ask_one(asker, seats=seats)
    before = written(case)

    assert set(offered_steps(asker, case)) == {"withdraw"}
    with pytest.raises(StepNotAllowed):
        take(ERRAND, case, "hand_in", asker)
    assert written(again(case)) == before


def test_a_reviewer_that_the_case_does_not_have_is_not_asked():
    seats = {party: seat for party, seat in seats_of().items() if party != "adviser"}
    asker = holder(seats["asker"])
    case = ask_one(asker, seats=seats)

    take(ERRAND, case, "hand_in", asker)

    assert [review.key for review in reviews_of(case)] == ["check"]


def test_who_may_take_a_step_in_one_state_may_not_take_it_in_another():
    case = make_errand(state=ErrandState.DOING)
    doer = holder(seats_of()["doer"])

    with pytest.raises(NotPermitted):
        take(ERRAND, case, "withdraw", doer)


def test_a_step_waits_for_reviewers_to_the_end_of_their_time_and_no_longer():
    case = make_errand(state=ErrandState.DOING)
    last = max(reviews_of(case).values_list("asked_due_on", flat=True))
    early = holder(seats_of()["doer"], last)
    before = written(case)

    with pytest.raises(ReviewsOpen):
        take(ERRAND, case, "finish", early)
    assert written(again(case)) == before
    take(ERRAND, again(case), "finish", actor_for(early.user, last + timedelta(days=1)))
    assert again(case).state == "done"


def test_the_history_names_the_body_that_had_a_hand_in_the_step():
    case = make_errand()
    seat = seats_of()["asker"]
    user = make_user(Role.BUREAU, Body.objects.get(name="县市场监督管理局"))
    RoleAssignment.objects.create(user=user, role=seat.role, body_id=seat.body_id, valid_from=TODAY)

    take(ERRAND, case, "hand_in", actor_for(user, TODAY))

    assert events_of(case, action="hand_in").get().body_id == seat.body_id


def test_a_case_is_held_only_as_it_was_read():
    case = make_errand()
    stale = again(case)
    with transaction.atomic():
        hold(case)
    take(ERRAND, case, "hand_in", holder(seats_of()["asker"]))

    with pytest.raises(ChangedMeanwhile), transaction.atomic():
        hold(stale)
