"""A riddle that keeps machines from filling in a form, made without any service outside (SR-6).

A riddle is a token of two parts, a random number and the minute it was made; what it asks follows
from the token and a secret, so nothing is kept until an answer comes. It is shown as a picture of
digits and, for those who cannot see one, as a sentence with numbers in words; either answer counts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from xgz.rules.words import visible_words

Mac = Callable[[str], str]  # keyed digest of a text, in hex

LIFE = timedelta(minutes=30)  # an answer that comes later needs a new riddle
_DIGITS = 4
_WIDTH, _HEIGHT = 150, 50
_NUMERAL_WORDS = ("一", "二", "三", "四", "五", "六", "七", "八", "九")
_PLAIN_DIGITS = str.maketrans(
    "０１２３４５６７８９零〇一二两三四五六七八九", "0123456789001223456789"
)
# What a figure looks like: strokes of points on a field of 4 by 6.
_STROKES: tuple[tuple[tuple[tuple[float, float], ...], ...], ...] = (
    (((2, 0), (0.3, 1), (0, 3), (0.3, 5), (2, 6), (3.7, 5), (4, 3), (3.7, 1), (2, 0)),),
    (((0.8, 1.2), (2.2, 0), (2.2, 6)), ((0.8, 6), (3.6, 6))),
    (((0.2, 1.4), (1.2, 0.1), (3, 0.2), (3.8, 1.5), (3, 3), (0.2, 6), (4, 6)),),
    (
        (
            (0.3, 0.5),
            (2, 0),
            (3.6, 0.9),
            (3.2, 2.5),
            (1.6, 2.9),
            (3.5, 3.5),
            (3.7, 5),
            (2, 6),
            (0.2, 5.4),
        ),
    ),
    (((3, 6), (3, 0), (0, 4.2), (4, 4.2)),),
    (((3.7, 0), (0.7, 0), (0.4, 2.7), (2.3, 2.3), (3.8, 3.5), (3.5, 5.3), (1.8, 6), (0.2, 5.4)),),
    (
        (
            (3.4, 0.3),
            (1.6, 0.6),
            (0.4, 2.6),
            (0.2, 4.6),
            (1.6, 6),
            (3.4, 5.4),
            (3.7, 4),
            (2.2, 3),
            (0.4, 3.9),
        ),
    ),
    (((0.1, 0), (4, 0), (1.6, 6)), ((1.2, 3.1), (3.4, 3.1))),
    (
        ((2, 2.8), (0.5, 2), (0.8, 0.5), (2, 0), (3.3, 0.5), (3.5, 2), (2, 2.8)),
        ((2, 2.8), (0.2, 4), (0.6, 5.5), (2, 6), (3.5, 5.5), (3.8, 4), (2, 2.8)),
    ),
    (((3.7, 2), (2.3, 3), (0.5, 2.4), (0.4, 0.9), (2, 0), (3.6, 0.8), (3.8, 2.4), (3, 6)),),
)
_SENTENCE_TEXTS = (
    "院里有%s棵树，桌上有%s本书，窗边有%s盆花。",
    "上午来了%s位客人，下午走了%s位，还剩%s把伞。",
    "左边%s扇门，右边%s盏灯，中间%s张桌子。",
)


@dataclass(frozen=True, slots=True)
class Riddle:
    """token: goes with the form; paths: outlines of a picture of WIDTH by HEIGHT.

    sentence: a text with three %s, and numerals: the Chinese numerals that belong there.
    """

    token: str
    paths: tuple[str, ...]
    sentence: str
    numerals: tuple[str, ...]


def make_riddle(nonce: str, now: datetime, mac: Mac) -> Riddle:
    """Return the riddle of a fresh random number (hex)."""
    token = f"{nonce}.{int(now.timestamp()) // 60}"
    secret = mac(f"riddle|{token}")
    counts = _counts(secret)
    return Riddle(
        token=token,
        paths=_picture(_digits(secret), Random(secret)),  # noqa: S311 (how it is drawn)
        sentence=_SENTENCE_TEXTS[int(secret[20:22], 16) % len(_SENTENCE_TEXTS)],
        numerals=tuple(_NUMERAL_WORDS[count - 1] for count in counts),
    )


def is_answer(token: str, answer: str, now: datetime, mac: Mac) -> bool:
    """Test whether an answer fits a riddle that is not too old: the digits, or the three numbers.

    That no riddle is answered twice is for the caller to see to.
    """
    nonce, _dot, minute = token.partition(".")
    if len(token) > 60 or not nonce or not (minute.isascii() and minute.isdigit()):
        return False
    age = int(now.timestamp()) // 60 - int(minute)
    if not 0 <= age <= LIFE.total_seconds() // 60:
        return False
    secret = mac(f"riddle|{token}")
    given = "".join(visible_words(answer).split()).translate(_PLAIN_DIGITS)
    given = "".join(mark for mark in given if mark not in ",，、.。")
    return given in {_digits(secret), "".join(str(count) for count in _counts(secret))}


def _digits(secret: str) -> str:
    return "".join(str(int(secret[i : i + 3], 16) % 10) for i in range(0, 3 * _DIGITS, 3))


def _counts(secret: str) -> list[int]:
    return [1 + int(secret[i : i + 2], 16) % 9 for i in (12, 14, 16)]


def _picture(digits: str, random: Random) -> tuple[str, ...]:
    """Return each stroke as an outline, slanted and out of line, and a line across."""
    paths = []
    for place, digit in enumerate(digits):
        left, top = 10 + place * 34 + random.uniform(-2, 2), 8 + random.uniform(-3, 4)
        size, slant = random.uniform(5, 5.8), random.uniform(-0.18, 0.18)
        for stroke in _STROKES[int(digit)]:
            points = [
                (
                    left + size * (x - slant * (y - 3)) + random.uniform(-0.5, 0.5),
                    top + size * (y + slant * (x - 2) / 2) + random.uniform(-0.5, 0.5),
                )
                for x, y in stroke
            ]
            paths.append(_path(points))
    across = [(x, random.uniform(6, _HEIGHT - 6)) for x in (0, 40, 75, 110, _WIDTH)]
    paths.append(_path(across))
    random.shuffle(paths)
    return tuple(paths)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
