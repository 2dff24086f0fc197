"""Where uploads and rejects files lie: private folders of the installation, outside the database.

Both hold people, so both lie sealed (PR-1). Whoever has to read an original is shown it in memory.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings

from xgz.models import Import, sealing
from xgz.services.sealed_lines import seal_lines, unseal_lines

SEALED_SUFFIX = ".sealed"
ORIGINAL_COLUMN = "import.original"
_BLOCK = 1 << 20


def upload_path(source: Import) -> Path:
    """Return where the sealed original of an import lies."""
    return uploads_folder() / source.stored_name


@contextmanager
def original_in_clear(source: Import) -> Iterator[Path]:
    """Show the original of an upload under a path while the block runs, to processes of this user.

    The clear bytes lie in memory and go with this process, however it ends; where the system has
    no such files they lie in the private folder until the block ends. Raises FileNotFoundError,
    SealBroken.
    """
    with upload_path(source).open(encoding="ascii") as sealed, _file_in_memory() as clear:
        for block in unseal_lines(sealed, column=ORIGINAL_COLUMN, name=_name_of(source)):
            clear.write(block)
        clear.seek(0)
        if _digest(clear) != source.file_digest:
            raise sealing.SealBroken(ORIGINAL_COLUMN)  # lines are missing at its end
        yield _path_of(clear)


def uploads_folder() -> Path:
    """Return the folder of original files, and of uploads still on their way."""
    return _folder("uploads")


def rejects_folder() -> Path:
    """Return the folder of rows handed back."""
    return _folder("rejects")


def rejects_path(source: Import) -> Path:
    """Return where the rows handed back lie: sealed as gathered, or a workbook of the shell's."""
    return rejects_folder() / source.rejects_name


def spool_path(source: Import) -> Path:
    """Return where rows handed back are gathered, sealed, while the file is read and after."""
    return rejects_folder() / f"{source.public_id}{SEALED_SUFFIX}"


def store_stream(stream: IO[bytes], name: str) -> tuple[str, str]:
    """Seal an upload into its folder (mode 600); return the file's name and the keyed digest."""
    stored_name = name + SEALED_SUFFIX
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    descriptor = os.open(uploads_folder() / stored_name, flags, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as target:
        seal_lines(stream, target, column=ORIGINAL_COLUMN, name=name)
    stream.seek(0)
    return stored_name, _digest(stream)


def file_digest(path: Path) -> str:
    """Return the keyed digest by which the same file is known again."""
    with path.open("rb") as stream:
        return _digest(stream)


def files_of(source: Import) -> list[Path]:
    """Return where the original and the rows handed back of an import may lie."""
    files = [spool_path(source)]
    if source.stored_name:
        files.append(upload_path(source))
    return files + ([rejects_path(source)] if source.rejects_name else [])


def remove(files: Iterable[Path]) -> None:
    """Delete files that may be gone already."""
    for path in files:
        path.unlink(missing_ok=True)


def _folder(name: str) -> Path:
    folder = Path(settings.HOME) / name
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _digest(stream: IO[bytes]) -> str:
    plain = hashlib.sha256()
    while block := stream.read(_BLOCK):
        plain.update(block)
    return sealing.digest("import.file", plain.hexdigest())


def _name_of(source: Import) -> str:
    return source.stored_name.removesuffix(SEALED_SUFFIX)


def _file_in_memory() -> IO[bytes]:
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("original"), "w+b")
    return tempfile.NamedTemporaryFile(dir=uploads_folder())


def _path_of(file: IO[bytes]) -> Path:
    """Return where another process of this user finds the open file."""
    if hasattr(os, "memfd_create"):
        return Path(f"/proc/{os.getpid()}/fd/{file.fileno()}")
    return Path(file.name)
