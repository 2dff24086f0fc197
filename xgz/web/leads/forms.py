"""Forms of leads: the filter, a new one, the steps."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xgz.access.actor import Actor
from xgz.access.businesses import visible_businesses
from xgz.access.leads import openable_townships
from xgz.access.organisations import changeable_organisations
from xgz.models import Body, Business, Lead, RoleAssignment, User
from xgz.queries.leads import (
    instructor_seats,
    open_leads_of,
    suggested_instructor,
    townships_of,
)
from xgz.queries.word_search import with_words
from xgz.rules.leads import (
    HAND_SOURCES,
    LEAD,
    OUTCOME_LABELS,
    PLACEMENT_LABELS,
    SAYS_LABELS,
    SOURCE_LABELS,
    VISIT_KIND_LABELS,
    LeadAction,
    LeadSource,
    Placement,
    StatementSays,
    VisitKind,
    VisitOutcome,
)
from xgz.rules.organisations import OrgState
from xgz.rules.words import visible_words
from xgz.services.leads import LeadDraft, Place, Visit
from xgz.web.cases.page import StepForm
from xgz.web.finding import FindInput, find_organisations, found_words, organisation_choices
from xgz.web.forms import NOT_CHOSEN, BodyField, DayField, NoteField, OfficeForm, is_public_id

_FOUND = 50  # businesses offered for one search
_RADIOS = {"class": "form-check-input"}


class LeadFilter(OfficeForm):
    """Every field is optional; one that does not parse filters nothing. No address holds a name."""

    q = forms.CharField(
        label=_("经营主体、编号"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": _("主体、市场名称或线索编号")}),
    )
    township = BodyField(label=_("乡镇"), required=False, empty_label=_("全部"))
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部")), *((str(k), _(v)) for k, v in LEAD.states.items())],
    )

    def __init__(self, data: Any, *, visible: QuerySet[Lead]) -> None:
        super().__init__(data)
        field = self.fields["township"]
        if isinstance(field, forms.ModelChoiceField):
            asked = str(self.data.get("township", ""))
            field.queryset = townships_of(visible, asked if is_public_id(asked) else "")

    def narrow(self, leads: QuerySet[Lead]) -> QuerySet[Lead]:
        """Return the leads that fit the valid fields."""
        self.is_valid()
        wanted = self.cleaned_data
        where = ("number", "business__name", "market__name")
        leads = with_words(leads, wanted.get("q") or "", where)
        township: Body | None = wanted.get("township")
        if township is not None:
            leads = leads.filter(area=township)
        if state := wanted.get("state"):
            leads = leads.filter(state=state)
        return leads


class NewLeadForm(OfficeForm):
    """A hint, a patrol's or a visit's lead; find searches the businesses that `business` offers."""

    source = forms.ChoiceField(
        label=_("来源"),
        choices=[NOT_CHOSEN, *((key.value, _(SOURCE_LABELS[key])) for key in HAND_SOURCES)],
    )
    source_on = DayField(label=_("日期"))
    township = BodyField(label=_("乡镇、街道"))
    find = forms.CharField(
        label=_("查找经营主体"),
        required=False,
        max_length=60,
        widget=FindInput,
        help_text=_("输入名称或信用代码查找；没有对应主体的可以不选。"),
    )
    business = forms.ChoiceField(label=_("经营主体"), required=False)
    name = forms.CharField(label=_("姓名"), required=False, max_length=40)
    phone = forms.CharField(label=_("手机号"), required=False, max_length=20)
    note = NoteField(
        label=_("到哪里找、怎么知道的"),
        required=True,
        help_text=_("写清地点和时间，加密保存；不要写号码，不写对方是不是党员。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any, *, actor: Actor) -> None:
        given = data or {}
        searching = "search" in given
        super().__init__(None if searching else data, initial={"source_on": actor.today})
        if searching:
            self.initial.update({name: given.get(name, "") for name in self.fields})
        self.actor = actor
        townships = openable_townships(actor).order_by("path")
        field = self.fields["township"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = townships
            if len(townships) == 1:
                field.initial = townships[0].public_id
        text = visible_words(str(given.get("find", "")))
        self.businesses = {row.public_id: row for row in self._search(text)}
        choice = self.fields["business"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [("", found_words(text, self.businesses, gettext("不选")))]
            choice.choices += [(key, row.name) for key, row in self.businesses.items()]

    def clean_source_on(self) -> Any:
        day = self.cleaned_data["source_on"]
        if day > self.actor.today:
            raise forms.ValidationError(gettext("日期不能晚于今天。"))
        return day

    def draft(self) -> LeadDraft:
        """Return what the service takes; call on a valid form."""
        given = self.cleaned_data
        return LeadDraft(
            source=LeadSource(given["source"]),
            source_on=given["source_on"],
            area=given["township"],
            business=self.businesses.get(given["business"]),
            name=given["name"],
            phone=given["phone"],
            note=given["note"],
        )

    def _search(self, text: str) -> Sequence[Business]:
        if not text:
            return []
        rows = visible_businesses(self.actor).filter(
            Q(name__icontains=text) | Q(credit_code=text.upper())
        )
        return list(rows.order_by("name", "pk")[:_FOUND])


class SendForm(StepForm):
    """Whom to send; the linked instructor of the business is chosen beforehand (LD-5)."""

    assignee = forms.ChoiceField(label=_("指导员"))

    def __init__(self, data: Any, *, actor: Actor, case: Lead, **rest: Any) -> None:
        super().__init__(data, actor=actor, case=case, **rest)
        seats = instructor_seats(case, actor.today)
        self.people: dict[str, User] = {seat.user.public_id: seat.user for seat in seats}
        field = self.fields["assignee"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [NOT_CHOSEN]
            given = open_leads_of(actor)
            field.choices += [(s.user.public_id, seat_words(s, given)) for s in seats]
        suggested = suggested_instructor(case, actor.today)
        if suggested is not None and case.instructor_id is None:
            field.initial = suggested.user.public_id
            field.help_text = gettext("已选中该经营主体的指导员，可以改选。")
        elif not seats:
            field.help_text = gettext("辖区市场监管所还没有指导员，请先由系统管理员设置岗位。")

    def given(self) -> dict[str, Any]:
        return {"assignee": self.people[self.cleaned_data["assignee"]]}


class VisitForm(StepForm):
    """How a visit went; the opinion is its note."""

    outcome = forms.ChoiceField(
        label=_("结果"),
        choices=[(key.value, _(label)) for key, label in OUTCOME_LABELS.items()],
        widget=forms.RadioSelect(attrs=_RADIOS),
        help_text=_("没有见到本人的，线索仍在您这里，可以再去。"),
    )
    kind = forms.ChoiceField(
        label=_("方式"), choices=[(key.value, _(label)) for key, label in VISIT_KIND_LABELS.items()]
    )
    visited_on = DayField(label=_("走访日期"))
    says = forms.ChoiceField(
        label=_("本人说明"),
        required=False,
        choices=[("", _("没有谈到")), *((key.value, _(v)) for key, v in SAYS_LABELS.items())],
        widget=forms.RadioSelect(attrs=_RADIOS),
        help_text=_("只记本人自己说的，不要主动去问。"),
    )
    words = forms.CharField(
        label=_("本人所说"),
        required=False,
        max_length=500,
        help_text=_("例如组织关系所在党支部。加密保存，只有您和组织条线能看到。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any, *, actor: Actor, **rest: Any) -> None:
        super().__init__(data, actor=actor, **rest)
        self.fields["visited_on"].initial = actor.today
        self.fields["opinion"].label = _("情况说明")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("says") and values.get("outcome", VisitOutcome.SPOKE) != VisitOutcome.SPOKE:
            self.add_error("says", gettext("没有见到本人的，不能记录本人说明。"))
        if visible_words(values.get("words", "")) and not values.get("says"):
            self.add_error("says", gettext("写了本人所说的，请选择本人说明。"))
        return values

    def given(self) -> dict[str, Any]:
        given = self.cleaned_data
        visit = Visit(
            outcome=VisitOutcome(given["outcome"]),
            kind=VisitKind(given["kind"]),
            on=given["visited_on"],
            says=StatementSays(given["says"]) if given["says"] else None,
            words=given["words"],
        )
        return {"visit": visit}


class RefuseForm(StepForm):
    """The person does not want to be asked; the second question says what follows (LD-11, LD-13)."""

    def effects(self) -> list[str]:
        return [
            gettext("这条线索的全部记录在 24 小时以内删除，本人的其他在办线索一并结束。"),
            gettext("只留加密摘要，不含姓名和号码；以后不再为本人建线索、不再比对、不再联系。"),
            gettext("以后只有本人自己重新报到并经核实，才会解除。"),
            *_own_words(self),
        ]


class RuleOutForm(StepForm):
    """Nobody is there, or the person is no member; the second question says what follows (LD-11)."""

    def effects(self) -> list[str]:
        return [gettext("线索结束，满 30 天后连同全部记录删除。"), *_own_words(self)]


class PlaceForm(StepForm):
    """How a confirmed member is placed; nothing is chosen beforehand. find searches the hosts."""

    how = forms.ChoiceField(
        label=_("纳入方式"),
        choices=[(key.value, _(label)) for key, label in PLACEMENT_LABELS.items()],
        widget=forms.RadioSelect(attrs=_RADIOS),
    )
    find = forms.CharField(
        label=_("查找接纳的党组织"),
        required=False,
        max_length=60,
        widget=FindInput,
        help_text=_("登记为流动党员的，选定接纳其参加组织生活的党组织。"),
    )
    host = forms.ChoiceField(label=_("接纳的党组织"), required=False)

    def __init__(self, data: Any, *, actor: Actor, **rest: Any) -> None:
        given = data or {}
        searching = "search" in given
        super().__init__(None if searching else data, actor=actor, **rest)
        if searching:
            self.initial.update({name: given.get(name, "") for name in self.fields})
        text = visible_words(str(given.get("find", "")))
        reach = changeable_organisations(actor).filter(state=OrgState.ACTIVE)
        found = find_organisations(reach, text)
        self.hosts = {row.public_id: row for row in found}
        self.offer("host", organisation_choices(text, found))

    def given(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"place": Place(Placement(given["how"]), self.hosts.get(given["host"]))}


def seat_words(seat: RoleAssignment, given: Mapping[int, int]) -> str:
    """Return a person of a choice: office, and how many open leads that person was given."""
    words = gettext("%(person)s（%(office)s），在办 %(number)d 条")
    number = given.get(seat.user_id, 0)
    return words % {"person": seat.user, "office": seat.body, "number": number}


def _own_words(form: StepForm) -> list[str]:
    """Return the opinion just written, for whoever is asked a second time."""
    words = visible_words(form.cleaned_data["opinion"])
    return [gettext("您写的意见：%(words)s") % {"words": words}] if words else []


STEP_FORMS: dict[str, type[StepForm]] = {
    LeadAction.ASSIGN: SendForm,
    LeadAction.REASSIGN: SendForm,
    LeadAction.VISIT: VisitForm,
    LeadAction.PLACE: PlaceForm,
    LeadAction.REFUSE: RefuseForm,
    LeadAction.RULE_OUT: RuleOutForm,
}
