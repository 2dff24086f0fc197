"""Transfer of a membership relation: letter, validity, acceptance, return (TR-1 to TR-10)."""

from datetime import date, timedelta
from enum import StrEnum

from xgz.rules.calendar import add_months
from xgz.rules.cases import CLOCK, CaseKind, Duty, Limit, Step
from xgz.rules.members import ON_ROLLS, PARTY_CLASSES

LETTER_MAX_DAYS = 90  # TR-2: calendar days, the day of issue not counted
REVIEW_MONTHS = 6  # TR-4: so long after issue people look at the case; the program decides nothing
EXPIRY_STEPS = (30, 15, 0)  # TR-10: days left at which a list of letters about to run out is cut


class TransferState(StrEnum):
    DRAFT = "draft"
    ISSUED = "issued"
    SENT_OUT = "sent_out"  # to a place outside the district
    RETURNED = "returned"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


class TransferAction(StrEnum):
    ISSUE = "issue"
    SEND_OUT = "send_out"
    ACCEPT = "accept"
    ACCEPT_LATE = "accept_late"
    RECORD_RECEIPT = "record_receipt"
    RETURN = "return"
    RECORD_RETURN = "record_return"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"


class TransferParty(StrEnum):
    SENDER = "sender"
    RECEIVER = "receiver"
    OLD_BRANCH = "old_branch"
    NEW_BRANCH = "new_branch"


class Channel(StrEnum):
    """How the letter travels (TR-6)."""

    CARRIED = "carried"
    CONFIDENTIAL_MAIL = "confidential_mail"
    ONLINE = "online"


class TransferReason(StrEnum):
    WORKPLACE = "workplace"
    RESIDENCE = "residence"
    CLOSURE = "closure"
    FORMATION = "formation"
    ADJUSTMENT = "adjustment"
    OTHER = "other"


class Missing(StrEnum):
    """What a letter cannot be issued without (TR-7)."""

    NAME = "name"
    ID_NUMBER = "id_number"
    CLASS = "class"
    NOT_ON_ROLLS = "not_on_rolls"
    FROM_ORG = "from_org"
    TARGET_INACTIVE = "target_inactive"
    TARGET_MOVED = "target_moved"
    SAME_ORG = "same_org"


class LetterStanding(StrEnum):
    """What a letter on paper is worth today; whole it is printed only while it is valid (TR-6)."""

    VALID = "valid"
    USED = "used"
    EXPIRED = "expired"
    RETURNED = "returned"
    VOID = "void"


LETTER_MARK_LABELS: dict[LetterStanding, str] = {
    LetterStanding.VALID: "",
    LetterStanding.USED: "已接收",
    LetterStanding.EXPIRED: "已过期",
    LetterStanding.RETURNED: "已退回",
    LetterStanding.VOID: "作废",
}
CHANNEL_LABELS: dict[Channel, str] = {
    Channel.CARRIED: "党员自带",
    Channel.CONFIDENTIAL_MAIL: "机要",
    Channel.ONLINE: "网上转接",
}
REASON_LABELS: dict[TransferReason, str] = {
    TransferReason.WORKPLACE: "工作单位变动",
    TransferReason.RESIDENCE: "经常居住地变动",
    TransferReason.CLOSURE: "原单位注销、撤销",
    TransferReason.FORMATION: "编入新成立的党组织",
    TransferReason.ADJUSTMENT: "党组织调整",
    TransferReason.OTHER: "其他",
}
MISSING_LABELS: dict[Missing, str] = {
    Missing.NAME: "姓名",
    Missing.ID_NUMBER: "公民身份号码",
    Missing.CLASS: "人员类别（只能为正式党员或预备党员）",
    Missing.NOT_ON_ROLLS: "党籍状态为在册",
    Missing.FROM_ORG: "组织关系所在党组织",
    Missing.TARGET_INACTIVE: "转入党组织状态正常",
    Missing.TARGET_MOVED: "转入党组织仍由转入地党委领导",
    Missing.SAME_ORG: "转入党组织与现在的不同",
}

