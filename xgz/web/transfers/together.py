"""Issuing and accepting at one time what a committee moves within its own reach (ES-3, AD-6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xgz.models import Case, Transfer
from xgz.services.transfers import missing_on_letter
from xgz.web.cases.page import DeedForm

C = TypeVar("C", bound=Case)


@dataclass(frozen=True, slots=True)
class Mover:
    """Whose transfer it is, as the actor reads the name."""

    name: str
    in_clear: bool


class TogetherForm(DeedForm[C]):
    """The open transfers a committee finishes by itself, all chosen at first.

    Those whose letter lacks something are named and not offered.
    """

    title = _("一并接收本党委内的转接")
    lead = _("转出、转入都归本党委领导的，由本党委逐件开具介绍信并接收，组织关系随即转入。")

    nothing_left = _("没有还要一并办理的转接：介绍信都已开具并接收，或者转接已经撤回")

    transfers = forms.MultipleChoiceField(
        label=_("转接"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("所选的转接有的已经办理，请核对下面还没有办的再提交。")
        },
    )

    def own_transfers(self) -> list[Transfer]:
        """Return the open transfers the committee of the case finishes by itself."""
        raise NotImplementedError

    def movers(self) -> dict[int, Mover]:
        """Return member number → whom the actor may read of in this case."""
        raise NotImplementedError

    def take_in(self, chosen: Sequence[Transfer], now: datetime) -> None:
        """Finish the chosen ones; raises the service's refusals."""
        raise NotImplementedError

    def prepare(self, given: Any) -> None:
        people = self.movers()
        found = [row for row in self.own_transfers() if row.member_id in people]
        lacking = [row.number for row in found if missing_on_letter(row)]
        self.open_ = {row.public_id: row for row in found if row.number not in lacking}
        shown = [row.member_id for row in self.open_.values()]
        self.named = [number for number in shown if people[number].in_clear]
        self.offer(
            "transfers",
            [
                (key, f"{row.number} {people[row.member_id].name}")
                for key, row in self.open_.items()
            ],
        )
        self.initial["transfers"] = list(self.open_)
        if lacking:
            told = gettext("信息不全、要先补齐的：%(numbers)s。")
            self.fields["transfers"].help_text = told % {"numbers": gettext("、").join(lacking)}

    def apply(self, now: datetime) -> None:
        self.take_in([self.open_[key] for key in self.cleaned_data["transfers"]], now)
