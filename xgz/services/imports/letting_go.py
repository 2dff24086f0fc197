"""What refers to a business out of the sight of who undoes its import: let go of, and kept (PR-10).

A roster row that names a business must not keep it: whoever undoes the import would see that it
stayed, and learn that a member works there. The row goes on with the unit's name, sealed. A case
that only the organization line knows of goes with the business it was about, and a formation of
that line goes on without it, as does a plan of joint branches. A poster and a look at the owner's phone forget where they belong. All
of it is written to the journal, so that nothing is lost.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import models
from django.db.models import QuerySet

from xgz.models import (
    Business,
    CaseEvent,
    CaseParty,
    CaseReview,
    Closure,
    FormationTalk,
    FormationUnit,
    Import,
    ImportChange,
    Lead,
    Market,
    MemberWorkplace,
    Notice,
    PlanUnit,
    Poster,
    Reveal,
    RoleAssignment,
    RoleRequest,
    Transfer,
    sealing,
)
from xgz.rules.roles import Role
from xgz.services.imports.journal import Journal

_OF_A_CASE: tuple[type[models.Model], ...] = (CaseParty, CaseReview, CaseEvent, Notice)
_OF_A_BUSINESS: tuple[type[models.Model], ...] = (Lead, Poster, Reveal)
_OF_A_MARKET: tuple[type[models.Model], ...] = (Lead, Poster)


def let_go(source: Import, businesses: QuerySet[Business]) -> list[str]:
    """Take every reference out of sight from businesses that are about to be deleted.

    Call inside the transaction that deletes them. Writes workplaces, accounts, leads, posters, looks
    at phones, transfers, inside cases, plans and the journal; returns the public ids of the cases
    that went.
    """
    journal = Journal(source)
    numbers = businesses.values("pk")
    _name_workplaces(journal, numbers)
    for accounts in (RoleAssignment, RoleRequest):
        held = accounts._default_manager.filter(business__in=numbers)
        _unlink(journal, held.exclude(role=Role.OWNER), "business_id")
    for model in _OF_A_BUSINESS:
        _unlink(journal, model._default_manager.filter(business__in=numbers), "business_id")
    cases = list(Closure.objects.filter(business__in=numbers, is_shared=False).order_by("pk"))
    if cases:
        _unlink(journal, Transfer.objects.filter(closure__in=cases), "closure_id")
        _remove_cases(journal, cases)
    _take_out_units(journal, FormationUnit.objects.filter(business__in=numbers, is_inside=True))
    _take_out_of_plans(journal, PlanUnit.objects.filter(business__in=numbers))
    journal.flush()
    return [case.public_id for case in cases]


@contextmanager
def letting_go_of_markets(source: Import) -> Iterator[None]:
    """Journal what lets go of those markets of an import that are deleted meanwhile.

    Deleting a market empties the columns of leads and posters itself, in a trial too; which of the
    markets go is known afterwards.
    """
    made = ImportChange.objects.filter(source_import=source, table="market", created=True)
    held = [
        (model, number, market)
        for model in _OF_A_MARKET
        for number, market in model._default_manager.filter(
            market__in=made.values("target_id")
        ).values_list("pk", "market")
    ]
    yield
    kept = set(Market.objects.values_list("pk", flat=True)) if held else set()
    journal = Journal(source)
    for model, number, market in held:
        if market not in kept:
            journal.updated(model, number, None, {"market_id": market}, {"market_id": None})
    journal.flush()


def was_let_go(row: models.Model, after: Mapping[str, Any]) -> frozenset[str]:
    """Return the columns of a workplace that only letting go of its business has changed."""
    number = after.get("business_id")
    if not isinstance(row, MemberWorkplace) or number is None or row.business_id is not None:
        return frozenset()
    if Business.objects.filter(pk=number).exists():
        return frozenset()
    return frozenset({"business_id", "unit_name_sealed"})


def _name_workplaces(journal: Journal, businesses: Any) -> None:
    """Give each workplace the name and number of its unit, as one the register does not know."""
    for place in MemberWorkplace.objects.filter(business__in=businesses).select_related("business"):
        business = place.business
        key = (business.credit_code or business.registration_number or "") if business else ""
        words = f"{business.name} {key}".strip() if business else ""
        before = {
            "business_id": place.business_id,
            "unit_name_sealed": place.unit_name_sealed,
        }
        place.business = None
        place.unit_name_sealed = sealing.seal("workplace.unit_name", place.public_id, words)
        place.save(update_fields=["business", "unit_name_sealed"])
        after = {name: getattr(place, name) for name in before}
        journal.updated(MemberWorkplace, place.pk, None, before, after)


def _unlink(journal: Journal, rows: QuerySet[Any], column: str) -> None:
    for row in rows:
        before = {column: getattr(row, column)}
        journal.updated(type(row), row.pk, None, before, {column: None})
        setattr(row, column, None)
        row.save(update_fields=[column])


def _take_out_units(journal: Journal, units: QuerySet[FormationUnit]) -> None:
    """Take the businesses out of formations that stay inside; the case goes on without them."""
    talks = FormationTalk.objects.filter(unit__in=units)
    for row in [*talks, *units]:
        journal.removed(row)
    talks.delete()
    units.delete()


def _take_out_of_plans(journal: Journal, units: QuerySet[PlanUnit]) -> None:
    """Take the businesses out of plans of either line; the plan's page copes with a lost hub."""
    for row in units.iterator():
        journal.removed(row)
    units.delete()


def _remove_cases(journal: Journal, cases: list[Closure]) -> None:
    ids = [case.public_id for case in cases]
    for model in _OF_A_CASE:
        rows = model._default_manager.filter(case_kind=Closure.KIND.name, case_id__in=ids)
        for row in rows:
            journal.removed(row)
        rows.delete()
    for case in cases:
        journal.removed(case)
        case.delete()
