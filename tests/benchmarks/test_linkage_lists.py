"""The invented lists of the linkage benchmark: true where they must be, wrong where they should."""

import csv
import random
from collections import Counter
from datetime import date

import pytest

np = pytest.importorskip("numpy")

from benchmarks.linkage import errors, people, places  # noqa: E402
from benchmarks.linkage.generate import generate  # noqa: E402
from benchmarks.linkage.profiles import DEFAULT, PROFILES, all_kinds  # noqa: E402

ROSTER, REGISTRY = 3000, 15000
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
PERSON = "330106196605031238"
EPOCH = date(1970, 1, 1)


def days(day):
    return (day - EPOCH).days


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    count = generate(folder, roster=ROSTER, registry=REGISTRY, seed=5, profile=DEFAULT)
    files = {path.stem: rows_of(path) for path in folder.iterdir()}
    return files | {"count": count}


def test_lists_have_the_headers_and_rows_asked_for(lists):
    assert len(lists["roster"]) == ROSTER
    assert len(lists["registry"]) == REGISTRY
    assert [row["序号"] for row in lists["roster"]] == [str(n + 1) for n in range(ROSTER)]
    assert list(lists["registry"][0]) == [
        *("序号", "统一社会信用代码", "名称", "经营者", "证件号码", "联系电话", "住所"),
    ]


def test_the_truth_names_rows_and_no_registry_row_twice(lists):
    truth = [(int(row["roster_row"]), int(row["registry_row"])) for row in lists["truth"]]

    assert len(truth) == lists["count"]
    assert len({b for _, b in truth}) == len(truth)
    assert all(1 <= a <= ROSTER and 1 <= b <= REGISTRY for a, b in truth)
    owners = Counter(a for a, _ in truth)
    assert len(owners) == int(ROSTER * DEFAULT.members)
    assert set(owners.values()) == {1, 2, 3}


def test_a_true_pair_without_errors_is_one_person_on_both_sides(lists):
    """And a whole number that stands in both lists is a true pair: numbers are unique."""
    roster = {row["序号"]: row for row in lists["roster"]}
    registry = {row["序号"]: row for row in lists["registry"]}
    truth = {(row["roster_row"], row["registry_row"]) for row in lists["truth"]}
    damaged = {(row["side"], row["row"]) for row in lists["errors"]}
    clean = [p for p in truth if not {("roster", p[0]), ("registry", p[1])} & damaged]
    by_number = {row["公民身份号码"]: row["序号"] for row in lists["roster"]}
    chance = [
        (by_number[row["证件号码"]], row["序号"])
        for row in registry.values()
        if len(row["证件号码"]) == 18 and row["证件号码"] in by_number
        if "*" not in row["证件号码"] and not row["证件号码"].endswith("000")
    ]

    assert len(clean) > 5
    for a, b in clean:
        assert roster[a]["姓名"] == registry[b]["经营者"]
        assert roster[a]["公民身份号码"] == registry[b]["证件号码"]
        assert roster[a]["手机号"] == registry[b]["联系电话"]
    assert len(chance) > 300
    assert set(chance) - truth == set()


def test_numbers_are_right_before_anything_happens_to_them():
    source = np.random.default_rng(1)
    persons = people.invent(500, source, ages=(18, 90), mean_age=50)
    for number, male, born in zip(
        people.id_numbers_of(persons), persons.male, people.days_as_text(persons.born), strict=True
    ):
        total = sum(int(d) * w for d, w in zip(number, WEIGHTS, strict=False))
        assert number[17] == "10X98765432"[total % 11]
        assert int(number[16]) % 2 == int(male)
        assert number[6:14] == born.replace("-", "")


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        (tmp_path / name).mkdir()
        generate(tmp_path / name, roster=200, registry=1000, seed=seed, profile=DEFAULT)
    a, b, c = (
        [(tmp_path / name / f"{file}.csv").read_bytes() for file in ("roster", "registry", "truth")]
        for name in "abc"
    )

    assert a == b
    assert all(one != other for one, other in zip(a, c, strict=True))


