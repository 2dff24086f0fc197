"""What the forms of changes share: actor and organisation, the choices of people and units."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xgz.access.actor import Actor
from xgz.access.members import visible_members
from xgz.models import Coverage, Member, Organisation
from xgz.queries.members import member_rows, members_of
from xgz.rules.members import ON_ROLLS
from xgz.rules.organisations import (
    FORMATION_MODE_LABELS,
    ORG_TYPE_LABELS,
    FormationMode,
    OrgState,
    OrgType,
)
from xgz.web.forms import OfficeForm

ACTIVE = frozenset({OrgState.ACTIVE})
LIVING = frozenset({OrgState.ACTIVE, OrgState.UNCONFIRMED})
TYPES = [(key.value, _(name)) for key, name in ORG_TYPE_LABELS.items() if key != OrgType.UNKNOWN]
MODES = [
    (key.value, _(name))
    for key, name in FORMATION_MODE_LABELS.items()
    if key != FormationMode.UNKNOWN
]


class ChangeForm(OfficeForm):
    """title: what the page is called; states: in which states it is offered."""

    title: ClassVar[str | Promise]
    lead: ClassVar[str | Promise] = ""
    states: ClassVar[frozenset[OrgState]] = ACTIVE
    is_grave: ClassVar[bool] = False

    def __init__(self, data: Any, *, actor: Actor, organisation: Organisation) -> None:
        super().__init__(data, initial={"day": actor.today})
        self.actor = actor
        self.organisation = organisation
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices; nothing by default."""

    def apply(self, now: datetime) -> None:
        """Make the change; raises the service's refusals."""
        raise NotImplementedError

    def offer(self, name: str, rows: QuerySet[Any] | Sequence[tuple[str, str]]) -> None:
        """Set the choices of a field."""
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows if isinstance(rows, QuerySet) else field.queryset
        elif isinstance(field, forms.ChoiceField) and not isinstance(rows, QuerySet):
            field.choices = list(rows)

    def common(self, now: datetime) -> dict[str, Any]:
        """Return the arguments every service of an organisation takes."""
        return {"actor": self.actor, "organisation": self.organisation, "now": now}


def member_choices(form: ChangeForm) -> list[tuple[str, str]]:
    rows = member_rows(list(_own_members(form).order_by("born_on", "pk")), form.actor)
    return [
        (row.member.public_id, f"{row.name} {row.member.born_on or ''}".strip()) for row in rows
    ]


def chosen_members(form: ChangeForm, public_ids: Sequence[str]) -> list[Member]:
    return list(_own_members(form).filter(public_id__in=public_ids))


def listed_units(organisation: Organisation) -> dict[str, Coverage]:
    rows = organisation.coverages.filter(valid_to__isnull=True).select_related(
        "business", "market", "organisation"
    )
    return {_unit_key(row): row for row in rows.order_by("pk")}


def unit_name(row: Coverage) -> str:
    unit = row.business or row.market
    return unit.name if unit else row.code_text


def _unit_key(row: Coverage) -> str:
    unit = row.business or row.market
    return unit.public_id if unit else f"code:{row.code_text}"


def _own_members(form: ChangeForm) -> QuerySet[Member]:
    return members_of(form.organisation, visible_members(form.actor)).filter(status__in=ON_ROLLS)
