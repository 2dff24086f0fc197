"""What carrying a decision out asks: transfers, seals and papers, merger, dissolution (AD-5, AD-6)."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xgz.access.actor import Actor
from xgz.access.cases import may_take
from xgz.access.organisations import office_bodies
from xgz.access.transfers import target_organisations
from xgz.models import Adjustment, Transfer
from xgz.queries.adjustment_facts import adjustment_facts, merge_facts
from xgz.queries.adjustments import own_transfers, people_left
from xgz.queries.organisation_holdings import holdings_of
from xgz.queries.parameters import parameters_on
from xgz.rules.adjustments import SEALS_LABELS, AdjustmentAction, AdjustmentState, Seals, Sort
from xgz.rules.organisations import OrgState
from xgz.rules.transfers import CHANNEL_LABELS, Channel
from xgz.services import adjustments
from xgz.web.cases.page import DeedForm
from xgz.web.finding import FindInput, find_organisations, organisation_choices
from xgz.web.forms import NOT_CHOSEN, BodyField, DayField
from xgz.web.transfers.together import Mover, TogetherForm

_CHANNELS = [(key.value, _(label)) for key, label in CHANNEL_LABELS.items()]
_SEALS = [(key.value, _(label)) for key, label in SEALS_LABELS.items() if key]


class CarryForm(DeedForm[Adjustment]):
    """One thing to set going. sort: where it is offered."""

    sort: ClassVar[Sort]

    @classmethod
    def is_due(cls, actor: Actor, case: Adjustment) -> bool:
        """Test whether there is anything to do of this kind; only then it is offered."""
        return True


class TransfersForm(CarryForm):
    title = _("提出党员转接")
    lead = _("为所选党员各提出一件转接，转入同一个党组织；去向不同的分几次提出。接收后才算转出。")
    sort = Sort.REVOKE

    find = forms.CharField(
        label=_("查找转入党组织"),
        required=False,
        max_length=60,
        widget=FindInput,
        help_text=_("输入名称或上级的一部分，按“查找”，再在下面选择。"),
    )
    to_org = forms.ChoiceField(label=_("转入党组织"))
    members = forms.MultipleChoiceField(label=_("转出党员"), widget=forms.CheckboxSelectMultiple)
    channel = forms.ChoiceField(
        label=_("传递方式"),
        choices=[NOT_CHOSEN, *_CHANNELS],
        help_text=_("介绍信由党员自带或走机要，不得用普通快递。"),
    )

    @classmethod
    def is_due(cls, actor: Actor, case: Adjustment) -> bool:
        return not all(row.is_moving for row in people_left(case, actor))

    def prepare(self, given: Any) -> None:
        rows = [row for row in people_left(self.case, self.actor) if not row.is_moving]
        self.people = {row.member.public_id: row for row in rows}
        self.named = [row.member.pk for row in rows if row.in_clear]
        self.offer(
            "members",
            [
                (key, f"{row.name} {row.member.born_on or ''}".strip())
                for key, row in self.people.items()
            ],
        )
        if not self.is_bound and "search" not in given:
            self.initial["members"] = list(self.people)
        elif "search" in given:
            self.initial["members"] = given.getlist("members")
        kept = str(given.get("to_org", "")) or self._wanted()
        self.initial.setdefault("to_org", kept)
        text = str(given.get("find", ""))
        targets = target_organisations(self.actor).exclude(pk=self.case.organisation_id)
        self.found = find_organisations(targets, text, kept)
        self.offer("to_org", organisation_choices(text, self.found))

    def apply(self, now: datetime) -> None:
        chosen = self.cleaned_data["to_org"]
        adjustments.propose_transfers(
            actor=self.actor,
            case=self.case,
            members=[self.people[key].member for key in self.cleaned_data["members"]],
            to_org=next(row for row in self.found if row.public_id == chosen),
            channel=Channel(self.cleaned_data["channel"]),
            now=now,
        )

    def _wanted(self) -> str:
        """Return where the closure that led here wanted the members to go, "" for nowhere."""
        target = self.case.target_org
        return target.public_id if target else ""


class TakeInForm(TogetherForm[Adjustment], CarryForm):
    sort = Sort.REVOKE

    @classmethod
    def is_due(cls, actor: Actor, case: Adjustment) -> bool:
        return any(row.is_ours for row in people_left(case, actor))

    def own_transfers(self) -> list[Transfer]:
        return own_transfers(self.case)

    def movers(self) -> dict[int, Mover]:
        rows = people_left(self.case, self.actor)
        return {row.member.pk: Mover(row.name, row.in_clear) for row in rows}

    def take_in(self, chosen: Sequence[Transfer], now: datetime) -> None:
        adjustments.take_in(actor=self.actor, case=self.case, chosen=chosen, now=now)


class HandInForm(CarryForm):
    title = _("登记印章和档案")
    lead = _("撤销前写明印章、牌匾收缴给哪个单位，档案存放在哪里。")
    sort = Sort.REVOKE

    seals = forms.ChoiceField(
        label=_("印章、牌匾"),
        choices=_SEALS,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    seals_on = DayField(label=_("收缴日期"), required=False)
    seals_to = BodyField(label=_("收缴单位"), required=False)
    papers_place = forms.CharField(
        label=_("档案存放处"), max_length=120, help_text=_("写单位和位置，不写人员姓名。")
    )

    def prepare(self, given: Any) -> None:
        field = self.fields["seals_to"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = office_bodies(self.actor)
        kept = self.case.seals_to or self.case.area
        self.initial.update(
            {
                "seals": self.case.seals,
                "seals_on": self.case.seals_on,
                "seals_to": kept.public_id if kept else "",
                "papers_place": self.case.papers_place,
            }
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        day, handed = values.get("seals_on"), values.get("seals") == Seals.HANDED_IN
        if handed and "seals_on" not in self.errors and (day is None or day > self.actor.today):
            self.add_error("seals_on", _("请填写不晚于今天的收缴日期。"))
        if handed and values.get("seals_to") is None and "seals_to" not in self.errors:
            self.add_error("seals_to", _("请选择收缴单位。"))
        return values

    def apply(self, now: datetime) -> None:
        adjustments.hand_in(
            actor=self.actor,
            case=self.case,
            seals=Seals(self.cleaned_data["seals"]),
            seals_on=self.cleaned_data["seals_on"],
            seals_to=self.cleaned_data["seals_to"],
            papers_place=self.cleaned_data["papers_place"],
            now=now,
        )


class _DayForm(CarryForm):
    """The end of the organisation, from one day on. service: with the name of its day."""

    is_grave = True
    service: ClassVar[tuple[Callable[..., None], str]]

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        founded = self.case.organisation.founded_on
        if day > self.actor.today or (founded is not None and day < founded):
            raise forms.ValidationError(_("日期不能晚于今天，也不能早于党组织成立日期。"))
        return day

    def apply(self, now: datetime) -> None:
        service, name = self.service
        service(actor=self.actor, case=self.case, now=now, **{name: self.cleaned_data["day"]})


class MergeDeedForm(_DayForm):
    title = _("合并党组织")
    lead = _("党员、在经营的覆盖单位、指导员和下级组织划入，已退出的单位不划入；办理后即转报备。")
    sort = Sort.MERGE
    service = (adjustments.merge, "merged_on")

    day = DayField(label=_("合并日期"))

    def effects(self) -> list[str]:
        name = self.case.organisation.name
        into = self.case.target_org.name if self.case.target_org else ""
        held = holdings_of(self.case.organisation)
        names = {"name": name, "into": into}
        told = [
            gettext("“%(name)s”并入“%(into)s”，“%(name)s”随即撤销。") % names,
            gettext("在册人员 %(members)d 名、在此参加活动的党员 %(guests)d 名划入“%(into)s”。")
            % {"members": held.members, "guests": held.guests, "into": into},
            gettext("任职 %(posts)d 项终止，%(instructors)d 名指导员划入。")
            % {"posts": held.posts, "instructors": held.instructors},
        ]
        return told + self._units()

    def _units(self) -> list[str]:
        """Tell how many units go over, and where that makes more than are usual (OR-2)."""
        today, target = self.actor.today, self.case.target_org
        alive = adjustment_facts(self.case.organisation, today).alive_units
        told = [gettext("在经营的覆盖单位 %(units)d 家划入。") % {"units": alive}]
        if target is None:
            return told
        units = merge_facts([target], self.case.organisation, today)[target.pk].units + alive
        if units > parameters_on(today)["formation.units_warn"]:
            told.append(gettext("合并后共覆盖 %(units)d 家，单位数量较多。") % {"units": units})
        return told


class DissolveForm(_DayForm):
    title = _("撤销党组织")
    lead = _("没有在册人员和下级组织才能撤销；任职、覆盖单位和指导关系随之终止，办理后即转报备。")
    sort = Sort.REVOKE
    service = (adjustments.dissolve, "dissolved_on")

    day = DayField(label=_("撤销日期"))

    def effects(self) -> list[str]:
        held = holdings_of(self.case.organisation)
        alive = adjustment_facts(self.case.organisation, self.actor.today).alive_units
        told = [
            gettext("“%(name)s”撤销，不能恢复。") % {"name": self.case.organisation.name},
            gettext("任职 %(posts)d 项、覆盖单位 %(units)d 家、指导员 %(instructors)d 名终止。")
            % {"posts": held.posts, "units": held.units, "instructors": held.instructors},
        ]
        if alive:
            told.append(
                gettext("其中 %(alive)d 家在经营的单位将没有本组织覆盖。") % {"alive": alive}
            )
        return told


CARRYING: dict[str, type[CarryForm]] = {
    "transfers": TransfersForm,
    "take-in": TakeInForm,
    "hand-in": HandInForm,
    "merge": MergeDeedForm,
    "dissolve": DissolveForm,
}


def carry_offers(actor: Actor, case: Adjustment) -> list[tuple[str, type[CarryForm]]]:
    """Return (slug, form) of what the actor may set going in this case now."""
    forms_of_way = carry_forms(actor, case)
    return [(slug, form) for slug, form in forms_of_way.items() if form.is_due(actor, case)]


def carry_forms(actor: Actor, case: Adjustment) -> dict[str, type[CarryForm]]:
    """Return what carries this case out by the actor, whether or not anything of it is left to do."""
    carrying = case.state == AdjustmentState.CARRYING_OUT
    if not carrying or not may_take(actor, case, AdjustmentAction.FINISH):
        return {}
    if case.organisation.state == OrgState.DISSOLVED:
        return {}
    return {slug: form for slug, form in CARRYING.items() if form.sort is case.way}
