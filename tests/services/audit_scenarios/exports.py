"""Lists and reports that leave the system."""

from io import BytesIO

from tests.services.audit_scenarios.stage import Deed, Stage, one
from tests.services.imports.worlds import NOW
from xgz.access.jobs import reach_of
from xgz.models import Report
from xgz.rules.linkage.basis import Basis
from xgz.rules.reveals import ALARM_PEOPLE
from xgz.rules.roles import Role
from xgz.services import businesses, exports, linkage, sightings
from xgz.services.reports import files, keeping, tracing


def export_of_a_ledger(stage: Stage) -> Deed:
    actor = stage.actor(Role.BUREAU)
    return Deed(
        lambda: exports.record_export(actor=actor, what="coverage", rows=3, now=NOW),
        actor,
        one("export.coverage", "export", ""),
    )


def export_of_businesses(stage: Stage) -> Deed:
    actor = stage.actor(Role.BUREAU)
    return Deed(
        lambda: businesses.record_list_export(actor=actor, conditions="清平镇", now=NOW),
        actor,
        one("business.export", "business_list", ""),
    )


def files_compared(stage: Stage) -> Deed:
    actor = stage.actor(Role.ORG_DEPT)
    basis = Basis("条例", "组〔2026〕1号", "找党员", NOW.date())
    return Deed(
        lambda: linkage.record_link_run(
            actor=actor, basis=basis, roster_rows=2, registry_rows=3, links=1, now=NOW
        ),
        actor,
        one("link.run", "link", ""),
    )


def report_taken(stage: Stage) -> Deed:
    actor = stage.actor(Role.BUREAU)
    report = Report.objects.create(
        kind="ledger", title="台账", made_for=actor.user, asked_at=NOW, reach=reach_of(actor)
    )
    report.stored_name = files.store_sealed(BytesIO(b"rows"), report.public_id, 1)
    report.made_at = NOW
    report.save()
    return Deed(
        lambda: keeping.take_report(actor=actor, report=report, now=NOW).blocks.close(),
        actor,
        one("report.take", "report", report.public_id),
    )


def export_traced(stage: Stage) -> Deed:
    actor = stage.security
    return Deed(
        lambda: tracing.trace_export(actor=actor, rows=[["方柏梁"]], now=NOW),
        actor,
        one("export.trace", "export_trace", ""),
    )


def people_seen_in_a_file(stage: Stage) -> Deed:
    actor = stage.department
    return Deed(
        lambda: sightings.see_in_file(actor=actor, members=range(1, ALARM_PEOPLE + 1), now=NOW),
        actor,
        one("sighting.alarm", "user", actor.user.public_id),
    )
