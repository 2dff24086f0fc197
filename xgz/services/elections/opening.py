"""Opening an election of an organisation: by hand, of a new organisation, or once more (EL-2)."""

from datetime import datetime

from django.db import IntegrityError

from xgz.access import actor as access
from xgz.access.actor import Actor
from xgz.access.elections import OPEN, require_opening
from xgz.models import Body, ElectionCandidate, Organisation, TermElection, sealing
from xgz.models.fields import PATH_DIGITS
from xgz.queries.elections import full_members
from xgz.queries.responsibilities import bodies_for
from xgz.rules.bodies import LINE_OF_KIND, BodyKind, Line
from xgz.rules.election_counts import committee_size, has_committee
from xgz.rules.elections import FILING_LABELS, ElectionParty, ElectionState, Filing, Sort
from xgz.rules.organisations import OrgType
from xgz.rules.roles import Role
from xgz.rules.seats import LEADING_ROLES, Seat
from xgz.rules.words import visible_words
from xgz.services.cases import CaseAct, open_case
from xgz.services.organisations import records
from xgz.services.transactions import unit, unit_of_work


class ElectionUnderWay(Exception):
    """The organisation has an open election already (EL-2)."""


class NobodyToConfirm(Exception):
    """There is neither a committee above the organisation nor an organization department."""


class SortNotFit(Exception):
    """A first election where one is on record already (EL-2)."""


class NotFailed(Exception):
    """Only an election that came to nothing is held once more."""


@unit_of_work
def open_election(
    *,
    actor: Actor,
    organisation: Organisation,
    sort: Sort,
    now: datetime,
    reason: str = "",
    repeats: TermElection | None = None,
) -> TermElection:
    """Open an election; whoever leads the organisation prepares it, an empty seat's superior else.

    reason: why it is early or late, sealed. repeats: one of the same organisation that failed. The
    seats are those usual for its size, to be changed in the plan. Raises NotPermitted, SortNotFit,
    ElectionUnderWay, NobodyToConfirm.
    """
    access.require(actor, OPEN)
    records.hold(organisation)  # nobody merges or dissolves it meanwhile (AD-12)
    require_opening(actor, organisation)
    if sort is Sort.FIRST and organisation.elected_on is not None:
        raise SortNotFit(sort)
    township = _township_above(organisation)
    case = TermElection(
        organisation=organisation,
        sort=sort,
        repeats=repeats,
        area=township,
        **_usual(organisation, sort),
    )
    case.reason_sealed = sealing.seal("term_election.reason", case.public_id, visible_words(reason))
    seats = _seats(organisation, township)
    case.is_shared = ElectionParty.GUIDE in seats
    try:
        with unit():
            open_case(case, CaseAct.of(actor, now), seats, FILING_LABELS[Filing.OPENED])
    except IntegrityError:
        raise ElectionUnderWay(organisation.public_id) from None
    return case


def open_first_election(*, actor: Actor, organisation: Organisation, now: datetime) -> TermElection:
    """Open the first election of a new organisation. Raises as open_election."""
    access.require(actor, OPEN)
    return open_election(actor=actor, organisation=organisation, sort=Sort.FIRST, now=now)


@unit_of_work
def open_again(*, actor: Actor, case: TermElection, now: datetime) -> TermElection:
    """Open another election for one that came to nothing, with its seats and its candidates.

    Who is no longer entitled is left out; the day is set anew. Raises NotFailed, and as
    open_election.
    """
    access.require(actor, OPEN)
    if case.state != ElectionState.FAILED:
        raise NotFailed(case.public_id)
    fresh = open_election(
        actor=actor,
        organisation=case.organisation,
        sort=Sort(case.sort),
        reason=case.reason,
        repeats=case,
        now=now,
    )
    TermElection.objects.filter(pk=fresh.pk).update(
        place=case.place,
        secretary_seats=case.secretary_seats,
        deputy_seats=case.deputy_seats,
        member_seats=case.member_seats,
    )
    here = full_members(case.organisation).values("pk")
    stood = case.candidates.filter(is_write_in=False, member__in=here).order_by("pk")
    ElectionCandidate.objects.bulk_create(
        ElectionCandidate(election=fresh, member_id=row.member_id, post=row.post) for row in stood
    )
    fresh.refresh_from_db()
    return fresh


def _usual(organisation: Organisation, sort: Sort) -> dict[str, object]:
    """Return the seats to begin with: a committee of the least usual size, or a secretary (EL-5)."""
    org_type = OrgType(organisation.org_type)
    begins = sort is not Sort.BY_ELECTION
    if begins and has_committee(org_type, full_members(organisation).count()):
        members = committee_size(org_type).least - 1
        return {"as_committee": True, "secretary_seats": 1, "member_seats": members}
    return {"as_committee": False, "secretary_seats": int(begins)}


def _seats(organisation: Organisation, township: Body | None) -> dict[str, Seat]:
    seats: dict[str, Seat] = {
        ElectionParty.BRANCH: Seat(Role.BRANCH_SECRETARY, organisation.body_id)
    }
    if township is not None:
        seats[ElectionParty.COMMITTEE] = Seat(Role.TOWNSHIP_COMMITTEE, township.pk)
    else:
        departments = bodies_for(Role.ORG_DEPT, None)
        if not departments:
            raise NobodyToConfirm(organisation.public_id)
        seats[ElectionParty.COMMITTEE] = Seat(Role.ORG_DEPT, departments[0].pk)
    guide = _guide(organisation)
    if guide is not None:
        seats[ElectionParty.GUIDE] = guide
    return seats


def _guide(organisation: Organisation) -> Seat | None:
    """Return the seat of the market line or the association that guides the organisation (EL-14)."""
    body = organisation.guiding_body
    if body is None or LINE_OF_KIND[BodyKind(body.kind)] is Line.ORGANIZATION:
        return None
    role = LEADING_ROLES.get(BodyKind(body.kind))
    return Seat(role, body.pk) if role is not None else None


def _township_above(organisation: Organisation) -> Body | None:
    """Return the township under which the organisation stands, None for one of the district."""
    path = organisation.body.path
    above = [path[:end] for end in range(PATH_DIGITS, len(path), PATH_DIGITS)]
    rows = Body.objects.filter(path__in=above, kind=BodyKind.TOWNSHIP)
    return rows.order_by("-path").first()
