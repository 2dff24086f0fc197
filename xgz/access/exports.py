"""Whose people may leave the system in a file, who may have them in clear, who decides (EX-1)."""

from django.db.models import QuerySet

from xgz.access.actor import Actor, Grant, NotPermitted, require_person
from xgz.access.cases import parties_played
from xgz.access.jobs import export_action
from xgz.access.members import visible_members
from xgz.access.organisations import visible_organisations
from xgz.access.scopes import with_action
from xgz.models import ExportApproval, Member, Organisation, Report
from xgz.rules.exports import ExportApprovalParty
from xgz.rules.roles import CLEAR_NAMES, roles_with

MEMBERS = "member.export"
# Lists that exist with full names and numbers as well; the others hold none.
_WITH_CLEAR_FORM = frozenset({"ledger", "members", "owner_list"})


def exportable_members(actor: Actor) -> QuerySet[Member]:
    """Return the members that a role with the right to export them reaches."""
    return visible_members(with_action(actor, MEMBERS))


def exporting(actor: Actor, kind: str) -> Actor:
    """Return the actor with the roles alone that have the right to take such a list out."""
    return with_action(actor, export_action(kind))


def exportable_sites(actor: Actor) -> QuerySet[Organisation]:
    """Return the organisations whose sites a role with the right to export lists reaches."""
    return visible_organisations(exporting(actor, "sites"))


def may_take_clear(actor: Actor, kind: str) -> bool:
    """Test whether the actor may ask for a kind of list with full names and numbers."""
    return kind in _WITH_CLEAR_FORM and actor.has_any(roles_with(export_action(kind)) & CLEAR_NAMES)


def require_clear(actor: Actor, kind: str) -> None:
    """Raise NotPermitted unless the actor may ask for the list in clear."""
    if not may_take_clear(actor, kind):
        raise NotPermitted("export.clear")


def exporting_grant(actor: Actor, kind: str) -> Grant:
    """Return the role by which the actor takes such a list. Raises NotPermitted."""
    for grant in with_action(actor, export_action(kind)).grants:
        return grant
    raise NotPermitted(export_action(kind))


def require_asker(actor: Actor, report: Report) -> None:
    """Raise NotPermitted unless the report is made for the actor."""
    if require_person(actor).pk != report.made_for_id:
        raise NotPermitted("report")


def is_asker(actor: Actor, case: ExportApproval) -> bool:
    """Test whether the actor is the person the file is made for."""
    return actor.user is not None and actor.user.pk == case.report.made_for_id


def require_second_person(actor: Actor, case: ExportApproval) -> None:
    """Raise NotPermitted where who decides is who asked, in whatever role (EX-6)."""
    require_person(actor)
    if is_asker(actor, case):
        raise NotPermitted("export_approval.second_person")


def is_decider(actor: Actor, case: ExportApproval) -> bool:
    """Test whether the request is another's and the actor is to decide on it (EX-6)."""
    return not is_asker(actor, case) and ExportApprovalParty.APPROVER in parties_played(actor, case)


def require_withdrawer(actor: Actor, case: ExportApproval) -> None:
    """Raise NotPermitted where a decider would take back another's request: he refuses, with words.

    Only where the department itself asked does its seat play both parties.
    """
    require_person(actor)
    if is_decider(actor, case):
        raise NotPermitted("export_approval.withdraw")
