"""Forms of transfers: the filter, the proposal, and what single steps ask beyond an opinion."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xgz.access.actor import Actor
from xgz.access.transfers import arrival_organisations, target_organisations
from xgz.models import Member, Organisation, Transfer
from xgz.queries.parameters import parameters_on
from xgz.queries.transfers import emptied, expiring
from xgz.queries.word_search import with_words
from xgz.rules.transfers import (
    CHANNEL_LABELS,
    EXPIRY_STEPS,
    REASON_LABELS,
    TRANSFER,
    Channel,
    TransferAction,
    TransferReason,
)
from xgz.web.cases.page import StepForm
from xgz.web.finding import FindInput, find_organisations, organisation_choices
from xgz.web.forms import NOT_CHOSEN, DayField, OfficeForm

_WORDS_MAX = 500
_CHANNELS = [(key.value, _(label)) for key, label in CHANNEL_LABELS.items()]
_REASONS = [(key.value, _(label)) for key, label in REASON_LABELS.items()]


class TransferFilter(OfficeForm):
    """Every field is optional; a field that does not parse shows its error and filters nothing."""

    q = forms.CharField(
        label=_("编号、组织"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": _("事项编号、介绍信编号或党组织")}),
    )
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部")), *((str(k), _(v)) for k, v in TRANSFER.states.items())],
    )
    reason = forms.ChoiceField(
        label=_("转接原因"), required=False, choices=[("", _("全部")), *_REASONS]
    )
    expires = forms.ChoiceField(
        label=_("即将到期"),
        required=False,
        choices=[
            ("", _("全部")),
            *((str(days), _("%d 天内") % days if days else _("今天")) for days in EXPIRY_STEPS),
        ],
    )

    def narrow(self, rows: QuerySet[Transfer], actor: Actor) -> QuerySet[Transfer]:
        """Return the transfers that fit the valid fields."""
        self.is_valid()
        wanted = self.cleaned_data
        where = ("number", "letter_number", "from_org__name", "to_org__name", "to_outside")
        rows = with_words(rows, wanted.get("q") or "", where)
        if state := wanted.get("state"):
            rows = rows.filter(state=state)
        if reason := wanted.get("reason"):
            rows = rows.filter(reason=reason)
        if days := wanted.get("expires"):
            rows = rows.filter(expiring(actor.today, int(days)))
        return rows


class PersonForm(OfficeForm):
    """Finding the member by name; sent by POST, so that no name stands in an address."""

    name = forms.CharField(
        label=_("党员姓名"), max_length=10, help_text=_("可只填一部分；只在您的管理范围内查找。")
    )


class ProposalForm(OfficeForm):
    """Where to, why, how the letter travels; exactly one destination.

    find: searches the district's organisations; to_org offers what was found.
    """

    find = forms.CharField(
        label=_("查找转入党组织"),
        required=False,
        max_length=60,
        widget=FindInput,
        help_text=_("输入名称或上级的一部分，按“查找”，再在下面选择。"),
    )
    to_org = forms.ChoiceField(label=_("区内转入党组织"), required=False)
    to_outside = forms.CharField(
        label=_("区外转入党组织"),
        required=False,
        max_length=120,
        help_text=_("转往区外的填写全称，上面不选。"),
    )
    reason = forms.ChoiceField(label=_("转接原因"), choices=[NOT_CHOSEN, *_REASONS])
    channel = forms.ChoiceField(
        label=_("传递方式"),
        choices=[NOT_CHOSEN, *_CHANNELS],
        help_text=_("介绍信由党员自带或走机要，不得用普通快递。"),
    )
    dues_paid_to = DayField(label=_("党费交至"), required=False)
    opinion = forms.CharField(
        label=_("情况说明"),
        required=False,
        max_length=_WORDS_MAX,
        help_text=_("加密保存，只有看得到这件事项的人能看到。最多 500 字。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any, *, actor: Actor, member: Member, searching: bool = False) -> None:
        """searching: show what was filled in and what was found, without judging it yet."""
        given = data or {}
        super().__init__(None if searching else data, initial=_plain(given) if searching else None)
        text, chosen = str(given.get("find", "")), str(given.get("to_org", ""))
        targets = target_organisations(actor).exclude(pk=member.formal_org_id or 0)
        self.found = find_organisations(targets, text, chosen)
        self.offer("to_org", organisation_choices(text, self.found))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if bool(values.get("to_org")) == bool((values.get("to_outside") or "").strip()):
            self.add_error("to_org", _("请选择区内转入党组织，或填写区外转入党组织，二者选一。"))
        return values

    @property
    def target(self) -> Organisation | None:
        chosen = self.cleaned_data["to_org"]
        return next((row for row in self.found if row.public_id == chosen), None)

    def given(self) -> dict[str, Any]:
        """Return the arguments of the service but for actor, member and time."""
        values = self.cleaned_data
        return {
            "to_org": self.target,
            "to_outside": values["to_outside"],
            "reason": TransferReason(values["reason"]),
            "channel": Channel(values["channel"]),
            "dues_paid_to": values["dues_paid_to"],
            "opinion": values["opinion"],
        }


class IssueForm(StepForm):
    """How long the letter is valid, and how it travels (TR-2, TR-6)."""

    valid_days = forms.IntegerField(label=_("有效天数"), min_value=1)
    channel = forms.ChoiceField(
        label=_("传递方式"),
        choices=_CHANNELS,
        help_text=_("介绍信由党员自带或走机要，不得用普通快递。"),
    )

    def __init__(self, data: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        most = parameters_on(self.actor.today)["transfer.letter_days"]
        self.initial["valid_days"] = most
        self.initial["channel"] = getattr(self.case, "channel", "")
        self.fields["valid_days"].widget.attrs["max"] = most
        self.fields["valid_days"].help_text = gettext(
            "1 至 %(most)d 天；开具当天不算，最后一天有效。"
        ) % {"most": most}

    def given(self) -> dict[str, Any]:
        return {
            "valid_days": self.cleaned_data["valid_days"],
            "channel": Channel(self.cleaned_data["channel"]),
        }


class _ArrivalField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Organisations by name; those whose listed units have all ended say so (OR-9)."""

    ended: frozenset[int] = frozenset()

    def label_from_instance(self, obj: Organisation) -> str:
        if obj.pk in self.ended:
            return gettext("%(name)s（所覆盖单位已全部退出）") % {"name": obj.name}
        return obj.name


