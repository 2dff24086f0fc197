"""Counting several lists in one query, where a page shows many numbers at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, IntegerField, Q, QuerySet, Value

# Rows, and for each list over them its name and condition; Q() for all of the rows.
Group = tuple[QuerySet[Any], Mapping[str, Q]]


def counted_together(groups: Sequence[Group], by: Sequence[str] = ()) -> QuerySet[Any, Any]:
    """Return one row for each group: its number in the order given, then how many rows each list has.

    by: columns of the rows to count by; then a group has a row for each of their values, which
    stand after its number. One query, one moment, one pass over the rows of a group; zeros after a
    group's last list. A group that can have no rows, as of somebody who reaches nothing, is left out.
    The rows must not be grouped.
    """
    columns = [f"list_{place}" for place in range(max(len(lists) for _rows, lists in groups))]
    first, *others = (
        _part(number, rows, list(lists.values()), columns, by)
        for number, (rows, lists) in enumerate(groups)
    )
    return first.union(*others, all=True)


def _part(
    number: int,
    rows: QuerySet[Any],
    conditions: Sequence[Q],
    columns: Sequence[str],
    by: Sequence[str],
) -> QuerySet[Any, Any]:
    if len(conditions) == 1:
        rows, conditions = rows.filter(conditions[0]), [Q()]
    counts = {
        column: Count("pk", filter=condition or None)
        for column, condition in zip(columns, conditions, strict=False)
    }
    zeros = {column: Value(0, IntegerField()) for column in columns[len(conditions) :]}
    grouped = rows.order_by().annotate(list_group=Value(number)).values("list_group", *by)
    part: QuerySet[Any, Any] = grouped.annotate(**counts, **zeros).values_list(
        "list_group", *by, *columns
    )
    return part
