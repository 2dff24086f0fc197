"""A clerk of the bureau: plans a township, adjusts it, compares, repairs, proposes and sends."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.measures import fits
from tests.factories import make_user
from tests.factories.closures import the_district
from tests.factories.plans import make_branch, make_site
from xgz.models import Business, Formation, Plan
from xgz.rules.registration import BusinessStatus
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clerk():
    """A clerk, and a township with two groups, a branch with a neighbour, and some left out."""
    district = the_district()
    for number, north in enumerate((0, 120, 260, 2500, 2600, 2750, 2800)):
        make_site(1 + number % 2, 1, north_m=north, name=f"清平镇第{number + 1}号粮油店")
    make_site(1, 1, north_m=6000, name="清平镇北山茶场")
    make_site(2, 1, placed=False, name="清平镇无址百货店")
    make_site(1, None, north_m=4050, name="清平镇西街修车铺")
    make_branch(north_m=4000, name="清平镇西街联合党支部")
    return make_user(Role.BUREAU, district.bureau)


def open_plan(page):
    page.get_by_role("link", name="新建规划").first.click()
    page.get_by_label("范围").select_option(label="清平镇党委")
    page.get_by_role("button", name="开始规划").click()
    expect(page.get_by_text("已证明")).to_be_visible()


def test_from_the_form_to_a_proposed_group(clerk, signed_in_page, screenshot, axe):
    page = signed_in_page(clerk, reverse("plan-list"))
    expect(page.get_by_role("heading", name="还没有规划")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("link", name="新建规划").first.click()
    assert axe(page) == []
    screenshot(page, "plan-new", full_page=True)
    page.go_back()
    open_plan(page)
    screenshot(page, "plan-detail", full_page=True)
    assert axe(page) == []

    page.get_by_label("清平镇第4号粮油店").check()
    page.get_by_role("button", name="拆成新组").click()
    expect(page.get_by_text("差 2 名正式党员")).to_be_visible()
    row = page.locator("#at")
    expect(row).to_be_focused()
    expect(row).to_be_in_viewport()
    expect(row.get_by_text("已办理：拆出。")).to_be_in_viewport()
    screenshot(page, "plan-broken", full_page=True)
    page.get_by_role("button", name="撤销上一步").click()
    expect(page.get_by_text("差 2 名正式党员")).to_have_count(0)
    for tab, name in (
        ("并入已有党支部", "branches"),
        ("没有划入", "left"),
        ("调整记录", "history"),
    ):
        page.get_by_role("navigation", name="规划内容").get_by_role("link", name=tab).click()
        screenshot(page, f"plan-{name}", full_page=True)
        assert axe(page) == []

    page.get_by_role("navigation", name="规划内容").get_by_role("link", name="拟新建的组").click()
    page.get_by_label("第 1 组", exact=True).check()
    page.get_by_role("button", name="提出组建").click()
    expect(page.get_by_role("heading", name="一次填齐")).to_be_visible()
    assert axe(page) == []
    screenshot(page, "formation-at-once", full_page=True)
    page.get_by_role("radio", name="同意").check()
    page.get_by_role("textbox", name="位置").fill("清平市场二楼")
    page.get_by_role("button", name="一次填齐").click()
    expect(page.get_by_text("清平市场二楼")).to_be_visible()
    assert Formation.objects.get().units.filter(consent="agrees").count() == 3


def test_a_repair_and_two_plans_side_by_side(clerk, signed_in_page, screenshot, axe):
    page = signed_in_page(clerk, reverse("plan-list"))
    open_plan(page)
    Business.objects.filter(name="清平镇第1号粮油店").update(status=BusinessStatus.CANCELLED)

    page.get_by_role("link", name="按现在的情况修补").click()
    expect(page.get_by_text("其中 1 户原来已划入")).to_be_visible()
    assert axe(page) == []
    screenshot(page, "plan-repair", full_page=True)
    page.get_by_role("button", name="按现在的情况修补").click()
    expect(page.get_by_text("与原规划相比")).to_be_visible()
    page.get_by_role("link", name="逐户对比").click()
    expect(page.get_by_role("heading", name="对比两份规划")).to_be_visible()
    assert axe(page) == []
    screenshot(page, "plan-compare", full_page=True)


def test_the_side_of_a_plan_fits_in_english(clerk, signed_in_page):
    page = signed_in_page(clerk, reverse("plan-list"))
    open_plan(page)
    page.get_by_role("button", name="English").click()

    expect(page.get_by_text("Members covered")).to_be_visible()
    assert fits(page)
    facts = page.locator(".x-plan-side .x-dl dt")
    lefts = {round(each.bounding_box()["x"]) for each in facts.all()}
    assert len(lefts) == 1  # one fact under the other


def test_enter_in_the_field_of_numbers_moves_and_proposes_nothing(clerk, signed_in_page):
    page = signed_in_page(clerk, reverse("plan-list"))
    open_plan(page)
    page.get_by_label("清平镇第4号粮油店").check()
    page.get_by_label("或写组号、党支部名称").fill("1")
    page.get_by_label("或写组号、党支部名称").press("Enter")

    expect(page.get_by_text("已办理：移动。")).to_be_visible()
    assert not Formation.objects.exists()


@pytest.mark.parametrize("show", ["groups", "branches", "left-out", "history"])
def test_the_plan_fits_a_phone(show, clerk, signed_in_page, screenshot, axe):
    page = signed_in_page(clerk, reverse("plan-list"), phone=True)
    open_plan(page)
    page.goto(f"{page.url.split('?')[0]}?show={show}")

    assert fits(page)
    assert axe(page) == []
    screenshot(page, f"plan-phone-{show}", full_page=True)
    assert Plan.objects.count() == 1
