"""Cases with what they are about, and their member's name as the reader may read it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from xgz.access.actor import Actor
from xgz.access.cases import cases_in_clear, reads_private_whole
from xgz.access.members import members_in_clear, visible_members
from xgz.access.prepared import Each, answers, records
from xgz.access.reading import once
from xgz.models import Case, Lead, Member, PrivateCase
from xgz.models.cases import case_model
from xgz.queries.lead_identity import found_members
from xgz.rules.masking import mask_name
from xgz.rules.reveals import Seen


def cases_named(
    wanted: Iterable[tuple[str, str]], actor: Actor
) -> dict[tuple[str, str], tuple[Case, str]]:
    """Return (kind, public id) → case and the member's name as the actor may read it.

    Two queries a kind and two for the names. Ask only for cases the actor may see.
    """
    by_kind: dict[str, set[str]] = {}
    for kind, public_id in wanted:
        by_kind.setdefault(kind, set()).add(public_id)
    cases: list[Case] = []
    for kind, ids in by_kind.items():
        cases += records(_cases_at, kind, Each(ids))
    names = persons_of(cases, actor)
    return {
        (case.KIND.name, case.public_id): (case, names.get(case.public_id, "")) for case in cases
    }


def persons_of(cases: Sequence[Case], actor: Actor) -> dict[str, str]:
    """Return public id → name of the member a case is about, as the actor may read it.

    In full by a role that sees this case, or the person on the roster; masked to whoever may see
    the person only so; absent where the actor is shown nobody. Of a private case the person it
    names, in full to the organization line alone (CS-12). Two queries, and one a kind.
    """
    return _persons_in_private(cases, actor) | _members_of(cases, actor)


def _persons_in_private(cases: Sequence[Case], actor: Actor) -> dict[str, str]:
    return {
        case.public_id: case.person_name
        if reads_private_whole(actor, case)
        else mask_name(case.person_name)
        for case in cases
        if isinstance(case, PrivateCase)
    }


def _members_of(cases: Sequence[Case], actor: Actor) -> dict[str, str]:
    about = {case.public_id: person for case in cases if (person := _member(case)) is not None}
    if not about:
        return {}
    by_case: set[str] = set()
    for model in {type(case) for case in cases if case.public_id in about}:
        by_case |= clear_among(actor, model, frozenset(about))
    numbers = {person.pk for public_id, person in about.items() if public_id not in by_case}
    in_clear, seen = (
        set(members(actor).filter(pk__in=numbers).values_list("pk", flat=True))
        if numbers
        else set()
        for members in (members_in_clear, visible_members)
    )
    return {
        public_id: person.name
        if public_id in by_case or person.pk in in_clear
        else mask_name(person.name)
        for public_id, person in about.items()
        if public_id in by_case or person.pk in seen
    }


@once
def clear_among(actor: Actor, model: type[Case], ids: frozenset[str]) -> frozenset[str]:
    """Return those public ids whose case names its member in full to the actor; one query."""
    found = answers(_clear_among, actor.bare, model, Each(ids))
    return frozenset(public_id for (public_id,) in found)


def _cases_at(kind: str, ids: Iterable[str]) -> QuerySet[Case]:
    return rows_with_related(case_model(kind)).filter(public_id__in=ids)


def _clear_among(actor: Actor, model: type[Case], ids: Iterable[str]) -> QuerySet[Case, Any]:
    return cases_in_clear(actor, model).filter(public_id__in=ids).values_list("public_id")


def seen_in(case: Case, person: str) -> Seen | None:
    """Return whom `person` names in clear, None where it is masked or nobody (RV-5).

    The person of a lead who was found on the roster is that member, so that nobody counts twice.
    """
    if isinstance(case, Lead):
        return seen_in_leads([(case, person)])[0]
    member = _member(case)
    return Seen(member=member.pk) if member and person and person == member.name else None


def seen_in_leads(named: Sequence[tuple[Lead, str]]) -> list[Seen | None]:
    """Return the same as seen_in for many leads, each with what stands for its person; one query."""
    found = found_members(lead for lead, person in named if person and person == lead.name)
    return [_seen_in_lead(lead, person, found.get(lead.found_id)) for lead, person in named]


def _seen_in_lead(lead: Lead, person: str, found: Member | None) -> Seen | None:
    if not person or person != lead.name:
        return None
    return Seen(member=found.pk) if found else Seen(lead=lead.pk)


def rows_with_related(model: type[Case]) -> QuerySet[Case]:
    """Return the cases of a kind with owner, subject and member; narrow it to visible ones."""
    about = [field.name for field in model._meta.fields if field.name == "member"]
    rows: QuerySet[Case] = model._default_manager.select_related(
        "owner_body", *model.RELATED, *about
    )
    return rows


def _member(case: Case) -> Member | None:
    return getattr(case, "member", None)
