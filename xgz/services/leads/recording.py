"""What is written down on the way: visits, the person's own statement, the roster check (LD-5 to LD-7)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError

from xgz.access.actor import Actor, NotPermitted, require
from xgz.access.cases import require_step
from xgz.access.leads import CHECK, require_check, require_recording
from xgz.models import Lead, LeadVisit, Member, sealing
from xgz.models.fields import new_public_id
from xgz.queries.lead_identity import (
    LeadIdentity,
    is_held_back,
    is_protected,
    lead_digests,
    same_leads,
)
from xgz.rules.cases import StepNotAllowed
from xgz.rules.lead_names import names_differ
from xgz.rules.leads import (
    SAYS_LABELS,
    UNCONFIRMED,
    CheckResult,
    LeadAction,
    StatementKind,
    StatementSays,
    VisitKind,
    VisitOutcome,
)
from xgz.rules.words import visible_words
from xgz.services.cases import CaseAct, ChangedMeanwhile, hold, record_event, take_step
from xgz.services.leads.refusals import (
    DayNotPossible,
    MemberNotNamed,
    NameDiffers,
    NobodyMet,
    WordsMissing,
)
from xgz.services.leads.turns import turn_to_find
from xgz.services.transactions import unit, unit_of_work

_LABELS = {
    "not_met": "走访未见到本人",
    "statement": "记录本人说明",
    "roster_check": "核对名册",
    "corrected": "按本人要求更正",
    "statement_back": "撤下本人说明",
    "place": "补充线索地点",
    "join": "列入组建事项",
}
_SAID_ON: dict[VisitKind, StatementKind] = {
    VisitKind.ON_SITE: StatementKind.IN_PERSON,
    VisitKind.PHONE: StatementKind.PHONE,
}
_NO_CHECK: dict[str, Any] = {
    "checked_on": None,
    "checked_by": None,
    "check_result_sealed": "",
    "check_words_sealed": "",
    "found_sealed": "",
    "found_digest": "",
}
_NO_STATEMENT: dict[str, Any] = {
    "stated_on": None,
    "statement_kind_sealed": "",
    "statement_says_sealed": "",
    "statement_sealed": "",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """One attempt to meet the person. on: None for today. says, words: the person's own statement."""

    outcome: VisitOutcome = VisitOutcome.SPOKE
    kind: VisitKind = VisitKind.ON_SITE
    on: date | None = None
    says: StatementSays | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class PersonNow:
    """What a lead holds of its person from now on. words: of the own statement.

    is_another: a roster check made before was of somebody named otherwise.
    """

    name: str
    phone: str
    note: str
    words: str
    is_another: bool


@unit_of_work
def record_visit(
    *,
    case: Lead,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
    visit: Visit = Visit(),
) -> None:
    """Write down a visit, opinion being its note; one that met nobody leaves the lead where it is.

    Any other hands the lead to the committee. What the person said on the visit is written down as
    the own statement (LD-6). Raises NotPermitted, StepNotAllowed, DayNotPossible, NobodyMet for a
    statement of somebody who was not met, or ChangedMeanwhile.
    """
    require_step(actor, case, LeadAction.VISIT)
    case.KIND.step(case.state, LeadAction.VISIT)
    if visit.says is not None and visit.outcome is not VisitOutcome.SPOKE:
        raise NobodyMet(case.public_id)
    act = CaseAct.of(actor, now, "", version)
    check_shown(case, act)
    hold(case)
    _write_visit(case, act, visit, opinion)
    if visit.says is not None:
        act = replace(act, version=None)  # compared above: the statement counts the version on
        _write_statement(case, act, _SAID_ON[visit.kind], visit.says, visit.on, visit.words)
    if visit.outcome is VisitOutcome.NOT_MET:
        write_down(case, act, "not_met", {})
    else:
        take_step(case, LeadAction.VISIT, act)


@unit_of_work
def record_statement(
    *,
    case: Lead,
    actor: Actor,
    now: datetime,
    kind: StatementKind,
    says: StatementSays,
    stated_on: date | None = None,
    words: str = "",
    version: int | None = None,
) -> None:
    """Write down what the person said of themselves; a later statement takes the place of it (LD-6).

    Raises NotPermitted, StepNotAllowed, DayNotPossible or ChangedMeanwhile.
    """
    require_recording(actor, case)
    act = CaseAct.of(actor, now, "", version)
    _check_unconfirmed(case, act)
    _write_statement(case, act, kind, says, stated_on, words)


@unit_of_work
def statement_of_person(
    *, lead: Lead, actor: Actor, stated_on: date, now: datetime, words: str = ""
) -> None:
    """Let a verified self-report count as the person's own statement of the person's lead (LD-6).

    Whoever of the organization line verified it: the lead may lie in another township, out of the
    actor's sight, who is told nothing of it. Raises NotPermitted, StepNotAllowed, DayNotPossible or
    ChangedMeanwhile.
    """
    require(actor, CHECK)
    act = CaseAct.of(actor, now)
    _check_unconfirmed(lead, act)
    columns = _statement(lead, StatementKind.SELF_REPORT, StatementSays.MEMBER, words)
    write_down(lead, act, "statement", columns | {"stated_on": _day(stated_on, act)})


