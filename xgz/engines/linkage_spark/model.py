"""The model as Splink has it: levels by the functions of standard.py, weights of rules/linkage.

Splink adds log2(m / u) of each level and, where a value's own frequency counts, replaces u by the
frequency of that value; nothing is trained, so every engine weighs alike (LK-10).
"""

from collections.abc import Iterable
from typing import Any

from xgz.engines.linkage_spark.standard import KEYS
from xgz.rules.linkage import weights
from xgz.rules.linkage.evidence import (
    AddressLevel,
    BornLevel,
    IdLevel,
    NameLevel,
    PhoneLevel,
    SexLevel,
)
from xgz.rules.linkage.weights import LEAST_SHARE

_LEAST_NAME = LEAST_SHARE["name"]

Level = dict[str, Any]


def settings(registry_rows: int) -> dict[str, Any]:
    """Return Splink's settings; the tables are those of linking.prepare()."""
    odds = 2 ** weights.prior_weight(registry_rows)
    return {
        "link_type": "link_only",
        "unique_id_column_name": "row",
        "probability_two_random_records_match": odds / (1 + odds),
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": f"l.{KEYS} = r.{KEYS}", "arrays_to_explode": [KEYS]}
        ],
        "comparisons": [
            _comparison("name", _name_levels()),
            _comparison("sex", _sex_levels()),
            _comparison("born", _born_levels()),
            _comparison("id_number", _id_levels()),
            _comparison("phone", _phone_levels()),
            _comparison("address", _address_levels()),
        ],
    }


def _comparison(column: str, levels: list[Level]) -> dict[str, Any]:
    return {"output_column_name": column, "comparison_levels": levels}


def _is(function: str, column: str, level: int) -> str:
    return f"{function}({column}_l, {column}_r) = {level:d}"


def _in(function: str, column: str, levels: Iterable[int]) -> str:
    listed = ", ".join(str(int(level)) for level in sorted(levels))
    return f"{function}({column}_l, {column}_r) IN ({listed})"


def _unknown(condition: str) -> Level:
    return {"sql_condition": condition, "label_for_charts": "unknown", "is_null_level": True}


def _fixed(condition: str, label: str, weight: float) -> Level:
    """Return a level of one weight: m / u is two to the weight, the larger of them is one."""
    return {
        "sql_condition": condition,
        "label_for_charts": label,
        "m_probability": min(1.0, 2.0**weight),
        "u_probability": min(1.0, 2.0**-weight),
    }


def _by_value(
    condition: str, label: str, m: float, column: str, least: float, among: float = 1.0
) -> Level:
    """Return a level that weighs log2(m / (among * share of the value)), the share at least `least`."""
    return {
        "sql_condition": condition,
        "label_for_charts": label,
        # The frequency takes the place of u, so that `among` has to go into m.
        "m_probability": m / among,
        "u_probability": 1.0,
        "tf_adjustment_column": column,
        "tf_adjustment_weight": 1.0,
        "tf_minimum_u_value": least,
        "disable_tf_exact_match_detection": True,
    }


def _name_levels() -> list[Level]:
    levels = [_unknown(_is("name_level", "name", NameLevel.UNKNOWN))]
    for level, column in ((NameLevel.SAME, "name_key"), (NameLevel.SOUND, "sound_key")):
        m = weights.NAME_M[level]
        condition = _is("name_level", "name", level)
        levels.append(_by_value(condition, level.name, m, column, _LEAST_NAME))
    for level, (short, long) in weights.NAME_U_IN_SURNAME.items():
        m = weights.NAME_M[level]
        for among, length in ((short, "length(name_l) <= 2"), (long, "length(name_l) > 2")):
            condition = f"{_is('name_level', 'name', level)} AND {length}"
            label = f"{level.name}, {length}"
            levels.append(_by_value(condition, label, m, "surname_key", _LEAST_NAME, among))
    return [*levels, _fixed("ELSE", NameLevel.OTHER.name, weights.NAME_OTHER)]


def _sex_levels() -> list[Level]:
    held = _in("id_level", "id_number", weights.NUMBER_HOLDS_SEX)
    return [
        _unknown(f"sex_l = '' OR sex_r = '' OR {held}"),
        _fixed("sex_l = sex_r", SexLevel.SAME.name, weights.SEX_WEIGHTS[SexLevel.SAME]),
        _fixed("ELSE", SexLevel.DIFFERENT.name, weights.SEX_WEIGHTS[SexLevel.DIFFERENT]),
    ]


def _born_levels() -> list[Level]:
    held = _in("id_level", "id_number", weights.NUMBER_HOLDS_BIRTH)
    same = _is("born_level", "born", BornLevel.SAME)
    return [
        _unknown(f"{_is('born_level', 'born', BornLevel.UNKNOWN)} OR {held}"),
        _by_value(same, BornLevel.SAME.name, weights.BORN_M, "born_key", LEAST_SHARE["born"]),
        *_weighed("born_level", "born", weights.BORN_WEIGHTS, BornLevel.DIFFERENT),
    ]


def _id_levels() -> list[Level]:
    return [
        _unknown(_is("id_level", "id_number", IdLevel.UNKNOWN)),
        *_weighed("id_level", "id_number", weights.ID_WEIGHTS, IdLevel.CLASH),
    ]


def _phone_levels() -> list[Level]:
    shared = (("phone", PhoneLevel.SAME), ("landline", PhoneLevel.LANDLINE))
    return [
        _unknown(_is("phone_level", "phone", PhoneLevel.UNKNOWN)),
        *(
            _by_value(
                _is("phone_level", "phone", level),
                level.name,
                weights.PHONE_M,
                "phone_key",
                LEAST_SHARE[least],
            )
            for least, level in shared
        ),
        *_weighed("phone_level", "phone", weights.PHONE_WEIGHTS, PhoneLevel.DIFFERENT),
    ]


def _address_levels() -> list[Level]:
    shared = (
        (AddressLevel.FULL, "house_key", "full"),
        (AddressLevel.HOUSE, "house_key", "house"),
        (AddressLevel.STREET, "street_key", "street"),
    )
    return [
        _unknown(_is("address_level", "address", AddressLevel.UNKNOWN)),
        *(
            _by_value(
                _is("address_level", "address", level),
                level.name,
                weights.ADDRESS_M[level],
                column,
                LEAST_SHARE[least],
            )
            for level, column, least in shared
        ),
        *_weighed("address_level", "address", weights.ADDRESS_WEIGHTS, AddressLevel.ELSEWHERE),
    ]


def _weighed(function: str, column: str, table: dict[Any, float], last: Any) -> list[Level]:
    """Return the levels whose weight stands in the table; the last one takes all that is left."""
    levels = [
        _fixed(_is(function, column, level), level.name, weight)
        for level, weight in table.items()
        if level not in (0, last)
    ]
    return [*levels, _fixed("ELSE", last.name, table[last])]
