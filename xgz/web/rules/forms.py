"""Forms of parameters and the calendar."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xgz.rules.parameters import PARAMETERS
from xgz.rules.year_notice import NAME_MAX
from xgz.web.forms import DayField, NoteField, OfficeForm

_SOURCE_MAX = 120
_OFF, _WORKED = "off", "worked"


class ParameterForm(OfficeForm):
    """A new value of one parameter."""

    value = forms.IntegerField(label=_("新值"))
    valid_from = DayField(
        label=_("起用日期"), help_text=_("今天或以后；此前定下的期限和出过的数字不变。")
    )
    reason = NoteField(label=_("依据"), required=True)

    def __init__(self, *args: Any, key: str, today: date, **kwargs: Any) -> None:
        parameter = PARAMETERS[key]
        kwargs["initial"] = {"valid_from": today} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["value"] = forms.IntegerField(
            label=_("新值"),
            min_value=parameter.minimum,
            max_value=parameter.maximum,
            widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"}),
            error_messages={
                "required": _("请填写这一项。"),
                "invalid": _("请填写整数。"),
                "min_value": _("不能小于 %(limit_value)s。"),
                "max_value": _("不能大于 %(limit_value)s。"),
            },
        )


class DayForm(OfficeForm):
    """A single correction of the calendar."""

    day = DayField(label=_("日期"))
    kind = forms.ChoiceField(
        label=_("改为"), choices=((_OFF, _("休息")), (_WORKED, _("上班"))), initial=_OFF
    )
    name = forms.CharField(label=_("名称"), max_length=NAME_MAX, help_text=_("如：台风停工。"))
    source = NoteField(label=_("依据"), required=True, max_length=_SOURCE_MAX)

    @property
    def is_workday(self) -> bool:
        return bool(self.cleaned_data["kind"] == _WORKED)


class YearForm(OfficeForm):
    """A year's notice, copied line by line."""

    year = forms.TypedChoiceField(label=_("年份"), coerce=int)
    source = NoteField(
        label=_("通知名称"),
        required=True,
        max_length=_SOURCE_MAX,
        help_text=_("如：国务院办公厅关于2027年部分节假日安排的通知。"),
    )
    lines = forms.CharField(
        label=_("通知内容"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 14, "class": "form-control"}),
        help_text=_(
            "每天一行：日期、休或班、名称，如“2027-02-05 休 春节”“2027-02-14 班 春节调休”。"
        ),
    )

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["year"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [(year, str(year)) for year in years]
