"""What the papers of a formation are filled from: its file, its parties, its earlier papers."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from xgz.access import clock
from xgz.access.actor import Actor
from xgz.access.cases import parties_of
from xgz.access.papers import issuing_seat
from xgz.models import Body, Case, Formation
from xgz.queries.formations import JoiningRow, joining_rows, standing_decisions, unit_rows
from xgz.queries.paper_sources import NamesNotRead, issued_number
from xgz.rules.formation_checks import Place
from xgz.rules.formation_procedures import Way
from xgz.rules.formations import Consent, FormationParty, step_party
from xgz.rules.members import MEMBER_CLASS_LABELS, SEX_LABELS, MemberClass, Sex
from xgz.rules.papers.document import Document, official_name
from xgz.rules.papers.formations import FormationFacts, JoiningFacts, formation_paper
from xgz.rules.papers.kinds import PAPERS, PaperKind, Phase, deciding_party, place_of
from xgz.rules.papers.kinds import formation_phase as _phase
from xgz.rules.roles import Role


def formation_phase(case: Case) -> Phase | None:
    """Return how far a formation is for its papers. Raises TypeError for another case."""
    found = _formation(case)
    return _phase(found.state, found.procedure)


def formation_document(case: Case, kind: PaperKind, actor: Actor) -> tuple[Document, Body]:
    """Return a paper as the formation is now, with the body that issues it; the actor may make it.

    Raises NamesNotRead, NotPermitted, TypeError.
    """
    found = _formation(case)
    seats = parties_of(found)
    seat = issuing_seat(actor, found, kind)
    bodies = {body.pk: body for body in Body.objects.filter(pk__in=_body_ids(found))}
    names = {key: official_name(body.name) for key, body in bodies.items()}
    decider = seats.get(deciding_party(found.procedure))
    to = _addressee(found, kind)
    facts = FormationFacts(
        name=found.name,
        township=place_of(found.area.name) if found.area else "",
        by=names[seat.body_id],
        to=names[to] if to else "",
        preparer=names[seats[FormationParty.PREPARER].body_id],
        decider=names[decider.body_id] if decider else "",
        **_file(found, actor, _members(found, kind, actor)),
        decided_on=_decided_on(found),
        request=issued_number(found, PaperKind.REQUEST),
        reply=issued_number(found, PaperKind.REPLY),
    )
    return formation_paper(kind, facts), bodies[seat.body_id]


def _formation(case: Case) -> Formation:
    if not isinstance(case, Formation):
        raise TypeError(case.KIND.name)
    return case


def _body_ids(case: Formation) -> set[int]:
    return {seat.body_id for seat in parties_of(case).values()}


def _addressee(case: Formation, kind: PaperKind) -> int | None:
    """Return the body a paper goes to: who decides, who asked, or who is filed with."""
    seats = parties_of(case)
    if kind is PaperKind.REQUEST:
        decider = seats.get(deciding_party(case.procedure))
        return decider.body_id if decider else None
    if kind is PaperKind.REPLY:
        return seats[FormationParty.PREPARER].body_id
    filed = [
        seats[step_party(number)].body_id
        for number, step in enumerate(case.procedure, start=1)
        if step.way is Way.FILE and step_party(number) in seats
    ]
    if filed:
        return filed[0]
    above = [s.body_id for s in seats.values() if s.role == Role.ORG_DEPT]
    return above[0] if above else None


def _members(case: Formation, kind: PaperKind, actor: Actor) -> Sequence[JoiningRow]:
    rows = joining_rows(case, actor)
    if PAPERS[kind].names_people and not all(row.in_clear for row in rows):
        raise NamesNotRead(case.public_id)
    return rows


def _file(case: Formation, actor: Actor, rows: Sequence[JoiningRow]) -> dict[str, Any]:
    """Return what stands in the file: units, consents, people, room."""
    units = unit_rows(case, actor)
    in_clear = bool(rows) and all(row.in_clear for row in rows)
    return {
        "units": tuple(row.unit.business.name for row in units),
        "consents": sum(row.unit.consent == Consent.AGREES for row in units),
        "room": case.room_place,
        "members": tuple(_person(row) for row in rows) if in_clear else (),
        "tells_names": in_clear,
        "is_joint": len(units) > 1,
    }


def _person(row: JoiningRow) -> JoiningFacts:
    member = row.member
    return JoiningFacts(
        public_id=member.public_id,
        name=row.name,
        sex=SEX_LABELS[Sex(member.sex)] if member.sex != Sex.UNKNOWN else "",
        ethnicity=member.ethnicity,
        born_on=member.born_on,
        education=member.education,
        joined_on=member.joined_on,
        full_on=member.full_on,
        member_class=MEMBER_CLASS_LABELS[MemberClass(member.member_class)],
        is_full=row.facts.is_full,
        is_here=row.facts.place is Place.HERE,
        is_secretary=row.facts.is_secretary,
    )


def _decided_on(case: Formation) -> date | None:
    """Return the day on which the deciding step was passed, None while it was not."""
    steps = case.procedure
    for row in standing_decisions(case):
        if row.step <= len(steps) and steps[row.step - 1].decides:
            return clock.day_of(row.decided_at)
    return None
