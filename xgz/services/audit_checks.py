"""Checks of the trail: every night and on demand, kept as rows, loud where something is wrong."""

import logging
from datetime import datetime

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.models import AuditCheck
from xgz.queries.audit_chain import Verdict, verify_chain, verify_end
from xgz.services import audit
from xgz.services.audit_anchor import write_anchor
from xgz.services.jobs import JobRun, enqueue
from xgz.services.transactions import unit, unit_of_work

CHECK = "audit.check"
ASKED = "audit-check"  # subject of a check somebody asked for: one at a time
logger = logging.getLogger(__name__)


@unit_of_work
def ask_for_check(*, actor: Actor, now: datetime) -> None:
    """Queue a check of the whole trail. Raises NotPermitted, AlreadyQueued."""
    access.require(actor, "audit.check")
    enqueue(kind=CHECK, subject=ASKED, requested_by=access.require_person(actor), now=now)


def check_queued(*, run: JobRun) -> None:
    """Check the whole trail and keep what was found; an ERROR line for each fault (AU-5)."""
    begun = run.now()
    verdict = verify_chain(tell=run.progress)
    _tell(verdict)
    with unit():
        _keep(run, verdict, begun)
        run.finish()


def anchor_queued(*, run: JobRun) -> None:
    """Compare the end of the trail with the anchors, then write the next one (AU-3).

    What is wrong is kept and told at once; what is well leaves no row but the anchor's.
    """
    begun = run.now()
    verdict = verify_end()
    if not verdict.is_whole:
        _tell(verdict)
        with unit():
            _keep(run, verdict, begun)
    write_anchor(today=run.today, now=run.now())


def _tell(verdict: Verdict) -> None:
    for fault, number in verdict.faults.items():
        logger.error("audit trail: %s from number %s", fault, number)


def _keep(run: JobRun, verdict: Verdict, begun: datetime) -> None:
    actor = run.actor()
    check = AuditCheck.objects.create(
        begun_at=begun,
        ended_at=run.now(),
        last_number=verdict.last_number,
        anchors=verdict.anchors,
        faults={str(fault): number for fault, number in verdict.faults.items()},
        asked_by=actor.user,
    )
    audit.record(
        actor=actor,
        action=CHECK,
        subject_type="audit_check",
        subject_id=check.public_id,
        now=check.ended_at,
        fields={"last_number": check.last_number, "faults": len(verdict.faults)},
    )
