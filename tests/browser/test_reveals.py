"""A full number on the screen: asked for, blurred when nobody is there, never on paper (RV-2)."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import make_district, make_member, make_organisation, make_user
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "13800006021"
DEVICES = pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])


@pytest.fixture
def detail():
    """Return a clerk of 清平镇 and the page of a member there."""
    district = make_district()
    member = make_member(make_organisation(district.qingping), phone=PHONE)
    clerk = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    return clerk, reverse("member-detail", args=[member.public_id])


def asked(page):
    """Ask for the phone as a person does; return the place where it stands."""
    page.get_by_role("link", name="查看完整号码").click()
    page.get_by_label("事由").select_option(label="联系本人")
    page.get_by_label("具体说明").fill("通知本人参加组织生活会")
    page.get_by_role("button", name="查看", exact=True).click()
    value = page.locator("[data-reveal]")
    expect(value).to_have_text(PHONE)
    return value


@DEVICES
def test_a_number_is_blurred_after_a_minute_and_comes_back_with_the_hand(
    detail, signed_in_page, phone
):
    page = signed_in_page(*detail, phone=phone)
    page.clock.install()
    value = asked(page)
    page.mouse.move(1, 1)  # the page may have moved under the hand, which counts as a hand

    page.clock.fast_forward(59_000)
    expect(value).not_to_have_class("x-reveal is-idle")
    page.clock.fast_forward(61_000)
    expect(value).to_have_class("x-reveal is-idle")
    expect(page.get_by_text("号码已遮住")).to_be_visible()
    assert value.evaluate("each => getComputedStyle(each).filter") == "blur(12px)"

    page.keyboard.press("Shift")
    expect(value).to_have_class("x-reveal")
    expect(page.get_by_text("号码已遮住")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert PHONE not in page.title()
    assert PHONE not in page.url


def test_a_number_does_not_come_onto_paper(detail, signed_in_page):
    page = signed_in_page(*detail)
    value = asked(page)

    page.emulate_media(media="print")

    expect(value).to_be_hidden()
    expect(page.get_by_text("完整号码不能打印。")).to_be_visible()
    expect(page.locator(".x-main").get_by_role("link")).to_have_count(0)


def test_back_leads_to_the_masked_page(detail, signed_in_page):
    page = signed_in_page(*detail)
    asked(page)

    page.get_by_role("link", name="收起并返回").click()

    expect(page.get_by_text("138****6021")).to_be_visible()
    expect(page.get_by_text(PHONE)).to_have_count(0)
