"""The import centre through its pages: upload, match, try, write, undo, and every way to fail."""

import html
import re
import time
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import (
    make_business,
    make_coverage,
    make_district,
    make_import,
    make_organisation,
    make_user,
)
from tests.factories.rows import credit_code
from tests.web.import_files import (
    REGISTRY_HEADERS,
    ROSTER_HEADERS,
    corner_workbook,
    registry_row,
    registry_workbook,
    sent,
    workbook,
)
from xgz.access import clock
from xgz.models import (
    AnnualReport,
    AuditEntry,
    Business,
    Import,
    ImportMapping,
    Job,
    MemberWorkplace,
    RejectedRow,
    StagedBusiness,
)
from xgz.rules.imports.states import ImportKind
from xgz.rules.roles import Role
from xgz.services.imports import folders
from xgz.services.jobs import claim, run_job

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def department(district):
    return _client(Role.ORG_DEPT, district.org_dept)


@pytest.fixture
def bureau(district):
    return _client(Role.BUREAU, district.bureau)


def _client(role, body):
    client = Client()
    client.force_login(make_user(role, body))
    return client


def _upload(client, content, kind="registry", name="登记数据.xlsx", **more):
    response = client.post(
        reverse("import-upload"), {"kind": kind, "file": sent(content, name), **more}
    )
    assert response.status_code == 302
    return Import.objects.get(public_id=response.url.strip("/").split("/")[-1])


def _page(client, source, name="import-detail", query=""):
    response = client.get(reverse(name, args=[source.public_id]) + query)
    assert response.status_code == 200
    return response.content.decode()


def _step(client, source, name):
    response = client.post(reverse(name, args=[source.public_id]), follow=True)
    source.refresh_from_db()
    return response.content.decode()


def without_token(page):
    """Return a page without what is random in it: the form tokens and the times of day."""
    return re.sub(r'csrfmiddlewaretoken" value="\w+|\d\d:\d\d', "", page)


def test_upload_shows_a_preview_and_writes_nothing(bureau):
    rows = [registry_row(1), registry_row(2, code="92360999MA7KX2R31X"), registry_row(3)]

    source = _upload(bureau, registry_workbook(*rows))
    page = _page(bureau, source)

    assert (source.state, source.rows, source.created, source.rejected) == ("staged", 3, 2, 1)
    assert "尚未写入" in page
    assert "合计相符，逐行可查" in page
    assert "确认导入 2 行" in page
    assert "应核对第 18 位" in page
    assert Business.objects.count() == 0


def test_confirming_writes_the_good_rows_and_removes_the_original(bureau):
    source = _upload(bureau, registry_workbook(registry_row(1), registry_row(2)))

    page = _step(bureau, source, "import-apply")

    assert (source.state, Business.objects.count()) == ("applied", 2)
    assert "撤销这次导入" in page
    assert not folders.upload_path(source).exists()


def test_undoing_takes_the_new_rows_away(bureau):
    source = _upload(bureau, registry_workbook(registry_row(1), registry_row(2)))
    _step(bureau, source, "import-apply")

    page = _step(bureau, source, "import-undo")

    assert (source.state, Business.objects.count()) == ("undone", 0)
    assert "已撤销" in page


def test_undoing_lists_what_was_changed_since(bureau):
    first = _upload(bureau, registry_workbook(registry_row(1), registry_row(2)))
    _step(bureau, first, "import-apply")
    second = _upload(bureau, registry_workbook(registry_row(1, staff="7")))
    _step(bureau, second, "import-apply")

    page = _step(bureau, first, "import-undo")

    assert "其中 1 条写入后又被改过" in page
    assert "清平镇第1号杂货店" in _page(bureau, first, "import-changes", "?conflicts=1")
    assert Business.objects.count() == 1


def _report_workbook(*numbers):
    headers = ("统一社会信用代码", "年度", "从业人数")
    return workbook(("年报", [headers, *([credit_code(n), "2025", "3"] for n in numbers)]))


