"""Shops of 清平镇 with members and coordinates, and plans of joint branches made from them."""

from datetime import UTC, date, datetime, time
from typing import Any

from tests.factories.closures import the_district
from tests.factories.district import TODAY, actor_as
from tests.factories.rows import make_business, make_coverage, make_organisation, make_report
from xgz.access.actor import Actor
from xgz.models import Body, Business, Organisation, Plan
from xgz.rules.organisations import FormationMode
from xgz.rules.planning.plans import Asked, CountSource
from xgz.rules.roles import Role
from xgz.services import planning

LON, LAT = 116.4, 39.9
_DEGREE_M = 111_000.0  # metres of a degree of latitude, nearly
ASKED = Asked(radius_m=600, max_units=5)


def moment(day: date = TODAY) -> datetime:
    """Return eleven o'clock of a day in the office's time zone."""
    return datetime.combine(day, time(3), tzinfo=UTC)


def make_site(
    members: int | None,
    full: int | None,
    *,
    north_m: float = 0.0,
    placed: bool = True,
    town: Body | None = None,
    **values: Any,
) -> Business:
    """Make a shop so many metres north of the middle, whose newest report declares members."""
    place = {"longitude": LON, "latitude": LAT + north_m / _DEGREE_M} if placed else {}
    shop = make_business(township=town or the_district().qingping, **place | values)
    if members or full:
        make_report(shop, members_declared=members, full_members=full)
    return shop


def make_branch(*, north_m: float = 0.0, **values: Any) -> Organisation:
    """Make a living branch of 清平镇 that the bureau guides and that sits in a shop it covers."""
    district = the_district()
    branch = make_organisation(
        district.qingping,
        **{"formation_mode": FormationMode.JOINT, "guiding_body": district.bureau} | values,
    )
    make_coverage(branch, business=make_site(0, 0, north_m=north_m))
    return branch


def planner(role: Role = Role.BUREAU, today: date = TODAY) -> Actor:
    """Return somebody new who plans joint branches."""
    district = the_district()
    seats = {
        Role.BUREAU: district.bureau,
        Role.ORG_DEPT: district.org_dept,
        Role.TOWNSHIP_COMMITTEE: district.qingping,
    }
    return actor_as(role, seats[role], today)


def make_plan(
    actor: Actor | None = None,
    *,
    asked: Asked = ASKED,
    source: CountSource = CountSource.DECLARED,
    area: Body | None = None,
    **values: Any,
) -> Plan:
    """Have 清平镇 planned; the job has run when this returns."""
    return planning.make_plan(
        actor=actor or planner(),
        asked=asked,
        source=source,
        area=area or the_district().qingping,
        now=moment(),
        **values,
    )
