# ruff: noqa: PLC0415 (models can be imported only after Django is set up for the chosen folder)
"""Kills the site with kill -9 while people write through it, and counts what was lost or doubled.

    .venv/bin/python -m benchmarks.torture.web [--kills 100] [--clients 4] [--seed 0] [--away 10]

Half of the kills meet one process of the site, half the whole of it, which is then started again.
Uses the database of XGZ_DATABASE_URL, or SQLite; in a throw-away folder. The database must be empty.
Exit code 1: an acknowledged write was lost, one was doubled, none was acknowledged, the audit is
broken, the site never came up, or was away for longer than --away seconds.
"""

import argparse
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from http.client import OK
from pathlib import Path
from typing import Any

from benchmarks.load.client import Sample, Site
from benchmarks.load.people import open_session

ROOT = Path(__file__).resolve().parents[2]
SERVE = (sys.executable, "-c", "from xgz.config.shell import main; main()", "serve", "--no-worker")
PAUSES = (0.3, 2.5)  # seconds of work between two kills
LONGEST_AWAY = 10.0
_PATIENCE_SECONDS = 180


def main() -> None:
    arguments = _arguments()
    home = Path(tempfile.mkdtemp(prefix="xgz-torture-web-"))
    os.environ |= {"XGZ_HOME": str(home), "DJANGO_SETTINGS_MODULE": "xgz.config.settings"}
    os.environ |= {"PYTHONPATH": str(ROOT), "XGZ_PROFILE": "demo"}
    try:
        is_whole = Torture(arguments, home).run()
    finally:
        shutil.rmtree(home, ignore_errors=True)
    sys.exit(0 if is_whole else 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--away", type=float, default=LONGEST_AWAY, help="longest absence allowed")
    return parser.parse_args()


@dataclass(slots=True)
class Clerk:
    """Renames one organisation over and over; knows which names the site said it had taken."""

    organisation: str
    cookie: tuple[str, str]
    asked: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)


class Torture:
    """Keeps the site running and dying, clerks writing, and the books of both."""

    def __init__(self, arguments: argparse.Namespace, home: Path) -> None:
        self._kills, self._chance = arguments.kills, random.Random(arguments.seed)
        self._home, self._port, self._longest = home, _free_port(), arguments.away
        self._over = threading.Event()
        self._away: list[float] = []
        self._clerks = _prepare(arguments.clients)
        self._site = self._start()

    def run(self) -> bool:
        """Return whether every acknowledged write is there exactly once."""
        began = time.monotonic()
        threads = [threading.Thread(target=self._work, args=(each,)) for each in self._clerks]
        try:
            self._wait_until_back(began)
            self._away.clear()  # the first start also gathers the static files
            for thread in threads:
                thread.start()
            for number in range(self._kills):
                time.sleep(self._chance.uniform(*PAUSES))
                self._kill(whole=number % 2 == 0)
        finally:
            self._over.set()
            for thread in threads:
                if thread.ident:
                    thread.join(_PATIENCE_SECONDS)
            _end(self._site)
        return self._report(time.monotonic() - began)

    def _start(self) -> subprocess.Popen[bytes]:
        with (self._home / "site.log").open("ab") as log:
            command = [*SERVE, "--port", str(self._port), "--workers", "2"]
            return subprocess.Popen(
                command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )

    def _kill(self, *, whole: bool) -> None:
        died = time.monotonic()
        if whole:
            os.killpg(self._site.pid, signal.SIGKILL)
            self._site.wait()
            self._site = self._start()
        else:
            children = _children_of(self._site.pid)
            os.kill(self._chance.choice(children), signal.SIGKILL)
        self._wait_until_back(died)

    def _wait_until_back(self, since: float) -> None:
        while time.monotonic() - since < _PATIENCE_SECONDS:
            if Site(self._port, ("x", "x"), _ignore).get("/sign-in/", name="x").status == OK:
                self._away.append(time.monotonic() - since)
                return
            time.sleep(0.05)
        said = (self._home / "site.log").read_text(encoding="utf-8", errors="replace")
        raise SystemExit(f"not up within {_PATIENCE_SECONDS} s; its log ends:\n{said[-2000:]}")

    def _work(self, clerk: Clerk) -> None:
        site = Site(self._port, clerk.cookie, _ignore)
        address = f"/organisations/{clerk.organisation}/rename/"
        while not self._over.is_set():
            name = f"{clerk.organisation} 第{len(clerk.asked)}次更名"
            clerk.asked.append(name)
            values = {"name": name, "day": _today(), "note": ""}
            answer = site.post(address, values, name="x", kind="write")
            if answer.location:
                clerk.taken.append(name)
            else:
                time.sleep(0.05)

    def _report(self, seconds: float) -> bool:
        from django.db import connection

        taken = sum(len(clerk.taken) for clerk in self._clerks)
        lost, doubled = _lost_and_doubled(self._clerks)
        faults = _broken_database()
        longest = max(self._away)
        print(
            f"{connection.vendor}: {self._kills} kills of the site in {seconds:.0f} s; "
            f"{taken} writes acknowledged, {lost} lost, {doubled} doubled"
        )
        print(
            f"back after {sorted(self._away)[len(self._away) // 2]:.1f} s in the middle, "
            f"{longest:.1f} s at worst; {faults or 'database and audit whole'}"
        )
        return not (lost or doubled or faults) and longest <= self._longest and taken > 0


