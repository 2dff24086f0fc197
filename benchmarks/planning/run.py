"""Compare `xgz plan` with plain ways on invented instances, checked by check.py.

Usage: run.py [--sizes 300 3000 30000] [--shapes mixed sparse] [--units 0 5] [--max-p]
Prints a table: members covered, share of the proven bound, mean metres, seconds and processor time.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.planning import baselines  # noqa: E402
from benchmarks.planning.check import Finding, Limits, Row, check, read  # noqa: E402
from benchmarks.planning.invent import SHAPES, invent, write  # noqa: E402

TOWNS = {300: 6, 3000: 18, 30000: 170}
SECONDS = {300: 30, 3000: 30, 30000: 120}
_SHELL = "import sys; sys.argv[0] = 'xgz'; from xgz.config.shell import main; main()"


def planned(
    folder: Path, paths: tuple[Path, Path], limits: Limits, seconds: int
) -> dict[str, float]:
    """Run the command and return its summary with wall, processor seconds and peak megabytes."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", _SHELL, "plan", "--businesses", str(paths[0])]
        + ["--branches", str(paths[1]), "--out", str(folder / "groups.csv")]
        + ["--max-members", str(limits.max_members), "--max-units", str(limits.max_units)]
        + ["--time-limit", str(seconds)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "XGZ_HOME": str(folder / "home")},
        check=True,
        capture_output=True,
        text=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    summary: dict[str, float] = json.loads(done.stdout)
    summary["wall"] = time.monotonic() - began
    summary["cpu"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    summary["megabytes"] = after.ru_maxrss / 1024
    return summary


def grouped(
    rows: list[Row],
    branches: list[Row],
    limits: Limits,
    make: Callable[[], baselines.Groups | None],
) -> tuple[Finding, float] | None:
    """Return a plain way's checked result and its processor seconds; None where it cannot run."""
    began = time.process_time()
    groups = make()
    if groups is None:
        return None
    spent = time.process_time() - began
    of = {unit: hub for hub, units in groups.items() for unit in units}
    written = []
    for number, row in enumerate(rows):
        hub = rows[of[number]]["business_id"] if number in of else ""
        written.append({"business_id": row["business_id"], "group_id": hub, "hub_id": hub})
    found = check(rows, branches, written, limits)
    assert found.faults == [], found.faults[:3]  # noqa: S101
    return found, spent


def compare(size: int, shape: str, units: int, *, with_max_p: bool) -> None:
    limits = Limits(max_members=30, max_units=units)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = write(folder, *invent(size, TOWNS[size], 0, shape))
        summary = planned(folder, paths, limits, SECONDS[size])
        rows, branches = read(paths[0]), read(paths[1])
        ours = check(rows, branches, read(folder / "groups.csv"), limits)
        assert ours.faults == [] and ours.covered == summary["covered"]  # noqa: S101, PT018
    bound = int(summary["upper_bound"])
    head = f"| {size:,} {shape}, {units or 'no'} units | "
    print(
        f"{head}xgz plan | {ours.covered} | {ours.covered / bound:.2%} of {bound} | {ours.mean_m:.0f}"
        f" | {summary['wall']:.1f} | {summary['cpu']:.1f} | {summary['megabytes']:.0f} MB |",
        flush=True,
    )
    world = baselines.World(rows, limits)
    ways: dict[str, Callable[[], baselines.Groups | None]] = {
        "greedy": lambda: baselines.greedy(world),
        "greedy and local search": lambda: baselines.local_search(world),
        "k-means": lambda: baselines.k_means(world),
    }
    if with_max_p:
        ways["pysal MaxP"] = lambda: baselines.max_p(world, rows)
    for way, make in ways.items():
        result = grouped(rows, branches, limits, make)
        if result is None:
            print(f"{head}{way} | not installed | | | | | |")
            continue
        found, spent = result
        share = f"{found.covered / bound:.2%}"
        print(
            f"{head}{way} | {found.covered} | {share} | {found.mean_m:.0f} | | {spent:.1f} | |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", choices=TOWNS, default=list(TOWNS))
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=["mixed", "sparse"])
    parser.add_argument("--units", type=int, nargs="+", default=[0, 5])
    parser.add_argument("--max-p", action="store_true")
    asked = parser.parse_args()
    print("| instance | way | covered | of the bound | mean m | wall s | processor s | memory |")
    print("|---|---|---|---|---|---|---|---|")
    for size in asked.sizes:
        for shape in asked.shapes:
            for units in asked.units:
                compare(size, shape, units, with_max_p=asked.max_p)


if __name__ == "__main__":
    main()
