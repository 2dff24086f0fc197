"""Keeping for good that two are not one person (MT-5); part of another service's work."""

from collections.abc import Collection
from datetime import datetime

from xgz.models import NotSame


def keep_denials(digests: Collection[str], now: datetime) -> None:
    """Keep a "no" that stands from now on: undoing one said of a pair before leaves it alone."""
    NotSame.objects.filter(digest__in=digests).update(decided_at=now)
    NotSame.objects.bulk_create(
        [NotSame(digest=each, decided_at=now) for each in sorted(digests)], ignore_conflicts=True
    )
