"""Whether the name of a lead and a name of the roster may be one person's (LD-7)."""

from xgz.rules.linkage.comparing import name_level
from xgz.rules.linkage.evidence import NameLevel
from xgz.rules.linkage.names import HIDDEN, standard_name

_ALIKE = frozenset(
    {
        NameLevel.SAME,
        NameLevel.SOUND,
        NameLevel.SHAPE,
        NameLevel.NEAR_SOUND,
        NameLevel.ORDER,
        NameLevel.PART,
    }
)


def names_differ(told: str, written: str) -> bool:
    """Test whether the roster's name is another one than the lead's (LD-7).

    told: of the lead; where nobody told one nothing differs. Spellings that sound or look alike,
    another order and a left out character are the same name; of a masked one the surname decides.
    """
    one, other = standard_name(told), standard_name(written)
    if not one:
        return False
    level = name_level(one, other)
    is_masked = HIDDEN in one + other
    return level not in _ALIKE and not (is_masked and level is NameLevel.SURNAME)
