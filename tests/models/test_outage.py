"""Which faults are an outage, and which are the program's own."""

import errno

import pytest
from django.db import (
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    connection,
    connections,
)
from psycopg import errors

from xgz.models.outage import Outage, outage_of


def said_by_sqlite(text):
    kind = type("OperationalError", (Exception,), {"__module__": "sqlite3"})
    return caused(OperationalError(text), kind(text))


def caused(fault, cause):
    try:
        raise fault from cause
    except type(fault) as raised:
        return raised


@pytest.mark.parametrize(
    ("fault", "outage"),
    [
        (said_by_sqlite("database or disk is full"), Outage.FULL),
        (said_by_sqlite("disk I/O error"), Outage.FULL),
        (said_by_sqlite("database is locked"), Outage.BUSY),
        (said_by_sqlite("database table is locked"), Outage.BUSY),
        (said_by_sqlite("unable to open database file"), Outage.AWAY),
        (said_by_sqlite("attempt to write a readonly database"), Outage.AWAY),
        (said_by_sqlite("no such table: xgz_user"), None),
        (caused(OperationalError(), errors.DiskFull()), Outage.FULL),
        (caused(OperationalError(), errors.TooManyConnections()), Outage.BUSY),
        (caused(OperationalError(), errors.LockNotAvailable()), Outage.BUSY),
        (caused(OperationalError(), errors.DeadlockDetected()), Outage.BUSY),
        (caused(OperationalError(), errors.AdminShutdown()), Outage.AWAY),
        (caused(OperationalError(), errors.CannotConnectNow()), Outage.AWAY),
        (caused(ProgrammingError(), errors.UndefinedTable()), None),
        (caused(IntegrityError(), errors.UniqueViolation()), None),
        (OperationalError("the connection is closed"), Outage.AWAY),
        (InterfaceError("connection already closed"), Outage.AWAY),
        (DataError(), None),
        (OSError(errno.ENOSPC, "no space"), Outage.FULL),
        (OSError(errno.EDQUOT, "quota"), Outage.FULL),
        (OSError(errno.EACCES, "denied"), None),
        (ValueError("database is locked"), None),
        (caused(RuntimeError(), said_by_sqlite("database is locked")), Outage.BUSY),
        (None, None),
    ],
    ids=lambda value: f"{value!r} {getattr(value, '__cause__', None)!r}",
)
def test_an_outage_is_told_from_a_fault(fault, outage):
    assert outage_of(fault) is outage


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="of SQLite alone")
def test_a_full_sqlite_is_known_by_its_own_words():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE filler (x)")
        cursor.execute("PRAGMA max_page_count=1")  # at least what is there already
        with pytest.raises(OperationalError) as told:
            cursor.execute("INSERT INTO filler VALUES (zeroblob(10000000))")
        cursor.execute("PRAGMA max_page_count=1073741823")
        cursor.execute("DROP TABLE filler")

    assert outage_of(told.value) is Outage.FULL


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="of PostgreSQL alone")
def test_a_connection_that_the_server_ended_is_away():
    other = connections.create_connection("default")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (number,) = cursor.fetchone()
        with other.cursor() as ending:
            ending.execute("SELECT pg_terminate_backend(%s)", [number])
        other.close()
        with pytest.raises((OperationalError, InterfaceError)) as told:
            cursor.execute("SELECT 1")
    connection.close()

    assert outage_of(told.value) is Outage.AWAY
