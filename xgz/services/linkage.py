"""Comparisons run from the shell: allowed to the organization line, and recorded."""

from datetime import datetime

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.rules.linkage.basis import Basis
from xgz.services import audit
from xgz.services.transactions import unit_of_work


@unit_of_work
def record_link_run(
    *, actor: Actor, basis: Basis, roster_rows: int, registry_rows: int, links: int, now: datetime
) -> None:
    """Record that the actor compared two files on a basis (LK-14). Raises NotPermitted."""
    access.require(actor, "link.run")
    audit.record(
        actor=actor,
        action="link.run",
        subject_type="link",
        subject_id="",
        now=now,
        fields={
            "basis": basis.basis,
            "document": basis.document,
            "purpose": basis.purpose,
            "expires": basis.expires.isoformat(),
            "roster_rows": roster_rows,
            "registry_rows": registry_rows,
            "links": links,
        },
    )
