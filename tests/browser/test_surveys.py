"""A survey round in the browser: steered at the desk, walked on a phone without a network, on paper."""

import json
import re
from contextlib import suppress
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Error, expect

from tests.factories import make_user
from tests.factories.surveys import give, make_survey, told
from xgz.access import clock
from xgz.access.actor import actor_for
from xgz.models import Lead, SurveyRow, SurveyVisit
from xgz.rules.roles import Role
from xgz.rules.surveys import RowState, shown_code

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def survey():
    return make_survey(4, today=clock.today(), now=clock.now())


def state(row):
    return SurveyRow.objects.get(pk=row.pk).state


def kept(page):
    """Return everything the browser keeps for the site, as text."""
    return page.evaluate("JSON.stringify(Object.entries(localStorage))")


def waiting(page):
    return json.loads(page.evaluate("localStorage.getItem('xgz.survey.waiting') || '[]'"))


def line(page, row):
    return page.locator(f"[data-row='{row.public_id}']")


def answer(page, row, outcome, **counts):
    """Answer a row of the list with the thumb."""
    place = line(page, row)
    place.get_by_role("button", name="登记这一户").click()
    place.get_by_text(outcome, exact=True).click()
    for label, number in counts.items():
        place.get_by_label(label).fill(number)
    place.get_by_role("button", name="登记", exact=True).click()
    return place


def until(page, expression):
    """Wait until an expression holds; asked by the debugger, which the page's policy does not bind."""
    for _ in range(150):
        with suppress(Error):  # the page goes on to the next one meanwhile
            if page.evaluate(expression):
                return
        page.wait_for_timeout(100)
    pytest.fail(f"never true: {expression}")


def sent(page):
    """Wait until no answer waits any more; the page may be loading meanwhile."""
    expect(page.locator("[data-survey]:not([data-shell])")).to_be_visible()
    until(page, "localStorage.getItem('xgz.survey.waiting') === '[]'")


def cut(page, faults):
    """Take the network away once the page has kept what it needs; what failed since is provoked."""
    ready(page)
    page.context.set_offline(True)
    until(page, "!navigator.onLine")
    faults.clear()


def restore(page, faults):
    """Bring the network back; what failed meanwhile was provoked."""
    page.context.set_offline(False)
    until(page, "navigator.onLine")
    faults.clear()


def ready(page):
    """Wait until the shell is kept for a walk without a network."""
    until(
        page,
        "navigator.serviceWorker.ready.then(() => caches.keys())"
        ".then((names) => names.some((name) => name.startsWith('xgz-survey-')))",
    )
    until(page, "navigator.serviceWorker.controller !== null")


def test_with_a_network_an_answer_arrives_at_once(survey, signed_in_page, axe, screenshot):
    first, second, *_ = survey.rows()
    page = signed_in_page(survey.walker, reverse("survey-today"), phone=True)
    screenshot(page, "survey-today")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    place = answer(page, first, "已走访", 从业人数="3", 店方所说党员人数="1")

    expect(place).to_contain_text("已走访 · 已发送")
    now = SurveyRow.objects.get(pk=first.pk)
    assert (now.state, now.staff, now.members) == (RowState.VISITED, 3, 1)
    assert waiting(page) == []
    answer(page, second, "未见到人")
    expect(line(page, second)).to_contain_text("未见到人 · 已发送")
    assert state(second) == RowState.NOT_MET


def test_a_correction_follows_at_once_and_is_no_conflict(survey, signed_in_page):
    row = survey.rows()[0]
    page = signed_in_page(survey.walker, reverse("survey-today"), phone=True)
    answer(page, row, "未见到人")
    expect(line(page, row)).to_contain_text("已发送")

    answer(page, row, "已关门或迁走")

    expect(line(page, row)).to_contain_text("已关门或迁走 · 已发送")
    assert SurveyVisit.objects.count() == 2


