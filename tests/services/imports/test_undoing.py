from datetime import timedelta

import pytest

from tests.factories import make_coverage, make_district, make_organisation
from tests.factories.rows import credit_code
from tests.services.imports.worlds import NOW, TODAY, business, id_number, operator, report
from xgz.models import (
    AnnualReport,
    AuditEntry,
    Body,
    Business,
    Coverage,
    ImportChange,
    Market,
    Member,
    MemberLink,
    Organisation,
    OrganisationChange,
    OrganisationPost,
    Stall,
    StatusEvent,
)
from xgz.models.sealed_lists import find_list, read_ids
from xgz.rules.imports.states import UNDO_DAYS, ImportKind, ImportState, ImportStepNotAllowed
from xgz.services.imports.undoing import UndoTooLate, preview_undo, undo_import

pytestmark = pytest.mark.django_db
K = ImportKind
TABLES = (
    Business,
    StatusEvent,
    Market,
    Stall,
    AnnualReport,
    Organisation,
    OrganisationChange,
    OrganisationPost,
    Coverage,
    Body,
    Member,
    MemberLink,
)
BRANCH = {
    "党组织名称": "示例联合党支部",
    "党组织代码": "001",
    "上级党组织": "示例党委",
    "书记姓名": "甄示例",
    "覆盖单位统一社会信用代码": credit_code(1),
}
PERSON = {
    "姓名": "甄示例",
    "公民身份号码": id_number("1956-03-04"),
    "所在党支部": "示例联合党支部",
    "手机号": "13900000001",
}


def everything():
    """Return every row of the tables but its number, in an order of its own."""
    return {
        model.__name__: sorted(
            str({k: v for k, v in row.items() if k not in {"id", "path"}})
            for row in model.objects.values()
        )
        for model in TABLES
    }


def undo(source, now=NOW):
    return undo_import(actor=operator(), source=source, today=TODAY, now=now)


def test_undoing_newest_first_leads_back_step_by_step(take_in):
    steps = [
        lambda: take_in(K.REGISTRY, business(1, 所属市场="清平市场"), business(2, 住所="老街")),
        lambda: take_in(
            K.REGISTRY,
            business(1, 所属市场="南塘市场"),
            business(2, 住所="新街", 登记状态="注销"),
            business(3),
        ),
        lambda: take_in(K.ANNUAL_REPORT, report(1, 2024, 法定代表人是否党员="是"), report(2, 2025)),
        lambda: take_in(
            K.ANNUAL_REPORT,
            report(1, 2025, 法定代表人是否党员="否"),
            report(2, 2025, 正式党员人数="3", **{"中共党员(包括预备党员)人数": "3"}),
        ),
        lambda: take_in(K.ROSTER, PERSON),
        lambda: take_in(K.ORGANISATIONS, BRANCH, {"党组织名称": "示例党委", "党组织代码": "000"}),
        lambda: take_in(
            K.ROSTER,
            PERSON | {"所在党支部": "别处党支部", "手机号": "13900000002", "姓名": "甄实例"},
        ),
        lambda: take_in(
            K.ORGANISATIONS,
            BRANCH
            | {
                "党组织名称": "示例第一党支部",
                "书记姓名": "贾示例",
                "覆盖单位统一社会信用代码": credit_code(2),
            },
        ),
        lambda: take_in(K.REGISTRY, business(3), is_full=True),
    ]
    states, sources = [everything()], []
    for step in steps:
        sources.append(step())
        states.append(everything())

    for source, before in zip(reversed(sources), reversed(states[:-1]), strict=True):
        assert undo(source) == 0
        assert everything() == before, source.kind

    assert not read_ids(find_list())
    assert AuditEntry.objects.filter(action="import.undo").count() == len(steps)


