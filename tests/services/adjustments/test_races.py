"""Who arrives in an organisation while it ends goes along with the others, or is not let in."""

import threading

import pytest
from django.db import connection

from tests.factories import TODAY, actor_as
from tests.factories.adjustments import hand_in, make_adjustment, moment
from tests.factories.closures import the_district
from tests.factories.transfers import make_transfer
from xgz.models import Adjustment, Member, Transfer
from xgz.rules.adjustments import AdjustmentState, Sort
from xgz.rules.organisations import OrgState
from xgz.rules.roles import Role
from xgz.rules.transfers import TransferState
from xgz.services import adjustments, organisations, transfers

pytestmark = pytest.mark.django_db(transaction=True)
_MAY_LOSE = (
    adjustments.StillBarred,
    organisations.OrganisationNotEmpty,
    organisations.ChangedMeanwhile,
    transfers.TargetNotAvailable,
)


def together(*works):
    """Do the works at the same time; return how many were done, the others being refused."""
    barrier, done = threading.Barrier(len(works)), []

    def one(work):
        barrier.wait()
        try:
            work()
            done.append(work)
        except _MAY_LOSE:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done)


@pytest.mark.parametrize("sort", [Sort.MERGE, Sort.REVOKE], ids=str)
def test_nobody_arrives_in_what_ends_meanwhile(sort):
    case = make_adjustment(state=AdjustmentState.CARRYING_OUT, sort=sort)
    if sort is Sort.REVOKE:
        hand_in(case)
    coming = [make_transfer(to_org=case.organisation, state=TransferState.ISSUED) for _ in range(3)]
    committee = actor_as(Role.TOWNSHIP_COMMITTEE, the_district().qingping)

    def end():
        again = Adjustment.objects.get(pk=case.pk)
        if sort is Sort.MERGE:
            adjustments.merge(actor=committee, case=again, merged_on=TODAY, now=moment())
        else:
            adjustments.dissolve(actor=committee, case=again, dissolved_on=TODAY, now=moment())

    def arrive(transfer):
        def accept():
            again = Transfer.objects.get(pk=transfer.pk)
            transfers.accept(case=again, actor=committee, now=moment())

        return accept

    assert together(end, *(arrive(transfer) for transfer in coming)) >= 1
    assert not Member.objects.filter(formal_org__state=OrgState.DISSOLVED).exists()
