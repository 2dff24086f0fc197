"""Beginning again with an import whose work stopped half-way, from its original file."""

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.models import Import
from xgz.rules.imports.states import ImportAction
from xgz.services.imports import folders
from xgz.services.imports.staging import clear_staged
from xgz.services.imports.steps import take_step
from xgz.services.transactions import unit_of_work


class OriginalGone(Exception):
    """The original file was deleted; the import can only be uploaded again."""


@unit_of_work
def recover_import(*, actor: Actor, source: Import) -> None:
    """Put an import that stopped half-way back to its start, so that it can be read again.

    What was staged so far goes; writing had left nothing behind, being one transaction. The caller
    makes sure that nobody works on it any more. Raises NotPermitted, ImportStepNotAllowed,
    ChangedMeanwhile, OriginalGone.
    """
    access.require(actor, f"import.{source.kind}")
    if not has_original(source):
        raise OriginalGone(source.public_id)
    take_step(source, ImportAction.RECOVER, refusal={}, rows_read=0, rejects_name="")
    clear_staged(source)


def has_original(source: Import) -> bool:
    """Test whether the file as it was sent is still there."""
    return bool(source.stored_name) and folders.upload_path(source).exists()


def remove_original(source: Import) -> None:
    """Delete the file as it was sent; its digest and the rows handed back stay."""
    if source.stored_name:
        folders.upload_path(source).unlink(missing_ok=True)
