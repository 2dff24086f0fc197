"""The public pages: what is shown, what is kept, what cannot be learned (SR-3, SR-6, SR-7, P13-P15)."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import actor_as, make_district, make_member, make_organisation
from tests.factories.self_reports import ANSWERS, code_on, hang_poster, make_claim
from xgz.access import clock
from xgz.access.self_reports import visible_reports
from xgz.models import (
    Allowance,
    AuditEntry,
    ConsentRecord,
    NotMe,
    Poster,
    SelfReport,
    SelfReportRequest,
)
from xgz.rules import riddles
from xgz.rules.allowances import Purpose
from xgz.rules.roles import Role
from xgz.rules.self_reports import CURRENT_NOTICE, NOTICES
from xgz.web.self_reports.store import SiteStore

pytestmark = pytest.mark.django_db
MAC = SiteStore().mac
GIVEN = {
    "name": ANSWERS.name,
    "phone": ANSWERS.phone,
    "branch": ANSWERS.branch,
    "last_four": ANSWERS.last_four,
    "reach": ANSWERS.reach,
}


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def poster(district):
    return hang_poster(district.qingping, today=clock.today(), counter="办事大厅一号窗口")


def address_of(poster):
    return reverse("self-report", args=[code_on(poster)])


def solved(page):
    """Return the riddle of a page with its answer, worked out with the site's own key."""
    token = re.search(r'name="riddle" value="([^"]+)"', page.content.decode())[1]
    return {"riddle": token, "riddle_answer": riddles._digits(MAC(f"riddle|{token}"))}


def send(client, address, page=None, **values):
    """Fill in a poster's form; values of None are left out."""
    given = GIVEN | solved(page or client.get(address))
    given |= {"notice": CURRENT_NOTICE, "agree": "on"} | values
    return client.post(address, {k: v for k, v in given.items() if v is not None})


def receipt_on(page):
    return re.search(r"<output>([^<]+)</output>", page.content.decode())[1]


def open_mine(client, receipt, phone_end="6021"):
    address = reverse("self-report-mine")
    given = {"do": "look", "receipt": receipt, "phone_end": phone_end}
    return client.post(address, given | solved(client.get(address)))


def test_p14_the_notice_is_shown_and_nothing_is_ticked(client, poster):
    page = client.get(address_of(poster))
    text = page.content.decode()

    assert page.status_code == 200
    for heading, words in NOTICES[CURRENT_NOTICE].points:
        assert heading in text
        assert words in text
    assert f"告知书第 {CURRENT_NOTICE} 版" in text
    assert "清平镇党委" in text
    assert "仅登记，不作认定" in text
    box = re.search(r'<input[^>]*name="agree"[^>]*>', text)[0]
    assert "checked" not in box
    assert 'value="方' not in text


def test_looking_or_declining_leaves_nothing(client, poster):
    before = [model.objects.count() for model in (SelfReport, ConsentRecord, AuditEntry, Allowance)]

    shown, declined = client.get(address_of(poster)), client.get(reverse("self-report-declined"))

    after = [model.objects.count() for model in (SelfReport, ConsentRecord, AuditEntry, Allowance)]
    assert after == before
    assert "没有保存任何内容" in declined.content.decode()
    assert not shown.cookies
    assert not client.cookies


def test_p14_what_was_agreed_to_is_kept_with_the_claim(client, poster):
    page = send(client, address_of(poster))

    claim, consent = SelfReport.objects.get(), ConsentRecord.objects.get()
    assert page.status_code == 200
    assert (claim.name, claim.phone, claim.branch) == (ANSWERS.name, ANSWERS.phone, ANSWERS.branch)
    assert (claim.last_four, claim.reach) == ("002X", ANSWERS.reach)
    assert (claim.notice_version, claim.channel, claim.purpose) == (2, "site", "find_branch")
    assert (consent.event, consent.notice_version, consent.channel) == ("given", 2, "site")
    assert consent.at == claim.consented_at
    assert consent.report_id == claim.public_id
    assert Poster.objects.get().received == 1


def test_p14_without_consent_nothing_is_kept(client, poster):
    page = send(client, address_of(poster), agree=None)

    assert page.status_code == 400
    assert "同意以后才能提交" in page.content.decode()
    assert not SelfReport.objects.exists()
    assert not ConsentRecord.objects.exists()


