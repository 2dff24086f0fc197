"""A file as a stream of sealed blocks: any cut, swap, repeat or flipped bit is found on reading.

Form: magic, length of the header (4 bytes), header (JSON, in clear), then blocks of length (4 bytes)
and SM4-GCM ciphertext with its tag. The key of a file is drawn from the long key and the salt in the
header; the nonce of a block is its number and whether it is the last; the header is bound to every
block. So blocks cannot change places, and a file cut short has no last block.
"""

import io
import json
import os
import struct
from collections.abc import Iterator
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"XGZB1\n"
BLOCK = 1 << 20
_LENGTH = struct.Struct(">I")
_NONCE = struct.Struct(">Q3xB")
_KEY_BYTES, _TAG_BYTES, _SALT_BYTES = 16, 16, 32
_LONGEST_HEADER = 1 << 20


class NotSealed(Exception):
    """The file is not of this form at all."""


class StreamBroken(Exception):
    """The file was cut, changed, or sealed with another key."""


class SealedWriter(io.RawIOBase):
    """Seals what is written to it block by block; complete only after close()."""

    def __init__(self, target: BinaryIO, key: bytes, header: dict[str, Any]) -> None:
        super().__init__()
        salt = os.urandom(_SALT_BYTES)
        text = json.dumps(header | {"salt": salt.hex()}, ensure_ascii=True).encode()
        self._target, self._header = target, text
        self._key, self._number, self._held = _key_of_file(key, salt), 0, bytearray()
        target.write(MAGIC + _LENGTH.pack(len(text)) + text)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        while len(self._held) > BLOCK:  # one block stays back: the last is marked
            self._put(bytes(self._held[:BLOCK]), is_last=False)
            del self._held[:BLOCK]
        return len(data)

    def finish(self) -> None:
        """Write the last block; without it the file counts as cut."""
        self._put(bytes(self._held), is_last=True)
        self._held.clear()

    def _put(self, block: bytes, *, is_last: bool) -> None:
        encryptor = Cipher(SM4(self._key), GCM(_NONCE.pack(self._number, is_last))).encryptor()
        encryptor.authenticate_additional_data(self._header)
        sealed = encryptor.update(block) + encryptor.finalize() + encryptor.tag
        self._target.write(_LENGTH.pack(len(sealed)) + sealed)
        self._number += 1


class SealedReader(io.RawIOBase):
    """Opens such a file block by block; raises StreamBroken where anything is not as written."""

    def __init__(self, source: BinaryIO, key: bytes) -> None:
        super().__init__()
        self._source = source
        self._header, facts = _header(source)
        self._key = _key_of_file(key, bytes.fromhex(facts["salt"]))
        self._blocks, self._held = self._opened(), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._held:
            self._held = next(self._blocks, b"")
        taken = self._held[: len(buffer)]
        buffer[: len(taken)] = taken
        self._held = self._held[len(taken) :]
        return len(taken)

    def _opened(self) -> Iterator[bytes]:
        number, sealed = 0, self._next()
        while sealed:
            following = self._next()
            if block := self._open(sealed, number, is_last=not following):
                yield block
            number, sealed = number + 1, following
        if not number:
            raise StreamBroken("cut")

    def _next(self) -> bytes:
        length = self._source.read(_LENGTH.size)
        if not length:
            return b""
        size = _LENGTH.unpack(length)[0] if len(length) == _LENGTH.size else 0
        if not _TAG_BYTES <= size <= BLOCK + _TAG_BYTES:
            raise StreamBroken("length")
        sealed = self._source.read(size)
        if len(sealed) != size:
            raise StreamBroken("cut")
        return sealed

    def _open(self, sealed: bytes, number: int, *, is_last: bool) -> bytes:
        nonce, tag = _NONCE.pack(number, is_last), sealed[-_TAG_BYTES:]
        decryptor = Cipher(SM4(self._key), GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(self._header)
        try:
            return decryptor.update(sealed[:-_TAG_BYTES]) + decryptor.finalize()
        except InvalidTag:
            raise StreamBroken("changed") from None


def read_header(source: BinaryIO) -> dict[str, Any]:
    """Return what a file says of itself in clear. Raises NotSealed. Not proven until it is read."""
    return _header(source)[1]


def _header(source: BinaryIO) -> tuple[bytes, dict[str, Any]]:
    if source.read(len(MAGIC)) != MAGIC:
        raise NotSealed
    length = source.read(_LENGTH.size)
    if len(length) != _LENGTH.size or _LENGTH.unpack(length)[0] > _LONGEST_HEADER:
        raise NotSealed
    text = source.read(_LENGTH.unpack(length)[0])
    try:
        facts = json.loads(text)
        bytes.fromhex(facts["salt"])
    except (ValueError, KeyError, TypeError):
        raise NotSealed from None
    return text, facts


def _key_of_file(key: bytes, salt: bytes) -> bytes:
    return HKDF(hashes.SM3(), _KEY_BYTES, salt, MAGIC).derive(key)
