"""Transfers whose sender and receiver are one committee: it finishes them by itself (ES-3, AD-6)."""

from collections.abc import Iterable

from xgz.models import Transfer
from xgz.rules.transfers import TransferState
from xgz.services.cases import CaseAct
from xgz.services.transfers.arriving import accept
from xgz.services.transfers.letters import issue


class NotMoving(Exception):
    """A transfer is not one the committee finishes by itself, or has ended meanwhile."""


def finish_own(*, own: Iterable[Transfer], chosen: Iterable[Transfer], act: CaseAct) -> int:
    """Issue and accept the chosen ones of `own`, those a committee finishes by itself; return how many.

    Call inside the transaction of the case that sets them going, so that all are finished or none.
    Each goes its own way: a letter with its number, then acceptance, which moves the relation (TR-3);
    each asks for the actor's permission. Raises NotMoving for one that is not of `own`, and the
    refusals of issue and accept.
    """
    open_ = {transfer.pk: transfer for transfer in own}
    taken = 0
    for each in chosen:
        transfer = open_.get(each.pk)
        if transfer is None:
            raise NotMoving(each.public_id)
        if transfer.state != TransferState.ISSUED:
            issue(case=transfer, actor=act.actor, now=act.now)
        accept(case=transfer, actor=act.actor, now=act.now)
        taken += 1
    return taken
