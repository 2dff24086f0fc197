"""Why a row or a file is handed back: codes with arguments; the wording stands elsewhere."""

from enum import StrEnum
from typing import NamedTuple


class CellReason(StrEnum):
    """Why a row is handed back (a cell fault, IM-6). The detail is named beside each."""

    MISSING = "missing"
    NAME_MISSING = "name_missing"
    CODE_MISSING = "code_missing"
    CODE_SCIENTIFIC = "code_scientific"
    CODE_LENGTH = "code_length"  # characters found
    CODE_CHARACTER = "code_character"  # position from 1
    CODE_CHECK_DIGIT = "code_check_digit"
    ID_SCIENTIFIC = "id_scientific"
    ID_LENGTH = "id_length"  # characters found
    ID_CHARACTER = "id_character"  # position from 1
    ID_PROVINCE = "id_province"
    ID_BIRTH_DATE = "id_birth_date"
    ID_CHECK_DIGIT = "id_check_digit"
    ID_BIRTH_MISMATCH = "id_birth_mismatch"
    ID_SEX_MISMATCH = "id_sex_mismatch"
    NUMERIC = "numeric"
    FORMULA = "formula"
    DATE_FORM = "date_form"
    DATE_RANGE = "date_range"
    DATE_FUTURE = "date_future"
    DATE_ORDER = "date_order"  # header of the date that should not be later
    INTEGER_FORM = "integer_form"
    INTEGER_RANGE = "integer_range"  # largest allowed
    DECIMAL_FORM = "decimal_form"
    COORDINATE_RANGE = "coordinate_range"
    YEAR_RANGE = "year_range"
    FULL_EXCEEDS_ALL = "full_exceeds_all"
    LABEL_UNKNOWN = "label_unknown"  # the wording
    YES_NO_FORM = "yes_no_form"  # without the wording: it may say that an owner is a member
    TOO_LONG = "too_long"  # characters allowed
    WIDTH = "width"  # columns found
    KEY_INCOMPLETE = "key_incomplete"
    BUSINESS_UNKNOWN = "business_unknown"
    SUPERIOR_CIRCLE = "superior_circle"
    UNDER_AGE = "under_age"  # years
    DUPLICATE = "duplicate"  # row number of the row that won


class FileReason(StrEnum):
    """Why a file is refused as a whole (a structural fault, IM-7), with its details in order."""

    EMPTY = "file_empty"
    NO_ROWS = "file_no_rows"
    TOO_LARGE = "file_too_large"  # megabytes allowed
    TYPE = "file_type"
    OLD_EXCEL = "file_old_excel"
    ENCRYPTED = "file_encrypted"
    BROKEN = "file_broken"
    ACTIVE_CONTENT = "file_active_content"
    DOCTYPE = "file_doctype"
    UNPACKED_SIZE = "file_unpacked_size"  # megabytes allowed
    ENTRIES = "file_entries"  # entries allowed
    TOO_MANY_ROWS = "sheet_too_many_rows"  # sheet, row found, rows allowed
    TOO_MANY_COLUMNS = "sheet_too_many_columns"  # sheet or "", columns found, columns allowed
    TOO_MANY_FORMULAS = "sheet_too_many_formulas"  # sheet
    ENCODING = "encoding"  # line
    MIXED_ENCODING = "mixed_encoding"  # line
    NUL = "nul_bytes"  # line
    QUOTES = "unbalanced_quotes"  # line
    CELL_TOO_LONG = "cell_too_long"  # row, characters allowed
    NO_HEADER = "no_header"  # missing headers ...
    NO_SHEET = "no_sheet"  # sheet names ...
    SEVERAL_SHEETS = "several_sheets"  # sheet names ...
    REPEATED_HEADER = "repeated_header"  # header
    SAME_FIELD = "same_field"  # both headers, row where they differ
    UNKNOWN_CODES = "unknown_codes"  # header, values ...
    MAPPING = "mapping"  # header the mapping names and nobody knows
    TIMEOUT = "timeout"  # seconds allowed
    MEMORY = "memory"
    CRASHED = "crashed"


class CellFaultNote(NamedTuple):
    """One reason: key of the field ("" for the whole row), code, detail (0 or "" without)."""

    field: str
    reason: str
    detail: int | str


class CellFault(ValueError):
    """A cell cannot be taken; the text of the exception never holds the cell."""

    def __init__(self, reason: CellReason, detail: int | str = 0) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.detail = detail


class FileRefused(Exception):
    """The file is refused as a whole and nothing is changed (IM-7)."""

    def __init__(self, reason: FileReason, *details: int | str) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.details = details
