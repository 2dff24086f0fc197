"""Filling a formation's file at once: talks with every owner, room, and who is to join (FM-6, FM-7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from xgz.access import formations as access
from xgz.access.actor import Actor
from xgz.models import Formation, FormationMember, FormationUnit, Member
from xgz.rules.formations import Consent, Room
from xgz.services.formations.preparing import (
    NotInFile,
    add_members,
    name_secretary,
    record_talk,
    set_room,
)
from xgz.services.transactions import unit_of_work


@dataclass(frozen=True, slots=True)
class FileAtOnce:
    """What one form says. said: unit → what its owner said on the day; empty parts change nothing.

    secretary: one of those who are to join, with the members named here.
    """

    talked_on: date
    said: Mapping[FormationUnit, Consent]
    room: Room
    place: str
    members: Sequence[Member] = ()
    secretary: Member | None = None


@unit_of_work
def fill_at_once(*, actor: Actor, case: Formation, file: FileAtOnce, now: datetime) -> None:
    """Record all that one form says, or nothing of it; each part leaves its own row in the history.

    Raises NotPermitted, FileClosed, NotInFile, DayToCome, PlaceMissing, NoMember, AlreadyIn,
    MemberTaken.
    """
    access.require_filing(actor, case, access.TALKS)
    for row, consent in file.said.items():
        record_talk(
            actor=actor, case=case, row=row, talked_on=file.talked_on, consent=consent, now=now
        )
    if (file.room, file.place) != (case.room, case.room_place):
        set_room(actor=actor, case=case, room=file.room, place=file.place, now=now)
    if file.members:
        add_members(actor=actor, case=case, members=file.members, now=now)
    if file.secretary is not None and file.secretary.pk != case.secretary_id:
        joining = FormationMember.objects.filter(formation=case, member=file.secretary).first()
        if joining is None:
            raise NotInFile(case.public_id)
        name_secretary(actor=actor, case=case, row=joining, now=now)
