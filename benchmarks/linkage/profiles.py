"""How often what goes wrong, for each list and column.

A column has groups of kinds; of each group at most one happens to a value, and a later group works
on what the earlier ones left. Rates are shares of all rows. `default` and `hard` differ in identity
numbers only; `held-out` has other kinds and rates and must not be used to choose anything.
"""

from dataclasses import dataclass, replace
from typing import Any

Group = dict[str, float]
Columns = dict[str, tuple[Group, ...]]


@dataclass(frozen=True, slots=True)
class Profile:
    """Error rates of both lists, and how the people in the registry relate to the roster.

    members: share of the roster that runs a business; more: share of these with two and with three.
    relatives: share of the registry's other rows, by the function in people.py that invents them.
    ways: rates of ways to write an address, each independent of the others.
    """

    roster: Columns
    registry: Columns
    roster_ways: Group
    registry_ways: Group
    roster_moved: float
    members: float
    more: tuple[float, float]
    relatives: Group


_DOTS = {"name_dot_dropped": 0.2, "name_dot_other": 0.25, "name_dot_part": 0.06}

_ROSTER: Columns = {
    "name": (
        {"name_homophone": 0.014, "name_lookalike": 0.008, "name_swapped": 0.002,
         "name_missing_character": 0.002, "name_unwritable": 0.002},
        {"name_homophone": 0.001, "name_lookalike": 0.001},
        _DOTS,
        {"name_traditional": 0.006, "name_dot_added": 0.001},
        {"name_spaces": 0.02, "name_padded": 0.02},
    ),
    "sex": ({"sex_missing": 0.01, "sex_wrong": 0.003},),
    "born": (
        {"date_missing": 0.01, "date_month_day_swapped": 0.012, "date_lunar": 0.03,
         "date_year_off": 0.012, "date_day_off": 0.006, "date_year_month": 0.008,
         "date_first_of_january": 0.004},
        {"date_slashes": 0.05, "date_compact": 0.04, "date_year_month_day": 0.02},
    ),
    "id": (
        {"id_digit": 0.012, "id_transposed": 0.006, "id_check": 0.005, "id_digit_missing": 0.003,
         "id_digit_doubled": 0.001, "id_15_digits": 0.03},
        {"id_missing": 0.05, "id_masked_birth": 0.04, "id_masked_end": 0.015,
         "id_masked_middle": 0.005, "id_scientific": 0.012, "id_three_zeros": 0.012},
        {"id_lower_x": 0.3, "id_spaces": 0.01, "id_full_width": 0.004},
    ),
    "phone": (
        {"phone_missing": 0.04, "phone_changed": 0.05, "phone_family": 0.02,
         "phone_landline": 0.02, "phone_digit": 0.01, "phone_transposed": 0.004,
         "phone_digit_missing": 0.002},
        {"phone_country_code": 0.02, "phone_spaces": 0.015, "phone_dashes": 0.015,
         "phone_full_width": 0.003},
    ),
    "address": (
        {"address_missing": 0.03, "address_slip": 0.02},
        {"address_spaces": 0.01, "address_full_width": 0.01},
    ),
}  # fmt: skip

