"""The desk: what the committee sees of claims and posters, and what nobody else does (SR-1, SR-4)."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import actor_as, make_business, make_district, make_market, make_user
from tests.factories.leads import make_lead
from tests.factories.self_reports import ANSWERS, code_on, decide_on, hang_poster, make_claim
from xgz.access import clock
from xgz.models import (
    Allowance,
    AuditEntry,
    Lead,
    Poster,
    SelfReport,
    SelfReportRequest,
    SelfReportWindow,
)
from xgz.rules.allowances import LIMITS, Purpose
from xgz.rules.roles import Role
from xgz.rules.self_reports import Answers, ReportAction, ReportState
from xgz.services.allowances import take
from xgz.services.self_reports.rights import correct_own, held_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def poster(district):
    return hang_poster(district.qingping, today=clock.today(), counter="大厅")


@pytest.fixture
def desk(district):
    client = Client()
    client.force_login(make_user(Role.TOWNSHIP_COMMITTEE, district.qingping))
    return client


def _claim(poster, **values):
    return make_claim(poster, today=clock.today(), now=clock.now(), **values)


def test_p07_the_list_is_masked_and_of_the_own_township_alone(district, poster, desk):
    _claim(poster)
    _claim(
        hang_poster(district.liuquan, today=clock.today()),
        answers=Answers("钱无名", "13900001111"),
    )
    text = desk.get(reverse("self_report-list")).content.decode()

    assert "方*" in text
    assert "138****6021" in text
    for hidden in (ANSWERS.name, ANSWERS.phone, "钱*", "1111", ANSWERS.branch):
        assert hidden not in text


@pytest.mark.parametrize(
    ("query", "shown"),
    [("", True), ("?state=new", True), ("?state=", True), ("?state=verified", False)]
    + [("?state=nonsense", True)],
)
def test_the_list_by_state(poster, desk, query, shown):
    _claim(poster)
    assert ("方*" in desk.get(reverse("self_report-list") + query).content.decode()) is shown


def test_an_empty_list_tells_none_at_all_from_none_of_this_state(poster, desk):
    address = reverse("self_report-list")
    assert "还没有自主登记" in desk.get(address).text
    _claim(poster)

    text = desk.get(address, {"state": ReportState.VERIFIED}).text

    assert "没有这一状态的登记" in text
    assert "还没有自主登记" not in text


def test_the_list_costs_the_same_for_one_and_for_many(poster, desk):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            desk.get(reverse("self_report-list"))
        return len(asked)

    _claim(poster)
    cost()  # the first page also signs the device in
    one = cost()
    for number in range(12):
        _claim(poster, answers=Answers("张三", f"139000000{number:02}"))
        Allowance.objects.all().delete()

    assert cost() == one
    assert one <= 30


def test_p08_name_and_phone_are_masked_until_asked_for_and_then_counted(poster, desk):
    claim = _claim(poster)
    address = reverse("self_report-detail", args=[claim.public_id])

    def shows(page):
        text = page.content.decode()
        return [value in text for value in (ANSWERS.name, ANSWERS.phone)]

    assert shows(desk.get(address)) == [False, False]
    assert shows(desk.post(reverse("self_report-phone", args=[claim.public_id]))) == [True, True]
    assert shows(desk.get(address)) == [False, False]
    assert Allowance.objects.get(purpose=Purpose.REVEAL).used == 1
    person = desk.get(address).wsgi_request.user.public_id
    take(Purpose.REVEAL, person, now=clock.now(), amount=LIMITS[Purpose.REVEAL].most - 1)
    refused = desk.post(reverse("self_report-phone", args=[claim.public_id]), follow=True)
    assert ANSWERS.phone not in refused.content.decode()
    assert "次数已用完" in refused.content.decode()


def test_p15_no_name_in_the_title_of_a_claim(poster, desk):
    claim = _claim(poster)
    text = desk.get(reverse("self_report-detail", args=[claim.public_id])).content.decode()

    assert ANSWERS.name not in re.search(r"<title>(.*?)</title>", text, re.S)[1]


def test_verifying_needs_a_way_and_nothing_is_chosen_beforehand(poster, desk):
    claim = _claim(poster)
    text = desk.get(reverse("self_report-detail", args=[claim.public_id])).content.decode()
    address = reverse("self_report-step", args=[claim.public_id, "verify"])
    given = {"seen": claim.edition}

    assert (
        "selected"
        not in re.search(r"<select name=\"verification\".*?</select>", text, re.S)[0].split(
            "</option>", 1
        )[1]
    )
    assert "请选择是怎么核实的" in desk.post(address, given, follow=True).content.decode()
    assert SelfReport.objects.get().state == ReportState.NEW
    assert (
        "已核实。"
        in desk.post(address, given | {"verification": "meeting"}, follow=True).content.decode()
    )
    assert SelfReport.objects.get().verification == "meeting"
    assert Lead.objects.count() == 1
    assert (
        "已经办理过"
        in desk.post(address, given | {"verification": "call"}, follow=True).content.decode()
    )


def test_p20_a_verified_claim_reads_alike_whether_a_lead_came_of_it_or_not(poster, desk):
    """None comes of a protected person's: the words point at nobody, nor does a day of deletion."""
    claim, lead = _claim(poster), make_lead()
    detail, texts = reverse("self_report-detail", args=[claim.public_id]), []
    for came in (lead, None):
        SelfReport.objects.update(state="verified", decided_at=clock.now(), lead=came)
        pages = [desk.get(each) for each in (detail, reverse("self_report-list") + "?state=")]
        texts.append(
            [re.sub(r'value="\w{64}"|nonce="[^"]+"', "", p.content.decode()) for p in pages]
        )

    assert texts[0] == texts[1]
    assert "不另建线索" in texts[0][0]
    assert "自动删除" not in texts[0][0]


