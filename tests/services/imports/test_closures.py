"""Imports that report closings: which cases they open, and what undoing them does (CB-1, CB-9)."""

import pytest

from tests.factories import actor_as, make_coverage, make_district, make_organisation
from tests.factories.closures import answer_reviews, decision, make_worker
from tests.factories.rows import credit_code
from tests.services.imports.worlds import NOW, TODAY, business, id_number, operator
from xgz.access.actor import clock_actor
from xgz.models import (
    Adjustment,
    AuditEntry,
    Body,
    Business,
    CaseEvent,
    Closure,
    Coverage,
    Import,
    Notice,
    StatusEvent,
)
from xgz.rules.adjustments import AdjustmentState
from xgz.rules.closures import ClosureOption, ClosureState
from xgz.rules.imports.states import ImportKind, ImportState
from xgz.rules.organisations import FormationMode
from xgz.rules.roles import Role
from xgz.services import closures
from xgz.services.formations import open_formation
from xgz.services.imports.applying import apply_import
from xgz.services.imports.undoing import preview_undo, undo_import

pytestmark = pytest.mark.django_db
K, S = ImportKind.REGISTRY, ClosureState
PLACED = {"乡镇街道": "清平镇", "管辖单位": "清平所"}


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def branch(district):
    return make_organisation(
        district.qingping,
        formation_mode=FormationMode.JOINT,
        guiding_body=district.qingping_office,
    )


def _closed(number, **cells):
    return business(number, 登记状态="注销", 注销日期="2026-11-18", **PLACED, **cells)


def _listed(take_in, branch, *numbers):
    """Take businesses in and let the branch list them."""
    take_in(K, *(business(number, **PLACED) for number in numbers))
    for number in numbers:
        make_coverage(branch, business=Business.objects.get(credit_code=credit_code(number)))


def _undo(source):
    return undo_import(actor=operator(), source=source, today=TODAY, now=NOW)


def test_preview_opens_none_and_writing_opens_one(take_in, branch):
    _listed(take_in, branch, 1, 2)

    source = take_in.stage(K, _closed(1), business(2, **PLACED))
    assert not Closure.objects.exists()
    apply_import(actor=operator(), source=source, today=TODAY, now=NOW)

    case = Closure.objects.get()
    assert case.business.credit_code == credit_code(1)
    assert (case.organisation, case.state, case.source_import) == (branch, S.VERIFYING, source)
    assert case.closed_on.isoformat() == "2026-11-18"
    assert case.opened_at == NOW
    assert case.event == StatusEvent.objects.get(kind="closed")
    assert str(case.owner_body) == "清平镇党委"
    assert AuditEntry.objects.filter(action="closure.open").count() == 1


def test_the_same_file_a_second_time_opens_none(take_in, branch):
    _listed(take_in, branch, 1)
    take_in(K, _closed(1))
    take_in(K, _closed(1))

    assert Closure.objects.count() == 1


@pytest.mark.parametrize(
    ("status", "opened"),
    [("注销", 1), ("吊销，未注销", 1), ("迁出", 1), ("撤销登记", 1), ("歇业", 0), ("存续", 0)],
)
def test_statuses_that_end_a_business_open_a_case(take_in, branch, status, opened):
    _listed(take_in, branch, 1)
    take_in(K, business(1, 登记状态=status, **PLACED))

    assert Closure.objects.count() == opened


def test_a_business_missing_from_a_full_extract_is_not_closed(take_in, branch):
    _listed(take_in, branch, 1, 2)
    take_in(K, business(2, **PLACED), is_full=True)

    assert not Closure.objects.exists()


def test_one_ended_state_after_another_is_no_second_closing(take_in, branch):
    _listed(take_in, branch, 1)
    take_in(K, business(1, 登记状态="吊销，未注销", **PLACED))
    closures.dismiss(
        case=Closure.objects.get(),
        actor=actor_as(Role.TOWNSHIP_COMMITTEE, branch.body.parent),
        now=NOW,
        opinion="已处理",
    )
    take_in(K, business(1, 登记状态="吊销，已注销", **PLACED))

    assert Closure.objects.count() == 1


