"""From the text of a cell to a value, or a fault that says what to do (IM-6)."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date

from xgz.rules import credit_codes, id_numbers
from xgz.rules.imports.fields import CellType, Field
from xgz.rules.imports.reasons import CellFault, CellReason
from xgz.rules.registration import fold_label, is_blank

Value = str | int | float | None
Converter = Callable[[str], Value]

INTEGER_MAX = 10_000_000
EARLIEST_YEAR = 1900
LATEST_YEARS_AHEAD = 50
_REMEMBERED = 50_000  # dates and labels repeat: each is worked out once
_DATE = re.compile(
    r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T][0-9:.]+)?|([0-9]{4})([0-9]{2})([0-9]{2})"
)
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+")
_BARE_CODE = re.compile(r"[0-9]{1,4}|[A-Z]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_LIVE_PREFIX = re.compile(r"'(?=[=+\-@＝＋－＠])")
_YES = frozenset({"是", "Y", "YES", "T", "TRUE", "1", "√", "有", "对"})
_NO = frozenset({"否", "N", "NO", "F", "FALSE", "0", "2", "×", "X", "无", "不是", "非"})


class BareCode(ValueError):
    """A code without wording in a label column: only a mapping of its sender can tell (IM-10)."""

    def __init__(self, code: str) -> None:
        super().__init__("bare code")
        self.code = code


def converter(field: Field, today: date, codes: Mapping[str, str]) -> Converter:
    """Return the function that turns a stripped, filled cell of this column into its value.

    codes: the sender's own codes of this column and the wording each stands for. The function
    raises CellFault or BareCode.
    """
    plain = _PLAIN[field.cell](field, today)
    if not codes:
        return plain
    wordings = {fold_label(code): wording for code, wording in codes.items()}
    return lambda text: plain(wordings.get(fold_label(text), text))


def clean_text(text: str) -> str:
    """Return the text without control characters and the ' that an export of ours put before =+-@."""
    if text.isprintable() and not text.startswith("'"):
        return text
    return _LIVE_PREFIX.sub("", _CONTROL.sub(" ", text)).strip()


def without_invisible(text: str) -> str:
    """Return the text without format characters: marks of writing direction, zero-width ones.

    They turn a name round on the page or make two names look alike, and are never typed on purpose.
    """
    return "".join(mark for mark in text if unicodedata.category(mark) != "Cf").strip()


def _text(field: Field, today: date) -> Converter:
    longest = field.max_length

    def convert(text: str) -> Value:
        if len(text) > longest:
            raise CellFault(CellReason.TOO_LONG, longest)
        if text.isprintable() and text[0] != "'":
            return text
        return clean_text(text) or None

    return convert


def _code(field: Field, today: date) -> Converter:
    old_allowed = field.cell is CellType.CODE

    def convert(text: str) -> Value:
        code = credit_codes.normalise_code(text)
        if credit_codes.is_credit_code(code):
            return code
        if old_allowed and credit_codes.is_old_registration_no(code):
            return code
        fault, detail = credit_codes.explain_code(code)
        raise CellFault(CellReason(fault.value), detail)

    return convert


def _codes(field: Field, today: date) -> Converter:
    def convert(text: str) -> Value:
        if _SCIENTIFIC.fullmatch(text):
            raise CellFault(CellReason.CODE_SCIENTIFIC)
        parts = [credit_codes.normalise_code(p) for p in re.split(r"[,，、;；/|\s]+", text)]
        return ";".join(dict.fromkeys(part for part in parts if part))

    return convert


def _token(field: Field, today: date) -> Converter:
    def convert(text: str) -> Value:
        token = credit_codes.normalise_code(text)
        if _SCIENTIFIC.fullmatch(token):
            raise CellFault(CellReason.CODE_SCIENTIFIC)
        if len(token) > field.max_length:
            raise CellFault(CellReason.TOO_LONG, field.max_length)
        return token

    return convert


def _id(field: Field, today: date) -> Converter:
    def convert(text: str) -> Value:
        try:
            return id_numbers.check_id_number(text, today).number
        except id_numbers.InvalidIdNumber as fault:
            raise CellFault(CellReason(fault.fault.value), fault.detail) from None

    return convert


def _paper(field: Field, today: date) -> Converter:
    checked = _id(field, today)

    def convert(text: str) -> Value:
        number = credit_codes.normalise_code(text)
        if id_numbers.looks_like_id_number(number):
            return checked(number)
        if len(number) > field.max_length:
            raise CellFault(CellReason.TOO_LONG, field.max_length)
        return number

    return convert