def test_without_a_network_answers_wait_and_are_sent_once(
    survey, signed_in_page, page_faults, axe, screenshot
):
    first, second, *_ = survey.rows()
    page = signed_in_page(survey.walker, reverse("survey-today"), phone=True)
    cut(page, page_faults)
    expect(page.get_by_text("没有网络。可以照常登记")).to_be_visible()

    answer(page, first, "已走访", 从业人数="7")
    answer(page, second, "不愿配合")

    expect(page.get_by_text("没有网络，已存本机 2 条，等待发送")).to_be_visible()
    expect(line(page, first)).to_contain_text("已存本机，待发送")
    assert axe(page) == []
    screenshot(page, "survey-offline-waiting")
    assert state(first) == state(second) == RowState.TO_VISIT
    assert {item["row"] for item in waiting(page)} == {first.public_id, second.public_id}

    restore(page, page_faults)
    expect(line(page, first)).to_contain_text("已走访 · 已发送")
    expect(line(page, second)).to_contain_text("不愿配合 · 已发送")
    expect(page.locator("[data-banner]")).to_be_hidden()
    assert state(first) == RowState.VISITED
    assert SurveyVisit.objects.count() == 2
    assert waiting(page) == []


def test_a_page_left_open_overnight_notes_the_day_of_the_visit(survey, signed_in_page, page_faults):
    first, second, *_ = survey.rows()
    page = signed_in_page(survey.walker, reverse("survey-today"), phone=True)
    cut(page, page_faults)
    answer(page, first, "未见到人")
    page.clock.set_fixed_time(clock.now() + timedelta(days=2))
    answer(page, second, "未见到人")

    today = clock.today()
    days = {item["row"]: item["fields"]["day"] for item in waiting(page)}
    assert days == {
        first.public_id: today.isoformat(),
        second.public_id: (today + timedelta(days=2)).isoformat(),
    }


@pytest.mark.parametrize("days", [-400, 400])
def test_a_phone_whose_clock_is_wrong_notes_the_day_of_the_office(survey, signed_in_page, days):
    row = survey.rows()[0]
    page = signed_in_page(survey.walker, reverse("survey-today"), phone=True)
    page.clock.set_fixed_time(clock.now() + timedelta(days=days))
    page.reload()

    answer(page, row, "未见到人")

    expect(line(page, row)).to_contain_text("已发送")
    assert SurveyRow.objects.get(pk=row.pk).visited_on == clock.today()


def test_an_answer_whose_reply_was_lost_has_one_effect(survey, signed_in_page, page_faults):
    row = survey.rows()[0]
    page = signed_in_page(survey.walker, reverse("survey-today"), phone=True)
    lost = []

    def lose_first(route):
        response = route.fetch()
        if lost:
            route.fulfill(response=response)
        else:
            lost.append(response.status)
            route.abort()

    page.route("**/answer/", lose_first)
    with page.expect_event("requestfailed"):
        answer(page, row, "已关门或迁走")
    expect(page.get_by_text("待发送 1 条")).to_be_visible()
    assert lost == [200]
    assert state(row) == RowState.GONE  # it arrived, and the phone cannot know
    page_faults.clear()

    page.reload()

    expect(page.locator("[data-orphans]")).to_be_hidden()
    sent(page)
    assert SurveyVisit.objects.count() == 1


def test_reloading_without_a_network_shows_codes_alone_and_the_walk_goes_on(
    survey, signed_in_page, page_faults, screenshot
):
    row = survey.rows()[2]
    page = signed_in_page(survey.walker, reverse("survey-today"), phone=True)
    ready(page)
    cut(page, page_faults)

    page.reload()

    expect(page.get_by_text("走访登记（没有网络）")).to_be_visible()
    expect(page.get_by_text(shown_code(row.code))).to_be_visible()
    screenshot(page, "survey-offline-shell")
    shown = page.content()
    for each in survey.rows():
        assert each.business.name not in shown
    assert str(survey.walker) not in shown
    answer(page, row, "未见到人")
    expect(page.get_by_text("没有网络，已存本机 1 条，等待发送")).to_be_visible()

    restore(page, page_faults)
    expect(page.get_by_role("heading", name="今天走访")).to_be_visible()
    sent(page)
    assert state(row) == RowState.NOT_MET
    page_faults.clear()


def test_a_rows_page_works_without_a_network_too(survey, signed_in_page, page_faults):
    row = survey.rows()[0]
    page = signed_in_page(survey.walker, reverse("survey-row", args=[row.public_id]), phone=True)
    cut(page, page_faults)

    page.get_by_text("不愿配合", exact=True).click()
    page.get_by_role("button", name="登记", exact=True).click()

    expect(line(page, row)).to_contain_text("已存本机，待发送")
    restore(page, page_faults)
    expect(line(page, row)).to_contain_text("不愿配合 · 已发送")
    assert state(row) == RowState.REFUSED


