"""The disk: how much room is left, a file that keeps some in reserve, names that outlast a power cut."""

import os
import shutil
from pathlib import Path

_BLOCK = 1 << 20


def free_bytes(folder: Path) -> int:
    """Return how many bytes may still be written into a folder by this user."""
    return shutil.disk_usage(folder).free


def sync_folder(folder: Path) -> None:
    """Have the names in a folder written, so that a file put or replaced there outlasts a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def hold_in_reserve(path: Path, size: int) -> None:
    """Make a file of `size` bytes (mode 600) that really takes its room. Raises OSError.

    Nothing is left behind where the room is not there.
    """
    scratch = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            _take(stream.fileno(), size)
        scratch.replace(path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise


def _take(descriptor: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, size)
        return
    for _ in range(size // _BLOCK):
        os.write(descriptor, bytes(_BLOCK))