@pytest.mark.parametrize("version", ["0", "1", "3", "", "x"])
def test_p14_another_notice_than_the_shown_one_is_no_consent(client, poster, version):
    assert send(client, address_of(poster), notice=version).status_code == 400
    assert not SelfReport.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "taken"),
    [
        ("name", "张", False),
        ("name", "张三", True),
        ("name", "阿卜杜拉·买买提", True),
        ("name", "张3", False),
        ("phone", "1380000602", False),
        ("phone", "+86 138-0000-6021", True),
        ("phone", "12800006021", False),
        ("last_four", "", True),
        ("last_four", "12x", False),
        ("last_four", "123x", True),
        ("last_four", "330106199001011234", False),
        ("branch", "身份证330106199001", False),
        ("branch", "", True),
        ("reach", "微信同号 123456", False),
    ],
)
def test_what_can_be_filled_in(client, poster, field, value, taken):
    page = send(client, address_of(poster), **{field: value})

    assert page.status_code == (200 if taken else 400)
    assert SelfReport.objects.exists() is taken


def test_what_was_filled_in_stays_after_a_refusal_and_a_new_riddle_comes(client, poster):
    first = client.get(address_of(poster))
    page = send(client, address_of(poster), first, riddle_answer="0")
    text = page.content.decode()

    assert page.status_code == 400
    assert 'value="方柏梁"' in text
    assert solved(page)["riddle"] != solved(first)["riddle"]
    assert "checked" not in re.search(r'<input[^>]*name="agree"[^>]*>', text)[0]


def test_a_riddle_counts_once_right_or_wrong(client, poster):
    right, wrong = client.get(address_of(poster)), client.get(address_of(poster))

    assert send(client, address_of(poster), right).status_code == 200
    assert send(client, address_of(poster), right).status_code == 400
    assert send(client, address_of(poster), wrong, riddle_answer="00000").status_code == 400
    assert send(client, address_of(poster), wrong).status_code == 400
    assert SelfReport.objects.count() == 1


def test_the_sentence_answers_too(client, poster):
    page = client.get(address_of(poster))
    token = solved(page)["riddle"]
    counts = riddles._counts(MAC(f"riddle|{token}"))
    text = page.content.decode()
    numerals = ["零一二三四五六七八九"[count] for count in counts]
    sentence = re.search(r"从左到右写出这句话里的三个数字：([^<]+)<", text)[1]

    assert [mark for mark in sentence if mark in "一二三四五六七八九"] == numerals
    given = "".join(numerals)  # typed as they stand there
    assert send(client, address_of(poster), page, riddle_answer=given).status_code == 200


def test_a_machine_that_fills_everything_in_is_thanked_and_ignored(client, poster):
    page = send(client, address_of(poster), trap="http://spam.example")

    assert page.status_code == 200
    assert len(receipt_on(page)) == 14
    assert not SelfReport.objects.exists()


def _shapes(asked):
    """Return the statements asked, without the values and names that differ each time."""
    plain = [re.sub(r"'[^']*'|\bs\d+_x\d+|\b\d+\b", "?", q["sql"]) for q in asked.captured_queries]
    return [re.sub(r"\s+", " ", each) for each in plain]


def test_known_and_unknown_people_get_the_same_answer(district, poster):
    """T10: same bytes but for the receipt, same questions to the database."""
    branch = make_organisation(district.qingping)
    make_member(branch, name="许一宁", phone="13800007777", id_number="360999196804022411")
    make_claim(poster, today=clock.today(), now=clock.now())
    answers = []
    for name, phone in (
        ("许一宁", "13800007777"),
        ("钱无名", "13900001111"),
        ("方柏梁", ANSWERS.phone),
    ):
        client = Client(REMOTE_ADDR=f"10.0.0.{len(answers)}")
        page = client.get(address_of(poster))
        with CaptureQueriesContext(connection) as asked:
            sent = send(client, address_of(poster), page, name=name, phone=phone)
        assert sent.status_code == 200
        text = sent.content.decode().replace(receipt_on(sent), "")
        answers.append((text, _shapes(asked)))

    member, unknown, _again = answers
    assert member == unknown
    assert answers[0][0] == answers[2][0]
    assert not any("xgz_member" in sql for _text, sqls in answers for sql in sqls)


