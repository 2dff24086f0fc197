"""Bytes sealed for one receiver: whoever holds a shared key, or a private key alone.

Form: magic, length of the header (4 bytes), header (JSON, in clear), body. The header says the
kind, the purpose, the id of the key, the size step and what facts the sender adds; it is bound to
the body, so nothing of it can be changed. The clear text is filled up to whole steps, so the size
of an envelope tells no more than a number of steps. Facts stand in clear: never a personal value.

Shared key: SM4-GCM under a key drawn by HKDF-SM3 from the shared key, a fresh salt and the purpose.
Public key: HPKE (RFC 9180) in base mode with X25519, HKDF-SHA256, AES-256-GCM. It proves nothing
of who sealed: anybody may put something into the box.
"""

import json
import os
import struct
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"XGZE1\n"
SHARED_KEY_BYTES = 32
STEP = 4096  # bytes
_SHARED, _BOX = "shared", "box"
_LENGTH, _SIZE = struct.Struct(">I"), struct.Struct(">Q")
_SALT_BYTES, _TAG_BYTES, _SM4_BYTES, _ID_BYTES = 32, 16, 16, 8
_NONCE = bytes(12)  # each envelope has a key of its own, drawn with a fresh salt
_LONGEST_HEADER = 1 << 16
_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class NotAnEnvelope(Exception):
    """The bytes are not of this form at all."""


class WrongPurpose(Exception):
    """An envelope of another purpose or kind."""


class ForeignKey(Exception):
    """An envelope sealed for another key."""


class EnvelopeBroken(Exception):
    """The envelope was cut or changed."""


@dataclass(frozen=True, slots=True)
class Header:
    """What an envelope says of itself in clear; proven only once it is opened.

    key_id: 16 characters that tell one key from another and nothing of the key.
    """

    kind: str
    purpose: str
    key_id: str
    step: int
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Opened:
    """The proven facts and the clear bytes of an envelope."""

    facts: dict[str, Any]
    clear: bytes


def new_shared_key() -> bytes:
    """Return a fresh key of 32 bytes for two sides."""
    return os.urandom(SHARED_KEY_BYTES)


def new_box_keys() -> tuple[bytes, bytes]:
    """Return a fresh pair of 32 bytes each: the private key, and the public key to seal to."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def seal_shared(
    key: bytes, purpose: str, clear: bytes, facts: dict[str, Any] | None = None, step: int = STEP
) -> bytes:
    """Return an envelope that the holders of the shared key open.

    facts: JSON values, in clear but bound; step: bytes the clear text is filled up to.
    """
    salt = os.urandom(_SALT_BYTES)
    head = _head(_SHARED, purpose, key_id(key), step, facts, salt.hex())
    encryptor = Cipher(SM4(_drawn(key, salt, purpose)), GCM(_NONCE)).encryptor()
    encryptor.authenticate_additional_data(head)
    body = encryptor.update(_filled(clear, step)) + encryptor.finalize()
    return head + body + encryptor.tag


def open_shared(key: bytes, purpose: str, sealed: bytes) -> Opened:
    """Open an envelope of the shared key.

    Raises NotAnEnvelope, WrongPurpose, ForeignKey, EnvelopeBroken.
    """
    head, header, salt = _read(sealed)
    _expect(header, _SHARED, purpose, key_id(key))
    body, tag = sealed[len(head) : -_TAG_BYTES], sealed[-_TAG_BYTES:]
    if len(sealed) < len(head) + _TAG_BYTES:
        raise EnvelopeBroken("cut")
    decryptor = Cipher(SM4(_drawn(key, salt, purpose)), GCM(_NONCE, tag)).decryptor()
    decryptor.authenticate_additional_data(head)
    try:
        whole = decryptor.update(body) + decryptor.finalize()
    except InvalidTag:
        raise EnvelopeBroken("changed") from None
    return Opened(header.facts, _emptied(whole))


def seal_to(
    public_key: bytes,
    purpose: str,
    clear: bytes,
    facts: dict[str, Any] | None = None,
    step: int = STEP,
) -> bytes:
    """Return an envelope that only the holder of the private key opens, not even its sender.

    facts: JSON values, in clear but bound; step: bytes the clear text is filled up to.
    """
    head = _head(_BOX, purpose, key_id(public_key), step, facts, "")
    receiver = X25519PublicKey.from_public_bytes(public_key)
    return head + _SUITE.encrypt(_filled(clear, step), receiver, info=head)


def open_with(private_key: bytes, purpose: str, sealed: bytes) -> Opened:
    """Open an envelope sealed to the public half of this key.

    Raises NotAnEnvelope, WrongPurpose, ForeignKey, EnvelopeBroken.
    """
    head, header, _ = _read(sealed)
    private = X25519PrivateKey.from_private_bytes(private_key)
    _expect(header, _BOX, purpose, key_id(private.public_key().public_bytes_raw()))
    try:
        whole = _SUITE.decrypt(sealed[len(head) :], private, info=head)
    except InvalidTag:
        raise EnvelopeBroken("changed") from None
    return Opened(header.facts, _emptied(whole))


def read_header(sealed: bytes) -> Header:
    """Return what the envelope says of itself. Raises NotAnEnvelope. Not proven until opened."""
    return _read(sealed)[1]


def key_id(key: bytes) -> str:
    """Return the id of a shared or public key: 16 characters that say nothing of the key."""
    return HKDF(hashes.SM3(), _ID_BYTES, None, MAGIC + b"key id").derive(key).hex()


def _head(
    kind: str, purpose: str, key: str, step: int, facts: dict[str, Any] | None, salt: str
) -> bytes:
    text = json.dumps(
        {
            "kind": kind,
            "purpose": purpose,
            "key": key,
            "step": step,
            "salt": salt,
            "facts": facts or {},
        },
        ensure_ascii=True,
        sort_keys=True,
    ).encode()
    return MAGIC + _LENGTH.pack(len(text)) + text


def _read(sealed: bytes) -> tuple[bytes, Header, bytes]:
    start = len(MAGIC) + _LENGTH.size
    if not sealed.startswith(MAGIC) or len(sealed) < start:
        raise NotAnEnvelope
    length = _LENGTH.unpack(sealed[len(MAGIC) : start])[0]
    text = sealed[start : start + length]
    if length > _LONGEST_HEADER or len(text) != length:
        raise NotAnEnvelope
    try:
        said = json.loads(text)
        header = Header(
            said["kind"], said["purpose"], said["key"], said["step"], dict(said["facts"])
        )
        return sealed[: start + length], header, bytes.fromhex(said["salt"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NotAnEnvelope from None


def _expect(header: Header, kind: str, purpose: str, key: str) -> None:
    if (header.kind, header.purpose) != (kind, purpose):
        raise WrongPurpose(header.purpose)
    if header.key_id != key:
        raise ForeignKey(header.key_id)


def _drawn(key: bytes, salt: bytes, purpose: str) -> bytes:
    return HKDF(hashes.SM3(), _SM4_BYTES, salt, MAGIC + purpose.encode()).derive(key)


def _filled(clear: bytes, step: int) -> bytes:
    marked = _SIZE.pack(len(clear)) + clear
    return marked + bytes(-len(marked) % step)


def _emptied(whole: bytes) -> bytes:
    if len(whole) < _SIZE.size:
        raise EnvelopeBroken("size")
    size = _SIZE.unpack(whole[: _SIZE.size])[0]
    if size > len(whole) - _SIZE.size:
        raise EnvelopeBroken("size")
    return whole[_SIZE.size : _SIZE.size + size]
