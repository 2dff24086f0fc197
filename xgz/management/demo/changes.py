"""The registry extract of the following month: what closed, moved, changed and opened since."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from xgz.management.demo.businesses import UNREACHABLE, Business, Kind, invent_newcomers
from xgz.management.demo.district import COUNTY, TOWNSHIPS, office_name
from xgz.management.demo.names import Registrar
from xgz.management.demo.officers import SECOND_STATION
from xgz.management.demo.organisations import STUDY_BRANCHES, Organisation

SHARE_LISTED = 0.0186  # of the businesses: rows in the month's extract
SHARE_UPDATED = 0.055  # of the listed rows
SHARE_NEW = 0.12


@dataclass(slots=True)
class Changes:
    """Rows of the later extract. ended holds the codes of those that are no longer open."""

    rows: list[Business] = field(default_factory=list)
    new: set[str] = field(default_factory=set)
    updated: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    ended_with_organisation: set[str] = field(default_factory=set)


def invent_changes(
    *, businesses: list[Business], organisations: list[Organisation], seed: int, today: date
) -> Changes:
    """Return the partial extract of the following month; the given rows stay as they are."""
    rng = Random(f"{seed}:changes")
    changes = Changes()
    covered = {b.code: row for row in organisations for b in row.covered}
    fallen = _fallen_covered(organisations)
    for business, status in zip(fallen, ("注销", "吊销，未注销", "迁出", "注销"), strict=False):
        changes.rows.append(replace(business, status=status, status_on=today))
        changes.ended_with_organisation.add(business.code)
    listed = max(60, round(len(businesses) * SHARE_LISTED))
    others = [b for b in businesses if b.code not in covered and b.is_open]
    chosen = rng.sample(others, min(listed, len(others)))
    updates = max(12, round(listed * SHARE_UPDATED))
    registrar = Registrar(rng)
    for place, business in enumerate(chosen):
        if place >= updates:
            changes.rows.append(business)
            continue
        changed = _CHANGES[place % len(_CHANGES)](business, rng, registrar)
        if not changed.is_open:
            changed.status_on = today
        changes.rows.append(changed)
        changes.updated.add(changed.code)
    changes.updated |= changes.ended_with_organisation
    changes.ended = {b.code for b in changes.rows if not b.is_open}
    known = {b.code for b in businesses}
    count = max(8, round(listed * SHARE_NEW))
    newcomers = invent_newcomers(count=count, seed=seed, today=today, known=known)
    changes.rows += newcomers
    changes.new = {b.code for b in newcomers}
    rng.shuffle(changes.rows)
    return changes


def _fallen_covered(organisations: list[Organisation]) -> list[Business]:
    """Return one open business of each of the first guided joint or association branches."""
    rows = [
        row
        for row in organisations
        if len(row.covered) > 1 and row.guide and row.name not in STUDY_BRANCHES
    ]
    # One of them is guided by the second station, which is asked to look on the spot.
    seen_on_the_spot = [row for row in rows if row.guide == office_name(SECOND_STATION)][:1]
    chosen = rows[2:11:4] + [row for row in seen_on_the_spot if row not in rows[2:11:4]]
    return [next(b for b in row.covered if b.is_open) for row in chosen]


def _close(business: Business, rng: Random, _: Registrar) -> Business:
    return replace(business, status=rng.choice(("注销", "注销", "注销", "吊销，未注销", "迁出")))


def _rest(business: Business, _rng: Random, _: Registrar) -> Business:
    return replace(business, status="存续" if business.status == "歇业" else "歇业")


def _move(business: Business, rng: Random, _: Registrar) -> Business:
    township = business.township
    if rng.random() < 0.3:
        township = rng.choice([t for t in TOWNSHIPS if t.name != township.name])
    address = f"{COUNTY}{township.name}{rng.choice(township.streets)}{rng.randint(261, 400)}号"
    return replace(business, township=township, address=address, market="")


def _resize(business: Business, rng: Random, _: Registrar) -> Business:
    return replace(business, staff=(business.staff or 0) + rng.randint(1, 4))


def _hand_over(business: Business, rng: Random, registrar: Registrar) -> Business:
    if business.kind is Kind.SHOP:
        return _resize(business, rng, registrar)
    return replace(business, owner=registrar.person(born_on=business.owner.born_on))


def _list_as_unreachable(business: Business, rng: Random, registrar: Registrar) -> Business:
    if business.abnormal:
        return _close(business, rng, registrar)
    return replace(business, abnormal=UNREACHABLE)


_CHANGES: tuple[Callable[[Business, Random, Registrar], Business], ...] = (
    _close,
    _move,
    _resize,
    _rest,
    _hand_over,
    _list_as_unreachable,
)