def test_undoing_tells_the_real_numbers_and_what_to_undo_first(bureau):
    registry = _upload(bureau, registry_workbook(*(registry_row(n) for n in (1, 2, 3))))
    _step(bureau, registry, "import-apply")
    reports = _upload(bureau, _report_workbook(1, 2), kind="annual_report", name="年报.xlsx")
    _step(bureau, reports, "import-apply")

    asked = _page(bureau, registry, query="?undo=1")
    counted = Business.objects.count()
    result = _step(bureau, registry, "import-undo")
    in_vain = _page(bureau, registry, query="?undo=1")
    reasons = _page(bureau, registry, "import-changes", "?conflicts=1")
    _step(bureau, reports, "import-undo")
    again = _page(bureau, registry, query="?undo=1")
    over = _step(bureau, registry, "import-undo")

    assert "将删除新增的 1 条，还原更新的 0 条" in asked
    assert counted == 3
    for page in (asked, result):
        assert "其中 2 条仍有年报引用，没有删除" in page
    assert "请先依次撤销" in asked
    assert reverse("import-detail", args=[reports.public_id]) in asked
    assert "撤销其余条目" in result
    assert "现在没有可以撤销的条目" in in_vain
    assert reasons.count("仍被引用") == 2
    assert "将删除新增的 2 条" in again
    assert "撤销其余条目" not in over
    assert Business.objects.count() == 0


def test_a_roster_that_names_a_business_is_not_in_the_way(bureau, department):
    source = _upload(bureau, registry_workbook(registry_row(1)))
    _step(bureau, source, "import-apply")
    before = _page(bureau, source, query="?undo=1")
    headers = (*ROSTER_HEADERS, "单位统一社会信用代码")
    person = ["示例人", "男", "1980-01-02", "正式党员", "清平所联合党支部", credit_code(1)]
    roster = _upload(
        department, workbook(("党员", [headers, person])), kind="roster", name="人.xlsx"
    )
    _step(department, roster, "import-apply")

    after, shown = (_page(client, source, query="?undo=1") for client in (bureau, department))
    _step(bureau, source, "import-undo")

    assert without_token(after) == without_token(before)
    assert "将删除新增的 1 条" in shown
    assert "引用" not in shown
    assert Business.objects.count() == 0
    place = MemberWorkplace.objects.get()
    assert place.business is None
    assert place.unit_name == f"清平镇第1号杂货店 {credit_code(1)}"


def test_an_import_out_of_sight_in_the_way_is_counted_not_named(bureau, department, district):
    source = _upload(bureau, registry_workbook(registry_row(1)))
    _step(bureau, source, "import-apply")
    organisations = make_import(kind="organisations", file_name="组织.xlsx")
    make_coverage(
        make_organisation(district.qingping),
        business=Business.objects.get(),
        source_import=organisations,
    )

    hidden, shown = (_page(client, source, query="?undo=1") for client in (bureau, department))

    assert "仍有党组织引用" in hidden
    assert "另有 1 次导入不在您的权限内" in hidden
    assert "组织.xlsx" not in hidden
    assert "组织.xlsx" in shown


def test_a_preview_without_changes_offers_no_writing(bureau):
    content = registry_workbook(registry_row(1), registry_row(2, name=""))
    _step(bureau, _upload(bureau, content), "import-apply")

    page = _page(bureau, _upload(bureau, content))
    full = _page(bureau, _upload(bureau, content, is_full="on"))

    assert "没有要写入的改动" in page
    assert "完成" in page
    assert "放弃" in page
    assert "确认导入" not in page
    assert "确认导入 1 行" in full


def test_rows_beyond_those_shown_are_announced(bureau):
    bad = [registry_row(n, name="") for n in range(1, 10)]
    few = _page(bureau, _upload(bureau, registry_workbook(registry_row(20), *bad[:8])))
    source = _upload(bureau, registry_workbook(registry_row(20), *bad))

    many = _page(bureau, source)

    assert "只列出前" not in few
    assert "只列出前 8 行" in many
    assert reverse("import-rows", args=[source.public_id]) + "?outcome=rejected" in many


def test_the_row_sum_and_the_record_show_all_six_terms(bureau):
    source = _upload(bureau, registry_workbook(registry_row(1)))

    overview = _page(bureau, source)
    record = bureau.get(reverse("import-list")).content.decode()

    for word in ("新增", "更新", "无变化", "退回", "重复", "空行"):
        assert f"<span>{word}</span>" in overview
        assert word in record


def test_unknown_guiding_bodies_are_shown(department):
    rows = [("党组织名称", "党组织代码", "指导单位"), ("示例党支部", "001", "无此局")]
    source = _upload(department, workbook(("组织", rows)), kind="organisations")

    page = _page(department, source)

    assert "指导单位“无此局”不在系统里" in page
    assert "没有。" not in page


