"""The filter of the trail and the period of an export."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from xgz.models import AuditEntry
from xgz.queries.audit import OF_CLOCK, OF_SHELL, by_person, of_group, on_days
from xgz.rules.audit import OUTCOME_LABELS
from xgz.web.audit.wording import GROUP_LABELS
from xgz.web.forms import DayField, OfficeForm

_LONGEST_DAYS = 92  # an export's period: a quarter


class TrailFilter(OfficeForm):
    """Every field is optional; a field that does not parse shows its error and filters nothing."""

    who = forms.CharField(
        label=_("账号"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"placeholder": _("用户名/命令行/系统")}),
    )
    group = forms.ChoiceField(
        label=_("类别"),
        required=False,
        choices=[("", _("全部")), *((key, _(label)) for key, label in GROUP_LABELS.items())],
    )
    outcome = forms.ChoiceField(
        label=_("结果"),
        required=False,
        choices=[("", _("全部")), *((str(k), _(label)) for k, label in OUTCOME_LABELS.items())],
    )
    subject = forms.CharField(
        label=_("对象编号"), required=False, max_length=12, widget=forms.TextInput()
    )
    address = forms.CharField(
        label=_("网络地址"), required=False, max_length=45, widget=forms.TextInput()
    )
    since = DayField(label=_("起始日期"), required=False)
    until = DayField(label=_("截止日期"), required=False)

    def narrow(self, rows: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        """Return the rows that fit the valid fields."""
        self.is_valid()
        wanted = self.cleaned_data
        if who := (wanted.get("who") or "").strip():
            machines = {_now("命令行"): OF_SHELL, _now("系统"): OF_CLOCK}
            rows = by_person(rows, machines.get(who, who))
        if group := wanted.get("group"):
            rows = of_group(rows, group)
        for column in ("outcome", "address"):
            if wanted.get(column):
                rows = rows.filter(**{column: wanted[column].strip()})
        if subject := (wanted.get("subject") or "").strip():
            rows = rows.filter(subject_id=subject)
        return on_days(rows, wanted.get("since"), wanted.get("until"))


class PeriodForm(OfficeForm):
    """The days an export covers, both ends count."""

    since = DayField(label=_("起始日期"))
    until = DayField(label=_("截止日期"))

    def clean(self) -> dict[str, Any]:
        wanted: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = wanted.get("since"), wanted.get("until")
        if isinstance(since, date) and isinstance(until, date):
            if until < since:
                self.add_error("until", _now("截止日期不能早于起始日期。"))
            elif (until - since).days >= _LONGEST_DAYS:
                self.add_error("until", _now("一次最多导出 %d 天，请分几次。") % _LONGEST_DAYS)
        return wanted
