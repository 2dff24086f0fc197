"""What hangs on a business out of sight goes on without it when its import is undone (PR-10)."""

import pytest

from tests.factories import make_district, make_import, make_organisation, make_user
from tests.factories.closures import close_business, make_worker, open_cases
from tests.factories.rows import credit_code, make_member
from tests.factories.transfers import make_transfer
from tests.services.imports.worlds import NOW, TODAY, business, id_number, operator
from xgz.models import (
    AuditEntry,
    Business,
    CaseEvent,
    CaseParty,
    Closure,
    ImportChange,
    Member,
    MemberWorkplace,
    Notice,
    RoleAssignment,
    Transfer,
)
from xgz.rules.imports.states import ImportKind
from xgz.rules.roles import Role
from xgz.services.imports.undoing import preview_undo, undo_import

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
