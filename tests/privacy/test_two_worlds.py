"""Pages in two worlds: with and without membership facts, the market line is answered alike."""

from difflib import unified_diff
from urllib.parse import quote

import pytest
from django.urls import reverse

from tests.access.test_matrix import RULES, addresses_of
from tests.privacy.worlds import MARKET_LINE, NOW, ask, make_two_worlds, signed_in, world
from xgz.access import clock
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
QUERIES = {
    "business-list": (
        "?q=旧桥",
        "?q=许一宁",
        "?coverage=covered",
        "?coverage=not_covered",
        "?coverage=should_form",
        "?status=ended",
        "?instructor=any",
        "?sort=name",
        "?sort=-name",
        "?sort=code",
        "?sort=-staff",
        "?sort=township",
        "?size=50&page=2",
    ),
    "business-export": ("?q=旧桥", "?status=ended"),
    "market-list": ("?coverage=covered", "?sort=-stalls", "?sort=operating"),
    "organisation-list": ("?q=支部", "?sort=name", "?sort=-name", "?sort=members"),
    "closure-list": ("?list=closed", "?list=all", "?q=旧桥", "?sort=business", "?sort=-due"),
    "closure-export": ("?list=open", "?list=closed", "?list=open&q=旧桥"),
    "site-list": ("?list=all", "?list=basics", "?q=支部", "?sort=-guide"),
    "site-export": ("?list=all", "?list=basics", "?list=all&q=支部"),
    "formation-list": ("?list=open", "?list=closed", "?q=旧桥", "?sort=name", "?sort=-due"),
    "election-list": ("?list=open", "?list=closed", "?q=支部", "?sort=name", "?sort=-day"),
    "coverage": ("?kind=all", "?by=township"),
    "coverage-rows": ("?figure=organisation&part=numerator", "?figure=should_form"),
    "snapshot-rows": ("?figure=organisation&part=numerator", "?figure=cases", "?figure=findings"),
    "import-list": ("?page=1",),
    "import-detail": ("?undo=1",),
    "import-changes": ("?conflicts=1",),
    "import-rows": ("?outcome=created", "?outcome=rejected"),
    "inbox": ("?kind=closure", "?kind=transfer", "?kind=lead"),
    "lead-list": ("?list=open", "?list=closed", "?q=旧桥", "?sort=where", "?state=new"),
    "worklist": ("?q=旧桥", "?for_the_record=on"),
    "home": (),
}
# The own keys of an account are drawn anew each time their page is shown.
_OWN_KEYS = "/account/"
PAGES = tuple(sorted(RULES))


@pytest.fixture
def worlds():
    with clock.showing(lambda: NOW):
        return make_two_worlds()


def addresses(worlds, names):
    """Return every address of the matrix with its variants, and the queries of its lists."""
    ids = worlds.base.public_ids()
    ids["business here"] = worlds.shop.public_id
    asked = []
    for name in names:
        for _rule, _thing, address in addresses_of(name, ids):
            asked.append(address)
            asked += [address + quote(query, safe="?&=") for query in QUERIES.get(name, ())]
    for business in (worlds.base.here.business, worlds.ended):
        asked.append(reverse("business-detail", args=[business.public_id]))
    return [address for address in dict.fromkeys(asked) if not address.startswith(_OWN_KEYS)]


def crawl(worlds, role, hidden, names=PAGES):
    with world(worlds, hidden):
        client = signed_in(worlds.base.people[role])
        return {address: ask(client, address) for address in addresses(worlds, names)}


def differences(plain, told):
    """Return where two crawls differ, with the first lines that do, for whoever reads a failure."""
    return [
        (address, _first_lines(answer, told[address]))
        for address, answer in plain.items()
        if answer != told[address]
    ]


def _first_lines(one, other):
    parts = [(one.status, other.status), (one.headers, other.headers)]
    bodies = [part.body for part in (one, other)]
    if all(isinstance(body, bytes) for body in bodies):
        bodies = [body.decode().splitlines() for body in bodies]
    told = [pair for pair in parts if pair[0] != pair[1]]
    for before, after in (bodies, (one.queries, other.queries)):
        told += [
            line[:300] for line in unified_diff(list(map(str, before)), list(map(str, after)), n=0)
        ][:6]
    return told


@pytest.mark.parametrize("role", MARKET_LINE)
def test_every_page_is_the_same_with_and_without_membership_facts(role, worlds):
    plain = crawl(worlds, role, ())
    told = crawl(worlds, role, tuple(worlds.facts))

    assert sum(answer.status == 200 for answer in plain.values()) >= 10
    assert not any(answer.status >= 500 for answer in plain.values())
    assert differences(plain, told) == []


def test_the_organization_line_sees_what_the_facts_are(worlds):
    names = ("member-list", "transfer-list", "closure-list", "self_report-list")
    plain = crawl(worlds, Role.ORG_DEPT, (), names)
    told = crawl(worlds, Role.ORG_DEPT, tuple(worlds.facts), names)

    assert {address for address, _ in differences(plain, told)} >= {reverse(name) for name in names}
