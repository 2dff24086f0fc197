"""Check a result of `xgz plan` against its input: shares no code with the planner.

Usage: check.py BUSINESSES GROUPS [--branches E] [--radius-m 600] [--min-full 3] ... (as xgz plan)
Prints what is wrong, line by line, then covered members and their mean distance to the hub.
"""

import argparse
import csv
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

Row = dict[str, str]


@dataclass(frozen=True)
class Limits:
    radius_m: float = 600.0
    min_full: int = 3
    max_members: int = 50
    branch_max: int = 50
    max_units: int = 5


@dataclass(frozen=True)
class Finding:
    """faults: sentences; covered: members placed; mean_m: metres per member placed."""

    faults: list[str]
    covered: int
    groups: int
    mean_m: float


def check(businesses: list[Row], branches: list[Row], groups: list[Row], limits: Limits) -> Finding:
    """Return what is wrong with a plan, and its figures."""
    faults: list[str] = []
    if [row["business_id"] for row in groups] != [row["business_id"] for row in businesses]:
        faults.append("the businesses are not those of the input, in its order")
    of = {row["business_id"]: row for row in businesses}
    seats = {"branch:" + row["branch_id"]: row for row in branches}
    together: dict[str, list[Row]] = defaultdict(list)
    hubs: dict[str, set[str]] = defaultdict(set)
    for row in groups:
        if bool(row["group_id"]) != bool(row["hub_id"]):
            faults.append(f"{row['business_id']}: group without hub or hub without group")
        elif row["group_id"]:
            together[row["group_id"]].append(of[row["business_id"]])
            hubs[row["group_id"]].add(row["hub_id"])
    covered, metres = 0, 0.0
    for name, members in together.items():
        hub_id = min(hubs[name])
        hub = seats.get(hub_id) or of.get(hub_id)
        if len(hubs[name]) > 1 or hub is None:
            faults.append(f"{name}: not one known hub")
            continue
        faults += [f"{name}: {fault}" for fault in _faults(name, members, hub_id, hub, limits)]
        covered += sum(int(row["members"]) for row in members)
        metres += sum(int(row["members"]) * _metres(row, hub) for row in members)
    return Finding(faults, covered, len(together), metres / covered if covered else 0.0)


def _faults(name: str, members: list[Row], hub_id: str, hub: Row, limits: Limits) -> list[str]:
    size = sum(int(row["members"]) for row in members)
    found = [
        f"{row['business_id']} is out of reach"
        for row in members
        if row["town"] != hub["town"] or _metres(row, hub) > limits.radius_m
    ]
    if hub_id.startswith("branch:"):
        if name != hub_id:
            found.append("a branch's group is not named after it")
        if int(hub["members"]) + size > limits.branch_max:
            found.append("the branch has no room")
        return found
    if hub not in members:
        found.append("the hub is not one of its units")
    if sum(int(row["full_members"]) for row in members) < limits.min_full:
        found.append("too few full members")
    if size > limits.max_members:
        found.append("too many members")
    if limits.max_units and len(members) > limits.max_units:
        found.append("too many units")
    return found


def _metres(row: Row, other: Row) -> float:
    across = float(row["x_m"]) - float(other["x_m"])
    along = float(row["y_m"]) - float(other["y_m"])
    return float((across * across + along * along) ** 0.5)


def read(path: Path | None) -> list[Row]:
    """Return the rows of a CSV file by header; none without a file."""
    if path is None:
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("businesses", type=Path)
    parser.add_argument("groups", type=Path)
    parser.add_argument("--branches", type=Path)
    parser.add_argument("--radius-m", type=float, default=600.0)
    for name, default in (("min-full", 3), ("max-members", 50), ("branch-max", 50)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--max-units", type=int, default=5)
    asked = vars(parser.parse_args())
    files = [read(asked.pop(name)) for name in ("businesses", "branches", "groups")]
    found = check(*files, Limits(**asked))
    print("\n".join(found.faults))
    print(f"covered {found.covered} groups {found.groups} mean_m {found.mean_m:.2f}")
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
