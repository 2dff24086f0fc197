"""The journal's part of deleting people: what it holds of rows that are gone goes too (BK-6)."""

from datetime import datetime, timedelta

from django.db.models import Q

from xgz.models import ImportChange
from xgz.models.sealed_columns import sealed_columns
from xgz.rules.imports.states import UNDO_DAYS, ImportState


def forget_gone_rows(*, now: datetime) -> int:
    """Blank the journal's values of rows with personal data that are gone; return how many.

    Only where no undo can ask for them any more: the import was undone, or is too old for it. What
    an undo had to leave alone stays, and so does the line itself: that a row was made or changed.
    """
    over = Q(source_import__state=ImportState.UNDONE) | Q(
        source_import__applied_at__lt=now - timedelta(days=UNDO_DAYS)
    )
    count = 0
    for model in {column.model for column in sealed_columns()}:
        lines = ImportChange.objects.filter(over, table=model._meta.model_name, is_conflict=False)
        gone = lines.exclude(target_id__in=model._default_manager.values("pk"))
        count += gone.exclude(before={}, after={}).update(before={}, after={})
    return count
