"""What the rulebook says of each rule, and in which words its certainty is told."""

from dataclasses import dataclass
from enum import StrEnum


class Certainty(StrEnum):
    SURE = "sure"
    STATED = "stated"
    SEEN = "seen"  # most of it second-hand, and shown so
    FAIR = "fair"
    DESIGN = "design"


CERTAINTY_LABELS: dict[Certainty, str] = {
    Certainty.SURE: "已核对公开标准或通知",
    Certainty.STATED: "公开办法或表式写明",
    Certainty.SEEN: "已见公开来源（转引）",
    Certainty.FAIR: "通行做法",
    Certainty.DESIGN: "本系统约定",
}

CERTAINTY_TEXTS: dict[Certainty, str] = {
    Certainty.SURE: "标准或通知的原文核对过",
    Certainty.STATED: "公开发布的办法或表式这样写",
    Certainty.SEEN: "见于公开来源，多为摘编、通知、答复的转引，原文尚未核对",
    Certainty.FAIR: "普遍做法，没有查到条文；有数字的设为参数",
    Certainty.DESIGN: "没有规定，由本系统约定，本区可以提出调整",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """The same words in both languages."""

    english: str
    chinese: str

    def among(self, *, in_chinese: bool) -> str:
        """Return the words in the language asked for."""
        return self.chinese if in_chinese else self.english


@dataclass(frozen=True, slots=True)
class RulebookRow:
    """One rule. since, until: a year, month or day as written, empty where unknown.

    open: what a district settles; empty words where nothing is open.
    """

    id: str
    text: Wording
    source: Wording
    certainty: Certainty
    since: str
    until: str
    open: Wording


@dataclass(frozen=True, slots=True)
class RulebookSubject:
    """One heading of the rulebook with its rules in order."""

    key: str
    title: Wording
    rows: tuple[RulebookRow, ...]
