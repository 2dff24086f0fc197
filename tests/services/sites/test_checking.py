"""What is seen of a site: rows that are only added, by the list in force (ES-5)."""

from datetime import date, timedelta

import pytest

from tests.factories import TODAY, actor_as, make_organisation
from tests.factories.closures import the_district
from tests.factories.formations import moment
from xgz.access.actor import NotPermitted
from xgz.models import SiteCheck
from xgz.queries.sites import missing_keys, site_of
from xgz.rules.organisations import OrgState
from xgz.rules.roles import Role
from xgz.rules.sites import BASICS, SiteItem, SitePreset, SiteState, entries_of
from xgz.services import sites
from xgz.services.organisations import NothingChanges, OrganisationNotActive

pytestmark = pytest.mark.django_db
ALL = {entry.key for entry in entries_of(SitePreset.ROOM)} | set(BASICS)


@pytest.fixture
def branch():
    district = the_district()
    return make_organisation(district.qingping, guiding_body=district.qingping_office)


@pytest.fixture
def committee():
    return actor_as(Role.TOWNSHIP_COMMITTEE, the_district().qingping)


def look(actor, branch, found, seen_on=TODAY, **given):
    return sites.record_checks(
        actor=actor, organisation=branch, found=found, seen_on=seen_on, now=moment(), **given
    )


def test_a_site_nobody_looked_at_lacks_everything(branch):
    site = site_of(branch, TODAY)

    assert not site.is_known
    assert {entry.key for entry in site.missing} == ALL
    assert site.state is SiteState.LACKING


def test_what_was_seen_last_counts_and_what_was_seen_before_stays(committee, branch):
    look(committee, branch, dict.fromkeys(ALL, True), TODAY - timedelta(days=9))
    assert site_of(branch, TODAY).state is SiteState.COMPLETE

    look(committee, branch, {SiteItem.PLAQUE: False}, note="店铺搬迁时拆下")

    site = site_of(branch, TODAY)
    assert [entry.key for entry in site.missing] == [SiteItem.PLAQUE]
    assert site.state is SiteState.LACKING
    assert missing_keys(branch, TODAY) == {SiteItem.PLAQUE}
    rows = SiteCheck.objects.filter(item=SiteItem.PLAQUE).order_by("pk")
    assert [(row.is_there, row.recorded_by) for row in rows] == [
        (True, committee.user),
        (False, committee.user),
    ]


def test_an_older_look_entered_later_changes_nothing(committee, branch):
    look(committee, branch, {SiteItem.SEAL: True})
    look(committee, branch, {SiteItem.SEAL: False}, TODAY - timedelta(days=1))

    assert SiteItem.SEAL not in missing_keys(branch, TODAY)


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), date(2018, 6, 30)])
def test_a_day_to_come_or_before_the_founding_is_refused(committee, branch, day):
    with pytest.raises(sites.SeenBeforeFounded):
        look(committee, branch, {SiteItem.SEAL: True}, day)


def test_today_and_the_founding_day_will_do(committee, branch):
    look(committee, branch, {SiteItem.SEAL: True}, branch.founded_on)
    look(committee, branch, {SiteItem.SEAL: True}, TODAY)


def test_only_entries_of_the_list_in_force_are_recorded(committee, branch):
    with pytest.raises(sites.UnknownItem):
        look(committee, branch, {SiteItem.PLACE: True, SiteItem.FLAG: True})

    assert not SiteCheck.objects.exists()


def test_nothing_seen_is_no_record(committee, branch):
    with pytest.raises(NothingChanges):
        look(committee, branch, {})


@pytest.mark.parametrize("state", [OrgState.UNCONFIRMED, OrgState.DISSOLVED])
def test_only_an_active_organisation_has_a_site(committee, branch, state):
    type(branch).objects.filter(pk=branch.pk).update(state=state, dissolved_on=TODAY)
    branch.refresh_from_db()

    with pytest.raises(OrganisationNotActive):
        look(committee, branch, {SiteItem.SEAL: True})


@pytest.mark.parametrize(
    ("role", "seat", "may"),
    [
        (Role.ORG_DEPT, "org_dept", True),
        (Role.SOCIAL_WORK_DEPT, "social_work", False),
        (Role.TOWNSHIP_COMMITTEE, "qingping", True),
        (Role.TOWNSHIP_COMMITTEE, "liuquan", False),
        (Role.STATION_HEAD, "qingping_office", True),
        (Role.STATION_HEAD, "liuquan_office", False),
        (Role.BUREAU, "bureau", True),
        (Role.INSTRUCTOR, "qingping_office", False),  # of another branch
        (Role.ASSOCIATION, "association", False),
    ],
)
def test_who_records(branch, role, seat, may):
    actor = actor_as(role, getattr(the_district(), seat))
    if may:
        assert look(actor, branch, {SiteItem.SEAL: True})
        return
    with pytest.raises(NotPermitted):
        look(actor, branch, {SiteItem.SEAL: True})
