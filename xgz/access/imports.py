"""Which imports an actor sees, and what of them: each kind for those who may import it."""

from django.db.models import QuerySet

from xgz.access.actor import Actor, may
from xgz.models import Import
from xgz.rules.imports.states import ImportKind
from xgz.rules.roles import DECLARED_OWNERS, Resource


def importable_kinds(actor: Actor) -> tuple[ImportKind, ...]:
    """Return the kinds of file the actor may import, in the order of the rulebook."""
    return tuple(kind for kind in ImportKind if may(actor, f"import.{kind.value}"))


def visible_imports(actor: Actor) -> QuerySet[Import]:
    """Return the imports of the kinds the actor may import.

    The market line reads the import centre, but nothing of rosters and organisations (PR-8).
    """
    if not actor.reaches(Resource.IMPORT):
        return Import.objects.none()
    return Import.objects.filter(kind__in=importable_kinds(actor))


def may_read_rejects(actor: Actor, source: Import) -> bool:
    """Test whether the actor may have the original cells of the rows handed back.

    An annual report says whether an owner is a member: only who sent that file, and who may read
    declared owners, gets its cells back (PR-8).
    """
    if source.kind != ImportKind.ANNUAL_REPORT or actor.has_any(DECLARED_OWNERS):
        return True
    return actor.user is not None and source.uploaded_by_id == actor.user.pk