@pytest.mark.parametrize("action", ["doubt", "duplicate"])
def test_the_other_decisions_are_asked_a_second_time(poster, desk, action):
    claim = _claim(poster)
    address, given = reverse("self_report-step", args=[claim.public_id, action]), {"seen": "first"}
    asked = desk.post(address, given)
    assert "请再核对一次" in asked.text
    assert 'name="seen" value="first"' in asked.text
    assert ANSWERS.name not in asked.text
    assert SelfReport.objects.get().state == ReportState.NEW
    given |= {"confirmed": "yes", "doubt": "unreached"}
    page = desk.post(address, given, follow=True)

    assert "到期自动删除" in page.content.decode()
    assert SelfReport.objects.get().state != ReportState.NEW
    assert not Lead.objects.exists()


@pytest.mark.parametrize("action", list(ReportAction))
def test_an_old_page_is_told_that_the_claim_was_decided_on(poster, desk, district, action):
    """Not that something was left out: nothing more can be said of it."""
    claim = _claim(poster)
    colleague = actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)
    decide_on(colleague, claim, ReportAction.DUPLICATE, now=clock.now())
    address = reverse("self_report-step", args=[claim.public_id, action])

    assert "已经办理过" in desk.post(address, {"seen": "first"}, follow=True).text


@pytest.mark.parametrize("said", [{}, {"doubt": ""}, {"doubt": "nonsense"}])
def test_who_does_not_believe_a_claim_says_why(poster, desk, said):
    claim = _claim(poster)
    address = reverse("self_report-step", args=[claim.public_id, "doubt"])
    given = {"seen": "first", "confirmed": "yes"}
    assert "field-error" not in desk.post(address, {"seen": "first"}).text

    asked = desk.post(address, given | said)

    assert "请再核对一次" in asked.text
    assert "x-field-error" in asked.text
    assert SelfReport.objects.get().state == ReportState.NEW
    desk.post(address, given | {"doubt": "untrue"})
    shown = desk.get(reverse("self_report-detail", args=[claim.public_id])).text
    assert "同本人核对，内容不符" in shown
    entry = AuditEntry.objects.get(action="self_report.doubt")
    assert set(entry.fields) == {"state", "reason"}
    assert not [
        value for value in ANSWERS.__slots__ if getattr(ANSWERS, value) in str(entry.fields)
    ]


@pytest.mark.parametrize("seen", [None, "", "first"])
def test_the_desk_decides_on_what_it_showed_alone(poster, desk, seen):
    claim = _claim(poster)
    address = reverse("self_report-detail", args=[claim.public_id])
    assert desk.get(address).content.decode().count('name="seen" value="first"') == 3
    SelfReport.objects.update(corrected_at=clock.now())
    given = {"verification": "call"} | ({} if seen is None else {"seen": seen})
    step = reverse("self_report-step", args=[claim.public_id, "verify"])

    assert "本人刚才改正过" in desk.post(step, given, follow=True).content.decode()
    shown = re.search(r'name="seen" value="([^"]+)"', desk.get(address).content.decode())[1]
    assert "已核实。" in desk.post(step, given | {"seen": shown}, follow=True).content.decode()


