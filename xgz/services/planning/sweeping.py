"""What time does to plans: calculations whose job is gone, plans put aside long ago (PL-14)."""

from datetime import datetime, timedelta

from xgz.access.actor import clock_actor
from xgz.access.clock import day_of, end_of
from xgz.models import Plan
from xgz.queries.jobs import waiting_job
from xgz.rules.calendar import add_months
from xgz.rules.planning.plans import KEEP_DISCARDED_MONTHS, PlanState
from xgz.services.planning.faults import PlanChanged
from xgz.services.planning.making import record_audit
from xgz.services.planning.running import fail_plan
from xgz.services.transactions import unit


def sweep_plans(*, now: datetime) -> None:
    """End calculations that no job works on, and delete plans put aside for six months."""
    today = day_of(now)
    for plan in Plan.objects.filter(state=PlanState.RUNNING).order_by("pk"):
        if waiting_job(plan.public_id) is None:
            try:
                fail_plan(plan=plan, now=now)
            except PlanChanged:
                continue  # it has just ended by itself
    last_kept = add_months(today, -KEEP_DISCARDED_MONTHS)
    before = end_of(last_kept - timedelta(days=1))
    old = Plan.objects.filter(state=PlanState.DISCARDED, discarded_at__lt=before)
    for plan in old.order_by("pk"):
        with unit():
            Plan.objects.filter(pk=plan.pk).delete()
            record_audit(clock_actor(today), plan, "delete", now)
