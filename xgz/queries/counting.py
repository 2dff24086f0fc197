"""Counting several lists in one query, where a page shows many numbers at once."""

from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value


def count_together(lists: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """Return name → number of rows of each list; one query. The lists must not be grouped."""
    parts: list[QuerySet[Any, Any]] = [
        rows.order_by()
        .annotate(list_name=Value(name, output_field=CharField()))
        .values("list_name")
        .annotate(list_rows=Count("pk"))
        .values_list("list_name", "list_rows")
        for name, rows in lists.items()
    ]
    counts = dict.fromkeys(lists, 0)
    if parts:
        counts.update(dict(parts[0].union(*parts[1:], all=True)))
    return counts
