"""What the coverage pages may be asked; a value that makes no sense asks nothing."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xgz.access.actor import Actor
from xgz.access.coverage import countable_townships
from xgz.models import Body
from xgz.queries.operating import Day
from xgz.rules.coverage import (
    CLASS_LABELS,
    FIGURE_KIND_LABELS,
    FIGURE_KINDS,
    FIGURE_LABELS,
    PART_LABELS,
    CoverageClass,
    Figure,
    FigureKind,
    Part,
)
from xgz.web.businesses.forms import PlaceField
from xgz.web.forms import DayField, OfficeForm


class FigureForm(OfficeForm):
    """The figure and kind of business that a table by township shows."""

    figure = forms.ChoiceField(label=gettext_lazy("指标"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("主体类型"), required=False)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.prepare(cast(dict[str, Any], self.fields))
        self.full_clean()

    def prepare(self, fields: dict[str, Any]) -> None:
        """Offer the choices."""
        fields["figure"].choices = [(key.value, _(text)) for key, text in FIGURE_LABELS.items()]
        fields["kind"].choices = [(key.value, _(text)) for key, text in FIGURE_KIND_LABELS.items()]

    @property
    def figure_asked(self) -> Figure:
        return Figure(self.cleaned_data.get("figure") or Figure.ORGANISATION)

    @property
    def kind_asked(self) -> FigureKind:
        """Return the kind asked for, or the sum where the figure has no such kind."""
        kind = FigureKind(self.cleaned_data.get("kind") or FigureKind.ALL)
        return kind if kind in FIGURE_KINDS[self.figure_asked] else FigureKind.ALL


class CoverageForm(FigureForm):
    """The cut-off day beside the figure."""

    as_at = DayField(label=gettext_lazy("截止日期"), required=False)
    field_order = ("as_at",)

    def __init__(self, data: Mapping[str, Any], actor: Actor) -> None:
        self.actor = actor
        shown = {name: data[name] for name in data}
        shown["as_at"] = shown.get("as_at") or actor.today.isoformat()
        super().__init__(shown)

    def clean_as_at(self) -> date | None:
        as_at: date | None = self.cleaned_data["as_at"]
        if as_at is not None and as_at > self.actor.today:
            raise forms.ValidationError(_("截止日期不能晚于今天。"))
        return as_at

    @property
    def day(self) -> Day:
        return Day(self.cleaned_data.get("as_at") or self.actor.today, self.actor.today)


class RowsForm(CoverageForm):
    """Which rows of which figure are to be listed."""

    part = forms.ChoiceField(required=False)
    township = PlaceField(label=gettext_lazy("所属乡镇"))
    unplaced = forms.BooleanField(required=False)  # rows without a township
    group = forms.ChoiceField(required=False)  # a class of CV-7 instead of a figure

    def prepare(self, fields: dict[str, Any]) -> None:
        """Offer the choices; townships in the actor's reach only."""
        super().prepare(fields)
        fields["part"].choices = [(key.value, _(text)) for key, text in PART_LABELS.items()]
        fields["group"].choices = [(key.value, _(text)) for key, text in CLASS_LABELS.items()]
        fields["township"].queryset = countable_townships(self.actor)

    @property
    def part_asked(self) -> Part:
        return Part(self.cleaned_data.get("part") or Part.DENOMINATOR)

    @property
    def township_asked(self) -> Body | None:
        township: Body | None = self.cleaned_data.get("township")
        return township

    @property
    def group_asked(self) -> CoverageClass | None:
        group = self.cleaned_data.get("group")
        return CoverageClass(group) if group else None
