"""One scenario for every call that writes an audit row: a real service, and exactly what it leaves."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from tests.factories import (
    TODAY,
    District,
    actor_as,
    make_business,
    make_coverage,
    make_import,
    make_member,
    make_organisation,
    make_user,
)
from tests.factories.closures import committee_of, decision, make_closure, make_worker, open_cases
from tests.factories.transfers import make_transfer
from tests.sample_kind.factories.errands import make_errand, seats_of
from tests.sample_kind.models import Errand
from tests.sample_kind.rules.errands import ErrandState
from tests.sample_kind.services import errands
from tests.services.cases.kinds import holder, moment
from tests.services.imports.worlds import HEADERS, NOW, Importer, business
from xgz.access.actor import Actor, Origin, actor_for, clock_actor, shell_operator
from xgz.access.cases import reviews_of
from xgz.access.jobs import reach_of
from xgz.access.transfers import committee_of as sender_of
from xgz.models import (
    AuditCheck,
    Backup,
    Body,
    Business,
    CalendarDay,
    Import,
    InstructorLink,
    Job,
    Notice,
    OrganisationPost,
    ParameterValue,
    Report,
    Responsibility,
    RoleAssignment,
    SignedInDevice,
    Transfer,
    User,
)
from xgz.models.keyring import key_ring
from xgz.rules.bodies import BodyKind, Line
from xgz.rules.closures import ClosureOption, ClosureState
from xgz.rules.holidays import fixed_by_law
from xgz.rules.imports.states import ImportKind
from xgz.rules.jobs import JobState
from xgz.rules.members import MemberClass
from xgz.rules.notices import NoticeKind
from xgz.rules.organisations import Post
from xgz.rules.responsibilities import Matter, MatterDuty
from xgz.rules.reveals import ALARM_PEOPLE
from xgz.rules.roles import Role
from xgz.rules.transfers import TransferAction, TransferState
from xgz.rules.year_notice import NoticeDay
from xgz.services import (
    accounts,
    audit_anchor,
    audit_checks,
    audit_export,
    bodies,
    businesses,
    calendar,
    closures,
    devices,
    exports,
    members,
    organisations,
    parameters,
    responsibilities,
    second_factor,
    sightings,
    sign_in,
    snapshots,
    transfers,
)
from xgz.services.backups import restoring, trying
from xgz.services.cases import clock, notices, owning, reviews
from xgz.services.imports import applying, background, downloads, folders, opening, staging, undoing
from xgz.services.jobs import JobRun, enqueue, resting
from xgz.services.keys import escrow, rotation
from xgz.services.reports import files, keeping, tracing
from xgz.services.transfers import printing

Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done, by whom, and the rows it leaves: (action, subject type, subject id) in order.

    rows: computed after the deed, for subjects made by it. by: whose the rows are, where it is not
    the actor's (the clock's, say). kept: tables that an earlier transaction of the same service
    writes on purpose, so that a fault of the later one is known.
    """

    run: Callable[[], object]
    actor: Actor
    rows: Callable[[], list[Row]]
    by: tuple[User | None, ...] = ()
    kept: frozenset[str] = frozenset()


@dataclass(slots=True)
class Stage:
    """Where scenarios play: a small district and a folder."""

    district: District
    folder: Path
    settings: Any

    def actor(self, role: Role, body: Body | None = None) -> Actor:
        seats = {
            Role.ORG_DEPT: self.district.org_dept,
            Role.BUREAU: self.district.bureau,
            Role.TOWNSHIP_COMMITTEE: self.district.qingping,
            Role.STATION_HEAD: self.district.qingping_office,
        }
        return actor_as(role, body or seats.get(role, self.district.administration))

    @property
    def security(self) -> Actor:
        return self.actor(Role.SECURITY_ADMIN)

    @property
    def department(self) -> Actor:
        return self.actor(Role.ORG_DEPT)

    @property
    def operator(self) -> Actor:
        return shell_operator(TODAY)

    def clerk(self) -> User:
        return make_user(Role.BUREAU, self.district.bureau)

    def queued(self, kind: str, by: Actor, subject: str = "") -> JobRun:
        self.settings.JOBS_AT_ONCE = False
        enqueue(kind=kind, subject=subject, requested_by=by.user, now=NOW)
        Job.objects.update(state=JobState.RUNNING, attempt=1)
        return JobRun(Job.objects.latest("pk"), lambda: NOW)