def test_remembering_is_ticked_where_a_sender_is_given(bureau):
    content = registry_workbook(registry_row(1), headers=ODD)
    source = _upload(bureau, content, sender="某县局")

    page = _page(bureau, source, "import-mapping")

    assert 'name="remember"' in page
    assert "checked" in page.split('name="remember"')[1].split(">")[0]


def test_undoing_tells_of_later_imports_that_only_confirmed_the_rows(bureau):
    content = registry_workbook(registry_row(1), registry_row(2))
    first = _upload(bureau, content)
    _step(bureau, first, "import-apply")
    alone = _page(bureau, first, query="?undo=1")
    later = _upload(bureau, content, name="后来的登记数据.xlsx")
    _step(bureau, later, "import-apply")
    asked = _page(bureau, first, query="?undo=1")
    newest = _page(bureau, later, query="?undo=1")

    _step(bureau, first, "import-undo")

    told = (
        "其中只是核对一致、没有改动的条目，也会随这次撤销一起删除或还原；请从最近的一次起依次撤销"
    )
    assert told in asked
    assert "后来的登记数据.xlsx" in asked
    assert told not in alone
    assert told not in newest
    assert not Business.objects.exists()


def test_undoing_deletes_the_rows_handed_back(bureau):
    source = _upload(bureau, registry_workbook(registry_row(1), registry_row(2, name="")))
    _step(bureau, source, "import-apply")
    spool = folders.spool_path(source)
    before = spool.exists()

    _step(bureau, source, "import-undo")

    assert (before, spool.exists(), source.rejects_name) == (True, False, "")


def test_the_same_file_again_is_told_and_changes_nothing(bureau):
    content = registry_workbook(registry_row(1), registry_row(2))
    _step(bureau, _upload(bureau, content), "import-apply")

    again = _upload(bureau, content)
    page = _page(bureau, again)

    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert "同一份文件已于" in page
    assert "再次写入将改变 0 行" in page


def test_differences_show_what_stands_there_and_what_comes(bureau):
    make_business(credit_code=credit_code(5), name="清平镇老许五金店", staff=2, phone_sealed="")
    row = registry_row(5, name="清平镇老许五金店", staff="9")

    source = _upload(bureau, registry_workbook(row))
    overview, everything = _page(bureau, source), _page(bureau, source, "import-changes")

    for page in (overview, everything):
        assert "清平镇老许五金店" in page
        assert "从业人数" in page
        assert '<td class="x-from">2</td><td>9</td>' in page


def test_written_differences_stay_on_the_page(bureau):
    make_business(credit_code=credit_code(5), name="清平镇老许五金店", staff=2)
    source = _upload(bureau, registry_workbook(registry_row(5, name="清平镇老许五金店", staff="9")))

    _step(bureau, source, "import-apply")

    assert '<td class="x-from">2</td><td>9</td>' in _page(bureau, source, "import-changes")


def test_personal_values_in_differences_are_masked(bureau):
    headers = (*REGISTRY_HEADERS, "联系电话")
    first = [*registry_row(1), "13800006021"]
    _step(bureau, _upload(bureau, registry_workbook(first, headers=headers)), "import-apply")

    source = _upload(bureau, registry_workbook([*registry_row(1), "13900007788"], headers=headers))
    staged = _page(bureau, source, "import-changes")
    _step(bureau, source, "import-apply")
    written = _page(bureau, source, "import-changes")

    for page in (staged, written):
        assert "138****6021" in page
        assert "139****7788" in page
        assert "13900007788" not in page


def test_a_closure_of_a_covered_business_is_told_before_and_after(bureau, district):
    business = make_business(credit_code=credit_code(5), name="河湾三月茶行")
    make_coverage(make_organisation(district.qingping), business=business)
    row = registry_row(5, name="河湾三月茶行", status="注销")

    source = _upload(bureau, registry_workbook(row))
    before = _page(bureau, source)
    after = _step(bureau, source, "import-apply")

    for page in (before, after):
        assert "1 户注销、吊销或迁出，其中 1 户列在党组织覆盖范围内" in page
        assert reverse("business-detail", args=[business.public_id]) in page


def test_rows_handed_back_come_as_a_workbook_with_reasons(bureau):
    source = _upload(
        bureau, registry_workbook(registry_row(1), registry_row(2, name=""), registry_row(1))
    )

    response = bureau.get(reverse("import-rejects", args=[source.public_id]))
    rows = list(load_workbook(BytesIO(b"".join(response.streaming_content))).active.values)

    assert [row[0] for row in rows[1:]] == [3, 4]
    assert "名称为空" in rows[1][-1]
    assert "与第 2 行重复" in rows[2][-1]
    assert AuditEntry.objects.filter(action="import.rejects").count() == 1