def test_nothing_kept_on_the_phone_names_anybody_or_any_shop(survey, signed_in_page, page_faults):
    row = survey.rows()[0]
    page = signed_in_page(survey.walker, reverse("survey-today"), phone=True)
    cut(page, page_faults)
    answer(page, row, "已走访", 从业人数="2", 店方所说党员人数="1")

    text = kept(page)

    assert row.public_id in text
    for each in survey.rows():
        assert each.business.name not in text
        assert each.business.owner_name not in text
        assert each.business.address not in text
    assert str(survey.walker) not in text
    assert survey.walker.username not in text
    assert survey.walker.public_id not in text
    assert re.search("[\u4e00-\u9fff]", json.loads(text) and text) is None
    restore(page, page_faults)


def test_what_concerns_people_is_refused_without_a_network(
    survey, signed_in_page, page_faults, axe
):
    row = survey.rows()[0]
    page = signed_in_page(survey.walker, reverse("survey-row", args=[row.public_id]), phone=True)
    cut(page, page_faults)
    page.get_by_role("link", name="发现要找的人").click()
    expect(page.get_by_text("没有网络时不能填写这一项")).to_be_visible()

    restore(page, page_faults)
    page.get_by_role("link", name="发现要找的人").click()
    page.get_by_label("到哪里找、怎么知道的").fill("老街口修鞋的师傅")
    page.get_by_label("姓名").fill("甄示例")
    cut(page, page_faults)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("没有网络时不能填写这一项")).to_be_visible()
    assert axe(page) == []
    assert "甄示例" not in kept(page)

    restore(page, page_faults)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("已提交，由所在地党委安排走访")).to_be_visible()
    lead = Lead.objects.get()
    assert (lead.name, lead.business) == ("甄示例", row.business)


@pytest.mark.parametrize("choice", ["以我填的为准", "不用我填的"])
def test_a_conflict_is_told_and_its_writer_decides(
    survey, signed_in_page, page_faults, axe, screenshot, choice
):
    row = survey.rows()[0]
    page = signed_in_page(survey.walker, reverse("survey-today"), phone=True)
    cut(page, page_faults)
    answer(page, row, "已关门或迁走")
    give(row, survey.runner, told(RowState.REFUSED, clock.today()))

    restore(page, page_faults)

    place = line(page, row)
    expect(place).to_contain_text("不愿配合")
    expect(place).to_contain_text("您填的没有覆盖它。您填的是：已关门或迁走")
    page_faults.clear()  # the 409 itself
    screenshot(page, f"survey-conflict-{choice}")
    assert axe(page) == []
    assert state(row) == RowState.REFUSED
    assert len(waiting(page)) == 1
    page.get_by_role("button", name=choice).click()
    if choice == "以我填的为准":
        expect(place).to_contain_text("已关门或迁走 · 已发送")
        assert state(row) == RowState.GONE
    else:
        expect(page.locator("[data-banner]")).to_be_hidden()
        assert state(row) == RowState.REFUSED
    assert waiting(page) == []


def test_signing_out_asks_and_purges(survey, signed_in_page, page_faults):
    row = survey.rows()[0]
    page = signed_in_page(survey.walker, reverse("survey-today"), phone=True)
    ready(page)
    page.route("**/answer/", lambda route: route.abort())
    answer(page, row, "未见到人")
    expect(page.get_by_text("待发送 1 条")).to_be_visible()
    page_faults.clear()

    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="退出", exact=True).click()
    assert "1 条走访登记没有发送" in asked[0]
    assert len(waiting(page)) == 1

    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="退出", exact=True).click()
    expect(page.get_by_label("账号")).to_be_visible()
    assert kept(page) == "[]"
    until(
        page,
        "Promise.all([caches.keys(), navigator.serviceWorker.getRegistrations()])"
        ".then(([names, all]) => names.length === 0 && all.length === 0)",
    )
    assert state(row) == RowState.TO_VISIT
    page_faults.clear()


