"""What one page asks twice is read once, for that page alone, and anew once something is written."""

import threading
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from tests.factories import TODAY, make_district, make_organisation, make_user
from tests.services.cases.kinds import holder
from xgz.access.reading import once, reading, writing
from xgz.access.seats import Place, foresee, seating_of
from xgz.models import RoleAssignment
from xgz.queries.parameters import parameters_on, workdays
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.services.transactions import unit
from xgz.web.middleware import ReadsOnce


@pytest.fixture
def asked():
    """Questions that reached the database, and the function that asks them."""
    reached = []

    @once
    def ask(*question, **named):
        reached.append((question, named))
        return None if question == ("nothing",) else (question, named)

    return reached, ask


def test_outside_a_reading_every_question_is_asked(asked):
    reached, ask = asked

    assert ask("a") == ask("a")
    assert len(reached) == 2


def test_within_a_reading_the_same_question_is_asked_once(asked):
    reached, ask = asked

    with reading():
        answers = [ask("a"), ask("b"), ask("a"), ask("a", of=1), ask("a", of=2), ask("a", of=1)]

    assert answers[0] is answers[2]
    assert answers[3] is answers[5]
    assert len(reached) == 4


def test_the_answer_none_is_an_answer(asked):
    reached, ask = asked

    with reading():
        assert (ask("nothing"), ask("nothing")) == (None, None)

    assert len(reached) == 1


def test_nothing_is_kept_for_the_next_reading(asked):
    reached, ask = asked

    for _page in range(2):
        with reading():
            ask("a")
    ask("a")

    assert len(reached) == 3


def test_another_thread_has_a_reading_of_its_own(asked):
    reached, ask = asked

    with reading():
        ask("a")
        beside = threading.Thread(target=ask, args=("a",))
        beside.start()
        beside.join()

    assert len(reached) == 2


def test_a_fault_is_not_kept():
    times = []

    @once
    def ask():
        times.append(1)
        if len(times) == 1:
            raise LookupError
        return "found"

    with reading():
        with pytest.raises(LookupError):
            ask()
        assert ask() == "found"


def test_writing_asks_anew_and_forgets(asked):
    reached, ask = asked

    with reading():
        ask("a")
        with writing():
            ask("a")
            ask("a")
        ask("a")
        ask("a")

    assert len(reached) == 4


@pytest.mark.django_db
@pytest.mark.parametrize(("beside", "times"), [(False, 3), (True, 1)])
def test_a_piece_of_work_asks_anew_unless_it_only_notes_what_was_shown(asked, beside, times):
    reached, ask = asked

    with reading():
        ask("a")
        with unit(beside=beside):
            ask("a")
        ask("a")

    assert len(reached) == times


@pytest.mark.parametrize(
    ("method", "times"), [("GET", 1), ("HEAD", 1), ("POST", 2), ("PUT", 2), ("DELETE", 2)]
)
def test_only_a_request_that_shows_reads_once(asked, method, times):
    reached, ask = asked

    def page(request):
        ask("a")
        ask("a")
        return HttpResponse()

    ReadsOnce(page)(RequestFactory().generic(method, "/"))

    assert len(reached) == times


@pytest.mark.django_db
def test_parameters_and_calendar_are_read_once(django_assert_num_queries):
    with reading(), django_assert_num_queries(3):
        for _part in range(3):
            parameters_on(TODAY)
            workdays()
        parameters_on(TODAY - timedelta(days=1))


@pytest.fixture
def district():
    return make_district()


@pytest.mark.django_db
def test_seats_are_asked_for_only_where_they_are_not_known(district, django_assert_num_queries):
    office = Seat(Role.STATION_HEAD, district.qingping_office.pk)
    bureau = Seat(Role.BUREAU, district.bureau.pk)
    township = Seat(Role.TOWNSHIP_COMMITTEE, district.qingping.pk)
    head = holder(office)

    with reading():
        with django_assert_num_queries(2):
            first = seating_of([office], TODAY)
        with django_assert_num_queries(0):
            assert seating_of([office, bureau], TODAY).chains[bureau] == first.chains[office][1:]
        with django_assert_num_queries(2):  # its body, then its holders: all above it is known
            seating_of([office, township], TODAY)
        with django_assert_num_queries(1):
            seating_of([Seat(Role.ASSOCIATION, district.association.pk)], TODAY, _all(district))
        with django_assert_num_queries(2):
            seating_of([office], TODAY + timedelta(days=1))

    assert first.people(first.answering(office)) == {head.user.pk}


@pytest.mark.django_db
def test_foreseen_seats_are_read_along_with_the_next(district, django_assert_num_queries):
    branch = make_organisation(district.liuquan)
    seats = [
        Seat(Role.TOWNSHIP_COMMITTEE, district.qingping.pk),
        Seat(Role.BRANCH_SECRETARY, branch.body_id),
    ]

    with reading():
        with django_assert_num_queries(0):
            foresee(seats, TODAY, _all(district))
            foresee([], TODAY, [Place.of(branch.body)])
        with django_assert_num_queries(1):
            asked = seating_of([Seat(Role.BUREAU, district.bureau.pk)], TODAY)
        with django_assert_num_queries(0):
            seating_of(seats, TODAY)

    assert len(asked.chains) == 1


@pytest.mark.django_db
def test_whoever_takes_a_seat_in_a_piece_of_work_sits_there_on_the_same_page(district):
    seat = Seat(Role.BUREAU, district.bureau.pk)

    with reading():
        assert seating_of([seat], TODAY).people(seat) == frozenset()
        with unit():
            user = make_user(Role.BUREAU, district.bureau)
            assert seating_of([seat], TODAY).people(seat) == {user.pk}
            RoleAssignment.objects.filter(user=user).delete()
        assert seating_of([seat], TODAY).people(seat) == frozenset()


def _all(district):
    offices = (district.qingping, district.association, district.bureau, district.org_dept)
    return [Place.of(body) for body in offices]
