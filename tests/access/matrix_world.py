"""The rows and people of the matrix: one of each kind in 清平镇, its twin in 柳泉镇."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

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
from tests.factories.adjustments import make_adjustment
from tests.factories.case_papers import make_draft, make_template
from tests.factories.closures import make_closure, the_district
from tests.factories.elections import make_branch, make_election
from tests.factories.establishing import make_establishing
from tests.factories.export_approvals import make_export_approval
from tests.factories.formations import join, make_formation
from tests.factories.leads import make_lead
from tests.factories.matching import PDF, make_pair, make_task, make_tie
from tests.factories.plans import make_plan
from tests.factories.self_reports import hang_poster, make_claim, make_self_report_request
from tests.factories.sites import make_photo, make_support
from tests.factories.snapshots import make_snapshot
from tests.factories.surveys import make_survey
from tests.factories.transfers import make_transfer
from xgz.access import clock
from xgz.access.actor import actor_for, shell_operator
from xgz.models import (
    Body,
    Business,
    CaseReview,
    Formation,
    FormationMember,
    InstructorLink,
    Job,
    Market,
    MatchPair,
    Member,
    Organisation,
    OwnerTie,
    Report,
    Reveal,
    RoleAssignment,
    RoleRequest,
    Snapshot,
    SurveyRound,
    User,
)
from xgz.rules.bodies import BodyKind, Line
from xgz.rules.establishing import EstablishingState
from xgz.rules.grants import RequestKind
from xgz.rules.jobs import JobState
from xgz.rules.leads import LeadState
from xgz.rules.organisations import FormationMode
from xgz.rules.papers.kinds import PaperKind
from xgz.rules.reveals import RevealField, RevealReason
from xgz.rules.roles import Role
from xgz.services.matching.assessments import store_assessment
from xgz.services.self_reports.windows import open_window


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
    leads: dict[str, str]  # as the policy page names them → public id
    closures: dict[str, str]  # "here", "there" or "of members here" → public id
    formations: dict[str, str]  # "here" or "inside here" → public id
    papers: dict[str, str]  # as the policy page names them → public id
    plans: dict[str, str]  # "of the bureau" or "of the township" → public id
    elections: dict[str, str]  # "here" or "inside here" → public id
    establishing: dict[str, str]  # "here" or "inside here" → public id
    sites: dict[str, str]  # "photo here", "support here" → organisation and row
    adjustments: dict[str, str]  # "here" or "inside here" → public id
    export_approval: str  # public id
    reveal: Reveal
    surveys: dict[str, SurveyRound]  # "here" or "there"
    self_reports: dict[str, str]  # "poster here", "claim there", … → public id
    pair: MatchPair
    tie: OwnerTie

    def public_ids(self) -> dict[str, str]:
        """Return thing → public id, with the names of the policy page."""
        ids = {f"{kind} import": public_id for kind, public_id in self.imports.items()}
        ids |= self.self_reports
        ids["own report"] = self.report.public_id
        ids["own reveal"] = self.reveal.public_id
        ids["matching task"] = self.pair.task.public_id
        ids["match pair"] = f"{self.pair.task.public_id}/{self.pair.public_id}"
        ids["owner tie"] = self.tie.public_id
        ids["export approval"] = self.export_approval
        ids["failed job"] = self.failed_job.public_id
        clerk = self.people[Role.BUREAU]
        ids["account"] = clerk.public_id
        ids["account role"] = f"{clerk.public_id}/{clerk.role_assignments.get().public_id}"
        ids["role request"] = self.role_request.public_id
        ids["snapshot"] = self.snapshot.public_id
        ids |= {f"transfer {where}": public_id for where, public_id in self.transfers.items()}
        ids |= {f"closure {where}": public_id for where, public_id in self.closures.items()}
        ids |= {f"formation {where}": public_id for where, public_id in self.formations.items()}
        ids |= self.papers
        ids |= {f"plan {whose}": public_id for whose, public_id in self.plans.items()}
        ids |= {f"election {where}": public_id for where, public_id in self.elections.items()}
        joining = FormationMember.objects.filter(formation__public_id=self.formations["here"])
        ids["joining here"] = joining.order_by("pk")[0].public_id
        ids |= {f"adjustment {where}": public_id for where, public_id in self.adjustments.items()}
        ids |= self.leads
        ids |= {f"establishing {where}": key for where, key in self.establishing.items()}
        ids |= self.leads | self.sites
        for where, survey in self.surveys.items():
            ids[f"survey {where}"] = survey.public_id
            ids[f"survey row {where}"] = survey.rows.order_by("place")[0].public_id
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
    leads = _leads(people[Role.INSTRUCTOR])
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
    formations = _formations()
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
        leads,
        closures,
        formations,
        _papers(formations),
        _plans(people),
        _elections(here),
        _establishing(),
        _sites(here),
        _adjustments(),
        approval,
        _reveal(here, people[Role.TOWNSHIP_COMMITTEE]),
        _surveys(people[Role.INSTRUCTOR]),
        _self_reports(district),
        _pair(here),
        make_tie(here.member, here.business),
    )


def _surveys(walker: User) -> dict[str, SurveyRound]:
    """Make a round in each township; the instructor walks the one in 清平镇, the others are gone."""
    today, now = clock.today(), clock.now()
    here = make_survey(walker=walker, today=today, now=now)
    there = make_survey(place="liuquan", today=today, now=now)
    gone = [here.runner.user, there.runner.user, there.walker]
    RoleAssignment.objects.filter(user__in=gone).delete()
    return {"here": here.round, "there": there.round}


def _self_reports(district: District) -> dict[str, str]:
    """Make a poster, a claim and a coming window in each township, and a complaint in 清平镇."""
    today, ids = clock.today(), {}
    for where, area in (("here", district.qingping), ("there", district.liuquan)):
        poster = hang_poster(area, today=today)
        window = open_window(
            actor=shell_operator(today),
            area=area,
            opens_on=today + timedelta(days=1),
            now=clock.now(),
        )
        ids[f"poster {where}"] = poster.public_id
        ids[f"claim {where}"] = make_claim(poster, today=today, now=clock.now()).public_id
        ids[f"window {where}"] = window.public_id
    ids["wish here"] = make_self_report_request(today=today).public_id
    return ids


def _pair(here: Place) -> MatchPair:
    """Make a pair that waits in a task of 清平镇, whose assessment is there."""
    area = Body.objects.get(name="清平镇党委")
    task = make_task(area, assessment_name=store_assessment(PDF))
    return make_pair(task, here.member, here.business)


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


def _leads(instructor: User) -> dict[str, str]:
    """Make a lead given to the instructor, one given to a colleague, one given to nobody yet."""
    at: dict[str, Any] = {"today": clock.today(), "now": clock.now()}
    assigned = LeadState.ASSIGNED
    return {
        "lead given here": make_lead(state=assigned, instructor=instructor, **at).public_id,
        "lead of another here": make_lead(state=assigned, **at).public_id,
        "lead new here": make_lead(**at).public_id,
        "lead there": make_lead(state=assigned, place="liuquan", **at).public_id,
    }


def _closures() -> dict[str, str]:
    """Make a case the office guides in each township, and one about members alone (CB-5)."""
    now, today = clock.now(), clock.today()
    return {
        "here": make_closure(today=today, now=now).public_id,
        "there": make_closure(place="liuquan", today=today, now=now).public_id,
        "of members here": make_closure(with_branch=False, today=today, now=now).public_id,
    }


def _formations() -> dict[str, str]:
    """Make one that the bureau opened in 清平镇, and one that its committee keeps inside (FM-13)."""
    given: dict[str, Any] = {"procedure": None, "complete": False, "today": clock.today()}
    inside = make_formation(opener=Role.TOWNSHIP_COMMITTEE, **given)
    case = make_formation(**given)
    join(case, make_member(make_organisation(the_district().qingping)))
    return {"here": case.public_id, "inside here": inside.public_id}


def _papers(formations: dict[str, str]) -> dict[str, str]:
    """Draft a request of the bureau's and a roster of the committee's; and propose a template."""
    found = {}
    for name, case_id, kind in (
        ("paper here", formations["here"], PaperKind.REQUEST),
        ("roster here", formations["inside here"], PaperKind.ROSTER),
    ):
        case = Formation.objects.get(public_id=case_id)
        made = make_draft(kind, case)
        RoleAssignment.objects.filter(user=made[2].user).delete()
        found[name] = made[1].public_id
    return {**found, "paper template": make_template().public_id}


def _plans(people: dict[Role, User]) -> dict[str, str]:
    """Have 清平镇 planned by the bureau, and by its own committee."""
    makers = {"of the bureau": Role.BUREAU, "of the township": Role.TOWNSHIP_COMMITTEE}
    return {
        whose: make_plan(actor_for(people[role], clock.today())).public_id
        for whose, role in makers.items()
    }


def _elections(here: Place) -> dict[str, str]:
    """Make one of a branch that the office guides, and one of a branch nobody guides (EL-14)."""
    given: dict[str, Any] = {"complete": False, "today": clock.today()}
    inside = make_branch(full=1, guided=False, today=clock.today())
    return {
        "here": make_election(branch=here.office_organisation, **given).public_id,
        "inside here": make_election(branch=inside, **given).public_id,
    }


def _establishing() -> dict[str, str]:
    """Make one under way that the guiding office knows of, and one its committee keeps inside."""
    given: dict[str, Any] = {"procedure": None, "today": clock.today()}
    inside = make_establishing(opener=Role.TOWNSHIP_COMMITTEE, **given)
    under_way = make_establishing(state=EstablishingState.RUNNING_IN, **given)
    return {"here": under_way.public_id, "inside here": inside.public_id}


def _sites(here: Place) -> dict[str, str]:
    organisation = here.office_organisation
    rows = {"photo here": make_photo(organisation), "support here": make_support(organisation)}
    return {thing: f"{organisation.public_id}/{row.public_id}" for thing, row in rows.items()}


def _adjustments() -> dict[str, str]:
    """Make one the guiding office suggested in 清平镇, and one its committee keeps inside (AD-9)."""
    inside = make_adjustment(opener=Role.TOWNSHIP_COMMITTEE, guiding_body=None, today=clock.today())
    here = make_adjustment(today=clock.today())
    return {"here": here.public_id, "inside here": inside.public_id}


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
