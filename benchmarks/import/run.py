"""Time `xgz import registry` on a large CSV, beside a bare DuckDB read and a bare COPY of it.

    python benchmarks/import/run.py FILE.csv [--postgresql URL] [--out TABLE.md]

Each import starts from an empty installation in a folder of its own. Memory is the sum over the
whole process tree, looked at every fifth of a second. The bare figures check and keep nothing.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb  # noqa: TID253
import psycopg

XGZ = Path(sys.executable).with_name("xgz")
_LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Run:
    """One measured way through the file; memory in bytes, 0 where it was not looked at."""

    name: str
    rows: int
    seconds: float
    memory: int = 0
    note: str = ""

    @property
    def speed(self) -> float:
        return self.rows / self.seconds


def tree_memory(root: int) -> int:
    """Return the resident memory of a process and everything below it."""
    parents: dict[int, int] = {}
    memory: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            status = (folder / "status").read_text()
        except OSError:
            continue
        found = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        parents[int(folder.name)] = int(found["PPid"])
        memory[int(folder.name)] = int(found.get("VmRSS", "0 kB").split()[0]) * 1024
    tree = {root}
    while True:
        more = {pid for pid, parent in parents.items() if parent in tree} - tree
        if not more:
            return sum(memory.get(pid, 0) for pid in tree)
        tree |= more


def run_import(name: str, file: Path, home: Path, url: str = "") -> Run:
    """Import the file into an empty installation. Raises CalledProcessError."""
    environment = os.environ | {"XGZ_HOME": str(home), "XGZ_DATABASE_URL": url}
    subprocess.run([XGZ, "coverage"], env=environment, check=True, capture_output=True)
    started, peak = time.perf_counter(), 0
    with (home / "out.txt").open("w+") as out:
        command = [XGZ, "import", "registry", str(file)]
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.DEVNULL)
        while process.poll() is None:
            peak = max(peak, tree_memory(process.pid))
            time.sleep(_LOOK_SECONDS)
        seconds = time.perf_counter() - started
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        out.seek(0)
        figures = dict(line.split(" ", 1) for line in out.read().splitlines())
    names = ("created", "updated", "unchanged", "rejected", "duplicate", "blank")
    if int(figures["rows"]) != sum(int(figures[n]) for n in names):
        raise ValueError(f"the rows do not add up: {figures}")
    note = ", ".join(f"{n} {int(figures[n]):,}" for n in names if int(figures[n]))
    return Run(name, int(figures["rows"]), seconds, peak, note)


def run_duckdb(file: Path) -> Run:
    """Read every cell of the file into a table in memory with DuckDB, as text."""
    started = time.perf_counter()
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(
            "CREATE TABLE t AS SELECT * FROM read_csv(?, all_varchar=true, header=true,"
            " ignore_errors=true, null_padding=true, strict_mode=false)",
            [str(file)],
        )
        rows = connection.execute("SELECT count(*) FROM t").fetchone()
    return Run("bare DuckDB read", rows[0] if rows else 0, time.perf_counter() - started)


def run_copy(file: Path, url: str) -> Run:
    """COPY the lines of the file into a table of one text column."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS bare_copy")
        connection.execute("CREATE TABLE bare_copy (line text)")
        started = time.perf_counter()
        with (
            file.open("rb") as stream,
            connection.cursor() as cursor,
            cursor.copy(
                r"COPY bare_copy FROM STDIN (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')"
            ) as copy,
        ):
            while block := stream.read(1 << 20):
                copy.write(block)
        seconds = time.perf_counter() - started
        found = connection.execute("SELECT count(*) FROM bare_copy").fetchone()
        connection.execute("DROP TABLE bare_copy")
    return Run("bare COPY (one text column)", found[0] - 1 if found else 0, seconds)


def as_table(runs: list[Run], file: Path) -> str:
    """Return the runs as a markdown table."""
    load = os.getloadavg()[0]
    lines = [
        f"{file.stat().st_size / 1e6:.0f} MB; {os.cpu_count()} cores ({platform.machine()}), Python "
        f"{platform.python_version()}, load at the end {load:.1f}",
        "",
        "| run | rows | seconds | rows/s | peak memory, all processes | outcome |",
        "|---|---|---|---|---|---|",
    ]
    for run in runs:
        memory = f"{run.memory / 1e6:.0f} MB" if run.memory else "-"
        lines.append(
            f"| {run.name} | {run.rows:,} | {run.seconds:.1f} | {run.speed:,.0f} | {memory} | {run.note or '-'} |"
        )
    bare = {run.name.split()[1]: run for run in runs if run.name.startswith("bare")}
    for run in runs:
        for other in bare.values() if not run.name.startswith("bare") else ():
            lines.append(f"\n{run.name}: {run.seconds / other.seconds:.1f} times the {other.name}.")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run everything and print, and with --out write, the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--postgresql", default="", metavar="URL", help="an empty database")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    file = options.file.resolve()
    runs = [run_duckdb(file)]
    with tempfile.TemporaryDirectory() as home:
        runs.append(run_import("xgz import, SQLite", file, Path(home)))
    if options.postgresql:
        runs.append(run_copy(file, options.postgresql))
        with tempfile.TemporaryDirectory() as home:
            runs.append(run_import("xgz import, PostgreSQL", file, Path(home), options.postgresql))
    table = as_table(runs, file)
    print(table)
    if options.out:
        options.out.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
