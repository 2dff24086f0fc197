"""Documents that are kept as they are: true type by magic bytes, size, nothing active inside."""

import io
import zipfile

from xgz.files.intake import ENTRIES_MAX, UPLOAD_MAX_BYTES

_PDF, _ZIP = b"%PDF-", b"PK\x03\x04"
_ACTIVE = ("vbaproject", "embeddings/", "activex/", "oleobject")
# Names by which a PDF starts something by itself when it is opened.
_PDF_ACTIVE = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/OpenAction")


class DocumentRefused(Exception):
    """The file is empty, too large, of another type, or would start something by itself."""


def document_type(data: bytes) -> str:
    """Return "pdf" or "docx", what the bytes truly are. Raises DocumentRefused."""
    if not data or len(data) > UPLOAD_MAX_BYTES:
        raise DocumentRefused("size")
    if data.startswith(_PDF):
        if any(mark in data for mark in _PDF_ACTIVE):
            raise DocumentRefused("active")
        return "pdf"
    if data.startswith(_ZIP):
        _check_word(data)
        return "docx"
    raise DocumentRefused("type")


def _check_word(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, ValueError):
        raise DocumentRefused("broken") from None
    names = [entry.filename.lower() for entry in entries]
    if len(entries) > 4 * ENTRIES_MAX or any(entry.flag_bits & 1 for entry in entries):
        raise DocumentRefused("package")
    if any(mark in name for name in names for mark in _ACTIVE):
        raise DocumentRefused("active")
    if "word/document.xml" not in names:
        raise DocumentRefused("type")
