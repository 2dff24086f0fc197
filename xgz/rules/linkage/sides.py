"""The columns that a roster and a register bring to a comparison, by their headers (LK-1)."""

from enum import StrEnum

from xgz.rules.imports import registry, roster
from xgz.rules.imports.fields import Field


class Side(StrEnum):
    """Which of the two files: people of the Party's roster, or owners in the register."""

    ROSTER = "roster"
    REGISTRY = "registry"


_ROSTER = {field.key: field for field in roster.FIELDS}
_REGISTRY = {field.key: field for field in registry.FIELDS}
ROW_ID = Field("row_id", "序号", synonyms=("编号", "行号"))
# Columns of Identities, in its order, and which column of the file brings each.
COLUMNS: dict[Side, dict[str, Field]] = {
    Side.ROSTER: {
        "name": _ROSTER["name"],
        "sex": _ROSTER["sex"],
        "born_on": _ROSTER["born_on"],
        "id_number": _ROSTER["id_number"],
        "phone": _ROSTER["phone"],
        "address": _ROSTER["address"],
    },
    Side.REGISTRY: {
        "name": _REGISTRY["owner_name"],
        "sex": _ROSTER["sex"],
        "born_on": _ROSTER["born_on"],
        "id_number": _REGISTRY["owner_id"],
        "phone": _REGISTRY["phone"],
        "address": _REGISTRY["address"],
    },
}


def known_fields(side: Side) -> tuple[Field, ...]:
    """Return the fields whose headers are looked for in a file of this side."""
    return (ROW_ID, *COLUMNS[side].values())
