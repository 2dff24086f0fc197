"""Impact assessments of tasks: sealed files beside the database, kept three years (MT-8, P18)."""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

from django.conf import settings

from xgz.files.documents import DocumentRefused, document_type
from xgz.models import MatchingTask
from xgz.services.matching.faults import AssessmentRefused
from xgz.services.sealed_lines import seal_lines, unseal_lines

SEALED_SUFFIX = ".sealed"
COLUMN = "matching_task.assessment"
FOLDER = "assessments"
_NAME_BYTES = 6


def assessments_folder() -> Path:
    """Return the private folder of impact assessments."""
    folder = Path(settings.HOME) / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def store_assessment(data: bytes) -> str:
    """Seal a document under a new name (mode 600); return the name, its type before the suffix.

    Raises AssessmentRefused for anything but a plain PDF or Word document of at most 10 MB.
    """
    try:
        kind = document_type(data)
    except DocumentRefused as refused:
        raise AssessmentRefused(str(refused)) from None
    name = f"{token_hex(_NAME_BYTES)}-{kind}{SEALED_SUFFIX}"
    path = assessments_folder() / name
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as target:
        seal_lines(io.BytesIO(data), target, column=COLUMN, name=_bound_to(name))
        target.flush()
        os.fsync(target.fileno())
    return name


def read_assessment(task: MatchingTask) -> tuple[str, Iterator[bytes]]:
    """Return the type of a task's assessment and its bytes. Raises FileNotFoundError, SealBroken."""
    lines = (assessments_folder() / task.assessment_name).read_text("ascii").splitlines()
    kind = task.assessment_name.removesuffix(SEALED_SUFFIX).rpartition("-")[2]
    return kind, unseal_lines(lines, column=COLUMN, name=_bound_to(task.assessment_name))


def remove_assessment(name: str) -> None:
    """Delete a file that may be gone already."""
    if name:
        (assessments_folder() / name).unlink(missing_ok=True)


def _bound_to(name: str) -> str:
    return name.split("-")[0]
