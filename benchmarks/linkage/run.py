"""Generate lists, link them by each method under measurement, and say how well and how fast.

    python -m benchmarks.linkage.run [--roster 20000] [--registry 100000] [--profile default]
        [--seed 1] [--methods exact,xgz] [--splink PYTHON] [--folder DIR] [--table TABLE.md]

Methods: exact, xgz, spark (xgz with --engine spark), splink-ready, splink-chinese; the last two
run in the interpreter that --splink names, which must have Splink. A row for each is printed and
added to TABLE.md. --folder keeps the lists and uses those that are there already.
"""

import argparse
import os
import platform
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.linkage import evaluate, measure
from benchmarks.linkage.generate import generate
from benchmarks.linkage.profiles import PROFILES

HERE = Path(__file__).parent
HEADER = (
    *("method", "profile", "roster x registry", "F1", "best F1", "recall at precision 0.99"),
    *("same: precision / recall", "seconds", "processor s", "GB"),
)
METHODS = ("exact", "xgz", "spark", "splink-ready", "splink-chinese")
_XGZ = (sys.executable, "-c", "from xgz.config.shell import main; main()", "link")


@dataclass(frozen=True, slots=True)
class Lists:
    """A folder of lists and how it was made."""

    folder: Path
    profile: str
    roster: int
    registry: int


def command(method: str, lists: Lists, out: Path, splink: str) -> list[str]:
    """Return the command that links the lists by the method."""
    if method == "exact":
        return [sys.executable, str(HERE / "exact.py"), str(lists.folder), str(out)]
    if method.startswith("splink"):
        script = HERE / f"{method.replace('-', '_')}.py"
        return [splink, str(script), str(lists.folder), str(out)]
    files = ["--roster", str(lists.folder / "roster.csv")]
    files += ["--registry", str(lists.folder / "registry.csv"), "--out", str(out)]
    engine = ["--engine", "spark"] if method == "spark" else []
    return [*_XGZ, *files, "--synthetic", "--weights", *engine]


def run_method(method: str, lists: Lists, splink: str) -> list[str]:
    """Return the cells of the method's row."""
    with tempfile.TemporaryDirectory() as home:
        out = Path(home) / "pairs.csv"
        environment = os.environ | {"XGZ_HOME": str(Path(home) / "home"), "XGZ_DATABASE_URL": ""}
        spent = measure.run(command(method, lists, out, splink), environment)
        found = evaluate.read_pairs(out)
    result = evaluate.figures(found, evaluate.read_truth(lists.folder))
    return [
        method,
        lists.profile,
        f"{_short(lists.roster)} x {_short(lists.registry)}",
        *evaluate.as_cells(result),
        f"{spent.seconds:.1f}",
        f"{spent.processor:.1f}",
        f"{spent.memory / 1e9:.2f}",
    ]


def _short(count: int) -> str:
    return f"{count // 1_000_000}M" if count % 1_000_000 == 0 else f"{count // 1000}k"


def as_line(cells: tuple[str, ...] | list[str]) -> str:
    """Return the cells as a line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Run the methods one after the other."""
    options = _arguments()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        lists = Lists(folder, options.profile, options.roster, options.registry)
        if not (folder / "truth.csv").exists():
            folder.mkdir(parents=True, exist_ok=True)
            generate(
                folder,
                roster=lists.roster,
                registry=lists.registry,
                seed=options.seed,
                profile=PROFILES[lists.profile],
            )
        print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} processors")
        lines = [as_line(HEADER), as_line(["---"] * len(HEADER))]
        print(*lines, sep="\n", flush=True)
        for method in options.methods.split(","):
            line = as_line(run_method(method, lists, options.splink))
            print(line, flush=True)
            lines.append(line)
    if options.table:
        _add(options.table, lines)


def _add(table: Path, lines: list[str]) -> None:
    """Add the rows to the table; the header only where there is none yet."""
    known = table.read_text(encoding="utf-8") if table.exists() else ""
    new = lines if lines[0] not in known else lines[2:]
    table.write_text(known + "".join(f"{line}\n" for line in new), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--roster", type=int, default=20_000)
    parser.add_argument("--registry", type=int, default=100_000)
    parser.add_argument("--profile", choices=sorted(PROFILES), default="default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--methods", default="exact,xgz")
    parser.add_argument("--splink", default=sys.executable, help="interpreter that has Splink")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--table", type=Path)
    options = parser.parse_args()
    unknown = set(options.methods.split(",")) - set(METHODS)
    if unknown:
        parser.error(f"unknown methods: {', '.join(sorted(unknown))}")
    return options


if __name__ == "__main__":
    main()
