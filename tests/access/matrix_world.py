"""The rows and people of the matrix: one of each kind in 清平镇, its twin in 柳泉镇."""

from dataclasses import dataclass
from datetime import date

from tests.factories import (
    District,
    make_business,
    make_coverage,
    make_district,
    make_import,
    make_market,
    make_member,
    make_organisation,
    make_report,
    make_stall,
    make_user,
)
from xgz.models import Body, Business, InstructorLink, Market, Member, Organisation, User
from xgz.rules.bodies import BodyKind, Line
from xgz.rules.organisations import FormationMode
from xgz.rules.roles import Role


@dataclass(frozen=True, slots=True)
class Place:
    business: Business
    market: Market
    office_organisation: Organisation
    association_organisation: Organisation
    member: Member


@dataclass(frozen=True, slots=True)
class World:
    here: Place
    there: Place
    imports: dict[str, str]  # kind → public id
    people: dict[Role, User]

    def public_ids(self) -> dict[str, str]:
        """Return thing → public id, with the names of the policy page."""
        ids = {f"{kind} import": public_id for kind, public_id in self.imports.items()}
        for where, place in (("here", self.here), ("there", self.there)):
            ids[f"business {where}"] = place.business.public_id
            ids[f"market {where}"] = place.market.public_id
            ids[f"office organisation {where}"] = place.office_organisation.public_id
            ids[f"association organisation {where}"] = place.association_organisation.public_id
            ids[f"member {where}"] = place.member.public_id
        return ids


def make_world() -> World:
    district = make_district()
    branches = [
        Body.objects.create(
            name=f"个私协会{name}分会",
            kind=BodyKind.ASSOCIATION,
            line=Line.ASSOCIATION,
            path=f"0000400{number:03}",
            parent=district.association,
        )
        for number, name in ((1, "清平"), (2, "柳泉"))
    ]
    here = _place(district.qingping, district.qingping_office, branches[0])
    there = _place(district.liuquan, district.liuquan_office, branches[1])
    people = {role: _person(role, district, branches[0], here) for role in Role}
    for field in ("business", "market"):
        InstructorLink.objects.create(
            instructor=people[Role.INSTRUCTOR],
            station=district.qingping_office,
            valid_from=date(2024, 1, 1),
            **{field: getattr(here, field)},
        )
    InstructorLink.objects.create(
        instructor=people[Role.INSTRUCTOR],
        station=district.qingping_office,
        valid_from=date(2024, 1, 1),
        organisation=here.office_organisation,
    )
    imports = {kind: make_import(kind=kind).public_id for kind in ("registry", "roster")}
    return World(here, there, imports, people)


def _place(township: Body, office: Body, association: Body) -> Place:
    business = make_business(township=township, office=office)
    make_report(business, members_declared=3, full_members=3, owner_is_member="yes")
    market = make_market(township=township)
    make_stall(market, business)
    guided = make_organisation(township, guiding_body=office)
    hosted = make_organisation(
        township, guiding_body=association, formation_mode=FormationMode.ASSOCIATION
    )
    for organisation in (guided, hosted):
        make_coverage(organisation, business=business)
        make_coverage(organisation, market=market)
    return Place(business, market, guided, hosted, make_member(guided))


def _person(role: Role, district: District, branch: Body, here: Place) -> User:
    links: dict[str, object] = {}
    body = {
        Role.ORG_DEPT: district.org_dept,
        Role.SOCIAL_WORK_DEPT: district.social_work,
        Role.BUREAU: district.bureau,
        Role.TOWNSHIP_COMMITTEE: district.qingping,
        Role.STATION_HEAD: district.qingping_office,
        Role.INSTRUCTOR: district.qingping_office,
        Role.ASSOCIATION: branch,
        Role.BRANCH_SECRETARY: here.office_organisation.body,
        Role.MEMBER: here.office_organisation.body,
        Role.OWNER: district.qingping_office,
    }.get(role, district.administration)
    if role is Role.MEMBER:
        links["member"] = here.member
    if role is Role.OWNER:
        links = {"business": here.business, "market": here.market}
    return make_user(role, body, **links)
