"""Whoever prepares a formation is told of a unit that ended, and the note goes with the import (FM-22)."""

import pytest

from tests.factories import TODAY
from tests.factories.closures import close_business
from tests.factories.formations import make_formation, moment, shops_of
from xgz.models import AuditEntry, Business, CaseEvent, Notice
from xgz.rules.formations import FormationState
from xgz.rules.notices import NoticeKind
from xgz.rules.registration import BusinessStatus
from xgz.rules.roles import Role
from xgz.services import formations

pytestmark = pytest.mark.django_db
NOW = moment()


@pytest.fixture
def case():
    made = make_formation(procedure=None, complete=False)
    Notice.objects.all().delete()
    return made


def _tell(source):
    return formations.tell_of_ended_units(source=source, today=TODAY, now=NOW)


def _take_back():
    return formations.take_back_told(today=TODAY, now=NOW)


def test_the_preparer_is_told_in_words_and_the_history_has_it(case):
    shop = shops_of(case)[0]

    assert _tell(close_business(shop)) == 1

    told = Notice.objects.get()
    assert (told.kind, told.role, told.lapsed_at) == (NoticeKind.INFORMED, Role.BUREAU, None)
    assert told.text == f"列入单位已退出：{shop.name}"
    event = CaseEvent.objects.get(action="unit_ended")
    assert (event.opinion, event.actor_label) == (shop.name, "clock")


def test_no_name_of_the_unit_stands_in_the_trail(case):
    shop = shops_of(case)[0]
    _tell(close_business(shop))

    (entry,) = AuditEntry.objects.filter(action="formation.unit_ended")
    assert shop.name not in str(entry.fields)


def test_of_another_import_and_of_a_closed_case_nobody_is_told(case):
    shop, other = shops_of(case)
    close_business(shop)
    later = close_business(
        make_formation(procedure=None, state=FormationState.WITHDRAWN).units.first().business
    )

    assert _tell(later) == 0
    assert not Notice.objects.filter(kind=NoticeKind.INFORMED, case_id=case.public_id).exists()
    assert other.status == BusinessStatus.IN_BUSINESS


def test_every_unit_is_told_of_once(case):
    first, second = shops_of(case)
    source = close_business(second, close_business(first))

    assert _tell(source) == 2
    assert Notice.objects.filter(case_id=case.public_id).count() == 2


def test_what_nobody_signed_is_taken_back_with_the_import(case):
    shop = shops_of(case)[0]
    _tell(close_business(shop))
    assert _take_back() == 0

    Business.objects.filter(pk=shop.pk).update(status=BusinessStatus.IN_BUSINESS)

    assert (_take_back(), _take_back()) == (1, 0)
    assert Notice.objects.get().lapsed_at == NOW
    assert CaseEvent.objects.filter(action="unit_back").count() == 1


def test_what_was_signed_stays(case):
    shop = shops_of(case)[0]
    _tell(close_business(shop))
    Notice.objects.update(signed_at=NOW)
    Business.objects.filter(pk=shop.pk).update(status=BusinessStatus.IN_BUSINESS)

    assert _take_back() == 0
    assert not CaseEvent.objects.filter(action="unit_back").exists()