def _wish(poster, district):
    """Let somebody correct a claim that was decided on: the wish holds name and phone."""
    claim = _claim(poster, receipt="ABCDEFGHJKMN")
    department = actor_as(Role.ORG_DEPT, district.org_dept)
    decide_on(department, claim, ReportAction.DOUBT, now=clock.now())
    correct_own(
        held=held_by("ABCDEFGHJKMN", "6021"),
        answers=Answers("许一宁", "13900001111"),
        today=clock.today(),
        now=clock.now(),
    )
    return SelfReportRequest.objects.get()


def test_p08_a_wish_is_masked_until_asked_for_and_then_counted(district, poster, desk):
    wish = _wish(poster, district)
    hidden = ("许一宁", "13900001111", ANSWERS.phone)
    page = reverse("self_report_request-detail", args=[wish.public_id])
    step = reverse("self_report_request-step", args=[wish.public_id, "answer"])
    show = reverse("self_report_request-phone", args=[wish.public_id])

    def shown(answer):
        return [value in answer.content.decode() for value in hidden]

    assert shown(desk.get(page)) == shown(desk.get(step)) == [False] * 3
    assert "许*" in desk.get(page).content.decode()
    assert "139****1111" in desk.get(step).content.decode()
    assert not Allowance.objects.filter(purpose=Purpose.REVEAL).exists()
    assert shown(desk.post(show)) == [True] * 3
    assert Allowance.objects.get(purpose=Purpose.REVEAL).used == 1
    assert AuditEntry.objects.filter(action="self_report_request.show_phone").count() == 1
    person = desk.get(page).wsgi_request.user.public_id
    take(Purpose.REVEAL, person, now=clock.now(), amount=LIMITS[Purpose.REVEAL].most - 1)
    refused = desk.post(show, follow=True)
    assert shown(refused) == [False] * 3
    assert "次数已用完" in refused.content.decode()


def test_whoever_answers_is_told_that_the_person_reads_it(district, poster, desk):
    wish = _wish(poster, district)
    step = reverse("self_report_request-step", args=[wish.public_id, "answer"])
    text = desk.get(step).text

    assert "答复（本人会看到原文）" in text
    assert "只有看得到这件事项的人能看到" not in text


def test_an_answered_wish_shows_no_whole_phone_any_more(district, poster, desk):
    wish = _wish(poster, district)
    given = {"opinion": "已改正", "version": wish.version}
    desk.post(reverse("self_report_request-step", args=[wish.public_id, "answer"]), given)
    refused = desk.post(reverse("self_report_request-phone", args=[wish.public_id]), follow=True)

    assert "已经答复" in refused.content.decode()
    assert "13900001111" not in refused.content.decode()
    assert not Allowance.objects.filter(purpose=Purpose.REVEAL).exists()


def test_an_unknown_decision_is_not_there(poster, desk):
    claim = _claim(poster)
    assert desk.post(reverse("self_report-step", args=[claim.public_id, "x"])).status_code == 404


def test_claims_of_one_person_are_told_from_each_other(poster, desk):
    _claim(poster)
    _claim(poster)
    assert "同一人另有 1 条" in desk.get(reverse("self_report-list")).content.decode()


def test_a_poster_for_a_market_or_a_business_of_the_township(district, desk):
    market = make_market(name="清平农贸市场", township=district.qingping)
    shop = make_business(township=district.qingping, name="清平百货")
    far = make_business(township=district.liuquan)
    area, address = district.qingping.public_id, reverse("poster-make")

    desk.post(address, {"area": area, "market": market.public_id, "counter": "北门"})
    desk.post(address, {"area": area, "credit_code": f" {shop.credit_code.lower()} "})
    both = {"area": area, "market": market.public_id, "credit_code": shop.credit_code}
    assert "只填一项" in desk.post(address, both).content.decode()
    away = desk.post(address, {"area": area, "credit_code": far.credit_code})
    assert "没有这个经营主体" in away.content.decode()
    elsewhere = desk.post(address, {"area": district.liuquan.public_id})
    assert elsewhere.status_code == 200
    numbered = desk.post(address, {"area": area, "counter": "电话13900001111"})
    assert "不要写号码" in numbered.content.decode()

    assert [p.place for p in Poster.objects.order_by("pk")] == ["清平农贸市场 北门", "清平百货"]


