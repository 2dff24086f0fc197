"""Who may see and stop background work, and whose reports are whose."""

from datetime import datetime

from django.db.models import QuerySet

from xgz.access.actor import Actor, NotPermitted
from xgz.models import Job, Report, sealing
from xgz.rules.jobs import JobState
from xgz.rules.roles import Role

# What the actor needs for each kind of list, today as on the day it was asked for.
_EXPORT_ACTIONS: dict[str, str] = {
    "businesses": "business.export",
    "members": "member.export",
    "owner_list": "matching.lists",
    "funnel": "lead.funnel",
}
_OTHER_EXPORTS = "ledger.export"


def visible_reports(actor: Actor) -> QuerySet[Report]:
    """Return the reports made for the actor that were not removed; nobody sees another's."""
    if actor.user is None:
        return Report.objects.none()
    return Report.objects.filter(made_for=actor.user, removed_at__isnull=True)


def failed_jobs(actor: Actor, since: datetime) -> QuerySet[Job]:
    """Return the jobs that rest as failed since a moment, newest first, for who runs the system.

    They name what was to be done and the kind of fault, nobody's rows.
    """
    if not actor.has_any(frozenset({Role.SYSTEM_ADMIN})):
        return Job.objects.none()
    rows = Job.objects.filter(state=JobState.FAILED, finished_at__gte=since)
    return rows.order_by("-finished_at", "-pk")


def export_action(kind: str) -> str:
    """Return the right that taking a list of this kind out of the system asks for."""
    return _EXPORT_ACTIONS.get(kind, _OTHER_EXPORTS)


def reach_of(actor: Actor) -> str:
    """Return a keyed digest of the roles the actor holds and where: what rows are in reach."""
    grants = sorted(
        f"{g.role}:{g.body_id}:{g.member_id}:{g.business_id}:{g.market_id}" for g in actor.grants
    )
    return sealing.digest("report.reach", ";".join(grants) or "none")


def may_cancel(actor: Actor, job: Job) -> bool:
    """Test whether the actor asked for the job, or is the operator of the machine."""
    is_own = actor.user is not None and job.requested_by_id == actor.user.pk
    return is_own or actor.is_operator


def require_cancel(actor: Actor, job: Job) -> None:
    """Raise NotPermitted unless the actor may stop the job."""
    if not may_cancel(actor, job):
        raise NotPermitted("job.cancel")
