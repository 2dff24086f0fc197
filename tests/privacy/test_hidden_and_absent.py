"""Somebody out of reach is answered as somebody who does not exist: bytes and statements (T02)."""

from urllib.parse import quote

import pytest
from django.urls import reverse

from tests.factories import make_organisation
from tests.factories.rows import make_member
from tests.privacy.worlds import (
    MARKET_LINE,
    NOW,
    OWNER_ID,
    OWNER_NAME,
    OWNER_PHONE,
    Answer,
    ask,
    make_two_worlds,
    signed_in,
    world,
)
from xgz.access import clock
from xgz.models import sealing
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
FAR_ID, FAR_PHONE = "360999197001012222", "13700001111"
ABSENT = "zzzzzzzzzzzz"
# Name, number and phone of somebody, and the like of nobody: equally long.
PAIRS = (
    (OWNER_NAME, "郁二宁"),
    (OWNER_ID, "360999196804038888"),
    (OWNER_PHONE, "13900009999"),
)
LISTS = ("member-list", "transfer-list", "organisation-list", "closure-list", "business-list")


@pytest.fixture
def worlds():
    with clock.showing(lambda: NOW):
        made = make_two_worlds()
        # A person of the other township, whose name is that of nobody else.
        far = make_organisation(made.base.there.business.township)
        make_member(
            far,
            name="郗远舟",
            id_number=FAR_ID,
            phone=FAR_PHONE,
            key_digest=sealing.digest("member.key", f"id|{FAR_ID}"),
            phone_digest=sealing.digest("member.phone", FAR_PHONE),
        )
        return made


def masked(answer: Answer, *words: str) -> Answer:
    """Return the answer with these words taken out, as they stand in pages and addresses."""
    body = answer.body
    for word in words:
        for form in (word, quote(word), quote(word).replace("%", "%25")):
            body = body.replace(form.encode(), b"*")
    return Answer(answer.status, answer.headers, body, answer.queries)


def searched(client, list_name: str, *words: str) -> list[Answer]:
    """Return the answers to a search for each word, without the words.

    Asked once before: the first page of an hour also counts and remembers things of its own.
    """
    addresses = [f"{reverse(list_name)}?q={quote(word)}" for word in words]
    ask(client, addresses[-1])
    return [masked(ask(client, address), *words) for address in addresses]


@pytest.mark.parametrize("role", [*MARKET_LINE, Role.TOWNSHIP_COMMITTEE, Role.BRANCH_SECRETARY])
def test_an_address_out_of_reach_is_as_one_that_leads_nowhere(role, worlds):
    hidden = ("transfer", "closure inside", "formation inside", "election inside")
    hidden += ("roster import", "owner on the roster")
    with world(worlds, hidden):
        made = worlds.made
        there = worlds.base.there
        rows = {
            "member-detail": there.member,
            "closure-detail": made["closure"],
            "formation-detail": made["formation"],
            "election-detail": made["election"],
            "import-detail": made["import"],
            "import-progress": made["import"],
            "import-changes": made["import"],
            "business-detail": there.business,
            "organisation-detail": there.association_organisation,
            "transfer-detail": made["transfer"],
        }
        client = signed_in(worlds.base.people[role])
        told = []
        for name, row in rows.items():
            found = ask(client, reverse(name, args=[row.public_id]))
            if found.status == 200:
                continue  # this one is in reach
            absent = ask(client, reverse(name, args=[ABSENT]))
            told.append((name, found.status))
            assert masked(found, row.public_id) == masked(absent, ABSENT), name

    assert len(told) >= 3
    assert {status for _name, status in told} <= {403, 404}


@pytest.mark.parametrize("list_name", LISTS)
@pytest.mark.parametrize(("known", "nobody"), PAIRS, ids=["name", "number", "phone"])
def test_the_market_line_finds_nobody_by_searching(list_name, known, nobody, worlds):
    facts = tuple(worlds.facts)
    for role in (Role.BUREAU, Role.STATION_HEAD, Role.ASSOCIATION):
        answers = []
        for hidden in ((), facts):
            with world(worlds, hidden):
                client = signed_in(worlds.base.people[role])
                answers += searched(client, list_name, known, nobody)

        assert len(set(map(repr, answers))) == 1


@pytest.mark.parametrize("list_name", ["member-list", "transfer-list"])
@pytest.mark.parametrize("role", [Role.TOWNSHIP_COMMITTEE, Role.BRANCH_SECRETARY])
@pytest.mark.parametrize(
    ("far", "nobody"),
    [
        ("郗远舟", "郗近舟"),
        (FAR_ID, "360999197001013333"),
        (FAR_PHONE, "13700002222"),
    ],
    ids=["name", "number", "phone"],
)
def test_the_organization_line_finds_nobody_out_of_its_scope(list_name, role, far, nobody, worlds):
    with world(worlds, ()):
        client = signed_in(worlds.base.people[role])
        found, absent = searched(client, list_name, far, nobody)

    assert found == absent


@pytest.mark.parametrize("role", [Role.TOWNSHIP_COMMITTEE, Role.BRANCH_SECRETARY])
@pytest.mark.parametrize(
    ("far", "nobody"),
    [(FAR_ID, "360999197001013333"), (FAR_PHONE, "13700002222")],
    ids=["number", "phone"],
)
def test_a_whole_number_finds_nobody_out_of_scope(role, far, nobody, worlds):
    address = reverse("member-find")
    with world(worlds, ()):
        client = signed_in(worlds.base.people[role])
        ask(client, address, {"number": nobody})  # the first one begins the hour's count
        found, absent = (ask(client, address, {"number": number}) for number in (far, nobody))
        department = signed_in(worlds.base.people[Role.ORG_DEPT])
        shown = ask(department, address, {"number": far})

    assert found == absent
    assert found.status == 200
    assert shown.body != absent.body
    assert "郗远舟" in shown.body.decode()
