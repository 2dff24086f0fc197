"""The drawing child: one photo in, one clean JPEG out. Run as `python -m xgz.files.photos`.

It limits its own memory and processor time before it looks at the bytes, knows neither database
nor keys, and draws the picture anew: place, device and time that a phone writes into a photo, and
whatever else stood in the file, do not come along. The photo comes on standard input; the answer
is one line of JSON (width and height, or a fault), then the bytes of the picture.
"""

import io
import json
import os
import resource
import signal
import struct
import sys
from contextlib import suppress

from PIL import Image, ImageOps, UnidentifiedImageError

from xgz.rules.photos import (
    EDGE_MAX,
    EDGE_MIN,
    PIXELS_MAX,
    QUALITY,
    UPLOAD_MAX_BYTES,
    PhotoFault,
    PhotoRefused,
)

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 20
_TYPES = ("JPEG", "PNG")
_WHITE = (255, 255, 255)
_GIVES_WAY = 5


def cleaned(data: bytes) -> tuple[bytes, int, int]:
    """Return a photo as a plain JPEG of at most 1600 pixels, with its width and height.

    Raises PhotoRefused.
    """
    if not data:
        raise PhotoRefused(PhotoFault.EMPTY)
    if len(data) > UPLOAD_MAX_BYTES:
        raise PhotoRefused(PhotoFault.TOO_LARGE)
    picture = _upright(_opened(data))
    # A picture of its own: nothing that hung on the one that was sent is written with it.
    plain = Image.new("RGB", picture.size, _WHITE)
    plain.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    written = io.BytesIO()
    plain.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue(), plain.width, plain.height


def _opened(data: bytes) -> Image.Image:
    """Return the picture of a JPEG or PNG whose claimed size is within bounds; not decoded yet."""
    Image.MAX_IMAGE_PIXELS = PIXELS_MAX
    try:
        picture = Image.open(io.BytesIO(data), formats=_TYPES)
    except UnidentifiedImageError:
        raise PhotoRefused(PhotoFault.TYPE) from None
    except Image.DecompressionBombError:
        raise PhotoRefused(PhotoFault.PIXELS) from None
    except (OSError, ValueError, SyntaxError):
        raise PhotoRefused(PhotoFault.BROKEN) from None
    if picture.width * picture.height > PIXELS_MAX:
        raise PhotoRefused(PhotoFault.PIXELS)
    if min(picture.size) < EDGE_MIN:
        raise PhotoRefused(PhotoFault.TOO_SMALL)
    return picture


def _upright(picture: Image.Image) -> Image.Image:
    """Return it decoded, small enough, and turned as the camera was held."""
    try:
        picture.draft("RGB", (EDGE_MAX, EDGE_MAX))
        picture.load()
        whole = picture.convert("RGBA" if _is_seen_through(picture) else "RGB")
        whole.thumbnail((EDGE_MAX, EDGE_MAX))
        return ImageOps.exif_transpose(whole)
    except (OSError, ValueError, SyntaxError, struct.error):
        raise PhotoRefused(PhotoFault.BROKEN) from None


def _is_seen_through(picture: Image.Image) -> bool:
    return "A" in picture.getbands() or "transparency" in picture.info


def _limit_self() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_GIVES_WAY)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # not every system limits the address space
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))


def main() -> None:
    """Read one photo, answer it, exit."""
    _limit_self()
    out = sys.stdout.buffer
    try:
        picture, width, height = cleaned(sys.stdin.buffer.read(UPLOAD_MAX_BYTES + 1))
    except PhotoRefused as refused:
        out.write(json.dumps({"fault": refused.fault}).encode() + b"\n")
        return
    except MemoryError:
        out.write(json.dumps({"fault": PhotoFault.TOO_HEAVY}).encode() + b"\n")
        return
    out.write(json.dumps({"width": width, "height": height}).encode() + b"\n" + picture)


if __name__ == "__main__":
    main()
