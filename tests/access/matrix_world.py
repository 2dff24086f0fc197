"""The rows and people of the matrix: one of each kind in 清平镇, its twin in 柳泉镇."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

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
from tests.factories.closures import make_closure
from tests.factories.export_approvals import make_export_approval
from tests.factories.snapshots import make_snapshot
from tests.factories.transfers import make_transfer
from xgz.access import clock
from xgz.models import (
    Body,
    Business,
    CaseReview,
    InstructorLink,
    Job,
    Market,
    Member,
    Organisation,
    Report,
    Reveal,
    RoleRequest,
    Snapshot,
    User,
)
from xgz.rules.bodies import BodyKind, Line
from xgz.rules.grants import RequestKind
from xgz.rules.jobs import JobState
from xgz.rules.organisations import FormationMode
from xgz.rules.reveals import RevealField, RevealReason
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
    report: Report
    failed_job: Job
    role_request: RoleRequest
    transfers: dict[str, str]  # "here" or "there" → public id
    snapshot: Snapshot
    closures: dict[str, str]  # "here", "there" or "of members here" → public id
    export_approval: str  # public id
    reveal: Reveal

    def public_ids(self) -> dict[str, str]:
        """Return thing → public id, with the names of the policy page."""
        ids = {f"{kind} import": public_id for kind, public_id in self.imports.items()}
        ids["own report"] = self.report.public_id
        ids["own reveal"] = self.reveal.public_id
        ids["export approval"] = self.export_approval
        ids["failed job"] = self.failed_job.public_id
        clerk = self.people[Role.BUREAU]
        ids["account"] = clerk.public_id
        ids["account role"] = f"{clerk.public_id}/{clerk.role_assignments.get().public_id}"
        ids["role request"] = self.role_request.public_id
        ids["snapshot"] = self.snapshot.public_id
        ids |= {f"transfer {where}": public_id for where, public_id in self.transfers.items()}
        ids |= {f"closure {where}": public_id for where, public_id in self.closures.items()}
        asked = CaseReview.objects.get(case_id=self.closures["here"])
        ids["review here"] = f"{asked.case_id}/{asked.public_id}"
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
    report = Report.objects.create(
        kind="ledger",
        title="经营主体党建基本台账",
        made_for=people[Role.BUREAU],
        asked_at=datetime(2026, 11, 20, tzinfo=UTC),
    )
    transfers, closures = _transfers(here, there), _closures()
    snapshot = make_snapshot(clock.today(), today=clock.today())
    asked = RoleRequest.objects.create(
        kind=RequestKind.GRANT,
        user=people[Role.BUREAU],
        role=Role.INSTRUCTOR,
        body=district.qingping_office,
        day=clock.today(),
        proposed_by=people[Role.SYSTEM_ADMIN],
        proposed_at=clock.now(),
    )
    failed = Job.objects.create(
        kind="imports.sweep",
        state=JobState.FAILED,
        failures=5,
        requested_at=clock.now(),
        finished_at=clock.now(),
    )
    approval = make_export_approval(today=clock.today()).public_id
    return World(
        here,
        there,
        imports,
        people,
        report,
        failed,
        asked,
        transfers,
        snapshot,
        closures,
        approval,
        _reveal(here, people[Role.TOWNSHIP_COMMITTEE]),
    )


def _reveal(here: Place, by: User) -> Reveal:
    """Make a look of the township at a member's phone that is still open."""
    return Reveal.objects.create(
        member=here.member,
        field=RevealField.PHONE,
        reason=RevealReason.CONTACT,
        by=by,
        role=Role.TOWNSHIP_COMMITTEE,
        body=Body.objects.get(role_assignments__user=by),
        at=clock.now(),
        until=clock.now() + timedelta(minutes=5),
    )


def _closures() -> dict[str, str]:
    """Make a case the office guides in each township, and one about members alone (CB-5)."""
    now, today = clock.now(), clock.today()
    return {
        "here": make_closure(today=today, now=now).public_id,
        "there": make_closure(place="liuquan", today=today, now=now).public_id,
        "of members here": make_closure(with_branch=False, today=today, now=now).public_id,
    }


def _transfers(here: Place, there: Place) -> dict[str, str]:
    """Make a letter on its way out of 清平镇, and one inside 柳泉镇."""
    ways = {
        "here": (here, there.office_organisation),
        "there": (there, there.association_organisation),
    }
    return {
        where: make_transfer(member=place.member, to_org=target, today=clock.today()).public_id
        for where, (place, target) in ways.items()
    }


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
    member = make_member(guided, id_number=f"3609991968040224{township.pk}")
    return Place(business, market, guided, hosted, member)


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