def test_signing_out_without_a_network_keeps_answers_and_session(
    survey, signed_in_page, page_faults
):
    row = survey.rows()[0]
    page = signed_in_page(survey.walker, reverse("survey-today"), phone=True)
    cut(page, page_faults)
    answer(page, row, "未见到人")
    told = []
    page.on("dialog", lambda dialog: (told.append(dialog.message), dialog.accept()))

    page.get_by_role("button", name="退出", exact=True).click()
    for _ in range(50):
        page.wait_for_timeout(100)
        if len(told) == 2:
            break

    assert "1 条走访登记没有发送" in told[0]
    assert "还没有退出登录" in told[1]
    assert len(waiting(page)) == 1
    restore(page, page_faults)
    expect(line(page, row)).to_contain_text("未见到人 · 已发送")
    page_faults.clear()


def give_phone_to(page, other, live_server):
    """Let somebody else's session be the one of this phone."""
    client = Client()
    client.force_login(other)
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
    page.context.add_cookies([cookie])


def test_a_tab_left_open_keeps_nothing_after_the_sign_out_in_another(
    survey, signed_in_page, page_faults, live_server
):
    row = survey.rows()[0]
    page = signed_in_page(survey.walker, reverse("survey-today"), phone=True)
    other_tab = page.context.new_page()
    other_tab.goto(live_server.url + reverse("survey-today"))
    other_tab.get_by_role("button", name="退出", exact=True).click()
    expect(other_tab.get_by_label("账号")).to_be_visible()

    place = answer(page, row, "已走访", 从业人数="7", 店方所说党员人数="2")

    expect(place.get_by_text("已经退出登录，这一条没有存")).to_be_visible()
    assert row.public_id not in kept(page)
    head = make_user(Role.STATION_HEAD, survey.district.qingping_office)
    give_phone_to(page, head, live_server)
    other_tab.goto(live_server.url + reverse("survey-row", args=[row.public_id]))
    expect(line(other_tab, row)).to_be_visible()
    until(other_tab, "localStorage.getItem('xgz.survey.owner') !== null")
    page.wait_for_timeout(500)
    assert waiting(other_tab) == []
    assert state(row) == RowState.TO_VISIT
    place.get_by_role("button", name="登记", exact=True).click()
    page.wait_for_timeout(500)
    assert waiting(page) == []
    assert SurveyVisit.objects.count() == 0
    page_faults.clear()


def test_what_lies_on_a_phone_without_an_owner_is_nobodys(
    survey, signed_in_page, page_faults, live_server
):
    row = survey.rows()[0]
    page = signed_in_page(survey.walker, reverse("survey-today"), phone=True)
    page.route("**/answer/", lambda route: route.abort())
    answer(page, row, "未见到人")
    expect(page.get_by_text("待发送 1 条")).to_be_visible()
    page.evaluate("localStorage.removeItem('xgz.survey.owner')")
    page.unroute("**/answer/")
    head = make_user(Role.STATION_HEAD, survey.district.qingping_office)
    give_phone_to(page, head, live_server)

    page.goto(live_server.url + reverse("survey-row", args=[row.public_id]))

    expect(line(page, row)).to_be_visible()
    until(page, "localStorage.getItem('xgz.survey.owner') !== null")
    page.wait_for_timeout(500)
    assert waiting(page) == []
    assert state(row) == RowState.TO_VISIT
    page_faults.clear()


def test_a_waiting_answer_is_never_sent_as_somebody_elses(
    survey, signed_in_page, page_faults, live_server
):
    row = survey.rows()[0]
    page = signed_in_page(survey.walker, reverse("survey-today"), phone=True)
    cut(page, page_faults)
    answer(page, row, "未见到人")
    head = make_user(Role.STATION_HEAD, survey.district.qingping_office)
    give_phone_to(page, head, live_server)

    restore(page, page_faults)

    expect(page.get_by_text("登录已到期。本机还有 1 条没有发送")).to_be_visible()
    assert len(waiting(page)) == 1
    assert state(row) == RowState.TO_VISIT
    page_faults.clear()


def test_another_person_on_the_same_phone_finds_nothing(
    survey, signed_in_page, page_faults, live_server
):
    row = survey.rows()[0]
    page = signed_in_page(survey.walker, reverse("survey-today"), phone=True)
    page.route("**/answer/", lambda route: route.abort())
    answer(page, row, "未见到人")
    expect(page.get_by_text("待发送 1 条")).to_be_visible()
    other = make_user(Role.INSTRUCTOR, survey.district.qingping_office)
    cookies = signed_in_page(other, reverse("home")).context.cookies()
    page.context.clear_cookies()
    page.context.add_cookies(cookies)
    page.unroute("**/answer/")

    page.goto(live_server.url + reverse("home"))

    assert waiting(page) == []
    assert row.public_id not in kept(page)
    assert state(row) == RowState.TO_VISIT
    page_faults.clear()


