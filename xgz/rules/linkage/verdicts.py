"""What a comparison may answer (LK-9): the same person, possibly the same, or no line at all."""

from enum import StrEnum


class Verdict(StrEnum):
    """SAME: taken as one person. POSSIBLE: a clerk has to look; never shown as a fact (P04)."""

    SAME = "same"
    POSSIBLE = "possible"
