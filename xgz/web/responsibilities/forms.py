"""Forms of the responsibility table."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xgz.models.bodies import ROLE_LABELS
from xgz.rules.responsibilities import BODY_OF_ROLE, DUTY_LABELS, MatterDuty
from xgz.rules.roles import Role
from xgz.web.forms import NOT_CHOSEN, DayField, NoteField, OfficeForm

_NOTE_MAX = 60


class DutyForm(OfficeForm):
    """A role that gets a duty from a day on."""

    duty = forms.TypedChoiceField(label=_("责任"), coerce=MatterDuty)
    role = forms.TypedChoiceField(label=_("责任方"), coerce=Role)
    valid_from = DayField(label=_("起始日期"), help_text=_("今天或以后。"))
    note = NoteField(label=_("说明"), max_length=_NOTE_MAX, help_text=_("如：办结后报备。"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        kwargs["initial"] = {"valid_from": today}
        super().__init__(*args, **kwargs)
        duties = [(each.value, _(label)) for each, label in DUTY_LABELS.items()]
        roles = [(each.value, _(ROLE_LABELS[each])) for each in BODY_OF_ROLE]
        self.offer("duty", [NOT_CHOSEN, *duties])
        self.offer("role", [NOT_CHOSEN, *roles])


class EndForm(OfficeForm):
    """The last day of a duty."""

    last_day = DayField(label=_("终止日期"), help_text=_("最后一天，今天或以后。"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        kwargs["initial"] = {"last_day": today}
        super().__init__(*args, **kwargs)


class DayFilter(OfficeForm):
    """The day the table is read for."""

    day = DayField(label=_("日期"), required=False)
