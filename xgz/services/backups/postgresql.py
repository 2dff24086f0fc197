"""PostgreSQL's own tools: dump of one snapshot, restore, scratch databases for trials."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.conninfo import make_conninfo

from xgz.services.backups.databases import Facts, looking_at, read_facts, second_connection

_NOT_LIBPQ = {
    "assume_role",
    "isolation_level",
    "pool",
    "prepare_threshold",
    "server_side_binding",
}
_SCRATCH = "xgz_drill_"


class ToolMissing(Exception):
    """A client program of PostgreSQL is not in PATH; carries its name."""


class ToolFailed(Exception):
    """A client program of PostgreSQL ended badly; carries its name and the end of what it said."""


def dump(target: Path) -> Facts:
    """Dump one moment of the database at work into a file; return the facts of that very moment.

    Raises ToolMissing, ToolFailed.
    """
    database = second_connection()
    with looking_at(database):
        with connection.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
        facts = read_facts()
        arguments = ["--format=custom", "--compress=0", "--no-owner", "--no-privileges"]
        run_tool("pg_dump", [*arguments, f"--snapshot={snapshot}", f"--file={target}"], database)
    return facts


def load(source: Path, database: BaseDatabaseWrapper) -> None:
    """Restore a dump into an empty database, all of it or nothing. Raises ToolMissing, ToolFailed."""
    arguments = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    run_tool("pg_restore", [*arguments, str(source)], database)


def is_listed(source: Path) -> bool:
    """Test whether pg_restore can read a dump's list of contents. Raises ToolMissing."""
    try:
        run_tool("pg_restore", ["--list", str(source)], None)
    except ToolFailed:
        return False
    return True


def may_create_databases() -> bool:
    """Test whether the role at work may make a scratch database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])


@contextmanager
def scratch_database() -> Iterator[str]:
    """Make an empty database while the block runs, drop it afterwards; yields its name."""
    name = _SCRATCH + secrets.token_hex(6)
    with _own_cursor() as cursor:
        _drop_leftovers(cursor)
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        yield name
    finally:
        with _own_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def empty_again() -> None:
    """Drop everything of the database at work: what a failed restore left. Only where it was empty."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        for name in tables:
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(name)} CASCADE")
        cursor.execute(
            "SELECT p.oid::regprocedure::text FROM pg_proc p "
            "WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'xgz%%'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP FUNCTION {name}")


def run_tool(name: str, arguments: list[str], database: BaseDatabaseWrapper | None) -> None:
    """Run one of PostgreSQL's programs on a database. Raises ToolMissing, ToolFailed."""
    program = shutil.which(name)
    if program is None:
        raise ToolMissing(name)
    environment = dict(os.environ)
    if database is not None:
        # The password is not for the list of processes.
        environment["PGPASSWORD"] = str(database.settings_dict["PASSWORD"] or "")
        arguments = [f"--dbname={_conninfo(database.settings_dict)}", *arguments]
    done = subprocess.run(  # noqa: S603 (a program of the system, arguments of ours)
        [program, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ToolFailed(name, done.stderr.strip()[-400:])


@contextmanager
def _own_cursor() -> Iterator[Any]:
    """Yield a cursor outside any transaction, on a connection of its own."""
    database = second_connection()
    try:
        with database.cursor() as cursor:
            yield cursor
    finally:
        database.close()


def _drop_leftovers(cursor: Any) -> None:
    """Drop scratch databases of trials that were killed: nobody is connected to them."""
    cursor.execute(
        "SELECT datname FROM pg_database d WHERE datname LIKE %s AND NOT EXISTS "
        "(SELECT 1 FROM pg_stat_activity a WHERE a.datname = d.datname)",
        [_SCRATCH + "%"],
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def _conninfo(settings: dict[str, Any]) -> str:
    named = {
        "dbname": settings["NAME"],
        "user": settings["USER"],
        "host": settings["HOST"],
        "port": settings["PORT"],
    }
    options = {k: v for k, v in settings["OPTIONS"].items() if k not in _NOT_LIBPQ}
    return make_conninfo("", **{k: str(v) for k, v in (named | options).items() if v})
