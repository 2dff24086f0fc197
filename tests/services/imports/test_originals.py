"""Originals of uploads lie sealed and are clear only while they are read."""

import os
from io import BytesIO

import pytest

from xgz.models import Import, sealing
from xgz.services.imports import folders

ROWS = "姓名,公民身份号码\n张三丰,330183199001011234\n".encode() * 20_000  # several blocks


@pytest.fixture
def source():
    stored_name, digest = folders.store_stream(BytesIO(ROWS), "an-original")
    yield Import(stored_name=stored_name, file_digest=digest)
    folders.uploads_folder().joinpath(stored_name).unlink(missing_ok=True)


def test_what_lies_in_the_folder_is_sealed_and_private(source):
    path = folders.upload_path(source)

    assert b"330183199001011234" not in path.read_bytes()
    assert "张三丰".encode() not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600


def test_it_is_shown_whole_while_it_is_read_and_no_longer(source):
    with folders.original_in_clear(source) as clear:
        assert clear.read_bytes() == ROWS
        assert clear.stat().st_size == len(ROWS)
    if hasattr(os, "memfd_create"):
        assert not clear.is_relative_to(folders.uploads_folder())
    assert list(folders.uploads_folder().glob("an-original*")) == [folders.upload_path(source)]


def test_the_digest_is_that_of_the_clear_file(source, tmp_path):
    same = tmp_path / "same.csv"
    same.write_bytes(ROWS)

    assert folders.file_digest(same) == source.file_digest


@pytest.mark.parametrize("left_out", [1, -1], ids=["in the middle", "at the end"])
def test_a_file_that_lost_lines_is_refused(source, left_out):
    path = folders.upload_path(source)
    lines = path.read_text(encoding="ascii").splitlines(keepends=True)
    assert len(lines) > 2
    del lines[left_out]
    path.write_text("".join(lines), encoding="ascii")

    with pytest.raises(sealing.SealBroken), folders.original_in_clear(source):
        pass


def test_a_file_that_is_gone_is_said_to_be(source):
    folders.upload_path(source).unlink()

    with pytest.raises(FileNotFoundError), folders.original_in_clear(source):
        pass
