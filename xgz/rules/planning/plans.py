"""Plans that are kept: their states, where their counts come from, what is done by hand (PL-14)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from xgz.rules.organisations import MIN_FULL_MEMBERS
from xgz.rules.planning.terms import PlanOptions, Weights

NAME_MAX = 60
UNITS_MOST = 50  # of a group, as an option of a plan; 0 is no limit
RADIUS_LEAST_M, RADIUS_MOST_M = 50, 5000
KEEP_DISCARDED_MONTHS = 6
SECONDS = 60.0  # of work on one plan


class PlanState(StrEnum):
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    DISCARDED = "discarded"


class PlanAction(StrEnum):
    FINISH = "finish"
    FAIL = "fail"
    START = "start"  # once more, after it failed
    CHANGE = "change"  # by hand
    DISCARD = "discard"


class CountSource(StrEnum):
    """Where the members of a business are counted (PL-15)."""

    DECLARED = "declared"
    ROSTER = "roster"


class PlanOrigin(StrEnum):
    NEW = "new"
    AGAIN = "again"  # planned anew around what is locked
    REPAIR = "repair"


class HandStep(StrEnum):
    """What is done to a plan that is ready; each is one row of its history."""

    LOCK = "lock"
    UNLOCK = "unlock"
    MOVE = "move"
    SPLIT = "split"
    MERGE = "merge"
    EXCLUDE = "exclude"
    INCLUDE = "include"
    HUB = "hub"
    UNDO = "undo"
    PROPOSE = "propose"


class LeftAside(StrEnum):
    """Why a business of the area was not planned with at all; counted only (PL-15)."""

    IN_FORMATION = "in_formation"
    SEATLESS_BRANCH = "seatless_branch"


NO_PLACE = "no_place"  # why a business is in no group, beside those of terms.Missing
STATE_LABELS: dict[PlanState, str] = {
    PlanState.RUNNING: "正在规划",
    PlanState.READY: "已完成",
    PlanState.FAILED: "没有完成",
    PlanState.DISCARDED: "已作废",
}
SOURCE_LABELS: dict[CountSource, str] = {
    CountSource.DECLARED: "年报申报人数",
    CountSource.ROSTER: "党员名册人数",
}
ORIGIN_LABELS: dict[PlanOrigin, str] = {
    PlanOrigin.NEW: "新建",
    PlanOrigin.AGAIN: "保留锁定组重新规划",
    PlanOrigin.REPAIR: "按现在的情况修补",
}
STEP_LABELS: dict[HandStep, str] = {
    HandStep.LOCK: "锁定",
    HandStep.UNLOCK: "解除锁定",
    HandStep.MOVE: "移动",
    HandStep.SPLIT: "拆出",
    HandStep.MERGE: "合并",
    HandStep.EXCLUDE: "排除",
    HandStep.INCLUDE: "取消排除",
    HandStep.HUB: "指定中心单位",
    HandStep.UNDO: "撤销上一步",
    HandStep.PROPOSE: "提出组建",
}
# What the trail says was done to a plan: every step by hand, and what happens to it as a whole.
TRAIL_LABELS: dict[str, str] = {
    "make": "建立规划",
    "start": "再次规划",
    "stop": "停止规划",
    "finish": "规划完成",
    "fail": "规划没有完成",
    "discard": "作废规划",
    "delete": "删除作废的规划",
    **{step.value: label for step, label in STEP_LABELS.items()},
}

_S, _A = PlanState, PlanAction
_STEPS: dict[tuple[PlanState, PlanAction], PlanState] = {
    (_S.RUNNING, _A.FINISH): _S.READY,
    (_S.RUNNING, _A.FAIL): _S.FAILED,
    (_S.FAILED, _A.START): _S.RUNNING,
    (_S.READY, _A.CHANGE): _S.READY,
    (_S.READY, _A.DISCARD): _S.DISCARDED,
    (_S.FAILED, _A.DISCARD): _S.DISCARDED,
}


class PlanStepNotAllowed(Exception):
    """A plan in this state does not take this step."""


def state_after(state: PlanState, action: PlanAction) -> PlanState:
    """Return the state a step leads to. Raises PlanStepNotAllowed."""
    try:
        return _STEPS[state, action]
    except KeyError:
        raise PlanStepNotAllowed(f"{action} from {state}") from None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person chooses for one plan; everything else is the district's (PL-16).

    count_mixed: where a report states only all members together, they count as full ones.
    with_branches: businesses may join existing branches. max_units: 0 for no limit.
    """

    radius_m: int
    max_units: int
    count_mixed: bool = False
    with_branches: bool = True


def asked_by_default(values: Mapping[str, int]) -> Asked:
    """Return what the form offers: the district's parameters of a day."""
    return Asked(radius_m=values["planning.radius_m"], max_units=values["formation.units_warn"])


def options_of(values: Mapping[str, int], asked: Asked, seed: int = 0) -> PlanOptions:
    """Return the limits of a plan: what was asked, within the district's parameters of a day.

    A limit of units is never above that at which nothing is sent any more (FM-5).
    """
    hard = values["formation.units_max"]
    return PlanOptions(
        radius_m=float(asked.radius_m),
        min_full=MIN_FULL_MEMBERS,
        max_members=values["formation.members_max"],
        branch_max=values["formation.members_max"],
        max_units=min(asked.max_units or hard, hard),
        seed=seed,
        time_limit_s=SECONDS,
        market_is_reach=bool(values["planning.market_is_reach"]),
        weights=Weights(
            fragile_m=values["planning.fragile_m"],
            market_m=values["planning.market_m"],
            trade_m=values["planning.trade_m"],
        ),
    )


def options_read(plain: Mapping[str, object]) -> PlanOptions:
    """Return the limits that a plan was made with, as `dataclasses.asdict` wrote them."""
    values = dict(plain)
    weights = values.pop("weights", {})
    return PlanOptions(**values, weights=Weights(**weights))  # type: ignore[arg-type]
