"""What hangs on a business out of sight goes on without it when its import is undone (PR-10)."""

import pytest
from django.db import connection

from tests.factories import (
    actor_as,
    make_district,
    make_import,
    make_organisation,
    make_report,
    make_user,
)
from tests.factories.closures import close_business, make_worker, open_cases
from tests.factories.leads import make_lead
from tests.factories.plans import make_plan, planner
from tests.factories.rows import credit_code, make_member
from tests.factories.self_reports import hang_poster
from tests.factories.transfers import make_transfer
from tests.services.imports.worlds import NOW, TODAY, business, id_number, operator
from xgz.models import (
    AnnualReport,
    AuditEntry,
    Business,
    CaseEvent,
    CaseParty,
    Closure,
    ImportChange,
    Market,
    Member,
    MemberWorkplace,
    Notice,
    Reveal,
    RoleAssignment,
    RoleRequest,
    Transfer,
)
from xgz.queries.survey_choice import Ground
from xgz.queries.undoing import BUSINESS_KEEPERS, what_is_left
from xgz.rules.formations import Consent
from xgz.rules.grants import RequestKind
from xgz.rules.imports.states import ImportKind
from xgz.rules.reveals import RevealField, RevealReason
from xgz.rules.roles import Role
from xgz.services.formations import open_formation, record_talk
from xgz.services.imports.undoing import preview_undo, undo_import
from xgz.services.reveals import reveal
from xgz.services.surveys.opening import RoundPlan, open_round

pytestmark = pytest.mark.django_db
K = ImportKind
PERSON = {
    "姓名": "甄示例",
    "公民身份号码": id_number("1956-03-04"),
    "所在党支部": "示例联合党支部",
    "单位统一社会信用代码": credit_code(1),
}


@pytest.fixture
def district():
    return make_district()


def undo(source):
    source.refresh_from_db()
    return undo_import(actor=operator(), source=source, today=TODAY, now=NOW)


def preview(source):
    source.refresh_from_db()
    found = preview_undo(actor=operator(), source=source)
    return found.removed, found.restored, found.left


def test_a_roster_row_keeps_the_units_name_and_not_the_business(take_in):
    registry = take_in(K.REGISTRY, business(1), business(2))
    before = preview(registry)
    take_in(K.ROSTER, PERSON)

    assert preview(registry) == before
    assert MemberWorkplace.objects.get().business.credit_code == credit_code(1)

    assert undo(registry) == 0
    place = MemberWorkplace.objects.get()
    assert not Business.objects.exists()
    assert (place.business, place.unit_name) == (None, f"清平镇第1号示例店 {credit_code(1)}")
    assert credit_code(1) not in place.unit_name_sealed
    change = ImportChange.objects.get(table="memberworkplace", source_import=registry)
    assert change.before["business_id"]


def test_the_roster_can_be_undone_after_the_register(take_in):
    registry = take_in(K.REGISTRY, business(1))
    roster = take_in(K.ROSTER, PERSON)
    undo(registry)

    assert undo(roster) == 0
    assert not Member.objects.exists()
    assert not MemberWorkplace.objects.exists()


def test_the_next_register_and_roster_link_the_person_again(take_in):
    registry = take_in(K.REGISTRY, business(1))
    take_in(K.ROSTER, PERSON)
    undo(registry)

    take_in(K.REGISTRY, business(1))
    take_in(K.ROSTER, PERSON)

    place = MemberWorkplace.objects.get(valid_to__isnull=True)
    assert place.business == Business.objects.get()


def test_a_case_inside_goes_with_its_business_and_stands_in_the_journal(take_in, district):
    registry = take_in(
        K.REGISTRY, business(1, 登记状态="注销", 注销日期="2026-11-18", 乡镇街道="清平镇")
    )
    before = preview(registry)
    member = make_worker(make_organisation(district.qingping), Business.objects.get())
    (case,) = open_cases(registry)
    letter = make_transfer(member=member, today=TODAY)
    Transfer.objects.filter(pk=letter.pk).update(closure=case)
    notices = Notice.objects.filter(case_kind="closure").count()

    assert preview(registry) == before
    assert Closure.objects.filter(pk=case.pk, closed_at__isnull=True).exists()

    assert undo(registry) == 0
    letter.refresh_from_db()
    assert (Business.objects.count(), Closure.objects.count(), letter.closure) == (0, 0, None)
    for model in (CaseEvent, CaseParty, Notice):
        assert not model.objects.filter(case_kind="closure").exists()
    kept = ImportChange.objects.filter(source_import=registry)
    assert kept.get(table="closure").before["number"] == case.number
    assert kept.filter(table="caseevent").exists()
    assert kept.filter(table="notice").count() == notices
    assert AuditEntry.objects.get(action="closure.remove").subject_id == case.public_id


