from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import make_district, make_user
from xgz.access import clock
from xgz.models import Allowance, KnownDevice, RoleRequest, User
from xgz.rules.allowances import Purpose
from xgz.rules.grants import RequestKind, RequestState
from xgz.rules.jobs import SCHEDULES, Cadence, Schedule
from xgz.rules.roles import Role
from xgz.services import jobs

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_the_daily_sweep_does_all_that_time_does_to_accounts():
    user = make_user(Role.BUREAU, make_district().bureau)
    long_ago = NOW - timedelta(days=200)
    User.objects.filter(pk=user.pk).update(last_login=long_ago, date_joined=long_ago)
    KnownDevice.objects.create(user=user, digest="0" * 32, first_at=long_ago, last_at=long_ago)
    Allowance.objects.create(purpose=Purpose.PASSWORD, subject="x", window_from=long_ago, used=1)
    asked = RoleRequest.objects.create(kind=RequestKind.RESET, user=user, proposed_at=long_ago)

    with clock.showing(lambda: NOW):
        jobs.enqueue(kind="accounts.sweep", requested_by=None, now=NOW)

    user.refresh_from_db()
    asked.refresh_from_db()
    assert not user.is_active
    assert asked.state == RequestState.EXPIRED
    assert not KnownDevice.objects.exists()
    assert not Allowance.objects.exists()


def test_it_runs_every_day():
    assert Schedule("accounts.sweep", Cadence.DAILY) in SCHEDULES
