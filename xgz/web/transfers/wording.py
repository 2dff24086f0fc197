"""The Chinese sentences of transfers: why one is not proposed, issued, accepted or recorded."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.rules.members import MEMBER_CLASS_LABELS, SEX_LABELS, MemberClass, Sex
from xgz.rules.transfers import LETTER_MARK_LABELS, MISSING_LABELS, Missing
from xgz.services import transfers
from xgz.web.cases.wording import Faults

_STEP_TEXTS: dict[type[Exception], str] = {
    transfers.TargetOutside: gettext_noop("这件转接是转往区外的，不能这样办理。"),
    transfers.TargetInDistrict: gettext_noop("这件转接是转往区内的，不能这样办理。"),
    transfers.TargetNotAvailable: gettext_noop(
        "转入党组织已撤销、待确认，或不归您单位领导。请改选本单位领导的其他党组织，或说明理由退回。"
    ),
    transfers.LetterStillValid: gettext_noop("介绍信还在有效期内。"),
    transfers.ReceiptDateNotAllowed: gettext_noop("回执日期不能早于首次开具日期，也不能晚于今天。"),
    transfers.MemberElsewhere: gettext_noop(
        "党员的组织关系已经不在转出党组织，不能接收。请转入地退回，或由转出地撤回。"
    ),
    transfers.MemberLeft: gettext_noop(
        "党员已不在册（去世、除名、已转出等），不能接收。请转入地退回，或由转出地撤回。"
    ),
    transfers.NotMoving: gettext_noop("有转接已经办结，或不在本党委内部，请回到事项页面核对。"),
}
_PROPOSAL_TEXTS: dict[type[Exception], str] = {
    transfers.NotTransferable: gettext_noop("不是在册的正式党员或预备党员，没有可转接的组织关系。"),
    transfers.NoDestination: gettext_noop("请选择区内转入党组织，或填写区外转入党组织，二者选一。"),
    transfers.SameOrganisation: gettext_noop("转入党组织就是现在的党组织，不需要转接。"),
    transfers.TargetNotAvailable: gettext_noop("转入党组织已撤销或待确认，请重新选择。"),
    transfers.MemberElsewhere: gettext_noop("党员的组织关系刚才有变化，请核对后重新提出。"),
    transfers.TransferUnderWay: gettext_noop(
        "这名党员已有一件没有办结的转接，办结或撤回后才能再提。"
    ),
}
_BY_IMPORT = gettext_noop("由组织部门重新导入党员名册补齐")
_ANEW = gettext_noop("撤回这件转接，改选转入党组织后重新提出")
_REMEDY_TEXTS: dict[Missing, str] = {
    Missing.NAME: _BY_IMPORT,
    Missing.ID_NUMBER: _BY_IMPORT,
    Missing.CLASS: _BY_IMPORT,
    Missing.NOT_ON_ROLLS: _BY_IMPORT,
    Missing.FROM_ORG: _BY_IMPORT,
    Missing.TARGET_INACTIVE: _ANEW,
    Missing.TARGET_MOVED: _ANEW,
    Missing.SAME_ORG: _ANEW,
}
PROPOSAL_REFUSALS = tuple(_PROPOSAL_TEXTS)


def proposal_refusal(error: Exception) -> str:
    """Return why a transfer was not opened; `error` is one of PROPOSAL_REFUSALS."""
    return _(_PROPOSAL_TEXTS[type(error)])


@dataclass(frozen=True, slots=True)
class LetterWords:
    """kind: full or probationary member; details: sex, age and ethnicity, each with a comma after
    it.

    target: the organisation, with its committee where that is another; mark: printed over a letter
    that is not valid.
    """

    kind: str
    details: str
    target: str
    mark: str


def letter_words(letter: transfers.Letter) -> LetterWords:
    """Return the words of a letter, in Chinese whatever language the page is read in."""
    with translation.override("zh-hans"):
        sex = Sex(letter.sex)
        details = [_(SEX_LABELS[sex])] if sex is not Sex.UNKNOWN else []
        details += [_("%(age)d岁") % {"age": letter.age}] if letter.age is not None else []
        details += [letter.ethnicity] if letter.ethnicity else []
        mark = LETTER_MARK_LABELS[letter.standing]
        return LetterWords(
            kind=_(MEMBER_CLASS_LABELS[MemberClass(letter.member_class)]),
            details="".join(f"{word}{_('，')}" for word in details),
            target=_target(letter),
            mark=_(mark) if mark else "",
        )


def missing_words(missing: Sequence[Missing]) -> list[tuple[str, str]]:
    """Return what a letter lacks, each with who can complete it (TR-7)."""
    return [(_(MISSING_LABELS[item]), _(_REMEDY_TEXTS[item])) for item in missing]


def _target(letter: transfers.Letter) -> str:
    if letter.to in ("", letter.to_org):
        return letter.to_org
    return _("%(name)s（%(superior)s）") % {"name": letter.to_org, "superior": letter.to}


def _incomplete(error: Exception) -> str:
    items = error.missing if isinstance(error, transfers.LetterIncomplete) else ()
    words = _("、").join(_(MISSING_LABELS[item]) for item in items)
    return _("信息不全，不能开具介绍信。请先核对：%(items)s。") % {"items": words}


def _expired(error: Exception) -> str:
    day = error.expires_on if isinstance(error, transfers.LetterExpired) else ""
    return _("介绍信已于 %(day)s 到期，只能说明情况后办理逾期接收。") % {"day": day}


def _validity(error: Exception) -> str:
    most = error.most if isinstance(error, transfers.ValidityNotAllowed) else 0
    return _("有效期只能是 1 至 %(most)d 天。") % {"most": most}


STEP_FAULTS: Faults = {
    **_STEP_TEXTS,
    transfers.LetterIncomplete: _incomplete,
    transfers.LetterExpired: _expired,
    transfers.ValidityNotAllowed: _validity,
}
