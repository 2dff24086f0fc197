"""The relay really stands outside: no tables, no settings of the site, no clear value in its folder."""

import json
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client, override_settings
from django.urls import clear_url_caches, include, path, set_urlconf

from tests.factories.self_reports import ANSWERS
from tests.source_reading import ROOT
from xgz.files.sealed_envelope import new_box_keys
from xgz.relay.box import Box, PublicKeys
from xgz.relay.codes import ValidCode, digest_of, signed_list
from xgz.relay.handing import handing
from xgz.relay.messages import read_message
from xgz.relay.outside import OutsideStore
from xgz.relay.pages import page_urls
from xgz.rules import riddles
from xgz.rules.self_reports import CURRENT_NOTICE

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
CODE = "aaaabbbbcccc0123456789abcdef"
CLOSED = "ddddbbbbcccc0123456789abcdef"
PRIVATE, PUBLIC = new_box_keys()
SIGN = Ed25519PrivateKey.generate()
TOKEN = "the token of this relay"
GIVEN = {
    "name": ANSWERS.name,
    "phone": ANSWERS.phone,
    "branch": ANSWERS.branch,
    "last_four": ANSWERS.last_four,
    "reach": ANSWERS.reach,
    "notice": CURRENT_NOTICE,
    "agree": "on",
}

_IMPORTED = """
import io, sys
from xgz.relay.serving import application
answers = []
application(
    {"REQUEST_METHOD": "GET", "PATH_INFO": "/r/declined/", "SERVER_NAME": "localhost",
     "SERVER_PORT": "80", "HTTP_HOST": "localhost", "wsgi.input": io.BytesIO(), "wsgi.url_scheme": "http"},
    lambda status, headers: answers.append(status),
)
print(answers, sorted(name for name in sys.modules if name.startswith("xgz.")))
from django.conf import settings
print(settings.DATABASES["default"]["ENGINE"])
"""


def test_the_relay_loads_neither_tables_nor_settings_of_the_site(tmp_path):
    environment = {"XGZ_RELAY_HOME": str(tmp_path), "XGZ_RELAY_PLAIN": "1", "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-c", _IMPORTED],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded, databases = run.stdout.splitlines()

    assert loaded.startswith("['200 OK']")
    for room in ("models", "config", "access", "queries", "services", "web", "management", "jobs"):
        assert f"xgz.{room}" not in loaded
    assert databases == "django.db.backends.dummy"


class _Addresses:
    """The addresses of a relay over a folder of the test."""

    def __init__(self, store, box):
        self.urlpatterns = [
            path("r/", include(page_urls(store))),
            path("inside/", handing(box, TOKEN)),
        ]


@pytest.fixture
def box(tmp_path):
    made = Box(tmp_path)
    keys = PublicKeys(PUBLIC, SIGN.public_key().public_bytes_raw())
    (tmp_path / "keys.json").write_text(keys.as_text())
    made.take_list(_list(NOW))
    return made


def _list(made_at, *codes):
    day, shown = date(2026, 11, 23), ("办事大厅一号窗口", "清平镇党委")
    valid = ValidCode(digest_of(CODE), *shown, day, day + timedelta(days=9))
    over = ValidCode(digest_of(CLOSED), *shown, day - timedelta(days=9), day - timedelta(days=1))
    return signed_list(SIGN.private_bytes_raw(), [valid, over], made_at)


@pytest.fixture
def store(box):
    return OutsideStore(box, read_clock=lambda: NOW)


