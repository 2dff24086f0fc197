# ruff: noqa: PLC0415 (Django must be set up for the chosen folder first)
"""A hundred people at work while one import follows the other; see README.md beside this.

    .venv/bin/python -m benchmarks.load.run [--seconds 600] [--ramp 30] [--people 100] [--home FOLDER]

On SQLite, or on the PostgreSQL that XGZ_DATABASE_URL names.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from benchmarks.load.client import FILE_NAME, Desk, Person, Sample, Site
from benchmarks.load.importer import Importer, RegistryFiles
from benchmarks.load.report import Run, as_markdown, missed
from benchmarks.load.usage import usage_of

ROOT = Path(__file__).resolve().parents[2]
XGZ = (sys.executable, "-c", "from xgz.config.shell import main; main()")
_PATIENCE_SECONDS = 60
_COUNTED = ("rows", "created", "updated", "unchanged")
_SIGNS_OF_TROUBLE = ("locked", "Traceback", "OperationalError", "deadlock")
# Bookkeeping that gives way to a long write and is made up for: last use of a device, heartbeat.
_FOR_INFORMATION = '"level":"INFO"'


def main() -> None:
    """Make the district, let people work on it, print the figures; exit 1 where they miss."""
    arguments = _arguments()
    home = Path(arguments.home or tempfile.mkdtemp(prefix="xgz-load-"))
    os.environ |= {
        "XGZ_HOME": str(home),
        "XGZ_PROFILE": "demo",
        "DJANGO_SETTINGS_MODULE": "xgz.config.settings",
        "PYTHONPATH": str(ROOT),
    }
    try:
        run = _measure(arguments, home)
    finally:
        if not arguments.home:
            shutil.rmtree(home, ignore_errors=True)
    table = as_markdown(run)
    print(table)
    if arguments.out:
        with Path(arguments.out).open("a", encoding="utf-8") as out:
            out.write(table + "\n")
    for sentence in missed(run):
        print(f"MISSED: {sentence}")
    sys.exit(1 if missed(run) else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=600, help="measured time, after the ramp")
    parser.add_argument("--ramp", type=int, default=30, help="seconds in which people sit down")
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--writes", type=float, default=10, help="percent of all requests")
    parser.add_argument("--businesses", type=int, default=50_000, help="of the demo district")
    parser.add_argument("--rows", type=int, default=50_000, help="of each imported file; 0: none")
    parser.add_argument("--home", help="keep the data in this folder, and use it if it has any")
    parser.add_argument("--out", help="append the table to this file")
    return parser.parse_args()


def _measure(arguments: argparse.Namespace, home: Path) -> Run:
    people, clerk, townships = _prepare(arguments)
    samples: list[Sample] = []
    over, port = threading.Event(), _free_port()
    importer = Importer(
        Site(port, clerk.cookie, samples.append), RegistryFiles(townships, arguments.rows), over
    )
    desks = [
        Desk(
            person,
            Site(port, person.cookie, samples.append),
            over=over,
            ramp=arguments.ramp,
            seed=number,
        )
        for number, person in enumerate(people)
    ]
    threads = [*desks, importer] if arguments.rows else desks
    with _server(home, port) as serve:
        load_before = os.getloadavg()[0]
        for thread in threads:
            thread.start()
        time.sleep(arguments.ramp)
        begun, before = time.monotonic(), usage_of(serve.pid, _postmaster())
        time.sleep(arguments.seconds)
        ended, after = time.monotonic(), usage_of(serve.pid, _postmaster())
        over.set()
        for thread in threads:
            thread.join(_PATIENCE_SECONDS)
        has_died = serve.poll() is not None
    figures = _imports()
    return Run(
        database="PostgreSQL" if os.environ.get("XGZ_DATABASE_URL") else "SQLite",
        people=len(people),
        seconds=ended - begun,
        load_before=load_before,
        samples=[each for each in samples if begun <= each.at < ended],
        usage=after.since(before),
        imports=importer.tally.finished,
        import_rows=figures,
        import_seconds=importer.tally.seconds,
        faults=[*importer.tally.failed, *_trouble(home), *["server died"] * has_died],
        wants_imports=bool(arguments.rows),
    )


def _prepare(arguments: argparse.Namespace) -> tuple[list[Person], Person, list[str]]:
    """Make the district where there is none, and the people; return them with its townships."""
    import django

    seed = ("demo", "--no-serve", "--businesses", str(arguments.businesses))
    subprocess.run([*XGZ, *seed], check=True, stdout=subprocess.DEVNULL)
    django.setup()
    from django.db import connection, connections

    from benchmarks.load.people import make_clerk, make_people
    from xgz.models import Body
    from xgz.rules.bodies import BodyKind

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    people = make_people(arguments.people, arguments.writes)
    townships = Body.objects.filter(kind=BodyKind.TOWNSHIP).order_by("path")
    names = list(townships.values_list("short_name", flat=True))
    found = people, make_clerk(), names
    connections.close_all()
    return found


@contextmanager
def _server(home: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """Run `xgz serve` as an office would, with its default processes, while the block runs."""
    with (home / "load.log").open("wb") as log:
        serve = subprocess.Popen([*XGZ, "serve", "--port", str(port)], stdout=log, stderr=log)
    try:
        _wait_until_up(serve, port)
        yield serve
    finally:
        serve.terminate()
        serve.wait(_PATIENCE_SECONDS)


def _wait_until_up(serve: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while serve.poll() is None and time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit("xgz serve does not answer; see load.log in the data folder")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _postmaster() -> int | None:
    """Return the process of the throw-away PostgreSQL of tools/pg.sh, if that is in use."""
    folders = parse_qs(urlsplit(os.environ.get("XGZ_DATABASE_URL", "")).query).get("host", [])
    files = [Path(folder) / "data" / "postmaster.pid" for folder in folders]
    return next((int(file.read_text().split()[0]) for file in files if file.exists()), None)


def _imports() -> Counter[str]:
    """Return the rows of the written imports of this run, by what became of them."""
    from xgz.models import Import

    counts = Counter[str]()
    for source in Import.objects.filter(file_name=FILE_NAME, state="applied"):
        counts += Counter({name: getattr(source, name) for name in _COUNTED})
        counts["unbalanced"] += not source.balances
    return counts


def _trouble(home: Path) -> list[str]:
    """Return the last line of what the server's log tells of faults."""
    lines = (home / "load.log").read_text(encoding="utf-8", errors="replace").splitlines()
    return [
        f"log: {line.strip()[:120]}"
        for line in lines
        if any(sign in line for sign in _SIGNS_OF_TROUBLE) and _FOR_INFORMATION not in line
    ]


if __name__ == "__main__":
    main()
