"""Drafts of papers: made from the case as it is, made anew, thrown away (PA-1)."""

import hashlib
import json
from datetime import datetime

from django.db import IntegrityError

from xgz.access import papers as access
from xgz.access.actor import Actor
from xgz.models import Case, CasePaper, sealing
from xgz.queries.papers import document_of, phase_of
from xgz.rules.papers.document import Document
from xgz.rules.papers.kinds import PaperKind, PaperState, fits
from xgz.services import audit
from xgz.services.transactions import unit, unit_of_work


class NotNow(Exception):
    """The case is not as far as this paper, or past it (PA-1)."""


class AlreadyThere(Exception):
    """The body has a draft or an issued paper of this kind in the case."""


class PaperMoved(Exception):
    """The paper was issued, thrown away or made void by somebody a moment ago."""


@unit_of_work
def make_paper(*, actor: Actor, case: Case, kind: PaperKind, now: datetime) -> CasePaper:
    """Draft a paper from the case as it is; it has neither number nor day yet.

    Raises NotPermitted, NotNow, NamesNotRead or AlreadyThere.
    """
    user = access.require_making(actor, case, kind)
    check_phase(case, kind)
    document, body = document_of(case, kind, actor)
    paper = CasePaper(
        kind=kind,
        case_kind=case.KIND.name,
        case_id=case.public_id,
        body=body,
        state=PaperState.DRAFT,
        made_by=user,
        made_at=now,
    )
    paper.content_sealed = seal_document(paper, document)
    try:
        with unit():
            paper.save(force_insert=True)
    except IntegrityError:
        raise AlreadyThere(kind) from None
    record_audit(paper, "make", actor, now)
    return paper


@unit_of_work
def renew_paper(*, actor: Actor, case: Case, paper: CasePaper, now: datetime) -> None:
    """Fill a draft anew from the case as it is now.

    Raises NotPermitted, NotNow, NamesNotRead or PaperMoved.
    """
    user = access.require_issuing(actor, case, paper)
    check_phase(case, paper.paper_kind)
    document, _body = document_of(case, paper.paper_kind, actor)
    drafts = CasePaper.objects.filter(pk=paper.pk, state=PaperState.DRAFT)
    content = seal_document(paper, document)
    if not drafts.update(content_sealed=content, made_by=user, made_at=now):
        raise PaperMoved(paper.public_id)
    record_audit(paper, "renew", actor, now)


@unit_of_work
def discard_paper(*, actor: Actor, case: Case, paper: CasePaper, now: datetime) -> None:
    """Throw a draft away; it never had a number. Raises NotPermitted or PaperMoved."""
    access.require_issuing(actor, case, paper)
    if not CasePaper.objects.filter(pk=paper.pk, state=PaperState.DRAFT).delete()[0]:
        raise PaperMoved(paper.public_id)
    record_audit(paper, "discard", actor, now)


def check_phase(case: Case, kind: PaperKind) -> None:
    """Raise NotNow unless the case is as far as a paper, and not past it."""
    if not fits(kind, phase_of(case)):
        raise NotNow(kind)


def seal_document(paper: CasePaper, document: Document) -> str:
    """Return what a paper says, sealed for its own row."""
    text = json.dumps(document.plain(), ensure_ascii=False)
    return sealing.seal("case_paper.content", paper.public_id, text)


def words_of(paper: CasePaper) -> str:
    """Return a mark of what a paper says: another one once it was filled anew."""
    return hashlib.sha256(paper.content_sealed.encode()).hexdigest()[:16]


def record_audit(paper: CasePaper, deed: str, who: Actor, now: datetime, **fields: object) -> None:
    """Leave the audit row of something done to a paper."""
    audit.record(
        actor=who,
        action=f"paper.{deed}",
        subject_type="paper",
        subject_id=paper.public_id,
        now=now,
        fields={"kind": paper.kind, **fields},
    )
