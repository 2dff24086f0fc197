"""Splink's levels and probabilities weigh what rules/linkage/weighing weighs, to the last digit."""

from itertools import product
from math import log2

import pytest

from xgz.engines.linkage_spark.model import settings
from xgz.engines.linkage_spark.standard import COLUMNS, FUNCTIONS, as_text
from xgz.rules.linkage.comparing import compare
from xgz.rules.linkage.people import standard_person
from xgz.rules.linkage.weighing import Uses, pair_weight
from xgz.rules.linkage.weights import SMOOTHING, prior_weight

REGISTRY_ROWS = 5000
USES = [
    Uses(people=6000, name=90, sound=200, surname=700, is_short=True, born=3, phone=2, street=60,
         house=4),
    Uses(people=3_000_000, name=0, sound=0, surname=0, is_short=True, born=0, phone=0, street=0,
         house=0),
]  # fmt: skip
NUMBER = "330106196605031238"
OURS = [
    ("张伟", "男", "1966-05-03", NUMBER, "13812345678", "人民路12号3幢2单元501室"),
    ("张建国", "男", "1966-05-03", "", "0571-88123456", "人民路12号"),
    ("刘华", "", "1966-05", "330106********1238", "138****5678", "人民路7号"),
    ("", "女", "", "330106196605031000", "", ""),
]
THEIRS = [
    *OURS,
    ("章玮", "", "", "330106660503123", "13812345679", "解放路9号"),
    ("张国建", "女", "1966-03-13", "330106196605031239", "13711112222", "人民路12号"),
    ("张建", "男", "1966-06-03", "330106196605031328", "13812345678", "人民路"),
    ("张建军", "男", "1967-01-01", "330106********1238", "", ""),
    ("张建果", "", "1966", "330106196605031243", "", ""),
    ("李白", "", "1943-01-01", "11010519491231002X", "", ""),
]


@pytest.fixture(scope="module")
def database():
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    for name, function in FUNCTIONS.items():
        connection.create_function(name, function, ["VARCHAR", "VARCHAR"], "UTINYINT")
    return connection


def level_of(comparison, ours, theirs, database):
    """Return the level that the conditions choose, evaluated in a database as an engine does."""
    levels = comparison["comparison_levels"]
    cases = "".join(
        f" WHEN {level['sql_condition']} THEN {place}"
        for place, level in enumerate(levels)
        if level["sql_condition"] != "ELSE"
    )
    names = [f"? AS {column}_{side}" for side in "lr" for column in COLUMNS]
    query = f"SELECT CASE{cases} ELSE {len(levels) - 1} END FROM (SELECT {', '.join(names)})"  # noqa: S608
    return levels[database.execute(query, [*ours, *theirs]).fetchone()[0]]


def splink_weight(level, shares):
    """Return what Splink adds for a level: log2(m/u), u replaced by the share of the value."""
    if level.get("is_null_level"):
        return 0.0
    weight = log2(level["m_probability"]) - log2(level["u_probability"])
    if "tf_adjustment_column" in level:
        share = max(shares[level["tf_adjustment_column"]], level["tf_minimum_u_value"])
        weight += log2(level["u_probability"]) - log2(share)
    return weight


@pytest.mark.parametrize("uses", USES, ids=["frequent", "rare"])
def test_every_pair_weighs_the_same(uses, database):
    model = settings(REGISTRY_ROWS)
    chance = model["probability_two_random_records_match"]
    shares = {
        f"{name}_key": (getattr(uses, name) + 1) / (uses.people + SMOOTHING)
        for name in ("name", "sound", "surname", "born", "phone", "street", "house")
    }
    seen = set()
    for one, other in product(OURS, THEIRS):
        a, b = standard_person(*one), standard_person(*other)
        evidence = compare(a, b)
        is_short = len(a.name) <= 2
        given = Uses(**{n: getattr(uses, n) for n in Uses.__slots__} | {"is_short": is_short})
        levels = [level_of(c, as_text(a), as_text(b), database) for c in model["comparisons"]]

        weight = log2(chance / (1 - chance)) + sum(splink_weight(level, shares) for level in levels)

        assert weight == pytest.approx(pair_weight(evidence, given, REGISTRY_ROWS)), (one, other)
        seen.update((c["output_column_name"], str(level["label_for_charts"])) for c, level in
                    zip(model["comparisons"], levels, strict=True))  # fmt: skip
    assert len(seen) > 25


def test_the_prior_is_that_of_the_rules():
    chance = settings(REGISTRY_ROWS)["probability_two_random_records_match"]

    assert log2(chance / (1 - chance)) == pytest.approx(prior_weight(REGISTRY_ROWS))
