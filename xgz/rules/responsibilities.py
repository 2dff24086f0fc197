"""The responsibility table: per matter who decides, guides, is filed with, is informed (RS-1)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from xgz.rules.bodies import LINE_OF_KIND, BodyKind, Line
from xgz.rules.roles import Role


class Matter(StrEnum):
    TRANSFER = "transfer"
    CLOSURE = "closure"
    FORMATION = "formation"
    ELECTION = "election"
    ESTABLISHING = "establishing"
    ADJUSTMENT = "adjustment"
    LEAD = "lead"
    EXPORT = "export"
    SELF_REPORT = "self_report"


class MatterDuty(StrEnum):
    DECIDES = "decides"
    GUIDES = "guides"
    FILED = "filed"  # is told for the record when the case is closed
    INFORMED = "informed"  # is told when the case is opened


MATTER_LABELS: dict[Matter, str] = {
    Matter.TRANSFER: "转接组织关系",
    Matter.CLOSURE: "主体退出后党组织和党员去留",
    Matter.FORMATION: "组建党组织",
    Matter.ELECTION: "换届选举",
    Matter.ESTABLISHING: "新成立党组织的落实",
    Matter.ADJUSTMENT: "党组织恢复、合并、撤销",
    Matter.LEAD: "党员线索核实与纳入管理",
    Matter.EXPORT: "导出党员信息",
    Matter.SELF_REPORT: "自主报到的诉求",
}
DUTY_LABELS: dict[MatterDuty, str] = {
    MatterDuty.DECIDES: "谁决定",
    MatterDuty.GUIDES: "谁指导",
    MatterDuty.FILED: "谁备案",
    MatterDuty.INFORMED: "谁知情",
}

# Roles a duty can be given to: each means one body of the district, or of one township.
BODY_OF_ROLE: dict[Role, BodyKind] = {
    Role.ORG_DEPT: BodyKind.ORG_DEPT,
    Role.SOCIAL_WORK_DEPT: BodyKind.SOCIAL_WORK_DEPT,
    Role.BUREAU: BodyKind.BUREAU,
    Role.TOWNSHIP_COMMITTEE: BodyKind.TOWNSHIP,
    Role.STATION_HEAD: BodyKind.OFFICE,
    Role.ASSOCIATION: BodyKind.ASSOCIATION,
}

_M, _D = Matter, MatterDuty
# What holds where the district has entered nothing (RS-2): matter, duty, role, note.
DEFAULTS: tuple[tuple[Matter, MatterDuty, Role, str], ...] = (
    (_M.TRANSFER, _D.DECIDES, Role.TOWNSHIP_COMMITTEE, "转入地党委接收后生效"),
    (_M.TRANSFER, _D.FILED, Role.ORG_DEPT, ""),
    (_M.CLOSURE, _D.DECIDES, Role.TOWNSHIP_COMMITTEE, "研究确定去留"),
    (_M.CLOSURE, _D.GUIDES, Role.STATION_HEAD, "现场核实、提出建议"),
    (_M.CLOSURE, _D.FILED, Role.ORG_DEPT, "办结后报备"),
    (_M.CLOSURE, _D.INFORMED, Role.SOCIAL_WORK_DEPT, ""),
    (_M.FORMATION, _D.DECIDES, Role.TOWNSHIP_COMMITTEE, "按本区组建程序"),
    (_M.FORMATION, _D.GUIDES, Role.STATION_HEAD, "与负责人谈话、落实场所"),
    (_M.FORMATION, _D.FILED, Role.ORG_DEPT, "批准后备案"),
    (_M.FORMATION, _D.INFORMED, Role.SOCIAL_WORK_DEPT, ""),
    (_M.ELECTION, _D.DECIDES, Role.TOWNSHIP_COMMITTEE, "预审人选、批复任职"),
    (_M.ELECTION, _D.FILED, Role.ORG_DEPT, "批复后备案"),
    (_M.ESTABLISHING, _D.DECIDES, Role.TOWNSHIP_COMMITTEE, "设立党组织、落实保障"),
    (_M.ESTABLISHING, _D.GUIDES, Role.STATION_HEAD, "指派指导员、协助落实阵地"),
    (_M.ESTABLISHING, _D.FILED, Role.ORG_DEPT, "落实后报备"),
    (_M.ESTABLISHING, _D.INFORMED, Role.SOCIAL_WORK_DEPT, ""),
    (_M.ADJUSTMENT, _D.DECIDES, Role.TOWNSHIP_COMMITTEE, "会议研究确定"),
    (_M.ADJUSTMENT, _D.GUIDES, Role.STATION_HEAD, "提出建议、了解单位情况"),
    (_M.ADJUSTMENT, _D.FILED, Role.ORG_DEPT, "落实后备案"),
    (_M.ADJUSTMENT, _D.INFORMED, Role.SOCIAL_WORK_DEPT, ""),
    (_M.LEAD, _D.DECIDES, Role.TOWNSHIP_COMMITTEE, "核实并落实管理"),
    (_M.EXPORT, _D.DECIDES, Role.ORG_DEPT, "由申请人以外的人审批"),
    (_M.SELF_REPORT, _D.DECIDES, Role.TOWNSHIP_COMMITTEE, "15 个工作日内答复"),
    (_M.SELF_REPORT, _D.FILED, Role.ORG_DEPT, ""),
)


class Dated(Protocol):
    """A row with a first day and perhaps a last one; both count."""

    valid_from: date
    valid_to: date | None


def line_of(role: Role) -> Line:
    """Return the line a role of the table belongs to."""
    return LINE_OF_KIND[BODY_OF_ROLE[role]]


def holds_on(row: Dated, day: date) -> bool:
    """Test whether a row holds on a day; both ends count."""
    return row.valid_from <= day and (row.valid_to is None or row.valid_to >= day)


def overlaps(row: Dated, first: date, last: date | None) -> bool:
    """Test whether a row holds on any day from `first` to `last`, None meaning without end."""
    begins_in_time = last is None or row.valid_from <= last
    return begins_in_time and (row.valid_to is None or row.valid_to >= first)


def day_before(day: date) -> date:
    """Return the last day of what is followed from `day` on."""
    return day - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DutyWords:
    """One duty of a matter as it holds on a day: of which role, with which remark."""

    duty: MatterDuty
    role: Role
    note: str


def default_duties(matter: str) -> list[DutyWords]:
    """Return what holds for a matter where the district has entered nothing (RS-2)."""
    return [DutyWords(duty, role, note) for each, duty, role, note in DEFAULTS if each == matter]