def test_an_import_without_rejects_has_no_file_of_them(bureau):
    source = _upload(bureau, registry_workbook(registry_row(1)))

    response = bureau.get(reverse("import-rejects", args=[source.public_id]), follow=True)

    assert "没有退回行文件" in response.content.decode()


@pytest.mark.parametrize(
    ("outcome", "shown"),
    [("rejected", "名称为空"), ("duplicate", "与第 2 行重复"), ("created", "第1号")],
)
def test_rows_of_one_outcome_are_listed(bureau, outcome, shown):
    source = _upload(
        bureau, registry_workbook(registry_row(1), registry_row(2, name=""), registry_row(1))
    )

    assert shown in _page(bureau, source, "import-rows", f"?outcome={outcome}")


def test_new_businesses_are_listed_after_writing_too(bureau):
    source = _upload(bureau, registry_workbook(registry_row(1)))
    _step(bureau, source, "import-apply")

    page = _page(bureau, source, "import-rows", "?outcome=created")

    assert reverse("business-detail", args=[Business.objects.get().public_id]) in page


ODD = ("代码列", "店名", "主体类型", "经营者", "登记状态", "乡镇街道", "从业人数")


def _mapping(client, source, **choices):
    url = reverse("import-mapping", args=[source.public_id])
    form = client.get(url).context["form"]
    values = {name: form[name].initial or "" for name in form.fields if name != "remember"}
    response = client.post(url, values | choices, follow=True)
    source.refresh_from_db()
    return response


def test_unknown_headers_are_matched_by_hand_and_remembered(bureau):
    content = registry_workbook(registry_row(1), headers=ODD)
    source = _upload(bureau, content, sender="某县局")
    refused = _page(bureau, source)

    _mapping(
        bureau,
        source,
        **{"column-0": "统一社会信用代码", "column-1": "名称", "remember": "on"},
    )
    next_one = _upload(bureau, registry_workbook(registry_row(2), headers=ODD), sender="某县局")

    assert "文件没有导入，一行也没有写入" in refused
    assert "对照列名和代码" in refused
    assert (source.state, source.created) == ("staged", 1)
    assert ImportMapping.objects.get().renamed == {"代码列": "统一社会信用代码", "店名": "名称"}
    assert next_one.state == "staged"


def test_samples_of_columns_nobody_knows_are_masked(bureau):
    source = _upload(bureau, registry_workbook(registry_row(1, name="许一宁杂货"), headers=ODD))

    page = _page(bureau, source, "import-mapping")

    assert "****" in page
    assert "许" not in page


def test_a_mapping_without_a_required_column_is_not_taken(bureau):
    source = _upload(bureau, registry_workbook(registry_row(1), headers=ODD))

    response = _mapping(bureau, source, **{"column-0": "统一社会信用代码"})

    assert "还没有对应到必填字段：名称" in response.content.decode()
    assert source.state == "refused"


def test_a_column_can_be_left_out(bureau):
    source = _upload(bureau, registry_workbook(registry_row(1)))

    _mapping(bureau, source, **{"column-6": ""})
    _step(bureau, source, "import-apply")

    assert Business.objects.get().staff is None


def test_bare_codes_are_explained_by_hand(department):
    make_business(credit_code=credit_code(1))
    headers = ("统一社会信用代码", "年度", "党组织建制")
    content = workbook(("年报", [headers, [credit_code(1), "2025", "3"]]))
    source = _upload(department, content, kind="annual_report", sender="某县局")
    refused = _page(department, source)

    page = _page(department, source, "import-mapping")
    _mapping(department, source, **{"code-0": "党支部"})

    assert "填的是代码（3）" in refused
    assert "代码含义" in page
    assert (source.state, source.created) == ("staged", 1)
    assert source.codes == {"党组织建制": {"3": "党支部"}}


def _xls() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def _mixed_csv() -> bytes:
    lines = [",".join(REGISTRY_HEADERS), ",".join(registry_row(1))]
    return "\n".join(lines).encode() + b"\n" + ",".join(registry_row(2)).encode("gb18030") + b"\n"


