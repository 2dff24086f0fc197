"""Lists on a phone: the filter folds, a row's main facts show without sliding, nothing is lost."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.measures import fits
from tests.factories import (
    make_business,
    make_coverage,
    make_district,
    make_market,
    make_member,
    make_organisation,
    make_stall,
    make_user,
)
from tests.factories.adjustments import make_adjustment
from tests.factories.closures import make_closure, the_district
from tests.factories.elections import make_election, moment
from tests.factories.establishing import make_establishing
from xgz.access import clock
from xgz.rules.adjustments import AdjustmentState, Sort
from xgz.rules.closures import ClosureState
from xgz.rules.establishing import EstablishingState
from xgz.rules.organisations import FormationMode
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
LISTS = ("business-list", "market-list", "organisation-list", "member-list")


@pytest.fixture
def clerk():
    district = make_district()
    branch = make_organisation(
        district.qingping,
        name="清平所微型企业联合党支部",
        formation_mode=FormationMode.JOINT,
        guiding_body=district.qingping_office,
        term_ends_on=date(2024, 3, 1),
    )
    make_member(branch, born_on=date(1950, 3, 1))
    market = make_market(name="清平南塘粮油农贸市场", township=district.qingping)
    for name in ("清平镇老街双喜干货调味品经营部", "清平镇南塘建材有限责任公司"):
        business = make_business(
            name=name, township=district.qingping, office=district.qingping_office
        )
        make_stall(market, business)
    make_coverage(branch, business=business)
    return make_user(Role.ORG_DEPT, district.org_dept)


@pytest.mark.parametrize("name", LISTS)
def test_a_phone_shows_the_rows_without_sliding(clerk, signed_in_page, screenshot, name):
    page = signed_in_page(clerk, reverse(name), phone=True)

    widths = page.eval_on_selector_all(
        ".x-scroll", "all => all.map(each => [each.scrollWidth, each.clientWidth])"
    )

    screenshot(page, f"phone-{name}")
    assert widths
    assert all(inner <= outer for inner, outer in widths), widths


@pytest.mark.parametrize("name", LISTS)
def test_the_filter_folds_on_a_phone_and_stands_open_on_a_desk(clerk, signed_in_page, name):
    phone = signed_in_page(clerk, reverse(name), phone=True)
    desk = signed_in_page(clerk, reverse(name))

    expect(desk.get_by_role("search")).to_be_visible()
    expect(phone.get_by_role("search")).to_be_hidden()
    phone.get_by_text("筛选", exact=True).click()
    expect(phone.get_by_role("search")).to_be_visible()


@pytest.mark.parametrize("kind", ["election", "establishing", "adjustment", "closure"])
def test_a_far_provisional_date_of_a_case_takes_a_second_line(signed_in_page, screenshot, kind):
    """Days of next year are provisional, which makes the words beside the date long."""
    user = make_user(Role.TOWNSHIP_COMMITTEE, the_district().qingping)
    {
        "election": lambda: make_election(name="清平镇个私协会党支部"),
        "establishing": lambda: make_establishing(
            procedure=None, state=EstablishingState.RUNNING_IN
        ),
        "adjustment": lambda: make_adjustment(
            state=AdjustmentState.CARRYING_OUT, sort=Sort.REVIVE, name="清平镇个私协会党支部"
        ),
        "closure": lambda: make_closure(state=ClosureState.CARRYING_OUT),
    }[kind]()
    with clock.showing(moment):
        page = signed_in_page(user, reverse(f"{kind}-list") + "?list=open", phone=True)

        screenshot(page, f"phone-{kind}-list")
        expect(page.locator("main tbody tr")).to_have_count(1)
        assert fits(page)