def test_a_registry_too_short_for_the_members_is_refused(tmp_path):
    with pytest.raises(ValueError, match="businesses of members"):
        generate(tmp_path, roster=1000, registry=300, seed=1, profile=DEFAULT)


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_every_kind_a_profile_names_exists_and_happens(name, tmp_path):
    profile = PROFILES[name]
    if name == "held-out":
        pytest.importorskip("pypinyin")
    assert all_kinds(profile) <= errors.known_kinds()
    ways = profile.roster_ways.keys() | profile.registry_ways.keys()
    assert ways <= places.FLAGS.keys()
    rates = [group for c in (profile.roster, profile.registry) for g in c.values() for group in g]
    assert all(0 < sum(group.values()) <= 1 for group in rates)

    generate(tmp_path, roster=8000, registry=20000, seed=3, profile=profile)

    happened = {k for row in rows_of(tmp_path / "errors.csv") for k in row["kinds"].split("|")}
    assert (all_kinds(profile) | ways) - happened <= {"name_dot_part"}


def test_the_hard_profile_hides_more_numbers():
    def hidden(profile):
        loss = profile.registry["id"][1]
        return sum(rate for kind, rate in loss.items() if "masked" in kind or "missing" in kind)

    assert hidden(PROFILES["hard"]) > 1.5 * hidden(DEFAULT)


@pytest.mark.parametrize(
    ("relation", "same", "other"),
    [
        (people.spouses, {"number", "street"}, {"male"}),
        (people.siblings, {"surname", "prefix"}, {"born"}),
        (people.twins, {"surname", "prefix", "born", "number"}, {"phone"}),
        (people.namesakes, {"surname", "given", "born"}, {"phone"}),
        (people.name_neighbours, {"surname", "given", "street"}, {"phone"}),
        (people.with_old_phones, {"phone"}, {"number"}),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_people_who_look_like_members_are_others(relation, same, other):
    source = np.random.default_rng(2)
    persons = people.distinct(people.invent(300, source, ages=(25, 80), mean_age=50))

    found = people.with_own_ids(relation(persons, source), np.sort(people.id_keys(persons)))

    for column in same:
        assert (getattr(found, column) == getattr(persons, column)).all(), column
    for column in other:
        assert (getattr(found, column) != getattr(persons, column)).mean() > 0.9, column
    assert not set(people.id_keys(found)) & set(people.id_keys(persons))


@pytest.mark.parametrize(
    ("solar", "lunar"),
    [
        (date(1966, 5, 3), (1966, 3, 13)),
        (date(1979, 1, 28), (1979, 1, 1)),
        (date(1979, 1, 27), (1978, 12, 29)),
        (date(1979, 7, 24), (1979, 6, 1)),  # the first sixth month of two
        (date(1979, 8, 22), (1979, 6, 30)),
        (date(2000, 2, 5), (2000, 1, 1)),
        (date(2009, 1, 26), (2009, 1, 1)),
        (date(1920, 1, 1), (1920, 1, 1)),  # outside the table: as it is
    ],
    ids=str,
)
def test_lunar_days(solar, lunar):
    assert errors.lunar_day(days(solar)) == lunar


class First(random.Random):
    """Chance that always takes the first."""

    def choice(self, options):
        return options[0]

    def randrange(self, start, stop=None):
        return 0 if stop is None else start

    def random(self):
        return 0.5

    def randint(self, low, high):
        return low


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("name_homophone", "张伟", "章伟"),
        ("name_lookalike", "俊", "峻"),
        ("name_traditional", "刘国华", "劉國華"),
        ("name_swapped", "王建国", "王国建"),
        ("name_missing_character", "王建国", "王国"),
        ("name_missing_character", "王伟", "王伟"),
        ("name_dot_dropped", "古丽·买买提", "古丽买买提"),
        ("name_dot_part", "古丽·买买提", "古丽"),
        ("name_dot_added", "王建国", "王·建国"),
        ("name_spaces", "王建国", "王 建 国"),
        ("name_title", "张伟", "张伟（女）"),
        ("date_month_day_swapped", "1966-05-03", "1966-03-05"),
        ("date_month_day_swapped", "1966-05-13", "1966-05-13"),
        ("date_year_off", "1966-05-03", "1964-05-03"),
        ("date_year_month", "1966-05-03", "1966-05"),
        ("date_dots", "1966-05-03", "1966.5.3"),
        ("date_chinese_digits", "1966-05-13", "一九六六年五月十三日"),
        ("date_lunar", "1966-05-03", "1966-03-13"),
        ("id_masked_birth", PERSON, "330106********1238"),
        ("id_masked_end", PERSON, "33010619660503****"),
        ("id_masked_ends", PERSON, "3****************8"),
        ("id_15_digits", PERSON, "330106660503123"),
        ("id_15_digits", "330106200605031238", "330106200605031238"),
        ("id_scientific", PERSON, "3.30106E+17"),
        ("id_scientific", "33010619660503123X", "33010619660503123X"),
        ("id_three_zeros", PERSON, "330106196605031000"),
        ("id_digit", PERSON, "030106196605031238"),
        ("id_check", PERSON, "330106196605031230"),
        ("id_digit_missing", PERSON, "30106196605031238"),
        ("id_masked_birth", "330106", "330106"),
        ("id_lower_x", "33010619660503123X", "33010619660503123x"),
        ("id_full_width", "33X", "３３Ｘ"),
        ("phone_family", "13800000000", "13911111111"),
        ("phone_changed", "13800000000", "13722222222"),
        ("phone_agent", "13800000000", "18833333333"),
        ("phone_landline", "13800000000", "0571-80000000"),
        ("phone_digit", "13800000000", "10800000000"),
        ("phone_transposed", "13800000000", "18300000000"),
        ("phone_country_code", "13800000000", "+8613800000000"),
        ("phone_dashes", "13812345678", "138-1234-5678"),
        ("phone_masked", "13812345678", "138****5678"),
        ("phone_digit", "", ""),
        ("address_cut", "浙江省临江市青溪县城关街道", "浙江省临江市青溪县城"),
    ],
)  # fmt: skip
def test_what_each_error_does(kind, value, written):
    side = errors.Side(
        born=np.array([days(date(1966, 5, 3))]),
        family_phone=["13911111111"],
        new_phone=["13722222222"],
        agent_phones=["18833333333"],
        colleague_phone=["13644444444"],
    )
    values = [value]

    errors.damage(values, {kind: 1.0}, side, np.random.default_rng(1), First())

    assert values == [written]
    assert side.kinds == ({} if written == value else {0: [kind]})


