"""Work that is no case on the first page and in the inbox: claims, pairs of a comparison."""

import pytest
from django.urls import reverse

from tests.factories import make_district, make_organisation, make_user
from tests.factories.matching import NOW, make_pair, make_task, make_twins
from tests.factories.self_reports import hang_poster, make_claim
from xgz.access import clock
from xgz.models import MatchingTask, MatchPair, SelfReport
from xgz.rules.matching import Decision, TaskState
from xgz.rules.roles import Role
from xgz.rules.self_reports import ReportState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: NOW):
        yield


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def claims(district):
    """Two claims in one township, one in the other."""
    for place in (district.qingping, district.qingping, district.liuquan):
        make_claim(hang_poster(place, today=clock.today()), today=clock.today(), now=NOW)


def pages(client, district, role, where):
    client.force_login(make_user(role, getattr(district, where)))
    return [client.get(reverse(name)).text for name in ("home", "inbox")]


@pytest.mark.parametrize(
    ("role", "where", "number"),
    [
        (Role.TOWNSHIP_COMMITTEE, "qingping", 2),
        (Role.TOWNSHIP_COMMITTEE, "liuquan", 1),
        (Role.ORG_DEPT, "org_dept", 3),
        (Role.BUREAU, "bureau", None),
        (Role.INSTRUCTOR, "qingping_office", None),
    ],
)
def test_claims_wait_with_those_who_may_verify_them(client, district, claims, role, where, number):
    for text in pages(client, district, role, where):
        if number is None:
            assert "自主登记待核实" not in text
        else:
            assert f"自主登记待核实 {number} 条" in text
            assert reverse("self_report-list") in text
            assert "现在没有等您办理的事项" not in text


def test_verified_claims_wait_no_more(client, district, claims):
    SelfReport.objects.update(state=ReportState.VERIFIED, decided_at=NOW)

    for text in pages(client, district, Role.TOWNSHIP_COMMITTEE, "qingping"):
        assert "自主登记待核实" not in text
        assert "现在没有等您办理的事项" in text


@pytest.mark.parametrize(
    ("role", "where", "is_told"),
    [
        (Role.ORG_DEPT, "org_dept", True),
        (Role.TOWNSHIP_COMMITTEE, "qingping", False),
        (Role.BUREAU, "bureau", False),
    ],
)
def test_pairs_wait_with_the_department_alone(client, district, role, where, is_told):
    task, branch = make_task(district.qingping), make_organisation(district.qingping)
    for decision in (Decision.OPEN, Decision.OPEN, Decision.LATER, Decision.NO):
        make_pair(task, *make_twins(branch, district.qingping), decision=decision)

    for text in pages(client, district, role, where):
        assert ("比对结果待复核 3 条" in text) is is_told
        assert (reverse("matching-detail", args=[task.public_id]) in text) is is_told


@pytest.mark.parametrize("change", ["decided", "expired"])
def test_what_cannot_be_reviewed_is_no_work(client, district, change):
    task, branch = make_task(district.qingping), make_organisation(district.qingping)
    make_pair(task, *make_twins(branch, district.qingping))
    if change == "decided":
        MatchPair.objects.update(decision=Decision.YES, decided_at=NOW)
    else:
        MatchingTask.objects.update(state=TaskState.EXPIRED)

    for text in pages(client, district, Role.ORG_DEPT, "org_dept"):
        assert "比对结果待复核" not in text
