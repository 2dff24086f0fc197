"""The part of a case's page that shows its papers; a kind's own page includes papers/section.html."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from xgz.access.actor import Actor
from xgz.models import Case
from xgz.queries.papers import PaperRow, offered_kinds, paper_rows
from xgz.rules.papers.kinds import PAPER_LABELS, PaperState


@dataclass(frozen=True, slots=True)
class MakeOffer:
    """A paper that can be made now: its word, and where it is made."""

    label: str
    url: str


def paper_section(case: Case, actor: Actor) -> dict[str, Any]:
    """Return what papers/section.html shows: papers, drafts to be made, what no longer fits."""
    rows = paper_rows(case, actor)
    kind = case.KIND.name
    offers = [
        MakeOffer(_(PAPER_LABELS[each]), reverse("paper-make", args=[kind, case.public_id, each]))
        for each in offered_kinds(case, actor)
    ]
    return {"papers": rows, "paper_offers": offers, "stale_papers": _stale(rows)}


def _stale(rows: list[PaperRow]) -> list[str]:
    """Return the issued papers the case has left behind, by number or word."""
    return [
        row.paper.number or _(PAPER_LABELS[row.paper.paper_kind])
        for row in rows
        if row.is_stale and row.paper.state == PaperState.ISSUED
    ]
