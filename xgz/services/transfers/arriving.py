"""The end of a transfer: acceptance moves the relation, a receipt from outside ends it here."""

from datetime import date, datetime

from django.db.models import Q

from xgz.access.actor import Actor
from xgz.access.cases import require_step
from xgz.access.transfers import arrival_organisations
from xgz.models import Member, MemberEvent, Organisation, OrganisationChange, Transfer
from xgz.rules.members import ON_ROLLS, LinkKind, MembershipStatus
from xgz.rules.organisations import OrgChangeKind, OrgState
from xgz.rules.transfers import TransferAction, TransferParty
from xgz.services import audit
from xgz.services.cases import CaseAct, take_step
from xgz.services.organisations import records
from xgz.services.organisations.links import relink_members
from xgz.services.transactions import unit_of_work
from xgz.services.transfers.letters import begin, replace_branch
from xgz.services.transfers.refusals import (
    MemberElsewhere,
    MemberLeft,
    ReceiptDateNotAllowed,
    TargetInDistrict,
    TargetNotAvailable,
)

_A = TransferAction


@unit_of_work
def accept(
    *,
    case: Transfer,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
    to_org: Organisation | None = None,
) -> None:
    """Accept the member within the letter's validity: the relation moves today (TR-3).

    to_org: another organisation of the receiving committee (TR-8); None: the one addressed. The old
    link ends yesterday as a dated row, a guest's link at the new home ends too. Raises NotPermitted,
    StepNotAllowed, LetterExpired, TargetNotAvailable, MemberElsewhere, MemberLeft (TR-9) or
    ChangedMeanwhile.
    """
    require_step(actor, case, _A.ACCEPT)
    act = begin(case, _A.ACCEPT, CaseAct.of(actor, now, opinion, version))
    _take_in(case, _A.ACCEPT, act, to_org)


@unit_of_work
def accept_late(
    *,
    case: Transfer,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
    to_org: Organisation | None = None,
) -> None:
    """Accept a member whose letter ran out, with the reason; otherwise as `accept` (TR-3).

    Where the daily run did not come to the letter yet, it runs out first, in the same transaction.
    Raises NotPermitted, StepNotAllowed (the letter is still valid), OpinionMissing,
    TargetNotAvailable, MemberElsewhere, MemberLeft (TR-9) or ChangedMeanwhile.
    """
    require_step(actor, case, _A.ACCEPT_LATE)
    act = begin(case, _A.ACCEPT_LATE, CaseAct.of(actor, now, opinion, version))
    _take_in(case, _A.ACCEPT_LATE, act, to_org)


@unit_of_work
def record_receipt(
    *,
    case: Transfer,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
    accepted_on: date | None = None,
) -> None:
    """Record the receipt of a place outside: the member has moved out as of its date.

    accepted_on: the date on the receipt, from the first letter to today; None: today. The links
    end the day before, the membership status becomes moved out, with its event. Raises
    NotPermitted, StepNotAllowed, OpinionMissing (letter ran out), TargetInDistrict,
    ReceiptDateNotAllowed, MemberElsewhere, MemberLeft (TR-9) or ChangedMeanwhile.
    """
    require_step(actor, case, _A.RECORD_RECEIPT)
    act = begin(case, _A.RECORD_RECEIPT, CaseAct.of(actor, now, opinion, version))
    if case.to_org_id is not None:
        raise TargetInDistrict(case.public_id)
    day = accepted_on or act.today
    if not (case.first_issued_on or day) <= day <= act.today:
        raise ReceiptDateNotAllowed(day.isoformat())
    member = _travelling_member(case)
    take_step(case, _A.RECORD_RECEIPT, act, accepted_on=day)
    _move_out(member, records.Act(actor, day, now, case.number))


def _take_in(
    case: Transfer, action: TransferAction, act: CaseAct, to_org: Organisation | None
) -> None:
    target = _arrival(case, to_org)
    member = _travelling_member(case, target)
    if target.pk != case.to_org_id:
        replace_branch(case, TransferParty.NEW_BRANCH, target)
    take_step(case, action, act, accepted_on=act.today, to_org=target)
    _move_home(member, target, records.Act(act.actor, act.today, act.now, case.number))


def _arrival(case: Transfer, to_org: Organisation | None) -> Organisation:
    """Return where the member is to go, as it is now and stays. Raises TargetNotAvailable."""
    wanted = to_org or case.to_org
    if wanted is not None:
        records.hold(wanted)
    allowed = arrival_organisations(case)
    target = allowed.filter(pk=wanted.pk).first() if wanted else None
    if target is None:
        raise TargetNotAvailable(case.public_id)
    return target


def _travelling_member(case: Transfer, target: Organisation | None = None) -> Member:
    """Return the member as of now, if the letter still speaks of how things are (TR-9)."""
    member = Member.objects.select_related("formal_org", "activity_org").get(pk=case.member_id)
    if member.status not in ON_ROLLS:
        raise MemberLeft(case.public_id)
    at_home = member.formal_org_id in successors_of(case.from_org_id)
    arrived = target is not None and member.formal_org_id == target.pk
    if not at_home and not arrived:
        raise MemberElsewhere(case.public_id)
    return member


def successors_of(organisation_id: int) -> set[int]:
    """Return an organisation and what became of it by merging and splitting, as row numbers."""
    followed = Q(kind=OrgChangeKind.SPLIT) | Q(
        kind=OrgChangeKind.MERGED, organisation__state=OrgState.DISSOLVED
    )
    found, waiting = {organisation_id}, {organisation_id}
    while waiting:
        changes = OrganisationChange.objects.filter(followed, organisation__in=waiting)
        others = changes.filter(other__isnull=False).values_list("other", flat=True)
        waiting = {other for other in others if other is not None} - found
        found |= waiting
    return found


def _move_home(member: Member, target: Organisation, act: records.Act) -> None:
    """Nobody is a guest of the organisation the own relation lies with."""
    _relink(member, LinkKind.FORMAL, target, act)
    if member.activity_org_id == target.pk:
        _relink(member, LinkKind.ACTIVITY, None, act)
    _audit(member, "formal_org", {"formal_org": target.public_id}, act)


def _move_out(member: Member, act: records.Act) -> None:
    _relink(member, LinkKind.FORMAL, None, act)
    _relink(member, LinkKind.ACTIVITY, None, act)
    same = Member.objects.filter(pk=member.pk, status=member.status)
    if not same.update(status=MembershipStatus.MOVED_OUT):
        raise MemberLeft(member.public_id)
    MemberEvent.objects.create(
        member=member,
        happened_on=act.day,
        field="status",
        before=member.status,
        after=MembershipStatus.MOVED_OUT,
        reason=act.note,
    )
    _audit(member, "moved_out", {"status": MembershipStatus.MOVED_OUT}, act)


def _relink(member: Member, kind: LinkKind, target: Organisation | None, act: records.Act) -> None:
    source = member.formal_org if kind is LinkKind.FORMAL else member.activity_org
    if source == target:
        return
    try:
        relink_members([member], kind, source, target, act)
    except records.ChangedMeanwhile as error:
        raise MemberElsewhere(member.public_id) from error


def _audit(member: Member, what: str, fields: dict[str, object], act: records.Act) -> None:
    audit.record(
        actor=act.actor,
        action=f"member.{what}",
        subject_type="member",
        subject_id=member.public_id,
        now=act.now,
        fields={"day": act.day, **fields},
    )
