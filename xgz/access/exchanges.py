"""Lists compared with other offices: who asks, who answers, who sees what was compared (XC-4)."""

from django.db.models import QuerySet

from xgz.access.actor import Actor, NotPermitted, may, require
from xgz.models import Exchange

ASK, ASK_LEADS, ANSWER = "exchange.ask", "exchange.ask_leads", "exchange.answer"


def visible_exchanges(actor: Actor) -> QuerySet[Exchange]:
    """Return the exchanges the actor may know of: all, or those the person asked for."""
    if may(actor, ASK):
        return Exchange.objects.all()
    if actor.user is not None and may(actor, ASK_LEADS):
        return Exchange.objects.filter(made_by=actor.user)
    return Exchange.objects.none()


def require_asking(actor: Actor, *, of_leads: bool) -> None:
    """Raise NotPermitted unless the actor may ask: about leads in reach, or about any list."""
    require(actor, ASK_LEADS if of_leads else ASK)


def require_answering(actor: Actor) -> None:
    """Raise NotPermitted unless the actor may answer requests from the roster of the district."""
    require(actor, ANSWER)


def require_accepting(actor: Actor, exchange: Exchange) -> None:
    """Raise NotPermitted unless the actor may read what comes back of this request."""
    if not visible_exchanges(actor).filter(pk=exchange.pk).exists():
        raise NotPermitted(ASK)
