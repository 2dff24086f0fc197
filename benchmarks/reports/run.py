# ruff: noqa: PLC0415 (models can be imported only after Django is set up for the chosen folder)
"""Times the longest reports with a worker of their own, and how soon a cancelled one ends.

Usage: XGZ_HOME=FOLDER .venv/bin/python benchmarks/reports/run.py

The folder holds a demo district: XGZ_HOME=FOLDER xgz demo --no-serve --businesses 190000
"""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MAKER = "zuzhibu"
CANCEL_AT = 0.4  # of the rows


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xgz.config.settings")
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    _work_off()
    for kind in ("businesses", "ledger"):
        _time_whole(kind)
    _time_cancelling()


def _work_off() -> None:
    """Do what the schedule calls for first, so that only the report is timed."""
    _worker().wait()


def _worker() -> subprocess.Popen[bytes]:
    command = "from xgz.config.shell import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", command, "worker", "--once"],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )


def _ask(kind: str) -> Any:
    from xgz.access import clock
    from xgz.access.users import actor_named
    from xgz.queries.export_frame import Asked
    from xgz.services.reports.asking import ask_for_report

    asked = Asked(kind, {}, f"{time.time()}")
    actor = actor_named(MAKER, clock.today())
    return ask_for_report(actor=actor, asked=asked, title=kind, language="", now=clock.now())


def _time_whole(kind: str) -> None:
    report = _ask(kind)
    began = time.monotonic()
    worker = _worker()
    _, status, usage = os.wait4(worker.pid, 0)
    seconds = time.monotonic() - began
    report.refresh_from_db()
    print(
        f"{kind}: {report.rows:,} rows, {report.size / 1e6:.1f} MB in {seconds:.0f} s "
        f"(start of the worker included), processor {usage.ru_utime + usage.ru_stime:.0f} s, "
        f"memory {usage.ru_maxrss / 1024:.0f} MB, exit {status}",
        flush=True,
    )


def _time_cancelling() -> None:
    from xgz.access import clock
    from xgz.access.users import actor_named
    from xgz.models import Job
    from xgz.services.reports import files
    from xgz.services.reports.asking import cancel_report

    report = _ask("businesses")
    worker = _worker()
    jobs = Job.objects.filter(subject=report.public_id)
    while not ((job := jobs.get()).total and job.done >= CANCEL_AT * job.total):
        time.sleep(0.05)
    began = time.monotonic()
    actor = actor_named(MAKER, clock.today())
    cancel_report(actor=actor, report=report, now=clock.now())
    while (job := jobs.get()).state == "running" and worker.poll() is None:
        time.sleep(0.02)
    seconds = time.monotonic() - began
    worker.wait()
    left = [path for path in files.reports_folder().iterdir() if report.public_id in path.name]
    print(
        f"cancelled at {job.done:,} of {job.total:,} rows: {job.state} after {seconds:.1f} s, "
        f"files left {len(left)}; own memory {_own_memory()} MB"
    )


def _own_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
