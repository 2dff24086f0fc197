"""What time does to open cases."""

from xgz.services.adjustments import lapse_plans
from xgz.services.cases import clock
from xgz.services.export_approvals import expire_approvals
from xgz.services.jobs import JobRun, handler
from xgz.services.leads import place_arrived, sweep_leads
from xgz.services.transfers.letters import expire_letters as let_run_out


@handler("cases.remind")
def remind(run: JobRun) -> None:
    clock.remind(today=run.today, now=run.now())


@handler("cases.move_up")
def move_up(run: JobRun) -> None:
    clock.move_up(today=run.today, now=run.now())


@handler("cases.expire_exports")
def expire_exports(run: JobRun) -> None:
    expire_approvals(today=run.today, now=run.now())


@handler("cases.expire_letters")
def expire_letters(run: JobRun) -> None:
    let_run_out(today=run.today, now=run.now())


@handler("cases.lapse_plans")
def lapse_adjustment_plans(run: JobRun) -> None:
    lapse_plans(today=run.today, now=run.now())


@handler("leads.sweep")
def sweep(run: JobRun) -> None:
    sweep_leads(now=run.now())
    place_arrived(now=run.now())
