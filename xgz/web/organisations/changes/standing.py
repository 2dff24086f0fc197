"""Changes of the organisation itself: place, name, guidance, term, life, beginning and end."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xgz.access.actor import Actor
from xgz.access.organisations import (
    guiding_bodies,
    superior_bodies,
)
from xgz.models import Case, Organisation
from xgz.queries.organisation_holdings import open_work_of
from xgz.rules.organisations import (
    FormationMode,
    OrgState,
    OrgType,
)
from xgz.services import organisations
from xgz.web.forms import BodyField, DayField, NoteField, OfficeForm
from xgz.web.organisations.changes.base import LIVING, MODES, TYPES, ChangeForm, GraveForm, tally
from xgz.web.organisations.wording import refusal


class ConfirmForm(ChangeForm):
    title = _("确认党组织")
    lead = _("党员名册里写到、尚未核实的党组织。核实后选定上级和类别，正式列入。")
    states = frozenset({OrgState.UNCONFIRMED})

    superior = BodyField(label=_("上级党组织"))
    org_type = forms.ChoiceField(label=_("组织类别"), choices=TYPES)
    formation_mode = forms.ChoiceField(label=_("组建方式"), choices=MODES)
    guiding_body = BodyField(label=_("指导单位"), required=False, empty_label=_("无"))
    day = DayField(label=_("确认日期"))
    note = NoteField()

    def prepare(self) -> None:
        self.offer("superior", superior_bodies(self.actor).order_by("path"))
        self.offer("guiding_body", guiding_bodies(self.actor).order_by("path"))

    def apply(self, now: datetime) -> None:
        values = self.cleaned_data
        organisations.confirm_organisation(
            **self.common(now),
            superior=values["superior"],
            org_type=OrgType(values["org_type"]),
            formation_mode=FormationMode(values["formation_mode"]),
            guiding_body=values["guiding_body"],
            confirmed_on=values["day"],
            note=values["note"],
        )


class RenameForm(ChangeForm):
    title = _("更名")
    lead = _("原名称保留在变更记录里。")

    name = forms.CharField(label=_("新名称"), max_length=120)
    day = DayField(label=_("更名日期"))
    note = NoteField()

    def apply(self, now: datetime) -> None:
        values = self.cleaned_data
        organisations.rename_organisation(
            **self.common(now),
            name=values["name"],
            renamed_on=values["day"],
            note=values["note"],
        )


class MoveForm(ChangeForm):
    title = _("调整隶属关系")
    lead = _("连同下级党组织一起调整；党员的组织关系不变，指导单位不变。")

    superior = BodyField(label=_("新的上级"))
    day = DayField(label=_("调整日期"))
    note = NoteField()

    def prepare(self) -> None:
        bodies = superior_bodies(self.actor).exclude(pk=self.organisation.body_id)
        self.offer("superior", bodies.order_by("path"))

    def apply(self, now: datetime) -> None:
        values = self.cleaned_data
        organisations.move_organisation(
            **self.common(now),
            superior=values["superior"],
            moved_on=values["day"],
            note=values["note"],
        )


class GuidanceForm(ChangeForm):
    title = _("调整指导单位")
    lead = _("只改变指导关系，隶属关系不变。")

    guiding_body = BodyField(label=_("指导单位"), required=False, empty_label=_("无"))
    day = DayField(label=_("调整日期"))
    note = NoteField()

    def prepare(self) -> None:
        self.offer("guiding_body", guiding_bodies(self.actor).order_by("path"))
        self.initial["guiding_body"] = self.organisation.guiding_body

    def apply(self, now: datetime) -> None:
        values = self.cleaned_data
        organisations.change_guidance(
            **self.common(now),
            guiding_body=values["guiding_body"],
            changed_on=values["day"],
            note=values["note"],
        )


class ElectionForm(ChangeForm):
    title = _("换届")
    lead = _("按组织类别算出下次届满日期：党支部、党总支三年，党委五年。")
    decided_by = _("只登记已在系统外选举并批复任职的换届；还没有选举的，请“提出选举”。")

    day = DayField(label=_("选举日期"))
    note = NoteField()

    def apply(self, now: datetime) -> None:
        values = self.cleaned_data
        organisations.record_election(
            **self.common(now), elected_on=values["day"], note=values["note"]
        )


class LifeForm(ChangeForm):
    title = _("登记组织生活")
    lead = _("登记最近一次组织生活的日期。")

    day = DayField(label=_("开展日期"))

    def apply(self, now: datetime) -> None:
        organisations.record_life(**self.common(now), held_on=self.cleaned_data["day"])


class DissolveForm(GraveForm):
    title = _("撤销组织")
    lead = _("没有在册人员和下级党组织才能撤销；少于 3 名正式党员不会自动撤销。")
    decided_by = _("只登记已在系统外批准的撤销；还没有批准的，请“提出组织调整”。")
    states = LIVING

    day = DayField(label=_("撤销日期"))
    note = NoteField()

    @cached_property
    def open_work(self) -> Sequence[Case]:
        return open_work_of(self.organisation)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        self.check_nothing_open()
        if self.holdings.members:
            left = organisations.OrganisationNotEmpty(self.holdings.members)
            raise forms.ValidationError(refusal(left))
        if self.holdings.below:
            raise forms.ValidationError(refusal(organisations.SubordinatesLeft()))
        return values

    def effects(self) -> list[str]:
        names = {"name": self.organisation.name, "day": self.cleaned_data["day"]}
        ending = tally(replace(self.holdings, left=0)) or gettext("没有覆盖单位和指导员")
        return [
            gettext("“%(name)s”自 %(day)s 起列为已撤销。") % names,
            gettext("与“%(name)s”的联系终止：%(ending)s。") % (names | {"ending": ending}),
            gettext("“%(name)s”的任职 %(posts)d 项终止。")
            % (names | {"posts": self.holdings.posts}),
        ]

    def apply(self, now: datetime) -> None:
        values = self.cleaned_data
        organisations.enter_dissolution(
            **self.common(now), dissolved_on=values["day"], note=values["note"]
        )


class SetUpForm(OfficeForm):
    """A new organisation; it has no organisation to change yet."""

    name = forms.CharField(label=_("党组织名称"), max_length=120)
    code = forms.CharField(label=_("党组织代码"), required=False, max_length=30)
    org_type = forms.ChoiceField(label=_("组织类别"), choices=TYPES)
    formation_mode = forms.ChoiceField(label=_("组建方式"), choices=MODES)
    superior = BodyField(label=_("上级党组织"))
    guiding_body = BodyField(label=_("指导单位"), required=False, empty_label=_("无"))
    day = DayField(label=_("成立日期"))
    note = NoteField()

    def __init__(self, data: Any, *, actor: Actor) -> None:
        super().__init__(data, initial={"day": actor.today})
        self.actor = actor
        for name, bodies in (
            ("superior", superior_bodies(actor)),
            ("guiding_body", guiding_bodies(actor)),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = bodies.order_by("path")

    def apply(self, now: datetime) -> Organisation:
        """Set the organisation up; raises the service's refusals."""
        values = self.cleaned_data
        return organisations.set_up_organisation(
            actor=self.actor,
            name=values["name"],
            code=values["code"] or None,
            org_type=OrgType(values["org_type"]),
            formation_mode=FormationMode(values["formation_mode"]),
            superior=values["superior"],
            guiding_body=values["guiding_body"],
            founded_on=values["day"],
            note=values["note"],
            now=now,
        )
