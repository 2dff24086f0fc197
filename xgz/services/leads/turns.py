"""Taking turns: a lead is opened, or somebody is left alone from now on, never both at once (LD-13, LD-14).

Else a lead would be opened by a piece of work that looked before the other had written, and stay.
Whoever takes a turn does so before it locks any row: the other may be waiting for that row.
"""

from django.db import connection

_KEY = 0x6C656164  # of this turn among all advisory locks of the database


def turn_to_find() -> None:
    """Hold off whoever leaves people alone, until the transaction ends; many may find at once."""
    _wait("pg_advisory_xact_lock_shared")


def turn_to_leave_alone() -> None:
    """Hold off whoever opens leads or ties owners, until the transaction ends."""
    _wait("pg_advisory_xact_lock")


def _wait(lock: str) -> None:
    """SQLite knows one writer at a time, who holds the whole file from the first statement on."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {lock}(%s)", [_KEY])
