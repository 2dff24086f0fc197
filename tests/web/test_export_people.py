"""Lists that tell of people: the form, the second person's page, one download, traces in the file."""

import threading
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import (
    TODAY,
    actor_as,
    make_business,
    make_coverage,
    make_district,
    make_member,
    make_organisation,
    make_user,
)
from xgz.access import clock
from xgz.access.actor import Origin, actor_for
from xgz.models import (
    AuditEntry,
    ExportApproval,
    OrganisationPost,
    Report,
    RoleAssignment,
    sealing,
)
from xgz.models.fields import new_public_id
from xgz.rules.exports import BROKEN_DOWNLOAD
from xgz.rules.roles import Role
from xgz.services.export_approvals import approve
from xgz.services.reports import files
from xgz.services.reports.keeping import (
    TakenBefore,
    note_broken_download,
    sweep_reports,
    take_report,
)

pytestmark = pytest.mark.django_db
WORDS = {"purpose": "核对党员名册，报县委组织部", "names": "masked"}
ID_NUMBER = "360999196804020027"


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def branch(district):
    return make_organisation(district.qingping, name="清平第一党支部")


@pytest.fixture
def township(district):
    return make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)


@pytest.fixture
def department(district):
    return make_user(Role.ORG_DEPT, district.org_dept)


def signed_in(user, *, fresh=True):
    client = Client()
    client.force_login(user)
    session = client.session
    session["fresh_at"] = clock.now().timestamp() if fresh else 0.0
    session.save()
    return client


def text(response):
    return response.content.decode()


def ask(client, name="member-export", query="", **values):
    return client.post(reverse(name) + query, WORDS | values)


def download(client, report):
    return client.post(reverse("report-download", args=[report.public_id]))


def sheet_of(response):
    return load_workbook(BytesIO(b"".join(response.streaming_content))).active


def make_secretary(organisation, name="方柏梁"):
    public_id = new_public_id()
    return OrganisationPost.objects.create(
        public_id=public_id,
        organisation=organisation,
        post="secretary",
        holder_name_sealed=sealing.seal("post.holder_name", public_id, name),
    )


@pytest.fixture
def made(branch, township):
    """A report of two members, made for the township, and its client."""
    make_member(branch, id_number=ID_NUMBER)
    make_member(branch, name="许一宁")
    client = signed_in(township)
    ask(client)
    return client, Report.objects.get()


def test_the_form_says_what_it_is_and_sends_nothing(branch, township):
    make_member(branch)
    client = signed_in(township)

    page = client.get(reverse("member-export"))

    assert page.status_code == 200
    assert "涉及党员等人员 1 人" in text(page)
    assert "用途" in text(page)
    assert "完整姓名和号码" in text(page)
    assert not Report.objects.exists()
    assert not AuditEntry.objects.filter(action="report.ask").exists()


@pytest.mark.parametrize("purpose", ["", "核对", "    核对    "], ids=repr)
def test_without_a_purpose_the_form_comes_back(branch, township, purpose):
    make_member(branch)

    page = ask(signed_in(township), purpose=purpose)

    assert page.status_code == 200
    assert "x-field-error" in text(page)
    assert not Report.objects.exists()


def test_the_file_is_masked_named_and_handed_over_once(made, township):
    client, report = made
    listed = text(client.get(reverse("report-list")))
    asking = client.get(reverse("report-download", args=[report.public_id]))
    sheet = sheet_of(download(client, report))
    again = client.post(reverse("report-download", args=[report.public_id]), follow=True)

    assert "涉及 2 人" in listed
    assert WORDS["purpose"] in listed
    assert "只能下载一次" in text(asking)
    rows = list(sheet.iter_rows(values_only=True))
    shown = str(rows)
    assert {row[1] for row in rows[3:5]} == {"方*", "许*"}
    assert "方柏梁" not in shown
    assert ID_NUMBER not in shown
    assert "13800006021" not in shown
    assert "已下载过一次，请重新申请" in text(again)
    assert "保留到" in listed
    afterwards = text(client.get(reverse("report-list")))
    assert "已下载" in afterwards
    assert "保留到" not in afterwards
    actions = list(AuditEntry.objects.order_by("number").values_list("action", flat=True))
    assert [a for a in actions if a.startswith(("report", "export"))] == [
        "report.ask",
        "export.members",
        "report.take",
    ]


