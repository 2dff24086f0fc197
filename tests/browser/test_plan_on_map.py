"""A plan worked on by its map and its list, and six clicks from it to a file that is sent."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import TODAY, make_member, make_organisation, make_user
from tests.factories.closures import answer_reviews, the_district
from tests.factories.formations import join, use_procedure
from tests.factories.plans import make_branch, make_plan, make_site, moment
from xgz.access import clock
from xgz.access.actor import actor_for
from xgz.models import Formation
from xgz.rules.formations import FormationState
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(moment):
        yield


@pytest.fixture
def bureau():
    return make_user(Role.BUREAU, the_district().bureau)


@pytest.fixture
def plan(bureau):
    """Two new groups, one shop that joins a branch, one too far from everybody."""
    for number in (0, 1, 2, 20, 21, 22):
        make_site(1, 1, north_m=100.0 * number, name=f"清平镇老街{number}号店")
    make_branch(north_m=5_000, name="清平镇商会党支部")
    make_site(1, 1, north_m=5_100, name="清平镇商会旁小店")
    make_site(1, 1, north_m=9_000, name="清平镇南山茶场")
    return make_plan(actor_for(bureau, TODAY))


@pytest.fixture
def opened(bureau, plan, signed_in_page):
    """Return a function that opens the plan once its map is drawn."""

    def open_plan():
        page = signed_in_page(bureau, reverse("plan-detail", args=[plan.public_id]))
        expect(page.locator(".x-map-says")).to_contain_text("图上有新建组 2 个、已有党组织 1 个")
        return page

    return open_plan


def test_a_unit_ticked_on_the_map_is_moved_and_the_map_looks_where_it_looked(opened):
    page = opened()
    says, map_ = page.locator(".x-map-says"), page.locator("#plan-map")
    map_.focus()
    for _ in range(12):
        page.keyboard.press("n")
        if "老街22号店" in says.inner_text():
            break
    page.keyboard.press(" ")
    expect(says).to_contain_text("已勾选")
    row = page.get_by_role("checkbox", name="清平镇老街22号店")
    expect(row).to_be_checked()
    for _ in range(2):
        page.keyboard.press("+")
    scale = page.locator(".x-map-scale").inner_text()

    page.get_by_role("button", name="拆成新组").click()

    expect(says).to_contain_text("图上有新建组 3 个")
    expect(page.locator(".x-map-scale")).to_have_text(scale)


def test_a_unit_that_stands_on_another_list_says_so(opened):
    page = opened()
    says = page.locator(".x-map-says")
    page.locator("#plan-map").focus()
    page.keyboard.press("p")
    expect(says).to_contain_text("清平镇南山茶场：党员 1 名，其中正式党员 1 名，没有划入")
    page.keyboard.press(" ")
    expect(says).to_contain_text("不在下面这一页清单里")


def test_from_a_ready_plan_to_a_file_that_is_sent_with_six_clicks(opened):
    use_procedure(None)
    page, clicks = opened(), 0

    def click(target):
        nonlocal clicks
        clicks += 1
        target.click()

    click(page.get_by_role("checkbox", name="第 1 组"))
    click(page.get_by_role("button", name="提出组建"))
    page.wait_for_url("**/at-once/")
    case = _members_come(Formation.objects.get())
    click(page.get_by_role("radio", name="同意", exact=True).first)
    page.get_by_role("textbox", name="位置").fill("清平市场二楼")
    click(page.get_by_role("button", name="一次填齐"))
    click(page.get_by_role("main").get_by_role("link", name="上报", exact=True))
    click(page.get_by_role("main").get_by_role("button", name="上报", exact=True))

    expect(page.get_by_text("已办理：上报")).to_be_visible()
    case.refresh_from_db()
    assert case.state == FormationState.STEP_1
    assert clicks <= 6


def _members_come(case):
    """Let the committee of the township have named three members and their secretary."""
    home = make_organisation(the_district().qingping)
    members = [make_member(home, full_on=date(2010, 1, 1)) for _ in range(3)]
    for member in members:
        join(case, member)
    Formation.objects.filter(pk=case.pk).update(secretary=members[0])
    answer_reviews(case)
    return case
