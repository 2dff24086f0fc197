"""Paging of every list: pages before and behind the rows read ahead, sort order of the unknown."""

from enum import StrEnum

import pytest
from django.test import RequestFactory

from tests.factories import make_business
from xgz.models import Business
from xgz.web import lists
from xgz.web.lists import Column, list_page, open_list

pytestmark = pytest.mark.django_db
COLUMNS = [Column("staff", "从业", ("staff", "pk")), Column("phone", "电话")]


def _page(**query):
    request = RequestFactory().get("/", query)
    return list_page(request, Business.objects.all(), COLUMNS)


@pytest.mark.parametrize("ahead", [10, 25, 500], ids=["within", "partly", "beyond"])
@pytest.mark.parametrize(("page", "first", "count"), [(1, 0, 20), (2, 20, 20), (3, 40, 5)])
def test_pages_hold_the_same_rows_however_much_is_read_ahead(
    monkeypatch, ahead, page, first, count
):
    monkeypatch.setattr(lists, "_PROBE", ahead)
    numbers = [make_business().pk for _ in range(45)]

    listing = _page(page=page)

    assert [row.pk for row in listing.rows] == numbers[first : first + count]
    assert (listing.total, listing.page.start_index()) == (45, first + 1)


@pytest.mark.parametrize(("page", "first", "count"), [(1, 0, 20), (3, 40, 5), (9, 40, 5)])
def test_a_list_read_at_once_asks_its_conditions_once(
    monkeypatch, page, first, count, django_assert_num_queries
):
    monkeypatch.setattr(lists, "_PROBE", 10)
    numbers = [make_business().pk for _ in range(45)]
    request = RequestFactory().get("/", {"page": page})

    with django_assert_num_queries(2):  # all row numbers, and the rows of the page
        listing = list_page(request, Business.objects.all(), COLUMNS, at_once=True)

    assert [row.pk for row in listing.rows] == numbers[first : first + count]
    assert (listing.total, listing.page.paginator.num_pages) == (45, 3)


@pytest.mark.parametrize(
    ("sort", "staff"), [("staff", [1, 5, None]), ("-staff", [5, 1, None]), ("phone", [5, None, 1])]
)
def test_unknown_comes_last_whichever_way_a_list_is_sorted(sort, staff):
    for number in (5, None, 1):
        make_business(staff=number)

    assert [row.staff for row in _page(sort=sort).rows] == staff


@pytest.mark.parametrize("query", [{"page": "99"}, {"page": "x"}, {"size": "7"}, {"sort": "zz"}])
def test_address_without_sense_falls_back(query):
    make_business()

    assert len(_page(**query).rows) == 1


@pytest.mark.parametrize(("ahead", "total"), [(10, 99), (500, 45)], ids=["beyond", "within"])
def test_rows_that_the_caller_counted_are_not_counted_again(monkeypatch, ahead, total):
    """Where all rows are in hand they are the count, whatever was counted a moment earlier."""
    monkeypatch.setattr(lists, "_PROBE", ahead)
    for _ in range(45):
        make_business()
    request = RequestFactory().get("/")

    assert list_page(request, Business.objects.all(), COLUMNS, counted=99).total == total


def test_empty_list_has_one_empty_page():
    listing = _page()

    assert (listing.rows, listing.total, listing.page.number) == ([], 0, 1)


class _Kind(StrEnum):
    TO_DO = "to-do"
    OPEN = "open"
    CLOSED = "closed"


@pytest.mark.parametrize(
    ("query", "counts", "shown"),
    [
        ({}, (1, 2, 3), _Kind.TO_DO),
        ({}, (0, 2, 3), _Kind.OPEN),
        ({}, (0, 0, 3), _Kind.CLOSED),
        ({}, (0, 0, 0), _Kind.TO_DO),
        ({"list": "to-do"}, (0, 2, 3), _Kind.TO_DO),
        ({"list": "closed"}, (1, 2, 0), _Kind.CLOSED),
        ({"list": "nonsense"}, (0, 2, 3), _Kind.OPEN),
    ],
)
def test_first_list_that_holds_anything_opens_unless_another_is_asked_for(query, counts, shown):
    labels = dict.fromkeys(_Kind, "待办")

    which, tabs = open_list(
        RequestFactory().get("/", query), dict(zip(_Kind, counts, strict=True)), labels
    )

    assert which is shown
    assert [(tab.url, tab.count) for tab in tabs] == [
        (f"?list={key}", count) for key, count in zip(_Kind, counts, strict=True)
    ]
    assert [tab.is_current for tab in tabs] == [key is shown for key in _Kind]
