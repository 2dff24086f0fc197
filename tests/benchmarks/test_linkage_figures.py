"""The figures of the linkage benchmark, counted by hand on lists short enough for that."""

import pytest

from benchmarks.linkage.evaluate import (
    Found,
    as_cells,
    cuts,
    figures,
    quality,
    read_pairs,
    recall_by_kind,
)

TRUTH = {(1, 11), (2, 12), (3, 13), (4, 14)}
FOUND = [
    Found((1, 11), "same", 9.0),
    Found((2, 12), "possible", 5.0),
    Found((9, 13), "same", 5.0),
    Found((4, 14), "possible", 1.0),
    Found((8, 18), "possible", 0.5),
]


def test_precision_and_recall():
    found = quality([(1, 11), (2, 12), (9, 13)], TRUTH)

    assert (found.precision, found.recall) == (2 / 3, 2 / 4)
    assert found.f1 == pytest.approx(2 * (2 / 3) * 0.5 / (2 / 3 + 0.5))


@pytest.mark.parametrize(
    ("found", "truth", "expected"),
    [
        ([], TRUTH, (1.0, 0.0, 0.0)),
        ([(9, 9)], TRUTH, (0.0, 0.0, 0.0)),
        ([], set(), (1.0, 1.0, 1.0)),
        (TRUTH, TRUTH, (1.0, 1.0, 1.0)),
    ],
    ids=["nothing found", "nothing right", "nothing to find", "all"],
)
def test_quality_at_its_ends(found, truth, expected):
    result = quality(found, truth)

    assert (result.precision, result.recall, result.f1) == expected


def test_same_counts_only_what_is_called_the_same():
    result = figures(FOUND, TRUTH)

    assert (result.same.precision, result.same.recall) == (1 / 2, 1 / 4)
    assert (result.either.precision, result.either.recall) == (3 / 5, 3 / 4)


def test_pairs_of_one_weight_are_cut_together():
    steps = [(round(s.precision, 4), s.recall) for s in cuts(FOUND, TRUTH)]

    assert steps == [(1.0, 0.25), (0.6667, 0.5), (0.75, 0.75), (0.6, 0.75)]


def test_the_best_cut_is_that_of_the_highest_f1():
    best = figures(FOUND, TRUTH).best

    assert (best.precision, best.recall) == (0.75, 0.75)


@pytest.mark.parametrize(
    ("wrong", "recall"),
    [([], 1.0), ([0.5], 1.0), ([50.5, 49.5], 49 / 99), ([49.5, 0.5], 1.0)],
    ids=["none wrong", "one of a hundred", "both early", "one early, one late"],
)
def test_recall_at_a_precision_of_99_in_100(wrong, recall):
    """99 right ones weigh 99 down to 1; with one wrong below them the precision is exactly 0.99."""
    truth = {(n, n) for n in range(1, 100)}
    found = [Found((n, n), "same", float(n)) for n in range(1, 100)]
    found += [Found((999, 1000 + at), "same", weight) for at, weight in enumerate(wrong)]

    assert figures(found, truth).recall_at_precision == pytest.approx(recall)


def test_without_weights_there_is_no_cut():
    result = figures([Found((1, 11), "same", None)], TRUTH)

    assert result.best is None
    assert result.recall_at_precision is None
    assert as_cells(result) == ["0.400", "–", "–", "1.0000 / 0.250"]


def test_which_kinds_of_error_lose_pairs():
    errors = {
        ("roster", 1): ["id_missing"],
        ("registry", 12): ["id_missing", "name_homophone"],
        ("roster", 3): ["phone_changed"],
        ("registry", 13): ["id_missing", "phone_changed"],
    }

    rows = recall_by_kind(FOUND, TRUTH, errors)

    assert sorted(rows) == [
        ("none", 1, 1.0, 0.0),
        ("registry id_missing", 2, 0.5, 0.0),
        ("registry name_homophone", 1, 1.0, 0.0),
        ("registry phone_changed", 1, 0.0, 0.0),
        ("roster id_missing", 1, 1.0, 1.0),
        ("roster phone_changed", 1, 0.0, 0.0),
    ]
    assert {row[0] for row in rows[:3]} == {
        *("registry id_missing", "registry phone_changed", "roster phone_changed"),
    }


def test_pairs_are_read_as_the_shell_writes_them(tmp_path):
    file = tmp_path / "pairs.csv"
    file.write_text(
        "roster_row,registry_row,verdict,reason,weight\n"
        '7,3,same,"出生日期、手机号一致;姓名一字之差",12.5\n8,4,possible,,\n',
        encoding="utf-8",
    )

    assert read_pairs(file) == [
        Found((7, 3), "same", 12.5),
        Found((8, 4), "possible", None),
    ]


def test_a_registry_row_that_comes_twice_is_refused(tmp_path):
    file = tmp_path / "pairs.csv"
    file.write_text("roster_row,registry_row,verdict,reason\n7,3,same,\n8,3,possible,\n")

    with pytest.raises(ValueError, match="registry row 3"):
        read_pairs(file)
