"""How a step of matching can be refused."""

from collections.abc import Sequence

from xgz.rules.matching import Missing


class TaskIncomplete(Exception):
    """The task lacks something it needs to run (MT-1). missing: what, in the order of the form."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        super().__init__(*missing)
        self.missing = tuple(missing)


class TaskChanged(Exception):
    """Somebody else changed the task meanwhile, or it is in a state without this step."""


class PurposeMissing(Exception):
    """The outcome is read without saying what for (MT-2)."""


class OtherPurpose(Exception):
    """The outcome was made for another purpose, or its time is over (MT-2)."""


class AssessmentRefused(Exception):
    """The impact assessment is none of the files that are taken."""


class PairChanged(Exception):
    """The pair was decided meanwhile, or is no longer there."""


class OwnerTaken(Exception):
    """The owner is confirmed to be somebody else already (MT-5)."""


class NotCompared(Exception):
    """No task of the purpose that ran still holds, so a list after it has nothing to rest on (MT-9)."""


class TieGone(Exception):
    """The confirmed owner was undone meanwhile, or the tie holds no longer."""


class NothingDecided(Exception):
    """No pair of the task is decided, so there is nothing to carry out."""