Scenario = Callable[[Stage], Deed]


def newest(model: Any) -> str:
    return str(model.objects.latest("pk").public_id)


def one(
    action: str, subject_type: str, subject: Callable[[], str] | str
) -> Callable[[], list[Row]]:
    return lambda: [(action, subject_type, subject if isinstance(subject, str) else subject())]


# Exports


def export_of_a_ledger(stage: Stage) -> Deed:
    actor = stage.actor(Role.BUREAU)
    return Deed(
        lambda: exports.record_export(actor=actor, what="coverage", rows=3, now=NOW),
        actor,
        one("export.coverage", "export", ""),
    )


def export_of_businesses(stage: Stage) -> Deed:
    actor = stage.actor(Role.BUREAU)
    return Deed(
        lambda: businesses.record_list_export(actor=actor, conditions="清平镇", now=NOW),
        actor,
        one("business.export", "business_list", ""),
    )


def report_taken(stage: Stage) -> Deed:
    actor = stage.actor(Role.BUREAU)
    report = Report.objects.create(
        kind="ledger", title="台账", made_for=actor.user, asked_at=NOW, reach=reach_of(actor)
    )
    report.stored_name = files.store_sealed(BytesIO(b"rows"), report.public_id, 1)
    report.made_at = NOW
    report.save()
    return Deed(
        lambda: keeping.take_report(actor=actor, report=report, now=NOW).blocks.close(),
        actor,
        one("report.take", "report", report.public_id),
    )


# Accounts, bodies, roles


def password_changed(stage: Stage) -> Deed:
    actor = stage.actor(Role.BUREAU)
    return Deed(
        lambda: accounts.change_own_password(actor=actor, password="Zheng-Wu-2026", now=NOW),
        actor,
        one("account.change_password", "user", actor.user.public_id),
    )


def password_reset(stage: Stage) -> Deed:
    actor, user = stage.security, stage.clerk()
    return Deed(
        lambda: accounts.reset_password(actor=actor, user=user, password="Zheng-Wu-2026", now=NOW),
        actor,
        one("account.reset_password", "user", user.public_id),
    )


def account_shut(stage: Stage) -> Deed:
    actor, user = stage.security, stage.clerk()
    return Deed(
        lambda: accounts.set_account_open(actor=actor, user=user, is_open=False, now=NOW),
        actor,
        one("account.disable", "user", user.public_id),
    )


def role_ended(stage: Stage) -> Deed:
    actor, user = stage.security, stage.clerk()
    row = RoleAssignment.objects.get(user=user)
    return Deed(
        lambda: accounts.end_role(
            actor=actor, user=user, role=Role.BUREAU, body=row.body, last_day=TODAY, now=NOW
        ),
        actor,
        one("role.end", "role_assignment", row.public_id),
    )


def body_added(stage: Stage) -> Deed:
    actor = stage.actor(Role.SYSTEM_ADMIN)
    return Deed(
        lambda: bodies.add_body(
            actor=actor,
            name="新设所",
            kind=BodyKind.OFFICE,
            line=Line.MARKET,
            parent=stage.district.bureau,
            now=NOW,
        ),
        actor,
        one("body.add", "body", lambda: newest(Body)),
    )


def account_added(stage: Stage) -> Deed:
    actor = stage.operator
    return Deed(
        lambda: bodies.add_account(
            actor=actor, username="newcomer", display_name="新同事", password=None, now=NOW
        ),
        actor,
        one("account.add", "user", lambda: User.objects.get(username="newcomer").public_id),
    )


def role_granted(stage: Stage) -> Deed:
    actor, user = stage.operator, stage.clerk()
    return Deed(
        lambda: bodies.grant_role(
            actor=actor,
            user=user,
            role=Role.SOCIAL_WORK_DEPT,
            body=stage.district.social_work,
            valid_from=TODAY,
            now=NOW,
        ),
        actor,
        one("role.grant", "role_assignment", lambda: newest(RoleAssignment)),
    )


def _instructor(stage: Stage) -> User:
    return make_user(Role.INSTRUCTOR, stage.district.qingping_office)


def instructor_linked(stage: Stage) -> Deed:
    actor, shop = stage.actor(Role.STATION_HEAD), make_business()
    instructor = _instructor(stage)
    return Deed(
        lambda: bodies.link_instructor(
            actor=actor,
            instructor=instructor,
            station=stage.district.qingping_office,
            valid_from=TODAY,
            now=NOW,
            business=shop,
        ),
        actor,
        one("instructor.assign", "instructor_link", lambda: newest(InstructorLink)),
    )


