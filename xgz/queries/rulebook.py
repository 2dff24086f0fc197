"""The rulebook as the pages show it: the tables of docs/rulebook/, read once per process."""

from collections.abc import Sequence
from functools import cache

from django.conf import settings

from xgz.files.rulebook import read_rulebook
from xgz.rules.rulebook import RulebookRow, RulebookSubject

# Subjects in the order people look for them; the others follow by name.
_FIRST = (
    "organisations",
    "members",
    "transfers",
    "closures",
    "formations",
    "elections",
    "establishing",
    "adjustments",
    "cases",
    "coverage",
    "worklists",
)


@cache
def rulebook() -> tuple[RulebookSubject, ...]:
    """Return every subject with its rules. Raises RulebookFault."""
    pages = {path.name: path.read_bytes() for path in sorted(settings.RULEBOOK.glob("*.md"))}
    return tuple(sorted(read_rulebook(pages), key=_place))


def found_rules(asked: str) -> list[RulebookSubject]:
    """Return the subjects with those rules that hold every word asked for, in either language.

    asked: words divided by spaces, compared without regard to case; nothing asks for all.
    """
    words = asked.casefold().split()
    found = [
        RulebookSubject(subject.key, subject.title, _matching(subject.rows, words))
        for subject in rulebook()
    ]
    return [subject for subject in found if subject.rows]


def rule_texts(ids: Sequence[str], *, in_chinese: bool) -> dict[str, str]:
    """Return the wording of rules by id; unknown ids are left out."""
    return {
        row.id: row.text.among(in_chinese=in_chinese)
        for subject in rulebook()
        for row in subject.rows
        if row.id in ids
    }


def _matching(rows: Sequence[RulebookRow], words: Sequence[str]) -> tuple[RulebookRow, ...]:
    return tuple(row for row in rows if all(word in _haystack(row) for word in words))


def _haystack(row: RulebookRow) -> str:
    both = (row.text, row.source, row.open)
    return " ".join([row.id, *(f"{each.english} {each.chinese}" for each in both)]).casefold()


def _place(subject: RulebookSubject) -> tuple[int, str]:
    name = subject.key.split("-")[0]
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), subject.key)
