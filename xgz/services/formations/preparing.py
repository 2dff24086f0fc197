"""The file of a formation while it is prepared: units, talks, people, secretary, room (FM-14)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError

from xgz.access import formations as access
from xgz.access.actor import Actor, NotPermitted
from xgz.access.leads import assignable_instructors
from xgz.models import (
    Business,
    Formation,
    FormationDecision,
    FormationMember,
    FormationTalk,
    FormationUnit,
    Member,
    User,
    sealing,
)
from xgz.rules.cases import StepNotAllowed
from xgz.rules.formations import FILING_LABELS, Consent, Filing, FormationState, Room
from xgz.rules.members import ON_ROLLS, PARTY_CLASSES
from xgz.rules.words import visible_words
from xgz.services.cases import CaseAct, record_event
from xgz.services.formations.opening import hold_units
from xgz.services.transactions import unit, unit_of_work


class FileClosed(StepNotAllowed):
    """The file is changed only while the case is prepared; give it back first (FM-14)."""


class Approved(StepNotAllowed):
    """The organisation is approved as its file says who and what it is for (FM-17)."""


class AlreadyIn(Exception):
    """The unit or person is in this file already."""


class NotInFile(Exception):
    """The unit or person is not in this file, or was taken out a moment ago."""


class MemberTaken(Exception):
    """Somebody is in another open formation (FM-15)."""


class NoMember(Exception):
    """Somebody is not on the rolls, or neither a full nor a probationary member."""


class ConsentMissing(Exception):
    """A talk says whether the owner agrees or is worried."""


class DayToCome(Exception):
    """A talk lies today or before."""


class NoInstructor(Exception):
    """The person is no instructor of an office that serves the township today (FM-19)."""


class PlaceMissing(Exception):
    """A room is named with its place."""


@unit_of_work
def add_units(*, actor: Actor, case: Formation, units: Sequence[Business], now: datetime) -> None:
    """Put businesses into the file. Raises NotPermitted, FileClosed, Approved, AlreadyIn, UnitTaken."""
    access.require_filing(actor, case, access.PREPARES)
    wanted = {each.pk for each in units}
    if access.openable_businesses(actor).filter(pk__in=wanted).count() < len(wanted):
        raise NotPermitted(access.OPEN)
    _lock_plan(case, actor, now)
    if FormationUnit.objects.filter(formation=case, business__in=wanted).exists():
        raise AlreadyIn(case.public_id)
    hold_units(case, units, now)
    _record(case, actor, now, Filing.UNITS)


@unit_of_work
def remove_unit(*, actor: Actor, case: Formation, row: FormationUnit, now: datetime) -> None:
    """Take a business out of the file with its talks.

    Raises NotPermitted, FileClosed, Approved, NotInFile.
    """
    access.require_filing(actor, case, access.PREPARES)
    _lock_plan(case, actor, now)
    if not FormationUnit.objects.filter(pk=row.pk, formation=case).delete()[0]:
        raise NotInFile(case.public_id)
    _record(case, actor, now, Filing.UNIT_OUT)


@unit_of_work
def record_talk(
    *,
    actor: Actor,
    case: Formation,
    row: FormationUnit,
    talked_on: date,
    consent: Consent,
    now: datetime,
    note: str = "",
) -> FormationTalk:
    """Record a talk with the owner of a unit; what was said last counts (FM-6).

    Raises NotPermitted, FileClosed, NotInFile, ConsentMissing, DayToCome.
    """
    access.require_filing(actor, case, access.TALKS)
    if consent is Consent.NOT_ASKED:
        raise ConsentMissing(row.public_id)
    if talked_on > actor.today:
        raise DayToCome(row.public_id)
    _lock(case)
    if not FormationUnit.objects.filter(pk=row.pk, formation=case).exists():
        raise NotInFile(case.public_id)
    talk = FormationTalk(
        unit=row, talked_on=talked_on, consent=consent, recorded_by=actor.user, recorded_at=now
    )
    words = visible_words(note)
    talk.note_sealed = sealing.seal("formation_talk.note", talk.public_id, words)
    talk.save(force_insert=True)
    newest = FormationTalk.objects.filter(unit=row).order_by("-talked_on", "-pk").first()
    said = newest.consent if newest is not None else consent
    FormationUnit.objects.filter(pk=row.pk).update(consent=said)
    _record(case, actor, now, Filing.TALK)
    return talk


@unit_of_work
def add_members(*, actor: Actor, case: Formation, members: Sequence[Member], now: datetime) -> None:
    """Name people who are to join; their relations stay where they are.

    Raises NotPermitted, FileClosed, Approved, NoMember, AlreadyIn, MemberTaken.
    """
    access.require_naming(actor, case, members)
    _put_in(actor, case, members, now)


def _put_in(actor: Actor, case: Formation, members: Sequence[Member], now: datetime) -> None:
    if any(not _is_member(each) for each in members):
        raise NoMember(case.public_id)
    _lock_plan(case, actor, now)
    wanted = {each.pk: each for each in members}
    if FormationMember.objects.filter(formation=case, member__in=wanted).exists():
        raise AlreadyIn(case.public_id)
    rows = [FormationMember(formation=case, member=each, added_at=now) for each in wanted.values()]
    try:
        with unit():
            FormationMember.objects.bulk_create(rows)
    except IntegrityError:
        raise MemberTaken(case.public_id) from None
    _record(case, actor, now, Filing.MEMBERS)


@unit_of_work
def add_found_member(*, actor: Actor, case: Formation, member: Member, now: datetime) -> None:
    """Name somebody whom a confirmed lead found, whether or not the roster shows the person (LD-18).

    Raises NotPermitted, FileClosed, Approved, NoMember, AlreadyIn, MemberTaken.
    """
    access.require_namer(actor, case)
    _put_in(actor, case, [member], now)


@unit_of_work
def remove_member(*, actor: Actor, case: Formation, row: FormationMember, now: datetime) -> None:
    """Take somebody out of the file, also as the candidate for secretary.

    Raises NotPermitted, FileClosed, Approved, NotInFile.
    """
    access.require_namer(actor, case)
    _lock_plan(case, actor, now)
    if not FormationMember.objects.filter(pk=row.pk, formation=case).delete()[0]:
        raise NotInFile(case.public_id)
    Formation.objects.filter(pk=case.pk, secretary=row.member_id).update(secretary=None)
    _record(case, actor, now, Filing.MEMBER_OUT)


@unit_of_work
def name_secretary(*, actor: Actor, case: Formation, row: FormationMember, now: datetime) -> None:
    """Name one of those who are to join as the candidate for secretary (FM-12).

    Raises NotPermitted, FileClosed, Approved, NotInFile.
    """
    access.require_namer(actor, case)
    _lock_plan(case, actor, now)
    if not FormationMember.objects.filter(pk=row.pk, formation=case).exists():
        raise NotInFile(case.public_id)
    Formation.objects.filter(pk=case.pk).update(secretary=row.member_id)
    _record(case, actor, now, Filing.SECRETARY)


@unit_of_work
def set_room(*, actor: Actor, case: Formation, room: Room, place: str, now: datetime) -> None:
    """Say where the organisation would meet (FM-7). Raises NotPermitted, FileClosed, PlaceMissing."""
    access.require_filing(actor, case, access.TALKS)
    words = visible_words(place)
    if (room is Room.NONE) == bool(words):
        raise PlaceMissing(case.public_id)
    _lock(case)
    Formation.objects.filter(pk=case.pk).update(room=room, room_place=words)
    _record(case, actor, now, Filing.ROOM)


@unit_of_work
def name_instructor(*, actor: Actor, case: Formation, instructor: User, now: datetime) -> None:
    """Name the instructor who is to help the organisation, with room or without (FM-19).

    Raises NotPermitted, FileClosed, NoInstructor.
    """
    access.require_filing(actor, case, access.TALKS)
    serving = assignable_instructors(case.area, actor.today) if case.area else None
    if serving is None or not serving.filter(user=instructor).exists():
        raise NoInstructor(case.public_id)
    _lock(case)
    Formation.objects.filter(pk=case.pk).update(instructor=instructor)
    _record(case, actor, now, Filing.INSTRUCTOR)


def _is_member(member: Member) -> bool:
    return member.status in ON_ROLLS and member.member_class in PARTY_CLASSES


def _lock(case: Formation) -> None:
    """Read the case anew and keep it, so that nobody sends it while its file changes."""
    case.refresh_from_db(from_queryset=Formation.objects.select_for_update())
    if case.state != FormationState.PREPARING:
        raise FileClosed(case.public_id)


def _lock_plan(case: Formation, actor: Actor, now: datetime) -> None:
    """Lock as _lock, for a change of units, people or secretary: of what was approved (FM-17).

    A file that was only to be mended is another one then: what was approved falls, and it goes
    through every step again. Raises FileClosed, or Approved where the organisation is approved.
    """
    _lock(case)
    if not case.is_mended:
        return
    if case.is_decided:
        raise Approved(case.public_id)
    standing = FormationDecision.objects.filter(formation=case, withdrawn_at__isnull=True)
    standing.update(withdrawn_at=now)
    Formation.objects.filter(pk=case.pk).update(back_to=0)
    _record(case, actor, now, Filing.ALL_AGAIN)


def _record(case: Formation, actor: Actor, now: datetime, what: Filing) -> None:
    case.refresh_from_db()
    record_event(case, CaseAct.of(actor, now), what, FILING_LABELS[what])
