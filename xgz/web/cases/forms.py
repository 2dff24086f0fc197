"""Forms of every case: a step with its opinion, urging, assigning, answering a sub-step."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xgz.access.actor import Actor
from xgz.models import Case, User
from xgz.rules.cases import Step
from xgz.web.forms import OfficeForm

OPINION_MAX = 500
_WORDS_HELP = _("加密保存，只有看得到这件事项的人能看到。最多 500 字。")
_LAST = ("opinion", "version")


def _words(label: Any, *, required: bool) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=OPINION_MAX,
        help_text=_WORDS_HELP,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class StepForm(OfficeForm):
    """One step of a case. A kind's form adds its own fields and returns them from `given`."""

    opinion = _words(_("意见"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, actor: Actor, case: Case, step: Step) -> None:
        super().__init__(data, initial={"version": case.version})
        self.actor = actor
        self.case = case
        self.step = step
        self.fields["opinion"].required = step.needs_opinion
        if step.needs_opinion:
            self.fields["opinion"].label = _("意见或理由")

    def given(self) -> dict[str, Any]:
        """Return what the kind's service takes beyond the opinion."""
        return {}

    def facts(self) -> list[tuple[str, str]]:
        """Return (heading, text) of what the step is judged by; stands above the form."""
        return []

    def effects(self) -> list[str]:
        """Return what a grave step brings about, for the second question; call on a valid form."""
        return []

    def opinion_last(self) -> None:
        """Put the opinion below the kind's own fields."""
        self.order_fields([name for name in self.fields if name not in _LAST])

    def show_version(self, version: int) -> None:
        """Let the hidden field carry the case's present version instead of the one sent."""
        sent: Any = self.data
        sent = sent.copy()
        sent["version"] = str(version)
        self.data = sent


class UrgeForm(OfficeForm):
    """Words to whoever has the case; may stay empty."""

    words = _words(_("催办说明"), required=False)


class ReviewForm(OfficeForm):
    """The answer to a sub-step; nothing is chosen beforehand."""

    verdict = forms.ChoiceField(
        label=_("反馈意见"),
        choices=[("agreed", _("无不同意见")), ("objected", _("有不同意见（须写明）"))],
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    opinion = _words(_("具体情况"), required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("verdict") == "objected" and not values.get("opinion", "").strip():
            self.add_error("opinion", _("有不同意见的，请写明具体意见。"))
        return values

    @property
    def agrees(self) -> bool:
        return bool(self.cleaned_data["verdict"] == "agreed")


class AssignForm(OfficeForm):
    """One person of the owning body, or nobody in particular."""

    assignee = forms.ChoiceField(label=_("经办人"), required=False)

    def __init__(
        self, data: Any, *, people: Sequence[User], now: User | None, mark: str = ""
    ) -> None:
        """mark: tells the fields of several forms on one page apart."""
        initial = {"assignee": now.public_id if now else ""}
        super().__init__(data, initial=initial, auto_id=f"id_{mark}%s")
        self.people = {user.public_id: user for user in people}
        field = self.fields["assignee"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("不指定，由本单位办理"))]
            field.choices += [(key, str(user)) for key, user in self.people.items()]

    @property
    def chosen(self) -> User | None:
        return self.people.get(self.cleaned_data["assignee"])
