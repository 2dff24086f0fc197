"""Finding the units a row of the organisations file lists: businesses by code, markets by name."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from xgz.models import Business, Market, Organisation
from xgz.rules.credit_codes import normalise_code
from xgz.services.imports.staged_rows import businesses_by_key

TEXT_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Unit:
    """A listed unit: one of the two numbers is set, or the text as written where neither is."""

    business_id: int | None = None
    market_id: int | None = None
    text: str = ""


@dataclass(slots=True)
class Markets:
    """The markets by name, read once for a whole file; (row number, path of the township)."""

    by_name: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "Markets":
        """Return all markets; names are compared as cells of codes are, in half-width capitals."""
        markets = cls()
        for pk, name, path in Market.objects.values_list("pk", "name", "township__path"):
            markets.by_name.setdefault(normalise_code(name), []).append((pk, path or ""))
        return markets

    def find(self, name: str, place: str) -> int | None:
        """Return the only market of this name, or the only one of its township (IM-12), or None.

        place: the path of the organisation that lists it; its township stands above it.
        """
        named = self.by_name.get(name, [])
        if len(named) > 1:
            named = [(pk, path) for pk, path in named if path and place.startswith(path)]
        return named[0][0] if len(named) == 1 else None


def listed_units(
    organisation: Organisation, entries: Iterable[str], markets: Markets
) -> dict[Unit, None]:
    """Return the units listed, each once and in order; unknown entries stay as written (IM-12)."""
    listed = list(entries)
    businesses = businesses_by_key(iter(listed))
    return dict.fromkeys(_unit(organisation, entry, businesses, markets) for entry in listed)


def _unit(
    organisation: Organisation, entry: str, businesses: dict[str, Business], markets: Markets
) -> Unit:
    if entry in businesses:
        return Unit(business_id=businesses[entry].pk)
    market = markets.find(entry, organisation.body.path)
    return Unit(text=entry[:TEXT_LENGTH]) if market is None else Unit(market_id=market)
