"""Migrating step by step, past the one step for an empty database (docs/decisions/0039)."""

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader


class _Steps(MigrationLoader):
    """Know each step, and none that stands for several."""

    def load_disk(self):
        super().load_disk()
        found = self.disk_migrations.items()
        self.disk_migrations = {key: each for key, each in found if not each.replaces}


def step_by_step():
    """Return an executor of the single steps on the tests' database."""
    database = connections[DEFAULT_DB_ALIAS]
    executor = MigrationExecutor(database)
    executor.loader = _Steps(database)
    return executor
