"""What every test run needs; see tests/settings.py for the environment."""

import os
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db.backends.sqlite3.base import DatabaseOperations

from xgz.migrations import _guards
from xgz.models.keyring import make_key_ring

pytest_plugins = ["tests.factories.keys"]

# Machines that run the tests are often shared: a slow example is not a wrong one. The same examples
# are tried each time and everywhere, so that a failure is the change's own; who looks for more ways
# sets XGZ_EXPLORE=1.
hypothesis.settings.register_profile(
    "xgz", deadline=None, derandomize="XGZ_EXPLORE" not in os.environ
)
hypothesis.settings.load_profile("xgz")


def pytest_configure(config: pytest.Config) -> None:
    """Give the throw-away data folder its keys, as the first start of an installation does.

    Raises UsageError where the tests would run on the data of a working installation.
    """
    if settings.PROFILE != "test":
        raise pytest.UsageError("tests run under tests.settings (DJANGO_SETTINGS_MODULE)")
    make_key_ring()  # the workers of pytest-xdist start after this and find the file
    _let_tests_empty_the_audit()


def _let_tests_empty_the_audit() -> None:
    """Lift the guard of the audit while Django empties all tables between tests on SQLite.

    PostgreSQL empties tables by TRUNCATE, which the guard does not see.
    """
    sql_flush = DatabaseOperations.sql_flush

    def flush(self: DatabaseOperations, *args: Any, **options: Any) -> list[str]:
        emptying = sql_flush(self, *args, **options)
        if not any("xgz_auditentry" in statement for statement in emptying):
            return emptying
        return [*_guards.LIFT["sqlite"], *emptying, *_guards.PUT["sqlite"]]

    DatabaseOperations.sql_flush = flush


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Figures kept for one state of the register must not outlive the test that made it."""
    cache.clear()
