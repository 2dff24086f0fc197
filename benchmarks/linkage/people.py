"""Invented people as columns of numbers, and how they are written out in full.

A row of `People` is one person; every column has the same length. Days are counted from
1970-01-01. Nothing here is wrong or missing yet: errors.py does that.
"""

from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Self

import numpy as np  # noqa: TID253

from benchmarks.linkage import words

Numbers = np.ndarray

TODAY = 20_779  # 2026-11-22
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECKS = np.array(list("10X98765432"))
_CREDIT_LETTERS = np.array(list("0123456789ABCDEFGHJKLMNPQRTUWXY"))
_CREDIT_WEIGHTS = np.array([pow(3, at, 31) for at in range(17)])
_FEW = (*words.LOCAL_PREFIXES, *words.NEAR_PREFIXES, *words.FAR_PREFIXES)
# Larger lists stand for more counties, or numbers that one county never gave out would repeat.
_MORE = [f"33{city:02}{county:02}" for city in range(1, 12) for county in range(21, 30)]
_PREFIXES = np.array([*_FEW, *(prefix for prefix in _MORE if prefix not in _FEW)])
_DOTTED_SHARE = 0.006


@dataclass(frozen=True, slots=True)
class People:
    """Columns of people; `surname` and `given` point into `surnames()` and `given_names()`."""

    surname: Numbers
    given: Numbers
    male: Numbers
    born: Numbers
    prefix: Numbers
    sequence: Numbers
    phone: Numbers
    other_phone: Numbers
    kind: Numbers
    town: Numbers
    street: Numbers
    number: Numbers
    compound: Numbers
    building: Numbers
    unit: Numbers
    room: Numbers

    def __len__(self) -> int:
        return len(self.born)

    def take(self, rows: Numbers) -> Self:
        """Return these people, in this order."""
        return type(self)(*(getattr(self, field.name)[rows] for field in fields(self)))

    @classmethod
    def join(cls, parts: "list[People]") -> "People":
        """Return the people of all parts, one part after the other."""
        columns = (np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls))
        return cls(*columns)


# --- names ---------------------------------------------------------------------------------------


@cache
def surnames() -> Numbers:
    """Return the surnames; the last one is empty and stands for names with a middle dot."""
    return np.array([*words.SURNAMES, ""], dtype=object)


@cache
def given_names() -> tuple[Numbers, Numbers, Numbers, int]:
    """Return given names and how likely each is for a man and for a woman, and where dotted begin.

    Whole names that many bear have half of the people; pairs of characters have the rest, a
    character's share falling with its place in its list.
    """
    men = _weighted(words.MEN_GIVEN, words.MEN_CHARACTERS)
    women = _weighted(words.WOMEN_GIVEN, words.WOMEN_CHARACTERS)
    names = sorted(men.keys() | women.keys())
    dotted = [f"{a}·{b}" for a in words.DOTTED_FIRST for b in words.DOTTED_SECOND]
    for_men = np.array([men.get(name, 0.0) for name in names])
    for_women = np.array([women.get(name, 0.0) for name in names])
    shares = for_men / for_men.sum(), for_women / for_women.sum()
    return np.array([*names, *dotted], dtype=object), *shares, len(names)


def _weighted(whole: dict[str, float], characters: str) -> dict[str, float]:
    singles = list(dict.fromkeys(characters))
    falling = 1 / (np.arange(len(singles)) + 12.0) ** 0.9
    shares = dict(zip(singles, falling / falling.sum(), strict=True))
    names = {a + b: 0.44 * p * q for a, p in shares.items() for b, q in shares.items()}
    for single, share in shares.items():
        names[single] = names.get(single, 0.0) + 0.06 * share
    total = sum(whole.values())
    for name, weight in whole.items():
        names[name] = names.get(name, 0.0) + 0.5 * weight / total
    return names


def names_of(people: People) -> list[str]:
    """Return the full names, "欧阳建国" and "古丽娜尔·买买提"."""
    given = given_names()[0]
    return list(surnames()[people.surname] + given[people.given])


# --- numbers -------------------------------------------------------------------------------------


def days_as_text(days: Numbers) -> list[str]:
    """Return days as 1966-05-03."""
    return [str(day) for day in np.asarray(days, dtype="datetime64[D]").astype(str)]


def id_numbers_of(people: People) -> list[str]:
    """Return the identity numbers of 18 characters, with the right check character."""
    born = np.char.replace(people.born.astype("datetime64[D]").astype(str), "-", "")
    heads = np.char.add(np.char.add(_PREFIXES[people.prefix], born), _padded(people.sequence, 3))
    digits = _digits(heads, 17)
    checks = _CHECKS[(digits * _WEIGHTS).sum(axis=1) % 11]
    return list(np.char.add(heads, checks).astype(object))


