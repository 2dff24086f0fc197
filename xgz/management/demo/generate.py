"""Put the demo county together: one call gives every row that the demo's files are written from."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from xgz.management.demo.businesses import Business, Kind, invent_businesses
from xgz.management.demo.changes import Changes, invent_changes
from xgz.management.demo.district import (
    TOWNSHIPS,
    AccountRow,
    BodyRow,
    InstructorRow,
    list_accounts,
    list_bodies,
    list_instructors,
    office_name,
)
from xgz.management.demo.members import Member, invent_members
from xgz.management.demo.officers import list_officers
from xgz.management.demo.organisations import (
    QINGPING_BRANCH,
    BusinessPool,
    Organisation,
    guided_organisations,
    invent_organisations,
)
from xgz.management.demo.owners import let_some_own_shops
from xgz.management.demo.reports import DeclaredCases, Reports, choose_cases, invent_reports

DEFAULT_BUSINESSES = 20_000
MOST_BUSINESSES = 190_000
FEWEST_BUSINESSES = 2_000  # below this the townships lack businesses for the 25 organisations
DEFAULT_SEED = 25


class DemoTooSmall(ValueError):
    """The wanted number of businesses does not hold the study's organisations."""


@dataclass(frozen=True, slots=True)
class InstructorLink:
    """What an instructor serves: exactly one of business_code and organisation_code is set."""

    user_name: str
    station: str
    business_code: str
    organisation_code: str
    since: date


@dataclass(frozen=True, slots=True)
class DemoDistrict:
    """Every invented row of the demo county."""

    seed: int
    today: date
    bodies: list[BodyRow]
    instructors: list[InstructorRow]
    instructor_links: list[InstructorLink]
    accounts: list[AccountRow]
    officers: list[AccountRow]
    businesses: list[Business]
    organisations: list[Organisation]
    members: list[Member]
    cases: DeclaredCases
    reports: Reports
    changes: Changes


def invent_district(*, businesses: int, seed: int, today: date) -> DemoDistrict:
    """Return the demo county with that many businesses as at `today`.

    The same three arguments give the same rows. Raises DemoTooSmall below FEWEST_BUSINESSES.
    """
    if businesses < FEWEST_BUSINESSES:
        raise DemoTooSmall(f"at least {FEWEST_BUSINESSES} businesses are needed")
    rows = invent_businesses(count=businesses, seed=seed, today=today)
    pool = BusinessPool(rows, Random(f"{seed}:pool"), today=today)
    organisations = invent_organisations(pool=pool, businesses=businesses, seed=seed, today=today)
    cases = choose_cases(pool=pool, businesses=businesses, seed=seed)
    elsewhere = cases.should_form[:4] * 2 + cases.small[:6]
    members = invent_members(
        organisations=organisations, staff_elsewhere=elsewhere, seed=seed, today=today
    )
    # The village members stand last, in the order of the businesses they work in.
    members = let_some_own_shops(members, members[-len(elsewhere) :], rows)
    reports = invent_reports(
        businesses=rows,
        organisations=organisations,
        members=members,
        cases=cases,
        seed=seed,
        today=today,
    )
    instructors = list_instructors(seed=seed, today=today)
    return DemoDistrict(
        seed=seed,
        today=today,
        bodies=list_bodies(),
        instructors=instructors,
        instructor_links=_instructor_links(instructors, organisations, cases, pool, seed),
        accounts=_accounts(organisations, members, cases),
        officers=list_officers(seed=seed, today=today),
        businesses=rows,
        organisations=organisations,
        members=members,
        cases=cases,
        reports=reports,
        changes=invent_changes(
            businesses=rows, organisations=organisations, seed=seed, today=today
        ),
    )


def _accounts(
    organisations: list[Organisation], members: list[Member], cases: DeclaredCases
) -> list[AccountRow]:
    branch = next(row for row in organisations if row.name == QINGPING_BRANCH)
    member = next(
        m for m in members if m.branch == branch.name and m.person.name != branch.secretary
    )
    business = branch.covered[0]
    return list_accounts(
        secretary_of=branch.name,
        secretary_name=branch.secretary,
        member_id=member.person.id_number,
        member_name=member.person.name,
        business_code=business.code,
        owner_name=business.owner.name,
    )


def _instructor_links(
    instructors: list[InstructorRow],
    organisations: list[Organisation],
    cases: DeclaredCases,
    pool: BusinessPool,
    seed: int,
) -> list[InstructorLink]:
    rng = Random(f"{seed}:links")
    by_station: dict[str, list[InstructorRow]] = {}
    for row in instructors:
        by_station.setdefault(row.station, []).append(row)
    links = []

    def link(instructor: InstructorRow, business: str = "", organisation: str = "") -> None:
        since = instructor.since + timedelta(days=rng.randint(0, 40))
        links.append(
            InstructorLink(instructor.user_name, instructor.station, business, organisation, since)
        )

    for organisation in guided_organisations(organisations):
        station = by_station[office_name(organisation.township.office)]
        link(station[len(links) % len(station)], organisation=organisation.code)
    for business in cases.should_form + cases.to_verify:
        station = by_station[office_name(business.township.office)]
        link(rng.choice(station), business=business.code)
    for instructor in instructors:
        township = next(t for t in TOWNSHIPS if office_name(t.office) == instructor.station)
        for business in pool.take(rng.randint(3, 9), township.name, Kind.SHOP):
            link(instructor, business=business.code)
    return links
