from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from hypothesis import Phase, settings

# An example walks through the database: to shrink a failing one takes minutes and tells little
# more than its first form.
EXAMPLES = settings(phases=[Phase.explicit, Phase.reuse, Phase.generate])


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo what one example of Hypothesis wrote before the next one begins."""
    with transaction.atomic():
        point = transaction.savepoint()
        try:
            yield
        finally:
            transaction.savepoint_rollback(point)