def instructor_link_ended(stage: Stage) -> Deed:
    actor = stage.actor(Role.STATION_HEAD)
    link = InstructorLink.objects.create(
        instructor=_instructor(stage),
        station=stage.district.qingping_office,
        business=make_business(),
        valid_from=date(2025, 1, 1),
    )
    return Deed(
        lambda: bodies.end_instructor_link(actor=actor, link=link, last_day=TODAY, now=NOW),
        actor,
        one("instructor.end", "instructor_link", link.public_id),
    )


# Configuration: parameters, calendar, responsibilities


def parameter_set(stage: Stage) -> Deed:
    actor = stage.department
    return Deed(
        lambda: parameters.set_parameter(
            actor=actor,
            key="case.near_days",
            value=4,
            valid_from=TODAY,
            reason="县委组织部通知",
            now=NOW,
        ),
        actor,
        one("parameter.set", "parameter_value", lambda: newest(ParameterValue)),
    )


def parameter_withdrawn(stage: Stage) -> Deed:
    actor = stage.department
    value = ParameterValue.objects.create(
        key="case.near_days",
        value=4,
        valid_from=TODAY + timedelta(days=9),
        reason="通知",
        entered_at=NOW,
    )
    return Deed(
        lambda: parameters.withdraw_value(actor=actor, value=value, now=NOW),
        actor,
        one("parameter.withdraw", "parameter_value", value.public_id),
    )


def _correct(stage: Stage, actor: Actor) -> CalendarDay:
    return calendar.correct_day(
        actor=actor, day=date(2026, 11, 28), is_workday=True, name="", source="通知", now=NOW
    )


def day_corrected(stage: Stage) -> Deed:
    actor = stage.department
    return Deed(
        lambda: _correct(stage, actor),
        actor,
        one("calendar.correct", "calendar", lambda: newest(CalendarDay)),
    )


def correction_withdrawn(stage: Stage) -> Deed:
    actor = stage.department
    entry = _correct(stage, actor)
    return Deed(
        lambda: calendar.withdraw_correction(actor=actor, entry=entry, now=NOW),
        actor,
        one("calendar.withdraw", "calendar", entry.public_id),
    )


def year_entered(stage: Stage) -> Deed:
    actor = stage.department
    days = [NoticeDay(day, is_workday=False, name=name) for day, name in fixed_by_law(2028).items()]
    return Deed(
        lambda: calendar.enter_year(actor=actor, year=2028, days=days, source="通知", now=NOW),
        actor,
        one("calendar.year", "calendar", "2028"),
    )


def _duty(actor: Actor, valid_from: date = TODAY) -> Responsibility:
    return responsibilities.add_duty(
        actor=actor,
        matter=Matter.TRANSFER,
        duty=MatterDuty.INFORMED,
        role=Role.SOCIAL_WORK_DEPT,
        valid_from=valid_from,
        now=NOW,
    )


def duty_added(stage: Stage) -> Deed:
    actor = stage.department
    return Deed(
        lambda: _duty(actor),
        actor,
        one("responsibility.add", "responsibility", lambda: newest(Responsibility)),
    )


def duty_ended(stage: Stage) -> Deed:
    actor = stage.department
    row = _duty(actor)
    return Deed(
        lambda: responsibilities.end_duty(actor=actor, row=row, last_day=TODAY, now=NOW),
        actor,
        one("responsibility.end", "responsibility", row.public_id),
    )


def duty_withdrawn(stage: Stage) -> Deed:
    actor = stage.department
    row = _duty(actor, TODAY + timedelta(days=5))
    return Deed(
        lambda: responsibilities.withdraw_duty(actor=actor, row=row, now=NOW),
        actor,
        one("responsibility.withdraw", "responsibility", row.public_id),
    )


# Jobs, snapshots, the trail itself


def _failed_job() -> Job:
    return Job.objects.create(
        kind="imports.sweep", state=JobState.FAILED, requested_at=NOW, finished_at=NOW
    )


def job_retried(stage: Stage) -> Deed:
    actor, job = stage.actor(Role.SYSTEM_ADMIN), _failed_job()
    return Deed(
        lambda: resting.retry_job(actor=actor, job=job, now=NOW),
        actor,
        one("job.retry", "job", job.public_id),
    )


