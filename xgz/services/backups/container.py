"""The file of a backup: a compressed archive inside a sealed stream, under the ring's backup key (BK-1).

Inside: manifest.json, the database, and the sealed files beside it. Keys are not in it.
"""

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from xgz.files.plain_copies import FileKind, kind_of
from xgz.files.sealed_stream import NotSealed, SealedReader, SealedWriter, StreamBroken
from xgz.models.keyring import KeyRing, key_name, key_ring
from xgz.rules.backups import BackupFault
from xgz.services.backups.folder import header_of

FORM = 1
MANIFEST = "manifest.json"
_LEVEL = 1  # sealed values hardly shrink further, and time matters more
_PIECE = 1 << 20
Tell = Callable[[int, int], None]


class BackupRefused(Exception):
    """A file is not a backup this installation can use; carries why, and which keys are wanted."""

    def __init__(
        self, fault: BackupFault, *, kind: FileKind | None = None, key_ids: list[str] | None = None
    ) -> None:
        super().__init__(fault)
        self.fault = fault
        self.kind = kind
        self.key_ids = key_ids or []


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A backup laid out in a folder; everything in it is as it was written."""

    manifest: dict[str, Any]
    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / str(self.manifest["database"])

    def files(self) -> list[str]:
        """Return the sealed files beside the database, as paths inside the folder."""
        return [name for name in self.manifest["files"] if name != self.manifest["database"]]


def pack(folder: Path, target: Path, manifest: dict[str, Any], header: dict[str, Any]) -> str:
    """Write the files of a folder into one sealed file (mode 600, on the disk); return its SHA-256.

    manifest: is completed with size and digest of each file.
    """
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    manifest = manifest | {"files": {name: _facts_of(folder / name) for name in names}}
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        sealed = SealedWriter(stream, key_ring().backup, header)
        with (
            gzip.GzipFile(fileobj=sealed, mode="wb", compresslevel=_LEVEL, mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as archive,
        ):
            _add(archive, MANIFEST, io.BytesIO(json.dumps(manifest).encode()))
            for name in names:
                with (folder / name).open("rb") as content:
                    _add(archive, name, content)
        sealed.finish()
        stream.flush()
        os.fsync(stream.fileno())
    return str(_facts_of(target)["sha256"])


def unpack(source: Path, folder: Path, tell: Tell = lambda done, total: None) -> Unpacked:
    """Open a backup into an empty folder, every block and digest proven. Raises BackupRefused.

    tell: bytes read and bytes there are.
    """
    ring = require_keys(source)
    try:
        with source.open("rb") as stream, _opened(stream, ring, tell, source) as archive:
            manifest = _laid_out(archive, folder)
    except (StreamBroken, NotSealed):
        raise BackupRefused(BackupFault.BROKEN) from None
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, KeyError, ValueError):
        raise BackupRefused(BackupFault.BROKEN) from None
    if any(_facts_of(folder / name) != facts for name, facts in manifest["files"].items()):
        raise BackupRefused(BackupFault.BROKEN)
    return Unpacked(manifest, folder)


def require_keys(source: Path) -> KeyRing:
    """Return the ring at hand if it opens the backup. Raises BackupRefused with what it is instead."""
    try:
        kind = kind_of(source)
        if kind is not FileKind.BACKUP:
            raise BackupRefused(BackupFault.NOT_SEALED, kind=kind)
        header = header_of(source)
    except FileNotFoundError:
        raise BackupRefused(BackupFault.FILE_GONE) from None
    except NotSealed:
        raise BackupRefused(BackupFault.BROKEN) from None
    if header.get("form") != FORM:
        raise BackupRefused(BackupFault.NEWER_PROGRAM)
    ring, wanted = key_ring(), str(header.get("backup_key"))
    missing = [] if wanted == key_name(ring.backup) else [wanted]
    missing += [name for name in header.get("field_keys", []) if ring.field_key(name) is None]
    if missing:
        raise BackupRefused(BackupFault.OTHER_KEYS, key_ids=missing)
    return ring


@contextmanager
def _opened(stream: BinaryIO, ring: KeyRing, tell: Tell, source: Path) -> Iterator[tarfile.TarFile]:
    total = source.stat().st_size
    sealed = io.BufferedReader(SealedReader(stream, ring.backup), _PIECE)
    with gzip.GzipFile(fileobj=sealed, mode="rb") as packed:
        with tarfile.open(fileobj=packed, mode="r|") as archive:
            yield archive
        while packed.read(_PIECE):  # to the very last block: only then is nothing cut off
            pass
    while sealed.read(_PIECE):
        pass
    tell(total, total)


def _laid_out(archive: tarfile.TarFile, folder: Path) -> dict[str, Any]:
    first = archive.next()
    content = archive.extractfile(first) if first is not None and first.name == MANIFEST else None
    if content is None:
        raise ValueError(MANIFEST)
    manifest: dict[str, Any] = json.loads(content.read())
    awaited = set(manifest["files"])
    while (member := archive.next()) is not None:
        if member.name not in awaited or not member.isfile():
            raise ValueError(member.name)
        awaited.remove(member.name)
        _lay_out(archive.extractfile(member), folder, member.name)
    if awaited:
        raise ValueError("missing")
    return manifest


def _lay_out(content: IO[bytes] | None, folder: Path, name: str) -> None:
    """Write one file below the folder; of what the archive says only the content is taken.

    Owners, modes and links are ours, whichever the Python: its filters came with 3.11.4.
    """
    target = folder / name
    if content is None or not target.resolve().is_relative_to(folder.resolve()):
        raise ValueError(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        shutil.copyfileobj(content, out)


def _add(archive: tarfile.TarFile, name: str, content: Any) -> None:
    member = tarfile.TarInfo(name)
    member.mode = 0o600
    member.size = content.seek(0, os.SEEK_END)
    content.seek(0)
    archive.addfile(member, content)


def _facts_of(path: Path) -> dict[str, Any]:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
    return {"size": path.stat().st_size, "sha256": digest.hexdigest()}