def test_an_expired_session_keeps_the_answers_until_the_person_is_back(
    survey, signed_in_page, page_faults, live_server
):
    row = survey.rows()[0]
    page = signed_in_page(survey.walker, reverse("survey-today"), phone=True)
    cookies = page.context.cookies()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    answer(page, row, "未见到人")

    expect(page.get_by_text("登录已到期。本机还有 1 条没有发送")).to_be_visible()
    page.goto(live_server.url + reverse("sign-in") + "?ended=idle")
    assert len(waiting(page)) == 1
    page.context.add_cookies(cookies)
    page.goto(live_server.url + reverse("survey-today"))
    sent(page)
    assert state(row) == RowState.NOT_MET
    page_faults.clear()


def test_the_desk_steers_a_round(survey, signed_in_page, axe, screenshot):
    rows = survey.rows()
    walker = actor_for(survey.walker, clock.today())
    give(rows[0], walker, told(day=clock.today()))
    give(rows[1], walker, told(RowState.NOT_MET, clock.today()))
    other = make_user(Role.INSTRUCTOR, survey.district.qingping_office)
    page = signed_in_page(survey.runner.user, reverse("survey-list"))
    screenshot(page, "survey-list")
    assert axe(page) == []
    page.get_by_role("link", name=survey.round.title).click()
    screenshot(page, "survey-detail", full_page=True)
    assert axe(page) == []

    page.get_by_role("link", name="分派走访").click()
    assert axe(page) == []
    page.get_by_label("哪些户").select_option(index=0)
    page.get_by_label("户数").fill("1")
    page.get_by_label("分给").select_option(label=f"{other}（清平所）")
    page.get_by_role("button", name="分派").click()
    expect(page.get_by_text("已分派 1 户")).to_be_visible()
    page.get_by_role("button", name="提醒没走完的人").click()
    expect(page.get_by_text("已提醒 2 人")).to_be_visible()
    page.get_by_role("link", name="逐户清单").click()
    screenshot(page, "survey-rows")
    assert axe(page) == []
    page.get_by_role("link", name="打印这些走访单").click()
    screenshot(page, "survey-sheets", full_page=True)
    assert axe(page) == []
    expect(page.locator(".x-slip")).to_have_count(4)


def test_sheets_print_on_a4_with_whole_slips(survey, signed_in_page, tmp_path):
    address = reverse("survey-sheets", args=[survey.round.public_id])
    page = signed_in_page(survey.runner.user, address)
    page.emulate_media(media="print")

    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    size = page.locator(".x-qr").first.bounding_box()
    assert size["width"] == pytest.approx(24 / 25.4 * 96, abs=2)  # 24 mm
    printed = page.pdf(path=tmp_path / "sheets.pdf", prefer_css_page_size=True)
    assert b"/MediaBox [0 0 595.91998 842.88]" in printed or b"/MediaBox [0 0 59" in printed


def test_papers_are_entered_by_the_keyboard_alone(survey, signed_in_page, axe, screenshot):
    first, second, *_ = survey.rows()
    page = signed_in_page(survey.runner.user, reverse("survey-entry"))
    assert axe(page) == []

    for row, keys in ((first, ["1", "5", "2", "1", "2"]), (second, ["2"])):
        expect(page.get_by_label("单据编码")).to_be_focused()  # by itself, on every page
        page.keyboard.type(shown_code(row.code).lower())
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=row.business.name)).to_be_visible()
        screenshot(page, "survey-paper")
        assert axe(page) == []
        for place, key in enumerate(keys):
            if place:
                page.keyboard.press("Tab")
            page.keyboard.type(key)
        page.keyboard.press("Enter")
        expect(page.get_by_text(f"已登记 {shown_code(row.code)}")).to_be_visible()

    now = SurveyRow.objects.get(pk=first.pk)
    assert (now.state, now.staff, now.members) == (RowState.VISITED, 5, 2)
    assert (now.has_organisation, now.has_plaque) == ("yes", "no")
    assert state(second) == RowState.NOT_MET