def job_dismissed(stage: Stage) -> Deed:
    actor, job = stage.actor(Role.SYSTEM_ADMIN), _failed_job()
    return Deed(
        lambda: resting.dismiss_job(actor=actor, job=job, now=NOW),
        actor,
        one("job.dismiss", "job", job.public_id),
    )


def snapshot_taken(stage: Stage) -> Deed:
    actor = stage.actor(Role.BUREAU)
    return Deed(
        lambda: snapshots.take_snapshot(
            actor=actor, as_at=TODAY, now=NOW, public_id="abcdefghjkmn"
        ),
        actor,
        one("snapshot.take", "snapshot", "abcdefghjkmn"),
    )


def anchor_written(stage: Stage) -> Deed:
    return Deed(
        lambda: audit_anchor.write_anchor(today=TODAY, now=NOW),
        clock_actor(TODAY),
        one("audit.anchor", "anchor", "1"),
    )


def trail_checked(stage: Stage) -> Deed:
    actor = stage.actor(Role.AUDIT_ADMIN)
    run = stage.queued(audit_checks.CHECK, actor)
    return Deed(
        lambda: audit_checks.check_queued(run=run),
        actor,
        one("audit.check", "audit_check", lambda: newest(AuditCheck)),
    )


# Members and organisations


def _branch(stage: Stage, **values: Any) -> Any:
    return make_organisation(stage.district.qingping, **values)


def member_guest_elsewhere(stage: Stage) -> Deed:
    actor, host = stage.department, _branch(stage)
    member = make_member(_branch(stage))
    return Deed(
        lambda: members.set_activity_org(
            actor=actor, member=member, organisation=host, changed_on=TODAY, now=NOW
        ),
        actor,
        one("member.activity", "member", member.public_id),
    )


def member_became_full(stage: Stage) -> Deed:
    actor = stage.department
    member = make_member(
        _branch(stage), member_class=MemberClass.PROBATIONARY, joined_on=date(2025, 1, 1)
    )
    return Deed(
        lambda: members.change_class(
            actor=actor, member=member, member_class=MemberClass.FULL, changed_on=TODAY, now=NOW
        ),
        actor,
        one("member.member_class", "member", member.public_id),
    )


def unit_covered(stage: Stage) -> Deed:
    actor, branch, shop = stage.department, _branch(stage), make_business()
    return Deed(
        lambda: organisations.cover_unit(
            actor=actor, organisation=branch, unit=shop, covered_on=TODAY, now=NOW
        ),
        actor,
        one("organisation.cover", "organisation", branch.public_id),
    )


def unit_taken_off(stage: Stage) -> Deed:
    actor, branch = stage.department, _branch(stage)
    coverage = make_coverage(branch, business=make_business())
    return Deed(
        lambda: organisations.end_coverage(actor=actor, coverage=coverage, ended_on=TODAY, now=NOW),
        actor,
        one("organisation.uncover", "organisation", branch.public_id),
    )


def organisation_renamed(stage: Stage) -> Deed:
    actor, branch = stage.department, _branch(stage)
    return Deed(
        lambda: organisations.rename_organisation(
            actor=actor, organisation=branch, name="新名称党支部", renamed_on=TODAY, now=NOW
        ),
        actor,
        one("organisation.renamed", "organisation", branch.public_id),
    )


def secretary_appointed(stage: Stage) -> Deed:
    actor, branch = stage.department, _branch(stage)
    return Deed(
        lambda: organisations.appoint(
            actor=actor,
            organisation=branch,
            post=Post.SECRETARY,
            appointed_on=TODAY,
            now=NOW,
            holder_name="方柏梁",
        ),
        actor,
        one("organisation.appoint", "organisation", branch.public_id),
    )


def secretary_relieved(stage: Stage) -> Deed:
    actor, branch = stage.department, _branch(stage)
    post = OrganisationPost.objects.create(
        organisation=branch, post=Post.SECRETARY, valid_from=date(2024, 1, 1)
    )
    return Deed(
        lambda: organisations.relieve(actor=actor, post=post, relieved_on=TODAY, now=NOW),
        actor,
        one("organisation.relieve", "organisation", branch.public_id),
    )