def credit_codes(count: int, random: np.random.Generator) -> list[str]:
    """Return invented credit codes of individual businesses, with the right check character."""
    body = random.integers(0, 31, (count, 7))
    head = np.array([_CREDIT_LETTERS.tolist().index(c) for c in "92330106MA"])
    values = np.concatenate([np.broadcast_to(head, (count, 10)), body], axis=1)
    check = (31 - (values * _CREDIT_WEIGHTS).sum(axis=1) % 31) % 31
    letters = _CREDIT_LETTERS[np.concatenate([values, check[:, None]], axis=1)]
    return list(np.ascontiguousarray(letters).view("U18")[:, 0].astype(object))


def _padded(numbers: Numbers, width: int) -> Numbers:
    return np.char.zfill(numbers.astype(str), width)


def _digits(texts: Numbers, width: int) -> Numbers:
    fixed = np.ascontiguousarray(texts.astype(f"U{width}"))
    return fixed.view(np.uint32).reshape(len(texts), width).astype(np.int64) - 48


def phones_as_text(phones: Numbers) -> list[str]:
    """Return mobile numbers of eleven digits."""
    return list(phones.astype(str).astype(object))


def new_phones(count: int, random: np.random.Generator) -> Numbers:
    """Return that many mobile numbers."""
    heads = np.array(words.MOBILE_HEADS, dtype=np.int64)
    return random.choice(heads, count) * 10**8 + random.integers(0, 10**8, count)


# --- people --------------------------------------------------------------------------------------


def invent(
    count: int,
    random: np.random.Generator,
    *,
    ages: tuple[int, int],
    mean_age: float,
    counties: int = 1,
) -> People:
    """Return people of these ages (years, both ends count), each with a home of their own.

    counties: how many counties most of them were born in, alike.
    """
    male = random.random(count) < 0.62
    age = random.normal(mean_age, 14, count * 2)
    age = np.resize(age[(age >= ages[0]) & (age < ages[1] + 1)], count)
    born = (TODAY - age * 365.2425).astype(np.int64)
    prefix = _spread(_prefixes(count, random), counties, random)
    surname, given = _names(male, random)
    return People(
        surname=surname,
        given=given,
        male=male,
        born=born,
        prefix=prefix,
        sequence=_sequences(male, random),
        phone=new_phones(count, random),
        other_phone=new_phones(count, random),
        **homes(count, random),
    )


def _names(male: Numbers, random: np.random.Generator) -> tuple[Numbers, Numbers]:
    count = len(male)
    shares = np.array(list(words.SURNAMES.values()))
    surname = random.choice(len(shares), count, p=shares / shares.sum())
    _, for_men, for_women, first_dotted = given_names()
    men = _pick(for_men, count, random)
    women = _pick(for_women, count, random)
    given = np.where(male, men, women)
    dotted = random.random(count) < _DOTTED_SHARE
    last = len(given_names()[0])
    given = np.where(dotted, random.integers(first_dotted, last, count), given)
    return np.where(dotted, len(shares), surname), given


def _pick(shares: Numbers, count: int, random: np.random.Generator) -> Numbers:
    return np.searchsorted(np.cumsum(shares), random.random(count)).clip(0, len(shares) - 1)


def _prefixes(count: int, random: np.random.Generator) -> Numbers:
    local, near = len(words.LOCAL_PREFIXES), len(words.NEAR_PREFIXES)
    luck = random.random(count)
    at_home = np.where(random.random(count) < 0.8, 0, random.integers(0, local, count))
    nearby = random.integers(local, local + near, count)
    away = random.integers(local + near, len(_PREFIXES), count)
    return np.select([luck < 0.68, luck < 0.83], [at_home, nearby], away)


def _spread(prefix: Numbers, counties: int, random: np.random.Generator) -> Numbers:
    """Return the prefixes with those of the first county shared out among several."""
    chosen = np.array([0, *range(len(_FEW), len(_PREFIXES))])[:counties]
    return np.where(prefix == 0, random.choice(chosen, len(prefix)), prefix)


def counties_in(people: People) -> int:
    """Return the number of counties that `invent` was told."""
    return 1 + int((np.unique(people.prefix) >= len(_FEW)).sum())


def _sequences(male: Numbers, random: np.random.Generator) -> Numbers:
    return random.integers(0, 500, len(male)) * 2 + male


def homes(count: int, random: np.random.Generator) -> dict[str, Numbers]:
    """Return address columns: 0 a flat in a compound, 1 a village house, 2 a house in a street."""
    kind = random.choice(3, count, p=[0.42, 0.40, 0.18])
    streets = len(words.STREET_WORDS) * len(words.STREET_ENDS)
    villages = len(words.VILLAGE_FIRST) * len(words.VILLAGE_SECOND)
    in_street = (streets * random.random(count) ** 2).astype(np.int64)
    in_village = random.integers(0, villages, count)
    return {
        "kind": kind,
        "town": (len(words.TOWNS) * random.random(count) ** 1.4).astype(np.int64),
        "street": np.where(kind == 1, in_village, in_street),
        "number": random.integers(1, 400, count),
        "compound": random.integers(0, len(words.COMPOUNDS), count),
        "building": random.integers(1, 40, count),
        "unit": random.integers(1, 5, count),
        "room": random.integers(1, 19, count) * 100 + random.integers(1, 5, count),
    }


