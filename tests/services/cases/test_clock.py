"""What time does, however the clock jumps: no reminder missed, none doubled, nothing decided."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import TODAY, make_district
from tests.sample_kind.factories.errands import make_errand, seats_of
from tests.sample_kind.models import Errand
from tests.sample_kind.rules.errands import ErrandState
from tests.services.cases.kinds import KINDS, again, audit_of, called, events_of, holder, moment
from tests.services.cases.kinds import take as take_step_of
from tests.trying import EXAMPLES, undone
from xgz.access import clock as the_clock
from xgz.access.cases import chain_of, owner_seat
from xgz.models import CaseReview, Notice
from xgz.queries.parameters import workdays
from xgz.rules.notices import REMINDERS, NoticeKind, reminders_due
from xgz.rules.seats import Seat
from xgz.services.cases import clock
from xgz.services.cases.notices import sign_notice
from xgz.services.cases.reviews import answer_review

pytestmark = pytest.mark.django_db

NEAR, LATE, RAISED = NoticeKind.NEAR, NoticeKind.LATE, NoticeKind.RAISED
SHANGHAI = ZoneInfo("Asia/Shanghai")
(ERRAND,) = [kind for kind in KINDS if kind.model is Errand]
DOING = ErrandState.DOING


def take(case, action, actor):
    take_step_of(ERRAND, case, action, actor)


def due(case, day):
    """Let the case and nothing else fall due on a day."""
    Errand.objects.filter(pk=case.pk).update(due_on=day)
    case.refresh_from_db()
    return case


def remind(day):
    return clock.remind(today=day, now=moment(day))


def move_up(day):
    return clock.move_up(today=day, now=moment(day))


def reminders(case, subject=""):
    """Return (due date, kind) of every reminder about a case or one of its sub-steps."""
    rows = Notice.objects.filter(case_id=case.public_id, subject_id=subject, kind__in=REMINDERS)
    return [tuple(row) for row in rows.order_by("pk").values_list("due_on", "kind")]


def unsigned(case, **values):
    rows = Notice.objects.filter(case_id=case.public_id, signed_at=None, lapsed_at=None, **values)
    return list(rows.order_by("pk"))


@pytest.mark.parametrize("kind", KINDS, ids=called)
def test_every_kind_is_reminded_once_yellow_and_once_red(kind):
    case = again(kind.make())
    calendar = workdays()
    first = calendar.near_from(case.due_on)

    for day in [first - timedelta(days=1), first, first, case.due_on, case.due_on]:
        remind(day)
    assert reminders(case) == [(case.due_on, NEAR)]
    for _ in range(3):
        remind(case.due_on + timedelta(days=1))

    assert reminders(case) == [(case.due_on, NEAR), (case.due_on, LATE)]
    (notice,) = unsigned(case, kind__in=REMINDERS, subject_id="")
    assert (notice.kind, notice.role, notice.body_id) == (
        LATE,
        case.owner_role,
        case.owner_body_id,
    )


@pytest.mark.parametrize(
    ("due_on", "yellow_from", "red_from"),
    [
        (date(2026, 11, 26), date(2026, 11, 23), date(2026, 11, 27)),
        (date(2026, 11, 23), date(2026, 11, 18), date(2026, 11, 24)),  # over a weekend
        (date(2027, 1, 5), date(2026, 12, 30), date(2027, 1, 6)),  # New Year's Day is off
        (date(2027, 1, 1), date(2026, 12, 28), date(2027, 1, 2)),  # due on a day off
        (date(2028, 2, 29), date(2028, 2, 24), date(2028, 3, 1)),
        (date(2026, 10, 8), date(2026, 9, 28), date(2026, 10, 9)),  # over the national holiday
        (date(2026, 10, 12), date(2026, 10, 8), date(2026, 10, 13)),  # a Saturday is worked
    ],
    ids=str,
)
def test_reminders_begin_on_their_days(due_on, yellow_from, red_from):
    case = due(make_errand(), due_on)

    assert remind(yellow_from - timedelta(days=1)) == 0
    assert remind(yellow_from) == 1
    assert remind(red_from - timedelta(days=1)) == 0
    assert remind(red_from) == 1
    assert reminders(case) == [(due_on, NEAR), (due_on, LATE)]


@pytest.mark.parametrize(
    "days",
    [
        [0, -1, 0, 1],
        [30],
        [30, 0, 30],
        [-4, -3, -2, -1, 0, 1, 2],
        [-4, 60, 61],
        [5, 4, 3, 2, 1, 0, -1, -2, -3, -4, -5],
        [1] * 5,
    ],
    ids=str,
)
def test_jumps_of_the_clock_miss_nothing_and_double_nothing(days):
    due_on = date(2026, 11, 26)
    case = due(make_errand(), due_on)

    for day in days:
        remind(due_on + timedelta(days=day))

    wanted = [NEAR, LATE] if max(days) > 0 else [NEAR]
    assert sorted(reminders(case)) == sorted((due_on, kind) for kind in wanted)
    assert [notice.kind for notice in unsigned(case)] == wanted[-1:]


def test_after_weeks_without_a_worker_the_missed_are_made_up_and_one_is_to_be_signed():
    case = make_errand(state=DOING)
    reviews = CaseReview.objects.filter(case_id=case.public_id)
    later = case.due_on + timedelta(weeks=6)

    assert remind(later) == 2 * (1 + reviews.count())
    assert remind(later) == 0
    for subject, due_on in [("", case.due_on), *reviews.values_list("public_id", "due_on")]:
        assert reminders(case, subject) == [(due_on, NEAR), (due_on, LATE)]
        assert [n.kind for n in unsigned(case, subject_id=subject)] == [LATE]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (datetime(2026, 12, 31, 23, 59, 59, tzinfo=SHANGHAI), []),
        (datetime(2027, 1, 1, 0, 0, 0, tzinfo=SHANGHAI), [LATE]),
        (datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC), []),
        (datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC), [LATE]),
    ],
    ids=str,
)
def test_the_due_day_lasts_until_midnight_of_the_office(shown, expected):
    due_on = date(2026, 12, 31)
    case = due(make_errand(), due_on)
    remind(date(2026, 12, 30))

    with the_clock.showing(lambda: shown):
        clock.remind(today=the_clock.today(), now=the_clock.now())

    assert [kind for _day, kind in reminders(case)][1:] == expected


def test_an_hour_back_over_midnight_doubles_nothing():
    case = due(make_errand(), date(2026, 12, 31))
    midnight = datetime(2027, 1, 1, 0, 0, 0, tzinfo=SHANGHAI)

    for minutes in [-1, 0, 30, -30, -60, 1, -1, 59]:
        shown = midnight + timedelta(minutes=minutes)
        with the_clock.showing(lambda shown=shown: shown):
            clock.remind(today=the_clock.today(), now=the_clock.now())

    assert [kind for _day, kind in reminders(case)] == [NEAR, LATE]
    assert [notice.kind for notice in unsigned(case)] == [LATE]


def test_a_term_counts_over_the_year_end_and_the_leap_day_and_numbers_begin_anew():
    make_district()
    old = make_errand(today=date(2026, 12, 30))
    new = make_errand(today=date(2027, 1, 4))
    leap = make_errand(state=DOING, today=date(2028, 2, 28))

    assert old.due_on == date(2027, 1, 7)  # 31 December, then 4 to 7 January
    assert (old.number, new.number) == ("样例-2026-0001", "样例-2027-0001")
    assert leap.due_on == date(2028, 3, 29)  # 30 calendar days, 29 February among them


def test_a_signed_reminder_stays_signed_and_the_next_one_asks_again():
    case = due(make_errand(), date(2026, 11, 26))
    reader = holder(owner_seat(case))
    remind(date(2026, 11, 25))
    (near,) = unsigned(case)

    assert sign_notice(actor=reader, notice=near, now=moment())
    assert not sign_notice(actor=reader, notice=near, now=moment())
    remind(date(2026, 11, 27))

    near.refresh_from_db()
    assert (near.signed_by, near.lapsed_at) == (reader.user, None)
    assert [notice.kind for notice in unsigned(case)] == [LATE]


def test_reminders_lapse_when_the_case_moves_on_and_the_same_date_is_reminded_of_again():
    case = due(make_errand(), date(2026, 11, 26))
    seats = seats_of()
    remind(date(2026, 11, 25))

    take(case, "hand_in", holder(seats["asker"]))
    assert not unsigned(case, kind__in=REMINDERS)
    take(again(case), "return", holder(seats["doer"]))
    due(case, date(2026, 11, 26))
    assert remind(date(2026, 11, 25)) == 1

    assert [kind for _day, kind in reminders(case)] == [NEAR, NEAR]
    assert [notice.kind for notice in unsigned(case)] == [NEAR]


def test_reminders_of_a_sub_step_lapse_when_it_is_answered_those_of_the_case_stay():
    case = make_errand(state=DOING)
    review = CaseReview.objects.get(case_id=case.public_id, key="check")
    remind(case.due_on + timedelta(days=1))

    answer_review(
        actor=holder(owner_seat(review)),
        case=case,
        review=review,
        agrees=True,
        opinion="",
        now=moment(),
    )

    assert not unsigned(case, subject_id=review.public_id)
    assert [notice.kind for notice in unsigned(case, subject_id="")] == [LATE]


def test_no_reminder_is_written_about_a_case_that_moves_on_at_this_moment(monkeypatch):
    case = due(make_errand(), date(2026, 11, 26))
    asker = holder(owner_seat(case))
    read = clock._sent

    def read_and_be_overtaken(earliest):
        take(case, "withdraw", asker)
        return read(earliest)

    monkeypatch.setattr(clock, "_sent", read_and_be_overtaken)

    assert remind(date(2026, 11, 27)) == 0
    assert reminders(case) == []


@pytest.mark.parametrize(
    ("day", "moved"),
    [
        (date(2026, 11, 30), 0),  # 5 working days after 23 November
        (date(2026, 12, 1), 1),
    ],
    ids=str,
)
def test_a_case_goes_up_after_more_than_five_working_days(day, moved):
    case = due(make_errand(), TODAY)

    assert move_up(day) == moved
    assert again(case).version == moved


def test_a_case_goes_up_seat_by_seat_stops_at_the_top_and_stays_what_it_was():
    case = make_errand(state=DOING)
    CaseReview.objects.all().delete()
    first, chain = case.due_on, chain_of(case, owner_seat(case))
    assert len(chain) == 4
    day = first

    for place, seat in enumerate(chain[1:], start=1):
        day = workdays().add(again(case).due_on, 6)
        assert move_up(day) == 1
        assert move_up(day) == 0
        case = again(case)
        assert (owner_seat(case), case.state) == (seat, DOING)
        assert case.due_on == workdays().add(day, 5)
        assert (case.late_since, case.assignee, case.version) == (first, None, 1 + place)
        raised = Notice.objects.filter(case_id=case.public_id, kind=RAISED).latest("pk")
        assert (Seat(raised.role, raised.body_id), raised.due_on) == (seat, case.due_on)
        assert [notice.pk for notice in unsigned(case)] == [raised.pk]
    before = again(case)
    assert move_up(day + timedelta(days=365)) == 0
    assert again(case).due_on == before.due_on
    assert events_of(case, action="move_up").count() == 3
    assert audit_of(case, action="errand.move_up").count() == 3


def test_after_weeks_without_a_worker_a_case_goes_up_one_seat_only():
    case = due(make_errand(state=DOING), date(2026, 11, 26))
    chain = chain_of(case, owner_seat(case))

    move_up(date(2027, 2, 1))

    assert owner_seat(again(case)) == chain[1]


def test_a_sub_step_goes_up_by_itself_and_the_case_stays():
    case = make_errand(state=DOING)
    review = CaseReview.objects.get(case_id=case.public_id, key="check")
    chain, due_on = chain_of(review, owner_seat(review)), review.due_on
    remind(due_on + timedelta(days=1))

    assert move_up(workdays().add(due_on, 6)) == 1

    review.refresh_from_db()
    assert owner_seat(review) == chain[1]
    assert (review.late_since, review.asked_due_on) == (due_on, due_on)
    assert again(case).version == case.version
    assert [n.kind for n in unsigned(case, subject_id=review.public_id)] == [RAISED]
    assert events_of(case, action="move_up").get().due_on == review.due_on


def test_a_step_wins_over_going_up_that_read_the_case_before():
    case = due(make_errand(), date(2026, 11, 2))
    stale = again(case)
    take(case, "hand_in", holder(owner_seat(case)))

    act = clock.CaseAct.of_the_clock(TODAY, moment())

    assert clock._move_up(stale, act) == 0
    assert again(case).state == DOING


@settings(EXAMPLES, max_examples=25)
@given(days=st.lists(st.integers(-20, 60), min_size=1, max_size=12))
def test_reminders_are_those_the_days_called_for_in_whatever_order_they_came(days):
    with undone():
        due_on = date(2026, 12, 29)
        case = due(make_errand(), due_on)
        visited = [due_on + timedelta(days=day) for day in days]
        for day in visited:
            remind(day)

        wanted = {
            (due_on, kind) for day in visited for kind in reminders_due(due_on, day, 3, workdays())
        }
        assert sorted(reminders(case)) == sorted(wanted)
        assert len(unsigned(case)) == min(1, len(wanted))


@settings(EXAMPLES, max_examples=15)
@given(calls=st.lists(st.tuples(st.sampled_from([remind, move_up]), st.integers(-10, 90))))
def test_time_decides_nothing_in_whatever_order_its_work_is_done(calls):
    with undone():
        case = make_errand(state=DOING, today=date(2026, 12, 28))
        chain = chain_of(case, owner_seat(case))
        first, place = case.due_on, 0
        for work, days in calls:
            day = date(2026, 12, 28) + timedelta(days=days)
            work(day)
            work(day)
            case = again(case)
            assert case.state == DOING
            assert chain.index(owner_seat(case)) in (place, place + (work is move_up))
            place = chain.index(owner_seat(case))
            assert (case.late_since or case.due_on) == first
            assert len(unsigned(case, subject_id="", kind__in=REMINDERS)) <= 1
            for subject in ["", *CaseReview.objects.values_list("public_id", flat=True)]:
                assert len(set(reminders(case, subject))) == len(reminders(case, subject))
        assert case.version == 1 + place
