"""A lead in the hand of an instructor: cards, a visit, the phone for contact, the script on paper."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.measures import fits
from tests.factories import make_user
from tests.factories.closures import the_district
from tests.factories.leads import make_lead
from xgz.access import clock
from xgz.models import Lead
from xgz.rules.leads import LeadState
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "13900007788"
FINGER = 44  # pixels
DARK = 150  # of 255: lighter circles are lost on white


@pytest.fixture
def lead():
    return make_lead(
        state=LeadState.ASSIGNED,
        name="柏长青",
        phone=PHONE,
        today=clock.today(),
        now=clock.now(),
    )


def test_an_instructor_visits_with_the_phone_in_hand(lead, signed_in_page, screenshot):
    page = signed_in_page(lead.instructor, reverse("lead-list"), phone=True)
    expect(page.locator(".x-lead-table")).to_be_hidden()
    expect(page.locator(".x-lead-cards")).to_contain_text("柏*")
    assert fits(page)
    screenshot(page, "phone-leads")

    page.locator(".x-lead-cards a").click()
    expect(page.get_by_role("link", name="记录走访")).to_be_visible()
    assert fits(page)
    assert PHONE not in page.content()
    page.get_by_role("link", name="记录走访").click()
    expect(page.get_by_label("没有见到")).to_be_visible()
    for label in page.locator(".x-change-ticks label").all():
        assert label.bounding_box()["height"] >= FINGER
    circle = page.get_by_label("没有见到")
    edge = circle.evaluate("one => getComputedStyle(one).borderTopColor")
    assert max(int(part) for part in re.findall(r"\d+", edge)[:3]) <= DARK, edge
    page.get_by_label("见到本人").check()
    page.get_by_label("本人说明是党员").check()
    assert fits(page)
    page.get_by_role("button", name="记录走访").click()

    expect(page.get_by_text("已办理：记录走访。")).to_be_visible()
    expect(page.get_by_text("本所记录的本人说明")).to_be_visible()
    assert Lead.objects.get(pk=lead.pk).state == LeadState.VISITED


def test_on_paper_the_script_says_nothing_of_why(lead, signed_in_page):
    page = signed_in_page(lead.instructor, reverse("lead-script", args=[lead.public_id]))
    page.emulate_media(media="print")

    shown = page.locator("body").inner_text()

    assert "可以这样说" in shown
    for word in ("党员", "线索", "柏"):
        assert word not in shown


@pytest.mark.parametrize(
    ("role", "place", "told"), [(Role.ORG_DEPT, "org_dept", "合计"), (Role.BUREAU, "bureau", "<5")]
)
def test_on_paper_the_funnel_says_whose_figures_of_which_day(
    lead, signed_in_page, role, place, told
):
    unit = getattr(the_district(), place)
    page = signed_in_page(make_user(role, unit), reverse("lead-funnel"))
    expect(page.get_by_role("link", name="导出进展")).to_be_visible()

    page.emulate_media(media="print")

    shown = page.locator("body").inner_text()
    for text in (unit.name, f"截至 {clock.today():%Y-%m-%d}", "清平所", told):
        assert text in shown
    assert [act.inner_text() for act in page.locator(".btn").all() if act.is_visible()] == []
