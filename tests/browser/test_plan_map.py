"""The map of a plan: drawn under the site's content policy, worked by mouse, finger and keyboard."""

import pytest
from playwright.sync_api import expect

from tests.factories import make_district, make_user
from xgz.rules.roles import Role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.plan_pages")]
DEVICES = pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
SUMMARY = "图上有新建组 2 个、已有党组织 1 个；没有划入 3 户，排除 1 户。"


@pytest.fixture
def planner():
    return make_user(Role.TOWNSHIP_COMMITTEE, make_district().qingping)


@pytest.fixture
def drawn(planner, signed_in_page):
    """Return a function that opens the map of a plan once it is drawn."""

    def draw(name="small", *, phone=False, says=SUMMARY):
        page = signed_in_page(planner, f"/plan-map/{name}/", phone=phone)
        expect(page.locator(".x-map-says")).to_have_text(says)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        return page

    return draw


def _box(page, unit):
    return page.locator(f"input[name=unit][value={unit}]")


def _walk_to(page, unit):
    """Step through the map by keyboard until it says the unit's name."""
    page.locator("#plan-map").focus()
    for _ in range(12):
        page.keyboard.press("n")
        if f"示例店{unit}：" in page.locator(".x-map-says").inner_text():
            return
    raise AssertionError(unit)


def _colours(page):
    """Return how many pixels of the canvas are inked, and whether red, blue, orange are there."""
    return page.evaluate(
        """() => {
          const canvas = document.querySelector("#plan-map canvas");
          const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
          const seen = new Set();
          let inked = 0;
          for (let at = 0; at < data.length; at += 4) {
            if (data[at + 3] < 255) continue;
            inked += 1;
            seen.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
          }
          return [inked, seen.has(0xc8102e), seen.has(0x0b5f95), seen.has(0xbf3b00)];
        }"""
    )


@DEVICES
def test_a_plan_is_drawn_and_its_page_is_accessible_and_fits(drawn, axe, screenshot, phone):
    page = drawn(phone=phone)

    inked, *colours = _colours(page)
    screenshot(page, "plan-map-phone" if phone else "plan-map-desk", full_page=True)

    assert inked > 500
    assert colours == [True, True, True]  # a branch, the first group, somebody left out
    assert page.locator(".x-map-scale").inner_text().endswith(("米", "公里"))
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= (390 if phone else 1366)


def test_the_keyboard_walks_from_unit_to_unit_and_ticks_it_in_the_list(drawn, screenshot):
    page = drawn()
    _walk_to(page, "b1")
    screenshot(page, "plan-map-hub")
    _walk_to(page, "a2")
    expect(page.locator(".x-map-says")).to_have_text(
        "示例店a2：党员 2 名，其中正式党员 1 名，划入第 1 组"
    )

    page.keyboard.press(" ")
    expect(_box(page, "a2")).to_be_checked()
    expect(page.locator(".x-map-says")).to_contain_text("已勾选")
    page.keyboard.press(" ")
    expect(_box(page, "a2")).not_to_be_checked()


def test_a_click_on_a_unit_ticks_it_and_a_tick_in_the_list_is_seen_on_the_map(drawn):
    page = drawn()
    bare = _colours(page)[0]
    _box(page, "b2").check()
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert _colours(page)[0] > bare

    page.mouse.click(*_left_out(page, "first"))
    expect(_box(page, "o1")).to_be_checked()
    expect(page.locator(".x-map-says")).to_contain_text("没有划入")


def _left_out(page, which):
    """Return where in the window the northernmost or southernmost unit left out stands."""
    page.locator("#plan-map").scroll_into_view_if_needed()
    return page.evaluate(
        """(isFirst) => {
          const canvas = document.querySelector("#plan-map canvas");
          const box = canvas.getBoundingClientRect(), fine = canvas.width / box.width;
          const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
          const found = [];
          for (let at = 0; at < data.length; at += 4) {
            const isOrange = data[at] === 0xbf && data[at + 1] === 0x3b && data[at + 2] === 0;
            if (isOrange && data[at + 3] === 255) found.push(at / 4);
          }
          const at = isFirst ? found[0] : found[found.length - 1];
          const [x, y] = [at % canvas.width, Math.floor(at / canvas.width)];
          return [box.x + x / fine, box.y + y / fine];
        }""",
        which == "first",
    )


def test_two_units_in_one_spot_are_ticked_one_by_one(drawn):
    page = drawn()

    page.mouse.click(*_left_out(page, "last"))

    pile = page.locator(".x-map-pile button")
    expect(pile).to_have_count(2)
    pile.nth(1).click()
    expect(pile.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(_box(page, "m2")).to_be_checked()
    expect(_box(page, "m1")).not_to_be_checked()


def test_the_map_looks_where_it_looked_when_the_page_comes_again(drawn):
    page = drawn()
    whole = page.locator(".x-map-scale").inner_text()
    for _ in range(3):
        page.get_by_role("button", name="放大").click()
    near = page.locator(".x-map-scale").inner_text()
    assert near != whole

    page.reload()
    expect(page.locator(".x-map-scale")).to_have_text(near)
    kept = page.evaluate("JSON.stringify(sessionStorage)")
    assert "示例店" not in kept
    assert "a1" not in kept


def test_it_prints_with_its_legend_and_without_buttons(drawn, screenshot):
    page = drawn()
    page.emulate_media(media="print")
    screenshot(page, "plan-map-print", full_page=True)

    expect(page.locator("#plan-map canvas")).to_be_visible()
    expect(page.get_by_role("list", name="图例")).to_be_visible()
    expect(page.locator(".x-map-tools")).to_be_hidden()


def test_five_thousand_units_are_drawn_and_chosen(drawn, screenshot):
    page = drawn("large", says="图上有新建组 1250 个、已有党组织 0 个；没有划入 0 户，排除 0 户。")
    screenshot(page, "plan-map-large")
    assert _colours(page)[0] > 5000

    page.locator("#plan-map").focus()
    page.keyboard.press("n")
    page.keyboard.press(" ")
    expect(page.locator("input[name=unit]:checked")).to_have_count(1)


def test_a_map_that_cannot_be_had_says_so_and_leaves_the_list(planner, signed_in_page, page_faults):
    page = signed_in_page(planner, "/plan-map/missing/")
    expect(page.locator(".x-map-says")).to_contain_text("图没有取到")
    assert all("404" in fault for fault in page_faults)
    page_faults.clear()


def test_a_plan_without_places_says_so(drawn):
    drawn("empty", says="没有带坐标的单位，图上没有内容。")
