"""What every test run needs; see tests/settings.py for the environment."""

import os

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache

from xgz.models.keyring import make_key_ring

# Machines that run the tests are often shared: a slow example is not a wrong one. The integration
# machine tries the same examples each time, so that a failure there is the change's own.
hypothesis.settings.register_profile(
    "xgz", deadline=None, derandomize=os.environ.get("CI") == "true"
)
hypothesis.settings.load_profile("xgz")


def pytest_configure(config: pytest.Config) -> None:
    """Give the throw-away data folder its keys, as the first start of an installation does.

    Raises UsageError where the tests would run on the data of a working installation.
    """
    if settings.PROFILE != "test":
        raise pytest.UsageError("tests run under tests.settings (DJANGO_SETTINGS_MODULE)")
    make_key_ring()  # the workers of pytest-xdist start after this and find the file


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Figures kept for one state of the register must not outlive the test that made it."""
    cache.clear()