_REGISTRY: Columns = {
    "name": (
        {"name_homophone": 0.038, "name_lookalike": 0.024, "name_swapped": 0.004,
         "name_missing_character": 0.004, "name_unwritable": 0.004,
         "name_doubled_character": 0.001},
        {"name_homophone": 0.002, "name_lookalike": 0.002},
        _DOTS,
        {"name_traditional": 0.02, "name_dot_added": 0.002},
        {"name_spaces": 0.03, "name_padded": 0.02},
    ),
    "id": (
        {"id_digit": 0.02, "id_transposed": 0.01, "id_check": 0.008, "id_digit_missing": 0.004,
         "id_digit_doubled": 0.002, "id_15_digits": 0.05},
        {"id_missing": 0.07, "id_masked_birth": 0.20, "id_masked_end": 0.05,
         "id_masked_middle": 0.02, "id_masked_day": 0.02, "id_masked_ends": 0.015,
         "id_scientific": 0.03, "id_three_zeros": 0.03},
        {"id_lower_x": 0.3, "id_spaces": 0.02, "id_full_width": 0.006},
    ),
    "phone": (
        {"phone_missing": 0.02, "phone_changed": 0.22, "phone_family": 0.06, "phone_agent": 0.04,
         "phone_landline": 0.05, "phone_digit": 0.02, "phone_transposed": 0.01,
         "phone_digit_missing": 0.004},
        {"phone_country_code": 0.03, "phone_spaces": 0.02, "phone_dashes": 0.02,
         "phone_full_width": 0.004},
    ),
    "address": (
        {"address_missing": 0.02, "address_slip": 0.02, "address_cut": 0.01},
        {"address_spaces": 0.01, "address_full_width": 0.01},
    ),
}  # fmt: skip

_ROSTER_WAYS = {
    "address_no_province": 0.3, "address_no_county": 0.2, "address_no_town": 0.1,
    "address_hash": 0.03, "address_dashes": 0.2, "address_lane": 0.08, "address_building": 0.2,
    "address_chinese_digits": 0.06, "address_no_room": 0.08,
}  # fmt: skip
_REGISTRY_WAYS = {
    "address_no_province": 0.2, "address_no_county": 0.1, "address_no_town": 0.15,
    "address_hash": 0.05, "address_dashes": 0.1, "address_lane": 0.06, "address_building": 0.2,
    "address_chinese_digits": 0.05, "address_no_room": 0.1,
}  # fmt: skip

DEFAULT = Profile(
    roster=_ROSTER,
    registry=_REGISTRY,
    roster_ways=_ROSTER_WAYS,
    registry_ways=_REGISTRY_WAYS,
    roster_moved=0.08,
    members=0.42,
    more=(0.15, 0.05),
    relatives={
        "spouses": 0.014, "siblings": 0.008, "twins": 0.0004, "children": 0.006,
        "namesakes": 0.004, "name_neighbours": 0.004, "with_old_phones": 0.004,
    },
)  # fmt: skip


def _with(columns: Columns, **changed: tuple[Group, ...]) -> Columns:
    return {**columns, **changed}


HARD = replace(
    DEFAULT,
    roster=_with(_ROSTER, id=(
        _ROSTER["id"][0],
        {"id_missing": 0.12, "id_masked_birth": 0.16, "id_masked_end": 0.06,
         "id_masked_middle": 0.03, "id_scientific": 0.02, "id_three_zeros": 0.02},
        _ROSTER["id"][2],
    )),
    registry=_with(_REGISTRY, id=(
        _REGISTRY["id"][0],
        {"id_missing": 0.17, "id_masked_birth": 0.30, "id_masked_end": 0.10,
         "id_masked_middle": 0.05, "id_masked_day": 0.04, "id_masked_ends": 0.04,
         "id_scientific": 0.05, "id_three_zeros": 0.05},
        _REGISTRY["id"][2],
    )),
)  # fmt: skip

