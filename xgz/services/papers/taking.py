"""Taking a paper out as a file: whoever may see it, written down each time (PA-6)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from xgz.access import papers as access
from xgz.access.actor import Actor
from xgz.models import Case, CasePaper
from xgz.rules.papers.document import Document, as_draft
from xgz.rules.papers.kinds import PAPERS, PaperState, number_word
from xgz.services.papers.drafting import record_audit
from xgz.services.transactions import unit_of_work


class TakenAs(StrEnum):
    PDF = "pdf"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file is made from. template: the district's own, None for the shipped one."""

    document: Document
    template: bytes | None


@unit_of_work
def take_paper(
    *, actor: Actor, case: Case, paper: CasePaper, taken_as: TakenAs, now: datetime
) -> Taken:
    """Return what a paper says, to be made into a file, and write down who took it.

    A draft keeps the places of number and day free. Raises NotPermitted.
    """
    access.require_visible(actor, case, paper)
    record_audit(paper, "take", actor, now, taken_as=taken_as)
    template = bytes(paper.template.content) if paper.template else None
    return Taken(shown_document(paper), template)


def shown_document(paper: CasePaper) -> Document:
    """Return a paper as it is shown: a draft with free places for number and day."""
    document = paper.document
    if paper.state != PaperState.DRAFT:
        return document
    word = number_word(paper.body.name) if PAPERS[paper.paper_kind].is_numbered else ""
    return as_draft(document, word, paper.made_at.year)
