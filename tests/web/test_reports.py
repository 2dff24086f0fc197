"""Long lists made in the background: asking, progress, cancelling, downloading, a day's keeping."""

import os
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import make_business, make_district, make_user
from tests.factories.rows import credit_code
from xgz.access import clock
from xgz.models import AuditEntry, Job, Report, RoleAssignment
from xgz.queries import exports
from xgz.rules import jobs as rules
from xgz.rules.roles import Role
from xgz.services.jobs import JobStopped, ask_to_cancel, claim, run_job
from xgz.services.reports import asking, files
from xgz.services.reports.keeping import sweep_reports

pytestmark = pytest.mark.django_db
BUSINESSES = 1203


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def bureau(district):
    return make_user(Role.BUREAU, district.bureau)


@pytest.fixture
def client(bureau):
    return _client(bureau)


@pytest.fixture
def long_list(district, monkeypatch, settings):
    """A register longer than is sent at once, and a worker that has to be called."""
    make_business(credit_code=credit_code(1), township=district.qingping)
    kinds = type(make_business(credit_code=credit_code(2), township=district.liuquan))
    kinds.objects.bulk_create(
        kinds(credit_code=credit_code(n), name=f"第{n}号示例店", township=district.qingping)
        for n in range(3, BUSINESSES + 1)
    )
    monkeypatch.setattr(rules, "BACKGROUND_ROWS", BUSINESSES - 1)
    settings.JOBS_AT_ONCE = False


def _client(person):
    client = Client()
    client.force_login(person)
    return client


def _ask(client, name="business-export", query="", args=()):
    response = client.post(reverse(name, args=args) + query)
    assert response.status_code == 302
    assert response["Location"] == reverse("report-list")


def _work_off():
    while job := claim(worker="w", now=clock.now()):
        run_job(job, clock.now)


def _made(client):
    _ask(client)
    _work_off()
    return Report.objects.get()


def _page(client, **headers):
    return client.get(reverse("report-list"), headers=headers).content.decode()


def _download(client, report):
    return client.get(reverse("report-download", args=[report.public_id]))


def _rows(response):
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    return list(book.active.iter_rows(values_only=True))


def test_a_list_of_the_limit_is_sent_at_once(client, long_list, monkeypatch):
    monkeypatch.setattr(rules, "BACKGROUND_ROWS", BUSINESSES)

    response = client.get(reverse("business-export"))

    assert len(_rows(response)) == BUSINESSES + 3
    assert not Report.objects.exists()


@pytest.mark.parametrize("name", ["business-export", "ledger-export"])
def test_a_longer_list_is_offered_in_the_background(client, long_list, name):
    response = client.get(reverse(name))
    page = response.content.decode()

    assert response.status_code == 200
    assert f"共 {BUSINESSES:,} 行，在后台生成" in page
    assert not Report.objects.exists()
    assert not AuditEntry.objects.filter(action__contains="export").exists()


def test_a_report_waits_is_made_and_downloaded_by_its_maker(client, long_list, bureau):
    _ask(client)
    waiting = _page(client)
    recorded_before = AuditEntry.objects.filter(action="business.export").count()

    _work_off()
    done = _page(client)
    report = Report.objects.get()
    response = _download(client, report)
    rows = _rows(response)

    assert "排队中" in waiting
    assert "hx-get" in waiting
    assert 'http-equiv="refresh"' in waiting
    assert "hx-get" not in done
    assert f"{BUSINESSES:,}" in done
    assert len(rows) == BUSINESSES + 3
    assert rows[0][0] == "经营主体名册"
    assert (
        "经营主体名册" in response["Content-Disposition"]
        or "utf-8" in (response["Content-Disposition"])
    )
    assert recorded_before == 0
    assert AuditEntry.objects.get(action="business.export").actor == bureau
    assert AuditEntry.objects.filter(action="report.take").count() == 1


def test_a_report_holds_the_filter_of_the_list(client, long_list, district):
    _ask(client, query=f"?township={district.liuquan.public_id}&staff_to=2000000&kind=&q=")
    _work_off()
    report = Report.objects.get()

    assert "柳泉镇" in report.conditions
    assert report.rows <= 1


