"""The folder of the relay: its public keys, the list of codes, and sealed pieces, nothing else (SR-9)."""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from xgz.files.disk import sync_folder
from xgz.relay.codes import CodeList, ListRefused, read_list

MOST_PIECES = 5_000  # more than any day brings; a full box takes no more until it is fetched
_PIECE = ".sealed"
_NAME_BYTES = 12


class BoxFull(Exception):
    """The box holds as many pieces as it may."""


class BoxNotReady(Exception):
    """The folder lacks the public keys of the inside or a list of codes it signed."""


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """box: what is sealed to; sign: by which lists of codes are proven. Neither opens anything."""

    box: bytes
    sign: bytes

    def as_text(self) -> str:
        """Return the keys as they stand in their file."""
        parts = {name: base64.b64encode(getattr(self, name)).decode() for name in ("box", "sign")}
        return json.dumps(parts)

    @classmethod
    def of_text(cls, text: str) -> "PublicKeys":
        """Return the keys of a file. Raises BoxNotReady."""
        try:
            said = json.loads(text)
            keys = cls(*(base64.b64decode(said[name]) for name in ("box", "sign")))
        except (ValueError, KeyError, TypeError):
            raise BoxNotReady from None
        if {len(keys.box), len(keys.sign)} != {32}:
            raise BoxNotReady
        return keys


class Box:
    """The relay's folder: keys.json, codes.json, and pieces/ with one file for each sealed piece."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pieces = folder / "pieces"

    def keys(self) -> PublicKeys:
        """Return the public keys of the inside. Raises BoxNotReady."""
        try:
            return PublicKeys.of_text((self.folder / "keys.json").read_text(encoding="utf-8"))
        except OSError:
            raise BoxNotReady from None

    def codes(self) -> CodeList:
        """Return the list of codes as the inside signed it. Raises BoxNotReady."""
        try:
            return read_list(self.keys().sign, (self.folder / "codes.json").read_bytes())
        except (OSError, ListRefused):
            raise BoxNotReady from None

    def take_list(self, signed: bytes) -> None:
        """Put a newer list in the place of the one at hand. Raises ListRefused, BoxNotReady."""
        new = read_list(self.keys().sign, signed)
        try:
            old = self.codes()
        except BoxNotReady:
            old = None
        if old is not None and new.made_at <= old.made_at:
            raise ListRefused
        self._write(self.folder / "codes.json", signed)

    def put(self, sealed: bytes) -> None:
        """Keep a sealed piece; it is on the disk when this returns. Raises BoxFull."""
        self.pieces.mkdir(parents=True, exist_ok=True, mode=0o700)
        if len(self.names()) >= MOST_PIECES:
            raise BoxFull
        self._write(self.pieces / f"{secrets.token_hex(_NAME_BYTES)}{_PIECE}", sealed)

    def names(self) -> list[str]:
        """Return the names of the pieces, in an order that tells nothing of when they came."""
        if not self.pieces.is_dir():
            return []
        found = (path for path in self.pieces.iterdir() if path.suffix == _PIECE)
        return sorted(path.name for path in found if _is_piece(path))

    def read(self, name: str) -> bytes:
        """Return one piece. Raises FileNotFoundError for a name that is none of the box's."""
        return self._path(name).read_bytes()

    def drop(self, name: str) -> None:
        """Delete a piece that the inside has; one that is gone already is no fault."""
        try:
            self._path(name).unlink()
        except FileNotFoundError:
            return

    def _path(self, name: str) -> Path:
        stem = name.removesuffix(_PIECE)
        if not (name.endswith(_PIECE) and stem.isascii() and stem.isalnum()):
            raise FileNotFoundError(name)
        path = self.pieces / name
        if not _is_piece(path):
            raise FileNotFoundError(name)
        return path

    def _write(self, path: Path, raw: bytes) -> None:
        part = path.with_name(f".{secrets.token_hex(4)}.part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(raw)
            handle.flush()
            os.fsync(handle.fileno())
        part.replace(path)
        sync_folder(path.parent)


def _is_piece(path: Path) -> bool:
    """Test whether a path of the box is a plain file: no folder or link holds up a fetch."""
    return path.is_file() and not path.is_symlink()