@pytest.mark.parametrize(
    ("flags", "written"),
    [
        ((), "浙江省临江市青溪县城关街道人民路12号阳光花园3幢2单元501室"),
        (("address_no_province",), "临江市青溪县城关街道人民路12号阳光花园3幢2单元501室"),
        (("address_no_county",), "城关街道人民路12号阳光花园3幢2单元501室"),
        (("address_dashes", "address_no_county"), "城关街道人民路12号阳光花园3-2-501"),
        (("address_lane", "address_no_county"), "城关街道人民路12弄阳光花园3幢2单元501室"),
        (("address_building", "address_no_county"), "城关街道人民路12号阳光花园3号楼2单元501室"),
        (
            ("address_chinese_digits", "address_no_county"),
            "城关街道人民路十二号阳光花园三幢二单元501室",
        ),
        (("address_no_room", "address_no_county", "address_no_town"), "人民路12号阳光花园3幢"),
    ],
    ids=lambda value: "+".join(value) or "in full" if isinstance(value, tuple) else None,
)
def test_ways_to_write_an_address(flags, written):
    columns = dict.fromkeys(people.People.__slots__, np.array([0]))
    columns |= {
        name: np.array([number])
        for name, number in (("number", 12), ("building", 3), ("unit", 2), ("room", 501))
    }

    found = places.addresses_of(
        people.People(**columns), np.array([sum(places.FLAGS[flag] for flag in flags)])
    )

    assert found == [written]


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "零"), (7, "七"), (10, "十"), (12, "十二"), (20, "二十"), (103, "一百零三"), (110, "一百一十"),
     (999, "九百九十九"), (1205, "一二〇五")],
)  # fmt: skip
def test_numbers_in_words(number, words):
    assert places.chinese_number(number) == words