@pytest.mark.parametrize(
    ("name", "args", "action"),
    [
        ("ledger-export", (), "export.ledger"),
        ("worklist-export", ("should-form",), "export.should-form"),
    ],
    ids=["ledger", "worklist"],
)
def test_every_kind_of_list_can_be_a_report(client, long_list, name, args, action):
    _ask(client, name, args=args)
    _work_off()
    report = Report.objects.get()

    assert len(_rows(_download(client, report))) >= report.rows
    assert AuditEntry.objects.filter(action=action).count() == 1


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("", {}),
        ("instructor=none", {"instructor": False}),
        ("instructor=any", {"instructor": True}),
        ("status=registered", {"status": "registered"}),
        ("status=revoked", {"status": "revoked"}),
        ("kind=individual_business&staff_from=0", {"kind": "individual_business", "staff_from": 0}),
        ("coverage=should_form&in_market=on", {"coverage": "should_form", "in_market": True}),
    ],
    ids=str,
)
def test_conditions_survive_the_wait(client, settings, query, values):
    settings.JOBS_AT_ONCE = False
    _ask(client, query=f"?{query}")

    asked = dict(Report.objects.get().asked)
    language = asked.pop("language")
    wanted = exports._business_conditions(exports.Asked(**asked))

    assert language == "zh-hans"
    assert asked["conditions"] == values
    assert exports._plain(wanted) == values


def test_the_file_lies_sealed_and_private(client, long_list):
    report = _made(client)
    path = files.reports_folder() / report.stored_name
    content = path.read_bytes()

    assert (path.stat().st_mode & 0o777) == 0o600
    assert not content.startswith(b"PK")
    assert content.startswith(b"sm4g$")
    assert [p for p in files.reports_folder().iterdir() if report.public_id in p.name] == [path]


def test_nobody_else_sees_or_takes_or_stops_a_report(client, long_list, district):
    report = _made(client)
    other = _client(make_user(Role.BUREAU, district.bureau))

    assert "经营主体名册" not in _page(other)
    assert _download(other, report).status_code == 404
    cancel = reverse("report-cancel", args=[report.public_id])
    assert other.post(cancel).status_code == 404


def test_who_lost_the_right_gets_nothing(client, long_list, bureau, district):
    report = _made(client)
    RoleAssignment.objects.filter(user=bureau).update(
        role=Role.INSTRUCTOR, body=district.qingping_office
    )

    assert _download(client, report).status_code == 403


def test_who_changed_to_another_post_has_to_export_anew(client, long_list, bureau, district):
    report = _made(client)
    RoleAssignment.objects.filter(user=bureau).update(
        role=Role.STATION_HEAD, body=district.qingping_office
    )

    response = client.get(reverse("report-download", args=[report.public_id]), follow=True)

    assert "您的岗位已有变动" in response.content.decode()


def test_the_rows_are_those_in_reach_when_it_is_made(client, long_list, bureau, district):
    _ask(client)
    RoleAssignment.objects.filter(user=bureau).update(role=Role.TOWNSHIP_COMMITTEE)
    RoleAssignment.objects.filter(user=bureau).update(body=district.liuquan)

    _work_off()

    assert Report.objects.get().rows == 1


def test_who_lost_the_right_before_it_was_made_is_told(client, long_list, bureau, district):
    _ask(client)
    RoleAssignment.objects.create(
        user=bureau, role=Role.BUREAU, body=district.bureau, valid_from="2030-01-01"
    )
    RoleAssignment.objects.filter(user=bureau, valid_from__lt="2030-01-01").update(
        valid_to="2020-01-01", valid_from="2019-01-01"
    )

    _work_off()

    job = Job.objects.get()
    assert (job.state, job.fault) == ("failed", "NotPermitted")
    assert not any(files.reports_folder().glob(f"*{job.subject}*"))


def test_a_waiting_report_is_cancelled_at_once(client, long_list):
    _ask(client)
    report = Report.objects.get()

    client.post(reverse("report-cancel", args=[report.public_id]))
    page = _page(client)
    again = client.post(reverse("report-cancel", args=[report.public_id]), follow=True)
    _work_off()

    report.refresh_from_db()
    assert "已取消" in page
    assert "已经结束" in again.content.decode()
    assert report.made_at is None


def _cancel_after(rows, monkeypatch, bureau):
    """Have the report cancelled by its maker once so many rows were written."""
    from xgz.services.jobs import JobRun

    told, seen = JobRun.progress, []

    def progress(run, done, total=0):
        seen.append((done, total))
        if done >= rows:
            ask_to_cancel(actor=run.actor(), job=run.job, now=run.now())
        told(run, done, total)

    monkeypatch.setattr(JobRun, "progress", progress)
    return seen


