"""Transfers of a membership relation: proposing, the letter, acceptance, and what time does."""

from collections.abc import Callable
from typing import Any

from xgz.rules.transfers import TransferAction
from xgz.services.cases import ChangedMeanwhile
from xgz.services.transfers.arriving import accept, accept_late, record_receipt
from xgz.services.transfers.letters import (
    LETTER,
    catch_up,
    expire,
    expire_letters,
    issue,
    missing_on_letter,
    record_return,
    return_letter,
    send_out,
    withdraw,
)
from xgz.services.transfers.printing import Letter, take_letter
from xgz.services.transfers.proposing import propose_transfer
from xgz.services.transfers.refusals import (
    LetterExpired,
    LetterIncomplete,
    LetterStillValid,
    MemberElsewhere,
    MemberLeft,
    NoDestination,
    NoLetter,
    NotTransferable,
    ReceiptDateNotAllowed,
    SameOrganisation,
    TargetInDistrict,
    TargetNotAvailable,
    TargetOutside,
    TransferUnderWay,
    ValidityNotAllowed,
)
from xgz.services.transfers.within import NotMoving, finish_own

ACTIONS: dict[TransferAction, Callable[..., Any]] = {
    TransferAction.ISSUE: issue,
    TransferAction.SEND_OUT: send_out,
    TransferAction.ACCEPT: accept,
    TransferAction.ACCEPT_LATE: accept_late,
    TransferAction.RECORD_RECEIPT: record_receipt,
    TransferAction.RETURN: return_letter,
    TransferAction.RECORD_RETURN: record_return,
    TransferAction.EXPIRE: expire,
    TransferAction.WITHDRAW: withdraw,
}

__all__ = [
    "ACTIONS",
    "LETTER",
    "ChangedMeanwhile",
    "Letter",
    "LetterExpired",
    "LetterIncomplete",
    "LetterStillValid",
    "MemberElsewhere",
    "MemberLeft",
    "NoDestination",
    "NoLetter",
    "NotMoving",
    "NotTransferable",
    "ReceiptDateNotAllowed",
    "SameOrganisation",
    "TargetInDistrict",
    "TargetNotAvailable",
    "TargetOutside",
    "TransferUnderWay",
    "ValidityNotAllowed",
    "accept",
    "accept_late",
    "catch_up",
    "expire",
    "expire_letters",
    "finish_own",
    "issue",
    "missing_on_letter",
    "propose_transfer",
    "record_receipt",
    "record_return",
    "return_letter",
    "send_out",
    "take_letter",
    "withdraw",
]
