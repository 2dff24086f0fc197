"""Names as they are compared: simplified, without marks, titles and spaces (LK-2)."""

import re
import unicodedata

from xgz.rules.linkage.shapes import SHAPES
from xgz.rules.linkage.sounds import SOUNDS
from xgz.rules.linkage.variants import VARIANTS

NAME_LENGTH = 12  # characters compared; what follows in a longer name is left out
HIDDEN = "?"  # a character that a mask hides
_SIMPLE = str.maketrans({form: simple for simple, forms in VARIANTS.items() for form in forms})
_BRACKETED = re.compile(r"[(\[【〔{<].*?(?:[)\]】〕}>]|$)")
_HIDING = re.compile(r"[*×●○■□#?_某]")
_NO_LETTER = re.compile(r"[^\u3400-\u9fff\U00020000-\U0003ffffA-Z?]")
_TITLE = re.compile(r"(?<=..)(?:先生|女士|同志|小姐|老板|老师)$")
# Finals and initials that dialects run together, and what each becomes.
_NEAR = (("ang", "an"), ("eng", "en"), ("ing", "in"), ("zh", "z"), ("ch", "c"), ("sh", "s"))
_NEAR_STARTS = {"l": "n", "r": "n", "f": "h"}
COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "司徒",
        "东方",
        "独孤",
        "南宫",
        "夏侯",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "皇甫",
        "宇文",
        "长孙",
        "司空",
        "端木",
        "轩辕",
        "钟离",
        "闻人",
        "申屠",
        "太史",
        "公羊",
        "澹台",
        "濮阳",
        "淳于",
        "单于",
        "百里",
        "呼延",
        "东郭",
        "南门",
        "西门",
        "赫连",
        "拓跋",
        "完颜",
        "万俟",
        "第五",
        "达奚",
        "鲜于",
    ]
)


def standard_name(text: str) -> str:
    """Return a name of simplified characters alone; "?" stands for a masked one."""
    folded = unicodedata.normalize("NFKC", text).upper()
    bare = _BRACKETED.sub("", folded) or folded
    letters = _NO_LETTER.sub("", _HIDING.sub(HIDDEN, bare)).translate(_SIMPLE)
    return _TITLE.sub("", letters)[:NAME_LENGTH]


def surname_of(name: str) -> str:
    """Return the surname of a standard name: its first character, or two of a compound one."""
    return name[:2] if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else name[:1]


def _readings() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for place in (0, 1):  # the customary reading of every character first
        for syllable, characters in SOUNDS.items():
            for character in characters.split("|")[place]:
                found.setdefault(character, []).append(syllable)
    return {character: tuple(syllables) for character, syllables in found.items()}


READINGS: dict[str, tuple[str, ...]] = _readings()


def near_sound(syllable: str) -> str:
    """Return a syllable as dialects that run sounds together have it."""
    near = syllable
    for apart, together in _NEAR:
        near = near.replace(apart, together)
    return _NEAR_STARTS.get(near[:1], near[:1]) + near[1:]


def sounds_alike(one: str, other: str) -> bool:
    """Test whether two characters share a reading, tones aside."""
    return one == other or not set(READINGS.get(one, ())).isdisjoint(READINGS.get(other, ()))


def sounds_nearly(one: str, other: str) -> bool:
    """Test whether two characters share a reading once dialect's confusions are run together."""
    theirs = {near_sound(s) for s in READINGS.get(other, ())}
    return one == other or any(near_sound(s) in theirs for s in READINGS.get(one, ()))


def looks_alike(one: str, other: str) -> bool:
    """Test whether two characters are easily taken for each other by their shape."""
    return max(one, other) in SHAPES.get(min(one, other), "")


_KEYS = {character: near_sound(syllables[0]) for character, syllables in READINGS.items()}


def sound_key(name: str) -> str:
    """Return the customary readings of a name, dialects' confusions run together: for finding only.

    A masked name has none.
    """
    return "" if HIDDEN in name else " ".join([_KEYS.get(c, c) for c in name])
