"""Why a transfer is not opened or moved: one named exception for each reason."""

from collections.abc import Sequence
from datetime import date

from xgz.rules.transfers import Missing
from xgz.services.cases import ChangedMeanwhile


class NotTransferable(Exception):
    """The person is no Party member or no longer on the rolls: there is no relation to move."""


class NoDestination(Exception):
    """A transfer goes to one organisation of the district or to one place outside it."""


class SameOrganisation(Exception):
    """The member's relation lies with the receiving organisation already."""


class TransferUnderWay(Exception):
    """The member has an open transfer; a second one has to wait for its end."""


class TargetNotAvailable(Exception):
    """The receiving organisation is not active, or the receiving committee does not lead it."""


class TargetOutside(Exception):
    """The transfer goes out of the district; the step is for organisations of the district."""


class TargetInDistrict(Exception):
    """The transfer stays in the district; the step is for places outside it."""


class ValidityNotAllowed(Exception):
    """A letter is valid for 1 day up to as many as the district allows (TR-2); `most` says that."""

    def __init__(self, most: int) -> None:
        super().__init__(str(most))
        self.most = most


class LetterIncomplete(Exception):
    """The letter lacks something it cannot be issued without (TR-7); `missing` says what."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        super().__init__(", ".join(missing))
        self.missing = tuple(missing)


class LetterExpired(Exception):
    """The letter's last day, `expires_on`, is over: only late acceptance is left (TR-3)."""

    def __init__(self, expires_on: date) -> None:
        super().__init__(expires_on.isoformat())
        self.expires_on = expires_on


class LetterStillValid(Exception):
    """The letter has not run out: its last day still counts (TR-2)."""


class ReceiptDateNotAllowed(Exception):
    """A receipt is dated from the day of the first letter to today; both count."""


class NoLetter(Exception):
    """No letter of this transfer exists: none was issued."""


class MemberElsewhere(ChangedMeanwhile):
    """The relation no longer lies where the letter came from, nor with its successor (TR-9)."""


class MemberLeft(ChangedMeanwhile):
    """The member is no longer on the rolls; the transfer can only be withdrawn or returned (TR-9)."""
