"""An office reads a rule from its mark, sets a parameter, enters a notice, changes who decides."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import make_district, make_member, make_organisation, make_user
from xgz.access import clock
from xgz.rules.holidays import fixed_by_law
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
OLD_YEARS = (1966, 1968, 1970)


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def organiser(district):
    return make_user(Role.ORG_DEPT, district.org_dept)


@pytest.fixture
def branch(district):
    branch = make_organisation(district.qingping, name="清平市场联合党支部")
    for year in OLD_YEARS:
        make_member(branch, born_on=date(year, 3, 1))
    return branch


def test_a_mark_on_a_list_leads_to_its_rule(branch, organiser, signed_in_page, live_server):
    page = signed_in_page(organiser, reverse("organisation-detail", args=[branch.public_id]))
    page.locator("#age").get_by_role("link", name="OR-6", exact=True).click()

    expect(page).to_have_url(f"{live_server.url}{reverse('rulebook')}#OR-6")
    expect(page.locator("tr#OR-6")).to_be_in_viewport()
    expect(page.locator("tr#OR-6")).to_contain_text("老龄化无接续")


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_parameter_is_set_after_its_effect_was_read(
    branch, organiser, signed_in_page, screenshot, phone
):
    page = signed_in_page(organiser, reverse("parameter-list"), phone=phone)
    page.get_by_role("link", name="老龄化提示的平均年龄").click()
    page.get_by_role("link", name="调整", exact=True).click()
    page.get_by_label("新值").fill("70")
    page.get_by_label("依据").fill("组办发 12 号")
    page.get_by_role("button", name="看看影响").click()

    expect(page.get_by_text("按原值 1 个，按新值 0 个")).to_be_visible()
    expect(page.get_by_role("link", name=branch.name)).to_be_visible()
    screenshot(page, "parameter-preview-phone" if phone else "parameter-preview")
    page.get_by_role("button", name="确认保存").click()
    expect(page.get_by_role("row", name="组办发 12 号")).to_contain_text("执行中")


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_years_notice_is_entered_all_or_nothing(organiser, signed_in_page, screenshot, phone):
    year = max(clock.today().year + 1, 2027)
    lines = [f"{day} 休 {name}" for day, name in fixed_by_law(year).items()]
    page = signed_in_page(organiser, f"{reverse('calendar')}?year={year}", phone=phone)
    expect(page.get_by_text("暂定", exact=True)).to_be_visible()
    page.get_by_role("link", name="录入全年通知").click()
    page.get_by_label("年份").select_option(str(year))
    page.get_by_label("通知名称").fill("放假通知")
    page.get_by_label("通知内容").fill("\n".join([*lines[1:], f"{year}-13-01 休 元旦"]))
    page.get_by_role("button", name="核对").click()
    expect(page.get_by_role("row", name=f"{year}-13-01")).to_contain_text("没有这一天")
    expect(page.get_by_role("row", name=f"{year}-01-01 元旦")).to_contain_text("请补上")

    page.get_by_label("通知内容").fill("\n".join(lines))
    page.get_by_role("button", name="核对").click()
    page.get_by_role("button", name="确认保存").click()
    expect(page.get_by_text("暂定", exact=True)).to_have_count(0)
    screenshot(page, "calendar-phone" if phone else "calendar", full_page=True)


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_another_body_decides_from_a_day_on(organiser, signed_in_page, screenshot, phone):
    page = signed_in_page(organiser, reverse("responsibility-list"), phone=phone)
    page.get_by_role("link", name="历史和变更").first.click()
    page.get_by_role("link", name="新增责任").click()
    page.get_by_label("责任", exact=True).select_option("decides")
    page.get_by_label("责任方").select_option("org_dept")
    page.get_by_label("说明").fill("集体研究")
    page.get_by_role("button", name="保存").click()

    expect(page.get_by_role("table").first).to_contain_text("集体研究")
    screenshot(page, "responsibility-phone" if phone else "responsibility", full_page=True)


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_the_pages_are_accessible(organiser, signed_in_page, live_server, axe, phone):
    addresses = [
        reverse("rulebook"),
        reverse("parameter-list"),
        reverse("parameter-detail", args=["case.near_days"]),
        reverse("parameter-change", args=["case.near_days"]),
        reverse("calendar"),
        reverse("calendar-day"),
        reverse("calendar-notice"),
        reverse("responsibility-list"),
        reverse("responsibility-matter", args=["transfer"]),
        reverse("responsibility-add", args=["transfer"]),
    ]
    page = signed_in_page(organiser, addresses[0], phone=phone)
    found = {}
    for address in addresses:
        page.goto(live_server.url + address)
        faults = axe(page)
        if faults:
            found[address] = faults

    assert found == {}


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_no_page_is_wider_than_the_screen(organiser, signed_in_page, screenshot, phone):
    for name in ("rulebook", "parameter-list", "calendar", "responsibility-list"):
        page = signed_in_page(organiser, reverse(name), phone=phone)
        width = page.evaluate("document.documentElement.scrollWidth")

        assert width <= page.viewport_size["width"], name
        screenshot(page, f"{name}-phone" if phone else name)