def test_every_page_and_the_last_row_say_who_when_and_which(made, township):
    client, report = made
    sheet = sheet_of(download(client, report))
    rows = list(sheet.iter_rows(values_only=True))

    for words in (rows[1][0], rows[-1][0], sheet.oddFooter.left.text):
        assert f"（{township.username}）" in words
        assert f"编号：{report.public_id}" in words
    assert rows[2][-1] == "行码"
    assert sheet.column_dimensions["M"].hidden
    assert len({row[-1] for row in rows[3:5]}) == 2


def test_somebody_who_did_not_just_prove_who_it_is_has_to(made, township):
    _client, report = made
    stale = signed_in(township, fresh=False)
    address = reverse("report-download", args=[report.public_id])

    for response in (stale.get(address), stale.post(address)):
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("confirm-identity"))
    assert Report.objects.get().taken_at is None


def test_looking_at_the_page_takes_nothing(made):
    client, report = made
    address = reverse("report-download", args=[report.public_id])

    client.get(address)
    client.head(address)

    assert Report.objects.get().taken_at is None


def break_off(response):
    """Close what a response sends, as the server does whether or not all of it was sent."""
    for close in response._resource_closers:
        close()


def test_a_download_that_broke_off_is_noticed_and_had_again(made):
    client, report = made
    break_off(download(client, report))
    assert Report.objects.get().broke_off_at is not None
    assert "下载" in text(client.get(reverse("report-list")))

    again = download(client, report)
    assert b"".join(again.streaming_content).startswith(b"PK")
    break_off(again)

    assert Report.objects.get().broke_off_at is None
    assert download(client, report).status_code == 302


def taker(user, session):
    return actor_for(user, TODAY, Origin(session=session))


@pytest.mark.parametrize(
    ("after", "session", "had"),
    [
        (BROKEN_DOWNLOAD - timedelta(seconds=1), "one", True),
        (BROKEN_DOWNLOAD, "one", False),
        (timedelta(seconds=5), "other", False),
        (timedelta(seconds=5), "", False),
    ],
    ids=["in time", "too late", "another sign-in", "none known"],
)
def test_who_gets_a_broken_download_again(made, township, after, session, had):
    report, now = made[1], clock.now()
    take_report(actor=taker(township, "one"), report=report, now=now).blocks.close()
    note_broken_download(report=report, now=now)

    def again():
        take_report(actor=taker(township, session), report=report, now=now + after).blocks.close()

    if had:
        again()
    else:
        with pytest.raises(TakenBefore):
            again()


@pytest.mark.django_db(transaction=True)
def test_of_eight_downloads_at_once_one_gets_the_file(made, township):
    report, now, results = made[1], clock.now(), []
    start = threading.Barrier(8)

    def take(number):
        start.wait()
        try:
            take_report(actor=taker(township, f"s{number}"), report=report, now=now).blocks.close()
            results.append("had")
        except TakenBefore:
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["had"] + ["refused"] * 7
    assert AuditEntry.objects.filter(action="report.take").count() == 1


def test_full_names_come_after_the_departments_yes(branch, township, department):
    make_member(branch, id_number=ID_NUMBER)
    asker, decider = signed_in(township), signed_in(department)
    ask(asker, names="clear")
    case = ExportApproval.objects.get()
    waiting = text(asker.get(reverse("report-list")))
    page = text(decider.get(reverse("export_approval-detail", args=[case.public_id])))
    step = reverse("export_approval-step", args=[case.public_id, "approve"])

    assert "待审批" in waiting
    assert reverse("export_approval-detail", args=[case.public_id]) in waiting
    for shown in ("党员名册", "1 人", "完整姓名和号码", WORDS["purpose"], str(township)):
        assert shown in page
    assert "方柏梁" not in page
    assert WORDS["purpose"] in text(decider.get(step))

    response = decider.post(step, {"version": case.version})
    assert response.status_code == 302
    shown = str(list(sheet_of(download(asker, Report.objects.get())).iter_rows(values_only=True)))
    for value in ("方柏梁", ID_NUMBER, "13800006021"):
        assert value in shown


def test_what_was_never_made_is_said_to_be_that(branch, township):
    make_member(branch)
    client = signed_in(township)
    ask(client, names="clear")
    address = reverse("report-download", args=[Report.objects.get().public_id])

    page = text(client.get(address, follow=True))

    assert "还没有生成，或已删除" in page
    assert "岗位已有变动" not in page


