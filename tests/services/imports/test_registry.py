from datetime import date

import pytest

from tests.factories import make_coverage, make_district, make_organisation
from tests.factories.rows import credit_code
from tests.services.imports.worlds import business, counts, id_number
from xgz.models import (
    AuditEntry,
    Business,
    Import,
    ImportChange,
    Market,
    StagedBusiness,
    Stall,
    StatusEvent,
)
from xgz.rules.imports.states import ImportKind, ImportState
from xgz.rules.registration import StatusEventKind

pytestmark = pytest.mark.django_db
KIND = ImportKind.REGISTRY
_E = StatusEventKind


def events(number):
    rows = StatusEvent.objects.filter(business__credit_code=credit_code(number)).order_by("pk")
    return [(event.kind, event.happened_on) for event in rows]


def test_first_import_creates_and_the_same_again_changes_nothing(take_in):
    rows = [
        business(n, 成立日期="2019-04-11", 所属市场="清平市场" if n % 2 else "")
        for n in range(1, 6)
    ]

    first, second = take_in(KIND, *rows), take_in(KIND, *rows)

    assert counts(first) == {"rows": 5, "created": 5}
    assert counts(second) == {"rows": 5, "unchanged": 5}
    assert (second.state, second.balances) == (ImportState.APPLIED, True)
    assert events(1) == [(_E.OPENED, date(2019, 4, 11))]
    assert (Market.objects.count(), Stall.objects.count()) == (1, 3)
    assert not StagedBusiness.objects.exists()


def test_every_row_of_a_dirty_file_is_accounted_for(take_in):
    bad = business(2) | {"统一社会信用代码": credit_code(2)[:17] + "*"}
    rows = [
        business(1),
        bad,
        business(3),
        business(1, 名称="另一个名称"),
        {},
        business(4, 登记状态="正常经营"),
    ]

    source = take_in(KIND, *rows)

    assert counts(source) == {"rows": 6, "created": 2, "rejected": 2, "duplicate": 1, "blank": 1}
    handed_back = {row.row_no: row.faults for row in source.rejected_rows.all()}
    assert handed_back == {
        3: [["credit_code", "code_character", 18]],
        5: [["", "duplicate", 2]],
        7: [["status", "label_unknown", "正常经营"]],
    }
    assert AuditEntry.objects.filter(action="import.registry").count() == 1


def test_changes_become_dated_facts(take_in):
    take_in(KIND, *[business(n, 住所="老街 1 号", 从业人数="3") for n in range(1, 6)])

    source = take_in(
        KIND,
        business(1, 住所="老街 1 号", 从业人数="3"),
        business(2, 登记状态="注销", 注销日期="2026-10-08"),
        business(3, 住所="新街 9 号"),
        business(4, 经营异常="住所失联"),
        business(5, 登记状态="歇业"),
    )

    assert counts(source) == {"rows": 5, "updated": 4, "unchanged": 1}
    assert events(2) == [(_E.CLOSED, date(2026, 10, 8))]
    assert events(3) == [(_E.MOVED, date(2026, 11, 23))]
    assert events(4) == [(_E.LISTED_ABNORMAL, date(2026, 11, 23))]
    assert events(5) == [(_E.CHANGED, date(2026, 11, 23))]
    moved = Business.objects.get(credit_code=credit_code(3))
    assert (moved.address, moved.staff) == ("新街 9 号", 3)


def test_absent_and_empty_cells_erase_nothing(take_in):
    take_in(KIND, business(1, 经营者="示例人", 联系电话="13900000001", 从业人数="3"))

    source = take_in(KIND, {"统一社会信用代码": credit_code(1), "名称": "清平镇第1号示例店"})

    assert counts(source) == {"rows": 1, "unchanged": 1}


def test_code_prefix_never_replaces_a_stated_kind(take_in):
    take_in(KIND, business(1, 主体类型="农民专业合作社"))

    source = take_in(KIND, business(1, 主体类型=""))

    assert counts(source) == {"rows": 1, "unchanged": 1}
    assert Business.objects.get().kind == "other"


def test_owners_number_and_phone_are_sealed_and_compared_by_digest(take_in):
    row = business(1, 证件号码=id_number("1970-01-01"), 联系电话="13900000001")
    take_in(KIND, row)
    before = Business.objects.get()

    same = take_in(KIND, row)
    changed = take_in(KIND, row | {"联系电话": "13900000002"})

    after = Business.objects.get()
    assert (counts(same), counts(changed)) == (
        {"rows": 1, "unchanged": 1},
        {"rows": 1, "updated": 1},
    )
    assert (before.phone, after.phone) == ("13900000001", "13900000002")
    assert after.owner_id_number == id_number("1970-01-01")
    assert "13900000001" not in before.phone_sealed
    stored = str(list(ImportChange.objects.values_list("before", "after")))
    assert "13900000001" not in stored
    assert "13900000002" not in stored


