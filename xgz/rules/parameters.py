"""What a district may set: each parameter with its default, its bounds and the rule it belongs to.

Values are dated rows; a value holds from its first day on and never rewrites what was counted or
dated before (PM-1).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from xgz.rules.organisations import OrganisationLimits
from xgz.rules.worklists import WorkLimits


class ParameterGroup(StrEnum):
    CASES = "cases"
    TRANSFERS = "transfers"
    CLOSURES = "closures"
    EXPORTS = "exports"
    ORGANISATIONS = "organisations"
    WORKLISTS = "worklists"


class ParameterUnit(StrEnum):
    WORKDAYS = "workdays"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


class ValueOutOfBounds(Exception):
    """The value lies outside what the parameter allows."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """default, minimum and maximum in `unit`; both bounds count. label: in official words."""

    label: str
    group: ParameterGroup
    unit: ParameterUnit
    default: int
    minimum: int
    maximum: int
    rule: str


GROUP_LABELS: dict[ParameterGroup, str] = {
    ParameterGroup.CASES: "办理时限与提醒",
    ParameterGroup.TRANSFERS: "关系转接",
    ParameterGroup.CLOSURES: "主体退出",
    ParameterGroup.EXPORTS: "导出审批",
    ParameterGroup.ORGANISATIONS: "党组织提示",
    ParameterGroup.WORKLISTS: "工作清单",
}
UNIT_LABELS: dict[ParameterUnit, str] = {
    ParameterUnit.WORKDAYS: "个工作日",
    ParameterUnit.DAYS: "天",
    ParameterUnit.MONTHS: "个月",
    ParameterUnit.YEARS: "岁",
}

_G, _U = ParameterGroup, ParameterUnit
PARAMETERS: dict[str, Parameter] = {
    "case.near_days": Parameter("到期前多少天亮黄灯", _G.CASES, _U.WORKDAYS, 3, 1, 10, "CL-3"),
    "case.escalate_days": Parameter(
        "超期多少天转由上级办理", _G.CASES, _U.WORKDAYS, 5, 1, 60, "CS-5"
    ),
    "transfer.draft_days": Parameter(
        "拟转出到开具介绍信", _G.TRANSFERS, _U.WORKDAYS, 5, 1, 30, "TR-5"
    ),
    "transfer.letter_days": Parameter("介绍信有效期", _G.TRANSFERS, _U.DAYS, 90, 1, 90, "TR-2"),
    "transfer.chase_days": Parameter(
        "退回或过期后催办处理", _G.TRANSFERS, _U.WORKDAYS, 10, 1, 60, "TR-5"
    ),
    "closure.verify_days": Parameter("核实去向", _G.CLOSURES, _U.WORKDAYS, 5, 1, 30, "CB-2"),
    "closure.check_days": Parameter("指导站实地核实", _G.CLOSURES, _U.WORKDAYS, 5, 1, 30, "CB-2"),
    "closure.decide_days": Parameter("研究确定去留", _G.CLOSURES, _U.WORKDAYS, 10, 1, 60, "CB-2"),
    "closure.carry_out_days": Parameter("落实去留意见", _G.CLOSURES, _U.DAYS, 30, 1, 180, "CB-2"),
    "export.approve_days": Parameter("导出审批", _G.EXPORTS, _U.WORKDAYS, 3, 1, 15, "EX-6"),
    "organisation.ageing_average": Parameter(
        "老龄化提示的平均年龄", _G.ORGANISATIONS, _U.YEARS, 55, 45, 80, "OR-6"
    ),
    "organisation.young_age": Parameter(
        "算作年轻党员的年龄（不足）", _G.ORGANISATIONS, _U.YEARS, 45, 30, 60, "OR-6"
    ),
    "organisation.dormant_months": Parameter(
        "多久没有组织生活算停滞", _G.ORGANISATIONS, _U.MONTHS, 6, 1, 24, "OR-7"
    ),
    "organisation.term_notice_months": Parameter(
        "届满前多久提醒换届", _G.ORGANISATIONS, _U.MONTHS, 6, 1, 12, "OR-5"
    ),
    "worklist.closure_days": Parameter(
        "退出主体列入清单多久", _G.WORKLISTS, _U.DAYS, 90, 7, 365, "WL-13"
    ),
}


def organisation_limits(values: Mapping[str, int]) -> OrganisationLimits:
    """Return the organisations' limits among the parameters of a day."""
    return OrganisationLimits(
        ageing_average=values["organisation.ageing_average"],
        young_age=values["organisation.young_age"],
        dormant_months=values["organisation.dormant_months"],
        term_notice_months=values["organisation.term_notice_months"],
    )


def work_limits(values: Mapping[str, int]) -> WorkLimits:
    """Return the worklists' limits among the parameters of a day."""
    return WorkLimits(organisation_limits(values), values["worklist.closure_days"])


def check_value(key: str, value: int) -> None:
    """Raise ValueOutOfBounds unless the parameter allows the value. Raises KeyError."""
    parameter = PARAMETERS[key]
    if not parameter.minimum <= value <= parameter.maximum:
        raise ValueOutOfBounds(key)
