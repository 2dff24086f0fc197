"""The district's own templates: proposed after a check, judged by somebody else, retired (PA-9)."""

import hashlib
from datetime import datetime

from django.db import IntegrityError
from django.db.models import Max

from xgz.access import papers as access
from xgz.access.actor import Actor, require
from xgz.files.papers.checking import check_template
from xgz.models import PaperTemplate
from xgz.rules.papers.kinds import PaperKind
from xgz.rules.papers.templates import TemplateState
from xgz.services import audit
from xgz.services.transactions import unit, unit_of_work


class AlreadyProposed(Exception):
    """Another template of this kind waits to be judged."""


class AlreadyJudged(Exception):
    """The template is not in the state any more from which this leads."""


def propose_template(
    *, actor: Actor, kind: PaperKind, content: bytes, now: datetime
) -> PaperTemplate:
    """Put a Word file of the district into the store; nothing is made by it before it is judged.

    Raises NotPermitted, TemplateRefused or AlreadyProposed.
    """
    require(actor, access.PROPOSE)
    check_template(content, kind)
    return _keep(actor, kind, content, now)


@unit_of_work
def approve_template(*, actor: Actor, template: PaperTemplate, now: datetime) -> None:
    """Let papers of its kind be laid out by a template from now on; the one before it is retired.

    Raises NotPermitted, also for whoever proposed it, or AlreadyJudged.
    """
    require(actor, access.JUDGE)
    user = access.require_another(actor, template)
    in_use = PaperTemplate.objects.filter(kind=template.kind, state=TemplateState.APPROVED)
    in_use.update(state=TemplateState.RETIRED, retired_at=now)
    waiting = PaperTemplate.objects.filter(pk=template.pk, state=TemplateState.PROPOSED)
    if not waiting.update(state=TemplateState.APPROVED, judged_by=user, judged_at=now):
        raise AlreadyJudged(template.public_id)
    _note(actor, template, "approve", now)


@unit_of_work
def refuse_template(*, actor: Actor, template: PaperTemplate, now: datetime) -> None:
    """Refuse a proposed template. Raises NotPermitted, also for its proposer, or AlreadyJudged."""
    require(actor, access.JUDGE)
    user = access.require_another(actor, template)
    waiting = PaperTemplate.objects.filter(pk=template.pk, state=TemplateState.PROPOSED)
    if not waiting.update(state=TemplateState.REFUSED, judged_by=user, judged_at=now):
        raise AlreadyJudged(template.public_id)
    _note(actor, template, "refuse", now)


@unit_of_work
def retire_template(*, actor: Actor, template: PaperTemplate, now: datetime) -> None:
    """Go back to the shipped template; papers issued before keep theirs.

    Raises NotPermitted or AlreadyJudged.
    """
    require(actor, access.JUDGE)
    in_use = PaperTemplate.objects.filter(pk=template.pk, state=TemplateState.APPROVED)
    if not in_use.update(state=TemplateState.RETIRED, retired_at=now):
        raise AlreadyJudged(template.public_id)
    _note(actor, template, "retire", now)


@unit_of_work
def _keep(actor: Actor, kind: PaperKind, content: bytes, now: datetime) -> PaperTemplate:
    last = PaperTemplate.objects.filter(kind=kind).aggregate(last=Max("version"))["last"]
    template = PaperTemplate(
        kind=kind,
        version=(last or 0) + 1,
        content=content,
        digest=hashlib.sha256(content).hexdigest(),
        state=TemplateState.PROPOSED,
        proposed_by=actor.user,
        proposed_at=now,
    )
    try:
        with unit():
            template.save(force_insert=True)
    except IntegrityError:
        raise AlreadyProposed(kind) from None
    _note(actor, template, "propose", now)
    return template


def _note(actor: Actor, template: PaperTemplate, deed: str, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=f"paper_template.{deed}",
        subject_type="paper_template",
        subject_id=template.public_id,
        now=now,
        fields={
            "kind": template.kind,
            "version": template.version,
            "digest": template.digest,
        },
    )
