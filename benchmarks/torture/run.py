# ruff: noqa: PLC0415 (models can be imported only after Django is set up for the chosen folder)
"""Kills workers with kill -9 at random while they work, and counts what was lost or doubled.

Usage: .venv/bin/python benchmarks/torture/run.py [--kills 100] [--workers 2] [--seed 0] [--small]
                                                  [--imports]

--imports: every kill meets an import that is being read or written.

Uses the database of XGZ_DATABASE_URL, or SQLite in XGZ_HOME; without XGZ_HOME in a throw-away folder.
The database must be empty. Exit code 1: something was lost or doubled, or most kills with --imports
met nothing.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
WORKER = Path(__file__).with_name("worker.py")
PAUSES = (0.1, 4.0)  # seconds a worker lives after it first took a job
PATIENCE_SECONDS = 300  # for the work left after the last kill
FEWEST_WAITING = 6


def main() -> None:
    arguments = _arguments()
    home = Path(os.environ.get("XGZ_HOME") or tempfile.mkdtemp(prefix="xgz-torture-"))
    os.environ |= {"XGZ_HOME": str(home), "DJANGO_SETTINGS_MODULE": "xgz.config.settings"}
    sys.path.insert(0, str(ROOT))
    try:
        _prepare()
        is_whole = Torture(arguments, home).run()
    finally:
        if not os.environ.get("XGZ_KEEP") and home.name.startswith("xgz-torture-"):
            shutil.rmtree(home, ignore_errors=True)
    sys.exit(0 if is_whole else 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--imports", action="store_true", help="kill in the middle of imports")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--small", action="store_true", help="little work between the kills")
    return parser.parse_args()


def _prepare() -> None:
    import django

    django.setup()
    from xgz.services.installation import ensure_ready

    ensure_ready()


class Torture:
    """Keeps work waiting, workers running and dying, and the books of both."""

    def __init__(self, arguments: argparse.Namespace, home: Path) -> None:
        self._kills, self._workers = arguments.kills, arguments.workers
        self._rows = 300 if arguments.small else 4_000
        self._fewest = 3 if arguments.small else FEWEST_WAITING
        self._pauses = (0.05, 1.0) if arguments.small else PAUSES
        self._only_imports = arguments.imports
        if arguments.imports:
            self._pauses = (0.0, 0.8)
            self._rows = max(self._rows, 1_500)  # long enough to be met while they are written
        self._partial = 0
        self._chance = random.Random(arguments.seed)
        self._home = home
        self._numbers = 0
        self._imports: list[Any] = []
        self._reports: list[Any] = []
        self._hit: Counter[str] = Counter()
        self._actor = self._clerk()

    def run(self) -> bool:
        """Return whether everything was done exactly once."""
        began = time.monotonic()
        workers = [self._start() for _ in range(self._workers)]
        try:
            for _ in range(self._kills):
                place = self._chance.randrange(len(workers))
                self._wait_for_the_moment(workers[place])
                self._kill(workers[place])
                workers[place] = self._start()
            self._wait_until_over()
        finally:
            for worker in workers:
                worker.terminate()
            for worker in workers:
                worker.wait()
        return self._report(time.monotonic() - began)

    def _wait_for_the_moment(self, worker: subprocess.Popen[bytes]) -> None:
        """Let the worker begin something and go on for a while; an import must not be over then."""
        is_at_work = partial(self._is_at_work, worker)
        self._work_on(PATIENCE_SECONDS, is_at_work)
        self._work_on(self._chance.uniform(*self._pauses))
        until = time.monotonic() + PATIENCE_SECONDS
        while self._only_imports and not is_at_work() and time.monotonic() < until:
            self._work_on(PATIENCE_SECONDS, is_at_work)
            self._work_on(self._chance.uniform(0, self._pauses[1] / 4))

    def _clerk(self) -> Any:
        from xgz.access import clock
        from xgz.access.actor import actor_for
        from xgz.models import Body, RoleAssignment, User
        from xgz.rules.bodies import BodyKind, Line

        body = Body.objects.create(
            name="市场监管局", kind=BodyKind.BUREAU, line=Line.MARKET, path="00001"
        )
        user = User.objects.create(username="torture")
        RoleAssignment.objects.create(user=user, role="bureau", body=body, valid_from="2020-01-01")
        return actor_for(user, clock.today())

    def _start(self) -> subprocess.Popen[bytes]:
        log = (self._home / "torture.log").open("ab")
        with log:
            return subprocess.Popen([sys.executable, str(WORKER)], stdout=log, stderr=log)

    def _kill(self, worker: subprocess.Popen[bytes]) -> None:
        from xgz.models import Job

        worker.kill()
        worker.wait()
        held = Job.objects.filter(state="running", worker__endswith=f":{worker.pid}").first()
        self._hit[held.kind if held else "nothing"] += 1

    def _is_at_work(self, worker: subprocess.Popen[bytes]) -> bool:
        from xgz.models import Job

        held = Job.objects.filter(worker__endswith=f":{worker.pid}")
        if self._only_imports:
            held = held.filter(state="running", kind__startswith="import.")
        return held.exists()

    def _work_on(self, seconds: float, is_enough: Callable[[], bool] = lambda: False) -> None:
        """Do what clerks do for some time, or until something is so."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not is_enough():
            self._top_up()
            self._confirm_imports()
            self._look_for_parts()
            time.sleep(0.02 if self._only_imports else 0.1)

    def _top_up(self) -> None:
        """Queue a little of everything where little waits."""
        from xgz.access import clock
        from xgz.models import Job
        from xgz.services.jobs import enqueue

        if Job.objects.filter(state__in=["queued", "running"]).count() >= self._fewest:
            return
        for _ in range(0 if self._only_imports else 4):
            self._numbers += 1
            enqueue(
                kind="torture.count",
                arguments={"number": self._numbers},
                requested_by=None,
                now=clock.now(),
            )
        self._imports.append(self._upload(len(self._imports)))
        if not self._only_imports:
            self._ask()

    def _upload(self, number: int) -> Any:
        from xgz.access import clock
        from xgz.rules.credit_codes import ALPHABET, is_credit_code
        from xgz.rules.imports.states import ImportKind
        from xgz.services.imports.background import stage_in_background
        from xgz.services.imports.opening import upload

        lines = ["统一社会信用代码,名称,主体类型,登记状态"]
        for row in range(self._rows):
            head = f"92360999{number:04}{row:05}"
            code = next(head + last for last in ALPHABET if is_credit_code(head + last))
            lines.append(f"{code},第{number}批{row}号示例店,个体工商户,存续")
        now = clock.now()
        source = upload(
            actor=self._actor,
            kind=ImportKind.REGISTRY,
            stream=BytesIO("\n".join(lines).encode()),
            file_name=f"{number}.csv",
            now=now,
        )
        stage_in_background(actor=self._actor, source=source, now=now)
        return source

    def _ask(self) -> None:
        from xgz.access import clock
        from xgz.queries.export_frame import Asked
        from xgz.services.reports.asking import TooManyReports, ask_for_report

        # Some rows of the first file, however many came since: a report stays a second's work.
        asked = Asked("businesses", {"text": "第0批1"}, f"第{len(self._reports)}份")
        try:
            report = ask_for_report(
                actor=self._actor, asked=asked, title="x", language="", now=clock.now()
            )
        except TooManyReports:
            return
        self._reports.append(report)

    def _confirm_imports(self) -> None:
        """Have every file that was read written, as its clerk would."""
        from xgz.access import clock
        from xgz.services.imports.background import apply_in_background
        from xgz.services.imports.locks import AlreadyUnderWay

        for source in self._imports:
            source.refresh_from_db()
            if source.state == "staged":
                try:
                    apply_in_background(actor=self._actor, source=source, now=clock.now())
                except AlreadyUnderWay:
                    continue

    def _look_for_parts(self) -> None:
        """Count imports of which some rows can be seen and others not."""
        from xgz.models import Business

        for source in self._imports[-3:]:
            seen = Business.objects.filter(first_import=source).count()
            self._partial += seen not in (0, self._rows)

    def _wait_until_over(self) -> None:
        from xgz.models import Job

        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            self._confirm_imports()
            waiting = Job.objects.filter(state__in=["queued", "running"]).exists()
            if not waiting and all(source.state == "applied" for source in self._imports):
                return
            time.sleep(0.2)

    def _report(self, seconds: float) -> bool:
        lost, doubled = Counter[str](), Counter[str]()
        for name, count in (*self._count_numbers(), *self._count_imports(), *self._count_reports()):
            lost[name] += count < 1
            doubled[name] += max(0, count - 1)
        remains = self._remains()
        from django.db import connection

        hit = ", ".join(f"{kind} {count}" for kind, count in sorted(self._hit.items()))
        print(
            f"{connection.vendor}: {self._kills} kills in {seconds:.0f} s, in the middle of: {hit}"
        )
        print(
            f"done: {self._numbers} counted jobs, {len(self._imports)} imports of {self._rows:,} "
            f"rows, {len(self._reports)} reports; taken over {self._taken_over()}"
        )
        print(
            f"lost {lost.total()}, doubled {doubled.total()}, seen in part {self._partial}; "
            f"left over {remains or 'nothing'}"
        )
        has_missed = self._only_imports and self._hit["nothing"] > self._kills // 2
        return not (lost.total() or doubled.total() or self._partial or remains or has_missed)

    def _count_numbers(self) -> list[tuple[str, int]]:
        from xgz.models import AuditEntry

        rows = AuditEntry.objects.filter(action="torture.count")
        found = Counter(rows.values_list("subject_id", flat=True))
        return [("counted", found[str(number)]) for number in range(1, self._numbers + 1)]

    def _count_imports(self) -> list[tuple[str, int]]:
        """For each import: its audit rows, and whether its businesses are there exactly once."""
        from xgz.models import AuditEntry, Business

        counts = []
        for source in self._imports:
            source.refresh_from_db()
            audits = AuditEntry.objects.filter(
                action="import.registry", subject_id=source.public_id
            )
            made = Business.objects.filter(first_import=source).count()
            counts.append(("import", audits.count()))
            is_whole = source.state == "applied" and source.created == made == self._rows
            counts.append(("rows", 1 if is_whole else 0))
        return counts

    def _count_reports(self) -> list[tuple[str, int]]:
        """For each report whether its file holds its rows; and the audit of all of them."""
        from xgz.models import AuditEntry

        counts = []
        for report in self._reports:
            report.refresh_from_db()
            counts.append(
                ("report", 1 if report.made_at and _rows_in(report) == report.rows else 0)
            )
        audits = AuditEntry.objects.filter(action="business.export").count()
        difference = audits - len(self._reports)
        counts += [("report", 2)] * max(0, difference) + [("report", 0)] * max(0, -difference)
        return counts

    def _remains(self) -> list[str]:
        """Return what should not be there: staged rows, originals, stray files, unfinished jobs."""
        from xgz.models import Job, RejectedRow, StagedBusiness
        from xgz.services.imports import folders
        from xgz.services.reports import files

        known = {report.stored_name for report in self._reports}
        names = {path.name for path in files.reports_folder().iterdir()}
        strays = [
            # Left to the hourly sweep, which a test of its own covers.
            name
            for name in names - known
            if not name.startswith(files.SCRATCH_PREFIX) and not name.endswith((".part", ".sealed"))
        ]
        checks = {
            "staged rows": StagedBusiness.objects.count() + RejectedRow.objects.count(),
            "originals": sum(folders.upload_path(source).exists() for source in self._imports),
            "stray files": len(strays),
            "unfinished jobs": Job.objects.exclude(state="done").count(),
        }
        remains = [f"{name} {count}" for name, count in checks.items() if count]
        remains += [
            f"{job} {job.state} {job.fault}" for job in Job.objects.exclude(state="done")[:5]
        ]
        return remains + _broken_database()

    def _taken_over(self) -> int:
        from django.db.models import Sum

        from xgz.models import Job

        total = Job.objects.aggregate(total=Sum("failures"))["total"]
        return int(total or 0)


def _rows_in(report: Any) -> int:
    from xgz.services.reports import files

    workbook = BytesIO(b"".join(files.UnsealedBlocks(report)))
    with zipfile.ZipFile(workbook) as parts:
        return parts.read("xl/worksheets/sheet1.xml").count(b"<row ") - 3


def _broken_database() -> list[str]:
    from django.db import connection

    from xgz.queries.audit_chain import verify_chain

    faults = verify_chain().sentences()
    if connection.vendor != "sqlite":
        return faults
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        said = cursor.fetchone()[0]
    return faults if said == "ok" else [*faults, said]


if __name__ == "__main__":
    main()
