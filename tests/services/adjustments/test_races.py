"""Who arrives in an organisation while it ends goes along with the others, or is not let in."""

import threading

import pytest
from django.db import connection

from tests.factories import TODAY, actor_as, make_member
from tests.factories.adjustments import hand_in, make_adjustment, make_branch, moment
from tests.factories.closures import the_district
from tests.factories.transfers import make_transfer
from xgz.access.actor import NotPermitted
from xgz.models import Adjustment, Member, Organisation, TermElection, Transfer
from xgz.rules.adjustments import AdjustmentState, Sort
from xgz.rules.elections import Sort as ElectionSort
from xgz.rules.organisations import OrgState
from xgz.rules.roles import Role
from xgz.rules.transfers import TransferReason, TransferState
from xgz.services import adjustments, elections, organisations, transfers
from xgz.services.cases import ChangedMeanwhile

pytestmark = pytest.mark.django_db(transaction=True)
_MAY_LOSE = (
    NotPermitted,
    adjustments.StillBarred,
    organisations.OrganisationNotEmpty,
    organisations.ChangedMeanwhile,
    organisations.OrganisationNotActive,
    ChangedMeanwhile,
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


def _ending(case, committee):
    def end():
        again = Adjustment.objects.get(pk=case.pk)
        if case.way is Sort.MERGE:
            adjustments.merge(actor=committee, case=again, merged_on=TODAY, now=moment())
        else:
            adjustments.dissolve(actor=committee, case=again, dissolved_on=TODAY, now=moment())

    return end


@pytest.mark.parametrize("sort", [Sort.MERGE, Sort.REVOKE], ids=str)
def test_nobody_arrives_in_what_ends_meanwhile(sort):
    case = make_adjustment(state=AdjustmentState.CARRYING_OUT, sort=sort)
    if sort is Sort.REVOKE:
        hand_in(case)
    coming = [make_transfer(to_org=case.organisation, state=TransferState.ISSUED) for _ in range(3)]
    committee = actor_as(Role.TOWNSHIP_COMMITTEE, the_district().qingping)

    def arrive(transfer):
        def accept():
            again = Transfer.objects.get(pk=transfer.pk)
            transfers.accept(case=again, actor=committee, now=moment())

        return accept

    assert together(_ending(case, committee), *(arrive(transfer) for transfer in coming)) >= 1
    assert not Member.objects.filter(formal_org__state=OrgState.DISSOLVED).exists()


@pytest.mark.parametrize("sort", [Sort.MERGE, Sort.REVOKE], ids=str)
def test_no_transfer_is_opened_into_what_ends_meanwhile(sort):
    case = make_adjustment(state=AdjustmentState.CARRYING_OUT, sort=sort)
    if sort is Sort.REVOKE:
        hand_in(case)
    members = [make_member(make_branch()) for _ in range(3)]
    committee = actor_as(Role.TOWNSHIP_COMMITTEE, the_district().qingping)

    def propose(member):
        def open_one():
            transfers.propose_transfer(
                actor=committee,
                member=Member.objects.get(pk=member.pk),
                to_org=Organisation.objects.get(pk=case.organisation_id),
                reason=TransferReason.OTHER,
                now=moment(),
            )

        return open_one

    assert together(_ending(case, committee), *(propose(member) for member in members)) >= 1
    assert not Transfer.objects.filter(to_org__state=OrgState.DISSOLVED).exists()


@pytest.mark.parametrize("sort", [Sort.MERGE, Sort.REVOKE], ids=str)
def test_no_election_is_opened_of_what_ends_meanwhile(sort):
    case = make_adjustment(state=AdjustmentState.CARRYING_OUT, sort=sort)
    if sort is Sort.REVOKE:
        hand_in(case)
    committee = actor_as(Role.TOWNSHIP_COMMITTEE, the_district().qingping)

    def open_one():
        elections.open_election(
            actor=committee,
            organisation=Organisation.objects.get(pk=case.organisation_id),
            sort=ElectionSort.TERM,
            now=moment(),
        )

    assert together(_ending(case, committee), open_one) == 1
    assert not TermElection.objects.filter(organisation__state=OrgState.DISSOLVED).exists()


def test_nothing_merges_into_what_merges_meanwhile():
    first = make_adjustment(state=AdjustmentState.CARRYING_OUT, sort=Sort.MERGE, members=1)
    second = make_adjustment(
        state=AdjustmentState.CARRYING_OUT, sort=Sort.MERGE, organisation=first.target_org
    )
    Adjustment.objects.filter(pk=second.pk).update(target_org=first.organisation)
    committee = actor_as(Role.TOWNSHIP_COMMITTEE, the_district().qingping)

    assert together(_ending(first, committee), _ending(second, committee)) == 1
    assert not Member.objects.filter(formal_org__state=OrgState.DISSOLVED).exists()
