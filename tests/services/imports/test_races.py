"""Eight clients after one import: exactly one wins. benchmarks/races runs hundreds of these."""

import pytest

from tests.services.cases.races import clients
from tests.services.imports.races import STARTS, hold_imports

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_eight_clients_after_one_import_exactly_one_wins(tmp_path):
    number = 2 * len(STARTS)

    with clients() as eight:
        tally = hold_imports(number, eight, tmp_path)

    assert tally.faults == []
    assert sum(tally.won.values()) == tally.races == number
