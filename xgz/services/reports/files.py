"""Where reports lie: sealed, in a private folder of the installation, for a day.

A ledger names secretaries and owners who are members: like rows handed back it waits sealed (PR-1).
While it is written its rows stand in a scratch folder that goes with the attempt.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from xgz.models import Report
from xgz.services.sealed_lines import seal_lines, unseal_lines

SEALED_SUFFIX = ".sealed"
_PART_SUFFIX = ".part"
SCRATCH_PREFIX = "scratch-"
_COLUMN = "report.file"


def reports_folder() -> Path:
    """Return the private folder of reports."""
    folder = Path(settings.HOME) / "reports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


@contextmanager
def scratch_folder(name: str) -> Iterator[Path]:
    """Make a folder for rows on their way while the block runs; it goes afterwards.

    What a killed attempt at the same file left goes first: its rows stand in clear.
    """
    for left in reports_folder().glob(f"{SCRATCH_PREFIX}{name}-*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{SCRATCH_PREFIX}{name}-", dir=reports_folder()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def store_sealed(stream: BinaryIO, public_id: str, attempt: int) -> str:
    """Seal a file block by block under a name of its own, complete or not at all; return the name.

    Mode 600; on the disk before it has its name.
    """
    name = f"{public_id}-{attempt}{SEALED_SUFFIX}"
    part = reports_folder() / (name + _PART_SUFFIX)
    part.unlink(missing_ok=True)
    stream.seek(0)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as target:
        seal_lines(stream, target, column=_COLUMN, name=public_id)
        target.flush()
        os.fsync(target.fileno())
    part.rename(reports_folder() / name)
    return name


class UnsealedBlocks:
    """The file of a report block by block; closed at its end, or with whoever sends it."""

    def __init__(self, report: Report) -> None:
        """Open the file. Raises FileNotFoundError."""
        self._public_id = report.public_id
        self._file = (reports_folder() / report.stored_name).open(encoding="ascii")

    def __iter__(self) -> Iterator[bytes]:
        """Yield the blocks. Raises SealBroken."""
        with self._file as lines:
            yield from unseal_lines(lines, column=_COLUMN, name=self._public_id)

    def close(self) -> None:
        self._file.close()


def remove(name: str) -> None:
    """Delete a file that may be gone already."""
    if name:
        (reports_folder() / name).unlink(missing_ok=True)
