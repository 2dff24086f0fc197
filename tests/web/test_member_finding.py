"""Finding a member by number: inside the own reach, the same answer for all others (RV-4)."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_district, make_member, make_organisation, make_user
from tests.privacy.worlds import ask, signed_in
from xgz.access import clock
from xgz.models import AuditEntry, Member, sealing
from xgz.rules.allowances import LIMITS, Purpose
from xgz.rules.roles import Role
from xgz.services.imports.rosters import key_digest

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
HERE, THERE, NOBODY = "36099919680402241X", "360999196804022428", "360999196804022436"
PHONES = {HERE: "13800006021", THERE: "13800006022", NOBODY: "13800006023"}
MOST = LIMITS[Purpose.EXACT_SEARCH].most
FIND = "member-find"


@pytest.fixture(autouse=True)
def watch():
    with clock.showing(lambda: NOW):
        yield


@pytest.fixture
def district():
    district = make_district()
    for number, township in ((HERE, district.qingping), (THERE, district.liuquan)):
        member = make_member(make_organisation(township), id_number=number, phone=PHONES[number])
        # As the roster's import writes them.
        Member.objects.filter(pk=member.pk).update(
            key_digest=key_digest({"id_number": number}),
            phone_digest=sealing.digest("member.phone", PHONES[number]),
        )
    return district


@pytest.fixture
def clerk(district):
    return make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)


def find(user, number):
    return signed_in(user).post(reverse(FIND), {"number": number})


@pytest.mark.parametrize("typed", [HERE, HERE.lower(), " 360999 19680402 241x", PHONES[HERE]])
def test_somebody_of_the_own_township_is_found(clerk, typed):
    page = find(clerk, typed)

    (row,) = page.context["rows"]
    assert row.member.public_id in page.content.decode()
    assert (row.name, row.id_number, row.phone) == ("方柏梁", "360999********241X", "138****6021")


@pytest.mark.parametrize("kind", ["id", "phone"])
def test_out_of_reach_is_answered_as_not_there(clerk, kind):
    """The same bytes, headers and statements, so that no answer says who is on the roster."""
    client, answers = signed_in(clerk), []
    ask(client, reverse(FIND))
    typed = {"id": lambda number: number, "phone": PHONES.get}[kind]
    for number in (NOBODY, THERE, NOBODY):  # the first search also begins the allowance
        answers.append(ask(client, reverse(FIND), {"number": typed(number)}))

    assert answers[1] == answers[2]
    assert answers[1].body == answers[0].body
    assert answers[1].status == 200


@pytest.mark.parametrize("number", [HERE, THERE, NOBODY])
def test_what_was_typed_does_not_come_back(clerk, number):
    page = find(clerk, number)

    assert number not in page.content.decode()
    assert 'id="id_number"' in page.content.decode()


@pytest.mark.parametrize(
    "typed",
    ["", "3609991968040224", "138000060211", "方柏梁", "３６０９９９１９６８０４０２２４１Ｘ"],
)
def test_only_whole_numbers_are_looked_for(clerk, typed):
    page = find(clerk, typed)

    assert "rows" not in page.context
    assert not AuditEntry.objects.filter(action="member.search").exists()
    assert not typed or typed not in page.content.decode()


def test_each_search_is_written_down_without_the_number(clerk):
    find(clerk, NOBODY)
    find(clerk, NOBODY)

    rows = list(AuditEntry.objects.filter(action="member.search"))
    assert {row.actor for row in rows} == {clerk}
    assert rows[0].fields == rows[1].fields == {"term": sealing.digest("audit.user.term", NOBODY)}


def test_thirty_searches_an_hour(clerk):
    for _ in range(MOST):
        assert "rows" in find(clerk, NOBODY).context

    refused = find(clerk, HERE)

    assert "rows" not in refused.context
    assert "11-23 12:00 以后可以再查" in refused.content.decode()
    assert AuditEntry.objects.filter(action="member.search", outcome="refused").count() == 1
    with clock.showing(lambda: NOW + timedelta(hours=1)):
        assert "rows" in find(clerk, HERE).context


def test_two_hundred_searches_a_day(clerk):
    most = LIMITS[Purpose.EXACT_SEARCH_DAY].most
    answers = []
    for number in range(most + 1):
        moment = NOW + timedelta(hours=number // MOST)
        with clock.showing(lambda moment=moment: moment):
            answers.append("rows" in find(clerk, NOBODY).context)

    assert answers == [True] * most + [False]


def names(user, **query):
    return signed_in(user).post(reverse("member-list"), query, follow=True)


def address_of(user, **query):
    return signed_in(user).post(reverse("member-list"), query).headers["Location"]


def test_who_reads_masked_names_cannot_try_out_names_without_end(district):
    social = make_user(Role.SOCIAL_WORK_DEPT, district.social_work)
    for _ in range(MOST):
        assert len(names(social, q="方柏梁").context["rows"]) == 2

    page = names(social, q="许一宁")

    assert "以后可以再查" in page.content.decode()
    assert len(page.context["rows"]) == 2  # the list without the name, as for any faulty field
    assert AuditEntry.objects.filter(action="member.search").count() == MOST + 1
    assert len(names(social).context["rows"]) == 2


def test_asking_for_a_file_is_no_way_round(district):
    social = make_user(Role.SOCIAL_WORK_DEPT, district.social_work)

    query = address_of(social, q="方柏梁").partition("?")[2]
    signed_in(social).get(f"{reverse('member-export')}?{query}")

    assert AuditEntry.objects.filter(action="member.search", actor=social).count() == 1


def test_who_reads_names_in_clear_searches_the_own_list(clerk):
    for _ in range(MOST + 1):
        assert len(names(clerk, q="方柏梁").context["rows"]) == 1

    assert not AuditEntry.objects.filter(action="member.search").exists()


def test_no_address_of_the_list_holds_the_name(clerk):
    page = names(clerk, q="方柏梁", status="all", sort="class")

    address = page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"]
    assert address.startswith(reverse("member-list") + "?q=sm4g%24")
    assert address.endswith("&status=all")
    assert [row.name for row in page.context["rows"]] == ["方柏梁"]
    shown = page.content.decode()
    assert 'name="q" value="方柏梁"' in shown  # in the field, to be changed
    links = re.findall(r'(?:href|action)="([^"]*)"', shown)
    hidden = re.findall(r'type="hidden" name="q" value="([^"]*)"', shown)
    sealed = parse_qs(urlsplit(address).query)["q"]
    assert hidden == sealed
    assert sum("sm4g%24" in link for link in links) > 3  # headings, the file
    assert not any("方" in unquote(link) for link in links)


def test_a_name_in_clear_in_an_address_is_not_searched_for(clerk):
    page = signed_in(clerk).get(reverse("member-list"), {"q": "许一宁"})

    assert "请在这里输入后点“查询”" in page.content.decode()
    assert len(page.context["rows"]) == 1


def test_an_address_searches_for_nobody_else(district, clerk):
    other = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    address = address_of(clerk, q="许一宁")
    assert signed_in(clerk).get(address).context["rows"] == []

    assert len(signed_in(other).get(address).context["rows"]) == 1


@pytest.mark.parametrize("name", ["张" * 11, "a\x00b"])
def test_a_name_nobody_has_is_refused_in_words(name, clerk):
    page = names(clerk, q=name)

    assert page.status_code == 200
    assert page.context["form"].errors["q"]


def test_an_empty_filter_leads_to_the_plain_list(clerk):
    assert address_of(clerk, q="", status="") == reverse("member-list") + "?"


def test_strangers_are_sent_to_sign_in():
    assert Client().post(reverse(FIND), {"number": HERE}).status_code == 302
