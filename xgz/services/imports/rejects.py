"""Having the file of rows handed back written by a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from xgz.files.child import child_environment
from xgz.files.rejects import rejects_suffix
from xgz.models import Import
from xgz.services.imports import folders


class RejectsNotWritten(Exception):
    """The file of rows handed back could not be written."""


@contextmanager
def rejects_being_written(source: Import) -> Iterator[None]:
    """Write the rejects file of a staged import while the block runs; it is there afterwards.

    Raises RejectsNotWritten. The spool goes once the file is complete.
    """
    count = source.rejected + source.duplicate
    name = f"{source.kind}-{source.public_id}{rejects_suffix(count)}"
    Import.objects.filter(pk=source.pk).update(rejects_name=name)
    source.rejects_name = name
    spool = folders.spool_path(source)
    writer = subprocess.Popen(  # noqa: S603 (our own module; the paths are ours)
        [sys.executable, "-m", "xgz.files.rejects", str(spool), str(folders.rejects_path(source))],
        env=child_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        failed = writer.wait()
    if failed:
        raise RejectsNotWritten(name)
    spool.unlink(missing_ok=True)
