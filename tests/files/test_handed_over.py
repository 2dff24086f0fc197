"""A file that is there whole or not at all."""

import stat

import pytest

from xgz.files.handed_over import written_beside


def test_it_is_in_its_place_once_asked_for(tmp_path):
    target = tmp_path / "out"
    target.write_bytes(b"old")

    with written_beside(target, b"new") as place:
        assert target.read_bytes() == b"old"
        place()

    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_a_block_that_fails_leaves_nothing(tmp_path):
    target = tmp_path / "out"
    target.write_bytes(b"old")

    with pytest.raises(LookupError), written_beside(target, b"new"):
        raise LookupError

    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_block_that_never_asks_leaves_nothing(tmp_path):
    with written_beside(tmp_path / "out", b"new"):
        pass

    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_placed_stays_beside(tmp_path):
    """Flags that were paid for with the only key to them are not lost to a name that is taken."""
    target = tmp_path / "out"

    def take_the_name():
        with written_beside(target, b"new") as place:
            target.mkdir()
            place()

    with pytest.raises(OSError, match="out"):
        take_the_name()

    (kept,) = (path for path in tmp_path.iterdir() if path != target)
    assert kept.read_bytes() == b"new"


def test_a_folder_is_no_target(tmp_path):
    with pytest.raises(IsADirectoryError), written_beside(tmp_path, b"new"):
        pass
