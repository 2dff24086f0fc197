"""Who has a say in forming an organisation, in which order and until when: data of a district.

A procedure is a row of steps (FM-8). Two are shipped (FM-9, FM-10); a district may enter its own.
A case keeps the steps of the day it was opened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

from xgz.rules.bodies import Line
from xgz.rules.cases import Unit
from xgz.rules.formations import BESIDE_MAX, STEPS_MAX
from xgz.rules.responsibilities import BODY_OF_ROLE, line_of
from xgz.rules.roles import Role
from xgz.rules.seats import Seat

DAYS_MAX = 90  # FM-8: the longest any body may have for its step


class Stage(StrEnum):
    """What a step is for."""

    PROPOSE = "propose"
    REVIEW = "review"
    DECIDE = "decide"


class Way(StrEnum):
    """Whether a body approves, or is filed with for the record and can only give back."""

    APPROVE = "approve"
    FILE = "file"


class Preset(StrEnum):
    NATIONAL = "national"
    THREE_STEPS = "three_steps"


class ProcedureFault(StrEnum):
    """What is wrong with the steps a district enters (FM-8)."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOBODY_DECIDES = "nobody_decides"
    GOES_ON_AFTER = "goes_on_after"
    PROPOSED_LATE = "proposed_late"
    OTHER_LINE_DECIDES = "other_line_decides"
    NO_BODY = "no_body"
    TWICE = "twice"
    DAYS = "days"
    BESIDE = "beside"


@dataclass(frozen=True, slots=True)
class StepFault:
    """What is wrong in which step, counted from 1; 0 where it is the procedure as a whole."""

    number: int
    fault: ProcedureFault


class ProcedureNotSound(Exception):
    """The steps break FM-8; `found` says how and where."""

    def __init__(self, found: Sequence[StepFault]) -> None:
        super().__init__(", ".join(f"{each.number} {each.fault}" for each in found))
        self.found = tuple(found)

    @property
    def faults(self) -> tuple[ProcedureFault, ...]:
        return tuple(dict.fromkeys(each.fault for each in self.found))


STAGE_LABELS: dict[Stage, str] = {
    Stage.PROPOSE: "提出",
    Stage.REVIEW: "审核",
    Stage.DECIDE: "批准",
}
WAY_LABELS: dict[Way, str] = {Way.APPROVE: "审批", Way.FILE: "备案"}
DAYS_LABELS: dict[Unit, str] = {Unit.WORKING: "个工作日", Unit.CALENDAR: "个自然日"}
PRESET_LABELS: dict[Preset, str] = {
    Preset.NATIONAL: "乡镇（街道）党委审批、组织部门备案",
    Preset.THREE_STEPS: "市场监管局提出、乡镇（街道）党委审核、组织部门批准",
}
FAULT_LABELS: dict[ProcedureFault, str] = {
    ProcedureFault.EMPTY: "至少要有一个环节",
    ProcedureFault.TOO_LONG: "最多四个环节",
    ProcedureFault.NOBODY_DECIDES: "要有一个环节批准成立",
    ProcedureFault.GOES_ON_AFTER: "批准之后只能备案，不能再审批",
    ProcedureFault.PROPOSED_LATE: "提出只能是第一个环节",
    ProcedureFault.OTHER_LINE_DECIDES: "只有组织条线能批准成立党组织",
    ProcedureFault.NO_BODY: "这一岗位没有对应的机构",
    ProcedureFault.TWICE: "同一单位只能有一个环节",
    ProcedureFault.DAYS: "期限为 1 至 90 天",
    ProcedureFault.BESIDE: "一个环节最多两个协同单位，不能与办理单位相同，并要有期限",
}
# What a case waits for in a step, as its state is called, and what it asks of whoever has it.
WAITING_LABELS: dict[tuple[Stage, Way], str] = {
    (Stage.PROPOSE, Way.APPROVE): "待提出",
    (Stage.REVIEW, Way.APPROVE): "待审核",
    (Stage.DECIDE, Way.APPROVE): "待批准",
    (Stage.PROPOSE, Way.FILE): "待备案",
    (Stage.REVIEW, Way.FILE): "待备案",
    (Stage.DECIDE, Way.FILE): "待备案",
}
TASK_LABELS: dict[tuple[Stage, Way], str] = {
    (Stage.PROPOSE, Way.APPROVE): "研究后提出组建建议",
    (Stage.REVIEW, Way.APPROVE): "审核组建材料",
    (Stage.DECIDE, Way.APPROVE): "集体研究，作出是否批准成立的批复",
    (Stage.PROPOSE, Way.FILE): "核对材料，予以备案",
    (Stage.REVIEW, Way.FILE): "核对材料，予以备案",
    (Stage.DECIDE, Way.FILE): "核对材料，予以备案",
}
# What passing a step is called, by what the body does and what the next one is asked for; None: the
# case ends with it.
_Said = Stage | Way
PASSING_LABELS: dict[tuple[_Said, _Said | None], str] = {
    (Stage.PROPOSE, Stage.REVIEW): "提出，转审核",
    (Stage.PROPOSE, Stage.DECIDE): "提出，转批准",
    (Stage.PROPOSE, Way.FILE): "提出，转备案",
    (Stage.REVIEW, Stage.REVIEW): "同意，转下一审核单位",
    (Stage.REVIEW, Stage.DECIDE): "同意，转批准",
    (Stage.REVIEW, Way.FILE): "同意，转备案",
    (Stage.DECIDE, Way.FILE): "批准，转备案",
    (Stage.DECIDE, None): "批准，办结",
    (Way.FILE, Stage.REVIEW): "备案，转审核",
    (Way.FILE, Stage.DECIDE): "备案，转批准",
    (Way.FILE, Way.FILE): "备案，转下一备案单位",
    (Way.FILE, None): "备案，办结",
}


