"""Forms of the desk: a poster's place, a window's days, how a claim was verified."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xgz.access.actor import Actor
from xgz.access.businesses import visible_businesses, visible_markets
from xgz.access.self_reports import report_townships
from xgz.models import Market
from xgz.rules.self_reports import (
    COUNTER_LENGTH,
    DOUBT_REASON_LABELS,
    REPORT_STATE_LABELS,
    VERIFICATION_LABELS,
    DoubtReason,
    Verification,
    holds_numbers,
)
from xgz.services.self_reports.posters import Spot
from xgz.web.forms import NOT_CHOSEN, BodyField, DayField, OfficeForm

if TYPE_CHECKING:
    _MarketChoice = forms.ModelChoiceField[Market]
else:
    _MarketChoice = forms.ModelChoiceField

_ALL = ("", _("全部"))


class MarketField(_MarketChoice):
    """A choice of one market; the form carries its public id."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=None, to_field_name="public_id", required=False, **kwargs)

    def label_from_instance(self, obj: Market) -> str:
        return f"{obj.name}（{obj.township}）"


class StateFilter(OfficeForm):
    """Which claims are listed."""

    state = forms.ChoiceField(label=_("状态"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["state"]
        if isinstance(field, forms.ChoiceField):
            labels = [(each.value, _(label)) for each, label in REPORT_STATE_LABELS.items()]
            field.choices = [_ALL, *labels]


class VerifyForm(OfficeForm):
    """How somebody made sure who reported; nothing is chosen beforehand."""

    verification = forms.TypedChoiceField(
        label=_("怎么核实的"),
        coerce=Verification,
        choices=[NOT_CHOSEN, *((v.value, _(label)) for v, label in VERIFICATION_LABELS.items())],
    )


class DoubtForm(OfficeForm):
    """Why somebody does not believe a claim; nothing is chosen beforehand."""

    doubt = forms.TypedChoiceField(
        label=_("不采信的原因"),
        coerce=DoubtReason,
        choices=[NOT_CHOSEN, *((d.value, _(label)) for d, label in DOUBT_REASON_LABELS.items())],
    )


class PosterForm(OfficeForm):
    """Where a poster hangs: a township, and in it perhaps a market or a business."""

    area = BodyField(label=_("乡镇（街道）"))
    market = MarketField(label=_("专业市场"), empty_label=_("不限"))
    credit_code = forms.CharField(
        label=_("经营主体"),
        required=False,
        max_length=18,
        help_text=_("可不填。填统一社会信用代码；市场和经营主体只填一项。"),
    )
    counter = forms.CharField(
        label=_("张贴位置"),
        required=False,
        max_length=COUNTER_LENGTH,
        help_text=_("可不填。如：办事大厅一号窗口。会印在海报上，不要写人名。"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        townships, markets = self.fields["area"], self.fields["market"]
        if isinstance(townships, BodyField) and isinstance(markets, MarketField):
            townships.queryset = report_townships(actor)
            found = visible_markets(actor).filter(township__in=report_townships(actor))
            markets.queryset = found.select_related("township").order_by("township__path", "name")
        if len(choices := list(report_townships(actor)[:2])) == 1:
            self.initial.setdefault("area", choices[0].public_id)

    def clean_counter(self) -> str:
        counter: str = self.cleaned_data["counter"]
        if holds_numbers(counter):
            raise forms.ValidationError(_("这里不要写号码。"))
        return counter

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        area, market, code = given.get("area"), given.get("market"), given.get("credit_code")
        if market and code:
            self.add_error("credit_code", _("市场和经营主体只填一项。"))
        elif market and area and market.township_id != area.pk:
            self.add_error("market", _("这个市场不在所选乡镇。"))
        elif code and area:
            found = visible_businesses(self.actor).filter(credit_code=code.strip().upper())
            given["business"] = found.filter(township=area).first()
            if given["business"] is None:
                self.add_error("credit_code", _("所选乡镇没有这个经营主体。"))
        return given

    @property
    def spot(self) -> Spot:
        """The place, of a form found valid."""
        given = self.cleaned_data
        return Spot(given["area"], given["market"], given.get("business"), given["counter"])


class WindowForm(OfficeForm):
    """A self-report window of a township."""

    area = BodyField(label=_("乡镇（街道）"))
    opens_on = DayField(label=_("起始日期"), help_text=_("今天或以后。"))
    closes_on = DayField(
        label=_("终止日期"), required=False, help_text=_("最后一天；不填按最短天数。")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        kwargs["initial"] = {"opens_on": actor.today}
        super().__init__(*args, **kwargs)
        field = self.fields["area"]
        if isinstance(field, BodyField):
            field.queryset = report_townships(actor)


class WindowEndForm(OfficeForm):
    """Another last day."""

    closes_on = DayField(label=_("终止日期"))

    @property
    def day(self) -> date:
        """The day, of a form found valid."""
        day: date = self.cleaned_data["closes_on"]
        return day
