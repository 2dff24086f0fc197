"""Words that somebody wrote: what of them can be seen (CS-11)."""

import unicodedata

# Control, format, private-use and unassigned characters; separators other than the plain space.
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})
_KEPT = "\n\t"
# Letters by their category that print nothing.
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def visible_words(text: str) -> str:
    """Return the text without characters nobody sees, and without space at its ends.

    Zero-width marks, direction marks and fillers are never typed on purpose: they would turn words
    round on the page, or let an empty opinion pass for one.
    """
    seen = (
        mark
        for mark in text
        if mark in _KEPT
        or (unicodedata.category(mark) not in _UNSEEN and mark not in _BLANK_LETTERS)
    )
    return "".join(seen).strip()
