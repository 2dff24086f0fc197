"""Pages of the responsibility table."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_district, make_user
from xgz.access import clock
from xgz.models import Responsibility
from xgz.rules.responsibilities import MATTER_LABELS, Matter, MatterDuty
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
TODAY = date(2026, 11, 26)
CLOSURE = Matter.CLOSURE.value


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def organiser(client, district, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    user = make_user(Role.ORG_DEPT, district.org_dept)
    client.force_login(user)
    return user


def _page(client, name, *args, query=""):
    return client.get(reverse(name, args=args) + query).content.decode()


def _add(client, **given):
    values = {"duty": "informed", "role": "bureau", "valid_from": "2026-12-01", "note": "知悉"}
    return client.post(reverse("responsibility-add", args=[CLOSURE]), values | given)


def test_every_matter_shows_its_strip_and_the_default_says_so(client, organiser):
    page = _page(client, "responsibility-list")

    assert all(label in page for label in MATTER_LABELS.values())
    assert page.count('class="x-lines"') == len(Matter)
    assert page.count("默认责任表，本区没有另行规定") == len(Matter)
    assert "现场核实、提出建议" in page


def test_the_table_is_read_for_the_day_asked_for(client, organiser):
    _add(client)

    assert "知悉" not in _page(client, "responsibility-list")
    assert "知悉" not in _page(client, "responsibility-list", query="?day=2026-11-30")
    assert "知悉" in _page(client, "responsibility-list", query="?day=2026-12-01")
    assert "请按 2026-10-10 的样子填写日期" in _page(
        client, "responsibility-list", query="?day=tomorrow"
    )


def test_those_without_the_right_read_and_change_nothing(client, district):
    client.force_login(make_user(Role.STATION_HEAD, district.qingping_office))
    page = _page(client, "responsibility-matter", CLOSURE)

    assert "新增责任" not in page
    assert _add(client).status_code == 403
    for name in ("responsibility-end", "responsibility-withdraw"):
        answer = client.post(reverse(name, args=[CLOSURE]), {"last_day": "2026-12-01"})
        assert answer.status_code == 403
    assert not Responsibility.objects.exists()


def test_an_unknown_matter_is_missing(client, organiser):
    assert client.get(reverse("responsibility-matter", args=["dinner"])).status_code == 404


def test_a_duty_is_added_ended_and_told_in_the_history(client, organiser):
    assert _add(client, valid_from="2026-11-26").status_code == 302
    row = Responsibility.objects.get(role=Role.BUREAU)
    client.post(
        reverse("responsibility-end", args=[CLOSURE]),
        {"row": row.public_id, "last_day": "2026-12-24"},
    )

    row.refresh_from_db()
    assert row.valid_to == date(2026, 12, 24)
    page = _page(client, "responsibility-matter", CLOSURE)
    assert "2026-12-24" in page
    assert "执行中" in page


def test_a_coming_duty_is_taken_back(client, organiser):
    _add(client)
    row = Responsibility.objects.get(role=Role.BUREAU)
    client.post(reverse("responsibility-withdraw", args=[CLOSURE]), {"row": row.public_id})

    assert "已撤回" in _page(client, "responsibility-matter", CLOSURE)
    assert "知悉" not in _page(client, "responsibility-list", query="?day=2026-12-01")


def test_a_row_of_another_matter_is_not_reached(client, organiser):
    _add(client)
    row = Responsibility.objects.get(role=Role.BUREAU)
    client.post(reverse("responsibility-withdraw", args=["transfer"]), {"row": row.public_id})

    row.refresh_from_db()
    assert row.withdrawn_at is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"valid_from": "2026-11-25"}, "日期应是今天或以后"),
        ({"role": "member"}, "没有这个选项"),
        ({"duty": "guides", "role": "station_head"}, "已有这项责任"),
        ({"note": "13900000001"}, "不要写证件号码"),
    ],
    ids=["yesterday", "no such role", "has it already", "a number"],
)
def test_what_is_wrong_is_said_beside_the_form(client, organiser, given, words):
    answer = _add(client, **given)

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Responsibility.objects.exists()


def test_ending_needs_a_day_and_the_decider_is_not_ended(client, organiser):
    _add(client, duty="decides", valid_from="2026-11-26")
    row = Responsibility.objects.get(duty=MatterDuty.DECIDES)
    address = reverse("responsibility-end", args=[CLOSURE])

    answer = client.post(address, {"row": row.public_id, "last_day": ""}, follow=True)
    assert "请填写终止日期" in answer.content.decode()
    answer = client.post(address, {"row": row.public_id, "last_day": "2026-12-01"}, follow=True)
    assert "有且只有一方决定" in answer.content.decode()
    row.refresh_from_db()
    assert row.valid_to is None


def test_pages_take_as_many_queries_for_more_rows(client, organiser):
    def queries():
        numbers = []
        for name, *args in (("responsibility-list",), ("responsibility-matter", CLOSURE)):
            with CaptureQueriesContext(connection) as captured:
                _page(client, name, *args)
            numbers.append(len(captured.captured_queries))
        return numbers

    _add(client)
    first = queries()
    for ahead in (10, 20):
        day = TODAY + timedelta(days=ahead)
        _add(client, duty="decides", role="bureau" if ahead == 10 else "org_dept", valid_from=day)

    assert queries() == first
    assert max(first) <= 15
