"""Forms of formations: the filter, opening one, and what goes into the file while it is prepared."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xgz.access.actor import Actor
from xgz.access.formations import NAMES_MEMBERS, PREPARES, TALKS
from xgz.models import Business, Formation
from xgz.queries import formations as reads
from xgz.queries.case_sheets import FORMATIONS
from xgz.rules.formations import CONSENT_LABELS, ROOM_LABELS, Consent, FormationParty, Room
from xgz.services import formations
from xgz.web.cases.page import DeedForm
from xgz.web.finding import FindInput
from xgz.web.forms import NOT_CHOSEN, DayField, OfficeForm

_RADIO = forms.RadioSelect(attrs={"class": "form-check-input"})


class FormationFilter(OfficeForm):
    """A part of the name, the number or the name of a unit."""

    q = forms.CharField(
        label=_("党组织、单位"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": _("名称或事项编号")}),
    )

    @property
    def text(self) -> str:
        """What is searched for; "" for nothing, or for what no search can take."""
        self.is_valid()
        return str(self.cleaned_data.get("q") or "")

    def narrow(self, cases: QuerySet[Formation]) -> QuerySet[Formation]:
        """Return the cases that fit."""
        return FORMATIONS.narrowed(cases, self.text)


class OpenForm(OfficeForm):
    """The units of a new formation, each by its number or exact name on a line of its own."""

    units = forms.CharField(
        label=_("列入单位"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("每行一个：统一社会信用代码、注册号或完整名称。须在同一乡镇（街道）。"),
    )
    name = forms.CharField(
        label=_("拟成立党组织名称"),
        required=False,
        max_length=120,
        help_text=_("可以不填，按第一个单位命名。"),
    )
    with_guide = forms.BooleanField(
        label=_("请指导站参与"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        help_text=_("指导站看得到单位、谈话和场所，可以登记谈话；看不到党员。"),
    )

    def __init__(self, data: Any, *, actor: Actor, business: Business | None = None) -> None:
        number = (business.credit_code or business.name) if business else ""
        super().__init__(data, initial={"units": number})
        self.actor = actor
        self.found: list[Business] = []

    def clean_units(self) -> str:
        text: str = self.cleaned_data["units"]
        lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
        for line in lines:
            rows = reads.business_numbered(self.actor, line)
            if len(rows) != 1:
                told = _("“%(line)s”没有找到，或不止一户，请改用统一社会信用代码。")
                raise forms.ValidationError(told, params={"line": line})
            self.found.append(rows[0])
        return text

    def apply(self, now: datetime) -> Formation:
        """Open it; raises the service's refusals."""
        return formations.open_formation(
            actor=self.actor,
            units=self.found,
            name=self.cleaned_data["name"],
            with_guide=self.cleaned_data["with_guide"],
            now=now,
        )


class FileForm(DeedForm[Formation]):
    """One thing put into the file, or taken out. parties: who may.

    is_of_plan: changes units, people or secretary, which what is approved stands for (FM-17).
    """

    template = "formations/file.html"
    linked = ("unit", "member")
    parties: ClassVar[frozenset[FormationParty]] = PREPARES
    is_of_plan: ClassVar[bool] = True

    def units(self) -> dict[str, reads.UnitRow]:
        """Return the units of the file by public id."""
        rows = reads.unit_rows(self.case, self.actor)
        return {row.unit.public_id: row for row in rows}

    def joining(self) -> dict[str, reads.JoiningRow]:
        """Return who is to join by public id; the names shown in clear are counted."""
        rows = reads.joining_rows(self.case, self.actor)
        self.named = [row.member.pk for row in rows if row.in_clear]
        return {row.row.public_id: row for row in rows}


class UnitForm(FileForm):
    title = _("列入单位")
    unit = forms.CharField(
        label=_("单位"),
        max_length=120,
        help_text=_("统一社会信用代码、注册号或完整名称。"),
    )

    def clean_unit(self) -> Business:
        rows = reads.business_numbered(self.actor, self.cleaned_data["unit"])
        if len(rows) != 1:
            raise forms.ValidationError(_("没有找到，或不止一户，请改用统一社会信用代码。"))
        return rows[0]

    def apply(self, now: datetime) -> None:
        unit: Business = self.cleaned_data["unit"]
        formations.add_units(actor=self.actor, case=self.case, units=[unit], now=now)


class _OfAUnit(FileForm):
    """Something about one unit of the file."""

    unit = forms.ChoiceField(label=_("单位"))

    def prepare(self, given: Any) -> None:
        self.rows = self.units()
        offered = [(key, row.unit.business.name) for key, row in self.rows.items()]
        self.offer("unit", [NOT_CHOSEN, *offered])

    @property
    def chosen(self) -> reads.UnitRow:
        return self.rows[self.cleaned_data["unit"]]


class UnitOutForm(_OfAUnit):
    title = _("移出单位")
    lead = _("该单位的谈话记录一并移出。")

    def apply(self, now: datetime) -> None:
        formations.remove_unit(actor=self.actor, case=self.case, row=self.chosen.unit, now=now)


