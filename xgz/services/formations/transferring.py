"""Moving the relations a formation waits for: proposed from the case, or asked of who may (FM-20)."""

from datetime import datetime, timedelta

from xgz.access import formations as access
from xgz.access import transfers as transfer_access
from xgz.access.actor import Actor, NotPermitted
from xgz.access.cases import visible_cases
from xgz.models import Formation, FormationMember, Organisation, Transfer
from xgz.queries.formation_transfers import asked_transfers, landing_of
from xgz.rules.cases import StepNotAllowed
from xgz.rules.formations import FILING_LABELS, Filing
from xgz.rules.transfers import TransferReason
from xgz.services.cases import CaseAct, record_event
from xgz.services.transactions import unit_of_work
from xgz.services.transfers import TransferUnderWay, propose_transfer

ASK_PAUSE = timedelta(days=1)  # FM-20: as for urging (CS-8)


class RelationHere(Exception):
    """The relation lies under the township's committee already."""


class NobodyReceives(Exception):
    """The township has no active organisation a relation could be moved to."""


class AskedLately(Exception):
    """The same was asked less than a day ago."""


@unit_of_work
def propose_for(*, actor: Actor, row: FormationMember, now: datetime) -> Transfer:
    """Propose the transfer of somebody who is to join, to the township's own organisation.

    Who sees the case may, and who was asked to; both only for whom the transfer's own rules let
    them. Raises NotPermitted, StepNotAllowed, RelationHere, NobodyReceives, and as propose_transfer.
    """
    if not _concerns(actor, row):
        raise NotPermitted("formation.transfer")
    transfer_access.require_proposable(actor, row.member)
    case, target = _open_case_of(row)
    transfer = propose_transfer(
        actor=actor, member=row.member, reason=TransferReason.WORKPLACE, to_org=target, now=now
    )
    _note(case, actor, now, Filing.TRANSFER)
    return transfer


@unit_of_work
def ask_transfer(*, actor: Actor, row: FormationMember, now: datetime) -> None:
    """Ask whoever may propose it for the transfer of somebody who is to join; once a day.

    It stands among their transfers until it is proposed, the relation has come, or the case ends.
    Raises NotPermitted, StepNotAllowed, RelationHere, NobodyReceives, TransferUnderWay, AskedLately.
    """
    access.require_namer(actor, row.formation)
    case, _target = _open_case_of(row)
    if Transfer.objects.filter(member=row.member_id, closed_at__isnull=True).exists():
        raise TransferUnderWay(row.public_id)
    asked = FormationMember.objects.filter(pk=row.pk)
    if not asked.exclude(asked_at__gt=now - ASK_PAUSE).update(asked_at=now):
        raise AskedLately(row.public_id)
    _note(case, actor, now, Filing.ASK_TRANSFER)


def _concerns(actor: Actor, row: FormationMember) -> bool:
    if visible_cases(actor, Formation).filter(pk=row.formation_id).exists():
        return True
    return asked_transfers(actor).filter(pk=row.pk).exists()


def _open_case_of(row: FormationMember) -> tuple[Formation, Organisation]:
    """Return the case, locked, and where the relation is to go."""
    case = Formation.objects.select_for_update(of=("self",)).get(pk=row.formation_id)
    if not case.is_open:
        raise StepNotAllowed(case.public_id)
    home = row.member.formal_org
    if case.area is not None and home is not None and home.body.path.startswith(case.area.path):
        raise RelationHere(row.public_id)
    target = landing_of(case)
    if target is None:
        raise NobodyReceives(case.public_id)
    return case, target


def _note(case: Formation, actor: Actor, now: datetime, what: Filing) -> None:
    record_event(case, CaseAct.of(actor, now), what, FILING_LABELS[what])