def test_old_number_finds_its_business_when_the_code_arrives(take_in):
    old = {"统一社会信用代码": "360999000000015", "名称": "清平镇老店"}
    take_in(KIND, old)

    again = take_in(KIND, old, business(2))

    assert counts(again) == {"rows": 2, "created": 1, "unchanged": 1}


def test_township_and_office_are_found_by_name_and_never_guessed(take_in):
    district = make_district()

    source = take_in(
        KIND,
        business(1, 乡镇街道="清平镇"),
        business(2, 管辖单位="柳泉所"),
        business(3, 乡镇街道="无此镇"),
    )

    placed = {b.credit_code: (b.township_id, b.office_id) for b in Business.objects.all()}
    assert placed == {
        credit_code(1): (district.qingping.pk, district.qingping_office.pk),
        credit_code(2): (None, district.liuquan_office.pk),
        credit_code(3): (None, None),
    }
    assert source.notes["unknown_townships"] == {"无此镇": 1}


def test_partial_extract_says_nothing_of_the_rest_and_full_marks_it(take_in):
    take_in(KIND, business(1), business(2), business(3, 登记状态="注销"))

    partial = take_in(KIND, business(1))
    assert not Business.objects.filter(missing_since__isnull=False).exists()

    full = take_in(KIND, business(1), is_full=True)

    missing = Business.objects.get(missing_since__isnull=False)
    assert (missing.credit_code, missing.status, missing.missing_since) == (
        credit_code(2),
        "in_business",
        date(2026, 11, 23),
    )
    assert (partial.notes.get("missing"), full.notes["missing"]) == (None, 1)

    back = take_in(KIND, business(2))
    assert counts(back) == {"rows": 1, "updated": 1}
    assert Business.objects.get(credit_code=credit_code(2)).missing_since is None


def test_row_handed_back_by_a_full_extract_still_names_its_business(take_in):
    take_in(KIND, business(1), business(2), business(3))

    source = take_in(KIND, business(1), business(2, 成立日期="2019-02-30"), is_full=True)

    missing = Business.objects.filter(missing_since__isnull=False)
    assert [held.credit_code for held in missing] == [credit_code(3)]
    assert (source.notes["missing"], "handed_back_codes" in source.notes) == (1, False)


def test_move_to_another_market_ends_the_stall(take_in):
    take_in(KIND, business(1, 所属市场="清平市场"))

    source = take_in(KIND, business(1, 所属市场="南塘市场"), today=date(2026, 11, 24))

    stalls = {stall.market.name: stall.valid_to for stall in Stall.objects.all()}
    assert counts(source) == {"rows": 1, "updated": 1}
    assert stalls == {"清平市场": date(2026, 11, 23), "南塘市场": None}


def test_move_on_the_day_the_stall_began_leaves_one_stall_and_one_market(take_in):
    district = make_district()
    take_in(KIND, business(1, 所属市场="清平市场", 乡镇街道="清平镇"))

    source = take_in(KIND, business(1, 所属市场="清平市场", 乡镇街道="柳泉镇"))

    stall, market = Stall.objects.get(), Market.objects.get()
    assert counts(source) == {"rows": 1, "updated": 1}
    assert (stall.market, stall.valid_to) == (market, None)
    assert market.township == district.liuquan


def test_market_that_an_organisation_covers_stays_when_its_last_stall_moves(take_in):
    take_in(KIND, business(1, 所属市场="清平市场"))
    organisation = make_organisation(make_district().qingping)
    make_coverage(organisation, market=Market.objects.get())

    take_in(KIND, business(1, 所属市场="南塘市场"))

    assert {market.name for market in Market.objects.all()} == {"清平市场", "南塘市场"}
    assert Stall.objects.get().market.name == "南塘市场"


def test_dry_run_counts_what_writing_does_and_touches_nothing(take_in):
    take_in(KIND, business(1), business(2))

    staged = take_in.stage(KIND, business(1, 住所="新街"), business(2), business(3))

    assert counts(staged) == {"rows": 3, "created": 1, "updated": 1, "unchanged": 1}
    assert (staged.state, Business.objects.count()) == (ImportState.STAGED, 2)
    assert Import.objects.filter(state=ImportState.STAGED).count() == 1