# Letters on their way; TR-10 calls the holder of one that ran out a pocket member.
TRAVELLING = frozenset({TransferState.ISSUED, TransferState.SENT_OUT})
_STANDINGS: dict[str, LetterStanding] = {
    TransferState.ACCEPTED: LetterStanding.USED,
    TransferState.EXPIRED: LetterStanding.EXPIRED,
    TransferState.RETURNED: LetterStanding.RETURNED,
}
# Steps of a transfer within the district, and of one out of it (TR-8).
FOR_THE_DISTRICT = frozenset(
    {
        TransferAction.ISSUE,
        TransferAction.ACCEPT,
        TransferAction.ACCEPT_LATE,
        TransferAction.RETURN,
    }
)
FOR_OUTSIDE = frozenset(
    {TransferAction.SEND_OUT, TransferAction.RECORD_RECEIPT, TransferAction.RECORD_RETURN}
)
_SERIES_MAX = 26  # characters, so that word, year and number are no longer than a number may be
# What a township committee's name ends with, from the long endings to the short ones.
BODY_ENDINGS = ("街道党工委", "街道党委", "镇党委", "乡党委", "党工委", "党委", "街道", "镇", "乡")

_S, _A, _P = TransferState, TransferAction, TransferParty
_CHASE = Limit("transfer.chase_days")
_OWN = (_P.SENDER,)

TRANSFER = CaseKind(
    name="transfer",
    label="关系转接",
    series="转接",
    rule="TR-3",
    matter="transfer",
    initial=_S.DRAFT,
    states={
        _S.DRAFT: "拟转出",
        _S.ISSUED: "在途",
        _S.SENT_OUT: "转往区外",
        _S.RETURNED: "已退回",
        _S.EXPIRED: "介绍信过期",
        _S.ACCEPTED: "已接收",
        _S.WITHDRAWN: "已撤回",
    },
    main_line=(_S.DRAFT, _S.ISSUED, _S.ACCEPTED),
    parties={
        _P.SENDER: "转出地党委",
        _P.RECEIVER: "转入地党委",
        _P.OLD_BRANCH: "转出党支部",
        _P.NEW_BRANCH: "转入党支部",
    },
    duties={
        _S.DRAFT: Duty(_P.SENDER, "核对信息，开具介绍信", Limit("transfer.draft_days")),
        _S.ISSUED: Duty(_P.RECEIVER, "党员报到后接收，或说明理由退回", Limit(column="expires_on")),
        _S.SENT_OUT: Duty(_P.SENDER, "收到回执后登记，逾期催办", Limit(column="expires_on")),
        _S.RETURNED: Duty(_P.SENDER, "按退回意见补正后重新开具，或撤回", _CHASE),
        _S.EXPIRED: Duty(_P.SENDER, "联系党员本人，重新开具介绍信或撤回", _CHASE),
    },
    steps={
        (_S.DRAFT, _A.ISSUE): Step(_S.ISSUED, _OWN, "开具介绍信"),
        (_S.DRAFT, _A.SEND_OUT): Step(_S.SENT_OUT, _OWN, "开具介绍信（区外）"),
        (_S.DRAFT, _A.WITHDRAW): Step(_S.WITHDRAWN, (_P.SENDER, _P.OLD_BRANCH), "撤回"),
        (_S.ISSUED, _A.ACCEPT): Step(_S.ACCEPTED, (_P.RECEIVER,), "接收"),
        (_S.ISSUED, _A.RETURN): Step(
            _S.RETURNED, (_P.RECEIVER,), "退回介绍信", needs_opinion=True, returns=True
        ),
        (_S.ISSUED, _A.WITHDRAW): Step(_S.WITHDRAWN, _OWN, "撤回", needs_opinion=True),
        (_S.ISSUED, _A.EXPIRE): Step(_S.EXPIRED, (CLOCK,), "介绍信过期"),
        (_S.SENT_OUT, _A.RECORD_RECEIPT): Step(_S.ACCEPTED, _OWN, "登记回执"),
        (_S.SENT_OUT, _A.RECORD_RETURN): Step(
            _S.RETURNED, _OWN, "登记退回", needs_opinion=True, returns=True
        ),
        (_S.SENT_OUT, _A.WITHDRAW): Step(_S.WITHDRAWN, _OWN, "撤回", needs_opinion=True),
        (_S.SENT_OUT, _A.EXPIRE): Step(_S.EXPIRED, (CLOCK,), "介绍信过期"),
        (_S.RETURNED, _A.ISSUE): Step(_S.ISSUED, _OWN, "重新开具介绍信"),
        (_S.RETURNED, _A.SEND_OUT): Step(_S.SENT_OUT, _OWN, "重新开具介绍信（区外）"),
        (_S.RETURNED, _A.WITHDRAW): Step(_S.WITHDRAWN, _OWN, "撤回", needs_opinion=True),
        (_S.EXPIRED, _A.ISSUE): Step(_S.ISSUED, _OWN, "重新开具介绍信"),
        (_S.EXPIRED, _A.SEND_OUT): Step(_S.SENT_OUT, _OWN, "重新开具介绍信（区外）"),
        # TR-3: handed in too late is a warning that wants a reason, not a stop.
        (_S.EXPIRED, _A.ACCEPT_LATE): Step(
            _S.ACCEPTED, (_P.RECEIVER,), "逾期接收", needs_opinion=True
        ),
        (_S.EXPIRED, _A.RECORD_RECEIPT): Step(
            _S.ACCEPTED, _OWN, "登记逾期回执", needs_opinion=True
        ),
        (_S.EXPIRED, _A.RECORD_RETURN): Step(
            _S.RETURNED, _OWN, "登记退回", needs_opinion=True, returns=True
        ),
        (_S.EXPIRED, _A.WITHDRAW): Step(_S.WITHDRAWN, _OWN, "撤回", needs_opinion=True),
    },
)


