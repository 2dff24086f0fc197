"""What is set going until the lines are there: transfers, instructor, first meeting (ES-3 to ES-7)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from xgz.access import cases as access
from xgz.access.actor import Actor, NotPermitted
from xgz.access.establishing import ASSIGN, may_assign_at
from xgz.models import Establishing, InstructorLink, Member, Organisation, Transfer, User
from xgz.queries.establishing import (
    has_met,
    instructors_at,
    instructors_of,
    own_transfers,
    station_of,
)
from xgz.rules.cases import StepNotAllowed
from xgz.rules.establishing import (
    SETTLING_LABELS,
    EstablishingAction,
    EstablishingState,
    Settling,
)
from xgz.rules.transfers import Channel, TransferReason
from xgz.rules.words import visible_words
from xgz.services import bodies, organisations, transfers
from xgz.services.cases import CaseAct, record_event
from xgz.services.organisations.records import check_active
from xgz.services.transactions import unit_of_work

_FINISH = EstablishingAction.FINISH


class NoInstructor(Exception):
    """The person does not instruct at the guiding office, or no such office guides (ES-6)."""


class AlreadyInstructs(Exception):
    """This very person instructs the organisation already."""


class DayGone(Exception):
    """A meeting is planned for today or later (ES-7)."""


class PlaceMissing(Exception):
    """A meeting is planned with its place (ES-7)."""


@unit_of_work
def propose_transfers(
    *,
    actor: Actor,
    case: Establishing,
    members: Sequence[Member],
    channel: Channel,
    now: datetime,
) -> int:
    """Propose a transfer into the organisation for each of the members; return how many (ES-3).

    All or none; no relation moves by it. Raises NotPermitted, StepNotAllowed, OrganisationNotActive, and
    the refusals of propose_transfer.
    """
    access.require_step(actor, case, _FINISH)
    organisation = _running(case)
    for member in members:
        transfers.propose_transfer(
            actor=actor,
            member=member,
            to_org=organisation,
            reason=TransferReason.FORMATION,
            channel=channel,
            now=now,
        )
    _record(case, actor, now, Settling.TRANSFERS)
    return len(members)


@unit_of_work
def take_in(*, actor: Actor, case: Establishing, chosen: Sequence[Transfer], now: datetime) -> int:
    """Issue and accept transfers whose sender and receiver are this one committee (ES-3).

    All or none; return how many. Raises NotPermitted, StepNotAllowed, OrganisationNotActive, and the
    refusals of finish_own.
    """
    access.require_step(actor, case, _FINISH)
    _running(case)
    taken = transfers.finish_own(own=own_transfers(case), chosen=chosen, act=CaseAct.of(actor, now))
    _record(case, actor, now, Settling.TAKEN_IN)
    return taken


@unit_of_work
def assign_instructor(
    *, actor: Actor, case: Establishing, instructor: User, now: datetime
) -> InstructorLink:
    """Give the organisation an instructor of the office that guides it, from today on (ES-6).

    Whoever instructed it before does so no more. Raises NotPermitted, StepNotAllowed,
    OrganisationNotActive, NoInstructor or AlreadyInstructs.
    """
    access.require_visible(actor, case)
    organisation = _running(case)
    station = station_of(organisation)
    if station is None:
        raise NoInstructor(case.public_id)
    if not may_assign_at(actor, station):
        raise NotPermitted(ASSIGN)
    if all(row.user.pk != instructor.pk for row in instructors_at(station, actor.today)):
        raise NoInstructor(case.public_id)
    for link in instructors_of(organisation, actor.today):
        if link.instructor_id == instructor.pk:
            raise AlreadyInstructs(case.public_id)
        _end(link, actor, now)
    link = bodies.link_instructor(
        actor=actor,
        instructor=instructor,
        station=station,
        valid_from=actor.today,
        now=now,
        organisation=organisation,
    )
    _record(case, actor, now, Settling.INSTRUCTOR)
    return link


@unit_of_work
def plan_meeting(
    *, actor: Actor, case: Establishing, meeting_on: date, place: str, now: datetime
) -> None:
    """Plan the first meeting of the members; planning anew takes its place (ES-7).

    Raises NotPermitted, StepNotAllowed, OrganisationNotActive, DayGone or PlaceMissing.
    """
    access.require_step(actor, case, _FINISH)
    words = visible_words(place)
    if meeting_on < actor.today:
        raise DayGone(meeting_on.isoformat())
    if not words:
        raise PlaceMissing(case.public_id)
    _running(case)
    Establishing.objects.filter(pk=case.pk).update(meeting_on=meeting_on, meeting_place=words)
    case.refresh_from_db()
    _record(case, actor, now, Settling.MEETING)


@unit_of_work
def hold_meeting(*, actor: Actor, case: Establishing, held_on: date, now: datetime) -> None:
    """Record that the first meeting was held: it is the beginning of organisation life (ES-7).

    Raises NotPermitted, StepNotAllowed, and the refusals of record_life.
    """
    access.require_step(actor, case, _FINISH)
    organisation = _running(case)
    organisations.record_life(actor=actor, organisation=organisation, held_on=held_on, now=now)
    _record(case, actor, now, Settling.HELD)


def count_as_meeting(*, organisation: Organisation, held_on: date, act: CaseAct) -> None:
    """Let the day of a confirmed first election be that of the first members' meeting (ES-7).

    Call inside the transaction of the confirmation. Nothing is done where no case is under way, or
    where a day since the approval is on record: what somebody entered stays. Raises the refusals of
    record_life.
    """
    under_way = Establishing.objects.select_for_update().filter(
        organisation=organisation, state=EstablishingState.RUNNING_IN
    )
    case = under_way.first()
    if case is None or held_on < case.approved_on:
        return
    organisation.refresh_from_db(fields=["last_life_on"])
    case.organisation = organisation
    if has_met(case):
        return
    organisations.record_life(
        actor=act.actor, organisation=organisation, held_on=held_on, now=act.now
    )
    _record(case, act.actor, act.now, Settling.HELD)


def _running(case: Establishing) -> Organisation:
    """Read the case anew, keep it, and return its organisation.

    Raises StepNotAllowed, or OrganisationNotActive where it was merged or dissolved (ES-11).
    It stays locked, so that nobody finishes it, and nobody does the same, meanwhile.
    """
    case.refresh_from_db(from_queryset=Establishing.objects.select_for_update())
    if case.state != EstablishingState.RUNNING_IN or case.organisation is None:
        raise StepNotAllowed(case.public_id)
    check_active(case.organisation)
    return case.organisation


def _end(link: InstructorLink, actor: Actor, now: datetime) -> None:
    last = max(link.valid_from, actor.today - timedelta(days=1))
    bodies.end_instructor_link(actor=actor, link=link, last_day=last, now=now)


def _record(case: Establishing, actor: Actor, now: datetime, what: Settling) -> None:
    record_event(case, CaseAct.of(actor, now), what, SETTLING_LABELS[what])