BAD_FILES = {
    "wrong sheet": (
        lambda: workbook(("甲", [["随便"], ["x"]]), ("乙", [["别的"], ["y"]])),
        "工作表有：甲、乙",
    ),
    "two sheets": (
        lambda: workbook(
            ("甲", [REGISTRY_HEADERS, registry_row(1)]), ("乙", [REGISTRY_HEADERS, registry_row(2)])
        ),
        "不止一张工作表",
    ),
    "header alone": (lambda: registry_workbook(), "没有数据行"),
    "far corners": (corner_workbook, "删去"),
    "too wide": (
        lambda: registry_workbook(headers=[*REGISTRY_HEADERS, *(f"列{n}" for n in range(193))]),
        "超过 100 列的上限",
    ),
    "old Excel": (_xls, "另存为 .xlsx"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "文件不是 .xlsx"),
    "broken zip": (lambda: registry_workbook(registry_row(1))[:600], "文件已损坏"),
    "mixed encodings": (_mixed_csv, "第 3 行"),
}


@pytest.mark.parametrize("case", sorted(BAD_FILES))
def test_a_bad_file_gets_a_clear_answer_soon(bureau, case):
    make, sentence = BAD_FILES[case]
    content, started = make(), time.monotonic()

    source = _upload(bureau, content, name="x.csv" if case == "mixed encodings" else "x.xlsx")
    page = _page(bureau, source)

    assert time.monotonic() - started < 5
    assert source.state == "refused"
    assert "一行也没有写入" in page
    assert sentence in page


def test_a_code_typed_as_a_number_is_handed_back(bureau):
    row = registry_row(1, code=92360999123456789)

    source = _upload(bureau, registry_workbook(row, registry_row(2)))

    assert (source.rejected, source.created) == (1, 1)
    assert "按数字填写" in _page(bureau, source)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"kind": "registry"}, "请选择要导入的文件"),
        ({"kind": "registry", "file": b""}, "文件是空的"),
        ({"kind": "roster", "file": b"x"}, "不在可用的选项中"),
        ({"kind": "registry", "file": b"x" * (10 * 1024 * 1024 + 1)}, "文件超过 10 兆"),
    ],
    ids=["no file", "empty", "a kind out of reach", "too large"],
)
def test_an_upload_that_does_not_hold_comes_back(bureau, values, sentence):
    values = values | ({"file": sent(values["file"])} if "file" in values else {})

    response = bureau.post(reverse("import-upload"), values)

    assert response.status_code == 400
    assert sentence in response.content.decode()
    assert Import.objects.count() == 0


def test_a_file_name_is_shown_as_text(bureau):
    source = _upload(bureau, registry_workbook(registry_row(1)), name="<b>x</b>.xlsx")

    page = _page(bureau, source)

    assert "<b>x</b>" not in page
    assert "b&gt;.xlsx" in page


def test_abandoning_removes_the_file_and_the_staged_rows(
    bureau, django_capture_on_commit_callbacks
):
    source = _upload(bureau, registry_workbook(registry_row(1)))

    with django_capture_on_commit_callbacks(execute=True):
        page = _step(bureau, source, "import-abandon")

    assert source.state == "abandoned"
    assert "已放弃" in page
    assert not folders.upload_path(source).exists()


def test_a_step_that_came_too_late_is_told(bureau):
    source = _upload(bureau, registry_workbook(registry_row(1)))
    _step(bureau, source, "import-apply")

    for name in ("import-apply", "import-abandon", "import-start"):
        assert "没有执行这一步" in _step(bureau, source, name)
    assert source.state == "applied"


def test_the_bureau_sees_no_roster_import(bureau, department):
    content = workbook(
        ("党员", [ROSTER_HEADERS, ["示例人", "男", "1980-01-02", "正式党员", "清平所联合党支部"]])
    )
    source = _upload(department, content, kind="roster", name="党员名册.xlsx")

    assert "党员名册.xlsx" in department.get(reverse("import-list")).content.decode()
    assert "党员名册.xlsx" not in bureau.get(reverse("import-list")).content.decode()
    for name in ("import-detail", "import-changes", "import-rows", "import-rejects"):
        assert bureau.get(reverse(name, args=[source.public_id])).status_code == 404
    for name in ("import-apply", "import-abandon", "import-undo", "import-start"):
        assert bureau.post(reverse(name, args=[source.public_id])).status_code == 404


def test_the_bureau_reads_no_owners_flags_in_another_ones_rejects(bureau, department):
    headers = ("统一社会信用代码", "年度", "法定代表人是否党员")
    content = workbook(("年报", [headers, [credit_code(77), "2025", "是"]]))
    source = _upload(department, content, kind="annual_report")

    assert bureau.get(reverse("import-rejects", args=[source.public_id])).status_code == 403
    allowed = department.get(reverse("import-rejects", args=[source.public_id]))
    assert b"".join(allowed.streaming_content) != b""


