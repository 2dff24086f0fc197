"""Snapshots taken by the real service, and the rows they count."""

from datetime import UTC, date, datetime, time
from itertools import product

from tests.factories.district import TODAY, District
from tests.factories.rows import (
    make_business,
    make_coverage,
    make_market,
    make_organisation,
    make_report,
    make_stall,
)
from xgz.access.actor import shell_operator
from xgz.models import Snapshot
from xgz.rules.organisations import FormationMode
from xgz.rules.registration import BusinessKind
from xgz.services import snapshots


def moment(day: date) -> datetime:
    """Return eleven o'clock of a day in the office's time zone."""
    return datetime.combine(day, time(3), tzinfo=UTC)


def make_snapshot(as_at: date = TODAY, *, today: date = TODAY, note: str = "") -> Snapshot:
    """Take a snapshot of what is there, as the operator."""
    return snapshots.take_snapshot(
        actor=shell_operator(today), as_at=as_at, now=moment(today), note=note
    )


def make_monthly(as_at: date, *, today: date = TODAY) -> Snapshot:
    snapshot = snapshots.take_monthly(as_at=as_at, today=today, now=moment(today))
    assert snapshot is not None
    return snapshot


def make_counted_rows(district: District) -> None:
    """Make businesses and markets of every kind, class and certainty in three places."""
    places = (
        (district.qingping, district.qingping_office),
        (district.liuquan, district.liuquan_office),
        (district.qingping, district.liuquan_office),
        (None, district.qingping_office),
    )
    modes = (
        None,
        FormationMode.STANDALONE,
        FormationMode.JOINT,
        FormationMode.FLOATING,
        FormationMode.OTHER,
    )
    kinds = (
        BusinessKind.SMALL_MICRO_ENTERPRISE,
        BusinessKind.INDIVIDUAL_BUSINESS,
        BusinessKind.UNKNOWN,
    )
    organisations = {
        mode: make_organisation(
            district.qingping, formation_mode=mode, guiding_body=district.qingping_office
        )
        for mode in modes
        if mode
    }
    for number, (kind, mode, (township, office)) in enumerate(product(kinds, modes, places)):
        full, declared = ((None, None), (None, 3), (1, 1), (3, 4))[number % 4]
        business = make_business(
            kind=kind, staff=(None, 0, 2)[number % 3], township=township, office=office
        )
        if declared:
            make_report(
                business, year=2024 + number % 2, full_members=full, members_declared=declared
            )
        if mode:
            make_coverage(organisations[mode], business=business)
    for township in (district.qingping, district.liuquan, None):
        market = make_market(township=township)
        make_stall(market, make_business(township=township, staff=None if township else 1))
        make_coverage(
            make_organisation(
                township or district.liuquan,
                formation_mode=FormationMode.MARKET,
                guiding_body=district.liuquan_office,
            ),
            market=market,
        )
