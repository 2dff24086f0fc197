"""Room on the disk: asked for before an upload, and kept in reserve."""

import errno

import pytest

from xgz.files import disk
from xgz.rules.storage import MARGIN_BYTES, RESERVE_BYTES, RESERVE_NAME, room_for_reserve
from xgz.services import storage
from xgz.services.storage import StorageFull, keep_reserve, release_reserve, require_room

SIZE = 5_000_000


@pytest.fixture
def free(settings, tmp_path, monkeypatch):
    """Let the disk of the data folder have as much room as the test says."""
    settings.HOME = tmp_path
    room = {"left": 10 * RESERVE_BYTES}
    monkeypatch.setattr(storage, "free_bytes", lambda _folder: room["left"])
    return lambda left: room.update(left=left)


def test_a_file_needs_three_times_its_size_and_the_margin(free):
    free(3 * SIZE + MARGIN_BYTES)
    require_room(SIZE)
    free(3 * SIZE + MARGIN_BYTES - 1)
    with pytest.raises(StorageFull) as refused:
        require_room(SIZE)

    assert refused.value.errno == errno.ENOSPC


def test_the_reserve_takes_its_room_once_and_gives_it_back(free, tmp_path):
    assert keep_reserve()
    assert keep_reserve()
    held = (tmp_path / RESERVE_NAME).stat()

    assert held.st_size == RESERVE_BYTES
    assert held.st_blocks * 512 >= RESERVE_BYTES
    assert held.st_mode & 0o077 == 0
    assert release_reserve()
    assert not release_reserve()
    assert list(tmp_path.iterdir()) == []


def test_the_reserve_is_made_anew_only_with_room_to_spare(free):
    free(room_for_reserve() - 1)
    assert not keep_reserve()
    free(room_for_reserve())

    assert keep_reserve()


def test_a_reserve_that_does_not_fit_leaves_nothing(free, tmp_path, monkeypatch):
    def no_room(descriptor, size):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(disk, "_take", no_room)

    assert not keep_reserve()
    assert list(tmp_path.iterdir()) == []
