"""Forms of setting up: the filter, the step itself, and what is set going until all is there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xgz.access.actor import Actor
from xgz.access.cases import may_take, party_body
from xgz.access.establishing import may_assign_at
from xgz.access.organisations import guiding_bodies
from xgz.models import Establishing, Transfer
from xgz.queries import establishing as reads
from xgz.queries.case_sheets import ESTABLISHINGS
from xgz.rules.establishing import EstablishingAction, EstablishingParty, EstablishingState
from xgz.rules.organisations import OrgState
from xgz.rules.transfers import CHANNEL_LABELS, Channel
from xgz.services import establishing
from xgz.web.cases.page import DeedForm, StepForm
from xgz.web.forms import NOT_CHOSEN, BodyField, DayField, OfficeForm
from xgz.web.transfers.together import Mover, TogetherForm

_FINISH = EstablishingAction.FINISH


class EstablishingFilter(OfficeForm):
    """A part of the name, or the number."""

    q = forms.CharField(
        label=_("党组织"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": _("名称或事项编号")}),
    )

    def narrow(self, cases: QuerySet[Establishing]) -> QuerySet[Establishing]:
        """Return the cases that fit."""
        self.is_valid()
        return ESTABLISHINGS.narrowed(cases, self.cleaned_data.get("q") or "")


class SetUpForm(StepForm):
    """The organisation as it was approved: its name may be put right, its guide chosen."""

    name = forms.CharField(label=_("党组织名称"), max_length=120)
    guide = BodyField(
        label=_("指导单位"),
        required=False,
        empty_label=_("暂不明确"),
        help_text=_("明确后，指导单位能看到本党组织和这件事项（看不到党员）。"),
    )

    def __init__(self, data: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        case = self.case
        chooser = self.fields["guide"]
        if isinstance(chooser, forms.ModelChoiceField):
            chooser.queryset = guiding_bodies(self.actor).order_by("path")
        if isinstance(case, Establishing):
            self.initial["name"] = case.name
            guide = party_body(case, EstablishingParty.GUIDE)
            self.initial["guide"] = guide.public_id if guide else ""

    def given(self) -> dict[str, Any]:
        return {"name": self.cleaned_data["name"], "guide": self.cleaned_data["guide"]}

    def facts(self) -> list[tuple[str, str]]:
        case = self.case
        if not isinstance(case, Establishing):
            return []
        going_on = {unit.pk for unit in reads.units_going_on(case)}
        units = reads.units_of(case)
        ended = [unit.name for unit in units if unit.pk not in going_on]
        facts = [
            (gettext("上级党组织"), case.area.name if case.area else "—"),
            (gettext("组建方式"), str(case.get_mode_display())),
            (gettext("成立日期"), case.approved_on.isoformat()),
            (
                gettext("列为覆盖单位"),
                gettext("、").join(unit.name for unit in units if unit.pk in going_on) or "—",
            ),
        ]
        if ended:
            facts.append((gettext("已退出、不再列入"), gettext("、").join(ended)))
        return facts


class CarryForm(DeedForm[Establishing]):
    """One thing to set going."""

    @classmethod
    def may(cls, actor: Actor, case: Establishing) -> bool:
        """Test whether the actor ever does this in a case it was found to see."""
        return may_take(actor, case, _FINISH)

    @classmethod
    def is_due(cls, actor: Actor, case: Establishing) -> bool:
        """Test whether there is anything left to do of this kind; only then it is offered."""
        return True


class TransfersForm(CarryForm):
    title = _("提出党员转接")
    lead = _("为所选党员各提出一件转接，转入本党组织；接收后组织关系才转入。")

    @classmethod
    def is_due(cls, actor: Actor, case: Establishing) -> bool:
        return any(row.may_propose for row in reads.joining_rows(case, actor))

    members = forms.MultipleChoiceField(label=_("转入党员"), widget=forms.CheckboxSelectMultiple)
    channel = forms.ChoiceField(
        label=_("传递方式"),
        choices=[NOT_CHOSEN, *((key.value, _(label)) for key, label in CHANNEL_LABELS.items())],
        help_text=_("介绍信由党员自带或走机要，不得用普通快递。"),
    )

    def prepare(self, given: Any) -> None:
        rows = reads.joining_rows(self.case, self.actor)
        self.people = {row.member.public_id: row for row in rows if row.may_propose}
        self.named = [row.member.pk for row in self.people.values() if row.in_clear]
        self.offer(
            "members",
            [
                (key, f"{row.name} {row.member.born_on or ''}".strip())
                for key, row in self.people.items()
            ],
        )
        self.initial["members"] = list(self.people)

    def apply(self, now: datetime) -> None:
        establishing.propose_transfers(
            actor=self.actor,
            case=self.case,
            members=[self.people[key].member for key in self.cleaned_data["members"]],
            channel=Channel(self.cleaned_data["channel"]),
            now=now,
        )


class TakeInForm(TogetherForm[Establishing], CarryForm):
    @classmethod
    def is_due(cls, actor: Actor, case: Establishing) -> bool:
        return any(row.is_ours for row in reads.joining_rows(case, actor))

    def own_transfers(self) -> list[Transfer]:
        return reads.own_transfers(self.case)

    def movers(self) -> dict[int, Mover]:
        rows = reads.joining_rows(self.case, self.actor)
        return {row.member.pk: Mover(row.name, row.in_clear) for row in rows}

    def take_in(self, chosen: Sequence[Transfer], now: datetime) -> None:
        establishing.take_in(actor=self.actor, case=self.case, chosen=chosen, now=now)


class InstructorForm(CarryForm):
    title = _("指派指导员")
    lead = _("从指导单位的指导员中指派，还有余力的排在前面；原来的指导员同时不再联系本党组织。")

    instructor = forms.ChoiceField(label=_("指导员"))

    @classmethod
    def may(cls, actor: Actor, case: Establishing) -> bool:
        organisation = case.organisation
        station = reads.station_of(organisation) if organisation else None
        return may_assign_at(actor, station)

    def prepare(self, given: Any) -> None:
        organisation = self.case.organisation
        station = reads.station_of(organisation) if organisation else None
        rows = reads.instructors_at(station, self.actor.today) if station else []
        self.people = {row.user.public_id: row.user for row in rows}
        self.offer(
            "instructor", [NOT_CHOSEN, *((row.user.public_id, _load_words(row)) for row in rows)]
        )

    def apply(self, now: datetime) -> None:
        establishing.assign_instructor(
            actor=self.actor,
            case=self.case,
            instructor=self.people[self.cleaned_data["instructor"]],
            now=now,
        )


class _OfTheMeeting(CarryForm):
    """Something about the first meeting; nothing more once it was held."""

    @classmethod
    def is_due(cls, actor: Actor, case: Establishing) -> bool:
        return not reads.has_met(case)


class MeetingForm(_OfTheMeeting):
    title = _("安排第一次党员大会")

    day = DayField(label=_("会议日期"))
    place = forms.CharField(label=_("会议地点"), max_length=120)

    def prepare(self, given: Any) -> None:
        if self.case.meeting_on is not None:
            self.initial.update({"day": self.case.meeting_on, "place": self.case.meeting_place})

    def apply(self, now: datetime) -> None:
        establishing.plan_meeting(
            actor=self.actor,
            case=self.case,
            meeting_on=self.cleaned_data["day"],
            place=self.cleaned_data["place"],
            now=now,
        )


class HeldForm(_OfTheMeeting):
    title = _("登记已召开")
    lead = _("登记后，这一天即为本党组织最近一次组织生活日期。")

    day = DayField(label=_("召开日期"))

    def apply(self, now: datetime) -> None:
        establishing.hold_meeting(
            actor=self.actor, case=self.case, held_on=self.cleaned_data["day"], now=now
        )


CARRYING: dict[str, type[CarryForm]] = {
    "transfers": TransfersForm,
    "take-in": TakeInForm,
    "instructor": InstructorForm,
    "meeting": MeetingForm,
    "held": HeldForm,
}


def is_going_on(case: Establishing) -> bool:
    """Test whether anything is set going still: the case runs and its organisation has not ended."""
    organisation = case.organisation
    is_alive = organisation is not None and organisation.state == OrgState.ACTIVE
    return is_alive and case.state == EstablishingState.RUNNING_IN


def offered(actor: Actor, case: Establishing) -> list[str]:
    """Return what the actor may set going in the case now, by the last part of its address."""
    if not is_going_on(case):
        return []
    return [
        slug
        for slug, form in CARRYING.items()
        if form.may(actor, case) and form.is_due(actor, case)
    ]


def _load_words(row: reads.InstructorRow) -> str:
    told = {"name": str(row.user), "load": row.load, "most": row.most}
    if row.has_room:
        return gettext("%(name)s（联系 %(load)d 个党组织，满额 %(most)d 个）") % told
    return gettext("%(name)s（联系 %(load)d 个党组织，已满 %(most)d 个）") % told
