"""What the pages of snapshots ask; in an address, a value that makes no sense asks nothing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xgz.access.actor import Actor
from xgz.rules.coverage import FIGURE_KIND_LABELS, FIGURE_KINDS, FIGURE_LABELS, Figure, FigureKind
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


class FigureForm(OfficeForm):
    """The figure and kind of business whose townships are shown."""

    figure = forms.ChoiceField(label=gettext_lazy("指标"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("主体类型"), required=False)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        fields: dict[str, Any] = dict(self.fields)
        fields["figure"].choices = [(key.value, _(text)) for key, text in FIGURE_LABELS.items()]
        fields["kind"].choices = [(key.value, _(text)) for key, text in FIGURE_KIND_LABELS.items()]
        self.full_clean()

    @property
    def figure_asked(self) -> Figure:
        return Figure(self.cleaned_data.get("figure") or Figure.ORGANISATION)

    @property
    def kind_asked(self) -> FigureKind:
        """Return the kind asked for, or the sum where the figure has no such kind."""
        kind = FigureKind(self.cleaned_data.get("kind") or FigureKind.ALL)
        return kind if kind in FIGURE_KINDS[self.figure_asked] else FigureKind.ALL
