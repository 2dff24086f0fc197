"""Changes of what hangs on an organisation: posts, covered units, people in split and merge."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xgz.access.businesses import visible_businesses, visible_markets
from xgz.access.organisations import (
    changeable_organisations,
)
from xgz.models import Business, Case, Market, Organisation, OrganisationPost
from xgz.queries.organisation_holdings import open_work_of
from xgz.rules.credit_codes import normalise_code
from xgz.rules.organisations import (
    FORMATION_MODE_LABELS,
    POST_LABELS,
    FormationMode,
    OrgState,
    Post,
)
from xgz.services import organisations
from xgz.web.forms import NOT_CHOSEN, DayField, NoteField
from xgz.web.organisations.changes.base import (
    LIVING,
    MODES,
    ChangeForm,
    GraveForm,
    chosen_members,
    listed_units,
    market_name,
    member_choices,
    tally,
    unit_name,
)
from xgz.web.organisations.wording import refusal

if TYPE_CHECKING:
    _MarketChoice = forms.ModelChoiceField[Market]
else:
    _MarketChoice = forms.ModelChoiceField


class MarketField(_MarketChoice):
    """A choice of one market by name and township."""

    def label_from_instance(self, obj: Market) -> str:
        return market_name(obj)


class AppointForm(ChangeForm):
    title = _("任职")
    lead = _("任命新书记时，原书记的任职到前一日为止；任职记录不删除。")

    post = forms.ChoiceField(
        label=_("职务"),
        choices=[NOT_CHOSEN, *((key.value, _(name)) for key, name in POST_LABELS.items())],
    )
    member = forms.ChoiceField(label=_("任职党员"), required=False)
    holder_name = forms.CharField(
        label=_("任职人姓名"),
        required=False,
        max_length=40,
        help_text=_("任职人不在本组织名册时填写，加密保存。"),
    )
    day = DayField(label=_("任职日期"))

    def prepare(self) -> None:
        self.offer("member", [("", str(_("不在本组织名册"))), *member_choices(self)])

    def apply(self, now: datetime) -> None:
        values = self.cleaned_data
        organisations.appoint(
            **self.common(now),
            post=Post(values["post"]),
            member=chosen_members(self, [values["member"]])[0] if values["member"] else None,
            holder_name=values["holder_name"],
            appointed_on=values["day"],
        )


class RelieveForm(ChangeForm):
    title = _("离任")
    lead = _("填写的日期是离任第一天，任职记录保留。")

    post = forms.ChoiceField(label=_("离任职务"))
    day = DayField(label=_("离任日期"))

    def prepare(self) -> None:
        self.held = {post.public_id: post for post in _held_posts(self.organisation)}
        self.offer(
            "post",
            [
                NOT_CHOSEN,
                *(
                    (key, f"{gettext(post.get_post_display())} {post.holder_name}")
                    for key, post in self.held.items()
                ),
            ],
        )

    def apply(self, now: datetime) -> None:
        values = self.cleaned_data
        organisations.relieve(
            actor=self.actor, post=self.held[values["post"]], relieved_on=values["day"], now=now
        )


class CoverForm(ChangeForm):
    title = _("增加覆盖单位")
    lead = _("联合组建的党组织要逐家列出所覆盖的单位。信用代码和市场填一项。")

    code = forms.CharField(label=_("统一社会信用代码"), required=False, max_length=40)
    market = MarketField(
        label=_("专业市场"),
        queryset=None,
        to_field_name="public_id",
        required=False,
        empty_label=_("不选"),
    )
    day = DayField(label=_("起始日期"))

    def prepare(self) -> None:
        markets = visible_markets(self.actor).select_related("township")
        self.offer("market", markets.order_by("township__path", "name", "pk"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        code, market = normalise_code(values.get("code") or ""), values.get("market")
        if bool(code) == bool(market):
            raise forms.ValidationError(_("信用代码和市场填一项。"))
        unit: Business | Market | None = market
        if code:
            unit = visible_businesses(self.actor).filter(credit_code=code).first()
            if unit is None:
                self.add_error("code", _("您的管理范围内没有这个代码的经营主体，请核对。"))
        return values | {"unit": unit}

    def apply(self, now: datetime) -> None:
        values = self.cleaned_data
        organisations.cover_unit(**self.common(now), unit=values["unit"], covered_on=values["day"])


class UncoverForm(ChangeForm):
    title = _("移出覆盖单位")
    lead = _("填写的日期是移出第一天，覆盖记录保留。")

    unit = forms.ChoiceField(label=_("移出单位"))
    day = DayField(label=_("移出日期"))

    def prepare(self) -> None:
        self.listed = listed_units(self.organisation)
        units = ((key, unit_name(row)) for key, row in self.listed.items())
        self.offer("unit", [NOT_CHOSEN, *units])

    def apply(self, now: datetime) -> None:
        values = self.cleaned_data
        organisations.end_coverage(
            actor=self.actor,
            coverage=self.listed[values["unit"]],
            ended_on=values["day"],
            now=now,
        )


class SplitForm(GraveForm):
    title = _("分设")
    lead = _("新组织与本组织同一上级、同一指导单位；所选党员的组织关系和单位整体划入新组织。")

    name = forms.CharField(label=_("新组织名称"), max_length=120)
    formation_mode = forms.ChoiceField(label=_("组建方式"), choices=MODES)
    members = forms.MultipleChoiceField(
        label=_("划入新组织的党员"), required=False, widget=forms.CheckboxSelectMultiple
    )
    units = forms.MultipleChoiceField(
        label=_("划入新组织的单位"), required=False, widget=forms.CheckboxSelectMultiple
    )
    day = DayField(label=_("分设日期"))
    note = NoteField()

    def prepare(self) -> None:
        self.listed = listed_units(self.organisation)
        self.offer("members", member_choices(self))
        self.offer("units", [(key, unit_name(row)) for key, row in self.listed.items()])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("members") and not values.get("units") and not self.errors:
            raise forms.ValidationError(refusal(organisations.NothingChosen()))
        return values

    def effects(self) -> list[str]:
        values, name = self.cleaned_data, self.organisation.name
        mode = gettext(FORMATION_MODE_LABELS[FormationMode(values["formation_mode"])])
        members, units = len(values["members"]), len(values["units"])
        return [
            gettext("从“%(name)s”分出新组织“%(fresh)s”（%(mode)s）。")
            % {"name": name, "fresh": values["name"], "mode": mode},
            gettext("人员 %(members)d 名、覆盖单位 %(units)d 家划入“%(fresh)s”。")
            % {"members": members, "units": units, "fresh": values["name"]},
            gettext("“%(name)s”的任职 %(posts)d 项不变。新组织的任职另行登记。")
            % {"name": name, "posts": self.holdings.posts},
        ]

    def apply(self, now: datetime) -> None:
        values = self.cleaned_data
        organisations.split_organisation(
            **self.common(now),
            name=values["name"],
            formation_mode=FormationMode(values["formation_mode"]),
            members=chosen_members(self, values["members"]),
            coverages=[self.listed[key] for key in values["units"]],
            split_on=values["day"],
            note=values["note"],
        )


class MergeForm(GraveForm):
    title = _("并入其他党组织")
    lead = _("党员、覆盖单位、指导员和下级党组织整体并入；本组织职务终止，列为已撤销，历史保留。")
    decided_by = _("只登记已在系统外批准的合并；还没有批准的，请“提出组织调整”。")
    states = LIVING

    into = forms.ChoiceField(label=_("并入"))
    day = DayField(label=_("合并日期"))
    note = NoteField()

    def prepare(self) -> None:
        others = changeable_organisations(self.actor).filter(state=OrgState.ACTIVE)
        rows = others.exclude(pk=self.organisation.pk).select_related("body__parent")
        self.targets = {row.public_id: row for row in rows.order_by("body__path")}
        groups: dict[str, list[tuple[str, str]]] = {}
        for key, row in self.targets.items():
            superior = row.body.parent.name if row.body.parent else gettext("未确定上级")
            groups.setdefault(superior, []).append((key, row.name))
        self.offer("into", [NOT_CHOSEN, *groups.items()])

    @cached_property
    def open_work(self) -> Sequence[Case]:
        chosen = self.data.get("into", "") if self.is_bound else ""
        return open_work_of(self.organisation, self.targets.get(chosen))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        self.check_nothing_open()
        return values

    @property
    def target(self) -> Organisation:
        return self.targets[self.cleaned_data["into"]]

    def effects(self) -> list[str]:
        names = {"name": self.organisation.name, "into": self.target.name}
        moving = tally(self.holdings) or gettext("没有人员、单位和下级党组织")
        return [
            gettext("“%(name)s”并入“%(into)s”，“%(name)s”列为已撤销。") % names,
            gettext("划入“%(into)s”：%(moving)s。") % (names | {"moving": moving}),
            gettext("“%(name)s”的任职 %(posts)d 项终止，不带入“%(into)s”。")
            % (names | {"posts": self.holdings.posts}),
        ]

    def apply(self, now: datetime) -> None:
        values = self.cleaned_data
        organisations.enter_merger(
            **self.common(now),
            into=self.target,
            merged_on=values["day"],
            note=values["note"],
        )


def _held_posts(organisation: Organisation) -> QuerySet[OrganisationPost]:
    return organisation.posts.filter(valid_to__isnull=True).order_by("pk")