def _prepare(count: int) -> list[Clerk]:
    """Make an empty district with one township and an organisation for each clerk."""
    import django

    django.setup()
    from xgz.models import Body, Organisation, RoleAssignment, User
    from xgz.rules.bodies import BodyKind, Line
    from xgz.services.installation import ensure_ready

    ensure_ready()
    line = Line.ORGANIZATION
    top = Body.objects.create(name="县委组织部", kind=BodyKind.ORG_DEPT, line=line, path="00001")
    township = Body.objects.create(
        name="清平镇党委", kind=BodyKind.TOWNSHIP, line=line, path="0000100001", parent=top
    )
    clerks = []
    for number in range(1, count + 1):
        name = f"第{number}支部"
        path = f"{township.path}{number:05}"
        body = Body.objects.create(
            name=name, kind=BodyKind.ORGANISATION, line=line, path=path, parent=township
        )
        organisation = Organisation.objects.create(
            body=body, name=name, code=f"{number:06}", state="active", org_type="branch"
        )
        user = User.objects.create(username=f"clerk-{number}")
        RoleAssignment.objects.create(
            user=user, role="township_committee", body=township, valid_from="2020-01-01"
        )
        clerks.append(Clerk(organisation.public_id, open_session(user)))
    return clerks


def _lost_and_doubled(clerks: list[Clerk]) -> tuple[int, int]:
    """Count names taken that are nowhere, and names with two records or a record without audit."""
    from xgz.models import AuditEntry, Organisation, OrganisationChange

    lost = doubled = 0
    for clerk in clerks:
        rows = OrganisationChange.objects.filter(
            organisation__public_id=clerk.organisation, kind="renamed"
        )
        names = list(rows.order_by("pk").values_list("after", flat=True))
        audits = AuditEntry.objects.filter(
            action="organisation.renamed", subject_id=clerk.organisation
        )
        lost += len(set(clerk.taken) - set(names)) + max(0, len(names) - audits.count())
        doubled += len(names) - len(set(names)) + max(0, audits.count() - len(names))
        now_called = Organisation.objects.get(public_id=clerk.organisation).name
        lost += bool(names) and now_called != names[-1]
    return lost, doubled


def _broken_database() -> list[str]:
    from django.db import connection

    from xgz.queries.audit_chain import verify_chain

    faults = verify_chain().sentences()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            said = cursor.fetchone()[0]
        faults += [] if said == "ok" else [said]
    return faults


def _children_of(pid: int) -> list[int]:
    """Return the processes of the site that answer people, else the site itself."""
    words = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [int(word) for word in words if _answers_people(word)] or [pid]


def _answers_people(pid: str) -> bool:
    """Tell the workers from the helper that Python's multiprocessing keeps beside them."""
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return False


def _end(site: subprocess.Popen[bytes]) -> None:
    site.terminate()
    try:
        site.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(site.pid, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _today() -> str:
    from xgz.access import clock

    return clock.today().isoformat()


def _ignore(sample: Sample | Any) -> None:
    """The books are kept by name, not by time."""


if __name__ == "__main__":
    main()
