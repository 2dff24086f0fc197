"""What the page of one business tells of its past and its declarations."""

from datetime import date

import pytest

from tests.factories import (
    make_business,
    make_coverage,
    make_district,
    make_market,
    make_member,
    make_organisation,
    make_report,
    make_stall,
)
from xgz.models import MemberWorkplace, StatusEvent
from xgz.queries import business_history as history
from xgz.queries.business_history import Moment

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def test_timeline_runs_from_newest_to_oldest():
    business = make_business(established_on=date(2015, 5, 1))
    organisation = make_organisation(make_district().qingping, name="清平联合支部")
    make_coverage(
        organisation, business=business, valid_from=date(2018, 7, 1), valid_to=date(2024, 2, 29)
    )
    make_stall(make_market(name="清平农贸市场"), business, valid_from=date(2020, 1, 1))
    StatusEvent.objects.create(
        business=business,
        kind="moved",
        happened_on=date(2022, 8, 9),
        status="in_business",
        before="甲路1号",
        after="乙路2号",
    )

    entries = [
        (entry.on.year, entry.moment, entry.name, entry.after)
        for entry in history.timeline(business)
    ]

    assert entries == [
        (2024, Moment.UNCOVERED, "清平联合支部", ""),
        (2022, Moment.REGISTER, "住所变更", "乙路2号"),
        (2020, Moment.STALL_TAKEN, "清平农贸市场", ""),
        (2018, Moment.COVERED, "清平联合支部", ""),
        (2015, Moment.ESTABLISHED, "", ""),
    ]


def test_opening_event_replaces_the_date_of_establishment():
    business = make_business(established_on=date(2015, 5, 1))
    StatusEvent.objects.create(
        business=business, kind="opened", happened_on=date(2015, 5, 1), status="in_business"
    )

    assert [entry.moment for entry in history.timeline(business)] == [Moment.REGISTER]


@pytest.mark.parametrize(("with_owner", "owner"), [(True, "yes"), (False, "")])
def test_declared_owner_is_read_only_where_allowed(with_owner, owner):
    business = make_business()
    make_report(business, year=2024, is_latest=False, full_members=1)
    make_report(business, year=2025, full_members=3, owner_is_member="yes", org_type="branch")

    years = history.declared_years(business, with_owner=with_owner)

    assert [(year.report.year, year.owner_member, year.org_type) for year in years] == [
        (2025, owner, "党支部"),
        (2024, "", ""),
    ]


@pytest.mark.parametrize(
    ("valid_to", "count"), [(None, 1), (date(2026, 11, 23), 1), (date(2026, 11, 22), 0)]
)
def test_roster_count_holds_people_of_today(valid_to, count):
    business = make_business()
    member = make_member(make_organisation(make_district().qingping))
    MemberWorkplace.objects.create(member=member, business=business, valid_to=valid_to)

    assert history.roster_count(business, TODAY) == count
