"""The audit: one row for each change, written in the transaction of the change itself."""

from collections.abc import Mapping
from datetime import datetime

from xgz.access.actor import Actor
from xgz.models import AuditEntry, sealing
from xgz.rules.audit import Outcome
from xgz.services.transactions import add_to_work


def record(
    *,
    actor: Actor,
    action: str,
    subject_type: str,
    subject_id: str,
    now: datetime,
    fields: Mapping[str, object] | None = None,
    outcome: Outcome = Outcome.DONE,
) -> None:
    """Leave one audit row for the end of the running piece of work (AU-1).

    fields: changed field → new value; stored as keyed digests, so the log holds no clear value.
    Raises AuditOutsideWork.
    """
    add_to_work(
        AuditEntry(
            at=now,
            actor=actor.user,
            actor_label=actor.label,
            action=action,
            outcome=outcome,
            subject_type=subject_type,
            subject_id=subject_id,
            fields={
                name: sealing.digest(f"audit.{subject_type}.{name}", str(value))
                for name, value in (fields or {}).items()
            },
            address=actor.origin.address,
            session=actor.origin.session,
            request=actor.origin.request,
        )
    )