def life_recorded(stage: Stage) -> Deed:
    actor, branch = stage.department, _branch(stage)
    return Deed(
        lambda: organisations.record_life(actor=actor, organisation=branch, held_on=TODAY, now=NOW),
        actor,
        one("organisation.life", "organisation", branch.public_id),
    )


# Cases


def case_opened(stage: Stage) -> Deed:
    actor, seats = stage.department, seats_of(stage.district)
    return Deed(
        lambda: errands.ask(actor=actor, topic="", seats=seats, now=moment()),
        actor,
        one("errand.open", "errand", lambda: newest(Errand)),
    )


def _sender(case: Transfer) -> Actor:
    seat = sender_of(case.from_org)
    return actor_for(make_user(Role(seat.role), Body.objects.get(pk=seat.body_id)), TODAY)


def step_taken(stage: Stage) -> Deed:
    case = make_transfer(state=None)
    actor = _sender(case)
    return Deed(
        lambda: transfers.ACTIONS[TransferAction.ISSUE](
            case=case, actor=actor, now=NOW, valid_days=30
        ),
        actor,
        one("transfer.issue", "transfer", case.public_id),
    )


def case_moved_up(stage: Stage) -> Deed:
    case = make_transfer(state=None)
    Transfer.objects.filter(pk=case.pk).update(due_on=date(2026, 6, 1))
    return Deed(
        lambda: clock.move_up(today=TODAY, now=NOW),
        clock_actor(TODAY),
        one("transfer.move_up", "transfer", case.public_id),
    )


def notice_signed(stage: Stage) -> Deed:
    actor = stage.department
    case = make_transfer(state=None)
    notice = Notice.objects.create(
        case_kind="transfer",
        case_id=case.public_id,
        kind=NoticeKind.INFORMED,
        role=Role.ORG_DEPT,
        body=stage.district.org_dept,
        made_at=NOW,
    )
    return Deed(
        lambda: notices.sign_notice(actor=actor, notice=notice, now=NOW),
        actor,
        one("notice.sign", "notice", notice.public_id),
    )


def review_answered(stage: Stage) -> Deed:
    case = make_errand(state=ErrandState.DOING, district=stage.district)
    actor, review = holder(seats_of(stage.district)["checker"]), reviews_of(case).get(key="check")
    return Deed(
        lambda: reviews.answer_review(
            actor=actor, case=case, review=review, agrees=True, opinion="同意", now=moment()
        ),
        actor,
        one("errand.review.check", "errand", case.public_id),
    )


def case_assigned(stage: Stage) -> Deed:
    case = make_closure(state=ClosureState.DECIDING)
    actor = committee_of(case)
    return Deed(
        lambda: owning.assign_case(actor=actor, case=case, of=case, assignee=actor.user, now=NOW),
        actor,
        one("closure.assign", "closure", case.public_id),
    )


def case_urged(stage: Stage) -> Deed:
    case = make_transfer(state=TransferState.ISSUED)
    actor = _sender(case)
    return Deed(
        lambda: owning.urge(actor=actor, case=case, now=NOW),
        actor,
        one("transfer.urge", "transfer", case.public_id),
    )


def letter_taken(stage: Stage) -> Deed:
    case = make_transfer(state=TransferState.ISSUED)
    actor = _sender(case)
    return Deed(
        lambda: printing.take_letter(actor=actor, case=case, now=NOW),
        actor,
        one("transfer.letter", "transfer", case.public_id),
    )


def letter_accepted(stage: Stage) -> Deed:
    case = make_transfer(state=TransferState.ISSUED)
    seat = sender_of(case.to_org)
    actor = actor_for(make_user(Role(seat.role), Body.objects.get(pk=seat.body_id)), TODAY)
    return Deed(
        lambda: transfers.ACTIONS[TransferAction.ACCEPT](case=case, actor=actor, now=NOW),
        actor,
        lambda: [
            ("transfer.accept", "transfer", case.public_id),
            ("member.formal_org", "member", case.member.public_id),
        ],
    )


def receipt_from_outside(stage: Stage) -> Deed:
    case = make_transfer(state=TransferState.SENT_OUT)
    actor = _sender(case)
    return Deed(
        lambda: transfers.ACTIONS[TransferAction.RECORD_RECEIPT](
            case=case, actor=actor, now=NOW, opinion="已收到回执"
        ),
        actor,
        lambda: [
            ("transfer.record_receipt", "transfer", case.public_id),
            ("member.moved_out", "member", case.member.public_id),
        ],
    )


