"""Where uploads and rejects files lie: private folders of the installation, outside the database."""

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from django.conf import settings

from xgz.models import Import, sealing

SEALED_SUFFIX = ".sealed"
_BLOCK = 1 << 20


def upload_path(source: Import) -> Path:
    """Return where the original file of an import lies."""
    return uploads_folder() / source.stored_name


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


def store_stream(stream: IO[bytes], stored_name: str) -> str:
    """Copy an upload into its folder (mode 600) and return its keyed digest."""
    target = uploads_folder() / stored_name
    with target.open("xb") as copy:
        target.chmod(0o600)
        shutil.copyfileobj(stream, copy, _BLOCK)
    return file_digest(target)


def file_digest(path: Path) -> str:
    """Return the keyed digest by which the same file is known again."""
    plain = hashlib.sha256()
    for block in _blocks(path):
        plain.update(block)
    return sealing.digest("import.file", plain.hexdigest())


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


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block
