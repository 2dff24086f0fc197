"""Pages of rules, parameters and the working-day calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_district, make_member, make_organisation, make_user
from xgz.access import clock
from xgz.models import CalendarDay, CalendarYear, ParameterValue
from xgz.queries.rulebook import rulebook
from xgz.rules.holidays import fixed_by_law
from xgz.rules.parameters import PARAMETERS
from xgz.rules.roles import Role
from xgz.templatetags.rules import rule_text

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
TODAY = date(2026, 11, 26)
KEY = "organisation.ageing_average"
NOTICE = "\n".join(f"{day} 休 {name}" for day, name in fixed_by_law(2027).items())


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


@pytest.fixture
def station(client, district):
    client.force_login(make_user(Role.STATION_HEAD, district.qingping_office))


def _page(client, name, *args, query=""):
    return client.get(reverse(name, args=args) + query).content.decode()


def _post(client, page, *args, **given):
    return client.post(reverse(page, args=args), given)


def test_every_rule_stands_under_an_anchor_of_its_own(client, station):
    page = _page(client, "rulebook")

    for subject in rulebook():
        for row in subject.rows:
            assert f'<tr id="{row.id}">' in page
            assert rule_text(row.text.chinese) in page
            assert rule_text(row.text.english) not in page
    assert "已见公开来源（转引）" in page
    assert "`" not in page


def test_the_english_interface_shows_the_english_wording(client, station):
    client.post(reverse("set_language"), {"language": "en"})
    page = _page(client, "rulebook")

    row = rulebook()[0].rows[0]
    assert rule_text(row.text.english) in page
    assert rule_text(row.text.chinese) not in page


def test_marks_of_markdown_become_elements_and_nothing_else_does():
    told = rule_text("at least **3 <full>** ones, a *unit* or `--min-full`, 2 * 3")

    assert told == (
        "at least <strong>3 &lt;full&gt;</strong> ones, a <em>unit</em> or <code>--min-full</code>, 2 * 3"
    )


def test_rules_are_found_by_words(client, station):
    page = _page(client, "rulebook", query="?q=介绍信 90")

    assert '<tr id="TR-2">' in page
    assert '<tr id="OR-1">' not in page
    assert "没有这样的规则" in _page(client, "rulebook", query="?q=没有这个词")


def test_a_mark_leads_to_its_rule(client, organiser, district):
    branch = make_organisation(district.qingping)
    mark = f'<a class="x-tag x-tag-rule" href="{reverse("rulebook")}#OR-1">OR-1</a>'

    assert mark in _page(client, "organisation-detail", branch.public_id)
    assert mark in _page(client, "worklist", "below-three")


def test_a_rule_names_its_parameters_with_todays_values(client, organiser):
    ParameterValue.objects.create(
        key=KEY, value=58, valid_from=TODAY, reason="依据", entered_at=NOW
    )

    assert "老龄化提示的平均年龄：58 岁" in _page(client, "rulebook")


def test_everybody_reads_parameters_and_only_the_entitled_may_change(client, station):
    page = _page(client, "parameter-list")

    assert all(parameter.label in page for parameter in PARAMETERS.values())
    assert reverse("parameter-change", args=[KEY]) not in page
    assert client.get(reverse("parameter-change", args=[KEY])).status_code == 403
    assert client.get(reverse("parameter-detail", args=["no.such"])).status_code == 404


def test_a_value_is_saved_only_after_its_effect_was_shown(client, organiser, district):
    branch = make_organisation(district.qingping, name="清平市场联合党支部")
    make_member(branch, born_on=date(1960, 1, 1))
    given = {"value": "70", "valid_from": "2026-12-01", "reason": "组办发 12 号"}

    preview = _post(client, "parameter-change", KEY, **given).content.decode()
    assert "按原值 1 个，按新值 0 个" in preview
    assert branch.name in preview
    assert not ParameterValue.objects.exists()

    back = _post(client, "parameter-change", KEY, back="yes", **given).content.decode()
    assert 'value="70"' in back
    assert not ParameterValue.objects.exists()

    answer = _post(client, "parameter-change", KEY, confirmed="yes", **given)
    assert answer.status_code == 302
    row = ParameterValue.objects.get()
    assert (row.value, row.valid_from, row.entered_by) == (70, date(2026, 12, 1), organiser)
    page = _page(client, "parameter-detail", KEY)
    assert "组办发 12 号" in page
    assert "未起用" in page
    assert "2026-12-01 起 70" in _page(client, "parameter-list")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"value": "44"}, "不能小于 45。"),
        ({"value": "81"}, "不能大于 80。"),
        ({"value": "x"}, "请填写整数。"),
        ({"valid_from": "2026-11-25"}, "起用日期不能早于今天"),
        ({"reason": ""}, "请填写这一项。"),
        ({"value": "55"}, "与当天本来的数值相同"),
    ],
    ids=["below", "above", "no number", "yesterday", "no reason", "the same"],
)
def test_what_is_wrong_is_said_beside_the_form(client, organiser, given, words):
    values = {"value": "60", "valid_from": "2026-11-26", "reason": "依据", "confirmed": "yes"}
    answer = _post(client, "parameter-change", KEY, **values | given)

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not ParameterValue.objects.exists()


def test_a_coming_value_is_taken_back_and_stays_in_the_history(client, organiser):
    row = ParameterValue.objects.create(
        key=KEY, value=60, valid_from=TODAY + timedelta(days=1), reason="依据", entered_at=NOW
    )
    other = ParameterValue.objects.create(
        key="case.near_days", value=5, valid_from=row.valid_from, reason="依据", entered_at=NOW
    )
    _post(client, "parameter-withdraw", KEY, value=other.public_id)
    _post(client, "parameter-withdraw", KEY, value="nothing")
    _post(client, "parameter-withdraw", KEY, value=row.public_id)

    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.withdrawn_at, other.withdrawn_at) == (NOW, None)
    assert "2026-11-26 撤回" in _page(client, "parameter-detail", KEY)


def test_the_calendar_shows_a_final_and_a_provisional_year(client, organiser):
    page = _page(client, "calendar")
    assert "2026 年工作日 248 天" in page
    assert "国务院办公厅关于2026年部分节假日安排的通知" in page
    assert "暂定" not in page

    page = _page(client, "calendar", query="?year=2027")
    assert "暂定" in page
    assert "春节补假" in page
    assert "2026 年工作日" in _page(client, "calendar", query="?year=1999")


def test_a_day_is_corrected_and_taken_back(client, organiser):
    given = {"kind": "off", "name": "台风停工", "source": "县政府通知"}
    refused = _post(client, "calendar-day", day="2026-11-25", **given).content.decode()
    assert "不能更正已经过去的日子" in refused

    assert _post(client, "calendar-day", day="2026-11-30", **given).status_code == 302
    entry = CalendarDay.objects.get()
    assert (entry.day, entry.is_workday) == (date(2026, 11, 30), False)
    assert "县政府通知" in _page(client, "calendar")

    _post(client, "calendar-withdraw", entry=entry.public_id)
    assert "县政府通知" not in _page(client, "calendar")
    _post(client, "calendar-withdraw", entry="nothing")


def test_a_notice_is_previewed_and_then_saved_whole(client, organiser):
    given = {"year": "2027", "source": "放假通知", "lines": NOTICE}

    preview = _post(client, "calendar-notice", **given).content.decode()
    assert "核对 2027 年的通知" in preview
    assert "共 13 天" in preview
    assert not CalendarYear.objects.exists()

    _post(client, "calendar-notice", confirmed="yes", **given)
    assert CalendarYear.objects.get().year == 2027
    assert CalendarDay.objects.count() == 13
    assert "不再是暂定" in _page(client, "calendar")  # what the next page says once
    page = _page(client, "calendar", query="?year=2027")
    assert "暂定" not in page
    assert "来源：放假通知" in page


def test_a_faulty_notice_names_every_line_and_saves_none(client, organiser):
    lines = NOTICE.splitlines()
    text = "\n".join([*lines[1:], "春节放假", "2027-02-10 班 春节"])
    answer = _post(
        client, "calendar-notice", year="2027", source="通知", lines=text, confirmed="yes"
    ).content.decode()

    assert "请按“2027-02-05 休 春节”的样子写" in answer
    assert "本来就上班" in answer
    assert "通知里没有这个法定节日" in answer
    assert not CalendarDay.objects.exists()


def test_pages_take_as_many_queries_for_more_rows(client, organiser):
    names = [("rulebook",), ("parameter-list",), ("parameter-detail", KEY), ("calendar",)]

    def queries():
        numbers = []
        for name, *args in names:
            with CaptureQueriesContext(connection) as captured:
                _page(client, name, *args)
            numbers.append(len(captured.captured_queries))
        return numbers

    def more(number):
        day = TODAY + timedelta(days=number)
        ParameterValue.objects.create(
            key=KEY, value=60, valid_from=day, reason="依据", entered_at=NOW, entered_by=organiser
        )
        CalendarDay.objects.create(
            day=day,
            is_workday=False,
            name="停工",
            source="通知",
            entered_at=NOW,
            entered_by=organiser,
        )

    more(1)
    first = queries()
    more(2)
    more(3)

    assert queries() == first
    assert max(first) <= 15
