"""How the site speaks to its database: SQLite in the data folder, or PostgreSQL by an address."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

# A statement that comes again goes by its name: PostgreSQL reads and plans it once, not each time
# (decision 0020). Django leaves the parameters to psycopg's client otherwise.
_KEPT_STATEMENTS = {"server_side_binding": True, "prepare_threshold": 2}
_STATEMENTS_A_CONNECTION = 1000  # the pages know some three hundred; psycopg keeps a hundred
# Compiling the conditions of a figure to machine code takes longer than asking it does, and so do
# helpers for one statement where a hundred people ask at once; no district's disk takes four times
# as long to find a page as to read on.
_PLANNING = "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"


def sqlite_settings(home: Path, journal_mode: str) -> dict[str, object]:
    """Return the SQLite settings of docs/decisions/0003-sqlite-build.md for a data folder."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": home / "xgz.sqlite3",
        "OPTIONS": {
            "timeout": 20,
            "cached_statements": 1000,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                f"PRAGMA journal_mode={journal_mode};PRAGMA synchronous=FULL;"
                "PRAGMA foreign_keys=ON;PRAGMA secure_delete=ON;PRAGMA trusted_schema=OFF;"
                "PRAGMA journal_size_limit=67108864;PRAGMA cache_size=-65536;"
            ),
        },
        "TEST": {"NAME": home / "test.sqlite3"},
    }


def postgresql_settings(url: str) -> dict[str, object]:
    """Return the settings for postgresql://user:password@host:port/name?host=/socket/folder.

    Raises SystemExit where the address is of another kind or names no database.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise SystemExit("XGZ_DATABASE_URL must be postgresql://user:password@host:port/name")
    options = dict(parse_qsl(parts.query))
    options["options"] = f"{_PLANNING} {options.get('options', '')}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": options.pop("port", None) or parts.port or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**_KEPT_STATEMENTS, **options},
    }


def keep_statements(connection: Any, **_signal: Any) -> None:
    """Let a new connection to PostgreSQL keep every statement of the pages; no address says it."""
    if connection.vendor == "postgresql":
        connection.connection.prepared_max = _STATEMENTS_A_CONNECTION