def test_twenty_claims_an_hour_by_one_code(poster):
    statuses = []
    for number in range(21):
        client = Client(REMOTE_ADDR=f"10.0.1.{number // 5}")
        statuses.append(send(client, address_of(poster), phone=f"139000000{number:02}").status_code)

    assert statuses == [200] * 20 + [429]
    assert SelfReport.objects.count() == 20
    assert Poster.objects.get().received == 20


def test_ten_claims_an_hour_from_one_address_and_no_address_is_kept(client, district, poster):
    other = hang_poster(district.qingping, today=clock.today())
    statuses = [
        send(client, address_of((poster, other)[n % 2]), phone=f"139000000{n:02}").status_code
        for n in range(11)
    ]

    assert statuses == [200] * 10 + [429]
    assert "127.0.0.1" not in {row.subject for row in Allowance.objects.all()}
    assert set(AuditEntry.objects.filter(actor_label="visitor").values_list("address")) == {("",)}


def test_three_claims_a_day_for_one_phone(poster):
    pages, asked = [], []
    for number in range(5):
        client = Client(REMOTE_ADDR=f"10.0.2.{number}")
        form = client.get(address_of(poster))
        with CaptureQueriesContext(connection) as queries:
            pages.append(send(client, address_of(poster), page=form))
        asked.append(_shapes(queries))
    receipts = [receipt_on(page) for page in pages]

    # Who sends one more learns nothing of the three before: not at once, by no other limit, and not
    # by looking whether the receipt opens anything.
    assert [page.status_code for page in pages] == [200] * 5
    assert len({page.content.decode().replace(receipt_on(page), "") for page in pages}) == 1
    assert asked[3] == asked[4]
    shown = [open_mine(Client(), receipt).content.decode() for receipt in receipts]
    plain = {
        re.sub(r'value="[^"]+"|<path[^>]*>|<p>从左到右[^<]*</p>', "", text).replace(each, "")
        for text, each in zip(shown, receipts, strict=True)
    }
    assert len(plain) == 1
    assert ANSWERS.branch in plain.pop()
    desk = visible_reports(actor_as(Role.TOWNSHIP_COMMITTEE, poster.area))
    assert (desk.count(), SelfReport.objects.count()) == (3, 5)


def test_a_surplus_claim_counts_for_poster_and_address(client, poster):
    statuses = [send(client, address_of(poster)).status_code for _n in range(11)]

    assert statuses == [200] * 10 + [429]
    assert SelfReport.objects.filter(is_surplus=False).count() == 3
    used = Allowance.objects.get(purpose=Purpose.REPORT_CODE).used
    assert used == 10


def test_codes_that_are_wrong_over_or_taken_down(client, poster):
    code = code_on(poster)
    made_up = code[:-1] + ("0" if code[-1] != "0" else "1")

    assert client.get(reverse("self-report", args=[made_up])).status_code == 404
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("self-report", args=["x" * 28]))
    assert not asked.captured_queries
    poster.codes.update(valid_from=clock.today() - timedelta(days=9), valid_to=clock.today())
    assert client.get(address_of(poster)).status_code == 200
    poster.codes.update(valid_to=clock.today() - timedelta(days=1))
    page = client.get(address_of(poster))
    assert page.status_code == 410
    assert "这张二维码已停用" in page.content.decode()
    assert client.post(address_of(poster), GIVEN).status_code == 410


def test_p13_the_holder_of_the_receipt_sees_everything(client, poster):
    receipt = receipt_on(send(client, address_of(poster)))

    page = open_mine(Client(), receipt.lower().replace("-", " "))
    text = page.content.decode()

    assert page.status_code == 200
    for value in (*GIVEN.values(), "待核实", "告知书第 2 版"):
        assert value in text


@pytest.mark.parametrize(
    ("receipt", "phone_end"), [(None, "6022"), ("AAAABBBBCCCC", "6021"), (None, ""), (None, "1")]
)
def test_p13_nobody_else_sees_anything(client, poster, receipt, phone_end):
    real = receipt_on(send(client, address_of(poster)))
    page = open_mine(Client(), receipt or real, phone_end)

    assert ANSWERS.phone not in page.content.decode()
    assert ANSWERS.name not in page.content.decode()


