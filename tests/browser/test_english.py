"""The English interface on an office screen at 125 %: longer words crowd nothing."""

import pytest
from django.conf import settings
from django.urls import reverse

from tests.factories import make_district, make_user
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
ZOOMED = {"width": 1093, "height": 614}  # what 1366 × 768 leaves at 125 %
# Neighbours of the menu that overlap, and what is wider than its own box.
CROWDED = """() => {
  const rows = [...document.querySelectorAll('.x-side a, .x-side summary')].map(
    (row) => row.getBoundingClientRect());
  const overlaps = rows.filter((row, at) => at && row.top < rows[at - 1].bottom - 1).length;
  const boxes = [...document.querySelectorAll('.x-brand, .x-side a, .x-side summary, .x-pager select')];
  const spilling = boxes.filter((box) => box.scrollWidth > box.clientWidth + 1
    || box.scrollHeight > box.clientHeight + 1).map((box) => box.textContent.trim());
  const pen = document.createElement('canvas').getContext('2d');
  for (const input of document.querySelectorAll('.x-filter input[placeholder]')) {
    const style = getComputedStyle(input);
    pen.font = style.font;
    const room = input.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    if (pen.measureText(input.placeholder).width > room + 1) spilling.push(input.placeholder);
  }
  return [overlaps, spilling, document.documentElement.scrollWidth > window.innerWidth];
}"""


@pytest.fixture
def people():
    district = make_district()
    return {
        "desk": make_user(Role.ORG_DEPT, district.org_dept),
        "keeper": make_user(Role.SECURITY_ADMIN, district.administration),
        "runner": make_user(Role.SYSTEM_ADMIN, district.administration),
        "auditor": make_user(Role.AUDIT_ADMIN, district.administration),
    }


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("desk", "home"),
        ("desk", "inbox"),
        ("desk", "member-list"),
        ("desk", "export_approval-list"),
        ("keeper", "account-list"),
        ("keeper", "request-list"),
        ("runner", "home"),
        ("runner", "backup-list"),
        ("runner", "system-status"),
        ("auditor", "home"),
        ("auditor", "audit-list"),
        ("auditor", "audit-checks"),
    ],
)
def test_nothing_is_crowded_at_125_percent(who, name, people, signed_in_page, live_server):
    page = signed_in_page(people[who], reverse(name))
    page.context.add_cookies(
        [{"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": live_server.url}]
    )
    page.set_viewport_size(ZOOMED)
    page.goto(live_server.url + reverse(name))
    assert page.locator("html").get_attribute("lang") == "en"

    assert page.evaluate(CROWDED) == [0, [], False]
