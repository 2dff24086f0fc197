# ruff: noqa: PLC0415 (models can be imported only after Django is set up)
"""A thousand races of eight clients over all kinds of cases, then half as many over imports.

Prints what was won and what went wrong.

    .venv/bin/python benchmarks/races/run.py [races]

Runs on a throw-away test database: SQLite, or the server XGZ_DATABASE_URL names.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.services.cases.races import Clients, Tally

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"


def main() -> int:
    """Hold the races; return 1 where any had no winner, two winners or a row too many."""
    import django

    django.setup()
    from tests.services.cases.races import hold
    from tests.services.imports.races import hold_imports
    from xgz.models.keyring import make_key_ring

    make_key_ring()
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        passed = [
            _held("cases", lambda eight: hold(number, eight)),
            _held("imports", lambda eight: hold_imports(number // 2, eight, Path(folder))),
        ]
    return int(not all(passed))


def _held(about: str, races: Callable[["Clients"], "Tally"]) -> bool:
    """Hold the races on a new database and print what came of them; return whether all is well."""
    from django.db import connection

    from tests.services.cases.races import clients

    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        begun = time.perf_counter()
        with clients() as eight:
            tally = races(eight)
        seconds = time.perf_counter() - begun
    finally:
        connection.creation.destroy_test_db(str(connection.settings_dict["NAME"]), verbosity=0)
    won = sum(tally.won.values())
    print(
        f"{connection.vendor}, {about}: {tally.races} races, {won} won, {len(tally.faults)} faults"
    )
    print(f"{seconds:.0f} s; steps that won: {dict(sorted(tally.won.items()))}", flush=True)
    for fault in tally.faults[:20]:
        print(fault)
    return not tally.faults and won == tally.races


if __name__ == "__main__":
    sys.exit(main())
