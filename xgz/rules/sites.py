"""What a Party organisation's site should have: lists that a district chooses (ES-5)."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from xgz.rules.words import visible_words

ITEMS_MAX = 12  # ES-5: entries of a list beside the three that always hold
LABEL_MAX = 20  # characters


class SiteItem(StrEnum):
    PLACE = "place"
    PLAQUE = "plaque"
    SEAL = "seal"
    FLAG = "flag"
    EQUIPMENT = "equipment"
    RULES = "rules"
    RECORDS = "records"
    READING = "reading"
    INSIGNIA = "insignia"
    LEDGER = "ledger"


class SitePreset(StrEnum):
    ROOM = "room"
    FLAG = "flag"


class Moment(StrEnum):
    """Whether a photo shows what was there before, or after it was put right."""

    BEFORE = "before"
    AFTER = "after"


class SiteState(StrEnum):
    """How the site of an organisation stands as a whole."""

    COMPLETE = "complete"
    PARTLY = "partly"  # the basics are there, something else of the list is not
    LACKING = "lacking"  # room, plaque or seal is missing


class ListFault(StrEnum):
    """What is wrong with the entries a district enters (ES-5)."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TWICE = "twice"
    LABEL = "label"


class SiteListNotSound(Exception):
    """The entries break ES-5; `faults` says how."""

    def __init__(self, faults: Sequence[ListFault]) -> None:
        super().__init__(", ".join(faults))
        self.faults = tuple(faults)


ITEM_LABELS: dict[SiteItem, str] = {
    SiteItem.PLACE: "活动场所",
    SiteItem.PLAQUE: "标牌",
    SiteItem.SEAL: "印章",
    SiteItem.FLAG: "党旗",
    SiteItem.EQUIPMENT: "设施设备",
    SiteItem.RULES: "规章制度",
    SiteItem.RECORDS: "活动记录",
    SiteItem.READING: "学习资料",
    SiteItem.INSIGNIA: "党建标识",
    SiteItem.LEDGER: "工作台账",
}
PRESET_LABELS: dict[SitePreset, str] = {
    SitePreset.ROOM: "六有（场所、设施、学习资料、制度、标识、台账）",
    SitePreset.FLAG: "六有（场所、标牌、党旗、设施、制度、活动记录）",
}
MOMENT_LABELS: dict[Moment, str] = {Moment.BEFORE: "整改前", Moment.AFTER: "整改后"}
STATE_LABELS: dict[SiteState, str] = {
    SiteState.COMPLETE: "阵地已落实",
    SiteState.PARTLY: "场所、标牌、印章已有，其他尚缺",
    SiteState.LACKING: "阵地未落实",
}
FAULT_LABELS: dict[ListFault, str] = {
    ListFault.EMPTY: "至少要有一项",
    ListFault.TOO_LONG: "最多十二项",
    ListFault.TWICE: "同一项只能列一次",
    ListFault.LABEL: "每项一至二十个字",
}
# ES-5: room, plaque and seal belong to every list, whatever a district chooses.
BASICS = (SiteItem.PLACE, SiteItem.PLAQUE, SiteItem.SEAL)
PRESETS: dict[SitePreset, tuple[SiteItem, ...]] = {
    SitePreset.ROOM: (
        SiteItem.PLACE,
        SiteItem.EQUIPMENT,
        SiteItem.READING,
        SiteItem.RULES,
        SiteItem.INSIGNIA,
        SiteItem.LEDGER,
    ),
    SitePreset.FLAG: (
        SiteItem.PLACE,
        SiteItem.PLAQUE,
        SiteItem.FLAG,
        SiteItem.EQUIPMENT,
        SiteItem.RULES,
        SiteItem.RECORDS,
    ),
}
DEFAULT_PRESET = SitePreset.ROOM
_KEY_OF_LABEL = {label: item.value for item, label in ITEM_LABELS.items()}


@dataclass(frozen=True, slots=True)
class SiteEntry:
    """One entry of a list. key: the same for the same words, whichever list names them."""

    key: str
    label: str

    @classmethod
    def of(cls, label: str) -> Self:
        """Return the entry of these words; known words get the key of the shipped item."""
        words = visible_words(label)
        digest = hashlib.sha256(words.encode()).hexdigest()[:12]
        return cls(_KEY_OF_LABEL.get(words, f"own_{digest}"), words)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """Return the entry that plain() wrote. Raises KeyError."""
        return cls(str(stored["key"]), str(stored["label"]))

    def plain(self) -> dict[str, str]:
        """Return the entry as values that can be stored."""
        return {"key": self.key, "label": self.label}

    @property
    def is_basic(self) -> bool:
        return self.key in BASICS


SiteEntries = tuple[SiteEntry, ...]


def entries_of(preset: SitePreset) -> SiteEntries:
    """Return the entries of a shipped list as a district would enter them."""
    return tuple(SiteEntry(item.value, ITEM_LABELS[item]) for item in PRESETS[preset])


def with_basics(entries: Iterable[SiteEntry]) -> SiteEntries:
    """Return the entries to be ticked: room, plaque and seal, then whatever else the list names."""
    basics = tuple(SiteEntry(item.value, ITEM_LABELS[item]) for item in BASICS)
    return basics + tuple(each for each in entries if not each.is_basic)


def preset_of(entries: SiteEntries) -> SitePreset | None:
    """Return which shipped list this is, None for a district's own."""
    return next((preset for preset in SitePreset if entries_of(preset) == entries), None)


def check_entries(entries: SiteEntries) -> None:
    """Raise SiteListNotSound unless a district may enter these (ES-5)."""
    keys = [each.key for each in entries]
    faults = [
        (ListFault.EMPTY, not entries),
        (ListFault.TOO_LONG, len(entries) > ITEMS_MAX),
        (ListFault.TWICE, len(set(keys)) < len(keys)),
        (ListFault.LABEL, not all(1 <= len(each.label) <= LABEL_MAX for each in entries)),
    ]
    if found := [fault for fault, is_so in faults if is_so]:
        raise SiteListNotSound(found)


def site_state(missing: Iterable[str]) -> SiteState:
    """Return how a site stands, by the keys of what it does not have."""
    keys = set(missing)
    if keys & set(BASICS):
        return SiteState.LACKING
    return SiteState.PARTLY if keys else SiteState.COMPLETE
