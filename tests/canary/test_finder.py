"""The finder of the canary test finds a value in every kind of place: that test can fail."""

import base64
import gzip
import io
import json
import zipfile
from urllib.parse import quote

import pytest
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import RequestFactory

from tests.canary.finder import Finder
from tests.canary.people import PEOPLE, secrets
from tests.factories import make_district, make_organisation

NAME, ID_NUMBER, PHONE, ADDRESS = PEOPLE[7].values[:4]
FORMS = {
    "utf-8": lambda value: value.encode(),
    "utf-16": lambda value: value.encode("utf-16-le"),
    "utf-16 of another order": lambda value: value.encode("utf-16-be"),
    "gbk": lambda value: value.encode("gbk"),
    "json": lambda value: json.dumps({"x": value}).encode(),
    "address": lambda value: quote(value).encode(),
    "base64": lambda value: base64.b64encode(value.encode()),
    "base64 after one letter": lambda value: base64.b64encode(f"x{value}yy".encode()),
    "base64 after two letters": lambda value: base64.b64encode(f"xx{value}y".encode()),
    "hex": lambda value: value.encode().hex().encode(),
    "html": lambda value: "".join(f"&#{ord(letter)};" for letter in value).encode(),
    "gzip": lambda value: gzip.compress(value.encode()),
    "workbook": lambda value: zipped(value),
}


def zipped(value):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", f"<t>{value}</t>")
    return target.getvalue()


@pytest.fixture(scope="module")
def finder():
    return Finder(secrets())


def what(hits):
    return {hit.what for hit in hits}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("place", range(4), ids=["name", "ID", "phone", "address"])
def test_canary_finder_knows_every_form_of_every_value(finder, form, place, tmp_path):
    value = PEOPLE[7].values[place]
    lead = b"" if form in {"gzip", "workbook"} else b"before "
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "file").write_bytes(lead + FORMS[form](value))

    assert secrets()[value] in what(finder.in_folder(tmp_path))


def test_canary_finder_reads_the_names_of_files(finder, tmp_path):
    (tmp_path / f"{NAME}.xlsx").touch()

    assert what(finder.in_folder(tmp_path)) == {secrets()[NAME]}


@pytest.mark.django_db(transaction=True)
def test_canary_finder_reads_tables_and_the_files_of_the_database(finder):
    make_organisation(make_district().qingping, name=NAME)

    found = {hit.place for hit in finder.in_database()}
    below = what(finder.in_database_files())

    assert {"xgz_organisation.name", "xgz_body.name"} <= found
    assert secrets()[NAME] in below


@pytest.mark.django_db(transaction=True)
def test_canary_finder_reads_what_a_session_holds(finder):
    session = SessionStore()
    session["long"] = [NAME] * 60
    session.create()

    assert {hit.place.partition("!")[0] for hit in finder.in_database()} >= {
        "django_session.session_data"
    }


@pytest.mark.parametrize("repeated", [1, 60], ids=["short", "packed"])
def test_canary_finder_reads_messages_in_cookies(finder, repeated):
    response = HttpResponse()
    storage = CookieStorage(RequestFactory().get("/"))
    storage._update_cookie(storage._encode([Message(20, NAME * repeated)]), response)

    assert what(finder.in_answer(response, "x")) == {secrets()[NAME]}


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(headers={"Location": f"/members/?q={quote(NAME)}"}),
        HttpResponse(
            headers={"Content-Disposition": f"attachment; filename*=utf-8''{quote(NAME)}"}
        ),
        HttpResponse(f"<title>{NAME}</title>"),
        HttpResponse(f'<a href="?q={quote(NAME)}&amp;page=2">2</a>'),
        HttpResponse(f'<form action="/x/{NAME}/">'),
    ],
    ids=["redirect", "file name", "title", "link", "form"],
)
def test_canary_finder_reads_headers_titles_and_addresses(finder, response):
    assert what(finder.in_answer(response, "x")) == {secrets()[NAME]}


def test_canary_finder_lets_a_page_show_what_it_shows(finder):
    assert not finder.in_answer(HttpResponse(f"<title>党员</title><td>{NAME}</td>"), "x")


def test_canary_finder_finds_nothing_where_nothing_is(finder, tmp_path):
    (tmp_path / "file").write_bytes(base64.b64encode(bytes(range(256)) * 40))

    assert not finder.in_folder(tmp_path)
    assert len({value for one in PEOPLE for value in one.values[:4]}) == 200
