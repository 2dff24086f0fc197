"""Issuing a paper: its number, its day, and what it says from then on; and making it void."""

from datetime import datetime

from xgz.access import papers as access
from xgz.access.actor import Actor
from xgz.models import Case, CasePaper, PaperTemplate, sealing
from xgz.models import Paper as Entry
from xgz.queries.papers import document_of, series_of
from xgz.rules.papers.document import with_number
from xgz.rules.papers.kinds import PAPERS, PaperState, number_word
from xgz.rules.papers.templates import TemplateState
from xgz.rules.words import visible_words
from xgz.services.cases import hold
from xgz.services.numbering import number_paper
from xgz.services.papers.drafting import (
    PaperMoved,
    check_phase,
    record_audit,
    seal_document,
    words_of,
)
from xgz.services.transactions import unit_of_work


class DraftStale(Exception):
    """The case was changed after the draft was made; it has to be filled anew and looked at."""


class DraftRenewed(Exception):
    """The draft was filled anew since the person looked at it."""


class ReasonMissing(Exception):
    """A paper becomes void with words that say why."""


@unit_of_work
def issue_paper(
    *, actor: Actor, case: Case, paper: CasePaper, now: datetime, seen: str = ""
) -> None:
    """Issue a draft: it gets the next number of its body and year, and today's day (PA-3, PA-4).

    A transaction that fails gives the number back; ballots, rosters and the like carry none. What
    the paper says and the template it is laid out by stay as they are now. seen: the mark
    of the words the person looked at, "" where nobody looked. Raises NotPermitted, NotNow,
    NamesNotRead, DraftStale, DraftRenewed, PaperMoved, or ChangedMeanwhile for a case that moved on.
    """
    user = access.require_issuing(actor, case, paper)
    hold(case)
    case.refresh_from_db()
    kind = paper.paper_kind
    check_phase(case, kind)
    drafts = CasePaper.objects.filter(pk=paper.pk, state=PaperState.DRAFT)
    draft = drafts.select_for_update().first()
    if draft is None:
        raise PaperMoved(paper.public_id)
    if seen and seen != words_of(draft):
        raise DraftRenewed(paper.public_id)
    document, _body = document_of(case, kind, actor)
    if document != draft.document:
        raise DraftStale(paper.public_id)
    entry = _number(case, draft, actor) if PAPERS[kind].is_numbered else None
    issued = with_number(document, entry.label if entry else "", actor.today)
    in_use = PaperTemplate.objects.filter(kind=kind, state=TemplateState.APPROVED).first()
    columns = {
        "state": PaperState.ISSUED,
        "content_sealed": seal_document(draft, issued),
        "entry": entry,
        "template": in_use,
        "issued_by": user,
        "issued_at": now,
    }
    if not drafts.update(**columns):
        raise PaperMoved(paper.public_id)
    record_audit(paper, "issue", actor, now, document_number=entry.label if entry else "")
    paper.refresh_from_db()


@unit_of_work
def void_paper(*, actor: Actor, case: Case, paper: CasePaper, reason: str, now: datetime) -> None:
    """Make an issued paper void; it stays in the register with its number and the reason (PA-3).

    Raises NotPermitted, ReasonMissing or PaperMoved.
    """
    user = access.require_issuing(actor, case, paper)
    words = visible_words(reason)
    if not words:
        raise ReasonMissing(paper.public_id)
    issued = CasePaper.objects.filter(pk=paper.pk, state=PaperState.ISSUED)
    columns = {
        "state": PaperState.VOID,
        "voided_by": user,
        "voided_at": now,
        "reason_sealed": sealing.seal("case_paper.reason", paper.public_id, words),
    }
    if not issued.update(**columns):
        raise PaperMoved(paper.public_id)
    Entry.objects.filter(text=paper.pk).update(voided_on=actor.today)
    record_audit(paper, "void", actor, now)
    paper.refresh_from_db()


def _number(case: Case, paper: CasePaper, actor: Actor) -> Entry:
    """Return the next number of the paper's body, such as 清平党〔2026〕3号."""
    word = number_word(paper.body.name).replace("{", "{{").replace("}", "}}")
    return number_paper(
        case=case,
        kind=paper.kind,
        series=series_of(paper.body),
        pattern=word + "〔{year}〕{number}号",
        body=paper.body,
        issued_on=actor.today,
    )