def test_one_that_opens_and_closes_again_is_a_second_case(take_in, branch):
    _listed(take_in, branch, 1)
    take_in(K, _closed(1))
    closures.dismiss(
        case=Closure.objects.get(),
        actor=actor_as(Role.TOWNSHIP_COMMITTEE, branch.body.parent),
        now=NOW,
        opinion="已恢复营业",
    )
    take_in(K, business(1, **PLACED))
    take_in(K, _closed(1))

    assert Closure.objects.count() == 2


def test_a_listed_code_first_seen_as_closed_opens_a_case(take_in, branch):
    make_coverage(branch, code_text=credit_code(7))

    take_in(K, _closed(7))

    assert Closure.objects.get().organisation == branch


def test_members_without_an_organisation_are_a_case(take_in, branch):
    take_in(K, business(1, **PLACED))
    make_worker(branch, Business.objects.get())

    take_in(K, _closed(1))

    case = Closure.objects.get()
    assert (case.organisation, case.is_shared) == (None, False)


def test_without_any_office_the_import_still_goes_through(take_in):
    take_in(K, business(1))
    home = make_organisation(_lonely_body())
    make_coverage(home, business=Business.objects.get())

    source = take_in(K, business(1, 登记状态="注销"))

    assert source.state == ImportState.APPLIED
    assert not Closure.objects.exists()


def test_a_fault_while_opening_leaves_nothing_of_the_import(take_in, branch, monkeypatch):
    _listed(take_in, branch, 1)
    source = take_in.stage(K, _closed(1))

    def fault(*_, **__):
        raise RuntimeError

    monkeypatch.setattr("xgz.services.closures.opening.open_case", fault)
    with pytest.raises(RuntimeError):
        apply_import(actor=operator(), source=source, today=TODAY, now=NOW)

    assert Business.objects.get().status == "in_business"
    assert Import.objects.get(pk=source.pk).state == ImportState.FAILED


def test_undoing_retracts_open_cases_and_a_preview_does_not(take_in, branch):
    _listed(take_in, branch, 1, 2)
    source = take_in(K, _closed(1), _closed(2))
    settled = Closure.objects.order_by("pk").first()
    closures.dismiss(
        case=settled,
        actor=actor_as(Role.TOWNSHIP_COMMITTEE, branch.body.parent),
        now=NOW,
        opinion="已处理",
    )

    preview_undo(actor=operator(), source=source)
    assert Closure.objects.filter(closed_at=None).count() == 1
    _undo(source)

    assert sorted(Closure.objects.values_list("state", flat=True)) == [S.MISTAKEN, S.RETRACTED]
    told = CaseEvent.objects.get(action="retract")
    assert (told.actor, told.actor_label) == (None, "clock")
    assert take_in(K, _closed(1)).state == ImportState.APPLIED
    assert Closure.objects.filter(closed_at=None).count() == 1


def test_undoing_reaches_a_case_that_is_being_carried_out(take_in, branch):
    _listed(take_in, branch, 1)
    source = take_in(K, _closed(1))
    case = Closure.objects.get()
    actor = actor_as(Role.TOWNSHIP_COMMITTEE, branch.body.parent)
    answer_reviews(case)
    closures.confirm(case=case, actor=actor, now=NOW)
    closures.decide(case=case, actor=actor, now=NOW, **decision(case, ClosureOption.KEEP))

    _undo(source)

    case.refresh_from_db()
    assert case.state == S.RETRACTED


def test_what_a_later_import_wrote_stays_closed_and_so_the_case_stays(take_in, branch):
    _listed(take_in, branch, 1)
    source = take_in(K, _closed(1))
    later = take_in(K, _closed(1, 住所="新街 5 号"))

    assert _undo(source) == 1
    assert Closure.objects.get().state == S.VERIFYING

    _undo(later)
    source.refresh_from_db()
    assert _undo(source) == 0
    assert Closure.objects.get().state == S.RETRACTED


def test_a_business_made_by_the_import_stays_for_its_case(take_in, branch):
    make_coverage(branch, code_text=credit_code(7))
    source = take_in(K, _closed(7))

    assert _undo(source) == 1

    assert Closure.objects.get().state == S.RETRACTED
    assert Business.objects.get().credit_code == credit_code(7)
    assert Coverage.objects.get().code_text == credit_code(7)


def _lonely_body():
    return Body.objects.create(name="某镇党委", kind="township", line="organization", path="00009")


