"""A key ring of a test's own; the run's ring returns afterwards."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project_settings

from xgz.models.keyring import forget_key_ring, make_key_ring


@pytest.fixture
def own_keys(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Return the path of a fresh key ring that belongs to the test alone; there are no relay's keys."""
    kept = project_settings.KEY_RING
    settings.KEY_RING = tmp_path / "keys" / "keyring.json"
    settings.RELAY_KEYS = settings.KEY_RING.with_name("relay.json")
    forget_key_ring()
    make_key_ring()
    yield Path(settings.KEY_RING)
    settings.KEY_RING = kept
    forget_key_ring()
