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
    return _sealed(column, row, _filled(clear), os.urandom(_NONCE_BYTES))


def seal_with(key_id: str, column: str, row: str, clear: str) -> str:
    """Return `clear` sealed with one key in use, not the current one (canaries). Raises KeyError."""
    return _sealed(column, row, _filled(clear), os.urandom(_NONCE_BYTES), key_id)


def unseal(column: str, row: str, sealed: str) -> str:
    """Return the clear text of one cell. Raises SealBroken."""
    if not sealed:
        return ""
    return _opened(column, row, sealed).rstrip(_FILLER)[: -len(_END)].decode()


def reseal(column: str, row: str, sealed: str) -> str:
    """Return one cell's value sealed with the current key (KY-3). Raises SealBroken.

    Equal sealed values become equal ones: the journal of an import knows a value again by its
    sealed form, and still does afterwards. So the nonce is drawn from the old sealed value, which
    is as random as the nonce in it and belongs to this one clear text.
    """
    if not sealed or key_id_of(sealed) == key_ring().key_id:
        return sealed
    whole = _opened(column, row, sealed)
    mac = hmac.HMAC(key_ring().index, hashes.SM3())
    mac.update(f"reseal|{key_ring().key_id}|{sealed}".encode())
    return _sealed(column, row, whole, mac.finalize()[:_NONCE_BYTES])


def is_sealed(value: object) -> bool:
    """Test whether a value is a sealed text."""
    return isinstance(value, str) and value.startswith(f"{_SCHEME}$")


def key_id_of(sealed: str) -> str:
    """Return the id of the key a value is sealed with, "" where it is not sealed at all."""
    return sealed.split("$")[1] if is_sealed(sealed) and sealed.count("$") == 2 else ""


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


def _sealed(column: str, row: str, whole: bytes, nonce: bytes, key_id: str = "") -> str:
    ring = key_ring()
    key_id = key_id or ring.key_id
    encryptor = Cipher(SM4(ring.field[key_id]), GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(_binding(column, row, key_id))
    body = encryptor.update(whole) + encryptor.finalize()
    packed = base64.b64encode(nonce + body + encryptor.tag).decode()
    return f"{_SCHEME}${key_id}${packed}"


def _opened(column: str, row: str, sealed: str) -> bytes:
    try:
        scheme, key_id, packed = sealed.split("$")
        raw = base64.b64decode(packed, validate=True)
    except (ValueError, binascii.Error):
        raise SealBroken(column) from None
    key = key_ring().field_key(key_id)
    if key is None or scheme != _SCHEME or len(raw) < _NONCE_BYTES + _TAG_BYTES:
        raise SealBroken(column)
    nonce, body, tag = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:-_TAG_BYTES], raw[-_TAG_BYTES:]
    decryptor = Cipher(SM4(key), GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(_binding(column, row, key_id))
    try:
        return decryptor.update(body) + decryptor.finalize()
    except InvalidTag:
        raise SealBroken(column) from None


def _filled(clear: str) -> bytes:
    """Return the text, an end mark and as much filler as makes whole blocks."""
    marked = clear.encode() + _END
    return marked + _FILLER * (-len(marked) % _BLOCK_BYTES)


def _binding(column: str, row: str, key_id: str) -> bytes:
    return f"{column}|{row}|{key_id}".encode()