def test_who_asked_finds_the_decision_greyed_and_refused(branch, department):
    make_member(branch)
    client = signed_in(department)
    ask(client, names="clear")
    case = ExportApproval.objects.get()
    page = text(client.get(reverse("export_approval-detail", args=[case.public_id])))

    assert "这是您自己的申请" in page
    assert reverse("export_approval-step", args=[case.public_id, "approve"]) not in page
    for action in ("approve", "refuse"):
        address = reverse("export_approval-step", args=[case.public_id, action])
        assert client.get(address).status_code == 403
        assert client.post(address, {"opinion": "可以"}).status_code == 403
    case.refresh_from_db()
    assert case.state == "asked"


def test_a_decider_is_not_offered_to_take_a_colleagues_request_back(branch, department, district):
    make_member(branch)
    asker = signed_in(department)
    ask(asker, names="clear")
    case = ExportApproval.objects.get()
    decider = signed_in(make_user(Role.ORG_DEPT, district.org_dept))
    detail = reverse("export_approval-detail", args=[case.public_id])
    address = reverse("export_approval-step", args=[case.public_id, "withdraw"])

    assert address in text(asker.get(detail))
    page = text(decider.get(detail))
    assert reverse("export_approval-step", args=[case.public_id, "refuse"]) in page
    assert address not in page
    assert decider.get(address).status_code == 403
    assert decider.post(address, {"version": case.version}).status_code == 403
    case.refresh_from_db()
    assert case.state == "asked"
    assert asker.post(address, {"version": case.version}).status_code == 302


def test_who_reads_no_names_is_offered_none(branch, district):
    make_member(branch)
    client = signed_in(make_user(Role.SOCIAL_WORK_DEPT, district.social_work))

    assert 'name="names"' not in text(client.get(reverse("member-export")))
    ask(client, names="clear")
    assert Report.objects.get().is_masked


def searched(client, **wanted):
    """Return the query of the list that a posted filter leads to."""
    address = client.post(reverse("member-list"), wanted).headers["Location"]
    return address.removeprefix(reverse("member-list"))


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_name_that_cannot_be_searched_for_widens_no_file(method, branch, township):
    make_member(branch, name="方柏梁")
    client = signed_in(township)

    answer = getattr(client, method)(reverse("member-export") + "?q=许一宁")

    assert answer.headers["Location"] == reverse("member-list") + "?q=%E8%AE%B8%E4%B8%80%E5%AE%81"
    assert not Report.objects.exists()


def test_the_filter_of_the_list_holds_and_names_nobody(branch, township):
    make_member(branch, name="方柏梁")
    make_member(branch, name="许一宁")
    client = signed_in(township)
    query = searched(client, q="柏梁")

    page = text(client.get(reverse("member-export") + query))
    ask(client, query=query)

    report = Report.objects.get()
    assert "姓名含指定的字" in page
    assert report.rows == report.persons == 1
    assert "柏" not in report.conditions


def test_conditions_have_english_signs_in_english(branch, township):
    make_member(branch, name="方柏梁", is_floating=True)
    client = signed_in(township)
    client.cookies["django_language"] = "en"

    query = searched(client, q="柏梁", member_class="full", floating="yes")
    page = text(client.get(reverse("member-export") + query))

    assert "Member class: Full member; Floating member: Yes; On the register" in page


@pytest.mark.parametrize(
    ("role", "offered"),
    [(Role.TOWNSHIP_COMMITTEE, True), (Role.BRANCH_SECRETARY, False)],
    ids=str,
)
def test_the_list_offers_the_export_to_who_may(branch, district, role, offered):
    make_member(branch)
    body = branch.body if role is Role.BRANCH_SECRETARY else district.qingping
    page = signed_in(make_user(role, body)).get(reverse("member-list"), {"member_class": "full"})

    assert (f"{reverse('member-export')}?member_class=full" in text(page)) is offered


