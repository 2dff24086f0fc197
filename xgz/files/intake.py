"""The first look at an uploaded file: its true type by magic bytes, and what a zip claims to hold.

Nothing here is unpacked; declared sizes are checked again by whoever reads the parts.
"""

import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from xgz.rules.imports.reasons import FileReason, FileRefused

MEGABYTE = 1024 * 1024
UPLOAD_MAX_BYTES = 10 * MEGABYTE
UNPACKED_MAX_BYTES = 200 * MEGABYTE
RATIO_MAX = 100
RATIO_FREE_BYTES = MEGABYTE  # tiny workbooks pack well without being bombs
ENTRIES_MAX = 64

GZIP_MAGIC = b"\x1f\x8b"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OTHER_TYPES = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"Rar!",
    b"7z\xbc\xaf",
    GZIP_MAGIC,
    b"{\\rtf",
    b"GIF8",
)
_ACTIVE = (
    "vbaproject",
    "externallinks/",
    "embeddings/",
    "activex/",
    "oleobject",
    "macrosheets/",
    "xl/model",
)
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


class FileForm(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class IntakeLimits:
    """max_bytes: size of the file as sent; 0 means no limit (CSV from the shell)."""

    max_bytes: int = UPLOAD_MAX_BYTES


def sniff_form(path: Path, limits: IntakeLimits) -> FileForm:
    """Return what the file truly is. Raises FileRefused for anything but a plain xlsx or a CSV."""
    size = path.stat().st_size
    if size == 0:
        raise FileRefused(FileReason.EMPTY)
    if limits.max_bytes and size > limits.max_bytes:
        raise FileRefused(FileReason.TOO_LARGE, limits.max_bytes // MEGABYTE)
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith(_OLE):
        encrypted = _ENCRYPTED_PACKAGE in path.read_bytes()[: 4 * MEGABYTE]
        raise FileRefused(FileReason.ENCRYPTED if encrypted else FileReason.OLD_EXCEL)
    if head.startswith(_ZIP):
        check_package(path)
        return FileForm.XLSX
    if head.startswith(GZIP_MAGIC) and not limits.max_bytes:
        return FileForm.CSV  # packed CSV, from the shell only
    if head.startswith(_OTHER_TYPES) or head.lstrip()[:1] == b"<":
        raise FileRefused(FileReason.TYPE)
    return FileForm.CSV


def check_package(path: Path) -> None:
    """Check what the zip's own directory says. Raises FileRefused."""
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise FileRefused(FileReason.BROKEN) from None
    names = [entry.filename.lower() for entry in entries]
    if len(entries) > ENTRIES_MAX:
        raise FileRefused(FileReason.ENTRIES, ENTRIES_MAX)
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileRefused(FileReason.ENCRYPTED)
    if any(mark in name for name in names for mark in _ACTIVE):
        raise FileRefused(FileReason.ACTIVE_CONTENT)
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
        raise FileRefused(FileReason.TYPE)
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    bomb = unpacked > RATIO_FREE_BYTES and unpacked > RATIO_MAX * packed
    if unpacked > UNPACKED_MAX_BYTES or bomb:
        raise FileRefused(FileReason.UNPACKED_SIZE, UNPACKED_MAX_BYTES // MEGABYTE)
