"""The first election of a new organisation: what its page leads to, and what it brought about."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from xgz.access.actor import Actor
from xgz.models import Organisation, TermElection
from xgz.queries.elections import elections_of
from xgz.rules.elections import ElectionState, Sort
from xgz.web.forms import Offer


def first_election_offer(
    actor: Actor, organisation: Organisation, *, may_open: bool
) -> Offer | None:
    """Return what leads to the first election: the open case, or the page that opens one.

    None where the actor sees no case and may open none (may_open). The slug is the whole address.
    """
    running = next((row for row in elections_of(actor, organisation) if row.is_open), None)
    if running is not None:
        return Offer(reverse("election-detail", args=[running.public_id]), _("首次选举"))
    if may_open:
        address = f"{reverse('election-new')}?organisation={organisation.public_id}"
        return Offer(address, _("提出首次选举"))
    return None


def election_as_meeting(actor: Actor, organisation: Organisation) -> TermElection | None:
    """Return the first election whose day is the latest organisation life, where the actor sees it."""
    day = organisation.last_life_on
    rows = elections_of(actor, organisation) if day is not None else []
    return next((row for row in rows if row.sort == Sort.FIRST and _counts_on(row, day)), None)


def _counts_on(election: TermElection, day: date | None) -> bool:
    return election.state == ElectionState.CONFIRMED and election.held_on == day
