import pytest

from tests.services.imports.worlds import Importer


@pytest.fixture
def take_in(tmp_path):
    """Import rows of a kind through the real child, staging and writing."""
    return Importer(tmp_path)
