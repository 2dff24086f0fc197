"""What the papers of every kind of case need: the numbers of earlier papers, names in full."""

from xgz.models import Case, CasePaper
from xgz.rules.papers.kinds import PaperKind, PaperState


class NamesNotRead(Exception):
    """Somebody of the roster is named to the actor in part only; another body makes the paper."""


def issued_number(case: Case, kind: PaperKind) -> str:
    """Return the number of the issued paper of a kind, "" where there is none."""
    rows = CasePaper.objects.filter(
        case_kind=case.KIND.name, case_id=case.public_id, kind=kind, state=PaperState.ISSUED
    ).select_related("entry")
    row = rows.first()
    return row.number if row else ""
