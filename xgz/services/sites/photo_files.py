"""Where the pictures of photos lie: sealed files beside the database (ES-10, KY-3)."""

import io
import os
from pathlib import Path

from django.conf import settings

from xgz.models import SitePhoto
from xgz.services.sealed_lines import seal_lines, unseal_lines
from xgz.services.storage import require_room

SEALED_SUFFIX = ".sealed"
COLUMN = "site_photo.picture"
FOLDER = "photos"


class PhotoGone(Exception):
    """The picture is not there any more."""


def photos_folder() -> Path:
    """Return the private folder of pictures."""
    folder = Path(settings.HOME) / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def store_picture(data: bytes, public_id: str) -> str:
    """Seal a picture for the photo of this id (mode 600, on the disk); return the file's name.

    Raises StorageFull.
    """
    require_room(len(data))
    name = f"{public_id}{SEALED_SUFFIX}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    descriptor = os.open(photos_folder() / name, flags, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as target:
        seal_lines(io.BytesIO(data), target, column=COLUMN, name=public_id)
        target.flush()
        os.fsync(target.fileno())
    return name


def read_photo(photo: SitePhoto) -> bytes:
    """Return the picture of a photo the actor was found to see. Raises PhotoGone, SealBroken."""
    try:
        lines = (photos_folder() / photo.stored_name).read_text("ascii").splitlines()
    except FileNotFoundError:
        raise PhotoGone(photo.public_id) from None
    return b"".join(unseal_lines(lines, column=COLUMN, name=photo.public_id))


def remove_picture(name: str) -> None:
    """Delete a picture that may be gone already."""
    (photos_folder() / name).unlink(missing_ok=True)
