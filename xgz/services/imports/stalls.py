"""Placing businesses in the markets their rows name, with dates."""

from collections.abc import Iterator
from datetime import date

from xgz.models import Business, Import, Market, RoleAssignment, StagedBusiness, Stall
from xgz.services.imports.journal import Journal, change_row
from xgz.services.organisations.records import last_day

_PAIRS = 1000


def place_stalls(source: Import, today: date) -> None:
    """Make the markets the rows name, and the businesses' stalls in them, dated today."""
    named = (
        StagedBusiness.objects.filter(source_import=source, market__isnull=False)
        .values_list("market", "public_id", "business_id")
        .order_by("row_no")
    )
    markets: dict[tuple[str, int | None], Market] = {}
    for chunk in _chunks(named.iterator(chunk_size=_PAIRS)):
        _place_chunk(source, chunk, markets, today)


def _place_chunk(
    source: Import,
    chunk: list[tuple[str | None, str, int | None]],
    markets: dict[tuple[str, int | None], Market],
    today: date,
) -> None:
    rows = _with_businesses(chunk)
    current = {
        stall.business_id: stall
        for stall in Stall.objects.filter(
            business__in=[business for _, business in rows], valid_to__isnull=True
        )
    }
    journal = Journal(source)
    stalls = []
    left_markets: set[int] = set()
    for name, business in rows:
        market = _market(source, name, business.township_id, markets, journal)
        held = current.get(business.pk)
        if held is not None and held.market_id == market.pk:
            continue
        if held is not None and held.valid_from >= today:
            # It never held for a day: ended, it would count beside the new one today.
            left_markets.add(held.market_id)
            moved = {"market_id": market.pk, "source_import_id": source.pk}
            change_row(journal, held, moved, None)
            continue
        if held is not None:
            ends_on = last_day(held.valid_from, today)
            change_row(journal, held, {"valid_to": ends_on}, None)
        stalls.append(
            Stall(market=market, business=business, valid_from=today, source_import=source)
        )
    Stall.objects.bulk_create(stalls, batch_size=1000)
    _remove_unused_markets(left_markets, markets, journal)
    journal.flush()


def _with_businesses(
    chunk: list[tuple[str | None, str, int | None]],
) -> list[tuple[str, Business]]:
    """Return each row's market name and its business, known before or made by this import."""
    known = Business.objects.in_bulk([number for _, _, number in chunk if number is not None])
    fresh = {
        business.public_id: business
        for business in Business.objects.filter(
            public_id__in=[public_id for _, public_id, number in chunk if number is None]
        )
    }
    return [
        (str(market), known[number] if number is not None else fresh[public_id])
        for market, public_id, number in chunk
    ]


def _remove_unused_markets(
    ids: set[int], markets: dict[tuple[str, int | None], Market], journal: Journal
) -> None:
    """Delete the markets that stalls were moved out of and nothing else refers to."""
    unused = Market.objects.filter(
        pk__in=ids, stalls=None, coverages=None, instructor_links=None, operator=None
    ).exclude(pk__in=RoleAssignment.objects.filter(market__isnull=False).values("market"))
    for market in unused:
        journal.removed(market)
        markets.pop((market.name, market.township_id), None)
        market.delete()


def _market(
    source: Import,
    name: str,
    township_id: int | None,
    markets: dict[tuple[str, int | None], Market],
    journal: Journal,
) -> Market:
    key = (name, township_id)
    market = markets.get(key)
    if market is None:
        market, made = Market.objects.get_or_create(name=name, township_id=township_id)
        if made:
            journal.created(market)
        markets[key] = market
    return market


def _chunks(
    rows: Iterator[tuple[str | None, str, int | None]],
) -> Iterator[list[tuple[str | None, str, int | None]]]:
    chunk: list[tuple[str | None, str, int | None]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) >= _PAIRS:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
