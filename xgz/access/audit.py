"""Who may read the trail: the audit administrator, and nobody else (三员)."""

from django.db.models import QuerySet

from xgz.access.actor import Actor
from xgz.models import AuditCheck, AuditEntry
from xgz.rules.roles import Resource


def visible_entries(actor: Actor) -> QuerySet[AuditEntry]:
    """Return the rows of the trail; none for those who do not audit."""
    if not actor.sees_district(Resource.AUDIT):
        return AuditEntry.objects.none()
    return AuditEntry.objects.all()


def visible_checks(actor: Actor) -> QuerySet[AuditCheck]:
    """Return the checks of the trail, newest first; none for those who do not audit."""
    if not actor.sees_district(Resource.AUDIT):
        return AuditCheck.objects.none()
    return AuditCheck.objects.select_related("asked_by").order_by("-pk")


def hears_alarms(actor: Actor) -> bool:
    """Test whether the actor is told on every page that the trail is not whole (AU-5)."""
    return actor.user is not None and (
        actor.sees_district(Resource.AUDIT) or actor.sees_district(Resource.SYSTEM)
    )
