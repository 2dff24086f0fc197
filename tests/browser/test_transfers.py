"""Two committees walk a transfer on their own devices, and a letter of 91 days leaves the pocket list."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import TODAY, make_district, make_member, make_organisation, make_user
from tests.factories.transfers import make_transfer, moment
from xgz.access import clock
from xgz.models import Member
from xgz.rules.roles import Role
from xgz.rules.transfers import TransferState

pytestmark = pytest.mark.django_db(transaction=True)
DEVICES = pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
NAME = "欧阳方舟"


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: moment(TODAY)):
        yield


@pytest.fixture
def sides():
    district = make_district()
    home = make_organisation(district.qingping, name="清平商圈联合党支部")
    target = make_organisation(district.liuquan, name="柳泉商会党支部")
    home.clerk = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    target.clerk = make_user(Role.TOWNSHIP_COMMITTEE, district.liuquan)
    home.traveller = make_member(
        home, name=NAME, id_number="36099919680402241X", sex="male", ethnicity="汉族"
    )
    return home, target


def _narrow(page):
    """Return the lists wider than their frame: on a phone nothing should have to be slid."""
    return page.eval_on_selector_all(
        ".x-scroll", "all => all.filter(each => each.scrollWidth > each.clientWidth).length"
    )


@DEVICES
def test_from_the_proposal_to_acceptance_with_two_accounts(
    sides, signed_in_page, screenshot, phone
):
    home, target = sides
    page = signed_in_page(
        home.clerk, reverse("member-detail", args=[home.traveller.public_id]), phone=phone
    )
    page.get_by_role("link", name="转接组织关系").click()
    page.get_by_label("查找转入党组织").fill("柳泉 商会")
    page.get_by_role("button", name="查找").click()
    page.get_by_label("区内转入党组织").select_option(label="柳泉商会党支部（柳泉镇党委）")
    page.get_by_label("转接原因").select_option(label="工作单位变动")
    page.get_by_label("传递方式").select_option(label="党员自带")
    screenshot(page, "transfer-propose-phone" if phone else "transfer-propose", full_page=True)
    page.get_by_role("button", name="提出转接").click()
    page.get_by_role("link", name="开具介绍信", exact=True).click()
    page.get_by_role("button", name="开具介绍信").click()
    expect(page.get_by_text("清平转〔2026〕1号").first).to_be_visible()
    screenshot(page, "transfer-phone" if phone else "transfer", full_page=True)

    other = signed_in_page(target.clerk, reverse("transfer-list"), phone=phone)
    screenshot(other, "transfers-phone" if phone else "transfers")
    other.get_by_role("link", name=NAME).click()
    other.get_by_role("link", name="接收", exact=True).click()
    other.get_by_role("button", name="接收").click()

    expect(other.get_by_text("已接收").first).to_be_visible()
    assert Member.objects.get(pk=home.traveller.pk).formal_org == target


@DEVICES
def test_a_letter_of_91_days_is_accepted_late_and_leaves_the_pocket_list(
    sides, signed_in_page, screenshot, phone
):
    home, target = sides
    make_transfer(member=home.traveller, to_org=target, today=TODAY - timedelta(days=91))
    pocket = f"{reverse('transfer-list')}?list=pocket"
    sender = signed_in_page(home.clerk, pocket, phone=phone)
    receiver = signed_in_page(target.clerk, pocket, phone=phone)
    screenshot(sender, "transfers-pocket-phone" if phone else "transfers-pocket")
    for page in (sender, receiver):
        expect(page.get_by_role("row", name=re.compile("过期 1 天"))).to_be_visible()

    receiver.get_by_role("link", name=NAME).click()
    receiver.get_by_role("link", name="逾期接收").click()
    receiver.get_by_label("意见或理由").fill("外出务工，未及时报到")
    receiver.get_by_role("button", name="逾期接收").click()
    expect(receiver.get_by_text("已接收").first).to_be_visible()

    for page in (sender, receiver):
        page.goto(page.url.split("/transfers/")[0] + pocket)
        expect(page.get_by_role("heading", name="这一类现在没有转接")).to_be_visible()


@DEVICES
def test_the_pages_are_accessible_and_fit(sides, signed_in_page, axe, phone):
    home, target = sides
    draft = make_transfer(state=TransferState.DRAFT, from_org=home, to_org=target)
    issued = make_transfer(member=home.traveller, to_org=target, today=TODAY - timedelta(days=60))
    late = make_transfer(state=TransferState.EXPIRED, from_org=home, to_org=target)
    addresses = [
        reverse("transfer-list"),
        f"{reverse('transfer-list')}?list=pocket",
        reverse("transfer-propose"),
        reverse("transfer-propose-member", args=[home.traveller.public_id]),
        reverse("transfer-detail", args=[issued.public_id]),
        reverse("transfer-detail", args=[late.public_id]),
        reverse("transfer-step", args=[draft.public_id, "issue"]),
        reverse("transfer-letter", args=[issued.public_id]),
    ]
    faults, wide = {}, []
    for address in addresses:
        page = signed_in_page(home.clerk, address, phone=phone)
        faults[address] = axe(page)
        overflows = page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        if overflows or (phone and "letter" not in address and _narrow(page)):
            wide.append(address)

    assert faults == dict.fromkeys(addresses, [])
    assert wide == []


def test_the_letter_prints_on_one_sheet(sides, signed_in_page, screenshot):
    home, target = sides
    case = make_transfer(member=home.traveller, to_org=target, dues_paid_to=TODAY)
    page = signed_in_page(home.clerk, reverse("transfer-letter", args=[case.public_id]))
    screenshot(page, "transfer-letter", full_page=True)

    pages = page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")

    assert pages == 1
