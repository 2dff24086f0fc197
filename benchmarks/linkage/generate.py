"""Invent a roster, a registry and the truth about who is in both; see README.md beside this.

    python benchmarks/linkage/generate.py --roster 200000 --registry 1000000 --seed 1 --out DIR

Writes roster.csv, registry.csv, truth.csv (roster_row, registry_row: the numbers of 序号) and
errors.csv (side, row, kinds: what went wrong with the rows of the truth).
"""

import argparse
import csv
import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np  # noqa: TID253

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.linkage import errors, people, places, words
from benchmarks.linkage.people import Numbers, People
from benchmarks.linkage.profiles import PROFILES, Columns, Group, Profile

ROSTER_HEADER = tuple(
    ["序号", "姓名", "性别", "出生日期", "公民身份号码", "手机号", "家庭住址", "所在党支部"]
)
REGISTRY_HEADER = tuple(
    ["序号", "统一社会信用代码", "名称", "经营者", "证件号码", "联系电话", "住所"]
)
BIRTH_HEADER = ("性别", "出生日期")
_PART = 100_000  # rows written at a time, which bounds the memory
_COUPLES = 0.03  # share of the roster whose husband or wife is in it too
_REPEATED = 0.15  # share of the registry's strangers who have another business in the same part
_PEOPLE_PER_COUNTY = 150_000
_STRANGER, _MEMBER = 0, 1


@dataclass(frozen=True, slots=True)
class Plan:
    """Who stands in which row of the registry: the relation and the row of the roster it is to."""

    relation: Numbers
    roster_row: Numbers


