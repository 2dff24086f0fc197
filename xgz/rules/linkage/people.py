"""One person as every engine compares it: the six columns in their standard form (LK-1 to LK-8)."""

from dataclasses import dataclass

from xgz.rules.linkage.addresses import Place, standard_address
from xgz.rules.linkage.dates import standard_born
from xgz.rules.linkage.names import standard_name
from xgz.rules.linkage.numbers import IdText, born_of, sex_of, standard_id
from xgz.rules.linkage.phones import standard_phones

_SEXES = {"男": "男", "女": "女", "M": "男", "F": "女", "1": "男", "2": "女"}


@dataclass(frozen=True, slots=True)
class Person:
    """born: the date stated, then the one the number shows where it differs, eight digits each.

    sex: the one stated, else the one the number shows. phones: up to two.
    """

    name: str
    sex: str
    born: tuple[str, ...]
    id_number: IdText
    phones: tuple[str, ...]
    place: Place


def standard_person(
    name: str, sex: str, born_on: str, id_number: str, phone: str, address: str
) -> Person:
    """Return the person in standard form; every argument is the text of one column."""
    number = standard_id(id_number)
    dates = dict.fromkeys((standard_born(born_on), born_of(number)))
    return Person(
        standard_name(name),
        standard_sex(sex) or sex_of(number),
        tuple(d for d in dates if d),
        number,
        standard_phones(phone),
        standard_address(address),
    )


def standard_sex(text: str) -> str:
    """Return "男", "女", or "" where it is not said."""
    return _SEXES.get(text.strip()[:1].upper(), "")
