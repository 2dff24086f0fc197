"""What is asked to keep a snapshot."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xgz.access.actor import Actor
from xgz.web.forms import DayField, NoteField, OfficeForm


class TakeForm(OfficeForm):
    """The day to keep the figures of, and what for."""

    as_at = DayField(label=gettext_lazy("截止日期"))
    note = NoteField(max_length=100)

    def __init__(self, data: Mapping[str, Any] | None, actor: Actor) -> None:
        super().__init__(data, initial={"as_at": actor.today})
        self.actor = actor

    def clean_as_at(self) -> date:
        as_at: date = self.cleaned_data["as_at"]
        if as_at > self.actor.today:
            raise forms.ValidationError(_("截止日期不能晚于今天。"))
        return as_at
