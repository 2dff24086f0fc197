"""The Chinese sentences of formations: what is missing, why a step was not taken."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.access.actor import NotPermitted
from xgz.rules.cases import StepNotAllowed
from xgz.rules.formation_checks import CHECK_LABELS, Check, Finding, Place
from xgz.services import formations, transfers
from xgz.web.cases.wording import Faults, fault_text

_PLACE_TEXTS: dict[Place, str] = {
    Place.HERE: gettext_noop("已在本地"),
    Place.COMING: gettext_noop("转接在办，尚未接收"),
    Place.AWAY: gettext_noop("在外，没有提出转接"),
}
_PEOPLE, _UNITS = gettext_noop("（%(count)d 名）"), gettext_noop("（%(count)d 个）")
# What the number of a finding counts; findings without one count nothing.
_COUNTS: dict[Check, str] = {
    Check.FEW_FULL: gettext_noop("（还差 %(count)d 名）"),
    Check.TRANSFER_OPEN: _PEOPLE,
    Check.TRANSFER_NEEDED: _PEOPLE,
    Check.NO_MEMBER: _PEOPLE,
    Check.TOO_MANY_MEMBERS: gettext_noop("（超出 %(count)d 名）"),
    Check.UNIT_ENDED: _UNITS,
    Check.UNIT_ELSEWHERE: _UNITS,
    Check.UNITS_OVER_LIMIT: gettext_noop("（超出 %(count)d 个）"),
    Check.MANY_UNITS: gettext_noop("（比通常多 %(count)d 个）"),
    Check.UNIT_COVERED: _UNITS,
    Check.OWNER_NOT_ASKED: _UNITS,
    Check.OWNER_WORRIED: _UNITS,
}
# Which change of the file settles a finding, by the last part of its address.
CURES: dict[Check, str] = {
    Check.FEW_FULL: "members",
    Check.NO_MEMBER: "member-out",
    Check.TOO_MANY_MEMBERS: "member-out",
    Check.NO_UNIT: "unit",
    Check.UNIT_ENDED: "unit-out",
    Check.UNIT_ELSEWHERE: "unit-out",
    Check.UNITS_OVER_LIMIT: "unit-out",
    Check.OWNER_NOT_ASKED: "talk",
    Check.NO_ROOM: "room",
    Check.NO_SECRETARY: "secretary",
    Check.SECRETARY_NOT_FULL: "secretary",
    Check.SECRETARY_STANDING: "secretary",
}
_SHORT = gettext_noop("组织关系已在本地的正式党员现在差 %(count)d 名，不能批准；可以写明意见退回。")


def finding_words(finding: Finding) -> str:
    """Return one finding in words, with its number where something is counted."""
    label = _(CHECK_LABELS[finding.check])
    counted = _COUNTS.get(finding.check) if finding.count else None
    return label + _(counted) % {"count": finding.count} if counted else label


def _not_complete(error: Exception) -> str:
    items = error.blockers if isinstance(error, formations.FileNotComplete) else []
    words = _("；").join(finding_words(item) for item in items)
    return _("材料还没有备齐，不能上报：%(items)s。") % {"items": words}


def _members_missing(error: Exception) -> str:
    missing = error.missing if isinstance(error, formations.FullMembersMissing) else 0
    return _(_SHORT) % {"count": missing}


STEP_FAULTS: Faults = {
    formations.FileNotComplete: _not_complete,
    formations.FullMembersMissing: _members_missing,
}


FILE_FAULTS: Faults = {
    formations.UnitsApart: gettext_noop("列入的单位须在同一个乡镇（街道）。"),
    formations.UnitTaken: gettext_noop("有单位已在另一件未办结或尚未设立的组建事项里。"),
    formations.NobodyToDecide: gettext_noop("本区还没有能办理组建的党委或组织部门。"),
    formations.AlreadyIn: gettext_noop("已经在这件事项里。"),
    formations.NotInFile: gettext_noop("已经不在这件事项里，请核对现在的情况。"),
    formations.MemberTaken: gettext_noop("有党员已在另一件未办结或尚未设立的组建事项里。"),
    formations.NoMember: gettext_noop("只能列入在册的正式党员和预备党员。"),
    formations.NoInstructor: gettext_noop(
        "所选的人现在不是辖区市场监管所的党建指导员，请重新选择。"
    ),
    formations.DayToCome: gettext_noop("谈话日期不能晚于今天。"),
    formations.PlaceMissing: gettext_noop("请写明场所位置。"),
    formations.FileClosed: gettext_noop("材料已经上报，退回后才能修改。"),
    formations.Approved: gettext_noop(
        "已经批准成立，单位、党员和书记人选不再改动；确需改动的，请备案单位写明意见退回。"
    ),
    NotPermitted: gettext_noop("没有一个岗位管得到全部所列单位。"),
}
REFUSALS: tuple[type[Exception], ...] = tuple(FILE_FAULTS)
_TRANSFER_TEXTS: dict[type[Exception], str] = {
    formations.RelationHere: gettext_noop("组织关系已在本地，不用再转。"),
    formations.NobodyReceives: gettext_noop(
        "该乡镇（街道）还没有可以接收的党组织，请先在党组织台账里设立。"
    ),
    formations.AskedLately: gettext_noop("今天已经请过，明天可以再请。"),
    transfers.NotTransferable: gettext_noop("不是在册的正式党员或预备党员，没有可转接的组织关系。"),
    transfers.TransferUnderWay: gettext_noop(
        "这名党员已有一件没有办结的转接，办结或撤回后才能再提。"
    ),
    StepNotAllowed: gettext_noop("这件组建事项已经办结。"),
}
TRANSFER_REFUSALS: tuple[type[Exception], ...] = tuple(_TRANSFER_TEXTS)


def refusal(error: Exception) -> str:
    """Return why something was not done; `error` is one of REFUSALS."""
    return fault_text(error, FILE_FAULTS)


def transfer_refusal(error: Exception) -> str:
    """Return why no transfer was set going; `error` is one of TRANSFER_REFUSALS."""
    return _(_TRANSFER_TEXTS[type(error)])


def place_words(place: Place) -> str:
    """Return where somebody's relation lies, in words."""
    return _(_PLACE_TEXTS[place])
