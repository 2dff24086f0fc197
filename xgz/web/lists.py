"""One way to list rows: filter form, sort by heading, page sizes, addresses that keep the query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import F, Model, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest
from django.utils.translation import gettext as _

SIZES = (20, 30, 50, 100)
_PROBE = 500  # rows read ahead before anything is counted
M = TypeVar("M", bound=Model)
K = TypeVar("K", bound=str)


@dataclass(frozen=True, slots=True)
class Column:
    """key: name in the address; order: columns to sort by, empty where it cannot be sorted."""

    key: str
    label: str
    order: tuple[str, ...] = ()
    numeric: bool = False
    minor: bool = False  # hidden first on narrow screens
    off_phone: bool = False  # hidden on phones only


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the lists a room has, with how much stands in it."""

    label: str
    count: int
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Heading:
    column: Column
    url: str
    sorted: str  # "ascending", "descending" or ""


@dataclass(slots=True)
class Listing(Generic[M]):
    """One page of rows with everything the list templates need.

    rows: the rows of the page in order; `page` itself holds their row numbers.
    """

    page: Page[int]
    rows: list[M]
    total: int
    headings: list[Heading]
    size: int
    query: str  # the address's query without page, for links
    sizes: Sequence[int] = SIZES
    hidden: list[tuple[str, str]] = field(default_factory=list)

    @property
    def page_numbers(self) -> list[int | str]:
        return list(self.page.paginator.get_elided_page_range(self.page.number, on_each_side=2))


def open_list(
    request: HttpRequest, counts: Mapping[K, int], labels: Mapping[K, str]
) -> tuple[K, list[Tab]]:
    """Return which list of a room is shown, and a tab for each in the order of `counts`.

    It is the list the address asks for (?list=…), else the first that holds anything.
    """
    asked = request.GET.get("list", "")
    filled = (key for key, count in counts.items() if count)
    which = next((key for key in counts if key == asked), None) or next(filled, next(iter(counts)))
    return which, [
        Tab(_(labels[key]), count, f"?list={key}", key is which) for key, count in counts.items()
    ]


def list_page(
    request: HttpRequest,
    rows: QuerySet[M],
    columns: Sequence[Column],
    default_order: tuple[str, ...] = ("pk",),
    source: QuerySet[M] | None = None,
    counted: int | None = None,
    sizes: Sequence[int] = SIZES,
    *,
    at_once: bool = False,
) -> Listing[M]:
    """Return one page of `rows` as the address asks: ?sort=-name&page=2&size=50.

    Unknown sort keys, pages and sizes fall back to the first choice instead of failing. The row
    numbers of the page are found first, by columns an index holds, and only those rows are read:
    sorting whole rows would read the whole table. source: where they are read from, with what is
    joined to them; spares asking costly conditions of `rows` twice. counted: how many `rows` there
    are, where the caller has counted them already. sizes: how many rows a page may have, the first
    by default. at_once: read every row number instead of counting, where the conditions of some
    ten thousand rows cost more than their numbers.
    """
    sort = request.GET.get("sort", "")
    size = _size(request, sizes)
    ordered = rows.order_by(*_order(sort, columns), *default_order).values_list("pk", flat=True)
    first, total = _read_ahead(ordered, counted, at_once=at_once)
    paginator = Paginator(ordered, size)
    paginator.__dict__["count"] = total
    page = paginator.get_page(request.GET.get("page"))
    numbers = _page_numbers(page, first)
    found = {row.pk: row for row in (rows if source is None else source).filter(pk__in=numbers)}
    return Listing(
        page=page,
        rows=[found[number] for number in numbers if number in found],
        total=paginator.count,
        headings=[_heading(request, column, sort) for column in columns],
        size=size,
        query=_query(request, drop={"page"}),
        sizes=sizes,
        hidden=_hidden(request),
    )


def _read_ahead(
    ordered: QuerySet[Any, int], counted: int | None, *, at_once: bool
) -> tuple[list[int], int]:
    """Return the first row numbers, and how many there are."""
    first = list(ordered if at_once else ordered[: _PROBE + 1])
    # A search that finds little is read once: the rows in hand are then also the count.
    if at_once or len(first) <= _PROBE:
        return first, len(first)
    return first, ordered.count() if counted is None else counted


def sequence_page(
    request: HttpRequest, rows: Any, columns: Sequence[Column], sizes: Sequence[int] = SIZES
) -> Listing[Any]:
    """Return one page of rows in the order they have: ?page=2&size=50 as for list_page.

    rows: a query, or anything with a length and slices. columns: headings, none to sort by. sizes:
    how many rows a page may have, the first by default.
    """
    size = _size(request, sizes)
    page = Paginator(rows, size).get_page(request.GET.get("page"))
    return Listing(
        page=page,
        rows=list(page.object_list),
        total=page.paginator.count,
        headings=[_heading(request, column, "") for column in columns],
        size=size,
        query=_query(request, drop={"page"}),
        sizes=sizes,
        hidden=_hidden(request),
    )


def _page_numbers(page: Page[int], first: Sequence[int]) -> list[int]:
    """Return the row numbers of a page, from those already in hand where they reach so far."""
    start = page.start_index() - 1 if first else 0
    if page.paginator.count <= len(first) or start + page.paginator.per_page <= len(first):
        return list(first[start : start + page.paginator.per_page])
    return list(page.object_list)


def _order(sort: str, columns: Sequence[Column]) -> list[OrderBy]:
    """Return the order a heading stands for; the unknown comes last on both databases."""
    key, descending = sort.removeprefix("-"), sort.startswith("-")
    chosen = next((c.order for c in columns if c.key == key), ())
    return [
        F(name.lstrip("-")).desc(nulls_last=True)
        if name.startswith("-") is not descending
        else F(name.lstrip("-")).asc(nulls_last=True)
        for name in chosen
    ]


def _heading(request: HttpRequest, column: Column, sort: str) -> Heading:
    state = {column.key: "ascending", f"-{column.key}": "descending"}.get(sort, "")
    if not column.order:
        return Heading(column, "", "")
    turned = f"-{column.key}" if state == "ascending" else column.key
    query = _query(request, drop={"page"}, sort=turned)
    return Heading(column, f"?{query}", state)


def _query(request: HttpRequest, drop: set[str], **values: Any) -> str:
    query = request.GET.copy()
    for key in drop:
        query.pop(key, None)
    for key, value in values.items():
        query[key] = value
    return query.urlencode()


def _hidden(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (key, value)
        for key in request.GET
        if key not in {"page", "size"}
        for value in request.GET.getlist(key)
    ]


def _size(request: HttpRequest, sizes: Sequence[int]) -> int:
    """Return how many rows of a page the address asks for, the first size where it is none of them."""
    size = _number(request.GET.get("size"), sizes[0])
    return size if size in sizes else sizes[0]


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else default
