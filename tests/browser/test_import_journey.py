"""A clerk uploads a file with odd headers, matches them, looks, writes, and takes it back."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.factories import make_coverage, make_district, make_organisation, make_user
from tests.web.import_files import REGISTRY_HEADERS, registry_row, registry_workbook, sent
from xgz.models import Business, Import
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
ODD_HEADERS = (
    "社会信用代码",
    "店铺招牌",
    "类型",
    "经营者（法人）",
    "状态",
    "所属乡镇",
    "雇工人数",
    "备注2",
    "住所",
)
STREETS = ("老街", "新街", "工业路", "河湾路", "东门外")


@pytest.fixture
def clerk():
    district = make_district()
    clerk = make_user(Role.BUREAU, district.bureau)
    clerk.district = district
    return clerk


def _row(number, **values):
    street = STREETS[number % len(STREETS)]
    named = {
        "name": f"清平镇{street}第{number}号商行",
        "township": ("清平镇", "柳泉镇")[number % 2],
    }
    return [*registry_row(number, **(named | values)), "", f"{street} {number} 号"]


def _october():
    """Return a month's extract: mostly known shops, some changed, some new, some broken."""
    known = [_row(number) for number in range(1, 261)]
    changed = [_row(n, staff="4", status="歇业") for n in range(261, 291)]
    closed = [_row(number, status="注销") for number in range(291, 294)]
    new = [_row(number) for number in range(301, 381)]
    broken = [
        _row(401, code="92360999MA7KX2R31X"),
        _row(402, name=""),
        _row(403, code="1.1E+17"),
        _row(404, status="正常经营"),
        _row(405, staff="三人"),
    ]
    return [*known[:56], broken[0], *known[56:], *changed, *broken[1:], *closed, *new, _row(7)]


@pytest.fixture
def october(clerk, tmp_path):
    """Return a file with odd headers, after September's was written."""
    september = [_row(number) for number in range(1, 300)]
    headers = [*REGISTRY_HEADERS, "备注", "住所"]
    client = Client()
    client.force_login(clerk)
    file = sent(registry_workbook(*september, headers=headers), "9月登记变化.xlsx")
    client.post(reverse("import-upload"), {"kind": "registry", "file": file})
    client.post(reverse("import-apply", args=[Import.objects.get().public_id]))
    branch = make_organisation(clerk.district.qingping)
    make_coverage(branch, business=Business.objects.get(name__contains="第291号"))
    path = tmp_path / "10月登记变化.xlsx"
    path.write_bytes(registry_workbook(*_october(), headers=ODD_HEADERS))
    return path


def test_a_file_with_odd_headers_is_matched_tried_written_and_undone(
    clerk, october: Path, signed_in_page, screenshot, axe, tmp_path
):
    page = signed_in_page(clerk, reverse("import-list"))
    page.get_by_label("数据种类").select_option(label="登记数据")
    page.get_by_label("文件").set_input_files(october)
    page.get_by_role("button", name="上传并试运行").click()
    expect(page.get_by_role("heading", name="文件没有导入，一行也没有写入")).to_be_visible()
    assert axe(page) == []
    screenshot(page, "import-refused")

    page.get_by_role("link", name="对照列名和代码").click()
    page.get_by_label("店铺招牌").select_option("名称")
    assert axe(page) == []
    screenshot(page, "import-mapping")
    page.get_by_role("button", name="按此对照试运行").click()
    expect(page.get_by_text("尚未写入")).to_be_visible()
    expect(page.get_by_role("list", name="行数核对")).to_contain_text("合计相符")
    assert axe(page) == []
    screenshot(page, "import-preview", full_page=True)

    with page.expect_download() as download:
        page.get_by_role("link", name="下载退回行", exact=True).click()
    download.value.save_as(tmp_path / "rejects.xlsx")
    rejects = list(load_workbook(tmp_path / "rejects.xlsx").active.values)
    assert [row[0] for row in rejects[1:]][0] == 58
    assert len(rejects) == 7

    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("撤销这次导入")).to_be_visible()
    assert Business.objects.count() == 379
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="导入导出").click()
    line = page.get_by_role("row", name="10月登记变化.xlsx")
    expect(line).to_contain_text("已写入")
    expect(line).to_contain_text("80")
    assert axe(page) == []
    screenshot(page, "import-list")

    line.get_by_role("link").click()
    page.get_by_text("撤销这次导入").click()
    page.get_by_role("button", name="确认撤销").click()
    expect(page.get_by_text("撤销。")).to_be_visible()
    assert Business.objects.count() == 299


def test_the_pages_fit_a_phone(clerk, october, signed_in_page, axe):
    client = Client()
    client.force_login(clerk)
    client.post(
        reverse("import-upload"),
        {"kind": "registry", "file": sent(october.read_bytes(), october.name)},
    )
    source = Import.objects.order_by("-pk").first()

    for address in (
        reverse("import-list"),
        reverse("import-detail", args=[source.public_id]),
        reverse("import-mapping", args=[source.public_id]),
    ):
        page = signed_in_page(clerk, address, phone=True)
        assert axe(page) == []
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390