class AcceptForm(StepForm):
    """Which organisation of the receiving committee takes the member in (TR-8)."""

    to_org = _ArrivalField(
        label=_("编入党组织"),
        queryset=None,
        to_field_name="public_id",
        help_text=_("一般为介绍信写明的党组织；确有需要的，可编入本单位领导的其他党组织。"),
    )

    def __init__(self, data: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["to_org"]
        if isinstance(self.case, Transfer) and isinstance(field, _ArrivalField):
            rows = arrival_organisations(self.case).order_by("body__path")
            field.queryset = rows
            field.ended = frozenset(row.pk for row in emptied(rows, self.actor.today))
            if self.case.to_org is not None:
                self.initial["to_org"] = self.case.to_org.public_id

    def given(self) -> dict[str, Any]:
        return {"to_org": self.cleaned_data["to_org"]}


class ReceiptForm(StepForm):
    """The day on the receipt."""

    accepted_on = DayField(label=_("回执日期"), help_text=_("对方党组织接收的日期，以回执为准。"))

    def given(self) -> dict[str, Any]:
        return {"accepted_on": self.cleaned_data["accepted_on"]}


STEP_FORMS: dict[TransferAction, type[StepForm]] = {
    TransferAction.ISSUE: IssueForm,
    TransferAction.SEND_OUT: IssueForm,
    TransferAction.ACCEPT: AcceptForm,
    TransferAction.ACCEPT_LATE: AcceptForm,
    TransferAction.RECORD_RECEIPT: ReceiptForm,
}


def _plain(data: Any) -> dict[str, str]:
    return {name: data.get(name, "") for name in ProposalForm.base_fields}
