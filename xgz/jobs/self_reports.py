"""Every hour: what the relay kept, claims kept long enough, phones given by somebody else."""

from collections.abc import Callable

from django.conf import settings

from xgz.services.jobs import JobRun, handler
from xgz.services.one_by_one import one_by_one
from xgz.services.self_reports.fetching import forget_old_pieces
from xgz.services.self_reports.relaying import visit_relay
from xgz.services.self_reports.removing import (
    handle_not_me,
    sweep_consents,
    sweep_reports,
    sweep_requests,
)


@handler("self_reports.fetch")
def fetch(run: JobRun) -> None:
    if settings.RELAY_URL:
        run.finish(**visit_relay(today=run.today, now=run.now()))


@handler("self_reports.sweep")
def sweep(run: JobRun) -> None:
    """Do each of the hour's tasks, also where another one fails."""
    today, now = run.today, run.now()
    tasks: list[Callable[[], int]] = [
        lambda: handle_not_me(today=today, now=now),
        lambda: sweep_reports(today=today, now=now),
        lambda: sweep_requests(today=today, now=now),
        lambda: sweep_consents(today=today),
        lambda: forget_old_pieces(now=now),
    ]
    one_by_one(lambda task: task(), tasks)
