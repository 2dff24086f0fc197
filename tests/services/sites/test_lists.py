"""The district's own list of a site: dated, never rewritten (ES-5)."""

from datetime import timedelta

import pytest

from tests.factories import TODAY, actor_as, make_organisation
from tests.factories.closures import the_district
from tests.factories.formations import moment
from tests.factories.sites import make_photo, see
from xgz.access.actor import NotPermitted
from xgz.queries.sites import entries_on, site_of
from xgz.rules.roles import Role
from xgz.rules.sites import (
    DEFAULT_PRESET,
    SiteEntry,
    SiteItem,
    SiteListNotSound,
    SitePreset,
    entries_of,
)
from xgz.services import parameters, sites

pytestmark = pytest.mark.django_db
OWN = (SiteEntry.of("电教设备"), SiteEntry.of("标牌"))
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def department():
    return actor_as(Role.ORG_DEPT, the_district().org_dept)


def enter(actor, entries=OWN, valid_from=TODAY, reason="县委组织部文件"):
    return sites.set_site_list(
        actor=actor, entries=entries, valid_from=valid_from, reason=reason, now=moment()
    )


def test_where_nothing_is_entered_the_default_holds():
    assert entries_on(TODAY) == entries_of(DEFAULT_PRESET)


def test_a_list_holds_from_its_first_day_on(department):
    enter(department, valid_from=TOMORROW)

    assert entries_on(TODAY) == entries_of(DEFAULT_PRESET)
    assert entries_on(TOMORROW) == entries_on(TOMORROW + timedelta(days=400)) == OWN


def test_a_new_list_asks_anew_and_keeps_what_was_seen(department):
    branch = make_organisation(the_district().qingping)
    see(branch, SiteItem.PLAQUE)
    see(branch, SiteItem.LEDGER)
    photo = make_photo(branch, item=SiteItem.LEDGER, label="工作台账")
    enter(department)

    site = site_of(branch, TODAY)

    assert [entry.label for entry in site.missing] == ["活动场所", "印章", "电教设备"]
    assert list(site.others) == [photo]


def test_what_is_not_sound_is_refused(department):
    with pytest.raises(SiteListNotSound):
        enter(department, entries=())
    with pytest.raises(parameters.ReasonMissing):
        enter(department, reason=" ")
    with pytest.raises(parameters.DayNotAllowed):
        enter(department, valid_from=TODAY - timedelta(days=1))
    with pytest.raises(parameters.NothingChanges):
        enter(department, entries=entries_of(DEFAULT_PRESET))


def test_one_list_a_day(department):
    enter(department)

    with pytest.raises(parameters.DayTaken):
        enter(department, entries=entries_of(SitePreset.FLAG))


def test_only_one_that_has_not_begun_is_taken_back(department):
    coming, begun = enter(department, valid_from=TOMORROW), enter(department)

    sites.withdraw_site_list(actor=department, row=coming, now=moment())
    for row in (coming, begun):
        with pytest.raises(parameters.HasBegun):
            sites.withdraw_site_list(actor=department, row=row, now=moment())

    assert entries_on(TOMORROW) == OWN


def test_the_day_of_one_taken_back_is_free_again(department):
    sites.withdraw_site_list(
        actor=department, row=enter(department, valid_from=TOMORROW), now=moment()
    )

    enter(department, entries=entries_of(SitePreset.FLAG), valid_from=TOMORROW)


def test_only_the_department_sets_it():
    committee = actor_as(Role.TOWNSHIP_COMMITTEE, the_district().qingping)

    with pytest.raises(NotPermitted):
        enter(committee)
