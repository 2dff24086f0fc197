"""Where uploads and rejects files lie: private folders of the installation, outside the database."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings

from xgz.models import Import, sealing

_BLOCK = 1 << 20


def upload_path(source: Import) -> Path:
    """Return where the original file of an import lies."""
    return _folder("uploads") / source.stored_name


def rejects_path(source: Import) -> Path:
    """Return where the workbook of rows handed back lies."""
    return _folder("rejects") / source.rejects_name


def spool_path(source: Import) -> Path:
    """Return where rows handed back are gathered while the file is read."""
    return _folder("rejects") / f"{source.public_id}.jsonl"


def store_stream(stream: IO[bytes], stored_name: str) -> str:
    """Copy an upload into its folder (mode 600) and return its keyed digest."""
    target = _folder("uploads") / stored_name
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


def remove_files(source: Import) -> None:
    """Delete the original and the rejects of an import that is over."""
    for path in (upload_path(source) if source.stored_name else None, spool_path(source)):
        if path is not None:
            path.unlink(missing_ok=True)
    if source.rejects_name:
        rejects_path(source).unlink(missing_ok=True)


def _folder(name: str) -> Path:
    folder = Path(settings.HOME) / name
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block
