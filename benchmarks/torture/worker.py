# ruff: noqa: PLC0415 (Django must be set up first)
"""One worker of the torture run: short leases, and a job whose effects can be counted.

Started by run.py with XGZ_HOME and the database in its environment.
"""

import os
import random
import sys
import time
from pathlib import Path

LEASE_SECONDS = 4
POLL_SECONDS = "0.05"


def main() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xgz.config.settings")
    import django

    django.setup()
    _shorten_leases()
    _add_counted_jobs()
    from django.core.management import call_command

    call_command("worker", "--poll", POLL_SECONDS)


def _shorten_leases() -> None:
    """A dead worker's job is taken again after seconds instead of a minute."""
    from xgz.rules import jobs
    from xgz.services.jobs import heartbeat, queue

    jobs.LEASE_SECONDS = queue.LEASE_SECONDS = LEASE_SECONDS
    heartbeat.HEARTBEAT_SECONDS = 1
    heartbeat.BEAT_SECONDS = 0.3


def _add_counted_jobs() -> None:
    from xgz.services import audit
    from xgz.services.jobs import JobRun, handler
    from xgz.services.transactions import unit

    @handler("torture.count")
    def count(run: JobRun) -> None:
        """Leave one audit row for the job's number, after and before a while of nothing."""
        number = str(run.job.arguments["number"])
        for step in range(5):
            time.sleep(random.uniform(0, 0.1))
            run.progress(step, 5)
        with unit():
            audit.record(
                actor=run.actor(),
                action="torture.count",
                subject_type="torture",
                subject_id=number,
                now=run.now(),
            )
            time.sleep(random.uniform(0, 0.05))
            run.finish()
        time.sleep(random.uniform(0, 0.05))


if __name__ == "__main__":
    main()