def test_a_case_the_market_line_knows_keeps_its_business(take_in, district):
    registry = take_in(K.REGISTRY, business(1, 乡镇街道="清平镇", 管辖单位="清平所"))
    shop = Business.objects.get()
    case = Closure.objects.create(
        number="退出-2026-0001",
        state="retracted",
        business=shop,
        opened_at=NOW,
        closed_at=NOW,
        is_shared=True,
        source_import=make_import(),
    )

    assert undo(registry) == 1
    left = preview(registry)[2]
    assert (left.referenced, left.referrers, left.first) == (1, ("closure",), frozenset())
    assert Closure.objects.get() == case


@pytest.mark.parametrize(("role", "kept"), [(Role.OWNER, 1), (Role.MEMBER, 0)])
def test_only_an_owners_account_keeps_a_business(take_in, district, role, kept):
    registry = take_in(K.REGISTRY, business(1))
    links = {"member": make_member(None)} if role is Role.MEMBER else {}
    make_user(role, district.qingping, business=Business.objects.get(), **links)

    assert undo(registry) == kept
    assert Business.objects.count() == kept
    assert RoleAssignment.objects.filter(business__isnull=False).count() == kept


def test_a_business_closed_by_an_undone_import_goes_whoever_worked_there(take_in, district):
    first = take_in(K.REGISTRY, business(1, 乡镇街道="清平镇"))
    make_worker(make_organisation(district.qingping), Business.objects.get())
    second = take_in(K.REGISTRY, business(1, 登记状态="注销", 乡镇街道="清平镇"))
    assert Closure.objects.get().is_shared is False

    assert undo(second) == 0
    assert Closure.objects.get().state == "retracted"
    assert undo(first) == 0
    assert not Business.objects.exists()


def test_what_an_owner_declares_later_neither_counts_nor_keeps_a_report(take_in):
    flag = "法定代表人是否党员"
    row = {"统一社会信用代码": credit_code(1), "年度": "2025", "从业人数": "3"}
    take_in(K.REGISTRY, business(1))
    first = take_in(K.ANNUAL_REPORT, row | {flag: "否"})
    before = preview(first)

    later = take_in(K.ANNUAL_REPORT, row | {flag: "是"})

    assert (later.updated, later.unchanged) == (0, 1)
    assert preview(first) == before
    assert preview(later)[:2] == (0, 0)
    close_business(Business.objects.get())
    assert undo(first) == 0
    assert undo(later) == 0


def test_a_business_of_a_survey_round_stays_and_says_why(take_in, district):
    registry = take_in(K.REGISTRY, business(1, 乡镇街道="清平镇"), business(2, 乡镇街道="柳泉镇"))
    clerk = actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)
    plan = RoundPlan("清平镇摸排", Ground(district.qingping), TODAY, TODAY)
    survey = open_round(actor=clerk, plan=plan, now=NOW)

    assert undo(registry) == 1
    assert preview(registry)[2].referrers == ("surveyrow",)
    assert [row.business for row in survey.rows.all()] == list(Business.objects.all())


