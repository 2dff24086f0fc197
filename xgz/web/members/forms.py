"""The filter of the member list, and one form for each change of a member."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xgz.access.actor import Actor
from xgz.access.organisations import changeable_organisations
from xgz.models import Member, Organisation, sealing
from xgz.queries.member_sheet import ALL_STATUSES, MemberWanted
from xgz.rules.members import (
    CLASS_STEPS,
    MEMBER_CLASS_LABELS,
    MEMBERSHIP_STATUS_LABELS,
    MemberClass,
    MembershipStatus,
)
from xgz.rules.organisations import OrgState
from xgz.services import members
from xgz.web.forms import NOT_CHOSEN, DayField, NoteField, OfficeForm

_EVERYTHING = [("", _("全部"))]


class MemberFilter(OfficeForm):
    """Every field is optional; a field that does not parse shows its error and filters nothing."""

    q = forms.CharField(label=_("姓名"), required=False, max_length=10)
    organisation: "forms.ModelChoiceField[Organisation]" = forms.ModelChoiceField(
        label=_("党组织"),
        queryset=None,
        to_field_name="public_id",
        required=False,
        empty_label=_("全部"),
    )
    member_class = forms.ChoiceField(
        label=_("人员类别"),
        required=False,
        choices=_EVERYTHING + [(key.value, _(name)) for key, name in MEMBER_CLASS_LABELS.items()],
    )
    status = forms.ChoiceField(
        label=_("党籍状态"),
        required=False,
        choices=[("", _("在册"))]
        + [(key.value, _(name)) for key, name in MEMBERSHIP_STATUS_LABELS.items()]
        + [(ALL_STATUSES, _("全部"))],
    )
    floating = forms.ChoiceField(
        label=_("流动党员"),
        required=False,
        choices=[*_EVERYTHING, ("yes", _("是")), ("no", _("否")), ("unknown", _("未填"))],
    )

    def __init__(self, data: Any, *, organisations: QuerySet[Organisation]) -> None:
        super().__init__(data)
        field = self.fields["organisation"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = organisations.order_by("body__path")
        self.fields["q"].widget.attrs["placeholder"] = _("可只填一部分")

    def narrow(self, people: QuerySet[Member]) -> QuerySet[Member]:
        """Return the people who fit the valid fields."""
        return self.wanted().narrow(people)

    def wanted(self) -> MemberWanted:
        """Return the valid fields as plain values, a name as the digests of its pieces."""
        self.is_valid()
        values = self.cleaned_data
        organisation = values.get("organisation")
        text = "".join((values.get("q") or "").split())
        return MemberWanted(
            name_digests=tuple(sorted(sealing.name_digests("member.name", text))),
            organisation=organisation.pk if organisation else None,
            member_class=values.get("member_class") or "",
            status=values.get("status") or "",
            floating=values.get("floating") or "",
        )

    def in_words(self) -> str:
        """Return the conditions as they stand above an export; nobody's name is among them."""
        wanted, values = self.wanted(), self.cleaned_data
        words: list[str] = [str(_("姓名含指定的字"))] if wanted.name_digests else []
        if wanted.organisation:
            words.append(values["organisation"].name)
        for name in ("member_class", "status", "floating"):
            field: Any = self.fields[name]
            if values.get(name):
                value = dict(field.choices)[values[name]]
                words.append(_("%(label)s：%(value)s") % {"label": field.label, "value": value})
        if not wanted.status:
            words.append(str(_("在册")))
        return _("；").join(words)


class ChangeForm(OfficeForm):
    """title: what the page is called; lead: what it does."""

    title: ClassVar[str | Promise]
    lead: ClassVar[str | Promise] = ""

    def __init__(self, data: Any, *, actor: Actor, member: Member) -> None:
        super().__init__(data, initial={"day": actor.today})
        self.actor = actor
        self.member = member
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices."""

    def clean_reason(self) -> str:
        """Refuse the member's own name: the reason is kept in clear (PR-1)."""
        reason: str = self.cleaned_data["reason"]
        if self.member.name and self.member.name in "".join(reason.split()):
            raise forms.ValidationError(_("依据和原因不加密保存，不要写姓名。"))
        return reason

    def apply(self, now: datetime) -> None:
        """Make the change; raises the service's refusals."""
        raise NotImplementedError


class StatusForm(ChangeForm):
    title = _("变更党籍状态")
    lead = _("只登记党组织已经作出的决定；系统不判断、不自动变更。")

    status = forms.ChoiceField(label=_("党籍状态"))
    reason = NoteField(label=_("依据和原因"), required=True, max_length=100)
    day = DayField(label=_("决定日期"))

    def prepare(self) -> None:
        field = self.fields["status"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                NOT_CHOSEN,
                *(
                    (key.value, _(name))
                    for key, name in MEMBERSHIP_STATUS_LABELS.items()
                    if key not in {self.member.status, MembershipStatus.UNKNOWN}
                ),
            ]

    def apply(self, now: datetime) -> None:
        members.change_status(
            actor=self.actor,
            member=self.member,
            status=MembershipStatus(self.cleaned_data["status"]),
            reason=self.cleaned_data["reason"],
            changed_on=self.cleaned_data["day"],
            now=now,
        )


class ClassForm(ChangeForm):
    title = _("变更人员类别")
    lead = _("按发展党员程序逐步变更；成为预备党员的日期即入党日期，预备期一年。")

    member_class = forms.ChoiceField(label=_("人员类别"))
    day = DayField(label=_("决定日期"))
    reason = NoteField(label=_("依据"), max_length=100)

    def prepare(self) -> None:
        steps = CLASS_STEPS[MemberClass(self.member.member_class)]
        field = self.fields["member_class"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                NOT_CHOSEN,
                *(
                    (key.value, _(name))
                    for key, name in MEMBER_CLASS_LABELS.items()
                    if key in steps
                ),
            ]

    def apply(self, now: datetime) -> None:
        members.change_class(
            actor=self.actor,
            member=self.member,
            member_class=MemberClass(self.cleaned_data["member_class"]),
            changed_on=self.cleaned_data["day"],
            reason=self.cleaned_data["reason"],
            now=now,
        )


class ActivityForm(ChangeForm):
    title = _("编入活动")
    lead = _("只改变参加活动的党组织；组织关系不变，统计仍按组织关系所在计算。")

    organisation: "forms.ModelChoiceField[Organisation]" = forms.ModelChoiceField(
        label=_("参加活动所在"),
        queryset=None,
        to_field_name="public_id",
        required=False,
        empty_label=_("在组织关系所在的党组织"),
    )
    day = DayField(label=_("起始日期"))

    def prepare(self) -> None:
        hosts = changeable_organisations(self.actor).filter(state=OrgState.ACTIVE)
        field = self.fields["organisation"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = hosts.exclude(members=self.member).order_by("body__path")

    def apply(self, now: datetime) -> None:
        members.set_activity_org(
            actor=self.actor,
            member=self.member,
            organisation=self.cleaned_data["organisation"],
            changed_on=self.cleaned_data["day"],
            now=now,
        )


CHANGES: dict[str, type[ChangeForm]] = {
    "activity": ActivityForm,
    "class": ClassForm,
    "status": StatusForm,
}
