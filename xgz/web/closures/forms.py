"""Forms of closures: the filter, the decision, and what carrying it out asks."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xgz.access.closures import target_organisations
from xgz.models import Closure
from xgz.queries.case_sheets import CLOSURES, CasesWanted
from xgz.queries.closures import concerned_rows, is_objected
from xgz.rules.closures import (
    CLOSURE,
    MAY_NAME_TARGET,
    NEEDS_TARGET,
    OPTION_LABELS,
    ClosureAction,
    ClosureOption,
    options_for,
)
from xgz.rules.transfers import CHANNEL_LABELS, Channel
from xgz.services import closures
from xgz.web.cases.page import DeedForm, StepForm
from xgz.web.closures.facts import answers_of, extent_facts
from xgz.web.finding import FindInput, find_organisations, organisation_choices
from xgz.web.forms import NOT_CHOSEN, BodyField, DayField, OfficeForm

_CHANNELS = [(key.value, _(label)) for key, label in CHANNEL_LABELS.items()]


class ClosureFilter(OfficeForm):
    """Every field is optional; one that does not parse shows its error and filters nothing."""

    q = forms.CharField(
        label=_("主体、组织"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": _("名称、信用代码、党组织或事项编号")}),
    )
    township = BodyField(label=_("乡镇"), required=False, empty_label=_("全部"))
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部")), *((str(k), _(v)) for k, v in CLOSURE.states.items())],
    )

    def __init__(self, data: Any, *, visible: QuerySet[Closure]) -> None:
        super().__init__(data)
        field = self.fields["township"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = CLOSURES.townships(visible)

    def narrow(self, cases: QuerySet[Closure]) -> QuerySet[Closure]:
        """Return the cases that fit the valid fields."""
        self.is_valid()
        given = self.cleaned_data
        wanted = CasesWanted(given.get("q") or "", given.get("state") or "", given.get("township"))
        return CLOSURES.fitting(cases, wanted)


class ConfirmForm(StepForm):
    """The confirmation beside what the station found; against its objection it needs words."""

    def __init__(self, data: Any, *, case: Closure, **rest: Any) -> None:
        super().__init__(data, case=case, **rest)
        self.closure = case
        if is_objected(case):
            self.fields["opinion"].required = True
            self.fields["opinion"].label = _("反馈有不同意见，仍确认退出的理由")

    def facts(self) -> list[tuple[str, str]]:
        return answers_of(self.closure, self.actor)


class DecideForm(StepForm):
    """What is to become of branch and members; nothing is chosen beforehand.

    find searches the organisations to go to, to which target_org then offers those found.
    """

    option = forms.ChoiceField(
        label=_("去留意见"), widget=forms.RadioSelect(attrs={"class": "form-check-input"})
    )
    find = forms.CharField(
        label=_("查找去向党组织"),
        required=False,
        max_length=60,
        widget=FindInput,
        help_text=_(
            "另行编入、并入的必须选定去向；撤销的，尚有党员时选定。输入名称或上级的一部分查找。"
        ),
    )
    target_org = forms.ChoiceField(label=_("去向党组织"), required=False)

    def __init__(self, data: Any, *, case: Closure, **rest: Any) -> None:
        given = data or {}
        searching = "search" in given
        super().__init__(None if searching else data, case=case, **rest)
        self.closure = case
        if searching:
            self.initial.update({name: given.get(name, "") for name in self.fields})
        options = options_for(has_organisation=case.organisation_id is not None)
        self.offer("option", [(each.value, _(OPTION_LABELS[each])) for each in options])
        text, chosen = str(given.get("find", "")), str(given.get("target_org", ""))
        # A merger asks more of its target; the service judges that, with the option chosen.
        targets = target_organisations(self.actor, case, ClosureOption.RE_HOME)
        self.found = find_organisations(targets, text, chosen)
        self.offer("target_org", organisation_choices(text, self.found))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        option, target = values.get("option"), values.get("target_org")
        if option in NEEDS_TARGET and not target:
            self.add_error("target_org", _("请查找并选择去向党组织。"))
        if target and option and option not in MAY_NAME_TARGET:
            self.add_error("target_org", _("党组织保留的，不选去向党组织。"))
        return values

    def facts(self) -> list[tuple[str, str]]:
        return [*extent_facts(self.closure, self.actor), *answers_of(self.closure, self.actor)]

    def given(self) -> dict[str, Any]:
        chosen = self.cleaned_data["target_org"]
        return {
            "option": ClosureOption(self.cleaned_data["option"]),
            "target_org": next((row for row in self.found if row.public_id == chosen), None),
        }


STEP_FORMS: dict[ClosureAction, type[StepForm]] = {
    ClosureAction.CONFIRM: ConfirmForm,
    ClosureAction.DECIDE: DecideForm,
}


class CarryForm(DeedForm[Closure]):
    """One thing to set going. options: where it is offered."""

    template = "closures/carry_out.html"
    options: ClassVar[frozenset[ClosureOption]]


class TransfersForm(CarryForm):
    title = _("提出党员转接")
    lead = _("为所选党员各提出一件转接，转入选定的党组织；接收后组织关系才转入。")
    options = frozenset({ClosureOption.RE_HOME})

    members = forms.MultipleChoiceField(label=_("转出党员"), widget=forms.CheckboxSelectMultiple)
    channel = forms.ChoiceField(
        label=_("传递方式"),
        choices=[NOT_CHOSEN, *_CHANNELS],
        help_text=_("介绍信由党员自带或走机要，不得用普通快递。"),
    )

    def prepare(self, given: Any) -> None:
        rows = concerned_rows(self.case, self.actor)
        self.people = {row.member.public_id: row for row in rows if row.may_propose}
        self.named = [row.member.pk for row in self.people.values() if row.in_clear]
        told = [
            (key, f"{row.name} {row.member.born_on or ''}".strip())
            for key, row in self.people.items()
        ]
        self.offer("members", told)
        self.initial["members"] = list(self.people)

    def apply(self, now: datetime) -> None:
        closures.propose_transfers(
            actor=self.actor,
            case=self.case,
            members=[self.people[key].member for key in self.cleaned_data["members"]],
            channel=Channel(self.cleaned_data["channel"]),
            now=now,
        )


class _DayForm(CarryForm):
    """Something that holds from one day on. service: with the name of its day."""

    service: ClassVar[tuple[Callable[..., None], str]]

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        organisation = self.case.organisation
        founded = organisation.founded_on if organisation else None
        if day > self.actor.today or (founded is not None and day < founded):
            raise forms.ValidationError(_("日期不能晚于今天，也不能早于党组织成立日期。"))
        return day

    def apply(self, now: datetime) -> None:
        service, name = self.service
        service(actor=self.actor, case=self.case, now=now, **{name: self.cleaned_data["day"]})


class UnlistForm(_DayForm):
    title = _("移出覆盖单位")
    lead = _("填写的日期是移出第一天，覆盖记录保留。")
    options = frozenset({ClosureOption.KEEP, ClosureOption.RE_HOME})
    service = (closures.take_off_list, "ended_on")

    day = DayField(label=_("移出日期"))


CARRYING: dict[str, type[CarryForm]] = {
    "transfers": TransfersForm,
    "unlist": UnlistForm,
}
