"""The relay's own clock: it knows nothing of the site's."""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """Return the present moment in the office's time zone."""
    return timezone.localtime(timezone.now())
