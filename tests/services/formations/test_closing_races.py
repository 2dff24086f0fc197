"""A unit ends in the very moment the formation is approved: nobody is stuck, it is not listed (FM-22)."""

import threading

import pytest
from django.db import connection, transaction

from tests.factories import TODAY
from tests.factories.case_papers import make_paper_case
from tests.factories.closures import close_business
from tests.factories.establishing import township_of
from tests.factories.formations import actor_of_party, moment, shops_of
from xgz.models import Establishing, Formation, Notice
from xgz.rules.establishing import EstablishingState
from xgz.rules.formations import FormationState, step_party
from xgz.services import establishing, formations

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works):
    """Do the works at the same time and raise what one of them raised."""
    barrier, faults = threading.Barrier(len(works)), []

    def one(work):
        barrier.wait()
        try:
            work()
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_a_unit_that_ends_while_the_formation_is_approved_is_not_listed():
    case = make_paper_case(state=FormationState.STEP_1)
    ending, going_on = shops_of(case)[:2]
    unit = case.units.get(business=ending)
    decider = actor_of_party(case, step_party(1))

    def close():
        with transaction.atomic():
            source = close_business(ending)
            formations.tell_of_ended_units(source=source, today=TODAY, now=moment())

    def approve():
        again = Formation.objects.get(pk=case.pk)
        formations.conclude(case=again, actor=decider, now=moment(), version=again.version)

    at_once(close, approve)
    settling = Establishing.objects.get(formation=case)
    case.refresh_from_db()
    assert case.state == FormationState.APPROVED
    assert Notice.objects.filter(subject_id=unit.public_id).count() <= 1

    establishing.set_up(case=settling, actor=township_of(settling), now=moment())

    listed = settling.organisation.coverages.filter(valid_to=None)
    assert (settling.state, going_on.status) == (EstablishingState.RUNNING_IN, "in_business")
    assert [row.business for row in listed] == [going_on]