@dataclass(frozen=True, slots=True)
class ProcedureStep:
    """One step. role: whose body has it; days in `unit`, the day of entry not counted.

    beside: roles heard at the same time, since their order does not matter; beside_days: how many
    working days they have.
    """

    stage: Stage
    way: Way
    role: Role
    days: int
    unit: Unit
    beside: tuple[Role, ...] = ()
    beside_days: int = 0

    def plain(self) -> dict[str, Any]:
        """Return the step as values that can be stored."""
        return {
            "stage": self.stage.value,
            "way": self.way.value,
            "role": self.role.value,
            "days": self.days,
            "unit": self.unit.value,
            "beside": [role.value for role in self.beside],
            "beside_days": self.beside_days,
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """Return the step that plain() wrote. Raises KeyError or ValueError."""
        return cls(
            Stage(stored["stage"]),
            Way(stored["way"]),
            Role(stored["role"]),
            int(stored["days"]),
            Unit(stored["unit"]),
            tuple(Role(role) for role in stored["beside"]),
            int(stored["beside_days"]),
        )

    @property
    def decides(self) -> bool:
        """Test whether passing this step is the approval of the organisation."""
        return self.stage is Stage.DECIDE and self.way is Way.APPROVE

    @property
    def says(self) -> Stage | Way:
        """What the body does: it is filed with, whatever the stage, or else what its stage is for."""
        return Way.FILE if self.way is Way.FILE else self.stage


Procedure = tuple[ProcedureStep, ...]
_W, _C = Unit.WORKING, Unit.CALENDAR

PRESETS: dict[Preset, Procedure] = {
    Preset.NATIONAL: (
        ProcedureStep(Stage.DECIDE, Way.APPROVE, Role.TOWNSHIP_COMMITTEE, 30, _C),
        ProcedureStep(Stage.DECIDE, Way.FILE, Role.ORG_DEPT, 10, _W),
    ),
    Preset.THREE_STEPS: (
        ProcedureStep(Stage.PROPOSE, Way.APPROVE, Role.BUREAU, 5, _W),
        ProcedureStep(Stage.REVIEW, Way.APPROVE, Role.TOWNSHIP_COMMITTEE, 10, _W),
        ProcedureStep(Stage.DECIDE, Way.APPROVE, Role.ORG_DEPT, 5, _W),
    ),
}
DEFAULT_PRESET = Preset.NATIONAL


@dataclass(frozen=True, slots=True)
class SettledStep:
    """A step of one case with the seats behind it."""

    step: ProcedureStep
    seat: Seat
    beside: tuple[Seat, ...] = ()


def preset_of(procedure: Procedure) -> Preset | None:
    """Return which shipped procedure this is, None for a district's own."""
    return next((preset for preset, steps in PRESETS.items() if steps == procedure), None)


def roles_of(procedure: Procedure) -> frozenset[Role]:
    """Return the roles that have a step or are heard beside one."""
    return frozenset(role for step in procedure for role in (step.role, *step.beside))


def faulty_steps(procedure: Procedure) -> list[StepFault]:
    """Return what keeps a district from entering these steps, and where; empty for sound ones (FM-8)."""
    if not procedure:
        return [StepFault(0, ProcedureFault.EMPTY)]
    found = [StepFault(0, ProcedureFault.TOO_LONG)] if len(procedure) > STEPS_MAX else []
    found += _order_faults(procedure)
    numbered = list(enumerate(procedure, start=1))
    roles = [step.role for step in procedure]
    found += [
        StepFault(number, ProcedureFault.TWICE)
        for number, step in numbered
        if step.role in roles[: number - 1]
    ]
    for number, step in numbered:
        found += [StepFault(number, fault) for fault in _faults_of_step(step)]
    return found


def check_procedure(procedure: Procedure) -> None:
    """Raise ProcedureNotSound unless a district may enter these steps (FM-8)."""
    if found := faulty_steps(procedure):
        raise ProcedureNotSound(found)


def settle(steps: Sequence[SettledStep], preparer: Seat) -> list[SettledStep]:
    """Return the steps one case walks (FM-11).

    Proposing is what the preparer does by sending, so a step of the preparer's that only proposes
    falls away. Of several steps of one seat the last one stays, as an approval where any of them
    is one: nobody has two says.
    """
    kept = [
        each
        for each in steps
        if not (each.step.stage is Stage.PROPOSE and each.seat == preparer and len(steps) > 1)
    ]
    found: list[SettledStep] = []
    for place, each in enumerate(kept):
        if any(later.seat == each.seat for later in kept[place + 1 :]):
            continue
        approvals = [k.step for k in kept[: place + 1] if k.seat == each.seat]
        step = next((s for s in approvals if s.decides), each.step)
        if step is not each.step:
            step = replace(step, days=each.step.days, unit=each.step.unit)
        beside = tuple(seat for seat in dict.fromkeys(each.beside) if seat != each.seat)
        found.append(SettledStep(step, each.seat, beside))
    return found


def is_decided(procedure: Sequence[ProcedureStep], passed: int) -> bool:
    """Test whether the organisation is approved once so many steps are passed."""
    return any(step.decides for step in procedure[:passed])


def passing_label(procedure: Sequence[ProcedureStep], number: int) -> str | None:
    """Return what passing step `number` (from 1) is called; None for an order nobody enters."""
    later = procedure[number].says if number < len(procedure) else None
    return PASSING_LABELS.get((procedure[number - 1].says, later))


def _order_faults(procedure: Procedure) -> list[StepFault]:
    found = []
    deciding = [number for number, step in enumerate(procedure, start=1) if step.decides]
    if not deciding:
        found.append(StepFault(0, ProcedureFault.NOBODY_DECIDES))
    for number, step in enumerate(procedure, start=1):
        if deciding and number > deciding[0] and step.way is Way.APPROVE:
            found.append(StepFault(number, ProcedureFault.GOES_ON_AFTER))
        if number > 1 and step.stage is Stage.PROPOSE:
            found.append(StepFault(number, ProcedureFault.PROPOSED_LATE))
    return found


def _faults_of_step(step: ProcedureStep) -> list[ProcedureFault]:
    found = []
    if any(role not in BODY_OF_ROLE for role in (step.role, *step.beside)):
        found.append(ProcedureFault.NO_BODY)
    elif step.decides and line_of(step.role) is not Line.ORGANIZATION:
        found.append(ProcedureFault.OTHER_LINE_DECIDES)
    if not 1 <= step.days <= DAYS_MAX:
        found.append(ProcedureFault.DAYS)
    if not _is_heard_well(step):
        found.append(ProcedureFault.BESIDE)
    return found


def _is_heard_well(step: ProcedureStep) -> bool:
    if not step.beside:
        return step.beside_days == 0
    alone = len(set(step.beside)) == len(step.beside) and step.role not in step.beside
    return alone and len(step.beside) <= BESIDE_MAX and 1 <= step.beside_days <= DAYS_MAX
