"""What lies in a file somebody takes for a backup: told by its first bytes."""

from enum import StrEnum
from pathlib import Path

from xgz.files.sealed_stream import MAGIC


class FileKind(StrEnum):
    BACKUP = "backup"
    FOLDER = "folder"
    SQLITE = "sqlite"
    SQLITE_LOG = "sqlite_log"
    DUMP = "dump"
    ARCHIVE = "archive"
    OTHER = "other"


_WAL = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_BEGINNINGS: tuple[tuple[bytes, FileKind], ...] = (
    (MAGIC, FileKind.BACKUP),
    (b"SQLite format 3\x00", FileKind.SQLITE),
    *((mark, FileKind.SQLITE_LOG) for mark in _WAL),
    (b"PGDMP", FileKind.DUMP),
    (b"--\n-- PostgreSQL database dump", FileKind.DUMP),
    *(
        (mark, FileKind.ARCHIVE)
        for mark in (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf")
    ),
    (b"\x28\xb5\x2f\xfd", FileKind.ARCHIVE),
    (b"Rar!", FileKind.ARCHIVE),
)
_TAR_AT, _TAR = 257, b"ustar"


def kind_of(path: Path) -> FileKind:
    """Return what a file or folder is. Raises OSError."""
    if path.is_dir():
        return FileKind.FOLDER
    with path.open("rb") as stream:
        head = stream.read(512)
    for mark, kind in _BEGINNINGS:
        if head.startswith(mark):
            return kind
    return FileKind.ARCHIVE if head[_TAR_AT:].startswith(_TAR) else FileKind.OTHER
