"""Bodies: the offices and departments that act, and the line each belongs to."""

from enum import StrEnum


class Line(StrEnum):
    ORGANIZATION = "organization"
    MARKET = "market"
    ASSOCIATION = "association"


class BodyKind(StrEnum):
    ORG_DEPT = "org_dept"
    SOCIAL_WORK_DEPT = "social_work_dept"
    BUREAU = "bureau"
    TOWNSHIP = "township"
    OFFICE = "office"
    ASSOCIATION = "association"
    ADMINISTRATION = "administration"
    ORGANISATION = "organisation"


LINE_LABELS: dict[Line, str] = {
    Line.ORGANIZATION: "组织条线",
    Line.MARKET: "市场监管条线",
    Line.ASSOCIATION: "协会条线",
}

BODY_KIND_LABELS: dict[BodyKind, str] = {
    BodyKind.ORG_DEPT: "组织部门",
    BodyKind.SOCIAL_WORK_DEPT: "社会工作部门",
    BodyKind.BUREAU: "市场监管局",
    BodyKind.TOWNSHIP: "乡镇（街道）党委",
    BodyKind.OFFICE: "市场监管所（指导站）",
    BodyKind.ASSOCIATION: "个私协会",
    BodyKind.ADMINISTRATION: "系统管理",
    BodyKind.ORGANISATION: "党组织",
}

# Offices an organisation may stand under on the formal line, beside superior organisations.
SUPERIOR_KINDS = frozenset({BodyKind.ORG_DEPT, BodyKind.SOCIAL_WORK_DEPT, BodyKind.TOWNSHIP})
# Offices that may guide an organisation beside its formal superior.
GUIDING_KINDS = frozenset(
    {BodyKind.BUREAU, BodyKind.OFFICE, BodyKind.ASSOCIATION, BodyKind.SOCIAL_WORK_DEPT}
)

LINE_OF_KIND: dict[BodyKind, Line] = {
    BodyKind.ORG_DEPT: Line.ORGANIZATION,
    BodyKind.SOCIAL_WORK_DEPT: Line.ORGANIZATION,
    BodyKind.BUREAU: Line.MARKET,
    BodyKind.TOWNSHIP: Line.ORGANIZATION,
    BodyKind.OFFICE: Line.MARKET,
    BodyKind.ASSOCIATION: Line.ASSOCIATION,
    BodyKind.ADMINISTRATION: Line.ORGANIZATION,
    BodyKind.ORGANISATION: Line.ORGANIZATION,
}