def test_p13_correcting(client, poster):
    receipt = receipt_on(send(client, address_of(poster)))
    given = {"do": "correct", "receipt": receipt, "phone_end": "6021"} | GIVEN
    page = client.post(reverse("self-report-mine"), given | {"branch": "以前的单位"})

    claim = SelfReport.objects.get()
    assert "已收到您的改正" in page.content.decode()
    assert claim.branch == "以前的单位"
    assert claim.corrected_at is not None
    assert [row.event for row in ConsentRecord.objects.order_by("pk")] == ["given", "corrected"]


def test_p13_withdrawing_removes_it_at_once(client, poster):
    receipt = receipt_on(send(client, address_of(poster)))
    given = {"do": "withdraw", "receipt": receipt, "phone_end": "6021"}
    page = client.post(reverse("self-report-mine"), given)

    assert "已撤回" in page.content.decode()
    assert not SelfReport.objects.exists()
    assert [row.event for row in ConsentRecord.objects.order_by("pk")] == ["given", "withdrawn"]
    assert "没有找到" in open_mine(Client(), receipt).content.decode()


def test_p13_complaining_opens_a_case_whose_answer_can_be_read(client, poster):
    receipt = receipt_on(send(client, address_of(poster)))
    given = {"do": "complain", "receipt": receipt, "phone_end": "6021", "words": "没人联系我"}
    page = client.post(reverse("self-report-mine"), given)

    case = SelfReportRequest.objects.get()
    assert case.words == "没人联系我"
    assert case.due_on is not None
    assert case.owner_body.name == "清平镇党委"
    assert case.due_on.isoformat() in page.content.decode()
    SelfReport.objects.all().delete()  # taken back or run out: the complaint stays readable
    assert "投诉" in open_mine(Client(), receipt).content.decode()


def test_not_me_answers_the_same_and_asks_the_same(poster):
    make_claim(poster, today=clock.today(), now=clock.now())
    address, answers = reverse("self-report-not-me"), []
    for number, phone in enumerate((ANSWERS.phone, "13911112222")):
        client = Client(REMOTE_ADDR=f"10.0.3.{number}")
        given = {"phone": phone, "words": ""} | solved(client.get(address))
        with CaptureQueriesContext(connection) as asked:
            page = client.post(address, given)
        answers.append((page.content, _shapes(asked)))

    assert answers[0] == answers[1]
    assert NotMe.objects.count() == 2
    assert SelfReport.objects.count() == 1  # until the clock works it off


def test_not_me_is_said_five_times_an_hour_from_one_address(client):
    def say(number, **values):
        address = reverse("self-report-not-me")
        given = {"phone": f"139000000{number:02}", "words": ""} | solved(client.get(address))
        return client.post(address, given | values).status_code

    assert say(0, phone="12345") == 400  # what is not taken does not count
    assert say(0, trap="x") == 200
    assert [say(number) for number in range(6)] == [200] * 5 + [429]
    assert NotMe.objects.count() == 5


def test_receipts_cannot_be_guessed_at_leisure(poster):
    client, statuses = Client(), []
    for _attempt in range(21):
        statuses.append(open_mine(client, "AAAABBBBCCCC").status_code)

    assert statuses == [200] * 20 + [429]


def test_p15_nothing_about_a_person_in_addresses_titles_or_headers(client, poster):
    sent = send(client, address_of(poster))
    receipt = receipt_on(sent)
    mine = open_mine(client, receipt)
    for page in (sent, mine):
        title = re.search(r"<title>(.*?)</title>", page.content.decode(), re.S)[1]
        links = re.findall(r'(?:href|action|src)="([^"]*)"', page.content.decode())
        heads = " ".join([title, *map(str, page.headers.values()), *links])
        for value in (ANSWERS.name, ANSWERS.phone, receipt, receipt.replace("-", ""), "党员"):
            assert value not in heads
        assert not page.cookies
    assert all(not urlsplit(link).query for link in links)


def test_p15_the_page_says_党员_nowhere_but_in_the_notice(client, poster):
    """A screen somebody looks over should embarrass nobody."""
    text = client.get(address_of(poster)).content.decode()

    assert text.count("党员") == sum(
        words.count("党员") for _, words in NOTICES[CURRENT_NOTICE].points
    )
