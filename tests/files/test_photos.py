"""Photos are drawn anew: nothing but the picture comes along, and what is none is refused (ES-10)."""

import io
import zlib

import pytest
from PIL import Image

from tests.factories.sites import phone_photo
from xgz.files import photo_child
from xgz.files.photo_child import clean_photo
from xgz.rules.photos import EDGE_MAX, FAULT_LABELS, UPLOAD_MAX_BYTES, PhotoFault, PhotoRefused


def drawn(data):
    """Return the clean picture as Pillow reads it."""
    return Image.open(io.BytesIO(clean_photo(data).data))


def png(size, mode="RGB", color=0):
    written = io.BytesIO()
    Image.new(mode, size, color).save(written, "PNG")
    return written.getvalue()


def test_every_fault_has_its_words():
    assert set(FAULT_LABELS) == set(PhotoFault)


def test_place_phone_and_comment_do_not_come_along():
    sent = phone_photo()
    assert b"PhoneMaker" in sent
    assert b"a comment of the phone" in sent

    clean = clean_photo(sent)

    assert b"PhoneMaker" not in clean.data
    assert b"a comment of the phone" not in clean.data
    assert dict(drawn(sent).getexif()) == {}


def test_what_hangs_behind_the_picture_does_not_come_along():
    sent = phone_photo() + b"PK\x03\x04<script>alert(1)</script>"

    assert b"<script>" not in clean_photo(sent).data


@pytest.mark.parametrize(
    ("size", "kept"),
    [((4000, 3000), (1600, 1200)), ((1600, 900), (1600, 900)), ((300, 2000), (240, 1600))],
)
def test_the_longer_edge_is_kept_within_bounds(size, kept):
    clean = clean_photo(phone_photo(size))

    assert (clean.width, clean.height) == kept
    assert max(kept) <= EDGE_MAX
    assert drawn(phone_photo(size)).size == kept


def test_a_picture_is_turned_as_the_phone_was_held():
    clean = clean_photo(phone_photo((1200, 900), turned=6))

    assert (clean.width, clean.height) == (900, 1200)


def test_a_png_becomes_a_jpeg_on_white():
    picture = drawn(png((200, 100), "RGBA", (0, 0, 0, 0)))

    assert picture.format == "JPEG"
    assert picture.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", PhotoFault.EMPTY),
        (b"x" * (UPLOAD_MAX_BYTES + 1), PhotoFault.TOO_LARGE),
        (b"%PDF-1.7 and more of it", PhotoFault.TYPE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", PhotoFault.TYPE),
        (b"GIF89a" + bytes(50), PhotoFault.TYPE),
        (png((8, 200)), PhotoFault.TOO_SMALL),
        (png((9000, 9000), "1"), PhotoFault.PIXELS),
        (png((30000, 30000), "1"), PhotoFault.PIXELS),
        (phone_photo((2000, 1500))[:4000], PhotoFault.BROKEN),
        (png((400, 400))[:-40], PhotoFault.BROKEN),
    ],
    ids=["empty", "large", "pdf", "svg", "gif", "small", "pixels", "bomb", "cut jpeg", "cut png"],
)
def test_what_is_no_plain_photo_is_refused(data, fault):
    with pytest.raises(PhotoRefused) as refused:
        clean_photo(data)

    assert refused.value.fault is fault


def test_a_chunk_that_unpacks_to_far_more_is_refused_or_left_out():
    picture = png((64, 64))
    body = b"iCCPprofile\x00\x00" + zlib.compress(bytes(50_000_000))
    chunk = len(body[4:]).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")

    try:
        clean = clean_photo(picture[:33] + chunk + picture[33:])
    except PhotoRefused:
        return
    assert len(clean.data) < 10_000


def test_a_child_that_takes_too_long_or_dies_refuses_the_photo(monkeypatch):
    with pytest.raises(PhotoRefused) as refused:
        clean_photo(phone_photo(), wall_seconds=0.01)
    assert refused.value.fault is PhotoFault.TOO_HEAVY

    monkeypatch.setattr(photo_child.sys, "executable", "/bin/false")
    with pytest.raises(PhotoRefused) as refused:
        clean_photo(phone_photo())
    assert refused.value.fault is PhotoFault.TOO_HEAVY
