"""Invented rows for tests: a small district and one function per kind of row."""

from tests.factories.district import TODAY, District, actor_as, make_district, make_user, seat_of
from tests.factories.rows import (
    make_business,
    make_coverage,
    make_import,
    make_market,
    make_member,
    make_organisation,
    make_report,
    make_stall,
)

__all__ = [
    "TODAY",
    "District",
    "actor_as",
    "make_business",
    "make_coverage",
    "make_district",
    "make_import",
    "make_market",
    "make_member",
    "make_organisation",
    "make_report",
    "make_stall",
    "make_user",
    "seat_of",
]