@pytest.mark.parametrize("rows", [0, 500, 1000, BUSINESSES], ids=str)
def test_a_report_being_made_ends_at_its_next_step(client, long_list, monkeypatch, bureau, rows):
    _ask(client)
    seen = _cancel_after(rows, monkeypatch, bureau)

    _work_off()

    report = Report.objects.get()
    assert Job.objects.get().state == "cancelled"
    assert seen[-1] == (rows, BUSINESSES)
    assert (report.made_at, report.stored_name) == (None, "")
    assert not any(report.public_id in p.name for p in files.reports_folder().iterdir())
    assert not AuditEntry.objects.filter(action="business.export").exists()


@pytest.mark.django_db(transaction=True)
def test_a_report_whose_worker_was_told_to_end_is_made_by_the_next(client, long_list, monkeypatch):
    _ask(client)
    with monkeypatch.context() as broken:
        broken.setattr(files, "store_sealed", _stop)
        with pytest.raises(JobStopped):
            _work_off()
    left = list(files.reports_folder().glob("scratch-*"))
    _work_off()

    assert left == []
    assert Report.objects.get().rows == BUSINESSES
    assert AuditEntry.objects.filter(action="business.export").count() == 1


def _stop(*_arguments):
    raise JobStopped


def test_a_running_report_shows_how_far_it_is(client, long_list):
    _ask(client)
    Job.objects.update(state="running", done=500, total=BUSINESSES)

    page = _page(client, **{"HX-Request": "true"})

    assert f'value="500" max="{BUSINESSES}"' in page
    assert "41%" in page
    assert "<html" not in page


def test_the_same_list_asked_for_twice_is_made_once(client, long_list):
    _ask(client)
    _ask(client)

    assert Report.objects.count() == Job.objects.count() == 1


def test_a_person_has_few_reports_waiting(client, long_list):
    for number in range(asking.MOST_AT_ONCE):
        _ask(client, query=f"?q={number}")

    response = client.post(reverse("business-export") + "?q=9", follow=True)

    assert "您已有几份报表在生成" in response.content.decode()
    assert Report.objects.count() == asking.MOST_AT_ONCE


def test_a_report_goes_after_a_day_and_not_before(client, long_list):
    report = _made(client)
    path = files.reports_folder() / report.stored_name
    made = report.made_at

    kept = sweep_reports(now=made + timedelta(hours=rules.REPORT_HOURS))
    shown = "经营主体名册" in _page(client)
    gone = sweep_reports(now=made + timedelta(hours=rules.REPORT_HOURS, seconds=1))

    assert (kept, shown, gone, path.exists()) == (0, True, 1, False)
    assert "没有报表" in _page(client)
    assert _download(client, report).status_code == 404


def test_a_report_that_still_waits_is_not_swept(client, long_list):
    _ask(client)

    assert sweep_reports(now=clock.now() + timedelta(days=3)) == 0


def test_what_dead_work_left_goes_rows_in_clear_at_once(client, long_list):
    report = _made(client)
    stray = files.reports_folder() / "dead-1.sealed"
    stray.write_bytes(b"x")
    scratch = files.reports_folder() / f"{files.SCRATCH_PREFIX}dead-x"
    scratch.mkdir()
    now = clock.now()
    for path in (stray, scratch):
        os.utime(path, (now.timestamp(), now.timestamp()))

    sweep_reports(now=now + timedelta(hours=1))
    kept = [stray.exists(), scratch.exists()]
    sweep_reports(now=now + timedelta(hours=1, seconds=1))

    assert kept == [True, False]
    assert [stray.exists(), scratch.exists()] == [False, False]
    assert (files.reports_folder() / report.stored_name).exists()


def test_a_report_whose_file_is_gone_says_so(client, long_list):
    report = _made(client)
    files.remove(report.stored_name)

    response = client.get(reverse("report-download", args=[report.public_id]), follow=True)

    assert "还没有生成，或已删除" in response.content.decode()


@pytest.mark.parametrize(
    ("role", "opened"), [(Role.BUREAU, True), (Role.INSTRUCTOR, False)], ids=str
)
def test_the_menu_shows_my_reports_to_who_may_export(district, role, opened):
    body = district.bureau if role is Role.BUREAU else district.qingping_office
    page = _client(make_user(role, body)).get(reverse("home")).content.decode()

    assert (reverse("report-list") in page) is opened


def test_the_page_asks_the_database_as_often_for_three_reports_as_for_one(client, long_list):
    counts = []
    for numbers in ((1,), (2, 3)):
        for number in numbers:
            _ask(client, query=f"?q={number}")
        with CaptureQueriesContext(connection) as context:
            _page(client)
        counts.append(len(context))

    assert counts[0] == counts[1] <= 30
