"""Keys."""

from pathlib import Path

from tests.factories import TODAY
from tests.services.audit_scenarios.stage import Deed, Stage, one
from tests.services.imports.worlds import NOW
from xgz.models.keyring import key_ring
from xgz.services.keys import escrow, rotation


def _own_ring(stage: Stage) -> str:
    """Give the scenario a key ring of its own with a second key; return the first one's id."""
    first, path = key_ring().key_id, stage.folder / "keyring.json"
    path.write_bytes(Path(stage.settings.KEY_RING).read_bytes())
    path.chmod(0o600)
    stage.settings.KEY_RING = path
    _turn(stage)
    return first


def _turn(stage: Stage) -> None:
    rotation.rotate_keys(actor=stage.operator, today=TODAY, now=NOW, tell=lambda *_: None)


def key_retired(stage: Stage) -> Deed:
    actor, old = stage.operator, _own_ring(stage)
    return Deed(
        lambda: rotation.retire_key(actor=actor, key_id=old, now=NOW),
        actor,
        one("keys.retire", "key", old),
    )


def key_forgotten(stage: Stage) -> Deed:
    actor, old = stage.operator, _own_ring(stage)
    rotation.retire_key(actor=actor, key_id=old, now=NOW)
    return Deed(
        lambda: rotation.forget_key(actor=actor, key_id=old, now=NOW),
        actor,
        one("keys.forget", "key", old),
    )


def ring_from_escrow(stage: Stage) -> Deed:
    actor, ring = stage.operator, key_ring()
    return Deed(
        lambda: escrow.note_import(actor=actor, ring=ring, now=NOW),
        actor,
        one("keys.import", "key", ring.key_id),
    )
