"""The filter of the inbox: kind of case and order; the lights are links with their counts."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xgz.models.cases import case_models
from xgz.rules.workdays import Light
from xgz.web.forms import OfficeForm

ORDER_LABELS = {
    "": gettext_lazy("期限近的在前"),
    "-due": gettext_lazy("期限远的在前"),
    "opened": gettext_lazy("提出早的在前"),
    "-opened": gettext_lazy("提出晚的在前"),
}


class InboxFilter(OfficeForm):
    """Every field is optional; what does not parse filters nothing."""

    kind = forms.ChoiceField(label=gettext_lazy("事项类别"), required=False)
    sort = forms.ChoiceField(
        label=gettext_lazy("排序"), required=False, choices=list(ORDER_LABELS.items())
    )
    light = forms.ChoiceField(
        required=False, choices=[(light.value, "") for light in Light], widget=forms.HiddenInput
    )

    def __init__(self, data: Any, *, counts: dict[str, int]) -> None:
        super().__init__(data)
        field = self.fields["kind"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("全部"))]
            field.choices += [
                (model.KIND.name, f"{_(model.KIND.label)} {counts.get(model.KIND.name, 0)}")
                for model in case_models()
            ]
        self.is_valid()

    @property
    def wanted_kind(self) -> str:
        return str(self.cleaned_data.get("kind", ""))

    @property
    def wanted_light(self) -> Light | None:
        value = self.cleaned_data.get("light", "")
        return Light(value) if value else None

    @property
    def order(self) -> str:
        return self.cleaned_data.get("sort") or "due"
