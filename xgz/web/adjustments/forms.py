"""Forms of adjustments: the filter, opening one, submitting and deciding it."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xgz.access.actor import Actor
from xgz.access.adjustments import openable_organisations
from xgz.models import Adjustment, Organisation
from xgz.queries import adjustments as reads
from xgz.queries.case_sheets import ADJUSTMENTS
from xgz.queries.parameters import parameters_on
from xgz.queries.word_search import with_words
from xgz.rules.adjustment_checks import SIGN_LABELS, Sign
from xgz.rules.adjustments import (
    ADJUSTMENT,
    PLAN_LABELS,
    SORT_LABELS,
    AdjustmentAction,
    Origin,
    PlanItem,
    Sort,
    latest_plan_day,
)
from xgz.services import adjustments
from xgz.web.adjustments.facts import points_on
from xgz.web.cases.page import StepForm
from xgz.web.finding import FindInput, find_organisations, organisation_choices
from xgz.web.forms import DayField, OfficeForm

_RADIO = {"class": "form-check-input"}
_WAYS = [(each.value, _(label)) for each, label in SORT_LABELS.items() if each]


class AdjustmentFilter(OfficeForm):
    """A part of the name or the number; the state."""

    q = forms.CharField(
        label=_("党组织"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": _("名称或事项编号")}),
    )
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部")), *((str(k), _(v)) for k, v in ADJUSTMENT.states.items())],
    )

    def narrow(self, cases: QuerySet[Adjustment]) -> QuerySet[Adjustment]:
        """Return the cases that fit the valid fields."""
        self.is_valid()
        cases = ADJUSTMENTS.narrowed(cases, self.cleaned_data.get("q") or "")
        if state := self.cleaned_data.get("state"):
            cases = cases.filter(state=state)
        return cases


class CandidateFilter(OfficeForm):
    """One sign, and a part of the name."""

    q = forms.CharField(
        label=_("党组织"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": _("党组织名称")}),
    )
    sign = forms.ChoiceField(
        label=_("列入原因"),
        required=False,
        choices=[("", _("全部")), *((key.value, _(label)) for key, label in SIGN_LABELS.items())],
    )

    @property
    def sign_wanted(self) -> Sign | None:
        self.is_valid()
        chosen = self.cleaned_data.get("sign")
        return Sign(chosen) if chosen else None

    def narrow(self, rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
        """Return the organisations whose name holds every word."""
        self.is_valid()
        return with_words(rows, self.cleaned_data.get("q") or "", ("name",))


class OpenForm(OfficeForm):
    """Which organisation, and why; find searches, organisation offers what was found."""

    find = forms.CharField(
        label=_("查找党组织"),
        required=False,
        max_length=60,
        widget=FindInput,
        help_text=_("输入名称或上级的一部分查找；只在您的管理、指导范围内查找。"),
    )
    organisation = forms.ChoiceField(label=_("党组织"))
    opinion = forms.CharField(
        label=_("情况和建议"),
        required=False,
        max_length=500,
        help_text=_("加密保存，只有看得到这件事项的人能看到。最多 500 字。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: Any, *, actor: Actor, chosen: Organisation | None = None) -> None:
        given = data or {}
        searching = "search" in given
        super().__init__(None if searching else data)
        if searching:
            self.initial.update({name: given.get(name, "") for name in self.fields})
        self.actor = actor
        kept = str(given.get("organisation", "")) or (chosen.public_id if chosen else "")
        self.initial.setdefault("organisation", kept)
        text = str(given.get("find", ""))
        openable = openable_organisations(actor).select_related("guiding_body")
        self.found = find_organisations(openable, text, kept)
        self.offer("organisation", organisation_choices(text, self.found))

    def apply(self, now: datetime, origin: Origin) -> Adjustment:
        """Open it; raises the service's refusals."""
        chosen = self.cleaned_data["organisation"]
        return adjustments.open_adjustment(
            actor=self.actor,
            organisation=next(row for row in self.found if row.public_id == chosen),
            origin=origin,
            opinion=self.cleaned_data["opinion"],
            now=now,
        )


