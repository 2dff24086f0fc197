"""Opening a transfer: who goes where, why, and which committees are in charge."""

from datetime import date, datetime

from django.db import IntegrityError

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.access.transfers import OPEN, committee_of, require_proposable
from xgz.models import Body, Closure, Member, Organisation, Transfer
from xgz.rules.bodies import BodyKind
from xgz.rules.members import ON_ROLLS, PARTY_CLASSES, MemberClass
from xgz.rules.organisations import OrgState
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.rules.transfers import Channel, TransferParty, TransferReason
from xgz.rules.words import visible_words
from xgz.services.cases import CaseAct, open_case
from xgz.services.organisations.records import hold
from xgz.services.transactions import unit, unit_of_work
from xgz.services.transfers.refusals import (
    MemberElsewhere,
    NoDestination,
    NotTransferable,
    SameOrganisation,
    TargetNotAvailable,
    TransferUnderWay,
)

_EVENT_LABELS = {"open": "提出转接"}
# A class nobody stated may turn out to be a member's; the letter asks for it (TR-7).
_MOVABLE = PARTY_CLASSES | {MemberClass.UNKNOWN}


@unit_of_work
def propose_transfer(
    *,
    actor: Actor,
    member: Member,
    reason: TransferReason,
    now: datetime,
    to_org: Organisation | None = None,
    to_outside: str = "",
    channel: Channel = Channel.CARRIED,
    dues_paid_to: date | None = None,
    opinion: str = "",
    closure: Closure | None = None,
) -> Transfer:
    """Open the transfer of a member to an organisation of the district or a place outside it.

    The relation stays where it is. Raises NotPermitted, NotTransferable, NoDestination,
    SameOrganisation, TargetNotAvailable, TransferUnderWay or MemberElsewhere (moved a moment ago).
    """
    access.require(actor, OPEN)
    require_proposable(actor, member)
    place = visible_words(to_outside)
    home = _kept_home(member, to_org)
    _check_destination(home, to_org, place)
    act = CaseAct.of(actor, now, opinion)
    case = Transfer(
        member=member,
        from_org=home,
        to_org=to_org,
        to_outside=place,
        reason=reason,
        channel=channel,
        dues_paid_to=dues_paid_to,
        closure=closure,
    )
    seats = _seats(home, to_org)
    case.area = _township(seats.get(TransferParty.RECEIVER, seats[TransferParty.SENDER]))
    _open(case, act, seats)
    return case


def _kept_home(member: Member, to_org: Organisation | None) -> Organisation:
    """Return where the relation lies, kept with where it is to go: neither ends meanwhile (AD-13)."""
    home = _home_of(member)
    hold(home, *([to_org] if to_org is not None else []))
    if to_org is not None:
        to_org.refresh_from_db(fields=["state"])
    if not Member.objects.filter(pk=member.pk, formal_org=home).exists():
        raise MemberElsewhere(member.public_id)
    return home


def _home_of(member: Member) -> Organisation:
    if member.member_class not in _MOVABLE or member.status not in ON_ROLLS:
        raise NotTransferable(member.public_id)
    home = member.formal_org
    if home is None:
        raise NotTransferable(member.public_id)
    return home


def _check_destination(home: Organisation, to_org: Organisation | None, place: str) -> None:
    if (to_org is None) == (not place):
        raise NoDestination(home.public_id)
    if to_org is None:
        return
    if to_org.pk == home.pk:
        raise SameOrganisation(home.public_id)
    if to_org.state != OrgState.ACTIVE:
        raise TargetNotAvailable(to_org.public_id)


def _seats(home: Organisation, to_org: Organisation | None) -> dict[str, Seat]:
    seats: dict[str, Seat] = {
        TransferParty.SENDER: committee_of(home),
        TransferParty.OLD_BRANCH: Seat(Role.BRANCH_SECRETARY, home.body_id),
    }
    if to_org is not None:
        seats[TransferParty.RECEIVER] = committee_of(to_org)
        seats[TransferParty.NEW_BRANCH] = Seat(Role.BRANCH_SECRETARY, to_org.body_id)
    return seats


def _township(seat: Seat) -> Body | None:
    return Body.objects.filter(pk=seat.body_id, kind=BodyKind.TOWNSHIP).first()


def _open(case: Transfer, act: CaseAct, seats: dict[str, Seat]) -> None:
    """Two people may propose at once: the table itself lets only one of them in."""
    others = Transfer.objects.filter(member=case.member_id, closed_at__isnull=True)
    if others.exists():
        raise TransferUnderWay(case.member.public_id)
    try:
        with unit():
            open_case(case, act, seats, _EVENT_LABELS["open"])
    except IntegrityError:
        if others.exists():
            raise TransferUnderWay(case.member.public_id) from None
        raise
