"""The form that asks why somebody wants to see a full number."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xgz.access.reveals import Subject, reasons_for
from xgz.models import Case
from xgz.rules.reveals import REVEAL_REASON_LABELS, RevealField, RevealReason
from xgz.web.forms import NOT_CHOSEN, NoteField, OfficeForm


class RevealForm(OfficeForm):
    """Reason, words, and the case it is for where there is one (RV-1)."""

    reason = forms.ChoiceField(label=_("事由"))
    words = NoteField(
        label=_("具体说明"),
        required=True,
        help_text=_("至少写 8 个字，例如“联系本人通知本周六组织生活会”；不要写号码。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    case = forms.ChoiceField(label=_("对应事项"), required=False)

    def __init__(
        self, data: Any, *, subject: Subject, field: RevealField, cases: Sequence[Case]
    ) -> None:
        super().__init__(data)
        self.cases = {row.public_id: row for row in cases}
        reasons = reasons_for(subject, field)
        self.offer(
            "reason", [NOT_CHOSEN, *((r.value, _(REVEAL_REASON_LABELS[r])) for r in reasons)]
        )
        if cases:
            offered = [(row.public_id, f"{row.number} {_(row.state_label)}") for row in cases]
            self.offer("case", [("", _("没有对应的事项")), *offered])
        else:
            del self.fields["case"]

    def given(self) -> dict[str, Any]:
        """Return what the service takes; call on a valid form."""
        return {
            "reason": RevealReason(self.cleaned_data["reason"]),
            "words": self.cleaned_data["words"],
            "case": self.cases.get(self.cleaned_data.get("case", "")),
        }
