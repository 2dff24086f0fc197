"""The file of anchors: one line after the other, only ever added to, safe on disk before it counts."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path


def add_line(path: Path, make: Callable[[list[str]], str]) -> str:
    """Add the line that `make` returns for the lines there are, and return it.

    Two processes wait for each other; the line is on the disk when this returns. The file and its
    folder are the owner's alone. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        content = handle.read() or b""
        line = make(_lines(content))
        # What a dead process left half written is a line of its own, and is told as such.
        parted = b"" if not content or content.endswith(b"\n") else b"\n"
        handle.write(parted + line.encode() + b"\n")
        os.fsync(handle.fileno())
    return line


def read_lines(path: Path) -> list[str] | None:
    """Return the lines of the file, oldest first; None where it is not there or cannot be read."""
    try:
        return _lines(path.read_bytes())
    except OSError:
        return None


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8", "replace").splitlines()
