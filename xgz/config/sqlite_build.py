"""Choose a SQLite build without the WAL-reset race (see docs/decisions/0003-sqlite-build.md)."""

import importlib
import sys

# SQLite 3.7.0 to 3.51.2 may lose committed rows in WAL mode with several connections;
# the fix was also released as 3.50.7 and 3.44.6.
_FIXED = (3, 51, 3)
_BACKPORTS = {(3, 50): 7, (3, 44): 6}


def is_wal_safe(version: tuple[int, ...]) -> bool:
    """Test whether this SQLite version may be used in WAL mode."""
    if version >= _FIXED:
        return True
    patch = _BACKPORTS.get((version[0], version[1]))
    return patch is not None and version[2] >= patch


def use_safe_build() -> str:
    """Put a WAL-safe SQLite in place of the system's where needed; return the journal mode to use.

    Must run before Django opens a database. Falls back to TRUNCATE where no safe build exists.
    """
    system = importlib.import_module("sqlite3")
    if is_wal_safe(system.sqlite_version_info):
        return "WAL"
    try:
        bundled = importlib.import_module("pysqlite3")
        dbapi2 = importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return "TRUNCATE"
    if not is_wal_safe(dbapi2.sqlite_version_info):
        return "TRUNCATE"
    sys.modules["sqlite3"] = bundled
    sys.modules["sqlite3.dbapi2"] = dbapi2
    return "WAL"
