"""The shape of a column: its key, its headers, the type of its cells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class CellType(StrEnum):
    TEXT = "text"
    CODE = "code"  # a credit code or an old registration number
    CREDIT_CODE = "credit_code"  # 18 characters only
    CODES = "codes"  # several credit codes, separated; not checked one by one
    REFERENCE = "reference"  # a code of another kind: text, never a number
    ID = "id"  # a citizen identity number
    PAPER = "paper"  # an identity number or the number of another paper
    PHONE = "phone"
    DATE = "date"
    YEAR = "year"
    INTEGER = "integer"
    DECIMAL = "decimal"
    YES_NO = "yes_no"
    LABEL = "label"


# A number in such a cell has already lost digits, a formula may change: never repaired (IM-8).
EXACT_TYPES = frozenset(
    {
        CellType.CODE,
        CellType.CREDIT_CODE,
        CellType.CODES,
        CellType.ID,
        CellType.PAPER,
    }
)


@dataclass(frozen=True, slots=True)
class Field:
    """One column of one kind of file.

    header: our name of it; synonyms: other names accepted. required: the column must be there;
    filled: so must each cell. past: a date after today is a fault. labels: for LABEL cells, the
    folded wording and the value it stands for. personal: sealed before it is stored.
    """

    key: str
    header: str
    cell: CellType = CellType.TEXT
    synonyms: tuple[str, ...] = ()
    required: bool = False
    filled: bool = False
    is_key: bool = False
    past: bool = False
    max_length: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    personal: bool = False
    example: str = ""
    note: str = ""

    @property
    def is_exact(self) -> bool:
        """Whether numbers and formulas in this column are faults."""
        return self.is_key or self.cell in EXACT_TYPES
