"""The trail on screen, for the audit administrator alone: filters, one row, checks, export, alarm."""

import ast
import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import actor_as, make_district, make_organisation, make_user, seat_of
from tests.factories.rows import make_member
from tests.factories.trail import (
    NOON,
    TABLE,
    anchor,
    anchor_file,
    as_administrator,
    run,
    write_rows,
)
from tests.source_reading import parse, sources
from xgz.access import clock
from xgz.models import AuditCheck, AuditEntry, Job
from xgz.rules.allowances import Purpose
from xgz.rules.grants import RequestAction
from xgz.rules.jobs import JobState
from xgz.rules.roles import Role
from xgz.services import audit, members
from xgz.services.jobs import claim, run_job
from xgz.services.second_factor import FactorDeed
from xgz.services.transactions import unit
from xgz.web.audit.wording import GROUP_LABELS, action_label, group_label, subject_label

pytestmark = pytest.mark.django_db
NAME = "方柏梁"


@pytest.fixture(autouse=True)
def _no_anchors():
    anchor_file().unlink(missing_ok=True)


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def auditor(district, client):
    user = make_user(Role.AUDIT_ADMIN, seat_of(Role.AUDIT_ADMIN, district))
    client.force_login(user)
    return user


def shown(client, **query):
    """Return the numbers of the rows a filter shows, as they stand on the page."""
    page = client.get(reverse("audit-list"), query)
    assert page.status_code == 200
    return [line.entry.number for line in page.context["lines"]]


def note(actor, action, subject_type="member", subject_id="m1", **more):
    with unit():
        audit.record(
            actor=actor,
            action=action,
            subject_type=subject_type,
            subject_id=subject_id,
            now=more.pop("now", NOON),
            **more,
        )


def test_each_filter_narrows_to_its_rows(client, auditor, district):
    clerk = actor_as(Role.ORG_DEPT, district.org_dept)
    start = AuditEntry.objects.count()
    note(clerk, "member.status")
    note(clerk, "transfer.issue", "transfer", "t1", now=NOON - timedelta(days=1))
    note(clerk, "transfer.accept", "transfer", "t2", outcome="refused")
    write_rows(1)
    first, second, third, fourth = range(start + 1, start + 5)

    assert shown(client)[:4] == [fourth, third, second, first]
    assert shown(client, who=clerk.user.username) == [third, second, first]
    assert shown(client, who="系统")[0] == fourth
    assert shown(client, who="nobody") == shown(client, who="命令行") == []
    assert shown(client, group="transfer") == [third, second]
    assert shown(client, outcome="refused") == [third]
    assert shown(client, subject="t1") == [second]
    assert shown(client, address="10.1.1.1") == []
    assert shown(client, until="2026-11-22") == [second]
    assert shown(client, since="2026-11-23", group="transfer") == [third]


def test_pages_go_on_by_number_and_end_at_both_ends(client, auditor):
    write_rows(120)
    newest = AuditEntry.objects.latest("number").number
    first = client.get(reverse("audit-list"))
    page = first.context["page"]
    assert ([line.entry.number for line in first.context["lines"]][0], page.newer) == (newest, None)

    seen, before = [], 0
    while before is not None:
        found = client.get(reverse("audit-list"), {"before": before} if before else {})
        seen += [line.entry.number for line in found.context["lines"]]
        before = found.context["page"].older
    assert seen == list(range(newest, 0, -1))
    back = client.get(reverse("audit-list"), {"after": newest - 100})
    assert [line.entry.number for line in back.context["lines"]][-1] == newest - 99
    assert back.context["page"].newer == newest - 50
    assert client.get(reverse("audit-list"), {"before": "x", "after": "9" * 30}).status_code == 200


def test_a_full_page_asks_the_database_a_fixed_number_of_times(client, auditor, district):
    for _ in range(60):
        note(actor_as(Role.ORG_DEPT, district.org_dept), "account.enable", "user", "7")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(reverse("audit-list"))

    assert len(queries) <= 30


def test_one_row_shows_fields_and_digests_and_never_a_value(client, auditor, district):
    clerk = actor_as(Role.ORG_DEPT, district.org_dept)
    member = make_member(make_organisation(district.qingping), name=NAME)
    for status, reason in (("suspended", "程序进行中"), ("normal", "已恢复")):
        members.change_status(
            actor=clerk, member=member, status=status, reason=reason,
            changed_on=clerk.today, now=NOON,
        )  # fmt: skip
    newest = AuditEntry.objects.latest("number")
    page = client.get(reverse("audit-entry", args=[newest.number])).text

    assert newest.fields["status"] in page
    assert re.findall(r'<th scope="row">([^<]*)</th><td><code>', page) == ["党籍状态", "日期"]
    assert clerk.user.username in page
    assert member.public_id in page
    assert newest.mac in page
    assert f'{reverse("audit-entry", args=[newest.number - 1])}"' in page  # the same subject
    for secret in (NAME, str(clerk.user), "已恢复", "13800006021"):
        assert secret not in page + client.get(reverse("audit-list")).text
    assert client.get(reverse("audit-entry", args=[newest.number + 1])).status_code == 404


def test_accounts_stand_by_their_user_name(client, auditor, district):
    user = make_user(Role.BUREAU, district.bureau)
    note(
        actor_as(Role.SECURITY_ADMIN, district.administration),
        "account.disable",
        "user",
        str(user.pk),
    )

    assert user.username in client.get(reverse("audit-list"), {"group": "account"}).text