def test_a_ledger_that_names_secretaries_is_asked_for_with_a_purpose(branch, township, district):
    make_coverage(branch, business=make_business(township=district.qingping))
    make_secretary(branch)
    client = signed_in(township)

    page = client.get(reverse("ledger-export"))
    ask(client, "ledger-export")

    assert "涉及党员等人员 1 人" in text(page)
    report = Report.objects.get()
    rows = list(sheet_of(download(client, report)).iter_rows(values_only=True))
    assert "方*" in str(rows)
    assert "方柏梁" not in str(rows)
    assert "姓名已掩码" in rows[1][0]


def test_a_ledger_without_people_is_sent_at_once(township, district):
    make_business(township=district.qingping)

    response = signed_in(township).get(reverse("ledger-export"))

    assert sheet_of(response).max_row == 5
    assert not Report.objects.exists()


def test_a_request_that_waits_is_not_swept_a_file_nobody_took_is_noted(made, department):
    client, report = made
    path = files.reports_folder() / report.stored_name
    ask(client, names="clear")

    sweep_reports(now=clock.now() + timedelta(hours=25))

    assert not path.exists()
    assert AuditEntry.objects.get(action="report.expire").subject_id == report.public_id
    waiting = Report.objects.get(approval__isnull=False)
    assert waiting.removed_at is None


def test_an_approval_late_still_leaves_a_day_to_take_the_file(made, department, township):
    client, _report = made
    ask(client, names="clear")
    case, later = ExportApproval.objects.get(), clock.now() + timedelta(hours=40)

    approve(case=case, actor=actor_for(department, TODAY), now=later)
    sweep_reports(now=later + timedelta(hours=24))

    assert Report.objects.get(pk=case.report_id).removed_at is None


def test_who_lost_the_role_before_approval_gets_nothing(branch, township, department):
    make_member(branch)
    ask(signed_in(township), names="clear")
    RoleAssignment.objects.filter(user=township).delete()

    approve(case=ExportApproval.objects.get(), actor=actor_for(department, TODAY), now=clock.now())

    assert Report.objects.get().made_at is None


def test_a_leaked_part_names_its_export_in_the_shell(branch, township, district, tmp_path):
    for number in range(45):
        make_member(branch, name=f"{'赵钱孙李周吴郑王冯'[number % 9]}一", phone=f"138{number:08}")
    client = signed_in(township)
    ask(client)
    ask(client, query="?member_class=full")
    first, second = Report.objects.order_by("pk")
    rows = list(sheet_of(download(client, second)).iter_rows(min_row=8, max_row=40))
    leak = tmp_path / "leak.csv"
    leak.write_text(
        "\n".join(",".join(str(c.value or "") for c in row[1:12]) for row in rows), "utf-8"
    )
    out = StringIO()
    admin = actor_as(Role.SECURITY_ADMIN, district.administration).user.username

    call_command("trace", str(leak), user=admin, stdout=out)

    assert f"export {second.public_id}" in out.getvalue()
    assert f"account {township.username}" in out.getvalue()
    assert "certain yes" in out.getvalue()
    assert first.public_id not in out.getvalue()
    assert AuditEntry.objects.filter(action="export.trace").exists()


def test_a_list_sent_at_once_is_traced_by_its_marks(township, district, tmp_path):
    for _ in range(3):
        make_business(township=district.qingping)
    sheet = sheet_of(signed_in(township).get(reverse("business-export")))
    leak = tmp_path / "leak.csv"
    leak.write_text(
        "\n".join(",".join(str(c.value or "") for c in row) for row in sheet.iter_rows(min_row=4)),
        "utf-8",
    )
    out = StringIO()

    call_command("trace", str(leak), stdout=out)

    assert f"account {township.username}" in out.getvalue()
    assert "list business.export" in out.getvalue()


def test_only_the_security_administrator_traces(township, tmp_path):
    from django.core.management.base import CommandError

    leak = tmp_path / "leak.csv"
    leak.write_text("张*,甲\n", "utf-8")

    with pytest.raises(CommandError):
        call_command("trace", str(leak), user=township.username)


def test_pages_ask_the_database_few_times(made, department, django_assert_max_num_queries):
    client, _report = made
    ask(client, names="clear")
    case = ExportApproval.objects.get()
    decider = signed_in(department)

    with django_assert_max_num_queries(30):
        client.get(reverse("report-list"))
    with django_assert_max_num_queries(30):
        client.get(reverse("member-export"))
    with django_assert_max_num_queries(30):
        decider.get(reverse("export_approval-detail", args=[case.public_id]))