def expiry(issued_on: date, valid_days: int) -> date:
    """Return the last day a letter may be handed in; the day of issue is not counted (TR-2).

    Raises ValueError outside 1 to 90 days.
    """
    if not 1 <= valid_days <= LETTER_MAX_DAYS:
        raise ValueError(f"a letter is valid for 1 to {LETTER_MAX_DAYS} days, not {valid_days}")
    return issued_on + timedelta(days=valid_days)


def has_expired(expires_on: date, today: date) -> bool:
    """Test whether a letter ran out; its last day still counts (TR-2)."""
    return today > expires_on


def letter_standing(state: str, expires_on: date, today: date) -> LetterStanding:
    """Return what the last letter of a transfer is worth; its last day still counts (TR-2)."""
    if state in TRAVELLING:
        ran_out = has_expired(expires_on, today)
        return LetterStanding.EXPIRED if ran_out else LetterStanding.VALID
    return _STANDINGS.get(state, LetterStanding.VOID)


def wants_review(first_issued_on: date | None, today: date) -> bool:
    """Test whether people should look at a member who handed in no letter for six months (TR-4)."""
    return first_issued_on is not None and today >= add_months(first_issued_on, REVIEW_MONTHS)


def letter_series(name: str) -> str:
    """Return the word in front of a committee's letter numbers: 清平转 for 清平镇党委 (TR-8).

    县委组织部 becomes 县委组转; a name without a known ending stands whole, as far as a number has
    room for it.
    """
    short = name.removeprefix("中共")
    ending = next((each for each in BODY_ENDINGS if short.endswith(each) and short != each), "")
    if short.endswith("组织部"):
        ending = "织部"
    return short.removesuffix(ending)[:_SERIES_MAX] + "转"


def missing_for_letter(
    *,
    name: str,
    id_number: str,
    member_class: str,
    status: str,
    is_at_home: bool,
    target_fault: Missing | None,
) -> list[Missing]:
    """Return what a letter cannot be issued without, in the order of the letter (TR-7).

    is_at_home: the relation lies with an organisation led by the sending committee; target_fault:
    what is wrong with the receiving organisation, None outside the district.
    """
    checks = (
        (Missing.NAME, bool(name.strip())),
        (Missing.ID_NUMBER, bool(id_number.strip())),
        (Missing.CLASS, member_class in PARTY_CLASSES),
        (Missing.NOT_ON_ROLLS, status in ON_ROLLS),
        (Missing.FROM_ORG, is_at_home),
    )
    missing = [item for item, is_there in checks if not is_there]
    return missing if target_fault is None else [*missing, target_fault]
