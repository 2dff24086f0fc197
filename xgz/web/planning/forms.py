"""Forms of plans: opening one, with the district's parameters as defaults."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xgz.access.actor import Actor
from xgz.access.planning import areas_to_choose, may_use_roster, plans_district
from xgz.models import Body, Plan
from xgz.queries.parameters import parameters_on
from xgz.rules.planning.plans import (
    NAME_MAX,
    RADIUS_LEAST_M,
    RADIUS_MOST_M,
    SOURCE_LABELS,
    UNITS_MOST,
    Asked,
    CountSource,
    asked_by_default,
)
from xgz.services import planning
from xgz.web.forms import BodyField, OfficeForm

_RADIO = forms.RadioSelect(attrs={"class": "form-check-input"})
_TICK = {"class": "form-check-input"}


class PlanForm(OfficeForm):
    """What one plan is made for and with."""

    area = BodyField(label=_("范围"), required=False)
    source = forms.ChoiceField(label=_("党员人数按"), widget=_RADIO)
    radius_m = forms.IntegerField(
        label=_("到中心单位的距离（米）"),
        min_value=RADIUS_LEAST_M,
        max_value=RADIUS_MOST_M,
        help_text=_("直线距离，含本数；同一乡镇（街道）内。默认值由本区参数确定。"),
    )
    max_units = forms.IntegerField(
        label=_("一个组最多几个单位"),
        min_value=0,
        max_value=UNITS_MOST,
        help_text=_("一般不超过 5 个；填 0 表示不按这一项控制，只受上报时的上限约束。"),
    )
    with_branches = forms.BooleanField(
        label=_("可以并入已有党支部"), required=False, widget=forms.CheckboxInput(attrs=_TICK)
    )
    count_mixed = forms.BooleanField(
        label=_("年报只填党员总数的，按正式党员计"),
        required=False,
        widget=forms.CheckboxInput(attrs=_TICK),
        help_text=_("不勾选时，这些党员计入覆盖人数，不计入三名正式党员；勾选的，组建时逐一核实。"),
    )
    name = forms.CharField(
        label=_("名称"),
        required=False,
        max_length=NAME_MAX,
        help_text=_("可以不填，按范围和日期命名。"),
    )

    def __init__(self, data: Any, *, actor: Actor) -> None:
        offered = asked_by_default(parameters_on(actor.today))
        super().__init__(
            data,
            initial={
                "radius_m": offered.radius_m,
                "max_units": offered.max_units,
                "with_branches": offered.with_branches,
                "source": CountSource.DECLARED.value,
            },
        )
        self.actor = actor
        self._offer_areas()
        self._offer_sources()

    def _offer_areas(self) -> None:
        areas = areas_to_choose(self.actor)
        field = self.fields["area"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = areas
            if plans_district(self.actor):
                field.empty_label = str(_("全县"))
            else:
                field.required = True
                only = areas.first()
                self.initial["area"] = only.public_id if only else ""

    def _offer_sources(self) -> None:
        able = may_use_roster(self.actor)
        field = self.fields["source"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (key.value, _(label))
                for key, label in SOURCE_LABELS.items()
                if able or key is CountSource.DECLARED
            ]

    def apply(self, now: datetime) -> Plan:
        """Open the plan; raises the service's refusals."""
        chosen = self.cleaned_data
        area: Body | None = chosen["area"]
        return planning.make_plan(
            actor=self.actor,
            asked=Asked(
                radius_m=chosen["radius_m"],
                max_units=chosen["max_units"],
                count_mixed=chosen["count_mixed"],
                with_branches=chosen["with_branches"],
            ),
            source=CountSource(chosen["source"]),
            area=area,
            name=chosen["name"],
            now=now,
        )
