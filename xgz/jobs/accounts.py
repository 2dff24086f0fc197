"""Once a day: sign-ins long over, requests nobody decided, accounts nobody uses."""

from xgz.access import clock
from xgz.services.accounts import close_unused
from xgz.services.allowances import sweep_allowances
from xgz.services.devices import sweep_sign_ins
from xgz.services.grants import expire_requests
from xgz.services.jobs import JobRun, handler


@handler("accounts.sweep")
def sweep(run: JobRun) -> None:
    now = run.now()
    today = clock.day_of(now)
    sweep_sign_ins(now=now)
    sweep_allowances(now=now)
    expire_requests(today=today, now=now)
    close_unused(today=today, now=now)
