from datetime import UTC, datetime, timedelta

import pytest

from xgz.rules.roles import ADMINISTRATORS, Role
from xgz.rules.sign_in import (
    PASSWORD_PROFILES,
    DeviceClass,
    SessionEnd,
    device_class_of,
    first_password_expired,
    needs_second_factor,
    password_too_old,
    session_end,
)

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def end_after(idle, whole=timedelta(0), roles=(Role.BUREAU,)):
    seen = NOW - idle
    return session_end(began_at=min(seen, NOW - whole), seen_at=seen, roles=roles, now=NOW)


@pytest.mark.parametrize(
    ("roles", "minutes"),
    [
        ((Role.BUREAU,), 30),
        ((), 30),
        *(((role,), 15) for role in sorted(ADMINISTRATORS)),
    ],
)
def test_a_device_left_alone_ends(roles, minutes):
    assert end_after(minutes * MINUTE - SECOND, roles=roles) is None
    assert end_after(minutes * MINUTE, roles=roles) is SessionEnd.IDLE


def test_a_device_ends_after_eight_hours_however_busy():
    assert end_after(SECOND, 8 * 60 * MINUTE - SECOND) is None
    assert end_after(SECOND, 8 * 60 * MINUTE) is SessionEnd.TOO_LONG


def test_a_clock_set_back_ends_nothing():
    assert end_after(-5 * MINUTE) is None


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120", DeviceClass.DESK),
        ("Mozilla/5.0 (X11; Linux x86_64) UOS Browser", DeviceClass.DESK),
        ("Mozilla/5.0 (Linux; Android 14; HUAWEI) Mobile Safari", DeviceClass.PHONE),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)", DeviceClass.PHONE),
        ("", DeviceClass.DESK),
    ],
)
def test_a_browser_says_whether_it_is_a_phone(agent, device):
    assert device_class_of(agent) is device


def test_who_needs_a_second_factor():
    without = {role for role in Role if not needs_second_factor([role])}

    assert without == {Role.MEMBER, Role.OWNER}
    assert needs_second_factor([Role.MEMBER, Role.BRANCH_SECRETARY])
    assert not needs_second_factor([])


def test_a_first_password_serves_for_seventy_two_hours():
    assert not first_password_expired(NOW - timedelta(hours=72) + SECOND, NOW)
    assert first_password_expired(NOW - timedelta(hours=72), NOW)
    assert not first_password_expired(None, NOW)


def test_only_one_profile_wants_passwords_changed_in_time():
    mlps3, nist = PASSWORD_PROFILES["mlps3"], PASSWORD_PROFILES["nist"]

    assert not password_too_old(NOW - timedelta(days=90) + SECOND, mlps3, NOW)
    assert password_too_old(NOW - timedelta(days=90), mlps3, NOW)
    assert not password_too_old(NOW - timedelta(days=9_000), nist, NOW)
