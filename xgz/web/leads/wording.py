"""The Chinese sentences of leads: why something was not done, and the script of a first contact."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.rules.cases import StepNotAllowed
from xgz.rules.leads import (
    PROOF_LABELS,
    RESULT_LABELS,
    SAYS_LABELS,
    SOURCE_LABELS,
    STATEMENT_KIND_LABELS,
    CheckResult,
    LeadProof,
    LeadSource,
    ProofMissing,
    StatementKind,
    StatementSays,
)
from xgz.services import formations, leads
from xgz.services.cases import ChangedMeanwhile
from xgz.services.organisations.records import ChangedMeanwhile as RowChanged
from xgz.services.organisations.records import OrganisationNotActive
from xgz.services.searches import SearchesUsedUp
from xgz.web.cases.wording import Faults, fault_text

_TEXTS: dict[type[Exception], str] = {
    leads.NotInNotice: gettext_noop(
        "本人报到时的告知书写明市场监管部门看不到，不能分派指导员：请党委自己联系，或请本人重新扫码报到。"
    ),
    leads.NotAnInstructorHere: gettext_noop("所选的人不是辖区市场监管所的指导员，请重新选择。"),
    leads.DayNotPossible: gettext_noop("日期不能晚于今天。"),
    leads.TransferMissing: gettext_noop(
        "还没有为这名党员提出关系转接。请先提出转接，再选择“转接组织关系”。"
    ),
    leads.HostMissing: gettext_noop("请选择接纳这名党员参加组织生活的党组织，须状态正常。"),
    leads.MemberNotEntered: gettext_noop(
        "名册里还没有这名党员，不能登记为流动党员。请先把本人录入名册，再退回重新核实、核对名册。"
    ),
    leads.OtherTownship: gettext_noop("所选经营主体不在所选的乡镇、街道，请核对后重新选择。"),
    leads.BusinessMissing: gettext_noop(
        "没有对应的经营主体或市场，不能列入联合组建建议。请先在线索页面“补充线索地点”。"
    ),
    leads.PlaceTaken: gettext_noop(
        "不能补充为这一主体或市场：可能已有同一人在该处的线索。请核对后另选。"
    ),
    leads.MemberNotNamed: gettext_noop("请先查找，再选定名册里的人，或选择“名册中没有此人”。"),
    leads.NameDiffers: gettext_noop(
        "名册中的姓名与线索不一致。确为同一人的，请勾选，并在说明里写明怎么核对的。"
    ),
    leads.NobodyMet: gettext_noop("没有见到本人的，不能记录本人说明。"),
    leads.WordsMissing: gettext_noop("关系在区外的，请在说明里写明确认单位和文号。"),
    leads.NotFormedYet: gettext_noop(
        "已列入组建事项，组建批准、组织关系转入后自动纳入管理；要改用别的方式，请先在组建事项里移出。"
    ),
    formations.AlreadyIn: gettext_noop("已经在这件组建事项里。"),
    formations.MemberTaken: gettext_noop("这名党员已在另一件未办结或尚未设立的组建事项里。"),
    formations.NoMember: gettext_noop("只能列入在册的正式党员和预备党员。"),
    formations.UnitTaken: gettext_noop(
        "该单位已在另一件未办结或尚未设立的组建事项里，请选择那一件。"
    ),
    formations.UnitsApart: gettext_noop("该单位没有落实所属乡镇（街道），不能提出组建。"),
    formations.NobodyToDecide: gettext_noop("本区还没有能办理组建的党委或组织部门。"),
    formations.FileClosed: gettext_noop("所选组建事项已经上报，请选择别的，或等退回后再列入。"),
    leads.NoTownship: gettext_noop("请选择线索所在的乡镇、街道。"),
    OrganisationNotActive: gettext_noop("所选党组织已撤销或待确认，请重新选择。"),
    RowChanged: gettext_noop("这名党员的资料刚才有变化，请核对后再办理。"),
}


def missing_words(missing: tuple[LeadProof, ...] | list[LeadProof]) -> list[str]:
    """Return what a confirmation lacks, in words."""
    return [_(PROOF_LABELS[proof]) for proof in missing]


def source_words(source: str) -> str:
    """Return where a lead comes from; "" where the reader may not know."""
    return _(SOURCE_LABELS[LeadSource(source)]) if source else ""


def says_words(says: str) -> str:
    """Return what the person said, in words; "" where the reader may not know."""
    return _(SAYS_LABELS[StatementSays(says)]) if says else ""


def kind_words(kind: str) -> str:
    """Return how the person said it, in words; "" where the reader may not know."""
    return _(STATEMENT_KIND_LABELS[StatementKind(kind)]) if kind else ""


def result_words(result: str) -> str:
    """Return what the roster said, in words; "" where the reader may not know."""
    return _(RESULT_LABELS[CheckResult(result)]) if result else ""


def _proof_missing(error: Exception) -> str:
    items = error.missing if isinstance(error, ProofMissing) else []
    words = _("、").join(missing_words(items))
    return _("还缺少肯定的%(items)s，不能核实为党员。") % {"items": words}


def _used_up(_error: Exception) -> str:
    return _("查找名册的次数已用完，请稍后再试。")


STEP_FAULTS: Faults = {**_TEXTS, ProofMissing: _proof_missing, SearchesUsedUp: _used_up}
REFUSALS: tuple[type[Exception], ...] = (*STEP_FAULTS, StepNotAllowed, ChangedMeanwhile)


def refusal(error: Exception) -> str:
    """Return why something was not written down; `error` is one of REFUSALS."""
    return fault_text(error, STEP_FAULTS)