_HELD_OUT_NAME = {
    "name_any_homophone": 0.03, "name_dialect": 0.012, "name_input_neighbour": 0.01,
    "name_unwritable": 0.003, "name_swapped": 0.002, "name_doubled_character": 0.002,
    "name_missing_character": 0.002,
}  # fmt: skip
_HELD_OUT_DOTS = {"name_dot_dropped": 0.1, "name_dot_other": 0.5, "name_dot_part": 0.1}
HELD_OUT = Profile(
    roster={
        "name": (
            {kind: rate / 2 for kind, rate in _HELD_OUT_NAME.items()},
            _HELD_OUT_DOTS,
            {"name_title": 0.015, "name_traditional": 0.003, "name_padded": 0.01},
        ),
        "sex": ({"sex_missing": 0.02, "sex_wrong": 0.005, "sex_written_out": 0.05},),
        "born": (
            {"date_missing": 0.02, "date_month_day_swapped": 0.005, "date_lunar": 0.045,
             "date_year_off": 0.01, "date_day_off": 0.015, "date_first_of_january": 0.01},
            {"date_dots": 0.2, "date_chinese_digits": 0.05, "date_timestamp": 0.1,
             "date_slashes": 0.05},
        ),
        "id": (
            {"id_digit": 0.006, "id_transposed": 0.01, "id_digit_doubled": 0.004,
             "id_relatives": 0.003, "id_15_digits": 0.015},
            {"id_missing": 0.06, "id_masked_x": 0.03, "id_masked_end": 0.03,
             "id_three_zeros": 0.02},
            {"id_apostrophe": 0.03, "id_misread": 0.01, "id_lower_x": 0.2},
        ),
        "phone": (
            {"phone_missing": 0.05, "phone_changed": 0.06, "phone_colleague": 0.01,
             "phone_landline": 0.03, "phone_digit": 0.008},
            {"phone_two": 0.02, "phone_decimal": 0.02, "phone_misread": 0.004,
             "phone_country_code": 0.01},
        ),
        "address": ({"address_missing": 0.05, "address_slip": 0.01, "address_cut": 0.04},),
    },
    registry={
        "name": (
            _HELD_OUT_NAME,
            _HELD_OUT_DOTS,
            {"name_title": 0.02, "name_traditional": 0.008, "name_spaces": 0.01,
             "name_padded": 0.03},
        ),
        "id": (
            {"id_digit": 0.012, "id_transposed": 0.015, "id_digit_doubled": 0.006,
             "id_digit_missing": 0.008, "id_relatives": 0.004, "id_15_digits": 0.03},
            {"id_missing": 0.08, "id_masked_short": 0.03, "id_masked_birth": 0.10,
             "id_masked_end": 0.06, "id_masked_x": 0.04, "id_masked_ends": 0.01,
             "id_scientific": 0.02, "id_three_zeros": 0.05},
            {"id_misread": 0.02, "id_apostrophe": 0.04, "id_lower_x": 0.2, "id_spaces": 0.01},
        ),
        "phone": (
            {"phone_missing": 0.04, "phone_changed": 0.18, "phone_colleague": 0.04,
             "phone_agent": 0.05, "phone_landline": 0.06, "phone_family": 0.03,
             "phone_digit": 0.012, "phone_transposed": 0.012, "phone_masked": 0.02},
            {"phone_two": 0.03, "phone_decimal": 0.02, "phone_misread": 0.008,
             "phone_country_code": 0.02},
        ),
        "address": (
            {"address_missing": 0.01, "address_slip": 0.01, "address_cut": 0.03},
            {"address_full_width": 0.02},
        ),
    },
    roster_ways={"address_no_province": 0.5, "address_no_county": 0.3, "address_dashes": 0.3,
                 "address_building": 0.3, "address_chinese_digits": 0.1, "address_no_room": 0.15},
    registry_ways={"address_no_province": 0.3, "address_no_county": 0.25, "address_park": 0.15,
                   "address_nearby": 0.08, "address_dashes": 0.2, "address_no_room": 0.2,
                   "address_no_town": 0.2},
    roster_moved=0.12,
    members=0.36,
    more=(0.2, 0.08),
    relatives={
        "spouses": 0.02, "siblings": 0.005, "twins": 0.001, "children": 0.01,
        "namesakes": 0.006, "name_neighbours": 0.008, "with_old_phones": 0.008,
    },
)  # fmt: skip

PROFILES: dict[str, Profile] = {"default": DEFAULT, "hard": HARD, "held-out": HELD_OUT}


def all_kinds(profile: Profile) -> set[str]:
    """Return the names of all kinds that may happen to a value of the profile."""
    sides: list[Any] = [profile.roster, profile.registry]
    return {kind for side in sides for groups in side.values() for g in groups for kind in g}
