"""Deleting what hangs on a case by its kind and public id, for a kind whose cases may go."""

from django.db.models import Model

from xgz.models import Case, CaseEvent, CaseParty, CaseReview, Notice

_PARTS: tuple[type[Model], ...] = (CaseParty, CaseReview, CaseEvent, Notice)


def erase_parts(case: Case) -> None:
    """Delete parties, sub-steps, events and notices of a case; part of the caller's transaction."""
    for model in _PARTS:
        model._default_manager.filter(case_kind=case.KIND.name, case_id=case.public_id).delete()
