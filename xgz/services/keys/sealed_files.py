"""Sealed files beside the database: reports, originals, rows handed back, assessments, photos (KY-3)."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from xgz.models import Import, sealing
from xgz.models.keyring import key_ring
from xgz.rules.imports.states import ImportState
from xgz.services.imports.folders import (
    ORIGINAL_COLUMN,
    SEALED_SUFFIX,
    rejects_folder,
    uploads_folder,
)
from xgz.services.keys.cells import Resealed
from xgz.services.matching.assessments import COLUMN as ASSESSMENT_COLUMN
from xgz.services.matching.assessments import assessments_folder
from xgz.services.reports.files import reports_folder
from xgz.services.sites.photo_files import COLUMN as PHOTO_COLUMN
from xgz.services.sites.photo_files import photos_folder

_PART_SUFFIX = ".part"
_IN_WORK = (ImportState.STAGING, ImportState.APPLYING)
_REPORT, _REJECTS = "report.file", "import.rejects"


def files_by_key() -> Counter[str]:
    """Return how many sealed files need each key."""
    counted: Counter[str] = Counter()
    for path, _column in _files():
        counted.update({sealing.key_id_of(line) for line in _lines(path)} - {""})
    return counted


def reseal_files() -> Resealed:
    """Write every sealed file of an older key anew, at one stroke; files still written are left.

    Whoever reads one meanwhile reads the old file to its end. changed, unreadable: files.
    """
    done = Resealed()
    working = set(Import.objects.filter(state__in=_IN_WORK).values_list("public_id", flat=True))
    for path, column in _files():
        public_id = path.name.removesuffix(SEALED_SUFFIX).split("-")[0]
        if column == _REJECTS and public_id in working:
            continue
        if all(sealing.key_id_of(line) in {"", key_ring().key_id} for line in _lines(path)):
            continue
        try:
            _reseal_file(path, column, public_id)
        except sealing.SealBroken:
            done.unreadable += 1
        except FileNotFoundError:
            continue  # taken or swept meanwhile
        else:
            done.changed += 1
    return done


def _reseal_file(path: Path, column: str, public_id: str) -> None:
    part = path.with_name(path.name + _PART_SUFFIX)
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as target:
            for number, line in enumerate(_lines(path)):
                target.write(sealing.reseal(column, f"{public_id}.{number}", line) + "\n")
            target.flush()
            os.fsync(target.fileno())
        path.stat()  # one that was taken meanwhile does not come back
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _files() -> Iterator[tuple[Path, str]]:
    folders = (
        (reports_folder(), _REPORT),
        (rejects_folder(), _REJECTS),
        (uploads_folder(), ORIGINAL_COLUMN),
        (assessments_folder(), ASSESSMENT_COLUMN),
        (photos_folder(), PHOTO_COLUMN),
    )
    for folder, column in folders:
        for path in sorted(folder.glob(f"*{SEALED_SUFFIX}")):
            yield path, column


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="ascii") as lines:
            for line in lines:
                yield line.rstrip("\n")
    except FileNotFoundError:
        return
