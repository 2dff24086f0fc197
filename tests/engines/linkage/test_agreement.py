"""The engine, whole columns at a time, says what the reference says of one person and one pair."""

from collections import Counter
from itertools import product

import numpy as np
import pytest

from tests.engines.linkage.people import crowd, identities
from xgz.engines.linkage import evidence_of
from xgz.engines.linkage.candidates import Finder
from xgz.engines.linkage.columns import Words, read_people
from xgz.engines.linkage.levels import Comparer, id_text
from xgz.engines.linkage.scoring import Scorer, count_values
from xgz.engines.linkage.spelling import spell
from xgz.rules.linkage.comparing import compare
from xgz.rules.linkage.keys import KeyKind, most_of_one_sound, most_pairs, person_keys
from xgz.rules.linkage.names import sound_key, surname_of
from xgz.rules.linkage.people import standard_person
from xgz.rules.linkage.weighing import Uses, pair_weight

ROWS = 260


class World:
    """A roster and a register, as arrays and as the reference has them."""

    def __init__(self, seed):
        self.rows = crowd(seed, ROWS), crowd(seed, ROWS // 2) + crowd(seed + 1, ROWS)
        self.words = Words()
        self.people = [read_people([identities(rows)], self.words) for rows in self.rows]
        self.names = spell(self.words, *self.people)
        self.reference = [[standard_person(*row) for row in rows] for rows in self.rows]


@pytest.fixture(scope="module", params=[1, 2, 3])
def world(request):
    return World(request.param)


def test_columns_are_what_the_reference_reads(world):
    names, streets = world.words.names.words(), world.words.streets.words()
    numbers = world.words.numbers.words()
    for people, reference in zip(world.people, world.reference, strict=True):
        for row, person in enumerate(reference):
            assert names[people.name[row]] == person.name
            assert ("", "男", "女")[people.sex[row]] == person.sex
            assert [d for d in dict.fromkeys(people.born[row].tolist()) if d] == list(
                map(int, person.born)
            )
            assert id_text(people, row) == person.id_number
            assert [_written(p) for p in people.phones[row].tolist() if p] == list(person.phones)
            assert streets[people.street[row]] == person.place.street
            assert numbers[people.house[row]] == person.place.house
            assert numbers[people.full[row]] == " ".join(person.place.numbers)


def _written(phone):
    return str(phone) if phone > 0 else f"{-phone // 10**4}*{-phone % 10**4:04d}"


def test_levels_and_weights_are_what_the_reference_finds(world):
    ours, theirs = (np.array(side) for side in zip(*product(range(120), range(ROWS)), strict=True))
    levels = Comparer(*world.people, world.names).levels(ours, theirs)
    scorer = Scorer(*world.people, world.names, count_values(*world.people))
    found = scorer.weights(levels, ours, theirs)
    expected = _Uses(world)

    for pair, (mine, its) in enumerate(zip(ours.tolist(), theirs.tolist(), strict=True)):
        one, other = world.reference[0][mine], world.reference[1][its]
        evidence = compare(one, other)
        assert evidence_of(levels, pair) == evidence, (one, other)
        weight = pair_weight(evidence, expected.of(one, other), len(world.rows[1]))
        assert found[pair] == pytest.approx(weight), (one, other, evidence)


class _Uses:
    """Counts of both files."""

    def __init__(self, world):
        everybody = [person for side in world.reference for person in side]
        self.people = len(everybody)
        self.names = Counter(p.name for p in everybody)
        self.sounds = Counter(sound_key(p.name) for p in everybody)
        self.surnames = Counter(surname_of(p.name) for p in everybody)
        self.born = Counter(p.born[:1] for p in everybody)
        self.phones = Counter(phone for p in everybody for phone in p.phones)
        self.streets = Counter(p.place.street for p in everybody)
        self.houses = Counter((p.place.street, p.place.house) for p in everybody)

    def of(self, one, other):
        return Uses(
            people=self.people,
            name=self.names[one.name],
            sound=self.sounds[sound_key(one.name)],
            surname=self.surnames[surname_of(one.name)],
            is_short=len(one.name) <= 2,
            born=self.born[one.born[:1]],
            phone=max((self.phones[p] for p in other.phones if "*" not in p), default=0),
            street=self.streets[other.place.street],
            house=self.houses[other.place.street, other.place.house],
        )


def test_pairs_are_those_that_share_a_key(world):
    finder = Finder(world.people[0], world.names)
    stretches = [slice(0, 100), slice(100, 1000)]
    for rows in stretches:
        finder.count(world.people[1], rows)
    found = [finder.pairs(world.people[1], rows) for rows in stretches]
    pairs = {pair for its, mine in found for pair in zip(mine.tolist(), its.tolist(), strict=True)}

    assert pairs == _pairs_of_reference(world)


def _pairs_of_reference(world):
    everybody = [person for people in world.reference for person in people]
    sounds = Counter(sound_key(person.name) for person in everybody)
    most = most_of_one_sound(len(everybody))
    sides = [{}, {}]
    for side, people in zip(sides, world.reference, strict=True):
        for row, person in enumerate(people):
            for key in person_keys(person):
                if key[0] is not KeyKind.NAME_STREET or sounds[sound_key(person.name)] <= most:
                    side.setdefault(key, []).append(row)
    return {
        pair
        for key in sides[0].keys() & sides[1].keys()
        if len(sides[0][key]) * len(sides[1][key]) <= most_pairs(key[0])
        for pair in product(sides[0][key], sides[1][key])
    }
