from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    make_business,
    make_coverage,
    make_district,
    make_member,
    make_organisation,
    make_report,
    make_user,
    seat_of,
)
from xgz.models import AuditEntry, MemberWorkplace, SealedList, StatusEvent
from xgz.models.sealed_lists import DECLARED_OWNERS, sealed_ids
from xgz.queries.work_rows import WorkRow
from xgz.queries.worklist_wording import _NEXT_STEPS, _REASONS, LISTS, next_step_of, reason_of
from xgz.rules.organisations import OrgState
from xgz.rules.registration import BusinessStatus
from xgz.rules.roles import Role
from xgz.rules.worklists import Reason, Worklist

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


def test_a_declared_organisation_changes_reason_and_next_step_on_page_and_export(client, district):
    make_report(
        make_business(township=district.qingping),
        full_members=3,
        org_type="branch",
        formation_mode="standalone",
        formed_on=date(2018, 5, 1),
    )
    sign_in(client, Role.BUREAU, district.bureau)
    said = "年报申报已建党支部（单独组建，2018-05-01），名册未见"

    page = client.get(url_of(Worklist.SHOULD_FORM)).content.decode()
    export = client.get(reverse("worklist-export", args=[Worklist.SHOULD_FORM.value]))
    row = list(workbook_of(export).active.iter_rows(values_only=True))[4]

    for shown in (page, str(row)):
        assert f"没有党组织覆盖；{said}" in shown
        assert "先核对党组织名册" in shown
        assert "指导单独组建" not in shown


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
    make_business()
    sign_in(client, Role.ORG_DEPT, district.org_dept)

    assert "没有应建未建的主体。" in client.get(url_of(Worklist.SHOULD_FORM)).content.decode()


@pytest.mark.parametrize("which", list(Worklist), ids=str)
def test_an_empty_register_is_not_reassuring(which, client, district):
    sign_in(client, Role.ORG_DEPT, district.org_dept)

    for url in (url_of(which), reverse("worklists")):
        page = client.get(url).content.decode()
        assert "还没有登记数据，请先导入" in page
        assert LISTS[which].empty not in page


def test_organisations_show_though_no_business_is_known(client, district):
    make_organisation(district.qingping, name="清平第一党支部", state=OrgState.UNCONFIRMED)
    sign_in(client, Role.ORG_DEPT, district.org_dept)

    overview = client.get(reverse("worklists")).content.decode()
    page = client.get(url_of(Worklist.UNCONFIRMED)).content.decode()

    assert "还没有登记数据，请先导入" in overview
    assert "待确认的党组织" in overview
    assert "清平第一党支部" in page
    assert "还没有登记数据" not in page


def test_closures_kept_for_the_record_show_when_asked_for(client, district):
    closed = make_business(name="老街米粉店", status=BusinessStatus.CANCELLED)
    StatusEvent.objects.create(
        business=closed, kind="closed", happened_on=timezone.localdate(), status="cancelled"
    )
    sign_in(client, Role.ORG_DEPT, district.org_dept)
    url = url_of(Worklist.CLOSURES)

    first, every = client.get(url), client.get(url, {"need": "all"})
    export = client.get(reverse("worklist-export", args=[Worklist.CLOSURES.value]), {"need": "all"})

    assert "近 90 天没有退出后需要处理的主体。" in first.content.decode()
    assert f'href="{url}?need=all"' in first.content.decode()
    assert "老街米粉店" in every.content.decode()
    sheet = list(workbook_of(export).active.iter_rows(values_only=True))
    assert "条件：全部，含留存备查" in sheet[1][0]
    assert "老街米粉店" in str(sheet[4])


def test_the_filter_names_townships_shortly(client, district):
    type(district.qingping).objects.filter(pk=district.qingping.pk).update(short_name="清平镇")
    make_business(township=district.qingping)
    sign_in(client, Role.ORG_DEPT, district.org_dept)

    for url in (url_of(Worklist.SHOULD_FORM), reverse("coverage-rows")):
        page = client.get(url).content.decode()
        assert ">清平镇</option>" in page
        assert "清平镇党委</option>" not in page


def test_the_head_names_unit_and_day_for_the_printed_sheet(client, district):
    make_proven(township=district.qingping)
    sign_in(client, Role.TOWNSHIP_COMMITTEE, district.qingping)

    page = client.get(url_of(Worklist.SHOULD_FORM)).content.decode()

    assert '<span class="x-printed">清平镇党委</span>' in page
    assert f"截至 {timezone.localdate():%Y-%m-%d}" in page


def test_conditions_have_english_signs_in_english(client, district):
    sign_in(client, Role.BUREAU, district.bureau)
    client.cookies["django_language"] = "en"
    url = reverse("worklist-export", args=[Worklist.SHOULD_FORM.value])
    asked = {"township": district.qingping.public_id, "kind": "individual_business"}

    head = str(list(workbook_of(client.get(url, asked)).active.values)[:3])

    assert f"{district.qingping}; Self-employed" in head


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
    sign_in(client, role, seat_of(role, district))

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
            "young": 45,
            "limit": 55,
            "code": "x",
            "status": "cancelled",
        },
        since=None,
    )

    assert "%" not in reason_of(row)
    assert next_step_of(row)
