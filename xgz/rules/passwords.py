"""What a password may be (AC-1): length, classes of characters, no words anybody would try."""

from collections.abc import Iterable
from enum import StrEnum

from xgz.rules.sign_in import PasswordProfile

LONGEST = 128  # AC-1: characters; a longer one only costs the server work


class PasswordFault(StrEnum):
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    CLASSES = "classes"
    WORD = "word"
    REPEATED = "repeated"
    USED_BEFORE = "used_before"  # told by those who know the hashes (AC-2)


# Parts that make up most guessed passwords of Chinese offices; Django's list knows the English ones.
COMMON_PARTS: frozenset[str] = frozenset(
    {
        *("woaini", "woaizuguo", "zhongguo", "zhonghua", "dangyuan", "dangzhibu", "dangwei"),
        *("gongchandang", "shijiangju", "gongshangju", "geshihu", "zuzhibu", "xiaogezhuan"),
        *("nihao", "aini", "beijing", "wangming", "qwerty", "asdfgh", "zxcvbn", "1qaz2wsx"),
        *("qazwsx", "password", "passw0rd", "p@ssw0rd", "admin", "administrator", "root", "test"),
        *("abc123", "abcd1234", "a1b2c3", "iloveyou", "welcome", "letmein", "changeme"),
        *("5201314", "1314520", "520520", "147258", "123321", "112233", "123123", "888888"),
        *("666666", "123456", "654321", "111111", "000000", "19210701", "19491001"),
        *("党员", "党支部", "党委", "组织部", "市场监管", "中国", "密码", "管理员"),
    }
)
_SHORTEST_WORD = 2  # characters of a unit's or township's name that count as one
_SHORTEST_PART = 5  # fewer letters or figures may stand in a long password by chance


def faults_of(
    password: str, profile: PasswordProfile, *, names: Iterable[str] = ()
) -> list[PasswordFault]:
    """Return what is wrong with a new password, in the order of PasswordFault.

    names: user name, names of units and townships; the password must contain none of them.
    """
    faults = []
    if len(password) < profile.shortest:
        faults.append(PasswordFault.TOO_SHORT)
    if len(password) > LONGEST:
        faults.append(PasswordFault.TOO_LONG)
    if classes_of(password) < profile.classes:
        faults.append(PasswordFault.CLASSES)
    if word_in(password, names):
        faults.append(PasswordFault.WORD)
    if len(set(password)) < profile.shortest // 3:
        faults.append(PasswordFault.REPEATED)
    return faults


def classes_of(password: str) -> int:
    """Return how many of the four classes stand in it: lower case, upper case, figure, other."""
    lower = any(c.isascii() and c.islower() for c in password)
    upper = any(c.isascii() and c.isupper() for c in password)
    figure = any(c.isascii() and c.isdigit() for c in password)
    other = any(not (c.isascii() and c.isalnum()) for c in password)
    return lower + upper + figure + other


def word_in(password: str, names: Iterable[str]) -> bool:
    """Test whether a common part, or one of the names, stands in the password.

    A common part counts where it is a good piece of the password, not by chance in a long one.
    """
    told = password.casefold()
    if any(part in told and 2 * len(part) >= len(told) for part in COMMON_PARTS):
        return True
    if any(part in told for part in COMMON_PARTS if _counts_anywhere(part)):
        return True
    return any(
        name.casefold() in told for name in names if len(name.strip()) >= _least_of(name.strip())
    )


def _counts_anywhere(part: str) -> bool:
    return len(part) >= _SHORTEST_PART + 1 or not part.isascii()


def _least_of(name: str) -> int:
    """A Chinese name of two characters says more than two letters."""
    return 3 if name.isascii() else _SHORTEST_WORD
