"""The columns of a list of people to be compared: leads, a registry extract, or a roster (XC-2)."""

from xgz.rules.imports import registry, roster
from xgz.rules.imports.fields import Field
from xgz.rules.imports.labels import MEMBER_CLASS_LABELS, MEMBERSHIP_STATUS_LABELS
from xgz.rules.linkage.sides import ROW_ID
from xgz.rules.members import ON_ROLLS, PARTY_CLASSES
from xgz.rules.registration import fold_label

_ROSTER = {field.key: field for field in roster.FIELDS}
_REGISTRY = {field.key: field for field in registry.FIELDS}


def _joined(key: str, mine: Field, *others: Field, required: bool = False) -> Field:
    names = [mine.header, *mine.synonyms]
    for other in others:
        names += [other.header, *other.synonyms]
    synonyms = tuple(dict.fromkeys(names[1:]))
    return Field(key, mine.header, synonyms=synonyms, required=required, personal=True)


_LAST_FOUR = Field(
    "last_four",
    "身份证后四位",
    synonyms=("后四位", "证件号码后四位", "身份证号后四位", "公民身份号码后四位", "证件后四位"),
    personal=True,
)
_PERSON: tuple[Field, ...] = (
    _joined("name", _ROSTER["name"], _REGISTRY["owner_name"], required=True),
    _joined("id_number", _ROSTER["id_number"], _REGISTRY["owner_id"]),
    _LAST_FOUR,
    _joined("born_on", _ROSTER["born_on"]),
    _joined("phone", _ROSTER["phone"], _REGISTRY["phone"]),
    _joined("branch", _ROSTER["branch"]),
)
ASKING_COLUMNS: tuple[Field, ...] = (ROW_ID, *_PERSON)
ROSTER_COLUMNS: tuple[Field, ...] = (*_PERSON, _ROSTER["member_class"], _ROSTER["status"])


def counts_as_member(member_class: str, status: str) -> bool:
    """Test whether a roster row is of a Party member on the rolls; an empty cell does not say no."""
    known_class = MEMBER_CLASS_LABELS.get(fold_label(member_class))
    known_status = MEMBERSHIP_STATUS_LABELS.get(fold_label(status))
    return (known_class is None or known_class in PARTY_CLASSES) and (
        known_status is None or known_status in ON_ROLLS
    )
