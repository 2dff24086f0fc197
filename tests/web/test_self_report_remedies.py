"""The page that carries a wish out: what it shows masked, what it does, what it refuses in words (SR-10)."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import actor_as, make_district, make_user
from tests.factories.leads import give_proof, make_lead
from tests.factories.self_reports import (
    ANSWERS,
    hang_poster,
    make_claim,
    make_correction,
    make_self_report_request,
)
from xgz.access import clock
from xgz.models import Lead, SelfReport, SelfReportRequest
from xgz.rules.leads import LeadState
from xgz.rules.roles import Role
from xgz.rules.self_reports import Answers, ReportAction, Verification
from xgz.services import leads
from xgz.services.self_reports.claims import decide
from xgz.services.self_reports.removing import handle_not_me
from xgz.services.self_reports.requests import answer
from xgz.services.self_reports.rights import correct_own, held_by, say_not_me, withdraw_own

pytestmark = pytest.mark.django_db
RECEIPT = "ABCDEFGHJKMN"
WANTED = Answers("许一宁", "13900001111", ANSWERS.branch, "1234", ANSWERS.reach)


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def poster(district):
    return hang_poster(district.qingping, today=clock.today())


@pytest.fixture
def desk(district):
    client = Client()
    client.force_login(make_user(Role.TOWNSHIP_COMMITTEE, district.qingping))
    return client


@pytest.fixture
def claim(district, poster):
    """A claim that was verified, with its lead."""
    made = make_claim(poster, today=clock.today(), now=clock.now(), receipt=RECEIPT)
    decide(
        actor=actor_as(Role.ORG_DEPT, district.org_dept, clock.today()),
        report=made,
        action=ReportAction.VERIFY,
        verification=Verification.CALL,
        now=clock.now(),
    )
    return SelfReport.objects.get()


def ask_to_correct(wanted=WANTED):
    held = held_by(RECEIPT, "6021")
    correct_own(held=held, answers=wanted, today=clock.today(), now=clock.now())
    return SelfReportRequest.objects.order_by("-pk")[0]


def say_it_is_not_me():
    say_not_me(phone=ANSWERS.phone, words="", now=clock.now())
    handle_not_me(today=clock.today(), now=clock.now())
    return SelfReportRequest.objects.get()


def page_of(wish):
    return reverse("self_report_request-detail", args=[wish.public_id])


def remedy_of(wish):
    return reverse("self_report_request-remedy", args=[wish.public_id])


def text_of(answer):
    return html.unescape(answer.content.decode())


def looked_at(answer):
    """Return the hidden fields of the page, as the browser sends them."""
    found = re.findall(r'name="(version|seen)"(?: value="([^"]*)")?', answer.content.decode())
    assert {name for name, _value in found} == {"version", "seen"}
    return dict(found)


def test_a_correction_is_shown_masked_and_carried_out_once(desk, claim):
    wish = ask_to_correct()
    assert remedy_of(wish) in text_of(desk.get(page_of(wish)))
    shown = desk.get(remedy_of(wish))

    text = text_of(shown)
    for part in ("方* → <b>许*</b>", "138****6021 → <b>139****1111</b>", "002X → <b>1234</b>"):
        assert part in text
    for hidden in (ANSWERS.name, WANTED.name, ANSWERS.phone, WANTED.phone, "关系所在"):
        assert hidden not in text
    assert "名册须重新核对" in text

    done = desk.post(remedy_of(wish), looked_at(shown), follow=True)
    assert "已按此更正，请答复本人" in text_of(done)
    assert "名册里的姓名" not in text_of(done)
    assert SelfReport.objects.get().answers == WANTED
    assert Lead.objects.get().name == WANTED.name
    assert remedy_of(wish) not in text_of(done)
    assert re.search(r"<li class=\"is-now\">.*?按此更正", text_of(done), re.S)

    again = desk.post(remedy_of(wish), looked_at(shown), follow=True)
    assert "不能重复办理" in text_of(again)
    assert SelfReportRequest.objects.get().is_open


@pytest.mark.parametrize("field", ["version", "seen"])
def test_what_was_looked_at_counts(desk, claim, field):
    wish = ask_to_correct()
    sent = looked_at(desk.get(remedy_of(wish))) | {field: "7"}

    assert "请核对现在的情况" in text_of(desk.post(remedy_of(wish), sent, follow=True))
    assert SelfReport.objects.get().answers == ANSWERS
    sent.pop("version")
    assert desk.post(remedy_of(wish), sent).status_code == 200
    assert SelfReport.objects.get().answers == ANSWERS


def test_a_wish_about_a_claim_without_a_lead_speaks_of_none(desk, poster):
    wish = make_correction(answers=WANTED, poster=poster, today=clock.today(), now=clock.now())
    assert "线索" not in text_of(desk.get(remedy_of(wish))).split("<h1>")[1]


def confirmed(district, claim):
    actor = actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping, clock.today())
    give_proof(claim.lead)
    leads.confirm(case=claim.lead, actor=actor, now=clock.now())


def placed(district, claim):
    confirmed(district, claim)
    Lead.objects.update(
        state=LeadState.PLACED,
        placement="joint",
        closed_at=clock.now(),
        owner_role="",
        owner_body=None,
        due_on=None,
    )


def test_a_confirmed_lead_stands_in_the_way_and_the_page_says_what_to_do(district, desk, claim):
    wish = ask_to_correct()
    sent = looked_at(desk.get(remedy_of(wish)))
    confirmed(district, claim)

    for answered in (
        desk.get(page_of(wish)),
        desk.get(remedy_of(wish), follow=True),
        desk.post(remedy_of(wish), sent, follow=True),
    ):
        assert "退回重新核实" in text_of(answered)
        assert remedy_of(wish) not in text_of(answered)
    assert SelfReport.objects.get().answers == ANSWERS


def test_of_a_placed_lead_the_roster_is_named(district, desk, claim):
    wish = ask_to_correct()
    placed(district, claim)
    shown = desk.get(remedy_of(wish))
    assert "名册须重新核对" not in text_of(shown)

    done = desk.post(remedy_of(wish), looked_at(shown), follow=True)
    assert "名册里的姓名、电话请在党员页面另行更正" in text_of(done)
    assert (SelfReport.objects.get().answers, Lead.objects.get().name) == (WANTED, ANSWERS.name)


def test_taking_back_is_asked_twice(desk, claim):
    wish = say_it_is_not_me()
    shown = desk.get(remedy_of(wish))
    sent = looked_at(shown)
    assert "删除这条登记" in text_of(shown)
    assert "删除据此建立的线索" in text_of(shown)

    asked = desk.post(remedy_of(wish), sent)
    assert "请再核对一次" in text_of(asked)
    assert SelfReport.objects.exists()
    assert "请再核对一次" not in text_of(desk.post(remedy_of(wish), sent | {"back": "yes"}))
    done = desk.post(remedy_of(wish), sent | {"confirmed": "yes"}, follow=True)
    assert "已撤下，请答复本人" in text_of(done)
    assert "转接页面另行办理" not in text_of(done)
    assert not SelfReport.objects.exists()
    assert not Lead.objects.exists()


def test_taking_back_leaves_a_lead_of_others(district, desk, poster):
    make_lead(name=ANSWERS.name, phone=ANSWERS.phone, today=clock.today(), now=clock.now())
    made = make_claim(poster, today=clock.today(), now=clock.now(), receipt=RECEIPT)
    decide(
        actor=actor_as(Role.ORG_DEPT, district.org_dept, clock.today()),
        report=made,
        action=ReportAction.VERIFY,
        verification=Verification.CALL,
        now=clock.now(),
    )
    text = text_of(desk.get(remedy_of(say_it_is_not_me())))

    assert "予以保留" in text
    assert "删除据此建立的线索" not in text


def test_a_withdrawal_after_placing_takes_the_lead_away_and_names_the_roster(district, desk, claim):
    placed(district, claim)
    withdraw_own(held=held_by(RECEIPT, "6021"), today=clock.today(), now=clock.now())
    wish = SelfReportRequest.objects.get()
    assert Lead.objects.get().number in text_of(desk.get(page_of(wish)))
    shown = desk.get(remedy_of(wish))
    assert "删除这条登记" not in text_of(shown)

    sent = looked_at(shown) | {"confirmed": "yes"}
    done = desk.post(remedy_of(wish), sent, follow=True)
    assert "转接页面另行办理" in text_of(done)
    assert not Lead.objects.exists()


def test_where_nothing_is_left_the_page_says_so(desk, claim):
    wish = ask_to_correct()
    withdraw_own(held=held_by(RECEIPT, "6021"), today=clock.today(), now=clock.now())

    assert "都已删除" in text_of(desk.get(page_of(wish)))
    assert "都已删除" in text_of(desk.get(remedy_of(wish), follow=True))


def test_an_older_correction_gives_way_to_the_newer(desk, claim):
    older, newer = ask_to_correct(Answers("许一", "13900001112")), ask_to_correct()

    assert "请按新的一件办理" in text_of(desk.get(page_of(older)))
    assert remedy_of(newer) in text_of(desk.get(page_of(newer)))


def test_a_complaint_offers_nothing_and_an_answered_wish_nothing_any_more(district, desk, claim):
    complaint, wish = make_self_report_request(today=clock.today()), ask_to_correct()
    assert remedy_of(complaint) not in text_of(desk.get(page_of(complaint)))
    actor = actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping, clock.today())
    answer(case=wish, actor=actor, opinion="不予更正", now=clock.now())

    for each in (complaint, wish):
        assert "没有可以更正、撤下的内容" in text_of(desk.get(remedy_of(each), follow=True))
    assert remedy_of(wish) not in text_of(desk.get(page_of(wish)))


def test_the_department_looks_on_while_the_committee_is_there(district, desk, claim):
    wish, client = ask_to_correct(), Client()
    client.force_login(make_user(Role.ORG_DEPT, district.org_dept))

    assert remedy_of(wish) not in text_of(client.get(page_of(wish)))
    assert client.get(remedy_of(wish)).status_code == 403
    assert client.post(remedy_of(wish), {"version": 0}).status_code == 403
    assert SelfReport.objects.get().answers == ANSWERS
