"""Pages of surveys: ordering, progress, giving out, rows, papers, answers of a phone, the shell."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import make_user
from tests.factories.surveys import give, make_survey, told
from xgz.access import clock
from xgz.access.actor import actor_for
from xgz.models import Lead, SurveyReminder, SurveyRound, SurveyRow, SurveyVisit
from xgz.rules.roles import Role
from xgz.rules.surveys import RoundState, RowState, Told, code_of, shown_code
from xgz.web.surveys import sheets

pytestmark = pytest.mark.django_db
MOST_QUERIES = 30


@pytest.fixture
def survey():
    return make_survey(4, today=clock.today(), now=clock.now())


@pytest.fixture
def row(survey):
    return survey.rows()[0]


def as_(person):
    client = Client()
    client.force_login(getattr(person, "user", person))
    return client


def person(survey, role, seat):
    return as_(make_user(role, getattr(survey.district, seat)))


def answers(survey, row, answer=None):
    return give(row, actor_for(survey.walker, clock.today()), answer or told(day=clock.today()))


def form(row, **values):
    given = {
        "outcome": "visited",
        "staff": "3",
        "members": "1",
        "has_organisation": "no",
        "has_plaque": "",
        "day": clock.today().isoformat(),
        "key": "phone-1",
        "version": SurveyRow.objects.get(pk=row.pk).version,
    }
    return given | values


def mark_of(client):
    return re.search(r'data-owner="(\w+)"', client.get(reverse("home")).text)[1]


def post(client, row, waiting=True, mark="", **values):
    headers = {"X-Waiting": mark or mark_of(client)} if waiting else {}
    return client.post(
        reverse("survey-answer", args=[row.public_id]), form(row, **values), headers=headers
    )


# Ordering and steering


def test_a_round_is_ordered_on_the_page_and_leads_to_it(survey):
    client = as_(survey.runner)
    today = clock.today()
    data = {
        "title": "老街冬季摸排",
        "area": survey.district.qingping.public_id,
        "street": "老 街",
        "choice": "all",
        "starts_on": today,
        "ends_on": today + timedelta(days=10),
    }

    response = client.post(reverse("survey-open"), data)

    made = SurveyRound.objects.latest("pk")
    assert response["Location"] == reverse("survey-detail", args=[made.public_id])
    assert (made.title, made.street, made.rows.count()) == ("老街冬季摸排", "老街", 4)


def test_how_many_shops_a_round_takes_is_said_before_it_is_ordered(survey):
    data = {
        "title": "老街冬季摸排",
        "area": survey.district.qingping.public_id,
        "choice": "all",
        "starts_on": clock.today(),
        "ends_on": clock.today(),
        "count": "yes",
    }
    client = as_(survey.runner)

    assert "有 4 户，还没有发起" in client.post(reverse("survey-open"), data).text
    none = client.post(reverse("survey-open"), data | {"street": "没有这条街"}).text
    assert "没有符合条件的主体" in none
    assert "还没有发起" not in none
    assert SurveyRound.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"street": "没有这条街"}, "没有符合条件的主体"),
        ({"ends_on": "2020-01-01"}, "截止日期应在起始日期和今天之后"),
        ({"choice": "not_visited"}, "没有写明从哪天起没有走访"),
        ({"choice": ""}, "请选择一项"),
        ({"title": "摸排 13800006021"}, "不要写证件号码"),
    ],
    ids=["empty", "dates", "no day", "no choice", "number"],
)
def test_an_unsound_order_is_refused_in_words(survey, changed, words):
    data = {
        "title": "冬季摸排",
        "area": survey.district.qingping.public_id,
        "choice": "all",
        "starts_on": clock.today(),
        "ends_on": clock.today(),
    }

    response = as_(survey.runner).post(reverse("survey-open"), data | changed)

    assert response.status_code == 200
    assert words in response.text
    assert SurveyRound.objects.count() == 1


def test_another_township_cannot_be_chosen(survey):
    page = as_(survey.runner).get(reverse("survey-open"))

    assert survey.district.liuquan.public_id not in page.text
    assert survey.district.qingping.public_id in page.text


def test_the_numbers_of_a_round_open_exactly_their_rows(survey, row):
    answers(survey, row)
    answers(survey, survey.rows()[1], told(RowState.NOT_MET, clock.today()))
    client = as_(survey.runner)
    page = client.get(reverse("survey-detail", args=[survey.round.public_id]))
    linked = re.findall(
        r'<a href="(/surveys/\w+/rows/[^"]*)">([\d,]+)</a>', page.text.replace("&amp;", "&")
    )

    assert len(linked) >= 10
    for address, number in linked:
        if "told=" not in address:
            listed = client.get(address)
            assert f"<b>{number}</b> 户" in listed.text, address
    told_of = [(address, number) for address, number in linked if "told=" in address]
    assert {number for _, number in told_of} == {"3", "1"}  # staff 3, members 1
    for address, _ in told_of:
        assert "<b>1</b> 户" in client.get(address).text


def test_the_bureau_sees_numbers_without_links_and_hidden_sums(survey, row):
    answers(survey, row)
    page = person(survey, Role.BUREAU, "bureau").get(
        reverse("survey-detail", args=[survey.round.public_id])
    )

    assert "/rows/" not in page.text
    assert page.text.count("这一轮结束后才显示") == 4
    assert row.business.name not in page.text

    SurveyRound.objects.update(state=RoundState.FINISHED, closed_at=clock.now())
    page = person(survey, Role.BUREAU, "bureau").get(
        reverse("survey-detail", args=[survey.round.public_id])
    )
    assert page.text.count("不足 3 户，不显示") == 4


def test_rows_are_given_out_on_the_page(survey):
    other = make_user(Role.INSTRUCTOR, survey.district.qingping_office)
    seat = other.role_assignments.get()
    client = as_(survey.runner)
    address = reverse("survey-hand-out", args=[survey.round.public_id])
    street = survey.rows()[0].street
    data = {
        "source": survey.walker.public_id,
        "street": f"={street}",
        "most": "2",
        "to": seat.public_id,
    }

    response = client.post(address, data)

    assert response.status_code == 302
    assert [each.walker for each in survey.rows()] == [other, other, *[survey.walker] * 2]
    assert "已分派 2 户" in client.get(response["Location"]).text


def test_to_whom_rows_go_is_not_chosen_beforehand_and_taking_back_is_said(survey):
    client = as_(survey.runner)
    address = reverse("survey-hand-out", args=[survey.round.public_id])
    choice = re.search(r'<select name="to".*?</select>', client.get(address).text, re.S)[0]
    assert re.search(r'<option value="" selected>', choice)
    assert 'value="none"' in choice

    data = {"source": survey.walker.public_id, "to": ""}
    assert "请选择一项" in client.post(address, data).text
    assert all(each.walker == survey.walker for each in survey.rows())

    said = client.post(address, data | {"to": "none"}, follow=True).text
    assert "已收回 4 户，暂不分派" in said
    assert "已分派" not in said
    assert not any(each.walker for each in survey.rows())


def test_a_source_without_rows_is_not_offered(survey):
    response = as_(survey.runner).post(
        reverse("survey-hand-out", args=[survey.round.public_id]), {"source": "none"}
    )

    assert "没有这个选项" in response.text  # no row is without a walker


def test_reminding_shows_in_the_walkers_inbox_once_a_day(survey):
    client, walker = as_(survey.runner), as_(survey.walker)
    address = reverse("survey-remind", args=[survey.round.public_id])
    before = walker.get(reverse("inbox")).text
    assert "您还有 4 户要走" in before
    assert "有人提醒过您" not in before

    for _ in range(2):
        client.post(address)

    assert SurveyReminder.objects.count() == 1
    assert "有人提醒过您" in walker.get(reverse("inbox")).text
    assert "24 小时内都提醒过了" in client.post(address, follow=True).text


@pytest.mark.parametrize("walker", ["\0", "a\0", "a" * 13])
def test_reminding_somebody_who_cannot_be_reminds_nobody(survey, walker):
    address = reverse("survey-remind", args=[survey.round.public_id])

    assert as_(survey.runner).post(address, {"walker": walker}).status_code == 404
    assert not SurveyReminder.objects.exists()


def test_others_have_no_survey_in_their_inbox(survey):
    assert "户要走" not in as_(survey.runner).get(reverse("inbox")).text


@pytest.mark.parametrize("action", ["finish", "withdraw"])
def test_a_round_is_ended_on_the_page(survey, action):
    address = reverse("survey-end", args=[survey.round.public_id, action])

    as_(survey.runner).post(address)

    survey.round.refresh_from_db()
    states = {"finish": RoundState.FINISHED, "withdraw": RoundState.WITHDRAWN}
    assert survey.round.state == states[action]


def test_an_unknown_end_is_not_found(survey):
    address = reverse("survey-end", args=[survey.round.public_id, "forget"])

    assert as_(survey.runner).post(address).status_code == 404


# Rows, export, sheets


def test_a_walker_lists_the_own_rows_alone(survey, row):
    SurveyRow.objects.filter(pk=row.pk).update(
        walker=make_user(Role.INSTRUCTOR, survey.district.qingping_office)
    )
    page = as_(survey.walker).get(reverse("survey-rows", args=[survey.round.public_id]))

    assert "<b>3</b> 户" in page.text
    assert row.code not in page.text.replace("-", "")


def test_the_list_leaves_as_a_workbook_with_the_same_rows(survey, row):
    answers(survey, row)
    address = reverse("survey-export", args=[survey.round.public_id]) + "?state=visited"

    response = as_(survey.runner).get(address)

    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    lines = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=4)]
    assert len([line for line in lines if line[1]]) == 1
    assert lines[0][1] == shown_code(row.code)
    assert lines[0][2] == row.business.name
    assert lines[0][10:14] == [3, 1, "没有", "没有"]
    assert survey.round.title in sheet["A2"].value
    assert "状态：已走访" in sheet["A2"].value


def test_sheets_carry_code_and_qr_of_the_rows_that_wait(survey, row):
    answers(survey, row)

    page = as_(survey.runner).get(reverse("survey-sheets", args=[survey.round.public_id]))

    assert page.text.count('<section class="x-slip"') == 3
    assert page.text.count('class="x-qr"') == 3
    assert shown_code(row.code) not in page.text
    assert row.business.owner_name not in page.text
    assert "style=" not in page.text


def test_the_qr_names_the_row_and_nothing_else(survey, row, monkeypatch):
    drawn = []
    monkeypatch.setattr(sheets, "qr_inline", lambda text: drawn.append(text) or "<svg></svg>")

    as_(survey.runner).get(reverse("survey-sheets", args=[survey.round.public_id]))

    assert drawn[0] == f"http://testserver/surveys/rows/{row.public_id}/"


def test_one_print_has_a_largest_size(survey, monkeypatch):
    monkeypatch.setattr(sheets, "SHEET_ROWS", 2)

    page = as_(survey.runner).get(reverse("survey-sheets", args=[survey.round.public_id]))

    assert page.text.count('<section class="x-slip"') == 2
    assert "4 户，本次打印 2 户" in page.text
    assert "分次打印" in page.text


# Papers at the desk


@pytest.mark.parametrize("way", ["code", "small", "plain", "scanned"])
def test_a_paper_finds_its_row(survey, row, way):
    typed = {
        "code": shown_code(row.code),
        "small": shown_code(row.code).lower(),
        "plain": f" {row.code} ",
        "scanned": f"https://xgz.example/surveys/rows/{row.public_id}/",
    }[way]

    response = as_(survey.runner).get(reverse("survey-entry"), {"code": typed})

    assert response["Location"].startswith(reverse("survey-paper", args=[row.public_id]))


@pytest.mark.parametrize("typed", ["2222222", "XXXXXXX", "清平镇", code_of(7), "a" * 500])
def test_a_code_of_no_row_is_refused_in_words(survey, typed):
    response = as_(survey.runner).get(reverse("survey-entry"), {"code": typed})

    assert response.status_code == 200
    assert "没有这个编码" in response.text


def test_a_code_out_of_reach_looks_like_none(survey, row):
    stranger = person(survey, Role.TOWNSHIP_COMMITTEE, "liuquan")

    out_of_reach = stranger.get(reverse("survey-entry"), {"code": row.code})
    none = stranger.get(reverse("survey-entry"), {"code": code_of(7)})

    def plain(response, code):
        return re.sub(r'csrfmiddlewaretoken" value="[^"]*"', "", response.text).replace(code, "")

    assert plain(out_of_reach, row.code) == plain(none, code_of(7))


def paper(row, **values):
    given = form(row) | {"outcome": "1", "has_organisation": "2", "has_plaque": "1"}
    return given | values


def test_a_paper_is_entered_by_digits_and_the_next_one_asked_for(survey, row):
    day = (clock.today() - timedelta(days=1)).isoformat()
    client = as_(survey.runner)
    address = reverse("survey-paper", args=[row.public_id])
    assert f'value="{day}"' in client.get(address, {"day": day}).text

    response = client.post(address, paper(row, day=day))

    now = SurveyRow.objects.get(pk=row.pk)
    assert (now.state, now.has_organisation, now.has_plaque) == ("visited", Told.NO, Told.YES)
    assert now.visited_on.isoformat() == day
    assert response["Location"] == f"{reverse('survey-entry')}?day={day}"
    assert shown_code(row.code) in client.get(response["Location"]).text


@pytest.mark.parametrize(
    ("digit", "state"), [("1", "visited"), ("2", "not_met"), ("3", "gone"), ("4", "refused")]
)
def test_each_digit_means_its_outcome(survey, row, digit, state):
    told_nothing = {"staff": "", "members": "", "has_organisation": "", "has_plaque": ""}
    as_(survey.runner).post(
        reverse("survey-paper", args=[row.public_id]), paper(row, outcome=digit, **told_nothing)
    )

    assert SurveyRow.objects.get(pk=row.pk).state == state


@pytest.mark.parametrize("wrong", [{"outcome": "5"}, {"outcome": ""}, {"has_plaque": "3"}])
def test_a_digit_without_meaning_is_refused(survey, row, wrong):
    response = as_(survey.runner).post(
        reverse("survey-paper", args=[row.public_id]), paper(row, **wrong)
    )

    assert response.status_code == 200
    assert SurveyRow.objects.get(pk=row.pk).state == RowState.TO_VISIT


def test_a_paper_against_a_newer_answer_is_shown_both_and_entered_on_the_second_press(survey, row):
    answers(survey, row, told(RowState.GONE, clock.today()))
    client, address = as_(survey.runner), reverse("survey-paper", args=[row.public_id])

    first = client.post(address, paper(row, version=0))

    assert "已关门或迁走" in first.text
    assert "再按一次登记" in first.text
    assert SurveyRow.objects.get(pk=row.pk).state == RowState.GONE
    assert 'name="version" value="1"' in first.text
    client.post(address, paper(row, version=1))
    assert SurveyRow.objects.get(pk=row.pk).state == RowState.VISITED


# The phone


def test_a_waiting_answer_arrives_and_is_answered_in_plain_data(survey, row):
    response = post(as_(survey.walker), row)

    assert response.status_code == 200
    assert response.json() == {"state": "done", "version": 1, "words": "已走访"}
    assert SurveyRow.objects.get(pk=row.pk).staff == 3


@pytest.mark.parametrize("mark", ["1", "another's"])
def test_an_answer_of_another_person_is_not_taken(survey, row, mark):
    head = person(survey, Role.STATION_HEAD, "qingping_office")
    theirs = mark_of(as_(survey.walker))

    response = post(head, row, mark=theirs if mark == "another's" else mark)

    assert (response.status_code, response.content) == (401, b"")
    assert SurveyRow.objects.get(pk=row.pk).version == 0
    assert post(head, row).status_code == 200


def test_sent_twice_it_is_answered_alike_and_has_one_effect(survey, row):
    client = as_(survey.walker)
    first, second = (post(client, row, version=0) for _ in range(2))

    assert (second.status_code, second.json()) == (first.status_code, first.json())
    assert SurveyVisit.objects.count() == 1


def test_a_conflict_is_told_in_words_with_the_row_as_it_is(survey, row):
    give(row, survey.runner, told(RowState.REFUSED, clock.today()))

    response = post(as_(survey.walker), row, version=0)

    assert response.status_code == 409
    reply = response.json()
    assert (reply["state"], reply["version"]) == ("changed", 1)
    assert "不愿配合" in reply["words"]
    assert str(survey.runner.user) in reply["words"]
    assert SurveyRow.objects.get(pk=row.pk).state == RowState.REFUSED


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"outcome": ""}, "请选择一项"),
        ({"outcome": "gone"}, "只有“已走访”才能填"),
        ({"day": "2020-01-01"}, "走访日期应在"),
        ({"staff": "100000"}, "不能大于"),
        ({"staff": "-1"}, "不能小于"),
        ({"key": ""}, "请填写"),
        ({"key": "k" * 37}, "最多 36"),
        ({"version": "x"}, "不符合要求"),
    ],
    ids=str,
)
def test_what_cannot_be_taken_is_told_and_changes_nothing(survey, row, wrong, words):
    response = post(as_(survey.walker), row, **wrong)

    assert response.status_code == 400
    assert response.json()["state"] == "refused"
    assert words in response.json()["words"]
    assert SurveyRow.objects.get(pk=row.pk).version == 0


def test_an_ended_round_is_told(survey, row):
    SurveyRound.objects.update(state=RoundState.FINISHED, closed_at=clock.now())

    response = post(as_(survey.walker), row)

    assert response.status_code == 400
    assert "已经结束" in response.json()["words"]


def test_the_page_itself_answers_without_any_script(survey, row):
    client = as_(survey.walker)

    response = client.post(reverse("survey-answer", args=[row.public_id]), form(row), follow=True)

    assert "已登记：已走访" in response.text
    assert "从业 3 人" in response.text


def test_a_row_shows_its_shop_and_no_person(survey, row):
    page = as_(survey.walker).get(reverse("survey-row", args=[row.public_id]))

    assert row.business.name in page.text
    assert row.business.owner_name not in page.text
    assert row.business.name not in re.search(r"<title>(.*?)</title>", page.text).group(1)


def test_nothing_is_chosen_beforehand(survey, row):
    page = as_(survey.walker).get(reverse("survey-row", args=[row.public_id]))

    assert " checked" not in page.text.split("x-survey-form")[1]


def test_todays_list_holds_what_the_phone_needs(survey, row):
    answers(survey, survey.rows()[1])
    page = as_(survey.walker).get(reverse("survey-today"))

    assert page.text.count("<li data-row=") == 3
    assert f'data-row="{row.public_id}" data-version="0"' in page.text
    assert reverse("survey-answer", args=[row.public_id]) in page.text


def test_the_shell_and_its_worker_hold_no_page_and_no_person(survey, row):
    client = as_(survey.walker)
    shell = client.get(reverse("survey-offline")).text
    worker = client.get(reverse("survey-worker"))

    for word in (str(survey.walker), row.business.name, row.code, survey.round.title, "清平"):
        assert word not in shell
        assert word not in worker.text
    assert "csrfmiddlewaretoken" not in shell
    assert worker["Content-Type"].startswith("text/javascript")
    kept = re.search(r"const FILES = \[(.*?)\];", worker.text).group(1)
    paths = re.findall(r'"([^"]+)"', kept.encode().decode("unicode_escape"))
    assert paths[0] == reverse("survey-offline")
    assert all(path.startswith("/static/") for path in paths[1:])


@pytest.mark.parametrize("who", ["walker", "stranger"])
def test_the_shell_is_the_same_for_everybody(survey, who):
    people = {
        "walker": survey.walker,
        "stranger": make_user(Role.INSTRUCTOR, survey.district.liuquan_office),
    }
    other = make_user(Role.INSTRUCTOR, survey.district.qingping_office)

    assert (
        as_(people[who]).get(reverse("survey-offline")).text
        == as_(other).get(reverse("survey-offline")).text
    )


def test_pages_bear_a_mark_of_their_person_that_names_nobody(survey):
    def mark(client):
        page = client.get(reverse("survey-list")).text
        return re.search(r'data-owner="([^"]+)"', page).group(1)

    walker = as_(survey.walker)
    assert mark(walker) == mark(walker)
    assert mark(walker) != mark(as_(survey.runner))
    assert survey.walker.public_id not in mark(walker)


@pytest.mark.parametrize(
    ("ended", "forgets"),
    [
        ("ended_by", True),
        ("password", True),
        ("closed", True),
        ("guessed", True),
        ("idle", False),
        ("too_long", False),
        ("replaced", False),
        ("", False),
    ],
)
def test_the_sign_in_page_makes_the_phone_forget_where_its_person_may_not_come_back(
    survey, ended, forgets
):
    page = Client().get(reverse("sign-in"), {"ended": ended})

    assert ("data-forget" in page.text) is forgets


@pytest.mark.parametrize("name", ["survey-detail", "survey-rows", "survey-sheets"])
def test_others_are_told_there_is_none(survey, name):
    client = person(survey, Role.TOWNSHIP_COMMITTEE, "liuquan")

    assert client.get(reverse(name, args=[survey.round.public_id])).status_code == 404
    assert client.get(reverse("survey-row", args=[survey.rows()[0].public_id])).status_code == 404


@pytest.mark.parametrize(
    "name",
    ["survey-list", "survey-detail", "survey-rows", "survey-sheets", "survey-today", "survey-row"],
)
def test_pages_cost_the_same_however_many_rows(survey, name):
    args = {
        "survey-list": [],
        "survey-today": [],
        "survey-row": [survey.rows()[0].public_id],
    }.get(name, [survey.round.public_id])
    client = as_(survey.walker)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(name, args=args)).status_code == 200
        return len(queries)

    cost()
    before = cost()
    for _ in range(3):
        make_survey(6, walker=survey.walker, today=clock.today(), now=clock.now())

    assert cost() == before <= MOST_QUERIES


# A person to look for


def test_a_hint_is_answered_alike_whatever_becomes_of_it(survey, row):
    client = as_(survey.walker)
    address = reverse("survey-person", args=[row.public_id])
    data = {"note": "老街口修鞋的师傅", "name": "甄示例", "phone": "13800006021"}

    first, second = (client.post(address, data, follow=True) for _ in range(2))

    def plain(response):
        return re.sub(r'csrfmiddlewaretoken" value="[^"]*"|value="[a-z2-7]{12}"', "", response.text)

    assert plain(first) == plain(second)
    assert "已提交，由所在地党委安排走访" in first.text
    assert "甄示例" not in first.text
    assert Lead.objects.count() == 1


@pytest.mark.parametrize("note", ["", "电话 13800006021"])
def test_a_hint_needs_words_and_no_numbers_in_them(survey, row, note):
    response = as_(survey.walker).post(
        reverse("survey-person", args=[row.public_id]), {"note": note, "name": "甄示例"}
    )

    assert response.status_code == 200
    assert not Lead.objects.exists()