def test_row_changed_by_a_later_import_is_left_alone_and_marked(take_in):
    take_in(K.REGISTRY, business(1, 住所="一街"), business(2, 住所="一街"))
    second = take_in(K.REGISTRY, business(1, 住所="二街"), business(2, 住所="二街"))
    take_in(K.REGISTRY, business(1, 住所="三街"))

    conflicts = undo(second)

    addresses = dict(Business.objects.values_list("credit_code", "address"))
    assert (conflicts, addresses) == (1, {credit_code(1): "三街", credit_code(2): "一街"})
    assert ImportChange.objects.get(is_conflict=True).row_no == 2
    assert (second.state, second.notes["conflicts"]) == (ImportState.UNDONE, 1)


def test_row_changed_by_hand_is_left_alone(take_in):
    take_in(K.REGISTRY, business(1, 住所="一街"))
    second = take_in(K.REGISTRY, business(1, 住所="二街"))
    Business.objects.update(address="改过的街")

    assert undo(second) == 1
    assert Business.objects.get().address == "改过的街"


def test_new_business_that_something_hangs_on_stays(take_in):
    source = take_in(K.REGISTRY, business(1), business(2))
    make_coverage(
        organisation=make_organisation(make_district().qingping),
        business=Business.objects.get(credit_code=credit_code(1)),
    )

    assert undo(source) == 1
    left = ImportChange.objects.get(is_conflict=True)
    assert Business.objects.get().credit_code == credit_code(1)
    assert (left.target_id, left.left_because) == (Business.objects.get().pk, "referenced")


def preview(source):
    source.refresh_from_db()
    return preview_undo(actor=operator(), source=source)


def test_registry_undone_before_its_reports_is_finished_after_them(take_in):
    registry = take_in(K.REGISTRY, business(1), business(2), business(3))
    reports = take_in(K.ANNUAL_REPORT, report(1), report(2))

    before = preview(registry)
    untouched = Business.objects.count()
    left = undo(registry)
    kept = Business.objects.count()
    in_vain = preview(registry)
    undo(reports)
    after = preview(registry)
    rest = undo(registry)

    assert (before.removed, before.left.referenced, untouched) == (1, 2, 3)
    assert (before.left.referrers, before.left.first) == (("annualreport",), {reports.pk})
    assert (left, kept, in_vain.removed) == (2, 2, 0)
    assert (after.removed, after.left.referenced, rest) == (2, 0, 0)
    assert not Business.objects.exists()
    assert not ImportChange.objects.filter(is_conflict=True).exists()


def test_update_left_behind_a_later_one_is_restored_once_that_is_undone(take_in):
    take_in(K.REGISTRY, business(1, 住所="一街"))
    second = take_in(K.REGISTRY, business(1, 住所="二街"))
    third = take_in(K.REGISTRY, business(1, 住所="三街"))

    before = preview(second)
    undo(second)
    undo(third)
    rest = undo(second)

    assert (before.restored, before.left.changed, before.left.first) == (0, 1, {third.pk})
    assert (rest, Business.objects.get().address) == (0, "一街")


def test_import_undone_without_leftovers_is_not_undone_again(take_in):
    source = take_in(K.REGISTRY, business(1))
    undo(source)

    with pytest.raises(ImportStepNotAllowed):
        undo(source)
    with pytest.raises(ImportStepNotAllowed):
        preview(source)


def test_market_deleted_as_empty_comes_back_with_its_stall(take_in):
    take_in(K.REGISTRY, business(1, 所属市场="清平市场"))
    before = everything()
    source = take_in(K.REGISTRY, business(1, 所属市场="南塘市场"))
    markets = {market.name for market in Market.objects.all()}

    assert undo(source) == 0
    assert markets == {"南塘市场"}
    assert everything() == before


@pytest.mark.parametrize(
    ("days", "allowed"), [(UNDO_DAYS, True), (UNDO_DAYS + 1, False)], ids=["last day", "day after"]
)
def test_undo_ends_after_thirty_days(take_in, days, allowed):
    source = take_in(K.REGISTRY, business(1))

    if allowed:
        undo(source, NOW + timedelta(days=days))
        assert not Business.objects.exists()
    else:
        with pytest.raises(UndoTooLate):
            undo(source, NOW + timedelta(days=days))
        assert Business.objects.exists()
