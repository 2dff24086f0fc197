"""The folder of backups: which files lie there and what they say of themselves in clear."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from xgz.files.sealed_stream import NotSealed, read_header
from xgz.rules.backups import SUFFIX


def backups_folder() -> Path:
    """Return the installation's folder of backups (mode 700)."""
    folder = Path(settings.BACKUPS)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def backups_by_key() -> Counter[str]:
    """Return how many backups of the folder need each field key, by what they say in clear."""
    counted: Counter[str] = Counter()
    for _path, header in _headers():
        counted.update(set(header.get("field_keys", ())))
    return counted


def header_of(path: Path) -> dict[str, Any]:
    """Return what a backup says of itself in clear. Raises NotSealed, OSError."""
    with path.open("rb") as stream:
        return read_header(stream)


def _headers() -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted(backups_folder().glob(f"*{SUFFIX}")):
        try:
            yield path, header_of(path)
        except (NotSealed, OSError):
            continue
