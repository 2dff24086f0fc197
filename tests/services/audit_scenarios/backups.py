"""Backups."""

from tests.factories import TODAY
from tests.services.audit_scenarios.stage import Deed, Stage, one
from tests.services.imports.worlds import NOW
from xgz.access.actor import clock_actor
from xgz.models import Backup
from xgz.services.backups import restoring, trying


def backup_tried(stage: Stage) -> Deed:
    """A backup whose file is gone: that it failed is written down as well."""
    backup = Backup.objects.create(name="gone.xgz", made_at=NOW, size=1, digest="0" * 64)
    run = stage.queued("backup.drill", clock_actor(TODAY))
    return Deed(
        lambda: trying.drill_queued(run=run),
        clock_actor(TODAY),
        one("backup.drill", "backup", backup.public_id),
    )


def backup_restored(stage: Stage) -> Deed:
    """What a restore writes once the database is there; that itself needs an empty machine."""
    actor = stage.operator
    manifest = {"made_at": NOW.isoformat(), "audit_number": 0, "canaries": [], "field_keys": []}
    return Deed(
        lambda: restoring._note(actor, manifest, NOW),
        actor,
        lambda: [("backup.restore", "backup", ""), ("audit.anchor", "anchor", "1")],
    )
