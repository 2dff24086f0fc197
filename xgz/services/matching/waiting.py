"""Leads that were asked for on a list and wait for their moment, in one sealed cell (MT-9).

Opened at once, a lead would stand in the trail beside the reading of the list, by the same account:
the two would say of a shop named in clear that its owner was found there (decision 0022).
"""

from dataclasses import astuple

from xgz.models import SealedList
from xgz.models.sealed_lists import WAITING_LEADS, read_rows, sealed_rows
from xgz.queries.listed_leads import WaitingLead


def let_wait(lead: WaitingLead) -> None:
    """Keep a lead to be opened; one of the same business and member keeps its moment.

    Part of the caller's transaction.
    """
    row = _locked()
    kept = _leads_in(row)
    if (lead.business, lead.member) not in {(each.business, each.member) for each in kept}:
        _write(row, [*kept, lead])


def take(lead: WaitingLead) -> bool:
    """Take a lead off the list; return whether it was there still. In the caller's transaction."""
    row = _locked()
    kept = _leads_in(row)
    if lead not in kept:
        return False
    _write(row, [each for each in kept if each != lead])
    return True


def _locked() -> SealedList:
    SealedList.objects.get_or_create(name=WAITING_LEADS)
    return SealedList.objects.select_for_update().get(name=WAITING_LEADS)


def _leads_in(row: SealedList) -> list[WaitingLead]:
    return [WaitingLead(*words) for words in read_rows(row)]


def _write(row: SealedList, kept: list[WaitingLead]) -> None:
    value = sealed_rows(row.public_id, [astuple(each) for each in kept])
    SealedList.objects.filter(pk=row.pk).update(value_sealed=value)
