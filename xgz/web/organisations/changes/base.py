"""What the forms of changes share: actor and organisation, the choices of people and units."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xgz.access.actor import Actor
from xgz.access.members import visible_members
from xgz.models import Case, Coverage, Market, Member, Organisation
from xgz.queries.members import MemberRow, member_rows, members_of
from xgz.queries.organisation_holdings import Holdings, holdings_of, in_sight
from xgz.rules.members import ON_ROLLS
from xgz.rules.organisations import (
    FORMATION_MODE_LABELS,
    ORG_TYPE_LABELS,
    FormationMode,
    OrgState,
    OrgType,
)
from xgz.services.organisations import DateNotAllowed, WorkOpen
from xgz.web.forms import NOT_CHOSEN, OfficeForm
from xgz.web.organisations.wording import refusal

ACTIVE = frozenset({OrgState.ACTIVE})
LIVING = frozenset({OrgState.ACTIVE, OrgState.UNCONFIRMED})
TYPES: list[tuple[str, Any]] = [NOT_CHOSEN]
TYPES += [(key.value, _(name)) for key, name in ORG_TYPE_LABELS.items() if key != OrgType.UNKNOWN]
MODES: list[tuple[str, Any]] = [NOT_CHOSEN]
MODES += [
    (key.value, _(name))
    for key, name in FORMATION_MODE_LABELS.items()
    if key != FormationMode.UNKNOWN
]


class ChangeForm(OfficeForm):
    """title: what is changed; states: in which states it is offered.

    decided_by: the way by which a case decides this change of an active organisation; the form
    then only enters what was decided outside the system.
    people: the members offered by name as choices, for the count of people seen (RV-5).
    """

    title: ClassVar[str | Promise]
    lead: ClassVar[str | Promise] = ""
    states: ClassVar[frozenset[OrgState]] = ACTIVE
    is_grave: ClassVar[bool] = False
    decided_by: ClassVar[str | Promise] = ""

    def __init__(self, data: Any, *, actor: Actor, organisation: Organisation) -> None:
        super().__init__(data, initial={"day": actor.today})
        self.actor = actor
        self.organisation = organisation
        self.people: list[MemberRow] = []
        self.prepare()

    @classmethod
    def is_entry(cls, organisation: Organisation) -> bool:
        """Test whether the change only enters what was decided outside the system."""
        return bool(cls.decided_by) and organisation.state == OrgState.ACTIVE

    @classmethod
    def heading_for(cls, organisation: Organisation) -> str:
        """Return what the page and its button are called."""
        if cls.is_entry(organisation):
            return gettext("补登%(title)s") % {"title": cls.title}
        return str(cls.title)

    @property
    def heading(self) -> str:
        return self.heading_for(self.organisation)

    @property
    def instead(self) -> str | Promise:
        """Return the sentence that names the case for what is not decided yet, "" for none."""
        return self.decided_by if self.is_entry(self.organisation) else ""

    def prepare(self) -> None:
        """Fill the choices; nothing by default."""

    def apply(self, now: datetime) -> None:
        """Make the change; raises the service's refusals."""
        raise NotImplementedError

    def offer(self, name: str, rows: QuerySet[Any] | Sequence[tuple[str, Any]]) -> None:
        """Set the choices of a field."""
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows if isinstance(rows, QuerySet) else field.queryset
        elif isinstance(field, forms.ChoiceField) and not isinstance(rows, QuerySet):
            field.choices = list(rows)

    def common(self, now: datetime) -> dict[str, Any]:
        """Return the arguments every service of an organisation takes."""
        return {"actor": self.actor, "organisation": self.organisation, "now": now}


class GraveForm(ChangeForm):
    """A change that cannot be taken back: it is shown with its effects and asked a second time."""

    is_grave = True

    @cached_property
    def holdings(self) -> Holdings:
        return holdings_of(self.organisation)

    @property
    def open_work(self) -> Sequence[Case]:
        """Return the open cases that bar the change, none by default."""
        return ()

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        founded = self.organisation.founded_on
        if day > self.actor.today or (founded is not None and day < founded):
            raise forms.ValidationError(refusal(DateNotAllowed()))
        return day

    def effects(self) -> list[str]:
        """Return what will happen, with names and numbers; call on a valid form."""
        raise NotImplementedError

    @cached_property
    def open_links(self) -> list[tuple[Case, str]]:
        """Return those of them that the actor sees, each with the address of its page."""
        return [
            (case, reverse(f"{case.KIND.name}-detail", args=[case.public_id]))
            for case in in_sight(self.open_work, self.actor)
        ]

    def check_nothing_open(self) -> None:
        """Raise ValidationError where open cases bar the end of the organisation (AD-12)."""
        if self.open_work:
            raise forms.ValidationError(refusal(WorkOpen([case for case, _at in self.open_links])))


def tally(holdings: Holdings) -> str:
    """Return in words what hangs on an organisation: “在册人员 5 名、覆盖单位 3 家”."""
    words = (
        (holdings.members, gettext("在册人员 %(count)d 名")),
        (holdings.left, gettext("已离开名册的人员 %(count)d 名")),
        (holdings.guests, gettext("在此参加活动的党员 %(count)d 名")),
        (holdings.units, gettext("覆盖单位 %(count)d 家")),
        (holdings.instructors, gettext("指导员 %(count)d 名")),
        (holdings.below, gettext("下级党组织 %(count)d 个")),
    )
    return gettext("、").join(text % {"count": count} for count, text in words if count)


def market_name(market: Market) -> str:
    """Return the market with its township: names repeat between townships."""
    if market.township is None:
        return gettext("%(name)s（摊位未写明乡镇）") % {"name": market.name}
    return gettext("%(name)s（%(township)s）") % {
        "name": market.name,
        "township": market.township,
    }


def member_choices(form: ChangeForm) -> list[tuple[str, str]]:
    form.people = member_rows(list(_own_members(form).order_by("born_on", "pk")), form.actor)
    return [
        (row.member.public_id, f"{row.name} {row.member.born_on or ''}".strip())
        for row in form.people
    ]


def chosen_members(form: ChangeForm, public_ids: Sequence[str]) -> list[Member]:
    return list(_own_members(form).filter(public_id__in=public_ids))


def listed_units(organisation: Organisation) -> dict[str, Coverage]:
    rows = organisation.coverages.filter(valid_to__isnull=True).select_related(
        "business", "market__township", "organisation"
    )
    return {_unit_key(row): row for row in rows.order_by("pk")}


def unit_name(row: Coverage) -> str:
    if row.market is not None:
        return market_name(row.market)
    return row.business.name if row.business else row.code_text


def _unit_key(row: Coverage) -> str:
    unit = row.business or row.market
    return unit.public_id if unit else f"code:{row.code_text}"


def _own_members(form: ChangeForm) -> QuerySet[Member]:
    return members_of(form.organisation, visible_members(form.actor)).filter(status__in=ON_ROLLS)
