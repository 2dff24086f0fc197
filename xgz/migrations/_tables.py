"""Many tables in one step."""

from typing import Any

from django.db import migrations
from django.db.migrations.operations.base import Operation


class CreateTables(Operation):
    """Create the tables of several models, which may refer to each other in any order.

    models: CreateModel operations. Django renders all models anew for each operation that stands
    by itself, half a minute for a hundred of them; here they are rendered once.
    """

    reversible = True

    def __init__(self, models: list[migrations.CreateModel]) -> None:
        """Keep the operations, whose tables are made in this order."""
        self.models = models

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Add the models to the state, which is rendered when it is next asked for its apps."""
        state.__dict__.pop("apps", None)
        for each in self.models:
            each.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Make the tables."""
        for each in self.models:
            each.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Drop the tables, the last one first."""
        for each in reversed(self.models):
            each.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """Say what is made."""
        return f"Create {len(self.models)} tables"
