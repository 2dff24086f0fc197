"""A clerk renames a branch, looks at its ages and at its members; the pages are accessible."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import make_district, make_member, make_organisation, make_user
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
STUDY_YEARS = (1956, 1952, 1949, 1948, 1946)


@pytest.fixture
def branch():
    district = make_district()
    branch = make_organisation(
        district.qingping, name="清平所微型企业联合党支部", guiding_body=district.qingping_office
    )
    for year in STUDY_YEARS:
        make_member(branch, born_on=date(year, 3, 1))
    branch.clerk = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    return branch


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_clerk_renames_a_branch_and_finds_the_old_name(branch, signed_in_page, screenshot, phone):
    page = signed_in_page(branch.clerk, reverse("organisation-list"), phone=phone)
    page.get_by_role("link", name=branch.name).click()
    page.get_by_role("navigation", name="办理").get_by_role("link", name="更名").click()
    page.get_by_label("新名称").fill("清平所小微企业联合党支部")
    page.get_by_role("button", name="更名").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("清平所小微企业联合党支部")
    expect(page.get_by_text("清平所微型企业联合党支部 → 清平所小微企业联合党支部")).to_be_visible()
    screenshot(page, "organisation-phone" if phone else "organisation")


def test_the_study_average_shows_for_its_day(branch, signed_in_page):
    page = signed_in_page(branch.clerk, reverse("organisation-detail", args=[branch.public_id]))
    page.get_by_label("看另一天").fill("2016-12-31")
    page.get_by_role("button", name="计算").click()

    expect(page.get_by_role("row", name="2016-12-31")).to_contain_text("65.8")
    expect(page.get_by_role("row", name="2016-12-31")).to_contain_text("老龄化无接续")


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_lists_details_and_forms_are_accessible(branch, signed_in_page, axe, phone):
    member = branch.members.first()
    addresses = [
        reverse("organisation-list"),
        reverse("organisation-detail", args=[branch.public_id]),
        reverse("organisation-change", args=[branch.public_id, "split"]),
        reverse("member-list"),
        reverse("member-detail", args=[member.public_id]),
        reverse("member-change", args=[member.public_id, "status"]),
    ]

    faults = {
        address: axe(signed_in_page(branch.clerk, address, phone=phone)) for address in addresses
    }

    assert faults == dict.fromkeys(addresses, [])


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_merging_is_asked_a_second_time(branch, signed_in_page, screenshot, axe, phone):
    other = make_organisation(branch.body.parent, name="清平二支部")
    page = signed_in_page(
        branch.clerk, reverse("organisation-detail", args=[branch.public_id]), phone=phone
    )
    page.get_by_text("补登已在系统外办完的事项").click()
    page.get_by_role("link", name="补登并入其他党组织").click()
    page.get_by_label("并入").select_option(label="清平二支部")
    page.get_by_role("button", name="补登并入其他党组织").click()

    expect(page.get_by_text("划入“清平二支部”：在册人员 5 名。")).to_be_visible()
    assert axe(page) == []
    screenshot(page, "organisation-confirm-phone" if phone else "organisation-confirm")
    page.get_by_role("button", name="确认补登并入其他党组织").click()

    expect(page.get_by_text("已撤销", exact=True).first).to_be_visible()
    assert other.members.count() == 5
