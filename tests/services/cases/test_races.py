"""Eight clients after one case: exactly one wins. benchmarks/races runs a thousand of these."""

import pytest

from tests.factories import make_district
from tests.sample_kind.factories.errands import make_errand, seats_of
from tests.sample_kind.rules.errands import ErrandState
from tests.services.cases.kinds import again, events_of, holder, moment
from tests.services.cases.races import clients, hold, starts
from xgz.access.cases import owner_seat, reviews_of
from xgz.models import Notice
from xgz.services.cases import ChangedMeanwhile, clock
from xgz.services.cases.owning import UrgedToday, assign_case, urge
from xgz.services.cases.reviews import answer_review

pytestmark = pytest.mark.django_db(transaction=True)
RACES = 150


@pytest.fixture(scope="module")
def eight():
    with clients() as found:
        yield found


@pytest.fixture
def doing():
    make_district()
    return again(make_errand(state=ErrandState.DOING))


def contest(eight, act):
    """Let eight do the same at once; return how many were not refused."""

    def attempt(_number):
        try:
            return "" if act() is False else "won"
        except (ChangedMeanwhile, UrgedToday):
            return ""

    return eight.run(attempt).count("won")


def test_of_eight_clients_in_a_race_exactly_one_wins(eight):
    assert len(starts()) <= RACES

    tally = hold(RACES, eight)

    assert tally.faults == [], tally.faults
    assert sum(tally.won.values()) == tally.races == RACES


def test_of_eight_answers_in_a_race_one_counts(eight, doing):
    asked = [reviews_of(doing).get(key="check") for _ in range(8)]
    actor = holder(seats_of()["checker"])

    won = contest(
        eight,
        lambda: answer_review(
            actor=actor, case=doing, review=asked.pop(), agrees=True, opinion="", now=moment()
        ),
    )

    assert won == events_of(doing, action="review.check").count() == 1
    assert reviews_of(doing).filter(key="check", closed_at__isnull=False).exists()


def test_of_eight_urgings_in_a_race_one_counts(eight, doing):
    actor = holder(seats_of()["asker"])

    assert contest(eight, lambda: urge(actor=actor, case=again(doing), now=moment())) == 1
    assert events_of(doing, action="urge").count() == 1
    assert Notice.objects.filter(case_id=doing.public_id, subject_id="", kind="urged").count() == 1


def test_of_eight_assignments_in_a_race_one_counts(eight, doing):
    actor = holder(owner_seat(doing))
    stale = [again(doing) for _ in range(8)]

    won = contest(
        eight,
        lambda: assign_case(
            actor=actor, case=stale.pop(), of=doing, assignee=actor.user, now=moment()
        ),
    )

    assert won == 1
    assert events_of(doing, action="assign").count() == 1


def test_of_eight_workers_in_a_race_each_reminder_and_each_way_up_is_written_once(eight, doing):
    day = doing.due_on.replace(month=3, year=2027)

    def work():
        clock.remind(today=day, now=moment(day))
        clock.move_up(today=day, now=moment(day))

    contest(eight, work)

    items = 1 + reviews_of(doing).count()
    told = Notice.objects.filter(case_id=doing.public_id)
    # Whoever comes after the way up reminds of the new date, which is near; nothing is doubled.
    keys = list(told.filter(kind__in=["near", "late"]).values_list("subject_id", "kind", "due_on"))
    assert len(set(keys)) == len(keys)
    assert 2 * items <= len(keys) <= 3 * items
    assert told.filter(kind="raised").count() == items
    assert events_of(doing, action="move_up").count() == items
