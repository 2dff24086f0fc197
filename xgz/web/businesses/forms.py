"""The filter bar of the business list: what may be asked, and how a condition reads."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xgz.access.actor import Actor
from xgz.access.businesses import offices_in_reach, townships_in_reach
from xgz.models import Body
from xgz.queries.businesses import CoverageChoice, StatusGroup, Wanted
from xgz.rules.registration import (
    BUSINESS_KIND_LABELS,
    BUSINESS_STATUS_LABELS,
    BusinessKind,
    BusinessStatus,
)
from xgz.web.forms import BodyField, OfficeForm

_ALL = ("", gettext_lazy("全部"))
_STATUS_GROUPS = [
    (StatusGroup.REGISTERED.value, gettext_lazy("在册（未退出）")),
    (StatusGroup.ENDED.value, gettext_lazy("已退出")),
]
_COVERAGES = [
    (CoverageChoice.COVERED.value, gettext_lazy("已覆盖")),
    (CoverageChoice.NOT_COVERED.value, gettext_lazy("未覆盖")),
    (CoverageChoice.SHOULD_FORM.value, gettext_lazy("应建未建")),
]
_ASSIGNED, _NOT_ASSIGNED = "any", "none"
_INSTRUCTORS = [
    (_ASSIGNED, gettext_lazy("已指派")),
    (_NOT_ASSIGNED, gettext_lazy("未指派")),
]
_STAFF_MAX = 2_000_000


_NO_SUCH = {"invalid_choice": gettext_lazy("没有这个选项，条件未使用。")}
_NO_NUMBER = {
    message: gettext_lazy("应为整数，条件未使用。")
    for message in ("invalid", "min_value", "max_value")
}


class PlaceField(BodyField):
    """A choice among townships or offices by their short names."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, empty_label=_ALL[1], error_messages=_NO_SUCH, **kwargs)

    def label_from_instance(self, obj: Body) -> str:
        return str(obj)


class OneOf(forms.ChoiceField):
    """One of a few values, or all of them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, error_messages=_NO_SUCH, **kwargs)


class StaffField(forms.IntegerField):
    """One end of a range of staff; the label is read out, the hint is seen."""

    def __init__(self, label: Any, hint: Any) -> None:
        attributes = {"inputmode": "numeric", "placeholder": hint, "aria-label": label}
        super().__init__(
            label=label,
            required=False,
            min_value=0,
            max_value=_STAFF_MAX,
            widget=forms.TextInput(attrs=attributes),
            error_messages=_NO_NUMBER,
        )


def _tick(label: Any) -> forms.BooleanField:
    widget = forms.CheckboxInput(attrs={"class": "x-tick-box"})
    return forms.BooleanField(label=label, required=False, widget=widget)


class BusinessFilter(OfficeForm):
    """A value that does not make sense gets an error and asks nothing; the others still hold."""

    q = forms.CharField(
        label=gettext_lazy("名称或代码"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("可只填一部分")}),
    )
    township = PlaceField(label=gettext_lazy("所属乡镇"))
    kind = OneOf(label=gettext_lazy("主体类型"))
    status = OneOf(label=gettext_lazy("登记状态"))
    coverage = OneOf(label=gettext_lazy("覆盖情况"), choices=[_ALL, *_COVERAGES])
    office = PlaceField(label=gettext_lazy("管辖单位"))
    instructor = OneOf(label=gettext_lazy("指导员"), choices=[_ALL, *_INSTRUCTORS])
    staff_from = StaffField(gettext_lazy("从业人数下限"), gettext_lazy("下限"))
    staff_to = StaffField(gettext_lazy("从业人数上限"), gettext_lazy("上限"))
    in_market = _tick(gettext_lazy("在专业市场内"))
    missing = _tick(gettext_lazy("全量数据中未出现"))
    unreachable = _tick(gettext_lazy("住所失联"))

    def __init__(self, data: Mapping[str, Any], actor: Actor) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["township"].queryset = townships_in_reach(actor)
        fields["office"].queryset = offices_in_reach(actor)
        fields["kind"].choices = [_ALL, *_labelled(BUSINESS_KIND_LABELS)]
        fields["status"].choices = [
            _ALL,
            *_STATUS_GROUPS,
            *_labelled(BUSINESS_STATUS_LABELS),
        ]
        self.full_clean()

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = self.cleaned_data
        low, high = values.get("staff_from"), values.get("staff_to")
        if low is not None and high is not None and low > high:
            self.add_error("staff_to", _("上限小于下限，条件未使用。"))
        return values

    def wanted(self) -> Wanted:
        """Return the conditions that make sense."""
        values = self.cleaned_data
        return Wanted(
            text=values.get("q", ""),
            township=values.get("township"),
            office=values.get("office"),
            kind=BusinessKind(values["kind"]) if values.get("kind") else None,
            status=_status(values.get("status", "")),
            coverage=CoverageChoice(values["coverage"]) if values.get("coverage") else None,
            instructor=_INSTRUCTOR_ANSWERS.get(values.get("instructor", "")),
            staff_from=values.get("staff_from"),
            staff_to=values.get("staff_to"),
            in_market=values.get("in_market", False),
            is_missing=values.get("missing", False),
            is_unreachable=values.get("unreachable", False),
        )

    def conditions(self) -> list[tuple[str, str]]:
        """Return the conditions asked for as (field name, words): ("township", "柳泉镇")."""
        return [
            (name, self._words(name, value))
            for name, value in self.cleaned_data.items()
            if value not in (None, "", False)
        ]

    def _words(self, name: str, value: Any) -> str:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            return str(value)
        if isinstance(field, forms.ChoiceField):
            label = str(dict(_flat(field))[value])
            if name == "instructor":
                return _("%(label)s：%(value)s") % {"label": field.label, "value": label}
            return label
        if isinstance(field, forms.BooleanField):
            return str(field.label)
        if name == "q":
            return _("名称或代码含 %(text)s") % {"text": value}
        if name == "staff_from":
            return _("从业不少于 %(number)d 人") % {"number": value}
        return _("从业不多于 %(number)d 人") % {"number": value}


_INSTRUCTOR_ANSWERS = {_ASSIGNED: True, _NOT_ASSIGNED: False}


def _flat(field: forms.ChoiceField) -> list[tuple[Any, Any]]:
    choices: Any = field.choices
    return list(choices)


def _labelled(labels: Mapping[Any, str]) -> list[tuple[str, str]]:
    return [(value.value, _(label)) for value, label in labels.items()]


def _status(value: str) -> BusinessStatus | StatusGroup | None:
    if not value:
        return None
    return StatusGroup(value) if value in set(StatusGroup) else BusinessStatus(value)
