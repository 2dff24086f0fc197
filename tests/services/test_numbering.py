from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from tests.factories import TODAY, make_district
from tests.factories.transfers import make_transfer
from xgz.models import NumberSeries, Paper, Transfer
from xgz.rules.transfers import TransferState
from xgz.services.numbering import next_number, number_paper, void_papers

CLIENTS, EACH, FEWER = 8, 200, 60
PATTERN = "清平转〔{year}〕{number}号"
database = pytest.mark.django_db
racing = pytest.mark.django_db(transaction=True)


class Refused(Exception):
    """What the caller of a number fell over, after it had the number."""


def race(work, turns=EACH):
    """Let eight clients with connections of their own do `work(client, turn)` so many times each."""
    start, faults = Barrier(CLIENTS), []

    def run(client):
        start.wait()
        try:
            for turn in range(turns):
                work(client, turn)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(client,)) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


@racing
def test_race_for_one_new_series_leaves_no_gap_and_no_double():
    given = []

    def work(client, turn):
        with transaction.atomic():
            number = next_number("letter.1", 2026)
        given.append(number)

    race(work)

    assert sorted(given) == list(range(1, CLIENTS * EACH + 1))
    assert NumberSeries.objects.get().last == CLIENTS * EACH


@racing
def test_race_with_rollbacks_gives_every_number_back():
    kept = []

    def work(client, turn):
        try:
            with transaction.atomic():
                number = next_number("letter.1", 2026)
                if (client + turn) % 3 == 0:
                    raise Refused
        except Refused:
            return
        kept.append(number)

    race(work)

    assert sorted(kept) == list(range(1, len(kept) + 1))
    assert 0 < len(kept) < CLIENTS * EACH
    assert NumberSeries.objects.get().last == len(kept)


@racing
def test_race_in_two_series_and_two_years_counts_each_by_itself():
    given = {(series, year): [] for series in ("letter.1", "letter.2") for year in (2026, 2027)}
    keys = list(given)

    def work(client, turn):
        key = keys[(client + turn) % len(keys)]
        with transaction.atomic():
            number = next_number(*key)
        given[key].append(number)

    race(work, FEWER)

    each = CLIENTS * FEWER // len(keys)
    assert all(sorted(numbers) == list(range(1, each + 1)) for numbers in given.values())


@racing
def test_race_for_papers_numbers_each_once():
    make_district()
    case = make_transfer(state=None)

    def work(client, turn):
        with transaction.atomic():
            number_paper(
                case=case,
                kind="letter",
                series="letter.7",
                pattern=PATTERN,
                body=None,
                issued_on=TODAY,
            )

    race(work, FEWER)

    papers = Paper.objects.filter(series="letter.7").order_by("number")
    assert list(papers.values_list("number", flat=True)) == list(range(1, CLIENTS * FEWER + 1))
    assert papers.values("label").distinct().count() == CLIENTS * FEWER


@database
def test_the_first_number_of_a_year_is_one():
    assert [next_number("letter.1", 2026) for _ in range(2)] == [1, 2]
    assert next_number("letter.1", 2027) == 1
    assert next_number("letter.1", 2026) == 3  # a paper dated back goes on in its own year
    assert next_number("letter.2", 2026) == 1


def roll_back(numbers):
    """Take so many numbers in one transaction that fails, and return them."""
    taken = []
    try:
        with transaction.atomic():
            taken += [next_number("letter.1", 2026) for _ in range(numbers)]
            raise Refused
    except Refused:
        return taken


@database
def test_a_transaction_rolled_back_gives_its_number_back():
    next_number("letter.1", 2026)

    assert roll_back(2) == [2, 3]
    assert next_number("letter.1", 2026) == 2


@database
def test_a_first_number_rolled_back_leaves_no_series():
    assert roll_back(1) == [1]
    assert not NumberSeries.objects.exists()
    assert next_number("letter.1", 2026) == 1


def paper(case, issued_on=TODAY, series="letter.7"):
    return number_paper(
        case=case, kind="letter", series=series, pattern=PATTERN, body=None, issued_on=issued_on
    )


@pytest.fixture
def case():
    make_district()
    return make_transfer(state=None)


@database
def test_papers_are_labelled_with_year_and_number(case):
    labels = [
        paper(case, day).label
        for day in (date(2026, 12, 31), date(2027, 1, 1), date(2026, 12, 31), date(2028, 2, 29))
    ]

    assert labels == [
        "清平转〔2026〕1号",
        "清平转〔2027〕1号",
        "清平转〔2026〕2号",
        "清平转〔2028〕1号",
    ]


@database
def test_a_void_paper_keeps_its_number(case):
    first = paper(case)
    void_papers(case=case, kind="letter", voided_on=date(2026, 11, 24))
    second = paper(case)
    void_papers(case=case, kind="letter", voided_on=date(2026, 11, 30))

    assert (first.number, second.number) == (1, 2)
    voided = Paper.objects.filter(series="letter.7").order_by("number")
    assert list(voided.values_list("number", "voided_on")) == [
        (1, date(2026, 11, 24)),  # the day it became void is not moved
        (2, date(2026, 11, 30)),
    ]


@database
def test_papers_of_other_cases_and_kinds_stay_valid(case):
    other = make_transfer(state=None)
    mine, foreign = paper(case), paper(other)
    receipt = number_paper(
        case=case, kind="receipt", series="receipt", pattern=PATTERN, body=None, issued_on=TODAY
    )
    void_papers(case=case, kind="letter", voided_on=TODAY)

    for each, voided in ((mine, TODAY), (foreign, None), (receipt, None)):
        each.refresh_from_db()
        assert each.voided_on == voided


@database
def test_cases_are_numbered_one_after_the_other_through_every_state():
    make_district()
    states = [None, TransferState.ISSUED, TransferState.WITHDRAWN, None]
    numbers = [make_transfer(state=state).number for state in states]

    assert numbers == [f"{Transfer.KIND.series}-2026-{n:04}" for n in range(1, 5)]
