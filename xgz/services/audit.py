"""The audit: one row for each change, written in the transaction of the change itself."""

from collections.abc import Mapping
from datetime import datetime

from xgz.access.actor import Actor
from xgz.models import AuditEntry, sealing


def record(
    *,
    actor: Actor,
    action: str,
    subject_type: str,
    subject_id: str,
    now: datetime,
    fields: Mapping[str, object] | None = None,
) -> None:
    """Write one audit row; call inside the transaction of the change it describes.

    fields: changed field → new value; stored as keyed digests, so the log holds no clear value.
    """
    AuditEntry.objects.create(
        at=now,
        actor=actor.user,
        actor_label=actor.label,
        action=action,
        subject_type=subject_type,
        subject_id=subject_id,
        fields={
            name: sealing.digest(f"audit.{subject_type}.{name}", str(value))
            for name, value in (fields or {}).items()
        },
    )
