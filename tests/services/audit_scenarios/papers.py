"""Papers of a case, and the district's own templates of them."""

from collections.abc import Callable
from typing import Any

from tests.factories.case_papers import make_draft, make_issued, make_paper_case
from tests.factories.formations import actor_of_party
from tests.files.test_paper_templates import with_text
from tests.services.audit_scenarios.stage import Deed, Stage, newest, one
from tests.services.imports.worlds import NOW
from xgz.models import CasePaper, PaperTemplate
from xgz.rules.papers.kinds import PaperKind
from xgz.rules.roles import Role
from xgz.services import papers

_KIND = PaperKind.REQUEST


def _with(made: Any, deed: str, act: Callable[..., Any], **given: Any) -> Deed:
    case, paper, actor = made
    return Deed(
        lambda: act(actor=actor, case=case, paper=paper, now=NOW, **given),
        actor,
        one(f"paper.{deed}", "paper", paper.public_id),
    )


def paper_made(stage: Stage) -> Deed:
    case = make_paper_case()
    actor = actor_of_party(case, "preparer")
    return Deed(
        lambda: papers.make_paper(actor=actor, case=case, kind=_KIND, now=NOW),
        actor,
        one("paper.make", "paper", lambda: newest(CasePaper)),
    )


def paper_renewed(stage: Stage) -> Deed:
    return _with(make_draft(), "renew", papers.renew_paper)


def paper_discarded(stage: Stage) -> Deed:
    return _with(make_draft(), "discard", papers.discard_paper)


def paper_issued(stage: Stage) -> Deed:
    return _with(make_draft(), "issue", papers.issue_paper)


def paper_voided(stage: Stage) -> Deed:
    return _with(make_issued(), "void", papers.void_paper, reason="重复印发")


def paper_taken(stage: Stage) -> Deed:
    return _with(make_issued(), "take", papers.take_paper, taken_as=papers.TakenAs.PDF)


def paper_template_proposed(stage: Stage) -> Deed:
    actor = stage.actor(Role.SYSTEM_ADMIN)
    content = with_text("本区版头")
    return Deed(
        lambda: papers.propose_template(actor=actor, kind=_KIND, content=content, now=NOW),
        actor,
        one("paper_template.propose", "paper_template", lambda: newest(PaperTemplate)),
    )


def paper_template_approved(stage: Stage) -> Deed:
    return _judged(stage, "approve", papers.approve_template)


def paper_template_refused(stage: Stage) -> Deed:
    return _judged(stage, "refuse", papers.refuse_template)


def paper_template_retired(stage: Stage) -> Deed:
    template = _proposed(stage)
    papers.approve_template(actor=stage.department, template=template, now=NOW)
    return _judged(stage, "retire", papers.retire_template, template)


def _proposed(stage: Stage) -> PaperTemplate:
    return papers.propose_template(
        actor=stage.actor(Role.SYSTEM_ADMIN), kind=_KIND, content=with_text("本区版头"), now=NOW
    )


def _judged(
    stage: Stage, deed: str, act: Callable[..., Any], template: PaperTemplate | None = None
) -> Deed:
    template = template or _proposed(stage)
    actor = stage.department
    return Deed(
        lambda: act(actor=actor, template=template, now=NOW),
        actor,
        one(f"paper_template.{deed}", "paper_template", template.public_id),
    )