@unit_of_work
def record_roster_check(
    *,
    case: Lead,
    actor: Actor,
    now: datetime,
    result: CheckResult,
    member: Member | None = None,
    words: str = "",
    version: int | None = None,
    is_same_person: bool = False,
) -> None:
    """Write down what the roster says; found names the member (LD-7). The organization line's alone.

    words: of a relation outside the district who confirmed it, and by which letter; of a member of
    another name why it is the same person, which is_same_person then says. A protected member is
    never named: whoever looks finds nobody (LD-14). Raises NotPermitted, StepNotAllowed,
    MemberNotNamed, NameDiffers, WordsMissing or ChangedMeanwhile.
    """
    require_check(actor, case)
    turn_to_find()
    act = CaseAct.of(actor, now, "", version)
    _check_unconfirmed(case, act)
    if (member is not None) is not (result is CheckResult.FOUND):
        raise MemberNotNamed(case.public_id)
    if result is CheckResult.OUTSIDE and not visible_words(words):
        raise WordsMissing(case.public_id)
    if member is not None and is_protected(member):
        raise NotPermitted("member")
    is_explained = is_same_person and bool(visible_words(words))
    if member is not None and names_differ(case.name, member.name) and not is_explained:
        raise NameDiffers(case.public_id)
    columns = {
        "checked_on": act.today,
        "checked_by": actor.user,
        "check_result_sealed": case.sealed("check_result", result),
        "check_words_sealed": case.sealed("check_words", visible_words(words)),
        **case.found_columns(member),
    }
    write_down(case, act, "roster_check", columns)


def _write_statement(
    case: Lead,
    act: CaseAct,
    kind: StatementKind,
    says: StatementSays,
    day: date | None,
    words: str,
) -> None:
    """Write the columns, and in the history what was said: its writer reads it there (LD-3)."""
    columns = _statement(case, kind, says, words) | {"stated_on": _day(day, act)}
    said = "：".join(part for part in (SAYS_LABELS[says], visible_words(words)) if part)
    write_down(case, replace(act, opinion=said), "statement", columns)


@unit_of_work
def correct_person(*, lead: Lead, actor: Actor, person: PersonNow, now: datetime) -> bool:
    """Put other values of the person into a lead nobody confirmed; return whether it may stay (SR-10).

    It may not where the person as now named said no, is protected or is a lead already (LD-4, LD-13,
    LD-14): nothing is written then, and the caller lets it go. The roster check is to be made anew
    where it was of somebody named otherwise. Raises NotPermitted, StepNotAllowed or ChangedMeanwhile.
    """
    require(actor, CHECK)
    act = CaseAct.of(actor, now)
    _check_unconfirmed(lead, act)
    place = lead.business or lead.market
    who = LeadIdentity.of(
        name=person.name,
        phone=person.phone,
        id_number=lead.id_number,
        place=place.public_id if place else "",
    )
    digests = lead_digests(who, lead.source)
    others = same_leads(digests).exclude(pk=lead.pk)
    if is_held_back(who, lead.business) or others.exists():
        return False
    columns = {
        **digests,
        "name_sealed": lead.sealed("name", person.name),
        "phone_sealed": lead.sealed("phone", person.phone),
        "note_sealed": lead.sealed("note", visible_words(person.note)),
        "statement_sealed": lead.sealed("statement", visible_words(person.words)),
        **(_NO_CHECK if person.is_another else {}),
    }
    try:
        with unit():
            write_down(lead, act, "corrected", columns)
    except IntegrityError:  # opened for the same person at the same moment
        if others.exists():
            return False
        raise
    return True


@unit_of_work
def take_statement_back(*, lead: Lead, actor: Actor, now: datetime) -> None:
    """Let a statement that a self-report stood for count no longer: it was of somebody else (SR-10).

    Any other statement stays. Raises NotPermitted, StepNotAllowed or ChangedMeanwhile.
    """
    require(actor, CHECK)
    act = CaseAct.of(actor, now)
    _check_unconfirmed(lead, act)
    if lead.statement_kind == StatementKind.SELF_REPORT:
        write_down(lead, act, "statement_back", _NO_STATEMENT)


def _statement(case: Lead, kind: StatementKind, says: StatementSays, words: str) -> dict[str, Any]:
    return {
        "statement_kind_sealed": case.sealed("statement_kind", kind),
        "statement_says_sealed": case.sealed("statement_says", says),
        "statement_sealed": case.sealed("statement", visible_words(words)),
    }


def _check_unconfirmed(case: Lead, act: CaseAct) -> None:
    check_shown(case, act)
    if case.state not in UNCONFIRMED:
        raise StepNotAllowed(case.public_id)


def check_shown(case: Lead, act: CaseAct) -> None:
    """Raise ChangedMeanwhile unless the lead stands as the actor's page showed it."""
    if act.version is not None and act.version != case.version:
        raise ChangedMeanwhile(case.public_id)


def write_down(case: Lead, act: CaseAct, what: str, columns: dict[str, Any]) -> None:
    """Write columns and one line of the history; the version counts on, so that no step misses it.

    Raises ChangedMeanwhile.
    """
    same = Lead.objects.filter(pk=case.pk, state=case.state, version=case.version)
    if not same.update(**columns, version=case.version + 1):
        raise ChangedMeanwhile(case.public_id)
    case.refresh_from_db()
    record_event(case, act, what, _LABELS[what])


def _write_visit(case: Lead, act: CaseAct, visit: Visit, note: str) -> None:
    public_id = new_public_id()
    LeadVisit.objects.create(
        public_id=public_id,
        lead=case,
        visited_on=_day(visit.on, act),
        kind=visit.kind,
        outcome=visit.outcome,
        note_sealed=sealing.seal("lead_visit.note", public_id, visible_words(note)),
        by=act.actor.user,
        body_id=next((grant.body_id for grant in act.actor.grants), None),
        at=act.now,
    )


def _day(day: date | None, act: CaseAct) -> date:
    """Return the day, today where none is given. Raises DayNotPossible for one to come."""
    if day is not None and day > act.today:
        raise DayNotPossible(day.isoformat())
    return day or act.today
