"""Forms of the two proofs of a lead: the person's own statement, and the roster check."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xgz.models import Lead
from xgz.queries.leads import Candidate, RosterQuery
from xgz.rules.id_numbers import check_digit
from xgz.rules.lead_names import names_differ
from xgz.rules.leads import (
    RESULT_LABELS,
    SAYS_LABELS,
    STATEMENT_KIND_LABELS,
    CheckResult,
    StatementKind,
    StatementSays,
    is_whole,
    number_key,
)
from xgz.web.forms import NOT_CHOSEN, DayField, OfficeForm

_RADIOS = {"class": "form-check-input"}


class FoundChoice(forms.ChoiceField):
    """A choice among what a search finds after the form was judged; the page looks it up itself."""

    def valid_value(self, value: Any) -> bool:
        return True


class StatementForm(OfficeForm):
    """What the person said of themselves; nothing is chosen beforehand (LD-6)."""

    says = forms.ChoiceField(
        label=_("本人说明"),
        choices=[(key.value, _(label)) for key, label in SAYS_LABELS.items()],
        widget=forms.RadioSelect(attrs=_RADIOS),
    )
    kind = forms.ChoiceField(
        label=_("方式"),
        choices=[
            NOT_CHOSEN,
            *(
                (key.value, _(label))
                for key, label in STATEMENT_KIND_LABELS.items()
                if key is not StatementKind.SELF_REPORT
            ),
        ],
    )
    stated_on = DayField(label=_("日期"))
    words = forms.CharField(
        label=_("本人所说"),
        required=False,
        max_length=500,
        help_text=_("例如组织关系所在党支部。加密保存，只有组织条线能看到。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def given(self) -> dict[str, Any]:
        """Return what the service takes; call on a valid form."""
        given = dict(self.cleaned_data)
        return given | {
            "says": StatementSays(given["says"]),
            "kind": StatementKind(given["kind"]),
        }


class RosterForm(OfficeForm):
    """By what the roster is asked (LD-7), and after the search what it says.

    candidates: whom the search found; the answer is one of them, or one of the other results.
    """

    number = forms.CharField(
        label=_("公民身份号码"),
        required=False,
        max_length=18,
        help_text=_("有完整号码的只填这一项。"),
    )
    name = forms.CharField(label=_("姓名"), required=False, max_length=40)
    born_on = DayField(label=_("出生日期"), required=False)
    branch = forms.CharField(label=_("党支部"), required=False, max_length=60)
    last_four = forms.CharField(
        label=_("号码后四位"),
        required=False,
        max_length=4,
        help_text=_("没有完整号码的，填姓名和出生日期，或者姓名、党支部和号码后四位。"),
    )
    by_phone = forms.BooleanField(
        label=_("线索所留手机号"),
        required=False,
        help_text=_("连同姓名一起查找，号码不显示"),
        widget=forms.CheckboxInput(attrs=_RADIOS),
    )
    answer = FoundChoice(
        label=_("核对结果"), required=False, widget=forms.RadioSelect(attrs=_RADIOS)
    )
    is_same_person = forms.BooleanField(
        label=_("同一人"),
        required=False,
        help_text=_("名册中的姓名虽与线索不一致，已核对确为同一人"),
        widget=forms.CheckboxInput(attrs=_RADIOS),
    )
    words = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=500,
        help_text=_(
            "关系在区外的，写明确认单位和文号；姓名不一致的，写明怎么核对的。加密保存，只有组织条线能看到。"
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, lead: Lead) -> None:
        """The lead's phone is searched by and never shown (LD-3)."""
        super().__init__(data, initial={"version": lead.version, "name": lead.name})
        self.lead = lead
        if not is_whole(number_key(lead.phone)):
            del self.fields["by_phone"]

    def clean_number(self) -> str:
        number = "".join(self.cleaned_data["number"].split()).upper()
        if number and not _is_number(number):
            raise forms.ValidationError(gettext("公民身份号码为 18 位，请核对最后一位校验码。"))
        return number

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors and not self.query.is_enough:
            self.add_error(
                None,
                gettext("请填完整号码，或者姓名和出生日期，或者姓名、党支部和号码后四位。")
                if "by_phone" not in self.fields
                else gettext(
                    "请填完整号码，或者姓名和出生日期、姓名和手机号，或者姓名、党支部和号码后四位。"
                ),
            )
        return values

    @property
    def query(self) -> RosterQuery:
        """What the roster is asked; call after cleaning."""
        given = self.cleaned_data
        return RosterQuery(
            number=given.get("number", ""),
            name=given.get("name", ""),
            born_on=given.get("born_on"),
            branch=given.get("branch", ""),
            last_four=given.get("last_four", ""),
            phone=self.lead.phone if given.get("by_phone") else "",
        )

    def offer_candidates(self, candidates: Sequence[Candidate]) -> None:
        """Offer whom the search found, somebody of another name so marked, and the other results."""
        field = self.fields["answer"]
        words = gettext("名册中的 %(name)s，%(number)s，%(organisation)s")
        mark = gettext("（姓名与线索不一致）")
        others_name = [names_differ(self.lead.name, each.name) for each in candidates]
        if not any(others_name):
            del self.fields["is_same_person"]
        offered = [
            (
                each.member.public_id,
                words
                % {
                    "name": each.name,
                    "number": each.number or "—",
                    "organisation": each.organisation or "—",
                }
                + (mark if is_other else ""),
            )
            for each, is_other in zip(candidates, others_name, strict=True)
        ]
        others = (CheckResult.OUTSIDE, CheckResult.NOT_FOUND)
        if isinstance(field, forms.ChoiceField):
            field.choices = [*offered, *((key.value, _(RESULT_LABELS[key])) for key in others)]


def _is_number(number: str) -> bool:
    head = number[:17]
    is_digits = head.isascii() and head.isdigit()  # isdigit alone takes a superscript for one
    return len(number) == 18 and is_digits and check_digit(head) == number[17]
