"""The study's small real case on screen, and the pages the README shows, on the demo district.

2,000 businesses are the smallest district; the study's organisations are the same at any size.
"""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from xgz.access.actor import shell_operator
from xgz.management.demo.generate import invent_district
from xgz.management.demo.seed import Seeder
from xgz.models import Formation, Plan, User
from xgz.rules.formations import FormationState

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2026, 11, 23)
STUDY_DAY = "2016-12-31"


@pytest.fixture
def demo_people():
    district = invent_district(businesses=2000, seed=25, today=TODAY)
    now = datetime(2026, 11, 23, 1, tzinfo=UTC)
    Seeder(shell_operator(TODAY), now, lambda line: None).seed(district)
    return {user.username: user for user in User.objects.filter(is_demo=True)}


def test_the_study_case_shows_on_screen(demo_people, signed_in_page, screenshot, axe):
    bureau = demo_people["shichangju"]
    page = signed_in_page(bureau, reverse("home"))
    expect(page.get_by_role("link", name="应建未建")).to_be_visible()
    screenshot(page, "workbench")
    assert axe(page) == []

    page.goto(page.url + f"organisations/?as_at={STUDY_DAY}")
    head = page.locator(".x-head")
    expect(head).to_contain_text("符合条件 27 个")  # two were set up since
    expect(head).to_contain_text("依托个私协会组建 12")
    for name, average in (("清平所微型企业联合党支部", "65.8"), ("柳泉镇个私协会党支部", "57.6")):
        row = page.get_by_role("row", name=name)
        expect(row.locator("td").nth(4)).to_have_text(average)

    for name, figures, shot in (
        ("清平所微型企业联合党支部", ["5", "65.8", "60"], "organisation-ageing"),
        ("柳泉镇个私协会党支部", ["7", "57.6", ""], "organisation-ageing-2"),
    ):
        page.goto(page.url.split("/organisations/")[0] + f"/organisations/?as_at={STUDY_DAY}")
        page.get_by_role("link", name=name).click()
        page.goto(page.url.split("?")[0] + f"?as_at={STUDY_DAY}")
        then = page.get_by_role("row", name=STUDY_DAY)
        expect(then).to_contain_text(figures[1])
        expect(then).to_contain_text("老龄化无接续")
        screenshot(page, shot)
        assert axe(page) == []


def test_the_pages_of_the_manual(demo_people, signed_in_page, screenshot, axe):
    page = signed_in_page(demo_people["shichangju"], reverse("home"))
    base = page.url.rstrip("/")
    for name, shot in (
        ("worklists", "worklists"),
        ("business-list", "businesses"),
        ("coverage", "coverage"),
    ):
        page.goto(base + reverse(name))
        expect(page.locator("h1")).to_be_visible()
        screenshot(page, shot)
        assert axe(page) == []
    township = signed_in_page(demo_people["qingpingzhen"], reverse("inbox"))
    for address, shot in (
        (reverse("inbox"), "inbox"),
        (reverse("transfer-list") + "?tab=pocket", "pocket-list"),
        (reverse("rulebook"), "rulebook"),
    ):
        township.goto(base + address)
        expect(township.locator("h1")).to_be_visible()
        screenshot(township, shot)
        assert axe(township) == []
    begun = Formation.objects.filter(state=FormationState.PREPARING).order_by("pk")
    page.goto(base + reverse("formation-detail", args=[begun[0].public_id]))
    expect(page.locator("#barred")).to_be_visible()
    screenshot(page, "formation")
    page.goto(base + reverse("plan-detail", args=[Plan.objects.earliest("pk").public_id]))
    expect(page.locator(".x-map-says")).to_contain_text("图上有新建组")
    screenshot(page, "plan")
    hand = signed_in_page(demo_people["qingpingzhen"], reverse("inbox"), phone=True)
    expect(hand.locator("h1")).to_be_visible()
    screenshot(hand, "phone-inbox")
    phone = signed_in_page(demo_people["zhidao01"], reverse("home"), phone=True)
    expect(phone.locator("h1")).to_be_visible()
    screenshot(phone, "phone-instructor")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
