"""Whoever guides an organisation is a party of its open cases, and the body before no longer (AD-9)."""

from django.db.models import QuerySet

from xgz.access.adjustments import guide_of
from xgz.models import (
    Adjustment,
    Case,
    CaseParty,
    CaseReview,
    Establishing,
    Organisation,
    TermElection,
)
from xgz.rules.adjustments import AdjustmentParty
from xgz.rules.cases import Verdict
from xgz.rules.seats import Seat
from xgz.services.organisations.records import Act

_KINDS: tuple[type[Adjustment | Establishing | TermElection], ...] = (
    Adjustment,
    Establishing,
    TermElection,
)
_GUIDE = AdjustmentParty.GUIDE.value  # the same word in each of the three tables


def hand_over_cases(organisation: Organisation, act: Act) -> None:
    """Let the body that guides the organisation from now on be the guiding party of its open cases.

    A sub-step that lay with the body before goes over, or is void where nobody guides any longer.
    Closed cases stay with whoever was a party. Call in the transaction of the change.
    """
    seat = guide_of(organisation)
    for model in _KINDS:
        rows = model._default_manager.filter(organisation=organisation, closed_at__isnull=True)
        for case in rows.order_by("pk"):
            _name(case, seat)
            _pass_on(_open_reviews(case), seat, act)
            if seat is not None:
                model._default_manager.filter(pk=case.pk).update(is_shared=True)


def _name(case: Case, seat: Seat | None) -> None:
    known = {"case_kind": case.KIND.name, "case_id": case.public_id, "party": _GUIDE}
    CaseParty.objects.filter(**known).delete()
    if seat is not None:
        CaseParty.objects.create(**known, role=seat.role, body_id=seat.body_id)


def _open_reviews(case: Case) -> QuerySet[CaseReview]:
    duty = case.duty
    keys = [each.key for each in duty.reviews if each.by == _GUIDE] if duty is not None else []
    rows = CaseReview.objects.filter(case_kind=case.KIND.name, case_id=case.public_id)
    return rows.filter(key__in=keys, closed_at__isnull=True)


def _pass_on(reviews: QuerySet[CaseReview], seat: Seat | None, act: Act) -> None:
    if seat is not None:
        reviews.update(
            owner_role=seat.role, owner_body=seat.body_id, asked_body=seat.body_id, assignee=None
        )
        return
    reviews.update(
        verdict=Verdict.VOID,
        closed_at=act.now,
        owner_role="",
        owner_body=None,
        assignee=None,
        due_on=None,
    )
