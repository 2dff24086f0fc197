# ruff: noqa: PLC0415 (models can be imported only after Django is set up)
"""A thousand races of eight clients over all kinds of cases; prints one line and what went wrong.

    .venv/bin/python benchmarks/races/run.py [races]

Runs on a throw-away test database: SQLite, or the server XGZ_DATABASE_URL names.
"""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"


def main() -> int:
    """Hold the races; return 1 where any had no winner, two winners or a row too many."""
    import django

    django.setup()
    from django.db import connection

    from tests.services.cases.races import clients, hold
    from xgz.models.keyring import make_key_ring

    make_key_ring()
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        begun = time.perf_counter()
        with clients() as eight:
            tally = hold(number, eight)
        seconds = time.perf_counter() - begun
    finally:
        connection.creation.destroy_test_db(str(connection.settings_dict["NAME"]), verbosity=0)
    won = sum(tally.won.values())
    print(f"{connection.vendor}: {tally.races} races, {won} won, {len(tally.faults)} faults")
    print(f"{seconds:.0f} s; steps that won: {dict(sorted(tally.won.items()))}")
    for fault in tally.faults[:20]:
        print(fault)
    return int(bool(tally.faults) or won != tally.races)


if __name__ == "__main__":
    sys.exit(main())
