"""A lead in any state, walked there by the real services, and what lets each step succeed."""

from datetime import date, datetime
from itertools import count
from typing import Any

from tests.factories.closures import make_shop, the_district
from tests.factories.district import TODAY, make_user
from tests.factories.formations import join, make_formation
from tests.factories.rows import make_member, make_organisation
from tests.factories.transfers import make_transfer, moment
from xgz.access.actor import Actor, actor_for, clock_actor
from xgz.models import Body, Formation, Lead, Member, RoleAssignment, User, sealing
from xgz.models.cases import CaseParty
from xgz.rules.formations import FormationState
from xgz.rules.id_numbers import check_digit
from xgz.rules.leads import (
    CheckResult,
    LeadAction,
    LeadParty,
    LeadSource,
    LeadState,
    Placement,
    StatementKind,
    StatementSays,
)
from xgz.rules.roles import Role
from xgz.services import leads
from xgz.services.leads import LeadDraft

_S, _A = LeadState, LeadAction
_numbers = count(1)
_WAYS: dict[LeadState, tuple[LeadAction, ...]] = {
    _S.NEW: (),
    _S.ASSIGNED: (_A.ASSIGN,),
    _S.VISITED: (_A.ASSIGN, _A.VISIT),
    _S.CONFIRMED: (_A.ASSIGN, _A.VISIT, _A.CONFIRM),
    _S.PLACED: (_A.ASSIGN, _A.VISIT, _A.CONFIRM, _A.PLACE),
    _S.REFUSED: (_A.ASSIGN, _A.REFUSE),
    _S.RULED_OUT: (_A.ASSIGN, _A.VISIT, _A.RULE_OUT),
    _S.MOVED_AWAY: (_A.ASSIGN, _A.MOVE_AWAY),
}


def a_number(born: str = "19680402") -> str:
    """Return a new ID number that checks."""
    number = next(_numbers)
    head = f"36{900 + number // 500:04}{born}{number % 500 + 500:03}"
    return head + check_digit(head)


def a_phone() -> str:
    return f"1390000{next(_numbers):04}"


def make_draft(place: str = "qingping", **values: Any) -> LeadDraft:
    """Return a hint about an invented person at a new shop of the township."""
    district = the_district()
    if "business" not in values:
        values["business"] = make_shop(district, place=place)
    defaults: dict[str, Any] = {
        "source": LeadSource.HINT,
        "source_on": date(2026, 11, 20),
        "area": getattr(district, place),
        "name": "柏长青",
        "phone": a_phone(),
        "note": "店里的一位师傅",
    }
    return LeadDraft(**defaults | values)


def make_lead(
    *,
    state: LeadState | None = None,
    place: str = "qingping",
    today: date = TODAY,
    now: datetime | None = None,
    instructor: User | None = None,
    **values: Any,
) -> Lead:
    """Open a lead in a township and walk it to a state (None: the first one).

    instructor: who is sent, else somebody new at the township's office. values: of the draft.
    """
    at = now or moment(today)
    lead = leads.open_lead(clock_actor(today), make_draft(place, **values), now=at)
    assert lead is not None
    for action in _WAYS[state or _S.NEW]:
        _walk(lead, action, today, at, instructor)
    return lead


def arguments_for(action: str, case: Lead) -> dict[str, Any]:
    """Return the arguments beyond case, actor, time and opinion that let an action succeed."""
    if action in (_A.ASSIGN, _A.REASSIGN):
        return {"assignee": an_instructor(case)}
    if action == _A.CONFIRM:
        give_proof(case)
    if action == _A.PLACE:
        give_proof(case)
        return {"place": leads.Place(Placement.JOINT)}
    if action == _A.ARRIVE:
        let_arrive(case)
    return {}


def let_arrive(case: Lead) -> Member:
    """Let the roster check name a member whose formation is approved and whose relation has come."""
    member = make_member(make_organisation(case.area), full_on=date(2010, 1, 1))
    give_proof(case, member)
    formation = make_formation(procedure=None, complete=False, units=1)
    join(formation, member)
    Formation.objects.filter(pk=formation.pk).update(
        state=FormationState.APPROVED,
        owner_role="",
        owner_body=None,
        due_on=None,
        closed_at=moment(TODAY),
    )
    return member


def an_instructor(case: Lead) -> User:
    """Return a new instructor of the office that serves the lead's township."""
    return make_user(Role.INSTRUCTOR, Body.objects.get(kind="office", area=case.area_id))


def give_proof(case: Lead, member: Member | None = None) -> None:
    """Let the statement and the roster check stand recorded, both saying yes."""
    Lead.objects.filter(pk=case.pk).update(
        stated_on=TODAY,
        statement_kind_sealed=case.sealed("statement_kind", StatementKind.IN_PERSON),
        statement_says_sealed=case.sealed("statement_says", StatementSays.MEMBER),
        checked_on=TODAY,
        check_result_sealed=case.sealed(
            "check_result", CheckResult.FOUND if member else CheckResult.OUTSIDE
        ),
        **case.found_columns(member),
    )
    case.refresh_from_db()


def make_known_member(**values: Any) -> Member:
    """Make a member of 柳泉镇 whom the roster finds by number and phone, as an import writes one."""
    number = values.pop("id_number", None) or a_number()
    phone = values.pop("phone", None) or a_phone()
    home = values.pop("formal_org", None) or make_organisation(the_district().liuquan)
    return make_member(
        home,
        id_number=number,
        phone=phone,
        key_digest=sealing.digest("member.key", f"id|{number}"),
        phone_digest=sealing.digest("member.phone", phone),
        **values,
    )


def make_transferred(case: Lead, member: Member) -> None:
    """Let the member's transfer to the lead's township be under way."""
    make_transfer(member=member, to_org=make_organisation(case.area))


def party_actor(case: Lead, party: str, today: date = TODAY) -> Actor:
    """Return a new person who holds the seat of a party."""
    seat = CaseParty.objects.get(case_kind="lead", case_id=case.public_id, party=party)
    return actor_for(make_user(Role(seat.role), seat.body), today)


def instructor_of(case: Lead, today: date = TODAY) -> Actor:
    """Return the actor the lead was given to."""
    case.refresh_from_db()
    assert case.instructor is not None
    return actor_for(case.instructor, today)


def _walk(
    case: Lead, action: LeadAction, today: date, now: datetime, instructor: User | None
) -> None:
    """Let whoever may take the step: the instructor, or somebody at the committee for a while."""
    by = case.KIND.step(case.state, action).by
    is_sent = instructor is not None and action in (_A.ASSIGN, _A.REASSIGN)
    given = {"assignee": instructor} if is_sent else arguments_for(action, case)
    if LeadParty.STATION in by and case.instructor is not None:
        actor = instructor_of(case, today)
        leads.ACTIONS[action](case=case, actor=actor, now=now, opinion="已了解", **given)
        return
    actor = party_actor(case, LeadParty.TOWNSHIP, today)
    leads.ACTIONS[action](case=case, actor=actor, now=now, opinion="已了解", **given)
    RoleAssignment.objects.filter(user=actor.user).delete()
