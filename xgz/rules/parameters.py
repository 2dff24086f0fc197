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
    FORMATIONS = "formations"
    PLANNING = "planning"
    ELECTIONS = "elections"
    ESTABLISHING = "establishing"
    ADJUSTMENTS = "adjustments"
    LEADS = "leads"
    EXPORTS = "exports"
    ORGANISATIONS = "organisations"
    WORKLISTS = "worklists"
    SELF_REPORTS = "self_reports"


class ParameterUnit(StrEnum):
    WORKDAYS = "workdays"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"
    PERSONS = "persons"
    UNITS = "units"
    METRES = "metres"
    SWITCH = "switch"  # 1 for yes, 0 for no
    ORGANISATIONS = "organisations"


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
    ParameterGroup.FORMATIONS: "组建党组织",
    ParameterGroup.PLANNING: "联合支部规划",
    ParameterGroup.ELECTIONS: "换届选举",
    ParameterGroup.ESTABLISHING: "成立落实",
    ParameterGroup.ADJUSTMENTS: "组织调整",
    ParameterGroup.LEADS: "线索",
    ParameterGroup.EXPORTS: "导出审批",
    ParameterGroup.ORGANISATIONS: "党组织提示",
    ParameterGroup.WORKLISTS: "工作清单",
    ParameterGroup.SELF_REPORTS: "自主报到",
}
UNIT_LABELS: dict[ParameterUnit, str] = {
    ParameterUnit.WORKDAYS: "个工作日",
    ParameterUnit.DAYS: "天",
    ParameterUnit.MONTHS: "个月",
    ParameterUnit.YEARS: "岁",
    ParameterUnit.PERSONS: "人",
    ParameterUnit.UNITS: "个单位",
    ParameterUnit.METRES: "米",
    ParameterUnit.SWITCH: "（1 为是，0 为否）",
    ParameterUnit.ORGANISATIONS: "个党组织",
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
    "formation.prepare_days": Parameter(
        "备齐组建材料", _G.FORMATIONS, _U.WORKDAYS, 30, 1, 120, "FM-16"
    ),
    "formation.roster_days": Parameter(
        "核对名册、列入党员", _G.FORMATIONS, _U.WORKDAYS, 10, 1, 60, "FM-16"
    ),
    "formation.members_max": Parameter(
        "党员人数上限", _G.FORMATIONS, _U.PERSONS, 50, 3, 100, "FM-4"
    ),
    "formation.units_warn": Parameter(
        "超过多少个单位提示", _G.FORMATIONS, _U.UNITS, 5, 1, 50, "FM-5"
    ),
    "formation.units_max": Parameter(
        "超过多少个单位不能上报", _G.FORMATIONS, _U.UNITS, 50, 1, 50, "FM-5"
    ),
    "formation.secretary_months": Parameter(
        "书记人选转正满多久", _G.FORMATIONS, _U.MONTHS, 12, 0, 60, "FM-12"
    ),
    "formation.instructor_max": Parameter(
        "一名指导员最多联系多少个单位", _G.FORMATIONS, _U.UNITS, 10, 1, 200, "FM-19"
    ),
    "planning.radius_m": Parameter(
        "到中心单位的距离", _G.PLANNING, _U.METRES, 600, 50, 5000, "PL-4"
    ),
    "planning.market_is_reach": Parameter(
        "同一市场不论距离都算可达", _G.PLANNING, _U.SWITCH, 0, 0, 1, "PL-4"
    ),
    "planning.fragile_m": Parameter(
        "少一名正式党员就不够数的组折算", _G.PLANNING, _U.METRES, 300, 0, 5000, "PL-9"
    ),
    "planning.market_m": Parameter(
        "与中心单位市场不同的党员每人折算", _G.PLANNING, _U.METRES, 20, 0, 1000, "PL-9"
    ),
    "planning.trade_m": Parameter(
        "与中心单位行业不同的党员每人折算", _G.PLANNING, _U.METRES, 10, 0, 1000, "PL-9"
    ),
    "election.prepare_days": Parameter("筹备选举", _G.ELECTIONS, _U.WORKDAYS, 30, 1, 120, "EL-13"),
    "election.vet_days": Parameter("预审候选人", _G.ELECTIONS, _U.DAYS, 30, 1, 60, "EL-13"),
    "election.report_days": Parameter(
        "选举后上报结果", _G.ELECTIONS, _U.WORKDAYS, 5, 1, 30, "EL-13"
    ),
    "election.confirm_days": Parameter("批复任职", _G.ELECTIONS, _U.DAYS, 30, 1, 60, "EL-13"),
    "election.secretary_months": Parameter(
        "书记人选转正满多久", _G.ELECTIONS, _U.MONTHS, 12, 0, 60, "EL-9"
    ),
    "election.leeway_months": Parameter(
        "届满前后多久算按期", _G.ELECTIONS, _U.MONTHS, 3, 0, 12, "EL-12"
    ),
    "election.shift_months": Parameter(
        "提前或延期最多多久", _G.ELECTIONS, _U.MONTHS, 12, 1, 12, "EL-12"
    ),
    "election.quorum_over": Parameter(
        "到会人数须超过五分之四", _G.ELECTIONS, _U.SWITCH, 0, 0, 1, "EL-4"
    ),
    "establishing.set_up_days": Parameter(
        "批准后设立党组织", _G.ESTABLISHING, _U.WORKDAYS, 10, 1, 60, "ES-9"
    ),
    "establishing.run_in_days": Parameter(
        "设立后全部落实", _G.ESTABLISHING, _U.DAYS, 90, 10, 365, "ES-9"
    ),
    "establishing.guide_days": Parameter(
        "指导单位协助落实并反馈", _G.ESTABLISHING, _U.WORKDAYS, 20, 1, 120, "ES-9"
    ),
    "establishing.instructor_max": Parameter(
        "一名指导员联系多少个党组织为满", _G.ESTABLISHING, _U.ORGANISATIONS, 5, 1, 50, "ES-6"
    ),
    "adjustment.take_up_days": Parameter(
        "研究是否受理建议", _G.ADJUSTMENTS, _U.WORKDAYS, 10, 1, 60, "AD-2"
    ),
    "adjustment.propose_days": Parameter(
        "摸清情况、提请研究", _G.ADJUSTMENTS, _U.WORKDAYS, 10, 1, 60, "AD-2"
    ),
    "adjustment.decide_days": Parameter(
        "党委研究确定", _G.ADJUSTMENTS, _U.WORKDAYS, 20, 1, 90, "AD-2"
    ),
    "adjustment.carry_out_days": Parameter(
        "落实合并、撤销", _G.ADJUSTMENTS, _U.DAYS, 30, 1, 180, "AD-2"
    ),
    "adjustment.file_days": Parameter("备案", _G.ADJUSTMENTS, _U.WORKDAYS, 5, 1, 30, "AD-2"),
    "adjustment.revive_days": Parameter(
        "恢复计划最长多久", _G.ADJUSTMENTS, _U.DAYS, 180, 30, 365, "AD-7"
    ),
    "adjustment.short_months": Parameter(
        "正式党员不足三名多久列为对象", _G.ADJUSTMENTS, _U.MONTHS, 6, 1, 24, "AD-10"
    ),
    "adjustment.vacant_days": Parameter(
        "书记空缺多久列为对象", _G.ADJUSTMENTS, _U.DAYS, 90, 1, 365, "AD-10"
    ),
    "adjustment.term_days": Parameter(
        "届满未换届多久列为对象", _G.ADJUSTMENTS, _U.DAYS, 180, 1, 730, "AD-10"
    ),
    "lead.assign_days": Parameter("线索分派", _G.LEADS, _U.WORKDAYS, 3, 1, 15, "LD-10"),
    "lead.visit_days": Parameter("线索走访", _G.LEADS, _U.WORKDAYS, 10, 1, 30, "LD-10"),
    "lead.check_days": Parameter("名册核对和核实结论", _G.LEADS, _U.WORKDAYS, 5, 1, 30, "LD-10"),
    "lead.place_days": Parameter("落实管理", _G.LEADS, _U.WORKDAYS, 20, 1, 90, "LD-10"),
    "lead.join_days": Parameter("等待组建党组织", _G.LEADS, _U.WORKDAYS, 90, 10, 250, "LD-18"),
    "lead.unconfirmed_days": Parameter("未核实线索保存", _G.LEADS, _U.DAYS, 60, 30, 90, "LD-11"),
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
    "self_report.window_days": Parameter(
        "自主报到期至少多少天", _G.SELF_REPORTS, _U.DAYS, 30, 15, 180, "SR-8"
    ),
    "self_report.code_days": Parameter(
        "海报二维码有效期", _G.SELF_REPORTS, _U.DAYS, 180, 30, 365, "SR-2"
    ),
    "self_report.grace_days": Parameter(
        "换码后旧码还能用几天", _G.SELF_REPORTS, _U.DAYS, 7, 1, 30, "SR-2"
    ),
    "self_report.keep_days": Parameter(
        "未核实的登记保留几天", _G.SELF_REPORTS, _U.DAYS, 30, 7, 30, "SR-5"
    ),
    "self_report.answer_days": Parameter(
        "答复诉求", _G.SELF_REPORTS, _U.WORKDAYS, 15, 1, 15, "SR-7"
    ),
}


def organisation_limits(values: Mapping[str, int]) -> OrganisationLimits:
    """Return the organisations' limits among the parameters of a day."""
    return OrganisationLimits(
        ageing_average=values["organisation.ageing_average"],
        young_age=values["organisation.young_age"],
        dormant_months=values["organisation.dormant_months"],
        term_notice_months=values["organisation.term_notice_months"],
        units_warn=values["formation.units_warn"],
        members_max=values["formation.members_max"],
    )


def work_limits(values: Mapping[str, int]) -> WorkLimits:
    """Return the worklists' limits among the parameters of a day."""
    return WorkLimits(organisation_limits(values), values["worklist.closure_days"])


def check_value(key: str, value: int) -> None:
    """Raise ValueOutOfBounds unless the parameter allows the value. Raises KeyError."""
    parameter = PARAMETERS[key]
    if not parameter.minimum <= value <= parameter.maximum:
        raise ValueOutOfBounds(key)
