"""What a comparison answers: two entries of one person, or possibly so (LK-10)."""

from dataclasses import dataclass

from xgz.rules.linkage.evidence import Evidence
from xgz.rules.linkage.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Link:
    """Two entries of one person, or possibly so. Rows count from 0.

    weight: log2 of the odds; for the shell's benchmark output alone, never for a page or a table.
    """

    roster_row: int
    registry_row: int
    verdict: Verdict
    evidence: Evidence
    weight: float
