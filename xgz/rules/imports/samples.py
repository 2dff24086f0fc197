"""Sample cells for the page where a person matches columns by hand."""

import re

from xgz.rules.masking import mask_id_number, mask_phone

SAMPLE_MAX = 24  # characters
_STARS_MAX = 4
_LONG_NUMBER = re.compile(r"[0-9A-Za-z]{15,}")
_PHONE = re.compile(r"[0-9\- ]{7,14}")


def sample_text(text: str, *, is_open: bool) -> str:
    """Return a cell fit for the screen; is_open: the column is known to hold nothing personal.

    Anything else keeps its shape only: long numbers are masked in the middle, words and short
    answers (a "yes" may say that an owner is a member) entirely.
    """
    plain = text.strip()
    if is_open:
        return plain[:SAMPLE_MAX]
    if _LONG_NUMBER.fullmatch(plain):
        return mask_id_number(plain)
    if _PHONE.fullmatch(plain):
        return mask_phone(plain)
    return "*" * min(len(plain), _STARS_MAX)