def _organisation(number, **cells):
    return {
        "党组织名称": "清平商会党支部",
        "组织类别": "党支部",
        "上级党组织": "清平镇党委",
        "覆盖单位统一社会信用代码": credit_code(number),
    } | cells


def _person(branch, **cells):
    return {
        "姓名": "欧阳方舟",
        "公民身份号码": id_number("1980-01-01"),
        "人员类别": "正式党员",
        "所在党支部": branch.name,
    } | cells


def test_an_organisation_entered_after_its_business_ended_opens_a_case(take_in, district):
    take_in(K, _closed(1), business(2, **PLACED))
    assert not Closure.objects.exists()

    source = take_in(ImportKind.ORGANISATIONS, _organisation(1, 组建方式="单独组建"))

    case = Closure.objects.get()
    assert (case.business.credit_code, case.source_import) == (credit_code(1), source)
    assert case.event == StatusEvent.objects.get(business=case.business)
    assert case.organisation.name == "清平商会党支部"


def test_an_organisation_of_a_business_that_goes_on_opens_none(take_in, district):
    take_in(K, business(2, **PLACED))

    take_in(ImportKind.ORGANISATIONS, _organisation(2))

    assert not Closure.objects.exists()


@pytest.mark.parametrize(
    ("end", "cases"),
    [(None, 1), (ClosureState.MISTAKEN, 1), (ClosureState.RETRACTED, 2)],
    ids=["open", "finished", "retracted"],
)
def test_the_organisation_a_second_time(take_in, district, end, cases):
    take_in(K, _closed(1))
    take_in(ImportKind.ORGANISATIONS, _organisation(1))
    case = Closure.objects.get()
    if end is ClosureState.MISTAKEN:
        department = actor_as(Role.ORG_DEPT, district.org_dept)
        closures.dismiss(case=case, actor=department, now=NOW, opinion="已核实")
    if end is ClosureState.RETRACTED:
        closures.retract(case=case, actor=clock_actor(TODAY), now=NOW)

    take_in(ImportKind.ORGANISATIONS, _organisation(1, 最近一次组织生活日期="2026-11-01"))

    assert Closure.objects.count() == cases


def test_a_roster_entered_after_the_business_ended_opens_a_case(take_in, branch):
    take_in(K, _closed(1))

    take_in(ImportKind.ROSTER, _person(branch, 单位名称="店", 单位统一社会信用代码=credit_code(1)))

    case = Closure.objects.get()
    assert (case.organisation, case.is_shared) == (None, False)


def test_undoing_the_organisations_retracts_what_they_opened(take_in, district):
    take_in(K, _closed(1))
    source = take_in(ImportKind.ORGANISATIONS, _organisation(1))

    _undo(source)

    assert Closure.objects.get().state == S.RETRACTED


def test_undoing_leaves_the_case_of_a_listing_entered_before(take_in, branch):
    take_in(K, _closed(1))
    make_coverage(branch, business=Business.objects.get())
    source = take_in(ImportKind.ROSTER, _person(branch))
    assert Closure.objects.get().organisation == branch

    _undo(source)

    assert Closure.objects.get().state == S.VERIFYING


def test_a_unit_of_a_formation_is_told_of_and_the_note_goes_with_the_import(take_in, district):
    take_in(K, business(1, **PLACED))
    shop = Business.objects.get(credit_code=credit_code(1))
    committee = actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)
    formation = open_formation(actor=committee, units=[shop], now=NOW)

    source = take_in(K, _closed(1))
    told = Notice.objects.get(case_id=formation.public_id, subject_id__gt="")
    assert (told.body, told.lapsed_at) == (district.qingping, None)
    _undo(source)

    told.refresh_from_db()
    assert told.lapsed_at == NOW
    shop.refresh_from_db()
    assert shop.status == "in_business"


def test_undoing_takes_back_what_a_closure_handed_over(take_in, branch):
    _listed(take_in, branch, 1)
    source = take_in(K, _closed(1))
    case = Closure.objects.get()
    actor = actor_as(Role.TOWNSHIP_COMMITTEE, branch.body.parent)
    answer_reviews(case)
    closures.confirm(case=case, actor=actor, now=NOW)
    closures.decide(case=case, actor=actor, now=NOW, **decision(case, ClosureOption.REVOKE))

    _undo(source)

    assert Adjustment.objects.get().state == AdjustmentState.RETRACTED
    assert Closure.objects.get().state == S.RETRACTED
