import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xgz.files.sealed_stream import (
    BLOCK,
    NotSealed,
    SealedReader,
    SealedWriter,
    StreamBroken,
    read_header,
)

KEY = b"k" * 32
HEADER = {"kind": "trial", "made": "2026-11-02"}


def sealed(clear, key=KEY):
    target = io.BytesIO()
    writer = SealedWriter(target, key, HEADER)
    writer.write(clear)
    writer.finish()
    return target.getvalue()


def opened(text, key=KEY):
    return io.BufferedReader(SealedReader(io.BytesIO(text), key)).read()


def blocks_of(text):
    """Return the head of a file and its blocks, each with its length."""
    at = 6 + 4 + int.from_bytes(text[6:10], "big")
    head, blocks = text[:at], []
    while at < len(text):
        size = 4 + int.from_bytes(text[at : at + 4], "big")
        blocks.append(text[at : at + size])
        at += size
    return head, blocks


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK])
def test_what_went_in_comes_out(size):
    clear = os.urandom(size)

    assert opened(sealed(clear)) == clear
    assert read_header(io.BytesIO(sealed(clear)))["kind"] == "trial"


def test_nothing_of_it_is_readable():
    assert b"330183199001011234" not in sealed(b"330183199001011234" * 1000)


def test_two_files_of_one_text_share_nothing():
    first, second = (blocks_of(sealed(b"x" * 100)) for _ in range(2))

    assert first[1] != second[1]


@given(at=st.integers(min_value=0), bit=st.integers(min_value=0, max_value=7))
def test_a_flipped_bit_anywhere_is_found(at, bit):
    text = bytearray(sealed(b"secret" * 20))
    text[at % len(text)] ^= 1 << bit

    with pytest.raises((StreamBroken, NotSealed)):
        opened(bytes(text))


@given(st.integers(min_value=1))
def test_a_cut_anywhere_is_found(missing):
    text = sealed(b"secret" * 20)

    with pytest.raises((StreamBroken, NotSealed)):
        opened(text[: len(text) - 1 - missing % len(text)])


@pytest.mark.parametrize(
    "change",
    [
        lambda blocks: [blocks[1], blocks[0], blocks[2]],
        lambda blocks: [blocks[0], blocks[0], blocks[1], blocks[2]],
        lambda blocks: [blocks[0], blocks[2]],
        lambda blocks: blocks[:2],
        lambda blocks: [*blocks, blocks[2]],
        lambda blocks: [],
    ],
    ids=["swapped", "repeated", "left out", "cut between blocks", "added", "none"],
)
def test_blocks_cannot_be_moved(change):
    head, blocks = blocks_of(sealed(os.urandom(2 * BLOCK + 5)))

    with pytest.raises(StreamBroken):
        opened(head + b"".join(change(blocks)))


def test_blocks_of_another_file_do_not_fit():
    (head, _), (_, others) = blocks_of(sealed(b"a" * 100)), blocks_of(sealed(b"a" * 100))

    with pytest.raises(StreamBroken):
        opened(head + b"".join(others))


def test_another_key_opens_nothing():
    with pytest.raises(StreamBroken):
        opened(sealed(b"secret"), b"l" * 32)


@pytest.mark.parametrize(
    "text", [b"", b"SQLite format 3\x00", b"XGZB1\n", b"XGZB1\n\x00\x00\x00\x02{}"]
)
def test_another_form_is_told(text):
    with pytest.raises(NotSealed):
        read_header(io.BytesIO(text))
