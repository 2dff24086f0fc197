"""Forms of survey rounds: ordering one, giving out rows, an answer on the phone and from paper."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xgz.access.actor import Actor
from xgz.access.surveys import (
    steerable_markets,
    steerable_townships,
    walkers_for,
)
from xgz.models import Market, RoleAssignment, SurveyRound
from xgz.queries.survey_choice import Ground
from xgz.queries.surveys import NOBODY, Part, RowWanted
from xgz.rules.surveys import (
    CHOICE_LABELS,
    LONGEST_KEY,
    MOST_COUNTED,
    MOST_ROWS,
    OUTCOMES,
    ROW_LABELS,
    TOLD_LABELS,
    Answer,
    Choice,
    RowState,
    Told,
)
from xgz.services.surveys.answering import Sent
from xgz.services.surveys.opening import RoundPlan
from xgz.services.surveys.steering import Handing
from xgz.web.forms import NOT_CHOSEN, BodyField, DayField, NoteField, OfficeForm

if TYPE_CHECKING:
    _MarketChoice = forms.ModelChoiceField[Market]
else:
    _MarketChoice = forms.ModelChoiceField

_OUTCOMES = [(each.value, _(ROW_LABELS[each])) for each in OUTCOMES]
_TOLD = [(each.value, _(TOLD_LABELS[each])) for each in (Told.YES, Told.NO, Told.UNKNOWN)]
# On paper and at the desk an answer is a digit.
_OUTCOME_DIGITS = {str(digit): each.value for digit, each in enumerate(OUTCOMES, 1)}
_TOLD_DIGITS = {"1": Told.YES.value, "2": Told.NO.value, "": Told.UNKNOWN.value}


class MarketField(_MarketChoice):
    """A choice of a market by name and township."""

    def __init__(self) -> None:
        super().__init__(
            queryset=None,
            to_field_name="public_id",
            required=False,
            label=_("市场"),
            empty_label=_("不限市场"),
        )

    def label_from_instance(self, obj: Market) -> str:
        return f"{obj.name}（{obj.township}）"


class WalkerField(forms.ChoiceField):
    """A choice of an instructor by name and office, or of nobody; neither is chosen beforehand."""

    def __init__(self) -> None:
        super().__init__(label=_("分给"))

    def offer(self, seats: Iterable[RoleAssignment]) -> None:
        """Offer these seats, each by its public id, and taking the rows back last."""
        self.seats = {seat.public_id: seat for seat in seats}
        people = [(key, f"{seat.user}（{seat.body}）") for key, seat in self.seats.items()]
        self.choices = [NOT_CHOSEN, *people, (NOBODY, _("收回，暂不分派"))]


class RoundForm(OfficeForm):
    """Where a round goes, which shops it takes, from when until when."""

    title = NoteField(
        label=_("名称"), required=True, max_length=60, help_text=_("例如：老街三季度摸排")
    )
    area = BodyField(label=_("乡镇（街道）"))
    market = MarketField()
    street = forms.CharField(
        label=_("街路"),
        required=False,
        max_length=40,
        help_text=_("地址里的文字，例如“老街”；不填为全部。"),
    )
    choice = forms.ChoiceField(
        label=_("走访范围"),
        choices=[NOT_CHOSEN, *((each.value, _(label)) for each, label in CHOICE_LABELS.items())],
    )
    since = DayField(
        label=_("从哪天起没有走访"),
        required=False,
        help_text=_("只在走访范围选“某日以来没有走访过的”时填写。"),
    )
    starts_on = DayField(label=_("起始日期"))
    ends_on = DayField(label=_("截止日期"))

    def __init__(self, data: Any, *, actor: Actor) -> None:
        super().__init__(data, initial={"starts_on": actor.today})
        fields: dict[str, Any] = self.fields
        fields["area"].queryset = steerable_townships(actor)
        fields["market"].queryset = steerable_markets(actor).select_related("township")

    def plan(self) -> RoundPlan:
        """Return the round as asked for."""
        given = self.cleaned_data
        ground = Ground(
            area=given["area"],
            market=given["market"],
            street="".join(given["street"].split()),
            choice=Choice(given["choice"]),
            since=given["since"],
        )
        return RoundPlan(given["title"], ground, given["starts_on"], given["ends_on"])


class HandForm(OfficeForm):
    """Which of the rows that wait go to whom."""

    source = forms.ChoiceField(label=_("哪些户"), required=False)
    street = forms.ChoiceField(label=_("街路"), required=False)
    most = forms.IntegerField(
        label=_("户数"),
        required=False,
        min_value=1,
        max_value=MOST_ROWS,
        help_text=_("按走访顺序取前几户；不填为全部。"),
    )
    to = WalkerField()

    def __init__(
        self,
        data: Any,
        *,
        actor: Actor,
        survey: SurveyRound,
        walkers: Iterable[Part],
        streets: Iterable[Part],
    ) -> None:
        super().__init__(data, initial={"source": NOBODY})
        fields: dict[str, Any] = self.fields
        waiting = gettext("（还要走 %(number)d 户）")
        fields["source"].choices = [
            ("", gettext("全部还要走访的")),
            *(
                (part.key, (part.label or gettext("未分派")) + waiting % {"number": n})
                for part in walkers
                if (n := part.tally.waiting)
            ),
        ]
        fields["street"].choices = [
            ("", gettext("全部街路")),
            *(
                (f"={part.key}", (part.label or gettext("未写明街路")) + waiting % {"number": n})
                for part in streets
                if (n := part.tally.waiting)
            ),
        ]
        fields["to"].offer(walkers_for(actor, survey.area).select_related("user", "body"))

    def handing(self) -> Handing:
        """Return what is given to whom."""
        given = self.cleaned_data
        street = given["street"][1:] if given["street"] else None
        wanted = RowWanted(walker=given["source"], street=street)
        to: WalkerField = self.fields["to"]  # type: ignore[assignment]
        return Handing(wanted, to.seats.get(given["to"]), given["most"])


class RemindForm(forms.Form):
    """walker: public id of the one to be reminded, empty for all."""

    walker = forms.CharField(max_length=12, required=False)


def _count(label: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=MOST_COUNTED, widget=widget
    )


class _VisitForm(OfficeForm):
    """What answers from a phone and from paper share.

    key and version: by which the answer has one effect, over no other's.
    """

    staff = _count(_("从业人数"))
    members = _count(_("店方所说党员人数"))
    day = DayField(label=_("走访日期"))
    key = forms.CharField(max_length=LONGEST_KEY, widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def sent(self) -> Sent:
        """Return the answer as the service takes it."""
        given = self.cleaned_data
        answer = Answer(
            RowState(given["outcome"]),
            given["day"],
            given["staff"],
            given["members"],
            Told(given["has_organisation"]),
            Told(given["has_plaque"]),
        )
        return Sent(answer, given["key"], given["version"])


class AnswerForm(_VisitForm):
    """What a visit told, with the thumb on a phone; nothing is answered beforehand."""

    outcome = forms.ChoiceField(label=_("走访结果"), choices=_OUTCOMES, widget=forms.RadioSelect)
    has_organisation = forms.ChoiceField(
        label=_("有无党组织"), choices=_TOLD, required=False, widget=forms.RadioSelect
    )
    has_plaque = forms.ChoiceField(
        label=_("有无亮牌"), choices=_TOLD, required=False, widget=forms.RadioSelect
    )


class PaperForm(_VisitForm):
    """The same from paper: digits alone, so that the hands stay on the keys."""

    field_order = ("outcome", "staff", "members", "has_organisation", "has_plaque", "day")

    outcome = forms.CharField(
        label=_("结果"),
        max_length=1,
        help_text=_("1 已走访　2 未见到人　3 已关门或迁走　4 不愿配合"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autofocus": True}),
    )
    has_organisation = forms.CharField(
        label=_("有无党组织"),
        max_length=1,
        required=False,
        help_text=_("1 有　2 没有，没问到不填"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    has_plaque = forms.CharField(
        label=_("有无亮牌"),
        max_length=1,
        required=False,
        help_text=_("1 有　2 没有，没问到不填"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, data: Any, *, key: str, version: int, day: date) -> None:
        super().__init__(data, initial={"key": key, "version": version, "day": day})

    def shown_again(self, version: int, words: str) -> None:
        """Let the next press write over what the words tell of, and over nothing else."""
        data: Any = self.data
        self.data = data.dict() | {"version": str(version)}
        self.add_error(None, words)

    def clean_outcome(self) -> str:
        return self._digit("outcome", _OUTCOME_DIGITS)

    def clean_has_organisation(self) -> str:
        return self._digit("has_organisation", _TOLD_DIGITS)

    def clean_has_plaque(self) -> str:
        return self._digit("has_plaque", _TOLD_DIGITS)

    def _digit(self, name: str, meanings: dict[str, str]) -> str:
        meaning = meanings.get(self.cleaned_data[name])
        if meaning is None:
            raise forms.ValidationError(gettext("没有这个数字，请按提示填写。"))
        return meaning


class RowFilter(OfficeForm):
    """Which rows of a round show; a value that makes no sense asks nothing."""

    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[
            ("", _("全部")),
            ("waiting", _("还要走访的")),
            *((each.value, _(label)) for each, label in ROW_LABELS.items()),
        ],
    )
    told = forms.ChoiceField(
        label=_("登记内容"),
        required=False,
        choices=[
            ("", _("全部")),
            ("staff", _("登记了从业人数")),
            ("members", _("说有党员的")),
            ("organisation", _("说有党组织的")),
            ("plaque", _("说有亮牌的")),
        ],
    )
    walker = forms.ChoiceField(label=_("走访人"), required=False)
    street = forms.ChoiceField(label=_("街路"), required=False)

    def __init__(self, data: Any, *, walkers: Iterable[Part], streets: Iterable[Part]) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        every = ("", gettext("全部"))
        fields["walker"].choices = [
            every,
            *((part.key, part.label or gettext("未分派")) for part in walkers),
        ]
        fields["street"].choices = [
            every,
            *((f"={part.key}", part.label or gettext("未写明街路")) for part in streets),
        ]
        self.full_clean()

    def wanted(self) -> RowWanted:
        """Return the conditions that make sense."""
        given = self.cleaned_data
        street = given.get("street", "")
        return RowWanted(
            state=given.get("state", ""),
            walker=given.get("walker", ""),
            street=street[1:] if street else None,
            told=given.get("told", ""),
        )

    def in_words(self) -> str:
        """Return the conditions as they stand above an export."""
        words = []
        for name, field in self.fields.items():
            if value := self.cleaned_data.get(name):
                choices: Any = getattr(field, "choices", [])
                words.append(f"{field.label}：{dict(choices)[value]}")
        return gettext("；").join(words) or gettext("不限")
