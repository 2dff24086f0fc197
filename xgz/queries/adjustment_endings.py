"""What became of an organisation that was merged or dissolved: the day, and who went where (AD-5, AD-6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Min

from xgz.access.clock import day_of
from xgz.models import Adjustment, MemberLink, Organisation, OrganisationChange, Transfer
from xgz.rules.adjustments import AdjustmentState, Sort
from xgz.rules.members import LinkKind
from xgz.rules.organisations import OrgChangeKind, OrgState
from xgz.rules.transfers import TransferState

_ENDS = (OrgChangeKind.MERGED, OrgChangeKind.DISSOLVED)


@dataclass(frozen=True, slots=True)
class Gone:
    """How many members were accepted by one organisation since the case was opened, and when."""

    destination: str
    count: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Ended:
    """into: where it was merged into, None where it was dissolved; handed_over: people who went along."""

    day: date | None
    into: Organisation | None
    handed_over: int
    gone: Sequence[Gone]

    @property
    def members_gone(self) -> int:
        return sum(each.count for each in self.gone)


def ended_of(case: Adjustment) -> Ended | None:
    """Return what became of the organisation, None while it stands; three queries at most."""
    organisation = case.organisation
    if organisation.state != OrgState.DISSOLVED:
        return None
    changes = OrganisationChange.objects.filter(organisation=organisation, kind__in=_ENDS)
    change = changes.select_related("other").order_by("-pk").first()
    into = change.other if change is not None and change.kind == OrgChangeKind.MERGED else None
    day = organisation.dissolved_on
    return Ended(
        day=day,
        into=into,
        handed_over=_handed_over(organisation, into, day) if into and day else 0,
        gone=_gone(case),
    )


def has_ended_by(case: Adjustment) -> bool:
    """Test whether this very case ended its organisation: a revival, or one dropped, did not."""
    carried_out = case.state in (AdjustmentState.FILING, AdjustmentState.DONE)
    is_gone = case.organisation.state == OrgState.DISSOLVED
    return is_gone and carried_out and case.way is not Sort.REVIVE


def _handed_over(organisation: Organisation, into: Organisation, day: date) -> int:
    """Count whose relation lies with the other one from the day on, and lay here before."""
    formal = MemberLink.objects.filter(kind=LinkKind.FORMAL)
    here = formal.filter(organisation=organisation, valid_to__isnull=False).order_by()
    there = formal.filter(organisation=into, valid_from=day, member__in=here.values("member"))
    return there.values("member").distinct().count()


def _gone(case: Adjustment) -> list[Gone]:
    rows = Transfer.objects.filter(
        from_org=case.organisation_id,
        state=TransferState.ACCEPTED,
        accepted_on__gte=day_of(case.opened_at),
    )
    counted = (
        rows.order_by()
        .values_list("to_org__name", "to_outside")
        .annotate(number=Count("pk"), first=Min("accepted_on"), last=Max("accepted_on"))
        .order_by("-number", "first", "to_org__name", "to_outside")
    )
    return [
        Gone(name or outside, number, first, last) for name, outside, number, first, last in counted
    ]
