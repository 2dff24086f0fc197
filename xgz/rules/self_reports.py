"""Self-report by QR: what the notice says, what is asked, how long it is kept (SR-1 to SR-10).

What somebody reports of themselves is a claim until a person of the organization line verified it;
it counts in no figure before (SR-4).
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from xgz.rules.leads import name_key, number_key
from xgz.rules.words import visible_words


class Purpose(StrEnum):
    """What the reported data may be used for; there is no other purpose (SR-3)."""

    FIND_BRANCH = "find_branch"


class Channel(StrEnum):
    SITE = "site"  # the pages of the site itself, as on an office tablet
    RELAY = "relay"  # the separate pages outside, sealed there and fetched


class ReportState(StrEnum):
    NEW = "new"
    VERIFIED = "verified"
    NOT_CREDIBLE = "not_credible"
    DUPLICATE = "duplicate"


class ReportAction(StrEnum):
    VERIFY = "verify"
    DOUBT = "doubt"
    DUPLICATE = "duplicate"


class Verification(StrEnum):
    """How somebody of the organization line made sure who reported."""

    CALL = "call"
    MEETING = "meeting"
    PAPER = "paper"


class DoubtReason(StrEnum):
    """Why a claim is not credible; a choice, so that no words about the person are kept."""

    UNREACHED = "unreached"
    NOT_SENT = "not_sent"
    UNTRUE = "untrue"
    JUNK = "junk"


class ConsentEvent(StrEnum):
    GIVEN = "given"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    NOT_ME = "not_me"
    EXPIRED = "expired"


class RequestTopic(StrEnum):
    """What a person asks of those who hold the data (SR-7)."""

    COMPLAINT = "complaint"
    CORRECTION = "correction"  # of a claim that was decided on already
    WITHDRAWAL = "withdrawal"  # of what was taken over from a verified claim
    NOT_ME = "not_me"


PURPOSE_LABELS: dict[Purpose, str] = {Purpose.FIND_BRANCH: "联系就近的党支部、办理组织关系"}
CHANNEL_LABELS: dict[Channel, str] = {Channel.SITE: "站内页面", Channel.RELAY: "外部页面"}
REPORT_STATE_LABELS: dict[ReportState, str] = {
    ReportState.NEW: "待核实",
    ReportState.VERIFIED: "已核实",
    ReportState.NOT_CREDIBLE: "未采信",
    ReportState.DUPLICATE: "重复登记",
}
REPORT_ACTION_LABELS: dict[ReportAction, str] = {
    ReportAction.VERIFY: "核实",
    ReportAction.DOUBT: "不采信",
    ReportAction.DUPLICATE: "重复",
}
VERIFICATION_LABELS: dict[Verification, str] = {
    Verification.CALL: "电话联系本人核对",
    Verification.MEETING: "当面核对",
    Verification.PAPER: "查看本人出示的材料",
}
DOUBT_REASON_LABELS: dict[DoubtReason, str] = {
    DoubtReason.UNREACHED: "多次联系不上本人",
    DoubtReason.NOT_SENT: "本人说没有填过",
    DoubtReason.UNTRUE: "同本人核对，内容不符",
    DoubtReason.JUNK: "明显是随意填写",
}
CONSENT_EVENT_LABELS: dict[ConsentEvent, str] = {
    ConsentEvent.GIVEN: "同意",
    ConsentEvent.CORRECTED: "改正",
    ConsentEvent.WITHDRAWN: "撤回",
    ConsentEvent.NOT_ME: "不是本人",
    ConsentEvent.EXPIRED: "到期删除",
}
TOPIC_LABELS: dict[RequestTopic, str] = {
    RequestTopic.COMPLAINT: "投诉",
    RequestTopic.CORRECTION: "改正",
    RequestTopic.WITHDRAWAL: "撤回",
    RequestTopic.NOT_ME: "不是本人",
}
# What may become of a claim, and by which decision (SR-4); the others are decided.
REPORT_STEPS: Mapping[tuple[ReportState, ReportAction], ReportState] = {
    (ReportState.NEW, ReportAction.VERIFY): ReportState.VERIFIED,
    (ReportState.NEW, ReportAction.DOUBT): ReportState.NOT_CREDIBLE,
    (ReportState.NEW, ReportAction.DUPLICATE): ReportState.DUPLICATE,
}

CONSENT_MONTHS = 36  # SR-5: records of consent and withdrawal, without the person
WISH_DAYS = 90  # SR-7: for so long the answer to a wish can be read
NAME_LENGTH, BRANCH_LENGTH, REACH_LENGTH, WORDS_LENGTH = 20, 60, 60, 300
COUNTER_LENGTH = 20

_PHONE = re.compile(r"1[3-9][0-9]{9}")
_LAST_FOUR = re.compile(r"[0-9]{3}[0-9X]")
_NAME = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af·]{2,20}|[A-Za-z][A-Za-z .'-]{1,19}"
)
_SIX_DIGITS = re.compile(r"[0-9０-９]{6,}")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９ＸｘX．•・", "0123456789XXX···")

RECEIPT_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that is read for another sign
RECEIPT_LENGTH = 12
_RECEIPT_ALIKE = str.maketrans("", "", "- －—")


class StepNotAllowed(Exception):
    """The claim was decided on already."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One version of what a person is told before anything is asked. points: (heading, text)."""

    version: int
    since: date
    points: tuple[tuple[str, str], ...]


