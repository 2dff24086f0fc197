"""Canaries: what the database knows of its keys, so that a wrong key ring is told at the start.

One known text sealed with each field key, and a digest made with the index, the audit and the backup
key. They stand among the sealed lists, under names of their own (KY-2).
"""

from dataclasses import dataclass
from enum import StrEnum
from hmac import compare_digest as hmac_equal

from cryptography.hazmat.primitives import hashes, hmac

from xgz.models import Member, SealedList, sealing
from xgz.models.fields import new_public_id
from xgz.models.keyring import KeyRing, key_name, key_ring

CANARY = "key_canary"
_COLUMN = "sealed_list.value"
_FIELD = f"{CANARY}.field."


class KeyUse(StrEnum):
    FIELD = "field"
    INDEX = "index"
    AUDIT = "audit"
    BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class KeyFault:
    """One key of the database that the ring does not hold, or holds another key in place of.

    key_id: as the database knows it, "" where it does not say.
    """

    use: KeyUse
    key_id: str
    is_absent: bool


class WrongKeys(Exception):
    """The key ring is not the one this database was sealed with; faults: what differs."""

    def __init__(self, faults: list[KeyFault]) -> None:
        super().__init__(", ".join(f"{fault.use} {fault.key_id}" for fault in faults))
        self.faults = faults


def canary_rows() -> list[SealedList]:
    """Return the canaries of the database in hand, the one of an older program among them."""
    return list(SealedList.objects.filter(name__startswith=CANARY).order_by("pk"))


def check_canaries(rows: list[SealedList]) -> None:
    """Raise WrongKeys where any canary does not know the present ring. Raises KeyRing… as well."""
    if faults := [fault for row in rows if (fault := _fault(row)) is not None]:
        raise WrongKeys(faults)


def write_missing_canaries(rows: list[SealedList]) -> None:
    """Write a canary for every key that has none yet; only after check_canaries()."""
    ring, known = key_ring(), {row.name for row in rows}
    if not rows:
        _open_any_member()
    wanted = {f"{_FIELD}{key_id}" for key_id in ring.field} - known
    for use, key in _long_keys(ring).items():
        if not any(name.startswith(f"{CANARY}.{use}.") for name in known):
            wanted.add(f"{CANARY}.{use}.{key_name(key)}")
    if wanted:
        made = [_canary(ring, name) for name in sorted(wanted)]
        SealedList.objects.bulk_create(made, ignore_conflicts=True)


def remove_canary(key_id: str) -> None:
    """Forget a field key that no cell needs any more."""
    SealedList.objects.filter(name=f"{_FIELD}{key_id}").delete()


def _long_keys(ring: KeyRing) -> dict[KeyUse, bytes]:
    """Return the keys a ring holds for good, one of each use."""
    return {KeyUse.INDEX: ring.index, KeyUse.AUDIT: ring.audit, KeyUse.BACKUP: ring.backup}


def _canary(ring: KeyRing, name: str) -> SealedList:
    public_id = new_public_id()
    _name, use, key_id = name.split(".")
    if use == KeyUse.FIELD:
        value = sealing.seal_with(key_id, _COLUMN, public_id, CANARY)
    else:
        value = _proof(KeyUse(use), _long_keys(ring)[KeyUse(use)])
    return SealedList(public_id=public_id, name=name, value_sealed=value)


def _proof(use: KeyUse, key: bytes) -> str:
    """Return the digest by which one of the long keys is known again."""
    mac = hmac.HMAC(key, hashes.SM3())
    mac.update(f"{CANARY} {use}".encode())
    return mac.finalize().hex()


def _fault(row: SealedList) -> KeyFault | None:
    ring, parts = key_ring(), row.name.split(".")
    use = KeyUse(parts[1]) if len(parts) == 3 else KeyUse.FIELD
    if use is not KeyUse.FIELD:
        key = _long_keys(ring)[use]
        if key and hmac_equal(row.value_sealed, _proof(use, key)):
            return None
        return KeyFault(use, parts[2], is_absent=not key)
    key_id = sealing.key_id_of(row.value_sealed)
    try:
        sealing.unseal(_COLUMN, row.public_id, row.value_sealed)
    except sealing.SealBroken:
        return KeyFault(use, key_id, is_absent=ring.field_key(key_id) is None)
    return None


def _open_any_member() -> None:
    """Before a first canary is written, prove the keys on a value sealed earlier, if there is one."""
    member = Member.objects.first()
    if member is None:
        return
    try:
        sealing.unseal("member.name", member.public_id, member.name_sealed)
    except sealing.SealBroken:
        key_id = sealing.key_id_of(member.name_sealed)
        is_absent = key_ring().field_key(key_id) is None
        raise WrongKeys([KeyFault(KeyUse.FIELD, key_id, is_absent)]) from None
