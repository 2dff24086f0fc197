"""Money and materials: entering, correcting, taking back, and recording what they were used for."""

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from xgz.access import clock
from xgz.access.actor import Actor, actor_of
from xgz.access.sites import require_support
from xgz.models import Support
from xgz.queries.supports import holding_of
from xgz.rules.roles import Resource
from xgz.rules.supports import (
    AMOUNT_MAX,
    KIND_LABELS,
    SOURCE_LABELS,
    SupportKind,
    SupportSource,
)
from xgz.services import supports
from xgz.web.forms import NOT_CHOSEN, DayField, NoteField, OfficeForm
from xgz.web.pages import room
from xgz.web.sites.views import visible_organisation
from xgz.web.sites.wording import REFUSALS, refusal


class AmountField(forms.DecimalField):
    """Yuan with at most two places, or a number of pieces."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"invalid": gettext_lazy("请填写数字，如 1200.50。")})
        super().__init__(max_value=AMOUNT_MAX, max_digits=10, decimal_places=2, **kwargs)


class GiftForm(OfficeForm):
    """What is given, by whom, when and for what."""

    kind = forms.ChoiceField(
        label=gettext_lazy("类别"),
        choices=[(key.value, gettext_lazy(label)) for key, label in KIND_LABELS.items()],
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    source = forms.ChoiceField(
        label=gettext_lazy("来源"),
        choices=[
            NOT_CHOSEN,
            *((key.value, gettext_lazy(label)) for key, label in SOURCE_LABELS.items()),
        ],
        help_text=gettext_lazy("来源是企业或其他的，要在备注里写明情况，备注在页面上显示。"),
    )
    thing = forms.CharField(
        label=gettext_lazy("物资名称"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("经费不填；物资写明名称和单位，如“折叠椅（把）”。"),
    )
    amount = AmountField(label=gettext_lazy("金额（元）或数量"))
    day = DayField(label=gettext_lazy("到位日期"))
    purpose = NoteField(label=gettext_lazy("用途"), required=True)
    remark = NoteField(label=gettext_lazy("备注"))

    def gift(self) -> supports.Gift:
        """Return what was entered; call on a valid form."""
        given = self.cleaned_data
        return supports.Gift(
            kind=SupportKind(given["kind"]),
            source=SupportSource(given["source"]),
            amount=given["amount"],
            given_on=given["day"],
            purpose=given["purpose"],
            thing=given["thing"],
            remark=given["remark"],
        )


class ChangeForm(OfficeForm):
    """Something about one row. title: of the page and its button."""

    title: ClassVar[str | Promise]

    def __init__(self, data: Any, *, support: Support, actor: Actor) -> None:
        super().__init__(data, initial={"day": actor.today, **self.first(support)})
        self.support = support
        self.actor = actor

    @staticmethod
    def first(support: Support) -> dict[str, Any]:
        """Return what the fields show first."""
        return {}

    def apply(self, now: datetime) -> None:
        """Do it; raises the service's refusals."""
        raise NotImplementedError


class UseForm(ChangeForm):
    title = gettext_lazy("登记使用")
    amount = AmountField(label=gettext_lazy("使用金额（元）或数量"))
    day = DayField(label=gettext_lazy("使用日期"))
    purpose = NoteField(label=gettext_lazy("用于"), required=True)

    def apply(self, now: datetime) -> None:
        amount: Decimal = self.cleaned_data["amount"]
        supports.record_use(
            actor=self.actor,
            support=self.support,
            amount=amount,
            used_on=self.cleaned_data["day"],
            purpose=self.cleaned_data["purpose"],
            now=now,
        )


class CorrectForm(GiftForm, ChangeForm):
    title = gettext_lazy("更正")
    reason = NoteField(label=gettext_lazy("更正原因"), required=True)

    @staticmethod
    def first(support: Support) -> dict[str, Any]:
        return {
            "kind": support.kind,
            "source": support.source,
            "thing": support.thing,
            "amount": support.amount if support.is_money else support.pieces,
            "day": support.given_on,
            "purpose": support.purpose,
            "remark": support.remark,
        }

    def apply(self, now: datetime) -> None:
        supports.correct_support(
            actor=self.actor,
            support=self.support,
            gift=self.gift(),
            reason=self.cleaned_data["reason"],
            now=now,
        )


class WithdrawForm(ChangeForm):
    title = gettext_lazy("撤回")
    reason = NoteField(label=gettext_lazy("撤回原因"), required=True)

    def apply(self, now: datetime) -> None:
        supports.withdraw_support(
            actor=self.actor, support=self.support, reason=self.cleaned_data["reason"], now=now
        )


CHANGES: dict[str, type[ChangeForm]] = {
    "use": UseForm,
    "correct": CorrectForm,
    "withdraw": WithdrawForm,
}


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.ORGANISATION)
def support_add(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show and take money or a thing an organisation was given."""
    actor = actor_of(request)
    organisation = visible_organisation(request, public_id)
    require_support(actor, organisation)
    sent = request.POST if request.method == "POST" else None
    form = GiftForm(sent, initial={"day": actor.today})
    if request.method == "POST" and form.is_valid():
        try:
            supports.record_support(
                actor=actor, organisation=organisation, gift=form.gift(), now=clock.now()
            )
        except REFUSALS as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(request, _("经费物资已登记。"))
            return redirect("site-detail", public_id=public_id)
    context = {"form": form, "organisation": organisation, "title": _("登记经费物资")}
    return render(request, "sites/change.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@room(Resource.ORGANISATION)
def support_change(
    request: HttpRequest, public_id: str, support_id: str, what: str
) -> HttpResponse:
    """Show and take one change of a row; one that was withdrawn is not there to be changed."""
    actor = actor_of(request)
    organisation = visible_organisation(request, public_id)
    require_support(actor, organisation)
    rows = {row.support.public_id: row.support for row in holding_of(organisation).current}
    if what not in CHANGES or support_id not in rows:
        raise Http404
    kind = CHANGES[what]
    sent = request.POST if request.method == "POST" else None
    form = kind(sent, support=rows[support_id], actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            form.apply(clock.now())
        except REFUSALS as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(request, _("已办理：%(step)s。") % {"step": kind.title})
            return redirect("site-detail", public_id=public_id)
    context = {
        "form": form,
        "organisation": organisation,
        "title": kind.title,
        "support": rows[support_id],
    }
    return render(request, "sites/change.html", context)