@pytest.mark.django_db(transaction=True)
class TestPostersAndLooks:
    """Written for good: the databases look at references when the transaction ends."""

    SHOP = business(1, 乡镇街道="清平镇", 联系电话="13900001111", 所属市场="示例小商品市场")

    def hang(self, district, where):
        spots = {"business": Business.objects.get, "market": Market.objects.get}
        return hang_poster(district.qingping, counter="北门", **{where: spots[where]()})

    @pytest.mark.parametrize("where", ["business", "market"])
    def test_a_poster_keeps_nothing_and_hangs_in_the_township(self, take_in, where):
        district = make_district()
        registry = take_in(K.REGISTRY, self.SHOP)
        before = preview(registry)
        poster = self.hang(district, where)
        number = getattr(poster, f"{where}_id")

        assert preview(registry) == before
        poster.refresh_from_db()
        assert getattr(poster, f"{where}_id") == number

        assert undo(registry) == 0
        poster.refresh_from_db()
        assert (Business.objects.count(), Market.objects.count()) == (0, 0)
        assert (poster.business, poster.market, poster.place) == (None, None, "北门")
        change = ImportChange.objects.get(source_import=registry, table="poster")
        assert change.before == {f"{where}_id": number}

    def test_a_look_at_the_owners_phone_keeps_nothing(self, take_in):
        district = make_district()
        registry = take_in(K.REGISTRY, self.SHOP)
        before = preview(registry)
        shop = Business.objects.get()
        reveal(
            actor=actor_as(Role.BUREAU, district.bureau),
            subject=shop,
            field=RevealField.PHONE,
            reason=RevealReason.CONTACT,
            words="联系经营者核对登记事项",
            now=NOW,
        )

        assert preview(registry) == before
        assert undo(registry) == 0
        assert not Business.objects.exists()
        assert Reveal.objects.get().business is None
        change = ImportChange.objects.get(source_import=registry, table="reveal")
        assert change.before == {"business_id": shop.pk}

    def test_a_lead_at_a_market_keeps_nothing(self, take_in):
        make_district()
        registry = take_in(K.REGISTRY, self.SHOP)
        before = preview(registry)
        lead = make_lead(business=None, market=Market.objects.get())

        assert preview(registry) == before
        assert undo(registry) == 0
        lead.refresh_from_db()
        assert (lead.market, Market.objects.count()) == (None, 0)
        assert ImportChange.objects.get(source_import=registry, table="lead").before["market_id"]

    @pytest.mark.parametrize("role", [Role.OWNER, Role.MEMBER])
    def test_only_a_request_for_an_owners_account_keeps_a_business(self, take_in, role):
        district = make_district()
        registry = take_in(K.REGISTRY, self.SHOP)
        request = RoleRequest.objects.create(
            kind=RequestKind.GRANT,
            user=make_user(Role.ORG_DEPT, district.org_dept),
            role=role,
            body=district.qingping,
            business=Business.objects.get(),
            day=TODAY,
            proposed_at=NOW,
        )
        kept = 1 if role is Role.OWNER else 0

        assert undo(registry) == kept
        request.refresh_from_db()
        assert Business.objects.count() == kept
        assert (request.business_id is not None) is bool(kept)

    def test_a_market_that_others_came_to_keeps_its_poster(self, take_in):
        district = make_district()
        first = take_in(K.REGISTRY, self.SHOP)
        take_in(K.REGISTRY, business(2, 乡镇街道="清平镇", 所属市场="示例小商品市场"))
        poster = self.hang(district, "market")

        undo(first)
        poster.refresh_from_db()
        assert poster.market == Market.objects.get()
        assert not ImportChange.objects.filter(table="poster").exists()


def test_everything_that_names_a_business_or_market_keeps_it_or_lets_go():
    """A table that is in neither list stops the undo when the transaction ends."""
    let_go = {"memberworkplace", "lead", "planunit", "poster", "reveal"}
    gone_with_it = {"statusevent", "stall"}
    for relation in Business._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete:
            table = relation.related_model._meta.model_name
            assert table in BUSINESS_KEEPERS.keys() | let_go | gone_with_it


@pytest.mark.parametrize(
    ("role", "kept"), [(Role.BUREAU, 1), (Role.TOWNSHIP_COMMITTEE, 0)], ids=str
)
def test_a_formation_the_market_line_knows_keeps_its_business(take_in, district, role, kept):
    """One that stays inside goes on without it, its talks stand in the journal (FM-13)."""
    registry = take_in(K.REGISTRY, business(1, 乡镇街道="清平镇", 管辖单位="清平所"))
    before = preview(registry)
    shop = Business.objects.get()
    seat = {Role.BUREAU: district.bureau, Role.TOWNSHIP_COMMITTEE: district.qingping}[role]
    actor = actor_as(role, seat)
    case = open_formation(actor=actor, units=[shop], now=NOW)
    row = case.units.get()
    record_talk(actor=actor, case=case, row=row, talked_on=TODAY, consent=Consent.AGREES, now=NOW)

    assert (preview(registry) == before) is (kept == 0)
    assert undo(registry) == kept
    assert Business.objects.count() == case.units.count() == kept
    journal = ImportChange.objects.filter(source_import=registry, table__startswith="formation")
    assert set(journal.values_list("table", flat=True)) == (
        set() if kept else {"formationunit", "formationtalk"}
    )
    if kept:
        assert what_is_left(registry).referrers == ("formationunit",)


@pytest.mark.parametrize("role", [Role.BUREAU, Role.ORG_DEPT], ids=str)
def test_a_plan_of_either_line_keeps_no_business_and_goes_on_without_it(take_in, district, role):
    registry = take_in(K.REGISTRY, business(1, 乡镇街道="清平镇", 管辖单位="清平所"))
    before = preview(registry)
    shop = Business.objects.get()
    make_report(shop, members_declared=4, full_members=4)
    keeper = preview(registry)
    plan = make_plan(planner(role))
    assert plan.units.get().business == shop
    assert preview(registry) == keeper != before
    AnnualReport.objects.all().delete()

    assert undo(registry) == 0
    assert not Business.objects.exists()
    assert not plan.units.exists()
    change = ImportChange.objects.get(source_import=registry, table="planunit")
    assert change.before["business_id"] == shop.pk
    connection.check_constraints()