def test_an_export_holds_the_days_and_is_itself_a_row(client, auditor, district):
    note(actor_as(Role.ORG_DEPT, district.org_dept), "member.status", now=NOON - timedelta(days=1))
    write_rows(3)
    response = client.get(reverse("audit-export"), {"since": "2026-11-23", "until": "2026-11-23"})
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    rows = list(sheet.iter_rows(min_row=4, values_only=True))

    assert [row[5] for row in rows] == ["parameter.set"] * 3
    assert [row[-1] for row in rows] == [
        e.mac for e in AuditEntry.objects.filter(action="parameter.set").order_by("number")
    ]
    last = AuditEntry.objects.latest("number")
    assert (last.action, last.actor, set(last.fields)) == (
        "audit.export",
        auditor,
        {"since", "until"},
    )


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("2026-11-23", "2026-11-22", "截止日期不能早于起始日期。"),
        ("2026-01-01", "2026-04-03", "一次最多导出 92 天，请分几次。"),
        ("", "2026-11-23", "请填写这一项。"),
    ],
)
def test_a_period_that_does_not_hold_is_told(client, auditor, since, until, said):
    response = client.get(reverse("audit-export"), {"since": since, "until": until}, follow=True)

    assert said in response.text
    assert not AuditEntry.objects.filter(action="audit.export").exists()


def test_the_longest_period_is_a_quarter(client, auditor):
    response = client.get(reverse("audit-export"), {"since": "2026-01-01", "until": "2026-04-02"})

    assert response.streaming
    b"".join(response.streaming_content)


def test_a_check_is_asked_for_once_followed_and_kept(client, auditor, settings):
    settings.JOBS_AT_ONCE = False
    write_rows(3)
    for _ in range(2):
        page = client.post(reverse("audit-check-start"), follow=True)
    assert "已有一次核验在排队或进行。" in page.text
    assert "已排队，马上开始" in page.text
    job = claim(worker="w", now=clock.now())
    run_job(job, clock.now)

    check = AuditCheck.objects.get()
    assert (check.faults, check.asked_by, check.last_number) == ({}, auditor, 3)
    assert Job.objects.get().state == JobState.DONE
    assert "没有发现问题" in client.get(reverse("audit-checks")).text


def test_faults_are_told_with_what_to_do_on_every_page_of_two_administrators(
    client, auditor, district, caplog
):
    write_rows(5)
    anchor()
    with as_administrator():
        run([f"UPDATE {TABLE} SET subject_id = 'other' WHERE number = 2"])  # noqa: S608
    client.post(reverse("audit-check-start"))

    assert "audit trail: edited from number 2" in [
        r.getMessage() for r in caplog.records if r.levelname == "ERROR"
    ]
    page = client.get(reverse("audit-checks")).text
    assert "记录被改动，或不是由系统写入" in page
    assert "第 2 起" in page
    assert "审计日志核验发现问题。" in client.get(reverse("home")).text
    for role, told in (
        (Role.SYSTEM_ADMIN, True),
        (Role.SECURITY_ADMIN, False),
        (Role.BUREAU, False),
    ):
        other = Client()
        other.force_login(make_user(role, seat_of(role, district)))
        assert ("审计日志核验发现问题。" in other.get(reverse("home")).text) is told


@pytest.mark.parametrize(("hours", "told"), [(25, False), (27, True)])
def test_a_check_that_is_late_is_told(client, auditor, hours, told):
    ended = clock.now() - timedelta(hours=hours)
    AuditCheck.objects.create(begun_at=ended, ended_at=ended)

    assert ("审计日志超过一天没有核验。" in client.get(reverse("home")).text) is told


def test_an_empty_trail_and_an_empty_answer_say_so(client, auditor):
    with as_administrator():
        run([f"DELETE FROM {TABLE}"])  # noqa: S608

    assert "还没有记录" in client.get(reverse("audit-list")).text
    assert "没有符合条件的记录" in client.get(reverse("audit-list"), {"who": "x"}).text
    assert "还没有核验过" in client.get(reverse("audit-checks")).text


def test_every_action_and_subject_has_its_word():
    """Every text of the services that is an action, and those made of a table."""
    unnamed = [action for action in _actions() if not action_label(action)]

    assert unnamed == []
    assert [g for g in {a.partition(".")[0] for a in _actions()} if group_label(g) == g] == []
    assert {a.partition(".")[0] for a in _actions()} <= GROUP_LABELS.keys() | {"errand"}
    assert [s for s in _subjects() if subject_label(s) == s] == []


def _actions():
    """Return texts like "parameter.set" that stand where an action does, and those of tables."""
    found = {f"grant.{action}" for action in RequestAction}
    found |= {Purpose.SIGHTING_ALARM.value, Purpose.SIGHTING_REFUSED.value, *FactorDeed}
    for path in sources("services"):
        tree = parse(path)
        constants = {
            node.targets[0].id: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            if ast.unparse(node.func) not in {"audit.record", "_record", "_note"}:
                continue
            for value in [*node.args, *(k.value for k in node.keywords if k.arg == "action")]:
                name = getattr(value, "id", getattr(value, "attr", ""))
                found |= {t for t in _texts(constants.get(name, value)) if _is_action(t)}
    return sorted(found)


def _subjects():
    return sorted(
        {
            text
            for path in sources("services")
            for node in ast.walk(parse(path))
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record"
            for keyword in node.keywords
            if keyword.arg == "subject_type"
            for text in _texts(keyword.value)
        }
    )


def _texts(value):
    if isinstance(value, ast.IfExp):
        return [*_texts(value.body), *_texts(value.orelse)]
    is_text = isinstance(value, ast.Constant) and isinstance(value.value, str)
    return [value.value] if is_text else []


def _is_action(text):
    group = text.partition(".")[0]
    return text == "sign_in" or ("." in text and group.replace("_", "").isalpha())
