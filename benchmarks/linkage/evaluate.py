"""Compare found pairs with the truth.

    python benchmarks/linkage/evaluate.py PAIRS.csv DIR [--kinds]

PAIRS.csv has roster_row, registry_row, verdict and, where known, weight; DIR is what generate.py
wrote. With --kinds it also says, for each kind of error, how much of the truth was found.
"""

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

Pair = tuple[int, int]
NEEDED_PRECISION = 0.99
SAME = "same"


@dataclass(frozen=True, slots=True)
class Found:
    """A pair as the method gave it; weight is None where the method has none."""

    pair: Pair
    verdict: str
    weight: float | None


@dataclass(frozen=True, slots=True)
class Quality:
    """Shares between 0 and 1; 1 for the precision of nothing found."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean; 0 where nothing right was found."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run is judged by.

    either: same and possible together. best: cut by weight where F1 is highest.
    recall_at_precision: highest recall of a cut whose precision is at least NEEDED_PRECISION.
    The last two are None without weights.
    """

    either: Quality
    same: Quality
    best: Quality | None
    recall_at_precision: float | None


def read_pairs(path: Path) -> list[Found]:
    """Return the pairs of the file. Raises ValueError where a registry row comes twice."""
    with path.open(encoding="utf-8", newline="") as stream:
        found = [
            Found(
                (int(row["roster_row"]), int(row["registry_row"])),
                row["verdict"],
                float(row["weight"]) if row.get("weight") else None,
            )
            for row in csv.DictReader(stream)
        ]
    rows = Counter(each.pair[1] for each in found)
    if len(rows) != len(found):
        twice = next(row for row, times in rows.items() if times > 1)
        raise ValueError(f"registry row {twice} comes more than once")
    return found


def read_truth(folder: Path) -> set[Pair]:
    """Return the true pairs of a folder that generate.py wrote."""
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream)
        return {(int(row["roster_row"]), int(row["registry_row"])) for row in rows}


def read_errors(folder: Path) -> dict[tuple[str, int], list[str]]:
    """Return the kinds of error by side and row."""
    with (folder / "errors.csv").open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream)
        return {(row["side"], int(row["row"])): row["kinds"].split("|") for row in rows}


def quality(pairs: Iterable[Pair], truth: set[Pair]) -> Quality:
    """Return precision and recall of the pairs."""
    found = set(pairs)
    right = len(found & truth)
    return Quality(right / len(found) if found else 1.0, right / len(truth) if truth else 1.0)


def cuts(found: Sequence[Found], truth: set[Pair]) -> list[Quality]:
    """Return the quality at each possible cut by weight, from the highest weight down.

    Pairs of one weight are taken together. Empty where a pair has no weight.
    """
    if any(each.weight is None for each in found):
        return []
    right = taken = 0
    qualities = []
    ordered = sorted(found, key=lambda each: -(each.weight or 0.0))
    for _, group in groupby(ordered, key=lambda each: each.weight):
        pairs = [each.pair for each in group]
        taken += len(pairs)
        right += sum(pair in truth for pair in pairs)
        qualities.append(Quality(right / taken, right / len(truth) if truth else 1.0))
    return qualities


def figures(found: Sequence[Found], truth: set[Pair]) -> Figures:
    """Return what a run is judged by."""
    steps = cuts(found, truth)
    exact = [step.recall for step in steps if step.precision >= NEEDED_PRECISION]
    return Figures(
        either=quality((each.pair for each in found), truth),
        same=quality((each.pair for each in found if each.verdict == SAME), truth),
        best=max(steps, key=lambda step: step.f1) if steps else None,
        recall_at_precision=max(exact, default=0.0) if steps else None,
    )


def recall_by_kind(
    found: Sequence[Found], truth: set[Pair], errors: Mapping[tuple[str, int], list[str]]
) -> list[tuple[str, int, float, float]]:
    """Return (kind, true pairs with it, share found, share found as same), the worst lost first.

    A kind is named with its side; "none" stands for pairs in which nothing went wrong.
    """
    verdicts = {each.pair: each.verdict for each in found}
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for pair in truth:
        kinds = {
            f"{side} {kind}"
            for side, row in (("roster", pair[0]), ("registry", pair[1]))
            for kind in errors.get((side, row), ())
        }
        verdict = verdicts.get(pair)
        for kind in kinds or {"none"}:
            count = counts[kind]
            count[0] += 1
            count[1] += verdict is not None
            count[2] += verdict == SAME
    rows = [(kind, n, any_ / n, same / n) for kind, (n, any_, same) in counts.items()]
    return sorted(rows, key=lambda row: row[1] * (row[2] - 1))


def as_cells(figures: Figures) -> list[str]:
    """Return the figures as cells of a table: F1, best F1, recall, and precision/recall of same."""
    best = f"{figures.best.f1:.3f}" if figures.best else "–"
    recall = "–" if figures.recall_at_precision is None else f"{figures.recall_at_precision:.3f}"
    same = f"{figures.same.precision:.4f} / {figures.same.recall:.3f}"
    return [f"{figures.either.f1:.3f}", best, recall, same]


def main() -> None:
    """Print the figures of one file of pairs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kinds", action="store_true")
    options = parser.parse_args()
    found, truth = read_pairs(options.pairs), read_truth(options.folder)
    result = figures(found, truth)
    either = result.either
    print(f"pairs {len(found)}, true {len(truth)}")
    print(f"same or possible: precision {either.precision:.4f}, recall {either.recall:.4f}")
    names = ("F1", "best F1 by weight", "recall at precision 0.99", "same: precision / recall")
    for name, cell in zip(names, as_cells(result), strict=True):
        print(f"{name}: {cell}")
    if options.kinds:
        print("kind: true pairs, found, found as same")
        for kind, count, share, same in recall_by_kind(found, truth, read_errors(options.folder)):
            print(f"{kind}: {count}, {share:.3f}, {same:.3f}")


if __name__ == "__main__":
    main()