@pytest.mark.parametrize("kind", list(ImportKind))
def test_a_template_is_a_workbook_with_our_headers(department, kind):
    response = department.get(reverse("import-template", args=[kind.value]))

    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    assert book.worksheets[0].max_column > 5


def test_templates_of_other_lines_are_refused(bureau):
    assert bureau.get(reverse("import-template", args=["roster"])).status_code == 403
    assert bureau.get(reverse("import-template", args=["nothing"])).status_code == 404


def _report(year, full):
    headers = ("统一社会信用代码", "年度", "正式党员人数", "法定代表人是否党员")
    return workbook(("年报", [headers, [credit_code(1), str(year), str(full), "是"]]))


def test_annual_reports_show_which_rows_and_fields_would_change(department):
    make_business(credit_code=credit_code(1), name="清平镇老许五金店")
    first = _upload(department, _report(2025, 3), kind="annual_report")
    _step(department, first, "import-apply")

    source = _upload(department, _report(2025, 4), kind="annual_report")
    preview = _page(department, source)
    tried = _page(department, source, "import-changes")
    _step(department, source, "import-apply")
    written = _page(department, source, "import-changes")

    assert "正式党员人数" in preview
    assert '<td class="x-num">2</td><td>正式党员人数</td>' in tried
    assert "2025 清平镇老许五金店" in written
    assert '<td class="x-from">3</td><td>4</td>' in written


def _owners_flag(client, answer, year="年度"):
    headers = ("统一社会信用代码", year, "法定代表人是否党员")
    content = workbook(("年报", [headers, [credit_code(1), "2025", answer]]))
    return _upload(client, content, kind="annual_report")


def test_whether_an_owners_flag_changes_is_not_shown(department, bureau):
    make_business(credit_code=credit_code(1))
    first = _owners_flag(department, "否", year="报告年度")
    _step(department, first, "import-apply")

    same, other = _owners_flag(bureau, "否"), _owners_flag(bureau, "是")
    previews = [_page(bureau, source).replace(source.public_id, "") for source in (same, other)]
    _step(bureau, other, "import-apply")

    assert (other.state, other.updated, other.unchanged) == ("applied", 0, 1)
    assert AnnualReport.objects.get().owner_is_member == "yes"
    assert without_token(previews[0]) == without_token(previews[1])
    assert "确认导入 1 行" in previews[0]
    for client in (bureau, department):
        assert "法定代表人是否党员" not in _page(client, other, "import-changes")
        assert "还原更新的 0 条" in _page(client, other, query="?undo=1")
    _step(bureau, other, "import-undo")
    assert AnnualReport.objects.get().owner_is_member == "no"


def test_a_wrong_word_for_an_owners_flag_is_not_repeated(bureau, department):
    make_business(credit_code=credit_code(1))

    source = _owners_flag(department, "预备党员")

    row = RejectedRow.objects.get()
    assert row.faults == [["owner_member", "yes_no_form", 0]]
    assert "法定代表人是否党员只能填“是”或“否”" in _page(bureau, source)


def test_a_roster_is_written_and_names_its_unknown_branch(department):
    people = [
        ["示例人甲", "男", "1980-01-02", "正式党员", "清平所示例联合党支部"],
        ["示例人乙", "女", "1985-03-04", "预备党员", "清平所示例联合党支部"],
    ]
    content = workbook(("党员", [ROSTER_HEADERS, *people]))
    source = _upload(department, content, kind="roster")
    preview = _page(department, source)

    page = _step(department, source, "import-apply")

    assert "名册里的下列党支部还没有登记" in preview
    assert (source.state, source.created) == ("applied", 2)
    assert "撤销这次导入" in page


def test_a_changed_name_in_the_roster_shows_whose_row_it_is(department):
    rows = ["示例人甲", "男", "1980-01-02", "正式党员", "清平所示例联合党支部"]
    for education in ("大专", "本科"):
        headers = (*ROSTER_HEADERS, "学历")
        content = workbook(("党员", [headers, [*rows, education]]))
        source = _upload(department, content, kind="roster")
        _step(department, source, "import-apply")

    page = _page(department, source, "import-changes")

    assert "示例人甲" in page
    assert '<td class="x-from">大专</td><td>本科</td>' in page