class SubmitForm(StepForm):
    """The way that is wanted may be named; the committee decides."""

    sort = forms.ChoiceField(
        label=_("建议方案"),
        required=False,
        choices=[("", _("不提建议，由党委研究")), *_WAYS],
        widget=forms.RadioSelect(attrs=_RADIO),
    )

    def facts(self) -> list[tuple[str, str]]:
        return points_on(_case(self), self.actor, Sort.OPEN)

    def given(self) -> dict[str, Any]:
        return {"sort": Sort(self.cleaned_data["sort"])}


class DecideForm(StepForm):
    """A decision with the day of the committee's meeting, beside what speaks for and against."""

    sort: ClassVar[Sort] = Sort.REVOKE
    met_on = DayField(label=_("党委会议日期"), help_text=_("研究这件事项的党委会议的日期。"))

    def facts(self) -> list[tuple[str, str]]:
        return points_on(_case(self), self.actor, self.sort)

    def given(self) -> dict[str, Any]:
        return {"met_on": self.cleaned_data["met_on"]}


class MergeForm(DecideForm):
    """Where to: organisations of the own reach, those with most room first."""

    sort = Sort.MERGE
    find = forms.CharField(
        label=_("查找并入的党组织"),
        required=False,
        max_length=60,
        widget=FindInput,
        help_text=_("下面先列出您管理范围内的党组织，能接纳的在前；也可以输入名称的一部分查找。"),
    )
    target_org = forms.ChoiceField(label=_("并入的党组织"))

    def __init__(self, data: Any, *, case: Adjustment, **rest: Any) -> None:
        given = data or {}
        searching = "search" in given
        super().__init__(None if searching else data, case=case, **rest)
        if searching:
            self.initial.update({name: given.get(name, "") for name in self.fields})
        wanted = case.target_org.public_id if case.target_org else ""
        kept = str(given.get("target_org", "")) or wanted
        self.initial.setdefault("target_org", kept)
        self.found = reads.targets_for(case, self.actor, str(given.get("find", "")), kept)
        first = gettext("请选择") if self.found else gettext("没有找到，请换个词查找")
        rows = [(row.organisation.public_id, target_words(row)) for row in self.found]
        self.offer("target_org", [("", first), *rows])

    def given(self) -> dict[str, Any]:
        chosen = self.cleaned_data["target_org"]
        (target,) = [row for row in self.found if row.organisation.public_id == chosen]
        return {**super().given(), "target_org": target.organisation}


class ReviveForm(DecideForm):
    """The plan: until when each line is to be so."""

    sort = Sort.REVIVE
    secretary = DayField(label=_(PLAN_LABELS[PlanItem.SECRETARY]))
    members = DayField(label=_(PLAN_LABELS[PlanItem.MEMBERS]))
    meeting = DayField(label=_(PLAN_LABELS[PlanItem.MEETING]))
    instructor = DayField(label=_(PLAN_LABELS[PlanItem.INSTRUCTOR]))

    def __init__(self, data: Any, **rest: Any) -> None:
        super().__init__(data, **rest)
        days = parameters_on(self.actor.today)["adjustment.revive_days"]
        latest = latest_plan_day(self.actor.today, days).isoformat()
        for item in PlanItem:
            self.fields[item].help_text = gettext("做到的期限，最晚 %(day)s。") % {"day": latest}

    def given(self) -> dict[str, Any]:
        plan = {item: self.cleaned_data[item] for item in PlanItem}
        return {**super().given(), "plan": plan}


STEP_FORMS: dict[AdjustmentAction, type[StepForm]] = {
    AdjustmentAction.SUBMIT: SubmitForm,
    AdjustmentAction.DECIDE_REVIVE: ReviveForm,
    AdjustmentAction.DECIDE_MERGE: MergeForm,
    AdjustmentAction.DECIDE_REVOKE: DecideForm,
}


def target_words(target: reads.Target) -> str:
    """Return an organisation to merge into with its units and the room it has."""
    units = gettext("单位 %(units)d 个") % {"units": target.facts.units}
    if target.facts.room is None:
        return gettext("%(name)s（%(units)s）") % {"name": target.organisation.name, "units": units}
    told = gettext("%(name)s（%(units)s，还可接纳党员 %(room)d 名）")
    return told % {"name": target.organisation.name, "units": units, "room": target.facts.room}


def _case(form: StepForm) -> Adjustment:
    if not isinstance(form.case, Adjustment):
        raise TypeError(form.case)
    return form.case