def main() -> None:
    """Write the four files and say how many rows and pairs there are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--roster", type=int, default=20_000)
    parser.add_argument("--registry", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profile", choices=sorted(PROFILES), default="default")
    parser.add_argument("--with-birth", action="store_true", help="registry has sex and birth date")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    pairs = generate(
        options.out,
        roster=options.roster,
        registry=options.registry,
        seed=options.seed,
        profile=PROFILES[options.profile],
        with_birth=options.with_birth,
    )
    print(f"{options.roster} x {options.registry} rows, {pairs} pairs")


def generate(
    out: Path, *, roster: int, registry: int, seed: int, profile: Profile, with_birth: bool = False
) -> int:
    """Write the four files to the folder; the same arguments give the same bytes.

    Returns the number of true pairs. Raises ValueError where the registry is too short for the
    members' businesses.
    """
    source = np.random.default_rng([seed, 0])
    persons = _members(roster, source, counties=1 + (roster + registry) // _PEOPLE_PER_COUNTY)
    plan = _plan(roster, registry, profile, source)
    agents = people.phones_as_text(people.new_phones(max(3, registry // 3000), source))
    writer = _Writer(profile, seed, agents, with_birth)
    linked = np.flatnonzero(plan.relation == _MEMBER)
    in_truth = np.zeros(roster, dtype=bool)
    in_truth[plan.roster_row[linked]] = True
    with ExitStack() as stack:
        opened = (
            stack.enter_context((out / f"{name}.csv").open("w", encoding="utf-8", newline=""))
            for name in ("roster", "registry", "truth", "errors")
        )
        to_roster, to_registry, to_truth, to_errors = (
            csv.writer(stream, lineterminator="\n") for stream in opened
        )
        to_errors.writerow(["side", "row", "kinds"])
        writer.roster(persons, in_truth, to_roster, to_errors)
        writer.registry(persons, plan, to_registry, to_errors)
        to_truth.writerow(["roster_row", "registry_row"])
        to_truth.writerows(
            zip((plan.roster_row[linked] + 1).tolist(), (linked + 1).tolist(), strict=True)
        )
    return len(linked)


# --- who is where --------------------------------------------------------------------------------


def _members(count: int, source: np.random.Generator, counties: int) -> People:
    couples = int(count * _COUPLES / 2)
    wanted = count - couples
    base = people.invent(
        wanted + wanted // 20 + 5, source, ages=(18, 90), mean_age=50, counties=counties
    )
    base = people.distinct(base).take(np.arange(wanted))
    partners = people.spouses(base.take(source.permutation(wanted)[:couples]), source)
    partners = people.with_own_ids(partners, np.sort(people.id_keys(base)))
    return People.join([base, partners]).take(source.permutation(count))


def _plan(roster: int, registry: int, profile: Profile, source: np.random.Generator) -> Plan:
    owners = source.permutation(roster)[: int(roster * profile.members)]
    luck = source.random(len(owners))
    two, three = profile.more
    counts = 1 + (luck < two + three) + (luck < three)
    linked = np.repeat(owners, counts)
    if len(linked) > registry:
        raise ValueError(f"{len(linked)} businesses of members need more than {registry} rows")
    others = registry - len(linked)
    relation = np.full(registry, _STRANGER, dtype=np.int8)
    row = np.full(registry, -1, dtype=np.int64)
    relation[: len(linked)], row[: len(linked)] = _MEMBER, linked
    at = len(linked)
    for code, share in enumerate(profile.relatives.values(), start=_MEMBER + 1):
        until = at + int(others * share)
        relation[at:until], row[at:until] = code, source.integers(0, roster, until - at)
        at = until
    order = source.permutation(registry)
    return Plan(relation[order], row[order])


# --- how they are written ------------------------------------------------------------------------


class _Writer:
    """Writes the two lists part by part, each part with its own source of chance."""

    def __init__(self, profile: Profile, seed: int, agents: list[str], with_birth: bool) -> None:
        self._profile, self._seed, self._agents = profile, seed, agents
        self._with_birth = with_birth

    def roster(self, persons: People, in_truth: Numbers, to_roster: Any, to_errors: Any) -> None:
        """Write the roster, and what went wrong with the rows that are in the truth."""
        to_roster.writerow(ROSTER_HEADER)
        for rows, source in self._parts(len(persons), 1):
            part = persons.take(rows)
            side = self._side(part, persons, source)
            moved = source.random(len(part)) < self._profile.roster_moved
            home = _moved(part, moved, source)
            for row in np.flatnonzero(moved).tolist():
                side.kinds.setdefault(row, []).append("address_moved")
            rates, ways = self._profile.roster, self._profile.roster_ways
            columns = _common(part, home, rates, ways, side, source)
            columns |= _birth(part, rates, side, source)
            to_roster.writerows(
                zip(
                    (rows + 1).tolist(), columns["name"], columns["sex"], columns["born"],
                    columns["id"], columns["phone"], columns["address"],
                    _branches(home, source), strict=True,
                )
            )  # fmt: skip
            _write_errors("roster", rows, in_truth[rows], side, to_errors)

    def registry(self, persons: People, plan: Plan, to_registry: Any, to_errors: Any) -> None:
        """Write the registry, and what went wrong with the rows that are in the truth."""
        header = REGISTRY_HEADER + (BIRTH_HEADER if self._with_birth else ())
        to_registry.writerow(header)
        taken = np.sort(people.id_keys(persons))
        counties = people.counties_in(persons)
        for rows, source in self._parts(len(plan.relation), 2):
            part = self._owners(persons, plan, rows, taken, counties, source)
            shop = places.shop_places(part, source)
            side = self._side(part, persons, source)
            rates, ways = self._profile.registry, self._profile.registry_ways
            columns = _common(part, shop, rates, ways, side, source)
            listed = [
                (rows + 1).tolist(), people.credit_codes(len(rows), source),
                _business_names(part, shop, source),
                columns["name"], columns["id"], columns["phone"], columns["address"],
            ]  # fmt: skip
            if self._with_birth:
                birth = _birth(part, self._profile.roster, side, source)
                listed += [birth["sex"], birth["born"]]
            to_registry.writerows(zip(*listed, strict=True))
            _write_errors("registry", rows, plan.relation[rows] == _MEMBER, side, to_errors)

    def _parts(self, count: int, stream: int) -> Iterator[tuple[Numbers, np.random.Generator]]:
        for number, start in enumerate(range(0, count, _PART)):
            rows = np.arange(start, min(start + _PART, count))
            yield rows, np.random.default_rng([self._seed, stream, number])

    def _owners(
        self,
        persons: People,
        plan: Plan,
        rows: Numbers,
        taken: Numbers,
        counties: int,
        source: np.random.Generator,
    ) -> People:
        relation, roster_row = plan.relation[rows], plan.roster_row[rows]
        parts, order = [], []
        for code, name in enumerate(("", "", *self._profile.relatives)):
            at = np.flatnonzero(relation == code)
            if not len(at):
                continue
            if code == _STRANGER:
                found = people.with_own_ids(_strangers(len(at), counties, source), taken)
            elif code == _MEMBER:
                found = persons.take(roster_row[at])
            else:
                invent = getattr(people, name)
                found = people.with_own_ids(invent(persons.take(roster_row[at]), source), taken)
            parts.append(found)
            order.append(at)
        return People.join(parts).take(np.argsort(np.concatenate(order)))

    def _side(self, part: People, persons: People, source: np.random.Generator) -> errors.Side:
        count = len(part)
        colleagues = persons.phone[source.integers(0, len(persons), count)]
        return errors.Side(
            born=part.born,
            family_phone=people.phones_as_text(part.other_phone),
            new_phone=people.phones_as_text(people.new_phones(count, source)),
            agent_phones=self._agents,
            colleague_phone=people.phones_as_text(colleagues),
        )


def _strangers(count: int, counties: int, source: np.random.Generator) -> People:
    fresh = count - int(count * _REPEATED)
    found = people.invent(fresh, source, ages=(18, 75), mean_age=44, counties=counties)
    again = source.integers(0, fresh, count - fresh)
    return found.take(source.permutation(np.concatenate([np.arange(fresh), again])))


def _moved(part: People, moved: Numbers, source: np.random.Generator) -> People:
    """Return the people with the address they had before where they moved."""
    before = people.homes(len(part), source)
    return replace(
        part,
        **{name: np.where(moved, old, getattr(part, name)) for name, old in before.items()},
    )


def _common(
    part: People,
    place: People,
    rates: Columns,
    ways: Group,
    side: errors.Side,
    source: np.random.Generator,
) -> dict[str, list[str]]:
    """Return name, id, phone and address of the rows as somebody wrote them."""
    flags = np.zeros(len(part), dtype=np.int64)
    for name, rate in ways.items():
        hit = source.random(len(part)) < rate
        flags |= np.where(hit, places.FLAGS[name], 0)
        for row in np.flatnonzero(hit).tolist():
            side.kinds.setdefault(row, []).append(name)
    columns = {
        "name": people.names_of(part),
        "id": people.id_numbers_of(part),
        "phone": people.phones_as_text(part.phone),
        "address": places.addresses_of(place, flags),
    }
    _damage_all(columns, rates, side, source)
    return columns


def _birth(
    part: People, rates: Columns, side: errors.Side, source: np.random.Generator
) -> dict[str, list[str]]:
    columns = {
        "sex": ["男" if male else "女" for male in part.male.tolist()],
        "born": people.days_as_text(part.born),
    }
    _damage_all(columns, rates, side, source)
    return columns


def _damage_all(
    columns: dict[str, list[str]], rates: Columns, side: errors.Side, source: np.random.Generator
) -> None:
    chance = random.Random(int(source.integers(0, 2**62)))
    for name, values in columns.items():
        for group in rates.get(name, ()):
            errors.damage(values, group, side, source, chance)


def _branches(home: People, source: np.random.Generator) -> list[str]:
    towns = np.array(words.TOWNS, dtype=object)[home.town]
    villages = [places.village_name(v) for v in source.integers(0, 400, len(home)).tolist()]
    kinds = source.choice(np.array(words.BRANCHES, dtype=object), len(home))
    return [f"中共{t}{v}{k}" for t, v, k in zip(towns, villages, kinds, strict=True)]


def _business_names(part: People, shop: People, source: np.random.Generator) -> list[str]:
    """Return names of businesses, one in twenty without one."""
    towns = np.array(words.TOWNS, dtype=object)[shop.town]
    trades = source.choice(np.array(words.TRADES, dtype=object), len(part))
    marks = people.given_names()[0][source.integers(0, 20_000, len(part))]
    nameless = source.random(len(part)) < 0.05
    rows = zip(towns, marks, trades, nameless.tolist(), strict=True)
    return ["" if none else f"{town}{mark}{trade}" for town, mark, trade, none in rows]


def _write_errors(
    side_name: str, rows: Numbers, wanted: Numbers, side: errors.Side, to_errors: Any
) -> None:
    numbers = rows.tolist()
    to_errors.writerows(
        (side_name, numbers[row] + 1, "|".join(side.kinds[row]))
        for row in np.flatnonzero(wanted).tolist()
        if row in side.kinds
    )


if __name__ == "__main__":
    main()