def test_an_interrupted_import_can_be_started_again(bureau):
    source = _upload(bureau, registry_workbook(registry_row(1)))
    Import.objects.filter(pk=source.pk).update(state="staging")
    interrupted = _page(bureau, source)

    _step(bureau, source, "import-start")

    assert "处理中断，一行也没有写入" in interrupted
    assert "重新开始" in interrupted
    assert (source.state, source.created) == ("staged", 1)


def test_an_interrupted_import_whose_original_is_gone_says_so(bureau):
    source = _upload(bureau, registry_workbook(registry_row(1)))
    Import.objects.filter(pk=source.pk).update(state="applying")
    folders.upload_path(source).unlink()

    assert "原文件已删除，请重新上传" in _step(bureau, source, "import-start")


def test_two_columns_of_one_field_that_differ_are_settled_by_hand(bureau):
    headers = (*REGISTRY_HEADERS, "企业名称")
    content = registry_workbook([*registry_row(1), "清平镇另一家店"], headers=headers)

    source = _upload(bureau, content)
    page = _page(bureau, source)

    assert source.state == "refused"
    assert "“名称”和“企业名称”两列对应同一个字段，第 2 行两列内容不同" in html.unescape(page)
    assert reverse("import-mapping", args=[source.public_id]) in page


def test_an_import_of_the_shell_that_was_killed_can_be_given_up(bureau):
    source = _upload(bureau, registry_workbook(registry_row(1)))
    Import.objects.filter(pk=source.pk).update(state="staging", stored_name="")
    source.refresh_from_db()
    interrupted = _page(bureau, source)

    _step(bureau, source, "import-abandon")

    assert "处理中断，一行也没有写入" in interrupted
    assert reverse("import-abandon", args=[source.public_id]) in interrupted
    assert reverse("import-start", args=[source.public_id]) not in interrupted
    assert source.state == "abandoned"


def test_rows_handed_back_are_gone_with_the_import_given_up(bureau):
    source = _upload(bureau, registry_workbook(registry_row(1), registry_row(2, name="")))
    spool = folders.spool_path(source)
    before = spool.exists()

    _step(bureau, source, "import-abandon")

    assert (before, spool.exists(), source.rejects_name) == (True, False, "")


def _working_on(source, kind="import.stage", state="running", **values):
    return Job.objects.create(
        kind=kind, subject=source.public_id, state=state, requested_at=NOW, **values
    )


def test_an_import_someone_works_on_shows_its_progress(bureau):
    source = _upload(bureau, registry_workbook(registry_row(1)))
    Import.objects.filter(pk=source.pk).update(state="staging", rows_read=1200)
    job = _working_on(source)

    page = _page(bureau, source)
    progress = bureau.get(reverse("import-progress", args=[source.public_id]))
    refused = _step(bureau, source, "import-start")
    Job.objects.filter(pk=job.pk).update(state="done")
    over = bureau.get(reverse("import-progress", args=[source.public_id]))

    assert "已读 1,200 行" in page
    assert 'http-equiv="refresh"' in page
    assert "取消并删除文件" in page
    assert "HX-Refresh" not in progress
    assert "正在处理" in refused
    assert over["HX-Refresh"] == "true"


def test_the_work_waits_for_a_worker_and_says_how_many_are_before_it(settings, bureau):
    settings.JOBS_AT_ONCE = False
    first, second = (_upload(bureau, registry_workbook(registry_row(n))) for n in (1, 2))

    pages = [_page(bureau, source) for source in (first, second)]
    record = bureau.get(reverse("import-list")).content.decode()
    states = [source.state for source in (first, second)]
    _work_off()

    assert "已排队，马上开始" in pages[0]
    assert "前面还有 1 个任务" in pages[1]
    assert record.count("等待读取") == 2
    assert states == ["uploaded", "uploaded"]
    for source in (first, second):
        source.refresh_from_db()
        assert source.state == "staged"


def test_a_click_too_many_queues_nothing_twice(settings, bureau):
    source = _upload(bureau, registry_workbook(registry_row(1)))
    settings.JOBS_AT_ONCE = False

    _step(bureau, source, "import-apply")
    refused = [_step(bureau, source, name) for name in ("import-apply", "import-abandon")]
    mapping = bureau.get(reverse("import-mapping", args=[source.public_id]))
    _work_off()
    source.refresh_from_db()

    assert all("正在处理" in page for page in refused)
    assert mapping.status_code == 302
    assert Job.objects.filter(kind="import.apply").count() == 1
    assert (source.state, Business.objects.count()) == ("applied", 1)


