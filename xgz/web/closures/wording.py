"""The Chinese sentences of closures: what is still missing, why something was not done."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.queries.closures import Missing
from xgz.rules.closures import Blocker, OptionNotPossible, TargetMissing
from xgz.services import closures
from xgz.web.cases.wording import Faults
from xgz.web.organisations.wording import REFUSALS, refusal
from xgz.web.transfers.wording import PROPOSAL_REFUSALS, proposal_refusal

_BLOCKER_TEXTS: dict[Blocker, str] = {
    Blocker.MEMBERS_LEFT: gettext_noop("还有 %(count)d 名党员的组织关系没有转入选定的党组织"),
    Blocker.TRANSFERS_OPEN: gettext_noop("还有 %(count)d 件转接没有办结"),
    Blocker.ORGANISATION_STANDS: gettext_noop("党组织还没有合并或撤销，由组织调整事项办理"),
    Blocker.STILL_LISTED: gettext_noop("党组织仍把这一户列为覆盖单位"),
}
_STEP_TEXTS: dict[type[Exception], str] = {
    OptionNotPossible: gettext_noop("这件事项不能这样处理，请重新选择去留意见。"),
    TargetMissing: gettext_noop("请查找并选择去向党组织。"),
    closures.TargetNotPossible: gettext_noop(
        "去向党组织不能是本组织，必须状态正常；并入的，须在您的管理范围内。请重新选择。"
    ),
}
_CARRY_TEXTS: dict[type[Exception], str] = {
    closures.NotDecidedSo: gettext_noop("去留意见已经变化，请回到事项页面核对。"),
    closures.NotListed: gettext_noop("党组织已经没有把这一户列为覆盖单位。"),
}


def missing_words(missing: Missing) -> str:
    """Return one thing that is not a fact yet, in words."""
    return _(_BLOCKER_TEXTS[missing.blocker]) % {"count": missing.count}


def _not_carried_out(error: Exception) -> str:
    items = error.missing if isinstance(error, closures.ClosureNotCarriedOut) else []
    words = _("；").join(missing_words(item) for item in items)
    return _("去留意见还没有落实，不能办结：%(items)s。") % {"items": words}


STEP_FAULTS: Faults = {**_STEP_TEXTS, closures.ClosureNotCarriedOut: _not_carried_out}
CARRY_FAULTS: Faults = {
    **dict.fromkeys(REFUSALS, refusal),
    **dict.fromkeys(PROPOSAL_REFUSALS, proposal_refusal),
    **_CARRY_TEXTS,
}
