"""What the page of one business tells of its past and its declarations."""

from datetime import date

import pytest

from tests.factories import (
    make_business,
    make_coverage,
    make_district,
    make_import,
    make_market,
    make_member,
    make_organisation,
    make_report,
    make_stall,
)
from xgz.models import MemberWorkplace, StatusEvent
from xgz.queries import business_history as history
from xgz.queries.business_history import Moment
from xgz.rules.imports.labels import FORMATION_MODE_LABELS, REPORT_ORG_TYPE_LABELS

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


@pytest.mark.parametrize(
    ("org_type", "label"),
    [("", ""), *((value, None) for value in sorted(set(REPORT_ORG_TYPE_LABELS.values())))],
)
def test_what_a_report_states_has_words(org_type, label):
    business = make_business()
    make_report(business, org_type=org_type)

    (year,) = history.declared_years(business, with_owner=False)

    assert not year.org_type.isascii() if label is None else year.org_type == label


@pytest.mark.parametrize("mode", sorted(set(FORMATION_MODE_LABELS.values())))
def test_every_way_of_forming_a_report_states_has_words(mode):
    business = make_business()
    make_report(business, formation_mode=mode)

    (year,) = history.declared_years(business, with_owner=False)

    assert not year.formation_mode.isascii()


def test_a_report_without_an_organisation_says_so():
    business = make_business()
    make_report(business, org_type="none")

    (year,) = history.declared_years(business, with_owner=False)

    assert year.org_type == "未建立"


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


@pytest.mark.parametrize(
    ("status_on", "imported", "told"),
    [
        (None, True, ("注销", True)),
        (date(2026, 11, 23), True, ("退出（注销、吊销、迁出等）", False)),
        (None, False, ("退出（注销、吊销、迁出等）", False)),
    ],
    ids=["no day stated", "that day stated", "not imported"],
)
def test_closing_without_a_stated_day_is_told_as_first_seen(status_on, imported, told):
    business = make_business(status="cancelled", status_on=status_on)
    StatusEvent.objects.create(
        business=business,
        kind="closed",
        happened_on=TODAY,
        status="cancelled",
        source_import=make_import() if imported else None,
    )

    entry = history.timeline(business)[0]

    assert (entry.on, (entry.name, entry.first_seen)) == (TODAY, told)


def test_other_facts_of_an_import_are_told_as_they_were():
    business = make_business()
    StatusEvent.objects.create(
        business=business,
        kind="moved",
        happened_on=TODAY,
        status="in_business",
        source_import=make_import(),
    )

    assert not history.timeline(business)[0].first_seen
