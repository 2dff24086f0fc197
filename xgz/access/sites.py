"""Who records what a site has, and who enters money and materials of an organisation (ES-5, ES-8)."""

from django.db.models import QuerySet

from xgz.access.actor import Actor, NotPermitted, may
from xgz.access.organisations import visible_organisations
from xgz.access.scopes import with_action
from xgz.models import Organisation, SitePhoto

RECORD = "site.record"
SUPPORT = "support.record"


def visible_photos(actor: Actor) -> QuerySet[SitePhoto]:
    """Return the photos of the organisations that one of the actor's roles reaches."""
    seen = visible_organisations(actor).order_by()
    return SitePhoto.objects.filter(organisation__in=seen.values("pk"))


def may_at(actor: Actor, action: str, organisation: Organisation) -> bool:
    """Test whether a role that carries `action` reaches the organisation."""
    if not may(actor, action):
        return False
    reached = visible_organisations(with_action(actor, action))
    return reached.filter(pk=organisation.pk).exists()


def require_recording(actor: Actor, organisation: Organisation) -> None:
    """Raise NotPermitted unless the actor records what this organisation's site has."""
    if not may_at(actor, RECORD, organisation):
        raise NotPermitted(RECORD)


def require_support(actor: Actor, organisation: Organisation) -> None:
    """Raise NotPermitted unless the actor enters money and materials of this organisation."""
    if not may_at(actor, SUPPORT, organisation):
        raise NotPermitted(SUPPORT)