@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_cancelled_reading_leaves_nothing(settings, bureau, state):
    settings.JOBS_AT_ONCE = False
    source = _upload(bureau, registry_workbook(registry_row(1), registry_row(2, name="")))
    if state == "running":
        job = claim(worker="w", now=clock.now())

    page = _step(bureau, source, "import-cancel")
    if state == "running":
        run_job(job, clock.now)
        page = _page(bureau, source)

    source.refresh_from_db()
    assert source.state == "abandoned"
    assert "已放弃" in page
    assert Job.objects.get().state == "cancelled"
    assert not folders.upload_path(source).exists()
    assert not folders.spool_path(source).exists()
    assert not StagedBusiness.objects.exists()
    assert not RejectedRow.objects.exists()
    assert AuditEntry.objects.filter(action="import.cancel").count() == 1


def test_a_writing_that_waits_can_be_cancelled_and_asked_for_again(settings, bureau):
    source = _upload(bureau, registry_workbook(registry_row(1)))
    settings.JOBS_AT_ONCE = False
    _step(bureau, source, "import-apply")
    waiting = _page(bureau, source)

    cancelled = _step(bureau, source, "import-cancel")
    kept = source.state
    settings.JOBS_AT_ONCE = True
    _step(bureau, source, "import-apply")

    assert "取消写入" in waiting
    assert "尚未写入" in cancelled
    assert (kept, source.state, Business.objects.count()) == ("staged", "applied", 1)


def test_a_writing_under_way_cannot_be_cancelled(bureau):
    source = _upload(bureau, registry_workbook(registry_row(1)))
    job = _working_on(source, "import.apply")

    page = _page(bureau, source)
    refused = _step(bureau, source, "import-cancel")

    assert "正在写入" in page
    assert reverse("import-cancel", args=[source.public_id]) not in page
    assert "现在没有可以取消的处理" in refused
    job.refresh_from_db()
    assert job.cancel_asked_at is None


def test_who_lost_the_right_meanwhile_reads_nothing(settings, district):
    settings.JOBS_AT_ONCE = False
    person = make_user(Role.BUREAU, district.bureau)
    client = Client()
    client.force_login(person)
    source = _upload(client, registry_workbook(registry_row(1)))
    person.role_assignments.all().delete()

    _work_off()

    source.refresh_from_db()
    job = Job.objects.get()
    assert (source.state, job.state, job.fault) == ("uploaded", "failed", "NotPermitted")


def _work_off():
    while job := claim(worker="w", now=clock.now()):
        run_job(job, clock.now)


def test_originals_older_than_a_week_are_removed(bureau):
    old = _upload(bureau, registry_workbook(registry_row(1)))
    Import.objects.filter(pk=old.pk).update(uploaded_at="2020-01-01T00:00Z")

    new = _upload(bureau, registry_workbook(registry_row(2)))

    assert not folders.upload_path(old).exists()
    assert folders.upload_path(new).exists()


def test_the_list_says_what_to_do_where_nothing_was_imported(bureau):
    page = bureau.get(reverse("import-list")).content.decode()

    assert "还没有导入过文件" in page
    assert "严禁上传涉密文件" in page


def test_pages_ask_the_database_a_fixed_number_of_times(bureau, django_assert_max_num_queries):
    for number in range(1, 40):
        make_business(credit_code=credit_code(number))
    rows = [registry_row(number) for number in range(1, 60)]
    source = _upload(bureau, registry_workbook(*rows))

    for name in ("import-detail", "import-changes", "import-rows", "import-mapping"):
        with django_assert_max_num_queries(30):
            _page(bureau, source, name)
    _step(bureau, source, "import-apply")
    for name in ("import-detail", "import-changes"):
        with django_assert_max_num_queries(30):
            _page(bureau, source, name)
    with django_assert_max_num_queries(30):
        bureau.get(reverse("import-list"))


def test_the_test_profile_keeps_to_the_request():
    assert settings.PROFILE == "test"


def test_a_registry_without_a_status_column_warns_that_closures_stay_unseen(bureau):
    source = make_import(
        kind="registry",
        state="staged",
        reading={"columns": {"name": [0], "credit_code": [1]}, "headers": ["名称", "代码"]},
    )

    page = _page(bureau, source)

    assert "注销、吊销、迁出不会被发现" in page
    assert "不能归到乡镇" in page
