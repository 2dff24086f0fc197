import pytest

from xgz.models import SealedList, sealing
from xgz.models.sealed_lists import DECLARED_OWNERS, PADDING, find_list, read_ids, sealed_ids

pytestmark = pytest.mark.django_db


def write(ids):
    row = SealedList.objects.create(name=DECLARED_OWNERS)
    row.value_sealed = sealed_ids(row.public_id, ids)
    row.save()
    return row


@pytest.mark.parametrize(
    "ids", [(), (7,), (3, 1, 2, 3), range(5000)], ids=["none", "one", "few", "many"]
)
def test_ids_come_back_as_a_set(ids):
    write(ids)

    assert read_ids(find_list()) == frozenset(ids)


def test_a_list_never_written_is_empty():
    assert find_list() is None
    assert read_ids(SealedList.objects.create(name=DECLARED_OWNERS)) == frozenset()


def test_the_value_names_no_row_and_hides_the_number_of_rows():
    short, long = (sealed_ids("abcdefghijkl", range(10**6, 10**6 + n)) for n in (0, 100))

    assert len(short) == len(long)
    assert len(short) > PADDING
    assert "1000001" not in long


def test_the_value_belongs_to_its_own_row():
    stolen = write([1, 2]).value_sealed
    other = SealedList.objects.create(name="other", value_sealed=stolen)

    with pytest.raises(sealing.SealBroken):
        read_ids(other)
