"""Bring the invented county into an empty installation, through the same services as real data."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _

from xgz.access.actor import Actor
from xgz.access.businesses import visible_businesses
from xgz.access.members import visible_members
from xgz.access.organisations import visible_organisations
from xgz.management.demo.adjustments import AdjustmentSeeder
from xgz.management.demo.cases import CaseSeeder
from xgz.management.demo.cast import Cast
from xgz.management.demo.district import DEMO_PASSWORD, AccountRow
from xgz.management.demo.elections import ElectionSeeder
from xgz.management.demo.establishings import EstablishingSeeder
from xgz.management.demo.files import DemoFile, write_files
from xgz.management.demo.formations import FormationSeeder
from xgz.management.demo.generate import DemoDistrict
from xgz.management.demo.leads import LeadSeeder
from xgz.management.demo.matching import MatchingSeeder
from xgz.management.demo.papers import PaperSeeder
from xgz.management.demo.plans import PlanSeeder
from xgz.management.demo.self_reports import SelfReportSeeder
from xgz.management.demo.surveys import SurveySeeder
from xgz.models import Body, Business, Member, User
from xgz.rules.roles import Role
from xgz.services import bodies
from xgz.services.imports.downloads import discard_rejects
from xgz.services.imports.rosters import key_digest
from xgz.services.imports.whole import import_file
from xgz.services.transactions import unit_of_work

Say = Callable[[str], None]
IN_OFFICE = timedelta(days=730)  # everybody has been there long enough to have begun something


@dataclass(frozen=True, slots=True)
class Seeder:
    """actor: the shell operator; now: one moment for the whole seeding; say: progress lines."""

    actor: Actor
    now: datetime
    say: Say

    def seed(self, district: DemoDistrict) -> None:
        """Write bodies, the files' content and the accounts of the district."""
        offices = self._add_bodies(district)
        with TemporaryDirectory(prefix="xgz-demo-") as folder:
            for file in write_files(district, Path(folder)):
                self._import(file)
        self._add_instructors(district, offices)
        accounts = district.accounts + district.officers
        self._add_accounts(accounts, offices)
        number = CaseSeeder(self.actor, accounts, self.now).seed()
        self.say(_("关系转接 %d 件") % number)
        number = LeadSeeder(self.actor, accounts, self.now).seed()
        self.say(_("线索 %d 条") % number)
        number = FormationSeeder(self.actor, accounts, self.now).seed()
        self.say(_("组建党组织 %d 件") % number)
        self._tell_of_the_formed(Cast(self.actor, accounts, self.now))
        self.say(_("联合支部规划 %d 份") % PlanSeeder(self.actor, accounts, self.now).seed())
        shops = SurveySeeder(accounts, self.actor, self.now).seed()
        self.say(_("摸排 %d 户") % shops)
        self.say(_("自主登记 %d 条") % SelfReportSeeder(self.actor, self.now).seed())
        pairs = MatchingSeeder(self.actor, self.now).seed()
        self.say(_("比对结果 %d 条") % pairs)

    def _tell_of_the_formed(self, cast: Cast) -> None:
        """Let approved organisations be set up, branches vote and be adjusted, papers be issued."""
        self.say(_("成立落实 %d 件") % EstablishingSeeder(cast).seed())
        self.say(_("换届选举 %d 件") % ElectionSeeder(cast).seed())
        self.say(_("组织调整 %d 件") % AdjustmentSeeder(cast).seed())
        self.say(_("公文 %d 份") % PaperSeeder(cast).seed())

    @unit_of_work
    def _add_bodies(self, district: DemoDistrict) -> dict[str, Body]:
        known: dict[str, Body] = {}
        for row in district.bodies:
            known[row.name] = bodies.add_body(
                actor=self.actor,
                name=row.name,
                short_name=row.short_name,
                kind=row.kind,
                line=row.line,
                parent=known[row.parent] if row.parent else None,
                area=[known[name] for name in row.townships],
                now=self.now,
            )
        return known

    def _import(self, file: DemoFile) -> None:
        source = import_file(
            actor=self.actor,
            kind=file.kind,
            path=file.path,
            today=self.actor.today,
            now=self.now,
            sender=file.sender,
        )
        discard_rejects(actor=self.actor, source=source, now=self.now)
        self.say(
            f"{source.get_kind_display()} {file.path.name}: {source.rows} = {source.created} + "
            f"{source.updated} + {source.unchanged} + {source.rejected} + {source.duplicate} + "
            f"{source.blank}"
        )

    @unit_of_work
    def _add_instructors(self, district: DemoDistrict, offices: dict[str, Body]) -> None:
        people: dict[str, User] = {}
        with_password = {a.user_name for a in district.accounts if a.role is Role.INSTRUCTOR}
        for row in district.instructors:
            user = self._account(row.user_name, row.name, row.user_name in with_password)
            people[row.user_name] = user
            bodies.grant_role(
                actor=self.actor,
                user=user,
                role=Role.INSTRUCTOR,
                body=offices[row.station],
                valid_from=row.since,
                now=self.now,
            )
        by_code = self._businesses({link.business_code for link in district.instructor_links})
        organisations = {o.code: o for o in visible_organisations(self.actor)}
        for link in district.instructor_links:
            bodies.link_instructor(
                actor=self.actor,
                instructor=people[link.user_name],
                station=offices[link.station],
                business=by_code.get(link.business_code),
                organisation=organisations.get(link.organisation_code),
                valid_from=link.since,
                now=self.now,
            )

    @unit_of_work
    def _add_accounts(self, rows: list[AccountRow], offices: dict[str, Body]) -> None:
        for row in rows:
            if row.role is Role.INSTRUCTOR:
                continue
            body = offices[row.body]
            if row.organisation:
                body = visible_organisations(self.actor).get(name=row.organisation).body
            bodies.grant_role(
                actor=self.actor,
                user=self._account(row.user_name, row.name, with_password=row.can_sign_in),
                role=row.role,
                body=body,
                member=self._member(row.member_id),
                business=self._business(row.business_code),
                deputy=row.is_deputy,
                valid_from=self.actor.today - IN_OFFICE,
                now=self.now,
            )

    def _account(self, user_name: str, name: str, with_password: bool) -> User:
        return bodies.add_account(
            actor=self.actor,
            username=user_name,
            display_name=name,
            password=DEMO_PASSWORD if with_password else None,
            now=self.now,
            is_demo=True,
            must_change_password=False,
        )

    def _businesses(self, codes: set[str]) -> dict[str, Business]:
        rows = visible_businesses(self.actor).filter(credit_code__in=codes - {""})
        return {row.credit_code or "": row for row in rows}

    def _business(self, code: str) -> Business | None:
        return self._businesses({code})[code] if code else None

    def _member(self, id_number: str) -> Member | None:
        if not id_number:
            return None
        return visible_members(self.actor).get(key_digest=key_digest({"id_number": id_number}))
