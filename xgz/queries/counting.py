"""Counting several lists in one query, where a page shows many numbers at once."""

from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value

from xgz.queries.statements import Statement, rows_of


def count_of(name: str, rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    """Return the query of (name, number of rows) of a list. The list must not be grouped."""
    counted: QuerySet[Any, Any] = (
        rows.order_by()
        .annotate(list_name=Value(name, output_field=CharField()))
        .values("list_name")
        .annotate(list_rows=Count("pk"))
        .values_list("list_name", "list_rows")
    )
    return counted


def count_together(counts: Mapping[str, Statement]) -> dict[str, int]:
    """Return name → number of rows of each list, from statements of count_of; one query."""
    return dict.fromkeys(counts, 0) | dict(rows_of(*counts.values()))
