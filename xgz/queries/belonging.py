"""Whether a member's relation lies with an organisation of the place of work (MT-6, MT-10)."""

from collections.abc import Collection, Iterable
from datetime import date

from xgz.models import Coverage, Organisation
from xgz.models.dated import holds_on
from xgz.rules.bodies import Line

_GUIDING_LINES = (Line.MARKET, Line.ASSOCIATION)


def covering(businesses: Iterable[int], today: date) -> frozenset[tuple[int, int]]:
    """Return (organisation, business) of every organisation that lists one of the businesses."""
    rows = Coverage.objects.filter(holds_on(today), business__in=list(businesses))
    return frozenset(
        (organisation, business)
        for organisation, business in rows.values_list("organisation", "business")
        if business is not None
    )


def lies_elsewhere(
    organisation: Organisation | None,
    business: int,
    covered: Collection[tuple[int, int]],
) -> bool:
    """Test whether a relation lies outside the organisations of small businesses.

    It lies there where the organisation lists the very business, or is guided by the market line
    or the association; a village's, another unit's or no organisation at all is elsewhere.
    organisation: with its guiding_body read; covered: as covering() returns it.
    """
    if organisation is None:
        return True
    if (organisation.pk, business) in covered:
        return False
    guide = organisation.guiding_body
    return guide is None or guide.line not in _GUIDING_LINES
