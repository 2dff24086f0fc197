"""A public page sent twice or with a fault: nothing counts twice, and the page says what to do."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_district
from tests.factories.self_reports import hang_poster
from tests.web.test_self_report_pages import (
    address_of,
    open_mine,
    receipt_on,
    send,
)
from xgz.access import clock
from xgz.models import SelfReport, SelfReportRequest

pytestmark = pytest.mark.django_db
SENT_ALREADY = "这一页已经提交过"
NOT_SENT = "还没有提交"


@pytest.fixture
def poster():
    return hang_poster(make_district().qingping, today=clock.today(), counter="大厅")


def complaint(shown, words):
    """Return the form of a complaint as the page that a key opened offers it."""
    form = re.search(r'value="complain">(.*?)</form>', shown.text, re.S)[1]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    return hidden | {"do": "complain", "words": words}


def test_a_reloaded_receipt_says_that_it_was_sent(client, poster):
    page = client.get(address_of(poster))
    assert "刷新、返回后不再显示" in send(client, address_of(poster), page).text

    again = send(client, address_of(poster), page)

    assert again.status_code == 400
    assert SENT_ALREADY in again.text
    assert NOT_SENT not in again.text
    assert SelfReport.objects.count() == 1


def test_a_wrong_answer_is_not_called_sent(client, poster):
    wrong = send(client, address_of(poster), riddle_answer="00000")

    assert NOT_SENT in wrong.text
    assert SENT_ALREADY not in wrong.text


def test_a_reloaded_complaint_is_filed_once_and_a_second_one_is_taken(client, poster):
    receipt, address = receipt_on(send(client, address_of(poster))), reverse("self-report-mine")
    given = complaint(open_mine(client, receipt), "没人联系我")

    first = client.post(address, given)
    again = client.post(address, given)

    assert "投诉已收到" in first.text
    assert "没有重复提交" in again.text
    assert SelfReportRequest.objects.count() == 1
    client.post(address, complaint(again, "还是没人联系我"))
    assert SelfReportRequest.objects.count() == 2


def test_the_own_words_stand_on_the_card(client, poster):
    receipt, address = receipt_on(send(client, address_of(poster))), reverse("self-report-mine")
    client.post(address, complaint(open_mine(client, receipt), "打了三次没人接"))

    assert "打了三次没人接" in open_mine(Client(), receipt).text


@pytest.mark.parametrize(
    ("changed", "first"),
    [
        ({"riddle_answer": "00000"}, "riddle_answer"),
        ({"phone": "1"}, "phone"),
        ({"phone": "1", "riddle_answer": ""}, "phone"),
        ({"riddle_answer": "", "agree": None}, "riddle_answer"),
        ({"agree": None}, "agree"),
    ],
)
def test_a_refused_page_opens_at_its_first_fault(client, poster, changed, first):
    text = send(client, address_of(poster), **changed).text

    assert re.findall(r'<input[^>]*name="(\w+)"[^>]*\sautofocus', text) == [first]


def test_that_the_tick_is_to_be_set_again_is_said_where_it_was_set(client, poster):
    assert "请重新勾选" in send(client, address_of(poster), riddle_answer="00000").text
    assert "请重新勾选" not in send(client, address_of(poster), agree=None).text
    assert "请重新勾选" not in client.get(address_of(poster)).text
