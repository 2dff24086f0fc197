"""Sealing of personal values (PR-1): SM4-GCM bound to table, column, row and key id.

A sealed value reads `sm4g$<key id>$<base64 of nonce, ciphertext, tag>`. The binding makes a value
useless anywhere but in its own cell. Clear texts are filled up to whole blocks first, so that the
length of a sealed value tells "yes" from "no" as little as one name from another. Values are found
again by keyed digest, names also by the digests of their single characters and pairs.
"""

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM

from xgz.models.keyring import key_ring

_SCHEME = "sm4g"
_NONCE_BYTES = 12
_TAG_BYTES = 16
_DIGEST_BYTES = 16
_BLOCK_BYTES = 32
_END, _FILLER = b"\x80", b"\x00"


class SealBroken(Exception):
    """A sealed value was altered, moved to another cell or sealed with an unknown key."""


def seal(column: str, row: str, clear: str) -> str:
    """Return `clear` sealed for one cell; the empty text stays empty.

    column: "table.column"; row: the row's public id.
    """
    if not clear:
        return ""
    ring = key_ring()
    nonce = os.urandom(_NONCE_BYTES)
    encryptor = Cipher(SM4(ring.field[ring.key_id]), GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(_binding(column, row, ring.key_id))
    body = encryptor.update(_filled(clear)) + encryptor.finalize()
    packed = base64.b64encode(nonce + body + encryptor.tag).decode()
    return f"{_SCHEME}${ring.key_id}${packed}"


def unseal(column: str, row: str, sealed: str) -> str:
    """Return the clear text of one cell. Raises SealBroken."""
    if not sealed:
        return ""
    try:
        scheme, key_id, packed = sealed.split("$")
        raw = base64.b64decode(packed, validate=True)
        key = key_ring().field[key_id]
    except (ValueError, KeyError, binascii.Error):
        raise SealBroken(column) from None
    if scheme != _SCHEME or len(raw) < _NONCE_BYTES + _TAG_BYTES:
        raise SealBroken(column)
    nonce, body, tag = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:-_TAG_BYTES], raw[-_TAG_BYTES:]
    decryptor = Cipher(SM4(key), GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(_binding(column, row, key_id))
    try:
        whole = decryptor.update(body) + decryptor.finalize()
    except InvalidTag:
        raise SealBroken(column) from None
    return whole.rstrip(_FILLER)[: -len(_END)].decode()


def digest(purpose: str, clear: str) -> str:
    """Return the keyed digest of a value for one purpose ("member.id_number"); "" stays ""."""
    if not clear:
        return ""
    mac = hmac.HMAC(key_ring().index, hashes.SM3())
    mac.update(purpose.encode() + b"\x00" + clear.encode())
    return mac.finalize()[:_DIGEST_BYTES].hex()


def name_digests(purpose: str, name: str) -> frozenset[str]:
    """Return the digests of each single character and each pair of neighbours in a name."""
    pieces = set(name) | {name[i : i + 2] for i in range(len(name) - 1)}
    return frozenset(digest(purpose, piece) for piece in pieces)


def _filled(clear: str) -> bytes:
    """Return the text, an end mark and as much filler as makes whole blocks."""
    marked = clear.encode() + _END
    return marked + _FILLER * (-len(marked) % _BLOCK_BYTES)


def _binding(column: str, row: str, key_id: str) -> bytes:
    return f"{column}|{row}|{key_id}".encode()
