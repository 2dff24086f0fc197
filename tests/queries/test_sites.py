"""Whose site lacks something, and the short figures of one organisation, say what the rows say."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.factories import TODAY, make_organisation
from tests.factories.closures import the_district
from tests.factories.formations import moment
from tests.factories.sites import make_support, see
from xgz.models import Organisation, SupportUse
from xgz.queries.organisation_site import site_in_short
from xgz.queries.sites import lacks_basics, missing_of, site_of
from xgz.queries.supports import holding_of
from xgz.rules.sites import BASICS, SiteItem, SiteState

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch():
    return make_organisation(the_district().qingping)


def lacking():
    return set(Organisation.objects.filter(lacks_basics()))


def test_all_three_have_to_be_there(branch):
    assert lacking() == {branch}
    for item in BASICS:
        assert lacking() == {branch}
        see(branch, item)

    assert lacking() == set()
    assert site_of(branch, TODAY).state is SiteState.PARTLY


def test_the_newest_look_counts_by_its_day_and_then_by_its_entry(branch):
    for item in BASICS:
        see(branch, item, seen_on=TODAY - timedelta(days=5))
    see(branch, SiteItem.SEAL, is_there=False, seen_on=TODAY - timedelta(days=9))
    assert lacking() == set()

    see(branch, SiteItem.SEAL, is_there=False, seen_on=TODAY - timedelta(days=5))
    assert lacking() == {branch}
    assert site_in_short(branch).missing == ["印章"]

    see(branch, SiteItem.SEAL)
    assert lacking() == set()
    assert site_in_short(branch).missing == []


def test_in_short_it_says_what_the_whole_page_says(branch):
    before = site_in_short(branch)
    assert (before.is_known, len(before.missing)) == (False, 3)
    money = make_support(branch)
    make_support(branch, amount=Decimal("0.05"))
    make_support(branch, withdrawn_at=moment(), withdrawn_reason="重复登记")
    make_support(branch, kind="material", thing="折叠椅（把）", amount=20)
    SupportUse.objects.create(
        support=money,
        used_on=TODAY,
        amount=Decimal("200.30"),
        purpose="制作标牌",
        entered_at=moment(),
    )

    short = site_in_short(branch)

    assert short.sums == holding_of(branch).sums
    assert (short.sums.given, short.sums.left) == (Decimal("1200.55"), Decimal("1000.25"))


def test_of_another_organisation_nothing_counts(branch):
    other = make_organisation(the_district().qingping)
    make_support(other)
    for item in BASICS:
        see(other, item)

    assert len(site_in_short(branch).missing) == 3
    assert site_in_short(branch).sums.given == 0


def test_what_is_missing_of_many_takes_two_questions(branch, django_assert_num_queries):
    see(branch, SiteItem.PLACE, seen_on=TODAY - timedelta(days=1))
    others = [make_organisation(the_district().qingping) for _ in range(3)]

    with django_assert_num_queries(2):
        rows = missing_of([branch, *others], TODAY)

    (_organisation, missing, seen_on) = rows[0]
    assert SiteItem.PLACE not in {entry.key for entry in missing}
    assert seen_on == TODAY - timedelta(days=1)
    assert [row[2] for row in rows[1:]] == [None] * 3
