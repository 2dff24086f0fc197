"""Signed-in devices: one of a class, ended on the server, swept (AC-5, AC-7)."""

from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, transaction

from tests.factories import actor_as, make_district, make_user
from tests.services.sign_in_races import at_once
from xgz.access.actor import NotPermitted, actor_for
from xgz.models import AuditEntry, KnownDevice, SignedInDevice, UsedCode
from xgz.rules.roles import Role
from xgz.rules.sign_in import DeviceClass, SessionEnd
from xgz.services import devices

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
TODAY = NOW.date()
DESK, PHONE = DeviceClass.DESK, DeviceClass.PHONE
pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def clerk(district):
    return make_user(Role.BUREAU, district.bureau)


def begin(user, device_class=DESK, now=NOW):
    session = SessionStore()
    session["who"] = user.pk
    session.create()
    return devices.begin_device(
        user=user, session_key=session.session_key, device_class=device_class, now=now
    )


def running(user):
    rows = SignedInDevice.objects.filter(user=user, ended_at__isnull=True)
    return sorted(rows.values_list("device_class", flat=True))


def test_a_second_desk_ends_the_first_and_leaves_the_phone(clerk):
    first, phone = begin(clerk), begin(clerk, PHONE)
    begin(clerk, now=NOW + timedelta(minutes=1))

    first.refresh_from_db()
    assert first.reason is SessionEnd.REPLACED
    assert running(clerk) == [DESK, PHONE]
    keys = set(Session.objects.values_list("session_key", flat=True))
    assert first.session_key not in keys
    assert phone.session_key in keys


@pytest.mark.django_db(transaction=True)
def test_of_sign_ins_at_the_same_moment_one_stays(clerk):
    at_once(6, lambda _thread: begin(clerk))

    assert running(clerk) == [DESK]
    assert SignedInDevice.objects.count() == 6


def test_a_person_ends_the_own_devices_only(clerk, district):
    other = make_user(Role.BUREAU, district.bureau)
    device = begin(clerk)

    with pytest.raises(devices.DeviceUnknown):
        devices.end_own_device(actor=actor_for(other, TODAY), public_id=device.public_id, now=NOW)
    devices.end_own_device(actor=actor_for(clerk, TODAY), public_id=device.public_id, now=NOW)

    assert running(clerk) == []
    with pytest.raises(devices.DeviceUnknown):
        devices.end_own_device(actor=actor_for(clerk, TODAY), public_id=device.public_id, now=NOW)


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN, Role.BUREAU], ids=str)
def test_only_the_security_administrator_signs_others_out(role, clerk, district):
    begin(clerk)
    body = district.bureau if role is Role.BUREAU else district.administration

    with pytest.raises(NotPermitted):
        devices.end_sessions(actor=actor_as(role, body), user=clerk, now=NOW)
    admin = actor_as(Role.SECURITY_ADMIN, district.administration)
    assert devices.end_sessions(actor=admin, user=clerk, now=NOW) == 1
    assert running(clerk) == []
    assert AuditEntry.objects.get().action == "account.end_sessions"


def test_the_last_use_is_written_once_a_minute(clerk):
    device = begin(clerk)
    devices.see_device(device, now=NOW + timedelta(seconds=59))
    device.refresh_from_db()
    assert device.seen_at == NOW

    devices.see_device(device, now=NOW + timedelta(seconds=60))
    device.refresh_from_db()
    assert device.seen_at == NOW + timedelta(seconds=60)


def test_an_ended_device_is_not_seen_any_more(clerk):
    device = begin(clerk)
    devices.end_session(session_key=device.session_key, reason=SessionEnd.IDLE, now=NOW)

    devices.see_device(device, now=NOW + timedelta(hours=1))

    device.refresh_from_db()
    assert (device.seen_at, device.reason) == (NOW, SessionEnd.IDLE)


def test_a_browser_is_known_after_a_sign_in_and_forgotten_after_180_days(clerk):
    devices.note_sign_in(actor=actor_for(clerk, TODAY), token="t", now=NOW)
    devices.note_sign_in(actor=actor_for(clerk, TODAY), token="t", now=NOW + timedelta(days=1))
    known = KnownDevice.objects.get()
    assert (known.first_at, known.last_at) == (NOW, NOW + timedelta(days=1))

    devices.sweep_sign_ins(now=NOW + timedelta(days=181))
    assert KnownDevice.objects.exists()
    devices.sweep_sign_ins(now=NOW + timedelta(days=181, seconds=1))
    assert not KnownDevice.objects.exists()


def test_used_codes_and_devices_are_swept_after_a_day(clerk):
    device = begin(clerk)
    UsedCode.objects.create(user=clerk, digest="0" * 32, used_at=NOW)
    Session.objects.filter(session_key=device.session_key).update(expire_date=NOW)

    devices.sweep_sign_ins(now=NOW + timedelta(days=1))
    assert SignedInDevice.objects.exists()
    assert UsedCode.objects.exists()
    assert not Session.objects.exists()
    devices.sweep_sign_ins(now=NOW + timedelta(days=1, seconds=1))
    assert not SignedInDevice.objects.exists()
    assert not UsedCode.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite has one writer at a time")
def test_while_another_writes_long_the_last_use_is_left_out(clerk):
    device = begin(clerk)
    held, done = Event(), Event()

    def write_long():
        with transaction.atomic():
            held.set()
            done.wait(timeout=60)
        connection.close()

    writer = Thread(target=write_long)
    writer.start()
    assert held.wait(timeout=60)
    devices.see_device(device, now=NOW + timedelta(minutes=5))
    done.set()
    writer.join()

    device.refresh_from_db()
    assert device.seen_at == NOW
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone() == (20_000,)  # the next change is as patient as ever
