"""Pages of confirmed owners: who is confirmed, and ending one that was a mistake (MT-6)."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import (
    make_district,
    make_organisation,
    make_report,
    make_user,
    seat_of,
)
from tests.factories.matching import NOW, make_task, make_tie, make_twins
from xgz.access import clock
from xgz.models import AuditEntry, MemberWorkplace, NotSame, OwnerTie
from xgz.rules.matching import MatchPurpose, OwnerList
from xgz.rules.members import MembershipStatus
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: NOW):
        yield


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def village(district):
    return make_organisation(district.qingping)


@pytest.fixture
def task(district):
    return make_task(district.qingping)


@pytest.fixture
def clerk(client, district):
    user = make_user(Role.ORG_DEPT, seat_of(Role.ORG_DEPT, district))
    client.force_login(user)
    return user


def text_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def confirmed(task, purpose="find"):
    return reverse("matching-confirmed", args=[task.public_id]) + f"?purpose={purpose}"


def ending(tie, purpose="find", back=""):
    return reverse("matching-untie", args=[tie.public_id]) + f"?purpose={purpose}&back={back}"


def end(client, tie, **values):
    given = {"purpose": "find", "mistake": "namesake", "back": ""} | values
    address = reverse("matching-untie", args=[tie.public_id])
    return client.post(address, given, follow=True)


def test_from_the_task_to_the_end_of_a_tie(client, clerk, district, village, task):
    tie = make_tie(
        *make_twins(village, district.qingping, name="石有余"), lead_at=NOW, lead_by=clerk
    )
    make_tie(*make_twins(village, district.qingping, name="甘棠"))
    shown = text_of(client.get(reverse("matching-detail", args=[task.public_id])))
    assert f'formaction="{reverse("matching-confirmed", args=[task.public_id])}"' in shown
    shown = text_of(client.get(confirmed(task)))
    assert "石有余 认定有误，解除" in shown
    assert shown.count("还没有转，一天内转") == 1

    shown = text_of(client.get(ending(tie, back=task.public_id)))
    assert "石有余" in shown
    assert "还没有解除" in shown
    assert "线索还没有转，解除后不再转。" in shown
    assert OwnerTie.objects.count() == 2
    shown = text_of(end(client, tie, back=task.public_id))

    assert "已解除，还没有转的线索不再转。" in shown
    assert "石有余" not in shown
    assert "甘棠" in shown
    assert not OwnerTie.objects.filter(pk=tie.pk).exists()
    assert NotSame.objects.count() == 1


def test_of_a_lead_opened_already_it_says_where_that_is_ended(
    client, clerk, district, village, task
):
    tie = make_tie(*make_twins(village, district.qingping))

    assert "由乡镇（街道）按“排除”办结，不在这里办。" in text_of(client.get(ending(tie)))
    assert "已转为线索的仍在线索里" in text_of(end(client, tie))


@pytest.mark.parametrize("mistake", ["", "because", "石有余"])
def test_without_a_reason_of_the_list_nothing_is_ended(
    client, clerk, district, village, task, mistake
):
    tie = make_tie(*make_twins(village, district.qingping, name="石有余"))

    shown = text_of(end(client, tie, mistake=mistake))

    assert 'class="x-field-error"' in shown
    assert "石有余" in shown
    assert OwnerTie.objects.filter(pk=tie.pk).exists()


@pytest.mark.parametrize("purpose", ["", "form", "curiosity"])
def test_neither_page_without_the_purpose(client, clerk, district, village, task, purpose):
    tie = make_tie(*make_twins(village, district.qingping, name="石有余"))

    answers = [client.get(confirmed(task, purpose)), client.get(ending(tie, purpose))]
    answers.append(end(client, tie, purpose=purpose))

    for answer in answers:
        assert "石有余" not in text_of(answer)
        assert "用途" in text_of(answer)
    assert [answer.status_code for answer in answers[:2]] == [403 if purpose == "form" else 200] * 2
    assert OwnerTie.objects.filter(pk=tie.pk).exists()


def test_the_page_names_those_of_its_purpose_alone(client, clerk, district, village, task):
    make_tie(*make_twins(village, district.qingping, name="石有余"), MatchPurpose.FORM)
    make_tie(*make_twins(village, district.qingping, name="甘棠"))
    gone, business = make_twins(village, district.qingping, name="阮小满")
    make_tie(gone, business)
    type(business).objects.filter(pk=business.pk).update(owner_name="石大有")
    left, shop = make_twins(village, district.qingping, name="方柏梁")
    make_tie(left, shop)
    type(left).objects.filter(pk=left.pk).update(status=MembershipStatus.MOVED_OUT)

    shown = text_of(client.get(confirmed(task)))

    assert [name in shown for name in ("石有余", "甘棠", "阮小满", "方柏梁")] == [
        False,
        True,
        False,
        True,
    ]


def test_each_reading_is_written_down(client, clerk, district, village, task):
    tie = make_tie(*make_twins(village, district.qingping))
    client.get(confirmed(task))
    client.get(ending(tie))

    rows = AuditEntry.objects.filter(action="matching.read", outcome="done").order_by("number")
    assert list(rows.values_list("subject_type", "subject_id")) == [
        ("matching", task.public_id),
        ("owner_tie", tie.public_id),
    ]


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_comes_second_is_told(client, clerk, district, village, task, method):
    tie = make_tie(*make_twins(village, district.qingping, name="石有余"))
    end(client, tie)

    answer = (
        client.get(ending(tie, back=task.public_id), follow=True)
        if method == "get"
        else end(client, tie, back=task.public_id)
    )

    assert "这条认定刚才已由他人解除，或已失效" in text_of(answer)
    assert answer.redirect_chain[-1][0] == confirmed(task)
    assert NotSame.objects.count() == 1


@pytest.mark.parametrize("which", [OwnerList.UNDECLARED, OwnerList.SHOULD_MOVE])
def test_a_line_of_a_list_offers_it_to_the_department_alone(
    client, clerk, district, village, task, which
):
    member, business = make_twins(village, district.qingping, name="石有余")
    make_report(business, owner_is_member="no")
    tie = make_tie(member, business)
    address = reverse("owner-list", args=[which]) + "?purpose=find"
    township = Client()
    township.force_login(make_user(Role.TOWNSHIP_COMMITTEE, district.qingping))

    shown, told = text_of(client.get(address)), text_of(township.get(address))

    link = reverse("matching-untie", args=[tie.public_id])
    assert f'href="{link}?purpose=find&amp;back={which}"' in shown
    assert "石有余" in told
    assert link not in told
    assert township.get(ending(tie)).status_code == 403
    after = end(client, tie, back=which)
    assert after.redirect_chain[-1][0] == address
    assert "石有余" not in text_of(after)


def test_a_line_that_rests_on_a_workplace_offers_nothing(client, clerk, district, village, task):
    """Also beside a tie of another purpose, of the same member elsewhere, and of the shop with another."""
    member, business = make_twins(village, district.qingping, name="石有余")
    other, shop = make_twins(village, district.qingping, name="甘棠")
    MemberWorkplace.objects.create(
        member=member, business=business, valid_from=NOW.date().replace(month=1)
    )
    ties = [make_tie(member, business, MatchPurpose.FORM), make_tie(member, shop)]
    ties.append(make_tie(other, business))

    shown = text_of(
        client.get(reverse("owner-list", args=[OwnerList.SHOULD_MOVE]) + "?purpose=find")
    )

    assert shown.count("<tr>") == 4  # the heading, the workplace and the two ties of the purpose
    assert [reverse("matching-untie", args=[tie.public_id]) in shown for tie in ties] == [
        False,
        True,
        True,
    ]


def test_no_address_names_a_member_or_a_business(client, clerk, district, village, task):
    member, business = make_twins(village, district.qingping, name="石有余")
    tie = make_tie(member, business)
    addresses = [confirmed(task), ending(tie, back=task.public_id)]

    title = re.search(r"<title>(.*?)</title>", text_of(client.get(addresses[1]))).group(1)

    for text in (*addresses, title):
        assert not any(each in text for each in (member.public_id, business.public_id, "石有余"))


@pytest.mark.parametrize("back", ["", "nowhere", "//example.org", "a" * 500])
def test_back_leads_to_pages_of_ours_alone(client, clerk, district, village, task, back):
    tie = make_tie(*make_twins(village, district.qingping))

    answer = end(client, tie, back=back)

    assert answer.redirect_chain == [(reverse("matching-list"), 302)]


def test_the_page_costs_the_same_however_many_ties(client, clerk, district, village, task):
    counts = []
    for number in (2, 12):
        for _ in range(number):
            make_tie(*make_twins(village, district.qingping))
        client.get(confirmed(task))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(confirmed(task)).status_code == 200
        counts.append(len(asked))

    assert counts[0] == counts[1]
    assert counts[0] <= 30
