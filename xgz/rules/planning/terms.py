"""What a plan is made of. Lengths are metres in a plane; ids are those of the caller.

A business is placed whole or not at all (PL-1). `members` counts all Party members of a business
and goes into coverage and sizes; `full_members` goes into the minimum alone (PL-2, PL-3).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from xgz.rules.organisations import MIN_FULL_MEMBERS

BRANCH_PREFIX = "branch:"


@dataclass(frozen=True, slots=True)
class Unit:
    """A business that may join a group; market and trade are empty where unknown."""

    id: str
    x_m: float
    y_m: float
    town: str
    members: int
    full_members: int
    market: str = ""
    trade: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """An existing branch with its seat; members: those it has today, without any of the units."""

    id: str
    x_m: float
    y_m: float
    town: str
    members: int

    @property
    def key(self) -> str:
        """The group id and hub of those who join it."""
        return BRANCH_PREFIX + self.id


@dataclass(frozen=True, slots=True)
class Weights:
    """The district's second and third aims as metres that one member may be farther (PL-9).

    fragile_m: for each group that does not survive the loss of a full member, counted once a group;
    market_m, trade_m: for each member whose market or trade is not that of the hub.
    """

    fragile_m: int = 300
    market_m: int = 20
    trade_m: int = 10


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """Limits of a plan. Every limit is still allowed itself; max_units 0 means no limit.

    time_limit_s: seconds after which no new piece of work begins; the work itself is bounded so
    that it normally ends before. market_is_reach: units of one market and town reach each other at
    any distance (PL-4); off in the shell.
    """

    radius_m: float = 600.0
    min_full: int = MIN_FULL_MEMBERS
    max_members: int = 50
    branch_max: int = 50
    max_units: int = 5
    seed: int = 0
    time_limit_s: float = 60.0
    market_is_reach: bool = False
    weights: Weights = Weights()


@dataclass(frozen=True, slots=True)
class Group:
    """A joint branch to be formed, or the units that join an existing one.

    hub: the id of one of its units, or the branch's key (then id is the same text).
    """

    id: str
    hub: str
    units: tuple[str, ...]

    @property
    def is_branch(self) -> bool:
        return self.hub.startswith(BRANCH_PREFIX)


class Missing(StrEnum):
    """Why a business is in no group (PL-8)."""

    EXCLUDED = "excluded"  # by hand
    NO_MEMBERS = "no_members"
    TOO_LARGE = "too_large"  # more members than a group may have, and no branch in reach has room
    NOBODY_NEAR = "nobody_near"  # nobody else in reach, no branch in reach
    TOO_FEW_FULL = "too_few_full"  # no hub in reach would get enough full members
    PLACES_TAKEN = "places_taken"  # placing it would leave out more, or as many, elsewhere


@dataclass(frozen=True, slots=True)
class Option:
    """The nearest way out for a business left out: a group or branch, and what stands in its way.

    group: id of a group, or the key of a branch; distance_m: to its hub; blocked_by: rule ids, none
    where it could join at once.
    """

    group: str
    distance_m: float
    blocked_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A business in no group. full_missing: full members missing at the best hub in reach.

    nearest: the group or branch of its town with fewest obstacles, then nearest; partners: ids of
    the nearest other businesses left out in its town, with the distance in metres.
    """

    unit: str
    missing: Missing
    full_missing: int
    nearest: Option | None
    partners: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Groups in order of their first unit; covered and upper_bound count members (PL-6, PL-7).

    is_optimal: no plan covers more. mean_distance_m: to the hub, per member placed, hubs included;
    0 where nobody is placed. ended_early: the time limit cut work off, so that another run may
    differ.
    """

    groups: tuple[Group, ...]
    left_out: tuple[LeftOut, ...]
    covered: int
    upper_bound: int
    mean_distance_m: float
    ended_early: bool = False

    @property
    def is_optimal(self) -> bool:
        return self.covered == self.upper_bound


@dataclass(frozen=True, slots=True)
class Held:
    """What a person settled before planning: groups that stay as they are, units left out."""

    groups: tuple[Group, ...] = ()
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Site:
    """All that is planned with, found by id."""

    units: dict[str, Unit]
    branches: dict[str, Branch]
    options: PlanOptions


def site_of(units: Iterable[Unit], branches: Iterable[Branch], options: PlanOptions) -> Site:
    """Return the units and branches by id; of a repeated id the last one stays."""
    return Site(
        {unit.id: unit for unit in units}, {branch.key: branch for branch in branches}, options
    )