# Closed businesses


def closure_decided(stage: Stage) -> Deed:
    case = make_closure(state=ClosureState.DECIDING)
    actor, chosen = committee_of(case), decision(case, ClosureOption.KEEP)
    return Deed(
        lambda: closures.decide(case=case, actor=actor, now=NOW, **chosen),
        actor,
        lambda: [
            ("closure.decide", "closure", case.public_id),
            ("closure.decided", "closure", case.public_id),
        ],
    )


def _carrying(option: ClosureOption, **values: Any) -> tuple[Any, Actor]:
    case = make_closure(state=ClosureState.CARRYING_OUT, option=option, **values)
    return case, committee_of(case)


def closure_merged(stage: Stage) -> Deed:
    case, actor = _carrying(ClosureOption.MERGE, workers=1)
    branch, target = case.organisation, case.target_org
    return Deed(
        lambda: closures.merge(actor=actor, case=case, merged_on=TODAY, now=NOW),
        actor,
        lambda: [
            ("organisation.uncover", "organisation", branch.public_id),
            ("organisation.merged", "organisation", branch.public_id),
            ("organisation.merged", "organisation", target.public_id),
            ("closure.merged", "closure", case.public_id),
        ],
    )


def closure_taken_off_list(stage: Stage) -> Deed:
    case, actor = _carrying(ClosureOption.KEEP)
    return Deed(
        lambda: closures.take_off_list(actor=actor, case=case, ended_on=TODAY, now=NOW),
        actor,
        lambda: [
            ("organisation.uncover", "organisation", case.organisation.public_id),
            ("closure.unlisted", "closure", case.public_id),
        ],
    )


def closure_dissolved(stage: Stage) -> Deed:
    case, actor = _carrying(ClosureOption.REVOKE)
    return Deed(
        lambda: closures.dissolve(actor=actor, case=case, dissolved_on=TODAY, now=NOW),
        actor,
        lambda: [
            ("organisation.dissolved", "organisation", case.organisation.public_id),
            ("closure.dissolved", "closure", case.public_id),
        ],
    )


# Imports


def _staged(stage: Stage, *rows: dict[str, Any]) -> Import:
    return Importer(stage.folder).stage(ImportKind.REGISTRY, *rows)


def import_written(stage: Stage) -> Deed:
    source, actor = _staged(stage, business(1)), stage.actor(Role.BUREAU)
    return Deed(
        lambda: applying.apply_import(actor=actor, source=source, today=TODAY, now=NOW),
        actor,
        one("import.registry", "import", source.public_id),
        kept=frozenset({"xgz_import", "xgz_stagedbusiness", "xgz_rejectedrow"}),
    )


def import_given_up(stage: Stage) -> Deed:
    source, actor = _staged(stage, business(1)), stage.actor(Role.BUREAU)
    return Deed(
        lambda: staging.abandon_import(actor=actor, source=source, now=NOW),
        actor,
        one("import.abandon", "import", source.public_id),
    )


def _upload(actor: Actor, sender: str = "") -> Import:
    header = ",".join(HEADERS[ImportKind.REGISTRY]) + "\n"
    return opening.upload(
        actor=actor,
        kind=ImportKind.REGISTRY,
        stream=BytesIO(header.encode()),
        file_name="file.csv",
        sender=sender,
        now=NOW,
    )


def import_opened(stage: Stage) -> Deed:
    actor = stage.actor(Role.BUREAU)
    return Deed(
        lambda: _upload(actor),
        actor,
        one("import.upload", "import", lambda: newest(Import)),
    )


def _map(actor: Actor, source: Import, *, remember: bool) -> None:
    opening.map_columns(
        actor=actor, source=source, renamed={"店名": "名称"}, codes={}, now=NOW, remember=remember
    )


def columns_mapped(stage: Stage) -> Deed:
    actor = stage.actor(Role.BUREAU)
    source = _upload(actor, sender="清平所")
    return Deed(
        lambda: _map(actor, source, remember=False),
        actor,
        one("import.map", "import", source.public_id),
    )


def mapping_remembered(stage: Stage) -> Deed:
    actor = stage.actor(Role.BUREAU)
    source = _upload(actor, sender="清平所")
    return Deed(
        lambda: _map(actor, source, remember=True),
        actor,
        lambda: [
            ("import.map", "import", source.public_id),
            ("import.remember", "import", source.public_id),
        ],
    )


