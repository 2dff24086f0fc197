"""Papers of cases: what one says now, those of a case, the register of numbers."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from xgz.access.actor import Actor, NotPermitted
from xgz.access.cases import visible_cases
from xgz.access.members import visible_members
from xgz.access.papers import (
    hands_of,
    issuing_seat,
    may_issue,
    registered_bodies,
    visible_papers,
)
from xgz.access.reading import once
from xgz.models import Body, Case, CasePaper, Paper
from xgz.models.cases import case_model
from xgz.queries.election_papers import election_document, election_phase
from xgz.queries.formation_papers import formation_document, formation_phase
from xgz.rules.elections import ELECTION
from xgz.rules.formations import FORMATION
from xgz.rules.papers.document import Document
from xgz.rules.papers.kinds import (
    PAPERS,
    PaperKind,
    PaperState,
    Phase,
    fits,
    is_overtaken,
    papers_of_kind,
)

_SERIES = "paper"


@dataclass(frozen=True, slots=True)
class PaperSource:
    """How the papers of one kind of case are filled, and how far a case is for them."""

    document: Callable[[Case, PaperKind, Actor], tuple[Document, Body]]
    phase: Callable[[Case], Phase | None]


_SOURCES: dict[str, PaperSource] = {
    FORMATION.name: PaperSource(formation_document, formation_phase),
    ELECTION.name: PaperSource(election_document, election_phase),
}


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper; is_own: the actor issues or voids it; is_stale: the case is not there any more."""

    paper: CasePaper
    is_own: bool
    is_stale: bool


def document_of(case: Case, kind: PaperKind, actor: Actor) -> tuple[Document, Body]:
    """Return a paper as the case is now, with the body that issues it; the actor may make it.

    Raises NamesNotRead, NotPermitted.
    """
    source = _SOURCES.get(case.KIND.name)
    if source is None:
        raise NotPermitted(f"paper.{kind}")
    return source.document(case, kind, actor)


def phase_of(case: Case) -> Phase | None:
    """Return how far a case is for its papers, None where it has none."""
    source = _SOURCES.get(case.KIND.name)
    return source.phase(case) if source else None


def paper_rows(case: Case, actor: Actor) -> list[PaperRow]:
    """Return the papers of a case the actor may see, as they were made; void ones too."""
    return [
        PaperRow(row, may_issue(actor, case, row), is_stale(row, case))
        for row, is_seen in _papers(case, actor)
        if is_seen
    ]


def is_stale(paper: CasePaper, case: Case) -> bool:
    """Test whether a draft cannot be issued now, or an issued paper no longer agrees with its case."""
    phase = phase_of(case)
    if paper.state == PaperState.ISSUED:
        return is_overtaken(paper.paper_kind, phase)
    return paper.state == PaperState.DRAFT and not fits(paper.paper_kind, phase)


def offered_kinds(case: Case, actor: Actor) -> list[PaperKind]:
    """Return the papers the actor may make of a case now and that are not there yet."""
    hands, phase = hands_of(actor, case), phase_of(case)
    able = [
        kind
        for kind in papers_of_kind(case.KIND.name)
        if PAPERS[kind].hand in hands and fits(kind, phase)
    ]
    if not able:
        return []
    papers = [paper for paper, _is_seen in _papers(case, actor)]
    there = {(each.kind, each.body_id) for each in papers if each.state != PaperState.VOID}
    return [kind for kind in able if (kind, issuing_seat(actor, case, kind).body_id) not in there]


def paper_at(actor: Actor, public_id: str) -> tuple[Case, CasePaper] | None:
    """Return the paper of an address with its case, None where the actor sees either not."""
    named = CasePaper.objects.filter(public_id=public_id).values_list("case_kind", "case_id")
    kind, case_id = named.first() or ("", "")
    if not kind:
        return None
    cases = visible_cases(actor, case_model(kind)).select_related("area", "owner_body")
    case = cases.filter(public_id=case_id).first()
    if case is None:
        return None
    papers = visible_papers(actor, case).select_related("entry", "body", "template")
    paper = papers.filter(public_id=public_id).first()
    return None if paper is None else (case, paper)


def people_named(actor: Actor, document: Document) -> list[int]:
    """Return the members of the roster a paper names that the actor sees, by row number (RV-5)."""
    if not document.named:
        return []
    rows = visible_members(actor).filter(public_id__in=document.named)
    return list(rows.values_list("pk", flat=True))


def register_bodies(actor: Actor) -> QuerySet[Body]:
    """Return the bodies with a register the actor reads, by name."""
    return registered_bodies(actor).order_by("path")


def register_years(body: Body) -> list[int]:
    """Return the years in which a body gave out numbers, the newest first."""
    rows = Paper.objects.filter(series=series_of(body)).order_by("-year")
    return list(rows.values_list("year", flat=True).distinct())


def register_rows(body: Body, year: int) -> QuerySet[CasePaper]:
    """Return the papers of every number a body gave out in a year, in order, void ones too (PA-3)."""
    rows = CasePaper.objects.filter(
        body=body, entry__series=series_of(body), entry__year=year
    ).select_related("entry", "issued_by", "voided_by")
    return rows.order_by("entry__number")


def void_numbers(body: Body, year: int) -> int:
    """Return how many of a body's numbers of a year belong to void papers."""
    given = Paper.objects.filter(series=series_of(body), year=year)
    return given.filter(voided_on__isnull=False).count()


@once
def _papers(case: Case, actor: Actor) -> list[tuple[CasePaper, bool]]:
    """Return every paper of a case as it was made, and whether the actor sees it; one query."""
    seen = visible_papers(actor, case).filter(pk=OuterRef("pk"))
    rows = CasePaper.objects.filter(case_kind=case.KIND.name, case_id=case.public_id)
    found = rows.annotate(is_seen=Exists(seen)).select_related("entry", "body").order_by("pk")
    return [(row, row.is_seen) for row in found]


def series_of(body: Body) -> str:
    """Return the series a body numbers its papers in."""
    return f"{_SERIES}.{body.public_id}"
