import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    make_business,
    make_coverage,
    make_district,
    make_market,
    make_member,
    make_organisation,
    make_report,
    make_stall,
    make_user,
)
from xgz.access import clock
from xgz.models import InstructorLink, Job, StatusEvent
from xgz.rules.jobs import JobState
from xgz.rules.registration import BusinessStatus
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


def home(client, role, body, **links):
    user = make_user(role, body, **links)
    client.force_login(user)
    return client.get(reverse("home"))


def make_work(district):
    closed = make_business(
        name="老街米粉店", township=district.qingping, status=BusinessStatus.CANCELLED
    )
    StatusEvent.objects.create(
        business=closed, kind="closed", happened_on=timezone.localdate(), status="cancelled"
    )
    business = make_business(township=district.qingping, office=district.qingping_office)
    make_report(business, full_members=3)
    make_stall(make_market(township=district.qingping), business)
    make_coverage(make_organisation(district.qingping), business=closed)


@pytest.mark.parametrize(
    ("role", "place", "offers"),
    [
        (Role.ORG_DEPT, "org_dept", True),
        (Role.BUREAU, "bureau", True),
        (Role.TOWNSHIP_COMMITTEE, "qingping", False),
    ],
    ids=["organization", "bureau", "township"],
)
def test_an_empty_register_says_what_to_do_first(role, place, offers, client, district):
    page = home(client, role, getattr(district, place)).content.decode()

    assert "还没有登记数据" in page
    assert (f'href="{reverse("import-list")}">导入登记数据' in page) is offers


def test_an_office_sees_figures_work_and_closures_with_links(client, district):
    make_work(district)

    response = home(client, Role.ORG_DEPT, district.org_dept)
    page = response.content.decode()

    assert [card.rate.denominator for card in response.context["cards"]] == [2, 2, 1, 1]
    assert "老街米粉店" in page
    assert "仍被党组织列为覆盖单位" in page
    assert reverse("worklist", args=["should-form"]) in page
    assert "各乡镇（街道）组织覆盖率" in page
    for card in response.context["cards"]:
        assert card.denominator_url.replace("&", "&amp;") in page


def test_closures_that_need_nothing_are_counted_apart(client, district):
    make_work(district)
    plain = make_business(name="河湾修鞋铺", status=BusinessStatus.CANCELLED)
    StatusEvent.objects.create(
        business=plain, kind="closed", happened_on=timezone.localdate(), status="cancelled"
    )

    page = home(client, Role.ORG_DEPT, district.org_dept).content.decode()

    assert "近 90 天 2 户，需处理 1 户" in page
    assert "河湾修鞋铺" not in page
    assert f'href="{reverse("worklist", args=["closures"])}?need=all"' in page


def test_a_township_sees_no_chart_and_nothing_of_another(client, district):
    make_work(district)

    response = home(client, Role.TOWNSHIP_COMMITTEE, district.liuquan)

    assert "还没有登记数据" in response.content.decode()
    make_business(township=district.liuquan)
    response = home(client, Role.TOWNSHIP_COMMITTEE, district.liuquan)
    assert response.context["chart"] is None
    assert response.context["cards"][0].rate.denominator == 1
    assert "老街米粉店" not in response.content.decode()


def test_an_instructor_sees_the_own_businesses_alone(client, district):
    own, other = make_business(name="双喜干货行"), make_business(name="别家商行")
    user = make_user(Role.INSTRUCTOR, district.qingping_office)
    InstructorLink.objects.create(
        instructor=user,
        station=district.qingping_office,
        business=own,
        valid_from=timezone.localdate(),
    )
    client.force_login(user)

    response = client.get(reverse("home"))

    assert response.context["served"].businesses == 1
    assert own.name in response.content.decode()
    assert other.name not in response.content.decode()
    assert "组织覆盖率" not in response.content.decode()


def test_a_secretary_sees_the_own_branch_with_its_findings(client, district):
    branch, other = make_organisation(district.qingping), make_organisation(district.qingping)

    page = home(client, Role.BRANCH_SECRETARY, branch.body).content.decode()

    assert branch.name in page
    assert "OR-1" in page
    assert other.name not in page


def test_a_member_sees_the_two_links(client, district):
    formal, activity = make_organisation(district.qingping), make_organisation(district.liuquan)
    member = make_member(formal, activity_org=activity)

    page = home(client, Role.MEMBER, formal.body, member=member).content.decode()

    assert formal.name in page
    assert activity.name in page


def test_an_owner_sees_the_own_business_and_what_it_declared(client, district):
    business = make_business(name="金秋酒楼")
    make_report(business, members_declared=7, owner_is_member="yes")
    make_business(name="别家酒楼")

    page = home(client, Role.OWNER, district.qingping, business=business).content.decode()

    assert "金秋酒楼" in page
    assert ">7<" in page
    assert "别家酒楼" not in page


@pytest.mark.parametrize(
    "role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN], ids=str
)
def test_administrators_see_accounts_and_bodies_only(role, client, district):
    make_work(district)

    response = home(client, role, district.administration)

    assert response.context["administration"].accounts == 1
    assert response.context["administration"].offices == 9
    assert "cards" not in response.context
    assert "老街米粉店" not in response.content.decode()


def test_the_market_line_reads_nothing_about_owners(client, district):
    make_work(district)

    assert "经营者申报" not in home(client, Role.BUREAU, district.bureau).content.decode()


def test_without_a_role_the_page_says_whom_to_ask(client, django_user_model):
    client.force_login(django_user_model.objects.create(username="new"))

    assert "还没有分配岗位" in client.get(reverse("home")).content.decode()


@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.ORG_DEPT, "org_dept"), (Role.STATION_HEAD, "qingping_office")],
    ids=str,
)
def test_the_page_stays_within_thirty_queries(role, place, client, district):
    make_work(district)
    client.force_login(make_user(role, getattr(district, place)))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("home"))
            return len(captured.captured_queries)

    first = queries()
    make_work(district)

    assert queries() == first <= 30


def test_only_the_system_administrator_sees_failed_jobs(client, district):
    failed = {"requested_at": clock.now(), "finished_at": clock.now(), "attempt": 5}
    Job.objects.create(
        kind="cases.remind", state=JobState.FAILED, fault="OperationalError", **failed
    )
    Job.objects.create(kind="cases.move_up", state=JobState.DONE, **failed)
    Job.objects.create(kind="of.another.version", state=JobState.FAILED, **failed)

    shown = home(client, Role.SYSTEM_ADMIN, district.administration).content.decode()
    assert "到期提醒" in shown
    assert "OperationalError" in shown
    assert "of.another.version" in shown
    assert "超期事项上报" not in shown
    for role, body in (
        (Role.AUDIT_ADMIN, district.administration),
        (Role.ORG_DEPT, district.org_dept),
    ):
        assert "OperationalError" not in home(client, role, body).content.decode()