def id_keys(people: People) -> Numbers:
    """Return a number for each that stands for all of the identity number."""
    days = people.born + 40_000
    return (people.prefix * 100_000 + days) * 1_000 + people.sequence


def with_own_ids(people: People, taken: Numbers) -> People:
    """Return the people with other sequence numbers where an identity number is taken already.

    taken is sorted; two of these people may still share one, unless they are in taken.
    """
    while True:
        keys = id_keys(people)
        at = np.searchsorted(taken, keys).clip(0, max(len(taken) - 1, 0))
        clash = taken[at] == keys if len(taken) else np.zeros(len(keys), dtype=bool)
        if not clash.any():
            return people
        people = replace(
            people, sequence=np.where(clash, (people.sequence + 2) % 1000, people.sequence)
        )


def distinct(people: People) -> People:
    """Return the people without two of one identity number; a few fewer than given."""
    _, first = np.unique(id_keys(people), return_index=True)
    return people.take(np.sort(first))


# --- relatives and namesakes: other people who look like these -------------------------------------


def spouses(people: People, random: np.random.Generator) -> People:
    """Return a husband or wife of each: same home, mostly the same phone, all else another."""
    count = len(people)
    one_phone = random.random(count) < 0.6
    male = ~people.male
    surname, given = _names(male, random)
    return replace(
        people,
        surname=surname,
        given=given,
        male=male,
        born=people.born + random.normal(0, 900, count).astype(np.int64),
        prefix=np.where(random.random(count) < 0.5, people.prefix, _prefixes(count, random)),
        sequence=_sequences(male, random),
        phone=np.where(one_phone, people.phone, new_phones(count, random)),
        other_phone=people.phone,
    )


def siblings(people: People, random: np.random.Generator) -> People:
    """Return a brother or sister of each: same surname and place of birth, born within years."""
    count = len(people)
    _, given = _names(people.male, random)
    apart = random.integers(300, 2500, count) * random.choice([-1, 1], count)
    same_home = random.random(count) < 0.3
    home = homes(count, random)
    old = {name: getattr(people, name) for name in home}
    return replace(
        people,
        given=given,
        born=people.born + apart,
        sequence=_sequences(people.male, random),
        phone=np.where(same_home & (random.random(count) < 0.3), people.phone, people.other_phone),
        other_phone=new_phones(count, random),
        **{name: np.where(same_home, old[name], home[name]) for name in home},
    )


def twins(people: People, random: np.random.Generator) -> People:
    """Return a twin of each: all but given name, number's end and phone are the same."""
    _, given = _names(people.male, random)
    sequence = np.where(people.sequence < 998, people.sequence + 2, people.sequence - 2)
    return replace(people, given=given, sequence=sequence, phone=new_phones(len(people), random))


def children(people: People, random: np.random.Generator) -> People:
    """Return a son or daughter of each: same surname and home, some with the parent's phone."""
    count = len(people)
    male = random.random(count) < 0.5
    _, given = _names(male, random)
    born = np.minimum(people.born + random.integers(8000, 12000, count), TODAY - 19 * 366)
    return replace(
        people,
        given=given,
        male=male,
        born=born,
        sequence=_sequences(male, random),
        phone=np.where(random.random(count) < 0.25, people.phone, new_phones(count, random)),
    )


def namesakes(people: People, random: np.random.Generator) -> People:
    """Return another person of the same name and birth date for each."""
    other = invent(len(people), random, ages=(18, 90), mean_age=50)
    near = random.random(len(people)) < 0.5
    return replace(
        other,
        surname=people.surname,
        given=people.given,
        male=people.male,
        born=people.born,
        prefix=np.where(near, people.prefix, other.prefix),
    )


def name_neighbours(people: People, random: np.random.Generator) -> People:
    """Return another person of the same name in the same village or street for each."""
    other = invent(len(people), random, ages=(18, 80), mean_age=46)
    same = {name: getattr(people, name) for name in ("kind", "town", "street", "compound")}
    return replace(
        other,
        surname=people.surname,
        given=people.given,
        male=people.male,
        sequence=_sequences(people.male, random),
        prefix=people.prefix,
        **same,
    )


def with_old_phones(people: People, random: np.random.Generator) -> People:
    """Return a stranger for each who was given the number when its owner dropped it."""
    return replace(invent(len(people), random, ages=(18, 75), mean_age=42), phone=people.phone)
