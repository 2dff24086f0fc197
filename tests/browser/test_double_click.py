"""A double click is one click: its second half does nothing, also on the page loaded meanwhile."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import make_district, make_user
from xgz.access import clock
from xgz.models import RoleRequest
from xgz.rules.grants import RequestKind, RequestState
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def security(district):
    return make_user(Role.SECURITY_ADMIN, district.administration)


@pytest.fixture
def waiting(district):
    """Let three resets wait for a second person."""
    system = make_user(Role.SYSTEM_ADMIN, district.administration)
    for _ in range(3):
        RoleRequest.objects.create(
            kind=RequestKind.RESET,
            user=make_user(Role.BUREAU, district.bureau),
            proposed_by=system,
            proposed_at=clock.now(),
        )


def second_half(page, place):
    """Press and release where `place` says, as the second click of a double click."""
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)


def test_the_next_row_is_not_refused_with_the_first(waiting, security, signed_in_page):
    page = signed_in_page(security, reverse("request-list"))
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_role("button", name="退回").first.click()
    expect(page.get_by_text("已退回：")).to_be_visible()

    second_half(page, page.get_by_role("button", name="退回").first.bounding_box())
    page.wait_for_timeout(500)  # ms; what a click sends leaves at once

    assert sent.count("POST") == 1
    assert RoleRequest.objects.filter(state=RequestState.REFUSED).count() == 1


def test_a_second_click_of_its_own_counts(waiting, security, signed_in_page):
    page = signed_in_page(security, reverse("request-list"))
    for left in (2, 1):
        page.get_by_role("button", name="退回").first.click()
        expect(page.get_by_role("button", name="退回")).to_have_count(left)

    page.get_by_role("button", name="退回").press("Enter")
    expect(page.get_by_text("没有等待确认的申请")).to_be_visible()
