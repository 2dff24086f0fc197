"""What pages of matching offer and say: a task's own purpose, no comparison, few leads, nothing found."""

import re

import pytest
from django.urls import reverse

from tests.factories import make_district, make_organisation, make_user
from tests.factories.matching import NOW, make_task
from xgz.access import clock
from xgz.models import MatchingNotice
from xgz.rules.matching import MatchPurpose, OwnerList
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: NOW):
        yield


@pytest.fixture
def district():
    return make_district()


def signed_in(client, role, body):
    client.force_login(make_user(role, body))
    return client


@pytest.mark.parametrize("page", ["matching-detail", "matching-review"])
def test_a_task_offers_its_own_purpose_alone_and_chooses_none(client, district, page):
    signed_in(client, Role.ORG_DEPT, district.org_dept)
    task = make_task(district.qingping, purpose=MatchPurpose.BELONG)

    text = client.get(reverse(page, args=[task.public_id])).text
    choice = re.search(r'<select name="purpose".*?</select>', text, re.S)[0]

    assert re.findall(r'value="(\w*)"', choice) == ["", "belong"]
    assert 'value="" selected' in choice


@pytest.mark.parametrize(("found", "says_so"), [(0, True), (1, False)])
@pytest.mark.parametrize("page", ["list", "detail"])
def test_a_comparison_that_found_nothing_waits_for_no_review(
    client, district, page, found, says_so
):
    signed_in(client, Role.ORG_DEPT, district.org_dept)
    task = make_task(district.qingping, found=found)
    address = reverse(f"matching-{page}", args=[task.public_id] if page == "detail" else [])

    assert ("没有需要复核的" in client.get(address).text) is says_so


@pytest.mark.parametrize(("compared", "says_so"), [("belong", False), ("find", True)])
def test_a_list_without_a_comparison_of_its_purpose_claims_nothing(
    client, district, compared, says_so
):
    signed_in(client, Role.ORG_DEPT, district.org_dept)
    make_organisation(district.qingping)
    make_task(district.qingping, purpose=compared)

    text = client.get(reverse("owner-list", args=[OwnerList.SHOULD_MOVE]) + "?purpose=belong").text

    assert ("没有为这一用途做过比对" in text) is says_so
    assert ("没有应转未转的党员" in text) is not says_so


def test_each_body_hears_of_a_run_once_and_of_few_leads_in_words(client, district):
    for body, about in (
        (district.bureau, 5),
        (district.qingping_office, 5),
        (district.liuquan_office, 0),
    ):
        MatchingNotice.objects.create(body=body, about=about, made_on=clock.today())

    def told(role, body):
        return signed_in(client, role, body).get(reverse("matching-notices")).text

    of_bureau = told(Role.BUREAU, district.bureau)
    assert of_bureau.count("比对完成") == 1
    assert "约 5 条" in of_bureau
    of_station = told(Role.STATION_HEAD, district.liuquan_office)
    assert of_station.count("比对完成") == 1
    assert "不足 5 条" in of_station
    assert "约 0 条" not in of_station
