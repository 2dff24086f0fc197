"""The form of a district's own procedure: up to four steps under each other, empty ones left out."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from xgz.models.bodies import ROLE_LABELS
from xgz.rules.cases import Unit
from xgz.rules.formation_procedures import (
    DAYS_LABELS,
    FAULT_LABELS,
    STAGE_LABELS,
    WAY_LABELS,
    Procedure,
    ProcedureStep,
    Stage,
    Way,
    faulty_steps,
)
from xgz.rules.formations import BESIDE_MAX, STEPS_MAX
from xgz.rules.responsibilities import BODY_OF_ROLE
from xgz.rules.roles import Role
from xgz.web.forms import DayField, NoteField, OfficeForm

_ROLES = [(role.value, _(ROLE_LABELS[role])) for role in BODY_OF_ROLE]
_ORDINALS = {1: _("第一环节"), 2: _("第二环节"), 3: _("第三环节"), 4: _("第四环节")}
_NEEDED = ("stage", "role", "days")  # what a step is nothing without


@dataclass(frozen=True, slots=True)
class StepRow:
    """The fields of one step. beside: the bodies heard at the same time."""

    title: str
    stage: BoundField
    way: BoundField
    role: BoundField
    days: BoundField
    unit: BoundField
    beside: list[BoundField]
    beside_days: BoundField


class ProcedureForm(OfficeForm):
    """The steps of cases opened from a day on; a row without stage, body and days is no step."""

    valid_from = DayField(
        label=_("起用日期"), help_text=_("今天或以后；已提出的组建事项按原来的程序办完。")
    )
    reason = NoteField(label=_("依据"), required=True)

    def __init__(self, data: Any, *, start: Procedure, today: date) -> None:
        super().__init__(data, initial={"valid_from": today, **_as_initial(start)})
        self.add_fields(_step_fields())
        self.today = today
        self.procedure: Procedure = ()

    @property
    def rows(self) -> list[StepRow]:
        """Return the fields of every step that may be entered."""
        return [self._row(number) for number in range(1, STEPS_MAX + 1)]

    @property
    def others(self) -> list[BoundField]:
        """Return what belongs to the procedure as a whole."""
        return [self["valid_from"], self["reason"]]

    def whole(self) -> dict[str, Any]:
        """Return what is saved beside the steps."""
        return {name: self.cleaned_data[name] for name in ("valid_from", "reason")}

    def clean_valid_from(self) -> date:
        day: date = self.cleaned_data["valid_from"]
        if day < self.today:
            raise forms.ValidationError(_("起用日期不能早于今天。"))
        return day

    def clean(self) -> dict[str, Any]:
        """Read the steps, and say of each what is wrong with it (FM-8)."""
        values = super().clean() or self.cleaned_data
        filled = [n for n in range(1, STEPS_MAX + 1) if self._is_filled(n)]
        unfinished = [n for n in filled if not self._is_whole(n)]
        if unfinished or self.errors.keys() - {"valid_from", "reason"}:
            return values
        self.procedure = tuple(_step(values, n) for n in filled)
        for found in faulty_steps(self.procedure):
            words = now_(FAULT_LABELS[found.fault])
            self._blame(filled[found.number - 1] if found.number else 0, words)
        return values

    def _is_filled(self, number: int) -> bool:
        names = [f"{name}_{number}" for name in (*_NEEDED, "beside_1", "beside_2", "beside_days")]
        return any(self.data.get(name, "").strip() for name in names)

    def _is_whole(self, number: int) -> bool:
        """Test whether a step that was begun has all it needs; say what it lacks."""
        labels = {"stage": now_("办理内容"), "role": now_("单位"), "days": now_("期限")}
        lacking = [
            labels[name]
            for name in _NEEDED
            if f"{name}_{number}" not in self.errors and not self.cleaned_data[f"{name}_{number}"]
        ]
        if lacking:
            told = now_("请补填：%(items)s；不设这一环节的，整行留空")
            self._blame(number, told % {"items": now_("、").join(lacking)})
        return not lacking

    def _blame(self, number: int, words: str) -> None:
        title = f"{_ORDINALS[number]}：" if number else ""
        self.add_error(None, f"{title}{words}。")

    def _row(self, number: int) -> StepRow:
        return StepRow(
            title=str(_ORDINALS[number]),
            stage=self[f"stage_{number}"],
            way=self[f"way_{number}"],
            role=self[f"role_{number}"],
            days=self[f"days_{number}"],
            unit=self[f"unit_{number}"],
            beside=[self[f"beside_{place}_{number}"] for place in range(1, BESIDE_MAX + 1)],
            beside_days=self[f"beside_days_{number}"],
        )


def _step_fields() -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for n in range(1, STEPS_MAX + 1):
        fields |= {
            f"stage_{n}": _choice(n, _("办理内容"), [("", _("不设")), *_labelled(STAGE_LABELS)]),
            f"way_{n}": _choice(n, _("办理方式"), _labelled(WAY_LABELS)),
            f"role_{n}": _choice(n, _("单位"), [("", _("请选择")), *_ROLES]),
            f"days_{n}": _number(n, _("期限")),
            f"unit_{n}": _choice(n, _("期限单位"), _labelled(DAYS_LABELS)),
            f"beside_1_{n}": _choice(n, _("协同单位"), [("", _("没有")), *_ROLES]),
            f"beside_2_{n}": _choice(n, _("另一协同单位"), [("", _("没有")), *_ROLES]),
            f"beside_days_{n}": _number(n, _("协同期限（工作日）")),
        }
    return fields


def _labelled(labels: Any) -> list[tuple[str, Any]]:
    return [(key.value, _(label)) for key, label in labels.items()]


def _named(number: int, label: Any) -> dict[str, Any]:
    """Return the words by which somebody who does not see the table knows a field."""
    return {"aria-label": f"{_ORDINALS[number]} {label}"}


def _choice(number: int, label: Any, choices: Any) -> forms.ChoiceField:
    widget = forms.Select(attrs=_named(number, label))
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=widget)


def _number(number: int, label: Any) -> forms.IntegerField:
    attrs = {**_named(number, label), "inputmode": "numeric", "class": "form-control x-days"}
    return forms.IntegerField(
        label=label,
        required=False,
        widget=forms.NumberInput(attrs=attrs),
        error_messages={"invalid": _("请填写整数。")},
    )


def _as_initial(procedure: Procedure) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for n in range(1, STEPS_MAX + 1):
        given |= {f"way_{n}": Way.APPROVE.value, f"unit_{n}": Unit.WORKING.value}
    for n, step in enumerate(procedure, start=1):
        given |= {
            f"stage_{n}": step.stage.value,
            f"way_{n}": step.way.value,
            f"role_{n}": step.role.value,
            f"days_{n}": step.days,
            f"unit_{n}": step.unit.value,
            f"beside_days_{n}": step.beside_days or None,
        }
        given |= {f"beside_{k}_{n}": role.value for k, role in enumerate(step.beside, start=1)}
    return given


def _step(values: dict[str, Any], number: int) -> ProcedureStep:
    heard = [values[f"beside_{place}_{number}"] for place in range(1, BESIDE_MAX + 1)]
    return ProcedureStep(
        stage=Stage(values[f"stage_{number}"]),
        way=Way(values[f"way_{number}"] or Way.APPROVE),
        role=Role(values[f"role_{number}"]),
        days=values[f"days_{number}"],
        unit=Unit(values[f"unit_{number}"] or Unit.WORKING),
        beside=tuple(Role(role) for role in heard if role),
        beside_days=values[f"beside_days_{number}"] or 0,
    )
