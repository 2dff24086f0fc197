"""Who sees, makes and issues the papers of a case, and who answers for the templates (PA-1, PA-5)."""

from collections.abc import Callable

from django.db.models import QuerySet

from xgz.access.actor import Actor, NotPermitted, may, require_person
from xgz.access.cases import parties_of, parties_played, sees_as
from xgz.access.formations import INSIDE
from xgz.access.scopes import with_roles
from xgz.models import Body, Case, CasePaper, Formation, PaperTemplate, User
from xgz.rules.elections import ELECTION, ElectionParty
from xgz.rules.formations import FORMATION, FormationParty
from xgz.rules.papers.kinds import (
    PAPERS,
    Hand,
    PaperKind,
    PaperState,
    deciding_party,
    election_hands,
    formation_hands,
)
from xgz.rules.roles import CLEAR_NAMES, Role
from xgz.rules.seats import WORKING_ROLES, Seat

SEE = "paper_template.see"
PROPOSE = "paper_template.propose"
JUDGE = "paper_template.judge"
_NAMELESS = [kind for kind, rule in PAPERS.items() if not rule.names_people]


def visible_papers(actor: Actor, case: Case) -> QuerySet[CasePaper]:
    """Return the papers of a case the actor was found to see, as far as they are the actor's (PA-5).

    The organization line sees all; a role that reads names masked, those that name nobody. Of the
    market line and the association who proposed the case sees those that name nobody, its own
    also while they are drafts; the others none.
    """
    rows = CasePaper.objects.filter(case_kind=case.KIND.name, case_id=case.public_id)
    if sees_as(actor, case, CLEAR_NAMES):
        return rows
    if sees_as(actor, case, INSIDE):
        return rows.filter(kind__in=_NAMELESS)
    if FormationParty.PREPARER not in parties_played(actor, case):
        return rows.none()
    body = parties_of(case)[FormationParty.PREPARER].body_id
    named_nobody = rows.filter(kind__in=_NAMELESS)
    return named_nobody.exclude(state=PaperState.DRAFT) | named_nobody.filter(body=body)


def hands_of(actor: Actor, case: Case) -> frozenset[Hand]:
    """Return on whose behalf the actor may make papers of a case (PA-1)."""
    ask = _HANDS.get(case.KIND.name)
    return ask(actor, case) if ask else frozenset()


def require_making(actor: Actor, case: Case, kind: PaperKind) -> User:
    """Return the person who makes a paper; raise NotPermitted unless it is the person's to make."""
    user = require_person(actor)
    rule = PAPERS[kind]
    if rule.case_kind != case.KIND.name or rule.hand not in hands_of(actor, case):
        raise NotPermitted(f"paper.{kind}")
    return user


def issuing_seat(actor: Actor, case: Case, kind: PaperKind) -> Seat:
    """Return the seat on whose behalf a paper the actor may make is issued.

    Raises NotPermitted where there is none.
    """
    ask = _SEATS.get(case.KIND.name)
    seat = ask(actor, case, PAPERS[kind].hand) if ask else None
    if seat is None:
        raise NotPermitted(f"paper.{kind}")
    return seat


def require_visible(actor: Actor, case: Case, paper: CasePaper) -> User:
    """Return the person who looks; raise NotPermitted unless the paper is the actor's to see."""
    user = require_person(actor)
    if not visible_papers(actor, case).filter(pk=paper.pk).exists():
        raise NotPermitted("paper")
    return user


def require_issuing(actor: Actor, case: Case, paper: CasePaper) -> User:
    """Return who issues, discards or voids; raise NotPermitted unless it is the paper's own body's."""
    user = require_making(actor, case, paper.paper_kind)
    if not may_issue(actor, case, paper):
        raise NotPermitted("paper.issue")
    return user


def may_issue(actor: Actor, case: Case, paper: CasePaper) -> bool:
    """Test whether the actor may issue, discard or void this paper."""
    if PAPERS[paper.paper_kind].hand not in hands_of(actor, case):
        return False
    return issuing_seat(actor, case, paper.paper_kind).body_id == paper.body_id


def registered_bodies(actor: Actor) -> QuerySet[Body]:
    """Return the bodies whose register of numbers the actor reads: its own, the department all.

    Own is a body somebody works for: members and owners are only placed there.
    """
    issuing = CasePaper.objects.filter(entry__isnull=False).values("body")
    bodies = Body.objects.filter(pk__in=issuing)
    if actor.is_operator or Role.ORG_DEPT in actor.roles:
        return bodies
    working = with_roles(actor, WORKING_ROLES)
    return bodies.filter(pk__in=[grant.body_id for grant in working.grants])


def visible_templates(actor: Actor) -> QuerySet[PaperTemplate]:
    """Return the district's templates: all to those who propose or judge them, else none."""
    rows = PaperTemplate.objects.all()
    return rows if may(actor, SEE) else rows.none()


def require_another(actor: Actor, template: PaperTemplate) -> User:
    """Return who judges a template; raise NotPermitted for whoever proposed it, and for the shell."""
    user = require_person(actor)
    if template.proposed_by_id == user.pk:
        raise NotPermitted(JUDGE)
    return user


def _formation_hands(actor: Actor, case: Case) -> frozenset[Hand]:
    procedure = case.procedure if isinstance(case, Formation) else ()
    in_clear = parties_played(with_roles(actor, CLEAR_NAMES), case)
    seats = parties_of(case)
    preparer, decider = (
        seats.get(party) for party in (FormationParty.PREPARER, deciding_party(procedure))
    )
    alone = preparer is not None and decider is not None and preparer.body_id == decider.body_id
    return formation_hands(parties_played(actor, case), in_clear, procedure, decides_itself=alone)


def _formation_seat(actor: Actor, case: Case, hand: Hand) -> Seat | None:
    seats = parties_of(case)
    if hand is Hand.PREPARER:
        return seats.get(FormationParty.PREPARER)
    if hand is Hand.DECIDER:
        procedure = case.procedure if isinstance(case, Formation) else ()
        return seats.get(deciding_party(procedure))
    played = parties_played(with_roles(actor, CLEAR_NAMES), case)
    able = [seats[party] for party in sorted(played) if party in seats]
    return next((seat for seat in able if Role(seat.role) in CLEAR_NAMES), None)


def _election_hands(actor: Actor, case: Case) -> frozenset[Hand]:
    return election_hands(parties_played(with_roles(actor, CLEAR_NAMES), case))


def _election_seat(_actor: Actor, case: Case, hand: Hand) -> Seat | None:
    party = ElectionParty.BRANCH if hand is Hand.BRANCH else ElectionParty.COMMITTEE
    return parties_of(case).get(party)


_HANDS: dict[str, Callable[[Actor, Case], frozenset[Hand]]] = {
    FORMATION.name: _formation_hands,
    ELECTION.name: _election_hands,
}
_SEATS: dict[str, Callable[[Actor, Case, Hand], Seat | None]] = {
    FORMATION.name: _formation_seat,
    ELECTION.name: _election_seat,
}