@pytest.fixture
def outside(store, box):
    """A client of the relay's addresses, with its middleware and without any database."""
    middleware = [
        "django.middleware.security.SecurityMiddleware",
        "xgz.relay.headers.PlainHeaders",
        "csp.middleware.CSPMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ]
    with override_settings(ROOT_URLCONF=_Addresses(store, box), MIDDLEWARE=middleware, PROXIES=0):
        clear_url_caches()
        set_urlconf(None)
        yield Client()
    clear_url_caches()


def _solved(page, store):
    token = re.search(r'name="riddle" value="([^"]+)"', page.content.decode())[1]
    return {"riddle": token, "riddle_answer": riddles._digits(store.mac(f"riddle|{token}"))}


def _send(client, store, **values):
    page = client.get(f"/r/{CODE}/")
    return client.post(f"/r/{CODE}/", GIVEN | _solved(page, store) | values)


def test_the_folder_yields_no_clear_value(outside, store, box):
    page = _send(outside, store)
    receipt = re.search(r"<output>([^<]+)</output>", page.content.decode())[1]

    assert page.status_code == 200
    held = b"".join(p.read_bytes() for p in box.folder.rglob("*") if p.is_file())
    names = " ".join(str(p) for p in box.folder.rglob("*"))
    for word in (*GIVEN.values(), CODE, receipt, receipt.replace("-", "")):
        if isinstance(word, str) and len(word) > 3:
            assert word.encode() not in held
            assert word not in names
    (name,) = box.names()
    said = read_message(PRIVATE, box.read(name), NOW)
    assert said.claim.answers == ANSWERS
    assert said.receipt == receipt.replace("-", "")


def test_the_page_is_that_of_the_site_and_shows_whose_it_is(outside):
    text = outside.get(f"/r/{CODE}/").content.decode()

    assert "办事大厅一号窗口" in text
    assert "清平镇党委" in text
    assert "仅登记，不作认定" in text


def test_codes_that_are_over_or_not_in_the_list(outside):
    assert outside.get(f"/r/{CLOSED}/").status_code == 410
    assert outside.get(f"/r/{CODE[:-1]}0/").status_code == 404


def test_nothing_is_sent_without_consent_or_riddle_or_by_a_machine(outside, store, box):
    assert _send(outside, store, agree="").status_code == 400
    assert _send(outside, store, riddle_answer="00000").status_code == 400
    assert _send(outside, store, trap="x").status_code == 200
    assert box.names() == []


def test_the_limits_hold_outside_too(outside, store, box):
    pages = [_send(outside, store) for _n in range(4)]
    receipts = [re.search(r"<output>([^<]+)</output>", page.content.decode())[1] for page in pages]
    assert len(set(receipts)) == 4
    # How often a phone was named the inside counts: a piece that goes missing here would tell.
    assert len(box.names()) == 4
    statuses = [_send(outside, store, phone=f"139000000{n:02}").status_code for n in range(7)]
    assert statuses == [200] * 6 + [429]  # ten an hour from one address
    assert len(box.names()) == 10


def test_mine_shows_nothing_and_takes_wishes(outside, store, box):
    page = outside.get("/r/mine/")
    assert "这里不保存登记内容" in page.content.decode()
    given = {"topic": "withdrawal", "receipt": "ABCD-EFGH-JKMN", "phone_end": "6021", "words": ""}
    answers = {
        outside.post("/r/mine/", given | _solved(outside.get("/r/mine/"), store)).content
        for _time in range(2)
    }
    assert len(answers) == 1
    said = read_message(PRIVATE, box.read(box.names()[0]), NOW)
    assert (said.wish.topic, said.wish.key.receipt) == ("withdrawal", "ABCDEFGHJKMN")


def test_not_me_is_sealed_too(outside, store, box):
    given = {"phone": ANSWERS.phone, "words": "不是我"} | _solved(outside.get("/r/not-me/"), store)
    assert outside.post("/r/not-me/", given).status_code == 200
    assert ANSWERS.phone.encode() not in box.read(box.names()[0])


def test_not_me_is_said_five_times_an_hour_outside_too(outside, store, box):
    statuses = []
    for number in range(6):
        given = {"phone": f"1390000000{number}", "words": ""}
        given |= _solved(outside.get("/r/not-me/"), store)
        statuses.append(outside.post("/r/not-me/", given).status_code)

    assert statuses == [200] * 5 + [429]
    assert len(box.names()) == 5


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
@pytest.mark.parametrize("token", [None, "", "Bearer ", "Bearer wrong"])
def test_without_the_token_there_is_nothing_there(outside, method, token):
    headers = {"HTTP_AUTHORIZATION": token} if token is not None else {}
    assert getattr(outside, method)("/inside/", **headers).status_code == 404


def test_with_the_token_pieces_go_and_lists_come(outside, store, box):
    known = {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}
    for number in range(3):
        _send(outside, store, phone=f"1390000000{number}")
    given = outside.get("/inside/", **known).json()
    names = sorted(given["pieces"])
    after = outside.get(f"/inside/?after={names[0]}", **known).json()

    assert (len(names), given["left"]) == (3, 0)
    assert sorted(after["pieces"]) == names[1:]
    done = json.dumps({"done": [*names[:2], "../keys.json"]})
    assert outside.post("/inside/", done, "application/json", **known).status_code == 200
    assert box.names() == names[2:]
    newer, older = _list(NOW + timedelta(minutes=1)), _list(NOW - timedelta(minutes=1))
    assert outside.put("/inside/", newer, "application/json", **known).status_code == 200
    assert outside.put("/inside/", older, "application/json", **known).status_code == 409
    assert outside.post("/inside/", "x", "application/json", **known).status_code == 400


def test_pages_carry_the_headers_and_no_cookie(outside):
    page = outside.get(f"/r/{CODE}/")

    assert "default-src 'none'" in page["Content-Security-Policy"]
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "same-origin"
    assert not page.cookies
