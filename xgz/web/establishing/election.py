"""The first election of a new organisation: what its checklist leads to beside appointing by hand."""

from django.urls import reverse
from django.utils.translation import gettext as _

from xgz.access.actor import Actor
from xgz.access.elections import may_open
from xgz.models import Organisation
from xgz.queries.elections import elections_of
from xgz.web.forms import Offer


def first_election_offer(actor: Actor, organisation: Organisation) -> Offer | None:
    """Return what leads to the first election: the open case, or the page that opens one.

    None where the actor sees no case and may open none. The slug is the whole address.
    """
    running = next((row for row in elections_of(actor, organisation) if row.is_open), None)
    if running is not None:
        return Offer(reverse("election-detail", args=[running.public_id]), _("首次选举"))
    if may_open(actor, organisation):
        address = f"{reverse('election-new')}?organisation={organisation.public_id}"
        return Offer(address, _("提出首次选举"))
    return None
