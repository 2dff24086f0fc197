"""The words of a search box: each of them must stand somewhere in a row."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)


def with_words(
    rows: QuerySet[M], text: str, parts: Sequence[str], codes: Sequence[str] = ()
) -> QuerySet[M]:
    """Return the rows that have every word of a text, each in any column.

    parts: columns in which a word may stand; codes: columns in capitals it may be as a whole. Over
    a column of many values ask for one word at a time: a row comes as often as it has values, and
    several words multiply that.
    """
    for word in text.split():
        stands = [Q((f"{column}__icontains", word)) for column in parts]
        whole = [Q((column, word.upper())) for column in codes]
        rows = rows.filter(reduce(or_, [*stands, *whole]))
    return rows
