"""Rows with valid_from and valid_to: which of them hold on a day. Both ends count."""

from datetime import date

from django.db.models import Q


def not_ended(day: date) -> Q:
    """Return the condition that a row had not ended before the day."""
    return Q(valid_to__isnull=True) | Q(valid_to__gte=day)


def holds_on(day: date) -> Q:
    """Return the condition that a row had begun by the day and had not ended before it."""
    return Q(valid_from__lte=day) & not_ended(day)