# A version that somebody agreed to is never changed: a new text is a new version (SR-3).
_PURPOSE_TEXTS = ("为了什么", "帮您联系就近的党支部、办理组织关系。不作别的用途。")
_WHO_1_TEXTS = (
    "谁来处理",
    "所在乡镇（街道）党委和县（区）委组织部的经办人。市场监管部门和场所经营者看不到。",
)
_WHO_2_TEXTS = (
    "谁来处理",
    "所在乡镇（街道）党委和县（区）委组织部的经办人。核实以后需要当面联系您的，党委可以请市场监管所的"
    "指导员去：他只看到您的姓、到哪里联系；手机号要用时才逐次显示，每次都有记录；别的看不到。"
    "场所经营者看不到。",
)
_OTHER_TEXTS = (
    ("要填什么", "姓名、手机号；组织关系所在地和证件末四位可以不填。不要填完整的证件号码。"),
    ("怎么用", "经办人会打电话同您核对。这里只是登记，不作认定，核实之前不进任何统计。"),
    ("存多久", "30 天内没有核实的，自动删除；核实以后按党员资料管理。"),
    (
        "您的权利",
        "凭回执码随时可以查看、更正、撤回，不用说明原因，撤回后 24 小时内删除；也可以投诉，"
        "15 个工作日内答复。",
    ),
    ("不填会怎样", "不影响办照、年报和任何检查。不填或中途离开，不留下任何记录。"),
)
NOTICES: Mapping[int, Notice] = {
    1: Notice(1, date(2026, 11, 1), (_PURPOSE_TEXTS, _WHO_1_TEXTS, *_OTHER_TEXTS)),
    2: Notice(2, date(2026, 11, 27), (_PURPOSE_TEXTS, _WHO_2_TEXTS, *_OTHER_TEXTS)),
}
CURRENT_NOTICE = max(NOTICES)
NAMES_INSTRUCTORS = 2  # from this version on a person was told that an instructor may come (SR-3)


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody reports: clean texts, "" for what was left out."""

    name: str
    phone: str
    branch: str = ""
    last_four: str = ""
    reach: str = ""


def step(state: str, action: ReportAction) -> ReportState:
    """Return the state a decision leads to. Raises StepNotAllowed."""
    for (at, by), to in REPORT_STEPS.items():
        if at == state and by is action:
            return to
    raise StepNotAllowed(f"{action} from {state}")


def clean_name(text: str) -> str | None:
    """Return a person's name without spaces in it, None for what is none."""
    plain = visible_words(text).translate(_FULL_WIDTH)
    if plain and not plain.isascii():
        plain = "".join(plain.split())
    return plain if _NAME.fullmatch(plain) else None


def clean_phone(text: str) -> str | None:
    """Return a mobile number as eleven digits, None for what is none."""
    digits = re.sub(r"[\s\-－—()（）]", "", visible_words(text).translate(_FULL_WIDTH))
    digits = re.sub(r"^(\+|＋|00)?86(?=1[3-9])", "", digits)
    return digits if _PHONE.fullmatch(digits) else None


def clean_last_four(text: str) -> str | None:
    """Return the last four of an ID number ("123X"), "" for nothing, None for anything else."""
    plain = "".join(visible_words(text).translate(_FULL_WIDTH).split()).upper()
    return plain if not plain or _LAST_FOUR.fullmatch(plain) else None


def holds_numbers(text: str) -> bool:
    """Test whether words hold six digits in a row, as a phone or ID number does."""
    return bool(_SIX_DIGITS.search(text))


def is_clean(answers: Answers) -> bool:
    """Test whether answers are as the form leaves them, for what comes by another way."""
    return (
        clean_name(answers.name) == answers.name
        and clean_phone(answers.phone) == answers.phone
        and clean_last_four(answers.last_four) == answers.last_four
        and all(visible_words(each) == each for each in (answers.branch, answers.reach))
        and len(answers.branch) <= BRANCH_LENGTH
        and len(answers.reach) <= REACH_LENGTH
        and not holds_numbers(answers.branch + " " + answers.reach)
    )


def person_key(name: str, phone: str) -> str:
    """Return what a person is known again by: name and phone, written one way."""
    return f"{name_key(name)}|{number_key(phone)}"


def clean_receipt(text: str) -> str:
    """Return a receipt code as it was given, without the strokes and spaces people type."""
    return visible_words(text).translate(_RECEIPT_ALIKE).upper()


def is_receipt(code: str) -> bool:
    """Test whether a text is a receipt code as it is made, for what comes by another way."""
    return len(code) == RECEIPT_LENGTH and set(code) <= set(RECEIPT_ALPHABET)


def shown_receipt(code: str) -> str:
    """Return a receipt code in groups of four, to be written down."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def window_end(opens_on: date, days: int) -> date:
    """Return the last day of a self-report window of so many days; both ends count (SR-8)."""
    return opens_on + timedelta(days=days - 1)


def has_ended(windows: Collection[tuple[date, date]], today: date) -> bool:
    """Test whether a window is over and none is running (SR-8).

    windows: (first day, last day), both count. Of a place without any window none has ended.
    """
    running = any(first <= today <= last for first, last in windows)
    return not running and any(last < today for _first, last in windows)


def delete_from(received_on: date, days: int) -> date:
    """Return the day on which a claim nobody verified is deleted: it is kept `days` days (SR-5)."""
    return received_on + timedelta(days=days)
