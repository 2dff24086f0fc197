"""Rows handed back leave the system as a file: written down before they do."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.models import Import
from xgz.services import audit
from xgz.services.imports import folders


class NothingHandedBack(Exception):
    """The import has no file of rows handed back."""


@transaction.atomic
def take_rejects(*, actor: Actor, source: Import, now: datetime) -> Path:
    """Record that the actor takes the rows handed back, and return where their file lies.

    Raises NotPermitted, NothingHandedBack. Whether the actor may read these cells is for the
    caller to ask (access.imports.may_read_rejects).
    """
    access.require(actor, f"import.{source.kind}")
    if not source.rejects_name or not folders.rejects_path(source).exists():
        raise NothingHandedBack(source.public_id)
    audit.record(
        actor=actor,
        action="import.rejects",
        subject_type="import",
        subject_id=source.public_id,
        now=now,
        fields={"rows": source.rejected + source.duplicate},
    )
    return folders.rejects_path(source)
