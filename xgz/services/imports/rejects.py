"""Rows handed back: sealed while they wait, written as a workbook by a process of its own.

The spool holds one sealed line per chunk of rows, so nothing of a roster lies in clear (PR-1). The
writing process knows no keys: it is fed the unsealed rows through a pipe.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import IO

from xgz.files.child import child_environment
from xgz.files.rejects import END_OF_ROWS, rejects_suffix
from xgz.models import Import, sealing
from xgz.services.imports import folders

_COLUMN = "import.rejects"


class RejectsNotWritten(Exception):
    """The file of rows handed back could not be written; the rows wait sealed. source: its import."""

    def __init__(self, source: Import) -> None:
        super().__init__(source.public_id)
        self.source = source


class RejectsSpool:
    """Gathers the rows handed back of one import in a private file, sealed; use with `with`."""

    def __init__(self, source: Import) -> None:
        self._id = source.public_id
        path = folders.spool_path(source)
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file: IO[str] = os.fdopen(descriptor, "w", encoding="ascii")
        self._count = 0

    def __enter__(self) -> "RejectsSpool":
        return self

    def __exit__(self, *fault: object) -> None:
        self._file.close()

    def put(self, lines: Sequence[list[object]]) -> None:
        """Add rows as [row number, reason, cells]; the very first carries the headers."""
        if not lines:
            return
        clear = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
        self._file.write(sealing.seal(_COLUMN, f"{self._id}.{self._count}", clear) + "\n")
        self._count += 1


def gathered_rows(source: Import) -> Iterator[str]:
    """Yield the gathered rows of an import unsealed, as JSON lines; a chunk at a time."""
    with folders.spool_path(source).open(encoding="ascii") as spool:
        for number, line in enumerate(spool):
            yield sealing.unseal(_COLUMN, f"{source.public_id}.{number}", line.rstrip("\n"))


@contextmanager
def rejects_being_written(source: Import) -> Iterator[None]:
    """Write the rejects file of a staged import while the block runs; it is there afterwards.

    The sealed rows go once the file is complete. Raises RejectsNotWritten; where the block fails
    no file is left.
    """
    name = f"{source.kind}-{source.public_id}{rejects_suffix(source.rejected + source.duplicate)}"
    target = folders.rejects_folder() / name
    writer = _Writer(source, target)
    try:
        yield
    except BaseException:
        writer.stop()
        target.unlink(missing_ok=True)
        raise
    if not writer.is_done():
        raise RejectsNotWritten(source)
    Import.objects.filter(pk=source.pk).update(rejects_name=name)
    folders.spool_path(source).unlink(missing_ok=True)
    source.rejects_name = name


def write_rejects_once(source: Import, name: str) -> IO[bytes]:
    """Return an open workbook of the gathered rows that is gone when it is closed.

    name: of a file that does not exist yet; only its suffix counts. Raises RejectsNotWritten.
    """
    target = folders.rejects_folder() / name
    try:
        if not _Writer(source, target).is_done():
            raise RejectsNotWritten(source)
        return target.open("rb")
    finally:
        target.unlink(missing_ok=True)


class _Writer:
    """A process that writes the workbook, and the thread that feeds it."""

    def __init__(self, source: Import, target: Path) -> None:
        self._source = source
        self._child = subprocess.Popen(  # noqa: S603 (our own module; the path is ours)
            [sys.executable, "-m", "xgz.files.rejects", str(target)],
            env=child_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        self._feeder = Thread(target=self._feed, daemon=True)
        self._feeder.start()

    def is_done(self) -> bool:
        """Wait for the process; test whether the file is complete."""
        self._feeder.join()
        return self._child.wait() == 0

    def stop(self) -> None:
        """End the process before its work is done."""
        self._child.kill()
        self.is_done()

    def _feed(self) -> None:
        """Without the last line the child knows that rows are missing and writes no file."""
        pipe = self._child.stdin
        if pipe is None:
            return
        with suppress(OSError, sealing.SealBroken), pipe:
            for chunk in gathered_rows(self._source):
                pipe.write(chunk + "\n")
            pipe.write(END_OF_ROWS + "\n")