def _phone(field: Field, today: date) -> Converter:
    def convert(text: str) -> Value:
        number = unicodedata.normalize("NFKC", text)
        if _SCIENTIFIC.fullmatch(number):
            raise CellFault(CellReason.NUMERIC)
        digits = re.sub(r"[\s\-()]|^\+?86(?=1[0-9]{10}$)", "", number.lstrip("'"))
        if len(digits) > field.max_length:
            raise CellFault(CellReason.TOO_LONG, field.max_length)
        return digits

    return convert


def read_date(text: str) -> date:
    """Return the day a text names in one of the usual forms. Raises CellFault."""
    parts = _DATE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if parts is None:
        raise CellFault(CellReason.DATE_FORM)
    year, month, day = (int(part) for part in parts.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        raise CellFault(CellReason.DATE_FORM) from None


def _date(field: Field, today: date) -> Converter:
    known: dict[str, str] = {}

    def convert(text: str) -> Value:
        found = known.get(text)
        if found is not None:
            return found
        day = read_date(text)
        if field.past and day > today:
            raise CellFault(CellReason.DATE_FUTURE)
        if not EARLIEST_YEAR <= day.year <= today.year + LATEST_YEARS_AHEAD:
            raise CellFault(CellReason.DATE_RANGE)
        if len(known) < _REMEMBERED:
            known[text] = day.isoformat()
        return day.isoformat()

    return convert


def _year(field: Field, today: date) -> Converter:
    def convert(text: str) -> Value:
        digits = re.sub(r"年度?(年?报|报告)?$", "", unicodedata.normalize("NFKC", text))
        digits = digits.removesuffix(".0")
        if not (digits.isdecimal() and len(digits) == 4 and 2000 <= int(digits) <= today.year):
            raise CellFault(CellReason.YEAR_RANGE)
        return int(digits)

    return convert


def _integer(field: Field, today: date) -> Converter:
    def convert(text: str) -> Value:
        if not (text.isdecimal() and text.isascii()):
            text = re.sub(r"[,\s]|[人名位户]$|\.0+$", "", unicodedata.normalize("NFKC", text))
            if not (text.isdecimal() and text.isascii()):
                raise CellFault(CellReason.INTEGER_FORM)
        if len(text) > 9 or int(text) > INTEGER_MAX:
            raise CellFault(CellReason.INTEGER_RANGE, INTEGER_MAX)
        return int(text)

    return convert


def _decimal(field: Field, today: date) -> Converter:
    low, high = (73.0, 136.0) if field.key == "longitude" else (3.0, 54.0)

    def convert(text: str) -> Value:
        try:
            number = float(text)
        except ValueError:
            raise CellFault(CellReason.DECIMAL_FORM) from None
        if not low <= number <= high:
            raise CellFault(CellReason.COORDINATE_RANGE)
        return round(number, 7)

    return convert


def _yes_no(field: Field, today: date) -> Converter:
    def convert(text: str) -> Value:
        folded = fold_label(text)
        if folded in _YES:
            return "yes"
        if folded in _NO:
            return "no"
        raise CellFault(CellReason.YES_NO_FORM)

    return convert


def _label(field: Field, today: date) -> Converter:
    labels = field.labels

    def convert(text: str) -> Value:
        found = labels.get(text)
        if found is not None:
            return found
        folded = fold_label(text)
        found = labels.get(folded)
        if found is not None:
            return found
        if _BARE_CODE.fullmatch(folded):
            raise BareCode(folded)
        raise CellFault(CellReason.LABEL_UNKNOWN, text[:20])

    return convert


_PLAIN: dict[CellType, Callable[[Field, date], Converter]] = {
    CellType.TEXT: _text,
    CellType.CODE: _code,
    CellType.CREDIT_CODE: _code,
    CellType.CODES: _codes,
    CellType.REFERENCE: _token,
    CellType.ID: _id,
    CellType.PAPER: _paper,
    CellType.PHONE: _phone,
    CellType.DATE: _date,
    CellType.YEAR: _year,
    CellType.INTEGER: _integer,
    CellType.DECIMAL: _decimal,
    CellType.YES_NO: _yes_no,
    CellType.LABEL: _label,
}

__all__ = [
    "BareCode",
    "Converter",
    "Value",
    "clean_text",
    "converter",
    "is_blank",
    "read_date",
    "without_invisible",
]
