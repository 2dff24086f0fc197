"""Write the tables of characters that sound, look or mean alike, from the Unihan database.

Usage: tools/character_table.py FOLDER, with the files Unihan_*.txt.bz2 in it (Debian package
unicode-data, folder /usr/share/unicode; Unicode licence). Writes xgz/rules/linkage/sounds.py,
shapes.py and variants.py. Sounds come without tones: from the two modern dictionaries where they
know the character, else its customary Mandarin reading, and old surname readings added by hand.
"""

import bz2
import subprocess
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "xgz" / "rules" / "linkage"
READINGS_MAX = 4
# Readings that characters have as surnames or in old names, from the dictionaries' surname notes.
SURNAME_READINGS = (
    "单shan 曾zeng 仇qiu 解xie 盖ge 盖gai 区ou 朴piao 查zha 尉yu 种chong 乐yue 员yun 纪ji 任ren 华hua "
    "宁ning 冼xian 逄pang 覃qin 覃tan 翟zhai 翟di 缪miao 缪mou 缪miu 郇xun 郇huan 洗xian 召shao 折she "
    "黑he 繁po 能nai 秘bi 薄bo 那na 干gan 瞿qu 燕yan 应ying 於yu 牟mu 牟mou 俞yu 句gou 谌chen 谌shen "
    "隗wei 隗kui 过guo 宓mi 宓fu 盛sheng 石shi 晟sheng 晟cheng 炅jiong 炅gui 祎yi 祎hui 赟yun 赟bin "
    "翀chong 甯ning 夏xia 臧zang 车che 都du 长chang 朝chao 葛ge 冯feng 贾jia 茜qian 茜xi 莎sha 娜na "
    "婷ting 琪qi 昊hao 曌zhao 喆zhe 玥yue 堃kun 奭shi 婧jing 珺jun 圳zhen 邸di 仝tong 亓qi 厍she 佘she "
    "戢ji 咎jiu 昝zan 妫gui 麴qu 粘nian 洪hong 哈ha 撒sa 万wan 莫mo 行xing 重zhong 重chong 育yu"
)
SHAPE_BODY = 3  # letters of a Cangjie code that two characters share besides the first part


def main(folder: Path) -> None:
    unihan = {
        name: _field(folder, file, name)
        for file, name in (
            ("Readings", "kTGHZ2013"),
            ("Readings", "kXHC1983"),
            ("Readings", "kMandarin"),
            ("Variants", "kSimplifiedVariant"),
            ("Variants", "kTraditionalVariant"),
            ("DictionaryLikeData", "kCangjie"),
            ("DictionaryLikeData", "kFourCornerCode"),
            ("IRGSources", "kTotalStrokes"),
        )
    }
    sounds = _sounds(unihan)
    _write(
        "sounds", "Syllable to the characters read so, the customary reading first (LK-3).", sounds
    )
    _write("variants", "Simplified character to the forms it stands for (LK-2).", _variants(unihan))
    _write(
        "shapes", "Character to those, later in Unicode, that look like it (LK-3).", _shapes(unihan)
    )


def _field(folder: Path, file: str, name: str) -> dict[str, str]:
    found = {}
    with bz2.open(folder / f"Unihan_{file}.txt.bz2", "rt", encoding="utf-8") as lines:
        for line in lines:
            if f"\t{name}\t" in line:
                code, _, value = line.rstrip("\n").split("\t")
                found[chr(int(code[2:], 16))] = value
    return found


def _plain(reading: str) -> str:
    """Return a syllable without tone: lǜ becomes lv, m̀ and other fillers fall away."""
    bare = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(c for c in bare if c.isascii() and c.isalpha())


def _sounds(unihan: dict[str, dict[str, str]]) -> dict[str, str]:
    """Return each syllable's characters. A character stands under up to four syllables."""
    readings: dict[str, list[str]] = defaultdict(list)
    for character, text in unihan["kMandarin"].items():
        if not ("\u3400" <= character <= "\u9fff"):
            continue
        listed = list(text.split()[:1])
        for dictionary in ("kTGHZ2013", "kXHC1983"):
            entry = unihan[dictionary].get(character, "")
            listed += [r for part in entry.split() for r in part.split(":")[1].split(",")]
        readings[character] = [s for s in dict.fromkeys(map(_plain, listed)) if s]
    _add_surnames(readings)
    table: dict[str, list[str]] = defaultdict(list)
    for place in range(READINGS_MAX):  # so that a first reading stands before the rarer ones
        for character in sorted(readings):
            if place < len(readings[character]):
                table[readings[character][place]].append(character)
    return _ordered(readings, table)


