"""The trail itself."""

from tests.factories import TODAY
from tests.services.audit_scenarios.stage import Deed, Stage, newest, one
from tests.services.imports.worlds import NOW
from xgz.access.actor import clock_actor
from xgz.models import AuditCheck
from xgz.rules.roles import Role
from xgz.services import audit_anchor, audit_checks, audit_export


def anchor_written(stage: Stage) -> Deed:
    return Deed(
        lambda: audit_anchor.write_anchor(today=TODAY, now=NOW),
        clock_actor(TODAY),
        one("audit.anchor", "anchor", "1"),
    )


def trail_checked(stage: Stage) -> Deed:
    actor = stage.actor(Role.AUDIT_ADMIN)
    run = stage.queued(audit_checks.CHECK, actor)
    return Deed(
        lambda: audit_checks.check_queued(run=run),
        actor,
        one("audit.check", "audit_check", lambda: newest(AuditCheck)),
    )


def trail_exported(stage: Stage) -> Deed:
    actor = stage.actor(Role.AUDIT_ADMIN)
    return Deed(
        lambda: audit_export.record_trail_export(actor=actor, since=TODAY, until=TODAY, now=NOW),
        actor,
        one("audit.export", "audit", ""),
    )
