"""Letting the drawing child redraw a photo; the child may die, the parent may not."""

import json
import subprocess
import sys
from dataclasses import dataclass

from xgz.files.child import child_environment
from xgz.rules.photos import UPLOAD_MAX_BYTES, PhotoFault, PhotoRefused

WALL_SECONDS = 40


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A JPEG that this program drew itself; width and height in pixels."""

    data: bytes
    width: int
    height: int


def clean_photo(data: bytes, *, wall_seconds: float = WALL_SECONDS) -> CleanPhoto:
    """Return a photo drawn anew, without anything else that stood in its file.

    Raises PhotoRefused, also where the child ends without an answer or takes too long.
    """
    if not data:
        raise PhotoRefused(PhotoFault.EMPTY)
    if len(data) > UPLOAD_MAX_BYTES:
        raise PhotoRefused(PhotoFault.TOO_LARGE)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "xgz.files.photos"],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            timeout=wall_seconds,
            close_fds=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PhotoRefused(PhotoFault.TOO_HEAVY) from None
    head, _line, picture = done.stdout.partition(b"\n")
    if done.returncode != 0 or not head:
        raise PhotoRefused(PhotoFault.TOO_HEAVY)
    answer = json.loads(head)
    if "fault" in answer:
        raise PhotoRefused(PhotoFault(answer["fault"]))
    return CleanPhoto(picture, int(answer["width"]), int(answer["height"]))