def _add_surnames(readings: dict[str, list[str]]) -> None:
    for pair in SURNAME_READINGS.split():
        character, syllable = pair[0], pair[1:]
        if syllable not in readings[character]:
            readings[character].insert(1, syllable)


def _ordered(readings: dict[str, list[str]], table: dict[str, list[str]]) -> dict[str, str]:
    """Return syllable to "customary|rarer" characters, sorted."""
    found = {}
    for syllable in sorted(table):
        first = [c for c in table[syllable] if readings[c][0] == syllable]
        other = [c for c in table[syllable] if readings[c][0] != syllable]
        found[syllable] = "".join(first) + "|" + "".join(other)
    return found


def _variants(unihan: dict[str, dict[str, str]]) -> dict[str, str]:
    """Return simplified to traditional forms; a form simplified in two ways goes by the first
    that differs from itself."""
    table: dict[str, list[str]] = defaultdict(list)
    for form, value in sorted(unihan["kSimplifiedVariant"].items()):
        targets = [chr(int(code[2:], 16)) for code in value.split()]
        usable = [t for t in targets if t != form and t <= "\u9fff"]
        if usable and form <= "\u9fff" and form not in targets:
            table[usable[0]].append(form)
    return {simple: "".join(forms) for simple, forms in sorted(table.items())}


def _shapes(unihan: dict[str, dict[str, str]]) -> dict[str, str]:
    """Return the pairs of common characters that look alike, under the earlier one of the two."""
    common = sorted(c for c in unihan["kTGHZ2013"] if c in unihan["kCangjie"] and c <= "\u9fff")
    code = {c: unihan["kCangjie"][c].split()[0] for c in common}
    strokes = {c: int(unihan["kTotalStrokes"][c].split()[0]) for c in common}
    corners = {c: unihan["kFourCornerCode"].get(c, "").split(".")[0][:4] for c in common}
    buckets: dict[str, list[str]] = defaultdict(list)
    for c in common:
        for key in _shape_keys(code[c], corners[c].split(" ")[0]):
            buckets[key].append(c)
    pairs = set()
    for key, members in buckets.items():
        for a, b in combinations(sorted(members), 2):
            if abs(strokes[a] - strokes[b]) <= (4 if key.startswith("body") else 1):
                pairs.add((a, b))
    table: dict[str, list[str]] = defaultdict(list)
    for a, b in sorted(pairs):
        table[a].append(b)
    return {a: "".join(alike) for a, alike in table.items()}


def _shape_keys(code: str, corners: str) -> Iterator[str]:
    yield f"code {code}"
    if corners:
        yield f"corners {corners}"
    yield f"letters {''.join(sorted(code))}"
    for place in range(len(code)):  # one letter other, more or less
        if len(code) >= SHAPE_BODY:
            yield f"other {place} {code[:place]}{code[place + 1 :]} {len(code)}"
        if len(code) > 1:
            yield f"less {code[:place]}{code[place + 1 :]}"
    if len(code) > 1:
        yield f"less {code}"
    for cut in (1, 2):  # the same body beside another radical
        if len(code) - cut >= SHAPE_BODY - (cut == 1 and len(code) == SHAPE_BODY):
            yield f"body {code[cut:]}"


def _write(name: str, says: str, table: dict[str, str]) -> None:
    lines = [
        f'"""{says}\n\nMade by tools/character_table.py from Unihan 15.0 (Unicode licence)."""',
        "",
    ]
    lines += [f"{name.upper()}: dict[str, str] = {{"]
    lines += [f'    "{key}": "{value}",' for key, value in table.items()]
    lines += ["}", ""]
    path = TARGET / f"{name}.py"
    path.write_text("\n".join(lines), encoding="utf-8")
    subprocess.run([ROOT / ".venv/bin/ruff", "format", "-q", path], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
