"""A branch of eight plans, votes and reports; its committee vets and confirms; the office watches."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import TODAY, make_user
from tests.factories.closures import the_district
from tests.factories.elections import make_branch, make_election, moment
from xgz.access import clock
from xgz.models import OrganisationPost
from xgz.rules.organisations import Post
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
DEVICES = pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
SECRETARY, SPARE = "方柏梁", "石守诚"


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(moment):
        yield


@pytest.fixture
def branch():
    branch = make_branch(full=8, name="清平市场联合党支部")
    branch.secretary = make_user(Role.BRANCH_SECRETARY, branch.body)
    branch.committee = make_user(Role.TOWNSHIP_COMMITTEE, the_district().qingping)
    branch.station = make_user(Role.STATION_HEAD, the_district().qingping_office)
    return branch


def _wide(page):
    """Return the lists wider than their frame: on a phone nothing should have to be slid."""
    return page.eval_on_selector_all(
        ".x-scroll", "all => all.filter(each => each.scrollWidth > each.clientWidth).length"
    )


def _page_is_narrow(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def _take(page, label):
    page.get_by_role("link", name=label, exact=True).click()
    page.get_by_role("button", name=label, exact=True).click()


@DEVICES
def test_from_the_reminder_to_the_new_posts(branch, signed_in_page, screenshot, axe, phone):
    suffix = "-phone" if phone else ""
    page = signed_in_page(branch.secretary, reverse("election-list") + "?list=terms", phone=phone)
    screenshot(page, f"elections-terms{suffix}")
    assert axe(page) == []
    page.get_by_role("row", name=branch.name).get_by_role("link", name="提出选举").click()
    page.get_by_role("button", name="提出选举").click()

    page.get_by_role("link", name="选举方案").click()
    page.get_by_label("选举日期").fill(TODAY.isoformat())
    page.get_by_label("地点").fill("清平市场二楼会议室")
    screenshot(page, f"election-plan{suffix}", full_page=True)
    page.get_by_role("button", name="选举方案").click()
    for post, names in (("书记", [SECRETARY]), ("委员", ["于向荣", "江若云", SPARE])):
        page.get_by_role("link", name="列入候选人").click()
        page.get_by_label("拟任职务").select_option(label=post)
        for name in names:
            page.get_by_label(name).check()
        page.get_by_role("button", name="列入候选人").click()
    assert axe(page) == []
    assert _page_is_narrow(page)
    _take(page, "报送预审")

    page = signed_in_page(branch.committee, reverse("election-list"), phone=phone)
    page.get_by_role("link", name=branch.name).click()
    screenshot(page, f"election-vetting{suffix}", full_page=True)
    _take(page, "同意候选人，可以选举")

    page = signed_in_page(branch.secretary, reverse("election-list"), phone=phone)
    page.get_by_role("link", name=branch.name).click()
    page.get_by_role("link", name="登记到会情况").click()
    page.get_by_label("主持人").fill("丁主持")
    page.get_by_label("监票人、计票人").fill("史监票、万计票")
    page.get_by_label("温如玉").select_option(label="因病")
    screenshot(page, f"election-attendance{suffix}", full_page=True)
    assert axe(page) == []
    page.get_by_role("button", name="登记到会情况").click()
    expect(page.get_by_text("应到会 8 人，实到会 7 人，达到五分之四（须 7 人）")).to_be_visible()

    page.get_by_role("link", name="登记计票结果").click()
    for label, number in (("发出选票", 7), ("收回选票", 7), ("有效票", 7), ("无效票", 1)):
        page.get_by_label(label, exact=True).fill(str(number))
    votes = {SECRETARY: (7, 0, 0), "于向荣": (6, 1, 0), "江若云": (5, 1, 1), SPARE: (3, 4, 0)}
    for name, numbers in votes.items():
        for label, number in zip(("赞成", "不赞成", "弃权"), numbers, strict=True):
            page.get_by_label(f"{name} {label}", exact=True).fill(str(number))
    screenshot(page, f"election-votes{suffix}", full_page=True)
    assert axe(page) == []
    assert _wide(page) == 0 or not phone
    page.get_by_role("button", name="登记计票结果").click()
    expect(page.get_by_text("有效票 7 张、无效票 1 张，相加不等于收回的 7 张")).to_be_visible()
    screenshot(page, f"election-barred{suffix}", full_page=True)
    page.get_by_role("link", name="登记计票结果").click()
    page.get_by_label("无效票", exact=True).fill("0")
    page.get_by_role("button", name="登记计票结果").click()
    page.get_by_role("link", name="推选书记、副书记").click()
    page.get_by_label("书记", exact=True).select_option(label=SECRETARY)
    page.get_by_role("button", name="推选书记、副书记").click()
    screenshot(page, f"election-ready{suffix}", full_page=True)
    assert _wide(page) == 0 or not phone
    page.get_by_role("link", name="计票单").click()
    screenshot(page, f"election-tally{suffix}", full_page=True)
    assert axe(page) == []
    page.go_back()
    _take(page, "上报选举结果")

    watching = signed_in_page(branch.station, reverse("election-list") + "?list=open", phone=phone)
    watching.get_by_role("link", name=branch.name).click()
    expect(watching.get_by_text("清平市场二楼会议室")).to_be_visible()
    expect(watching.get_by_text(SECRETARY)).to_have_count(0)
    expect(watching.get_by_text("实到会")).to_have_count(0)
    screenshot(watching, f"election-guide{suffix}", full_page=True)

    page = signed_in_page(branch.committee, reverse("election-list"), phone=phone)
    page.get_by_role("link", name=branch.name).click()
    page.get_by_role("link", name="批复任职", exact=True).click()
    screenshot(page, f"election-confirm{suffix}", full_page=True)
    page.get_by_role("button", name="批复任职").click()
    expect(page.get_by_text("已批复").first).to_be_visible()
    assert axe(page) == []
    screenshot(page, f"election{suffix}", full_page=True)
    page.goto(
        page.url.split("/elections/")[0] + reverse("organisation-detail", args=[branch.public_id])
    )
    screenshot(page, f"organisation-term{suffix}", full_page=True)

    held = OrganisationPost.objects.filter(organisation=branch, valid_to__isnull=True)
    assert sorted(held.values_list("post", flat=True)) == sorted(
        [Post.SECRETARY, Post.COMMITTEE_MEMBER, Post.COMMITTEE_MEMBER]
    )
    watching.reload()
    expect(watching.get_by_text("方*")).to_be_visible()


@DEVICES
def test_a_long_name_leaves_room_for_what_has_to_be_done(signed_in_page, phone):
    branch = make_branch(full=8, name="澄川县祥晟物业管理有限公司等3户联合党支部")
    case = make_election(branch=branch)
    secretary = make_user(Role.BRANCH_SECRETARY, branch.body)
    page = signed_in_page(secretary, reverse("election-detail", args=[case.public_id]), phone=phone)

    cells = page.locator(".x-own dl > div")
    spilling = "all => all.filter(each => each.scrollWidth > each.clientWidth).length"
    assert cells.evaluate_all(spilling) == 0
    assert page.locator(".x-own-task").bounding_box()["width"] > 150  # pixels: a line of words
    assert _page_is_narrow(page)