def test_sr1_a_poster_says_nothing_of_who_looks_at_it(desk, poster):
    text = desk.get(reverse("poster-print", args=[poster.public_id])).content.decode()
    sheet = re.search(r"<article class=\"x-poster\".*?</article>", text, re.S)[0]
    made = desk.get(reverse("poster-file", args=[poster.public_id]))

    for word in ("党员", "党籍", "身份", "口袋", "流动", "隐形"):
        assert word not in sheet
    assert "填不填由您自己决定" in sheet
    assert "清平镇党委" in sheet
    assert made["Content-Type"] == "application/pdf"
    assert made.content.startswith(b"%PDF-")
    assert "党员" not in made["Content-Disposition"]


def test_the_address_on_paper_is_that_of_the_public_pages(desk, poster, settings, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "xgz.web.self_reports.posters.qr_data_uri", lambda address: seen.append(address) or "data:,"
    )
    desk.get(reverse("poster-print", args=[poster.public_id]))
    settings.SELF_REPORT_URL = "https://self.example.cn/"
    desk.get(reverse("poster-print", args=[poster.public_id]))

    way = reverse("self-report", args=[code_on(poster)])
    assert seen == [f"http://testserver{way}", f"https://self.example.cn{way}"]


def test_new_codes_and_taking_down(desk, poster, client):
    old = code_on(poster)
    sure = {"confirmed": "yes"}
    for name in ("poster-rotate", "poster-revoke"):
        asked = desk.post(reverse(name, args=[poster.public_id]))
        assert "还没有办理" in asked.text
        assert str(poster.place) in asked.text
    assert code_on(poster) == old
    assert Poster.objects.get().revoked_at is None
    desk.post(reverse("poster-rotate", args=[poster.public_id]), sure)
    new = code_on(poster)
    assert old != new
    assert "旧码到" in desk.get(reverse("poster-list")).content.decode()
    assert [client.get(reverse("self-report", args=[c])).status_code for c in (old, new)] == [
        200
    ] * 2
    desk.post(reverse("poster-revoke", args=[poster.public_id]), sure)
    assert [client.get(reverse("self-report", args=[c])).status_code for c in (old, new)] == [
        410
    ] * 2
    again = desk.post(reverse("poster-rotate", args=[poster.public_id]), sure, follow=True)
    assert "已经停用" in again.content.decode()
    assert "已停用" in desk.get(reverse("poster-list")).content.decode()


def test_windows_are_set_moved_and_taken_back(district, desk):
    address, day = reverse("self_report-windows"), clock.today() + timedelta(days=3)
    given = {"area": district.qingping.public_id, "opens_on": day.isoformat()}
    desk.post(address, given)
    row = SelfReportWindow.objects.get()
    assert (row.closes_on - row.opens_on).days == 29
    assert "已有报到期" in desk.post(address, given).content.decode()
    later = (row.closes_on + timedelta(days=5)).isoformat()
    desk.post(reverse("self_report-window-end", args=[row.public_id]), {"closes_on": later})
    assert SelfReportWindow.objects.get().closes_on.isoformat() == later
    short = desk.post(
        reverse("self_report-window-end", args=[row.public_id]),
        {"closes_on": day.isoformat()},
        follow=True,
    )
    assert "报到期太短" in short.content.decode()
    desk.post(reverse("self_report-window-withdraw", args=[row.public_id]))
    assert "还没有设定过报到期" in desk.get(address).content.decode()


@pytest.mark.parametrize(
    ("role", "where"),
    [
        (Role.SOCIAL_WORK_DEPT, "social_work"),
        (Role.BUREAU, "bureau"),
        (Role.STATION_HEAD, "qingping_office"),
        (Role.INSTRUCTOR, "qingping_office"),
        (Role.ASSOCIATION, "association"),
    ],
)
def test_p05_other_lines_learn_of_no_claim_on_any_page_of_theirs(district, poster, role, where):
    """The pages they have are the same, byte for byte, with a claim and without one."""
    client = Client()
    client.force_login(make_user(role, getattr(district, where)))
    names = ["home", "inbox", "inbox-unread", "body-list", "business-list", "market-list"]
    names += ["lead-list", "organisation-list", "self_report_request-list"]

    def pages():
        found = []
        for name in names:
            page = client.get(reverse(name))
            text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.content.decode())
            found.append((name, page.status_code, text))
        return found

    pages()
    before = pages()
    _claim(poster)

    assert pages() == before
