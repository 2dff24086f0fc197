"""Leads kept here as rows of a request, and what came back of them as roster checks (XC-9)."""

from collections.abc import Iterable
from datetime import datetime

from xgz.access import exchanges as access
from xgz.access.actor import Actor
from xgz.access.leads import may_check, visible_leads
from xgz.files.people_table import PersonRow
from xgz.models import Lead
from xgz.rules.cases import StepNotAllowed
from xgz.rules.exchange.identities import Flag, Person
from xgz.rules.leads import CheckResult, LeadState
from xgz.services.cases import ChangedMeanwhile
from xgz.services.leads import record_roster_check

_UNCONFIRMED = (LeadState.NEW, LeadState.ASSIGNED, LeadState.VISITED)
# A lead that is only possibly somebody of the roster has been checked by nobody yet.
_RESULTS: dict[Flag, CheckResult] = {
    Flag.SAME: CheckResult.COMPARED,
    Flag.NONE: CheckResult.NOT_FOUND,
}
_HOW = "与名册所在单位比对名单"


def leads_to_ask_about(*, actor: Actor) -> list[PersonRow]:
    """Return the unchecked leads with a name that the actor may compare with a roster.

    label: the lead's public id. Raises NotPermitted.
    """
    access.require_asking(actor, of_leads=True)
    leads = visible_leads(actor).filter(state__in=_UNCONFIRMED, checked_on__isnull=True)
    return [
        PersonRow(lead.public_id, Person(lead.name, id_number=lead.id_number, phone=lead.phone))
        for lead in leads.order_by("pk")
        if lead.name and may_check(actor, lead)
    ]


def still_seen(actor: Actor, rows: Iterable[tuple[str, Flag]]) -> list[tuple[str, Flag]]:
    """Return the rows whose leads still stand and are in the actor's sight. Raises NotPermitted."""
    access.require_asking(actor, of_leads=True)
    flags = dict(rows)
    leads = visible_leads(actor).filter(state__in=_UNCONFIRMED, public_id__in=list(flags))
    seen = {lead.public_id for lead in leads if may_check(actor, lead)}
    return [(label, flag) for label, flag in flags.items() if label in seen]


def record_flags(*, actor: Actor, rows: Iterable[tuple[str, Flag]], now: datetime) -> None:
    """Write the flags down as roster checks of their leads, where one says yes or no.

    A lead that moved on or was checked meanwhile is left as it is. Raises NotPermitted.
    """
    access.require_asking(actor, of_leads=True)
    for label, flag in still_seen(actor, rows):
        result = _RESULTS.get(flag)
        lead = Lead.objects.get(public_id=label)
        if result is None or lead.checked_on is not None:
            continue
        try:
            record_roster_check(case=lead, actor=actor, now=now, result=result, words=_HOW)
        except (StepNotAllowed, ChangedMeanwhile):
            continue
