"""People in standard form as plain columns of text, and the levels of agreement as functions of them.

Any engine that runs SQL can hold these columns and call these functions; what they say is what
rules/linkage says, because they ask it.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from xgz.rules.linkage import comparing
from xgz.rules.linkage.addresses import Place
from xgz.rules.linkage.evidence import Evidence
from xgz.rules.linkage.keys import person_keys
from xgz.rules.linkage.names import sound_key, surname_of
from xgz.rules.linkage.numbers import IdKind, IdText
from xgz.rules.linkage.people import Person, standard_person

COLUMNS = ("name", "sex", "born", "id_number", "phone", "address")
# Values whose frequency counts: those of the roster's entry, those of the register's.
OF_ROSTER = ("name_key", "sound_key", "surname_key", "born_key")
OF_REGISTRY = ("phone_key", "street_key", "house_key")
KEYS = "keys"
STANDARD = (*COLUMNS, *OF_ROSTER, *OF_REGISTRY, KEYS)
_REMEMBERED = 200_000
_APART = "|"
_KIND_ENDS = ":"


def standard_row(texts: Sequence[str]) -> tuple[object, ...]:
    """Return what STANDARD names of one entry: texts, and last a list of keys; unknown is empty.

    texts: the columns of Identities in its order, as they were written.
    """
    person = standard_person(*texts)
    row, place = as_text(person), person.place
    return (
        *row,
        person.name,
        sound_key(person.name),
        surname_of(person.name),
        person.born[0] if person.born else "",
        row[4],
        place.street,
        f"{place.street}{_APART}{place.house}" if place.street else "",
        [f"{kind.value}{_KIND_ENDS}{key}" for kind, key in person_keys(person)],
    )


def key_begins(kind: str) -> str:
    """Return how the KEYS of this kind begin."""
    return f"{kind}{_KIND_ENDS}"


def as_text(person: Person) -> tuple[str, ...]:
    """Return the COLUMNS of one person.

    Several dates, phones and numbers stand with blanks between; the identity number has its kind
    before it, the address is street, house and all numbers.
    """
    number, place = person.id_number, person.place
    return (
        person.name,
        person.sex,
        " ".join(person.born),
        f"{number.kind:d}{number.text}" if number.kind else "",
        " ".join(person.phones),
        _APART.join((place.street, place.house, " ".join(place.numbers))) if place.street else "",
    )


def person_of(columns: Iterable[str]) -> Person:
    """Return the person whose COLUMNS these are."""
    name, sex, born, number, phone, address = columns
    return Person(
        name, sex, tuple(born.split()), _number_of(number), tuple(phone.split()), _place_of(address)
    )


def evidence_of(one: Iterable[str], other: Iterable[str]) -> Evidence:
    """Return all levels of two people, each given as its COLUMNS."""
    return comparing.compare(person_of(one), person_of(other))


def _number_of(text: str) -> IdText:
    return IdText(text[1:], IdKind(int(text[0]))) if text else IdText("", IdKind.NONE)


def _place_of(text: str) -> Place:
    if not text:
        return Place("", "", ())
    street, house, numbers = text.split(_APART)
    return Place(street, house, tuple(numbers.split()))


@lru_cache(_REMEMBERED)
def name_level(one: str, other: str) -> int:
    """Return the NameLevel of two names in standard form."""
    return int(comparing.name_level(one, other))


@lru_cache(_REMEMBERED)
def born_level(one: str, other: str) -> int:
    """Return the BornLevel of two columns of dates."""
    return int(comparing.born_level(tuple(one.split()), tuple(other.split())))


def id_level(one: str, other: str) -> int:
    """Return the IdLevel of two identity numbers with their kinds."""
    return int(comparing.id_level(_number_of(one), _number_of(other)))


def phone_level(one: str, other: str) -> int:
    """Return the PhoneLevel of two columns of phones."""
    return int(comparing.phone_level(tuple(one.split()), tuple(other.split())))


def address_level(one: str, other: str) -> int:
    """Return the AddressLevel of two addresses."""
    return int(comparing.address_level(_place_of(one), _place_of(other)))


FUNCTIONS: dict[str, Callable[[str, str], int]] = {
    "name_level": name_level,
    "born_level": born_level,
    "id_level": id_level,
    "phone_level": phone_level,
    "address_level": address_level,
}
