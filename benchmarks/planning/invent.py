"""Invent businesses with few members and existing branches, as CSV files for `xgz plan`.

Usage: invent.py FOLDER --members 3000 --towns 18 [--seed 0] [--shape mixed]
"""

import argparse
import csv
import math
import random
from pathlib import Path

BUSINESS_HEADER = [
    "business_id",
    "x_m",
    "y_m",
    "town",
    "market",
    "trade",
    "members",
    "full_members",
]
BRANCH_HEADER = ["branch_id", "x_m", "y_m", "town", "members"]
TOWN_SIDE = 9_000.0  # metres
TRADES = ["零售", "餐饮", "建材", "服装", "维修", "物流", "农资"]
# Members of a business and how often they occur; most shops have one.
MEMBER_WEIGHTS = {1: 70, 2: 18, 3: 6, 4: 3, 5: 2, 8: 1}
SHAPES = ("mixed", "giant", "tower", "sparse", "even", "thin")

Row = list[str]


def invent(
    members: int, towns: int, seed: int, shape: str = "mixed"
) -> tuple[list[Row], list[Row]]:
    """Return rows of businesses with `members` members in all, and rows of existing branches.

    mixed: market clusters, ribbons along roads and strays; giant: all of it in one town;
    tower: most businesses on a handful of points; sparse: strays near the radius apart; even: six
    neighbours each and no end of a component; thin: as mixed, with few full members.
    """
    dice = random.Random(f"{members}/{towns}/{seed}/{shape}")
    towns = 1 if shape == "giant" else towns
    businesses: list[Row] = []
    branches: list[Row] = []
    for town in range(towns):
        share = members * (town + 1) // towns - members * town // towns
        _fill_town(dice, town, towns, share, shape, businesses, branches)
    return businesses, branches


def _fill_town(
    dice: random.Random,
    town: int,
    towns: int,
    share: int,
    shape: str,
    businesses: list[Row],
    branches: list[Row],
) -> None:
    columns = max(1, math.ceil(math.sqrt(towns)))
    side = TOWN_SIDE * max(1.0, math.sqrt(share / 180))
    if shape == "even":
        side = 350.0 * math.sqrt(share)
    left, bottom = (town % columns) * side, (town // columns) * side
    clusters = [
        (
            left + dice.uniform(0.1, 0.9) * side,
            bottom + dice.uniform(0.1, 0.9) * side,
            dice.choice((60.0, 150.0, 300.0, 500.0)),
            f"T{town:03d}-M{number}",
        )
        for number in range(max(2, round(share / 25)))
    ]
    placed = 0
    while placed < share:
        count = dice.choices(list(MEMBER_WEIGHTS), list(MEMBER_WEIGHTS.values()))[0]
        count = min(count, share - placed)
        full = sum(dice.random() < (0.45 if shape == "thin" else 0.85) for _ in range(count))
        x, y, market = _place(dice, left, bottom, side, clusters, shape)
        number = len(businesses)
        trade = dice.choice(TRADES)
        businesses.append(
            [f"B{number:06d}", f"{x:.1f}", f"{y:.1f}", f"T{town:03d}", market, trade]
            + [str(count), str(full)]
        )
        placed += count
    for number in range(max(1, len(clusters) // 3)):
        x, y, spread, _ = dice.choice(clusters)
        seat = (dice.gauss(x, spread), dice.gauss(y, spread))
        branches.append(
            [f"E{town:03d}-{number}", f"{seat[0]:.1f}", f"{seat[1]:.1f}", f"T{town:03d}"]
            + [str(dice.randint(3, 50))]
        )


def _place(
    dice: random.Random,
    left: float,
    bottom: float,
    side: float,
    clusters: list[tuple[float, float, float, str]],
    shape: str,
) -> tuple[float, float, str]:
    stray_share = {"sparse": 0.75, "even": 1.0}.get(shape, 0.15)
    if dice.random() < stray_share:
        return left + dice.random() * side, bottom + dice.random() * side, ""
    x, y, spread, market = dice.choice(clusters)
    if shape == "tower":
        return x, y, market
    if dice.random() < 0.25:  # shops along the road that leads to the market
        angle, way = dice.choice((0.3, 1.9, 3.6, 5.0)), dice.expovariate(1 / 900)
        return x + way * math.cos(angle), y + way * math.sin(angle), ""
    return dice.gauss(x, spread), dice.gauss(y, spread), market


def write(folder: Path, businesses: list[Row], branches: list[Row]) -> tuple[Path, Path]:
    """Write businesses.csv and branches.csv; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / "businesses.csv", folder / "branches.csv"
    for path, header, rows in zip(
        paths, (BUSINESS_HEADER, BRANCH_HEADER), (businesses, branches), strict=True
    ):
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    return paths


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--members", type=int, default=3000)
    parser.add_argument("--towns", type=int, default=18)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--shape", choices=SHAPES, default="mixed")
    asked = parser.parse_args()
    write(asked.folder, *invent(asked.members, asked.towns, asked.seed, asked.shape))


if __name__ == "__main__":
    main()