class TalkForm(_OfAUnit):
    title = _("登记谈话")
    lead = _("与单位负责人谈话的情况；同意或有顾虑都要登记，以最近一次为准。")
    parties = TALKS
    is_of_plan = False

    day = DayField(label=_("谈话日期"))
    consent = forms.ChoiceField(
        label=_("态度"),
        choices=[(key.value, _(label)) for key, label in CONSENT_LABELS.items() if key],
        widget=_RADIO,
    )
    note = forms.CharField(
        label=_("谈话情况"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("加密保存，只有看得到这件事项的人能看到。最多 500 字。"),
    )

    def apply(self, now: datetime) -> None:
        formations.record_talk(
            actor=self.actor,
            case=self.case,
            row=self.chosen.unit,
            talked_on=self.cleaned_data["day"],
            consent=Consent(self.cleaned_data["consent"]),
            note=self.cleaned_data["note"],
            now=now,
        )


class MembersForm(FileForm):
    title = _("列入党员")
    lead = _("列出在这些单位工作的党员，也可以按姓名查找。列入后组织关系不变，在外的另提转接。")
    parties = NAMES_MEMBERS

    find = forms.CharField(label=_("按姓名查找"), required=False, max_length=20, widget=FindInput)
    members = forms.MultipleChoiceField(label=_("拟编入党员"), widget=forms.CheckboxSelectMultiple)

    def prepare(self, given: Any) -> None:
        found = reads.nearby_members(self.case, self.actor, str(given.get("find", "")))
        self.people = {member.public_id: member for member in found}
        self.named = [member.pk for member in found]
        self.offer("members", [(m.public_id, f"{m.name} {m.born_on or ''}".strip()) for m in found])
        if not found:
            self.fields["members"].help_text = _(
                "没有找到可以列入的党员。请按姓名查找；名册里没有的，先由党委导入党员名册。"
            )

    def apply(self, now: datetime) -> None:
        chosen = [self.people[key] for key in self.cleaned_data["members"]]
        formations.add_members(actor=self.actor, case=self.case, members=chosen, now=now)


class _OfAMember(FileForm):
    """Something about one of those who are to join."""

    parties = NAMES_MEMBERS
    member = forms.ChoiceField(label=_("党员"))

    def prepare(self, given: Any) -> None:
        self.rows = self.joining()
        offered = [(key, _line_of(row)) for key, row in self.rows.items()]
        self.offer("member", [NOT_CHOSEN, *offered])

    @property
    def chosen(self) -> reads.JoiningRow:
        return self.rows[self.cleaned_data["member"]]


class MemberOutForm(_OfAMember):
    title = _("移出党员")

    def apply(self, now: datetime) -> None:
        formations.remove_member(actor=self.actor, case=self.case, row=self.chosen.row, now=now)


class SecretaryForm(_OfAMember):
    title = _("确定书记人选")
    lead = _("从拟编入的正式党员中确定，转正须满规定时间。")

    def apply(self, now: datetime) -> None:
        formations.name_secretary(actor=self.actor, case=self.case, row=self.chosen.row, now=now)


class RoomForm(FileForm):
    title = _("落实活动场所")
    parties = TALKS
    is_of_plan = False

    room = forms.ChoiceField(
        label=_("场所"),
        choices=[(key.value, _(label)) for key, label in ROOM_LABELS.items() if key],
        widget=_RADIO,
    )
    place = forms.CharField(label=_("位置"), max_length=120)

    def prepare(self, given: Any) -> None:
        self.initial.update({"room": self.case.room, "place": self.case.room_place})

    def apply(self, now: datetime) -> None:
        formations.set_room(
            actor=self.actor,
            case=self.case,
            room=Room(self.cleaned_data["room"]),
            place=self.cleaned_data["place"],
            now=now,
        )


class InstructorForm(FileForm):
    title = _("党建指导员")
    lead = _("从辖区市场监管所的指导员中确定，联系单位少的排在前面。")
    parties = TALKS
    is_of_plan = False

    instructor = forms.ChoiceField(label=_("指导员"))

    def prepare(self, given: Any) -> None:
        self.people = {
            row.user.public_id: row for row in reads.instructors(self.case, self.actor.today)
        }
        told = _("%(name)s（%(station)s，已联系 %(load)d 个）")
        offered = [
            (key, told % {"name": row.user, "station": row.station, "load": row.load})
            for key, row in self.people.items()
        ]
        self.offer("instructor", [NOT_CHOSEN, *offered])
        named = next((key for key, row in self.people.items() if row.is_named), "")
        self.initial["instructor"] = named

    def apply(self, now: datetime) -> None:
        chosen = self.people[self.cleaned_data["instructor"]].user
        formations.name_instructor(actor=self.actor, case=self.case, instructor=chosen, now=now)


FILING: dict[str, type[FileForm]] = {
    "talk": TalkForm,
    "room": RoomForm,
    "instructor": InstructorForm,
    "unit": UnitForm,
    "unit-out": UnitOutForm,
    "members": MembersForm,
    "member-out": MemberOutForm,
    "secretary": SecretaryForm,
}


def _line_of(row: reads.JoiningRow) -> str:
    """Return a person with the day from which standing counts, as far as it is known."""
    if row.facts.full_on is None:
        return row.name
    return gettext("%(name)s（%(day)s 转正）") % {"name": row.name, "day": row.facts.full_on}