def import_cancelled(stage: Stage) -> Deed:
    stage.settings.JOBS_AT_ONCE = False
    actor = stage.actor(Role.BUREAU)
    source = _upload(actor)
    background.stage_in_background(actor=actor, source=source, now=NOW)
    return Deed(
        lambda: background.cancel_in_background(actor=actor, source=source, now=NOW),
        actor,
        lambda: [
            ("import.cancel", "import", source.public_id),
            ("import.abandon", "import", source.public_id),
        ],
    )


def _with_rejects() -> Import:
    source = make_import(rejected=1, rejects_name="rejects.xlsx")
    folders.rejects_path(source).parent.mkdir(parents=True, exist_ok=True)
    folders.rejects_path(source).write_bytes(b"rows")
    return source


def rejects_taken(stage: Stage) -> Deed:
    source, actor = _with_rejects(), stage.actor(Role.BUREAU)
    return Deed(
        lambda: downloads.take_rejects(actor=actor, source=source, now=NOW).stream.close(),
        actor,
        one("import.rejects", "import", source.public_id),
    )


def rejects_discarded(stage: Stage) -> Deed:
    source, actor = _with_rejects(), stage.actor(Role.BUREAU)
    return Deed(
        lambda: downloads.discard_rejects(actor=actor, source=source, now=NOW),
        actor,
        one("import.discard", "import", source.public_id),
    )


def import_undone(stage: Stage) -> Deed:
    """Undone together with a case about a member that hung on its business."""
    closed = business(1, 登记状态="注销", 注销日期="2026-11-18", 乡镇街道="清平镇")
    source = Importer(stage.folder)(ImportKind.REGISTRY, closed)
    make_worker(_branch(stage), Business.objects.get())
    (case,) = open_cases(source)
    actor = stage.actor(Role.BUREAU)
    source.refresh_from_db()
    return Deed(
        lambda: undoing.undo_import(actor=actor, source=source, today=TODAY, now=NOW),
        actor,
        lambda: [
            ("import.undo", "import", source.public_id),
            ("closure.remove", "closure", case.public_id),
        ],
        by=(actor.user, None),
    )


# Signing in, devices, outside identities


def identity_linked(stage: Stage) -> Deed:
    actor, user = stage.security, stage.clerk()
    return Deed(
        lambda: accounts.link_outside_identity(actor=actor, user=user, subject="42", now=NOW),
        actor,
        one("account.link_oidc", "user", user.public_id),
    )


def unused_account_closed(stage: Stage) -> Deed:
    """The last one that can confirm roles is left alone, so there is a second."""
    user, long_ago = stage.clerk(), NOW - timedelta(days=1000)
    User.objects.exclude(pk=user.pk).update(last_login=NOW)
    User.objects.filter(pk=user.pk).update(date_joined=long_ago)
    return Deed(
        lambda: accounts.close_unused(today=TODAY, now=NOW),
        clock_actor(TODAY),
        one("account.close_unused", "user", user.public_id),
    )


def own_device_ended(stage: Stage) -> Deed:
    actor = stage.actor(Role.BUREAU)
    device = SignedInDevice.objects.create(
        user=actor.user, device_class="desk", session_key="s" * 32, began_at=NOW, seen_at=NOW
    )
    return Deed(
        lambda: devices.end_own_device(actor=actor, public_id=device.public_id, now=NOW),
        actor,
        one("account.end_device", "user", actor.user.public_id),
    )


def signed_out(stage: Stage) -> Deed:
    actor = stage.actor(Role.BUREAU)
    return Deed(
        lambda: devices.sign_out(actor=actor, session_key="s" * 32, now=NOW),
        actor,
        one("sign_in.out", "user", actor.user.public_id),
    )


def factor_noted(stage: Stage) -> Deed:
    actor, deed = stage.actor(Role.BUREAU), next(iter(second_factor.FactorDeed))
    return Deed(
        lambda: second_factor.note_factor(actor=actor, deed=deed, kind="totp", now=NOW),
        actor,
        one(deed.value, "user", actor.user.public_id),
    )


def password_confirmed(stage: Stage) -> Deed:
    actor = stage.actor(Role.BUREAU)
    actor.user.set_password("Zheng-Wu-2026")
    actor.user.save()
    return Deed(
        lambda: sign_in.confirm_password(actor=actor, password="Zheng-Wu-2026", now=NOW),
        actor,
        one("sign_in.confirm", "user", actor.user.public_id),
        kept=frozenset({"xgz_allowance"}),
    )


