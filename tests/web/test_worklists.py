from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import (
    make_business,
    make_coverage,
    make_district,
    make_member,
    make_organisation,
    make_report,
    make_user,
)
from xgz.models import AuditEntry, MemberWorkplace, SealedList
from xgz.models.sealed_lists import DECLARED_OWNERS, sealed_ids
from xgz.queries.work_rows import WorkRow
from xgz.rules.organisations import OrgState
from xgz.rules.registration import BusinessStatus
from xgz.rules.roles import Role
from xgz.rules.worklists import Reason, Worklist
from xgz.web.worklists.wording import _NEXT_STEPS, _REASONS, LISTS, next_step_of, reason_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


def workbook_of(response):
    """Read a streamed response to its end, which also closes it."""
    import openpyxl  # slow import

    return openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)))


def sign_in(client, role, body, **links):
    user = make_user(role, body, **links)
    client.force_login(user)
    return user


def url_of(which):
    return reverse("worklist", args=[which.value])


def make_proven(**values):
    business = make_business(**values)
    make_report(business, full_members=3)
    return business


def test_every_list_and_every_reason_has_its_words():
    assert set(LISTS) == set(Worklist)
    assert set(_REASONS) == set(_NEXT_STEPS) == set(Reason)


def test_the_overview_counts_what_the_lists_show(client, district):
    make_proven(township=district.qingping)
    make_organisation(district.qingping, state=OrgState.UNCONFIRMED)
    make_organisation(district.qingping)
    sign_in(client, Role.ORG_DEPT, district.org_dept)

    lists = client.get(reverse("worklists")).context["lists"]

    assert len(lists) == len(Worklist)
    assert sum(number for *_, number, _ in lists) >= 4
    for *_, number, url in lists:
        assert client.get(url).context["listing"].total == number


def test_a_row_shows_reason_rule_and_next_step(client, district):
    business = make_proven(name="清平镇双喜干货行", township=district.qingping)
    sign_in(client, Role.TOWNSHIP_COMMITTEE, district.qingping)

    page = client.get(url_of(Worklist.SHOULD_FORM)).content.decode()

    for words in (business.name, "2025 年报正式党员 3 名", "WL-1", "2025-12-31", "指导单独组建"):
        assert words in page


def test_roster_rows_are_counted_for_the_organization_line_only(client, district):
    business = make_proven(township=district.qingping)
    member = make_member(make_organisation(district.qingping), name="方柏梁")
    MemberWorkplace.objects.create(member=member, business=business)
    pages = {}
    for role, body in ((Role.ORG_DEPT, district.org_dept), (Role.BUREAU, district.bureau)):
        sign_in(client, role, body)
        pages[role] = client.get(url_of(Worklist.SHOULD_FORM)).content.decode()

    assert "名册记载 1 人在此" in pages[Role.ORG_DEPT]
    assert "名册记载" not in pages[Role.BUREAU]
    assert "方柏梁" not in pages[Role.ORG_DEPT]


def test_township_and_kind_narrow_a_list(client, district):
    make_proven(township=district.qingping, kind="small_micro_enterprise")
    make_proven(township=district.liuquan)
    sign_in(client, Role.ORG_DEPT, district.org_dept)
    url = url_of(Worklist.SHOULD_FORM)

    def total(**query):
        return client.get(url, query).context["listing"].total

    assert total(township=district.qingping.public_id) == 1
    assert total(kind="small_micro_enterprise") == 1
    assert total(kind="small_micro_enterprise", township=district.liuquan.public_id) == 0
    assert total(kind="nonsense", township="nonsense") == 2


@pytest.mark.parametrize("which", list(Worklist), ids=str)
@pytest.mark.parametrize("sort", ["name", "-township", "kind", "-since", "reason"], ids=str)
def test_every_list_opens_in_every_order(which, sort, client, district):
    make_proven(township=district.qingping)
    make_organisation(district.qingping)
    sign_in(client, Role.ORG_DEPT, district.org_dept)

    assert client.get(url_of(which), {"sort": sort}).status_code == 200


def test_an_empty_list_says_so(client, district):
    sign_in(client, Role.ORG_DEPT, district.org_dept)

    assert "没有应建未建的主体。" in client.get(url_of(Worklist.SHOULD_FORM)).content.decode()


@pytest.mark.parametrize("name", ["worklist", "worklist-export"], ids=str)
def test_declared_owners_are_hidden_from_the_market_line(name, client, district):
    row = SealedList.objects.create(name=DECLARED_OWNERS)
    report = make_report(make_business(name="金秋酒楼"), owner_is_member="yes")
    row.value_sealed = sealed_ids(row.public_id, [report.pk])
    row.save()
    url = reverse(name, args=[Worklist.DECLARED_OWNERS.value])

    sign_in(client, Role.BUREAU, district.bureau)
    assert client.get(url).status_code == 404
    assert "经营者申报" not in client.get(reverse("worklists")).content.decode()
    sign_in(client, Role.ORG_DEPT, district.org_dept)
    response = client.get(url)
    assert response.status_code == 200
    if response.streaming:
        assert workbook_of(response).active["A1"].value == "经营者申报为党员"


def test_an_unknown_list_is_not_found(client, district):
    sign_in(client, Role.ORG_DEPT, district.org_dept)

    assert client.get(reverse("worklist", args=["nothing"])).status_code == 404


@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.SECURITY_ADMIN], ids=str)
def test_people_without_figures_are_refused(role, client, district):
    sign_in(client, role, district.qingping_office)

    assert client.get(reverse("worklists")).status_code == 403
    assert client.get(url_of(Worklist.SHOULD_FORM)).status_code == 403


def test_the_export_holds_the_filtered_rows_and_is_recorded(client, district):
    make_proven(name="=1+1", township=district.qingping)
    make_proven(township=district.liuquan)
    user = sign_in(client, Role.BUREAU, district.bureau)
    url = reverse("worklist-export", args=[Worklist.SHOULD_FORM.value])

    sheet = workbook_of(client.get(url, {"township": district.qingping.public_id})).active

    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "应建未建"
    assert "清平镇" in rows[1][0]
    assert len(rows) == 5
    assert rows[4][:2] == (1, "=1+1")
    assert sheet["B5"].data_type == "s"
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor) == ("export.should-form", user)


@pytest.mark.parametrize("which", list(Worklist), ids=str)
def test_pages_stay_within_thirty_queries_whatever_the_rows(which, client, district):
    sign_in(client, Role.ORG_DEPT, district.org_dept)

    def queries():
        closed = make_business(status=BusinessStatus.CANCELLED)
        make_proven(township=district.qingping)
        organisation = make_organisation(district.qingping)
        make_coverage(organisation, business=closed)
        make_coverage(organisation, code_text="不详")
        with CaptureQueriesContext(connection) as captured:
            client.get(url_of(which))
            return len(captured.captured_queries)

    first = queries()
    queries()

    assert queries() == first <= 30


@pytest.mark.parametrize("reason", list(Reason), ids=str)
def test_every_sentence_takes_its_figures(reason):
    row = WorkRow(
        reason=reason,
        rule="WL-1",
        args={
            "number": 3,
            "year": 2025,
            "units": 2,
            "closed": 1,
            "date": "2026-01-01",
            "average": 65.8,
            "youngest": 60,
            "code": "x",
            "status": "cancelled",
        },
        since=None,
    )

    assert "%" not in reason_of(row)
    assert next_step_of(row)
