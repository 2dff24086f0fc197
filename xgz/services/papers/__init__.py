"""Papers of cases: drafted, issued with a number, void with a reason; and the district's templates."""

from xgz.services.papers.drafting import (
    AlreadyThere,
    NotNow,
    PaperMoved,
    discard_paper,
    make_paper,
    renew_paper,
    words_of,
)
from xgz.services.papers.issuing import (
    DraftRenewed,
    DraftStale,
    ReasonMissing,
    issue_paper,
    void_paper,
)
from xgz.services.papers.taking import Taken, TakenAs, take_paper
from xgz.services.papers.templates import (
    AlreadyJudged,
    AlreadyProposed,
    approve_template,
    propose_template,
    refuse_template,
    retire_template,
)

__all__ = [
    "AlreadyJudged",
    "AlreadyProposed",
    "AlreadyThere",
    "DraftRenewed",
    "DraftStale",
    "NotNow",
    "PaperMoved",
    "ReasonMissing",
    "Taken",
    "TakenAs",
    "approve_template",
    "discard_paper",
    "issue_paper",
    "make_paper",
    "propose_template",
    "refuse_template",
    "renew_paper",
    "retire_template",
    "take_paper",
    "void_paper",
    "words_of",
]