def account_unlocked(stage: Stage) -> Deed:
    actor, user = stage.security, stage.clerk()
    return Deed(
        lambda: sign_in.unlock(actor=actor, user=user, now=NOW),
        actor,
        one("account.unlock", "user", user.public_id),
    )


# The trail and exports once more, keys, backups


def trail_exported(stage: Stage) -> Deed:
    actor = stage.actor(Role.AUDIT_ADMIN)
    return Deed(
        lambda: audit_export.record_trail_export(actor=actor, since=TODAY, until=TODAY, now=NOW),
        actor,
        one("audit.export", "audit", ""),
    )


def export_traced(stage: Stage) -> Deed:
    actor = stage.security
    return Deed(
        lambda: tracing.trace_export(actor=actor, rows=[["方柏梁"]], now=NOW),
        actor,
        one("export.trace", "export_trace", ""),
    )


def _own_ring(stage: Stage) -> str:
    """Give the scenario a key ring of its own with a second key; return the first one's id."""
    first, path = key_ring().key_id, stage.folder / "keyring.json"
    path.write_bytes(Path(stage.settings.KEY_RING).read_bytes())
    path.chmod(0o600)
    stage.settings.KEY_RING = path
    _turn(stage)
    return first


def _turn(stage: Stage) -> None:
    rotation.rotate_keys(actor=stage.operator, today=TODAY, now=NOW, tell=lambda *_: None)


def key_retired(stage: Stage) -> Deed:
    actor, old = stage.operator, _own_ring(stage)
    return Deed(
        lambda: rotation.retire_key(actor=actor, key_id=old, now=NOW),
        actor,
        one("keys.retire", "key", old),
    )


def key_forgotten(stage: Stage) -> Deed:
    actor, old = stage.operator, _own_ring(stage)
    rotation.retire_key(actor=actor, key_id=old, now=NOW)
    return Deed(
        lambda: rotation.forget_key(actor=actor, key_id=old, now=NOW),
        actor,
        one("keys.forget", "key", old),
    )


def ring_from_escrow(stage: Stage) -> Deed:
    actor, ring = stage.operator, key_ring()
    return Deed(
        lambda: escrow.note_import(actor=actor, ring=ring, now=NOW),
        actor,
        one("keys.import", "key", ring.key_id),
    )


def backup_tried(stage: Stage) -> Deed:
    """A backup whose file is gone: that it failed is written down as well."""
    backup = Backup.objects.create(name="gone.xgz", made_at=NOW, size=1, digest="0" * 64)
    run = stage.queued("backup.drill", clock_actor(TODAY))
    return Deed(
        lambda: trying.drill_queued(run=run),
        clock_actor(TODAY),
        one("backup.drill", "backup", backup.public_id),
    )


def backup_restored(stage: Stage) -> Deed:
    """What a restore writes once the database is there; that itself needs an empty machine."""
    actor = stage.operator
    manifest = {"made_at": NOW.isoformat(), "audit_number": 0, "canaries": [], "field_keys": []}
    return Deed(
        lambda: restoring._note(actor, manifest, NOW),
        actor,
        lambda: [("backup.restore", "backup", ""), ("audit.anchor", "anchor", "1")],
    )


def first_password_expired(stage: Stage) -> Deed:
    user = stage.clerk()
    user.set_password("Zheng-Wu-2026")
    user.must_change_password, user.password_changed_at = True, NOW - timedelta(days=4)
    user.save()

    def attempt() -> None:
        with suppress(sign_in.FirstPasswordExpired):
            sign_in.check_password(
                username=user.username,
                password="Zheng-Wu-2026",
                device="",
                origin=Origin(address="10.1.1.1"),
                now=NOW,
            )

    return Deed(
        attempt,
        clock_actor(TODAY),
        one("sign_in.first_password_expired", "user", user.public_id),
        by=(None,),
        kept=frozenset({"xgz_allowance"}),
    )


def people_seen_in_a_file(stage: Stage) -> Deed:
    actor = stage.department
    return Deed(
        lambda: sightings.see_in_file(actor=actor, members=range(1, ALARM_PEOPLE + 1), now=NOW),
        actor,
        one("sighting.alarm", "user", actor.user.public_id),
    )
