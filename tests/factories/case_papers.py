"""Drafts and issued papers of a formation of 清平镇党委."""

import hashlib
from typing import Any

from tests.factories.formations import actor_of_party, make_formation, moment
from xgz.access.actor import Actor
from xgz.files.papers.word import shipped_template
from xgz.models import CasePaper, Formation, Member, PaperTemplate, sealing
from xgz.rules.cases import Unit
from xgz.rules.formation_procedures import Procedure, ProcedureStep, Stage, Way
from xgz.rules.papers.kinds import PAPERS, PaperKind
from xgz.rules.papers.templates import TemplateState
from xgz.rules.roles import Role
from xgz.services import papers

# The department decides, so that a township committee has somebody to ask.
DEPARTMENT_DECIDES: Procedure = (
    ProcedureStep(Stage.DECIDE, Way.APPROVE, Role.ORG_DEPT, 30, Unit.CALENDAR),
)


def make_paper_case(*, opener: Role = Role.TOWNSHIP_COMMITTEE, **given: Any) -> Formation:
    """Return a formation whose file is complete.

    What the township committee opens the department decides, what the bureau opens the committee.
    """
    procedure = DEPARTMENT_DECIDES if opener is Role.TOWNSHIP_COMMITTEE else None
    return make_formation(**{"procedure": procedure, "opener": opener} | given)


def make_draft(
    kind: PaperKind = PaperKind.REQUEST, case: Formation | None = None, party: str = "preparer"
) -> tuple[Formation, CasePaper, Actor]:
    """Return a draft with its case and somebody who may issue it."""
    case = case or make_paper_case()
    actor = actor_of_party(case, party)
    return case, papers.make_paper(actor=actor, case=case, kind=kind, now=moment()), actor


def make_issued(
    kind: PaperKind = PaperKind.REQUEST, case: Formation | None = None, party: str = "preparer"
) -> tuple[Formation, CasePaper, Actor]:
    """Return an issued paper with its case and somebody who may make it void."""
    case, paper, actor = make_draft(kind, case, party)
    papers.issue_paper(actor=actor, case=case, paper=paper, now=moment())
    return case, paper, actor


def make_template(
    kind: PaperKind = PaperKind.REQUEST, state: TemplateState = TemplateState.PROPOSED
) -> PaperTemplate:
    """Return a template that somebody put in from the shell: the shipped one of its kind."""
    content = shipped_template(PAPERS[kind].form)
    return PaperTemplate.objects.create(
        kind=kind,
        version=PaperTemplate.objects.filter(kind=kind).count() + 1,
        content=content,
        digest=hashlib.sha256(content).hexdigest(),
        state=state,
        proposed_at=moment(),
    )


def rename(member: Member, name: str) -> None:
    """Give a member another name."""
    sealed = sealing.seal("member.name", member.public_id, name)
    Member.objects.filter(pk=member.pk).update(name_sealed=sealed)
