"""Leads from what businesses declared: what is asked does not grow with the businesses (LD-16)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import TODAY, make_report
from tests.factories.closures import NOW, make_shop, the_district
from tests.factories.district import actor_as
from tests.factories.leads import a_number, a_phone, make_draft, make_known_member, make_lead
from tests.factories.matching import make_owner
from xgz.access.actor import clock_actor
from xgz.models import (
    AnnualReport,
    Lead,
    MemberWorkplace,
    ProtectedDigest,
    RefusalDigest,
    SealedList,
)
from xgz.models.sealed_lists import DECLARED_OWNERS, sealed_ids
from xgz.queries.lead_declarations import declared_owners
from xgz.queries.lead_identity import LeadIdentity, protected_digests, refusal_digests
from xgz.rules.leads import LeadSource, LeadState
from xgz.rules.roles import Role
from xgz.services import leads

pytestmark = pytest.mark.django_db
CLOCK = clock_actor(TODAY)


@pytest.fixture
def department():
    return actor_as(Role.ORG_DEPT, the_district().org_dept)


def declare(*shops):
    """Note in the sealed list that the newest reports declare these owners members."""
    for shop in shops:
        if not AnnualReport.objects.filter(business=shop).exists():
            make_report(shop, owner_is_member="yes", members_declared=1)
    reports = AnnualReport.objects.filter(business__in=shops).values_list("pk", flat=True)
    row, _made = SealedList.objects.get_or_create(name=DECLARED_OWNERS)
    row.value_sealed = sealed_ids(row.public_id, reports)
    row.save()


def shop_of(number, **values):
    """Make a shop with an owner of its own name."""
    return make_owner(the_district().qingping, owner_name=f"石有{chr(0x4E00 + number)}", **values)


def named_by_the_roster(number):
    shop = shop_of(number)
    member = make_known_member(name=shop.owner_name, id_number=a_number(), phone=a_phone())
    MemberWorkplace.objects.create(member=member, business=shop)
    return shop


def said_no(number):
    shop = shop_of(number)
    who = LeadIdentity.of(name=shop.owner_name, phone="", id_number="", place=shop.public_id)
    for digest in refusal_digests([who]):
        RefusalDigest.objects.create(digest=digest, refused_on=TODAY)
    return shop


def protected(number):
    shop = shop_of(number, phone=a_phone())
    who = LeadIdentity.of(name="", phone=shop.phone, id_number="", place="")
    for digest in protected_digests([who]):
        ProtectedDigest.objects.create(digest=digest, group="a" * 12, protected_on=TODAY)
    return shop


def has_a_lead_of_the_field(number):
    """A hint of an instructor about the owner: not from inside, so the business is looked at."""
    shop = shop_of(number)
    draft = make_draft(business=shop, name=shop.owner_name, phone="")
    assert leads.open_lead(CLOCK, draft, now=NOW) is not None
    return shop


def has_a_lead_elsewhere(number):
    """The same ID number at another place."""
    shop = shop_of(number, owner_id=a_number())
    draft = make_draft(name=shop.owner_name, id_number=shop.owner_id_number)
    assert leads.open_lead(CLOCK, draft, now=NOW) is not None
    return shop


PASSED_OVER = [
    named_by_the_roster,
    said_no,
    protected,
    has_a_lead_of_the_field,
    has_a_lead_elsewhere,
]


def opened(actor):
    """Return how many leads one click opens, and how many queries it takes."""
    with CaptureQueriesContext(connection) as asked:
        number = leads.leads_from_declarations(actor=actor, now=NOW)
    return number, len(asked)


@pytest.mark.parametrize("make", PASSED_OVER, ids=lambda each: each.__name__)
def test_who_is_passed_over_costs_no_question_of_its_own(department, make):
    costs = []
    shops = []
    for number in (3, 30):
        shops += [make(each) for each in range(len(shops), number)]
        declare(*shops)
        costs.append(opened(department))

    assert costs[0] == costs[1]
    assert costs[0][0] == 0
    assert costs[0][1] <= 12


def test_staff_at_a_place_with_a_lead_costs_no_question_of_its_own(department):
    """A field lead about the very place, without a name, of the same source."""
    costs = []
    for number in (3, 27):
        for _ in range(number):
            shop = make_shop(the_district())
            make_report(shop, members_declared=1)
            draft = make_draft(business=shop, name="", phone="", source=LeadSource.ANNUAL_REPORT)
            lead = leads.open_lead(CLOCK, draft, now=NOW)
            Lead.objects.filter(pk=lead.pk).update(is_inside=False)
        costs.append(opened(department))

    assert costs[0] == costs[1]
    assert costs[0][0] == 0


def test_the_names_at_the_businesses_are_asked_for_at_once(department):
    costs = []
    shops = []
    for number in (3, 30):
        shops += [shop_of(each) for each in range(len(shops), number)]
        declare(*shops)
        with CaptureQueriesContext(connection) as asked:
            found = list(declared_owners(department, "lead.check"))
        assert {shop.pk for shop in found} == {shop.pk for shop in shops}
        costs.append(len(asked))

    assert costs[0] == costs[1] == 3


def test_each_lead_that_is_opened_costs_what_opening_one_costs(department):
    """Beside the questions asked once, a click costs what its leads cost, each a piece of work."""
    costs = []
    for number in (3, 30):
        shops = [shop_of(number * 100 + each) for each in range(number)]
        declare(*shops)
        costs.append(opened(department))
    shop = shop_of(9999)
    draft = leads.LeadDraft(
        source=LeadSource.UNMATCHED_OWNER,
        source_on=TODAY,
        area=shop.township,
        business=shop,
        name=shop.owner_name,
    )
    with CaptureQueriesContext(connection) as asked:
        assert leads.open_lead(department, draft, now=NOW) is not None

    assert [number for number, _cost in costs] == [3, 30]
    assert costs[1][1] - costs[0][1] == 27 * len(asked)


def test_one_owner_with_two_shops_becomes_one_lead_in_one_click(department):
    number = a_number()
    declare(shop_of(1, owner_id=number), shop_of(1, owner_id=number))

    assert opened(department)[0] == 1
    assert Lead.objects.count() == 1


@pytest.mark.parametrize(
    ("state", "is_opened"), [(LeadState.MOVED_AWAY, True), (LeadState.RULED_OUT, False)]
)
def test_of_an_ended_lead_only_one_moved_away_is_followed_by_another(department, state, is_opened):
    shop = shop_of(1, owner_id=a_number())
    make_lead(state=state, name=shop.owner_name, id_number=shop.owner_id_number)
    declare(shop)

    assert opened(department)[0] == int(is_opened)


@pytest.mark.parametrize(
    ("state", "is_opened"), [(LeadState.VISITED, False), (LeadState.RULED_OUT, True)]
)
def test_of_a_lead_at_the_place_only_an_open_one_counts(department, state, is_opened):
    shop = shop_of(1)
    make_lead(state=state, business=shop, name=shop.owner_name, phone="")
    declare(shop)

    assert opened(department)[0] == int(is_opened)
