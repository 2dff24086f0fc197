"""The line each request leaves in the log, and that failing ones leave nobody's data in it."""

import io
import json
import logging

import pytest
from django.conf import settings
from django.core.exceptions import DisallowedHost, SuspiciousOperation
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path, reverse

from tests.factories import make_district, make_user
from xgz.config.logs import JsonLine, TextLine
from xgz.rules.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
CANARIES = ("360999196804022418", "13912345678", "92360999MA35ABCD1X", "王小明", "清平镇一号")
ALL = "，".join(CANARIES)


def fails(request, how):
    if how == "warning":
        logging.getLogger("xgz.somewhere").warning("row %s", ALL.rpartition("，王")[0])
        return HttpResponse("warned")
    if how == "logged":
        try:
            raise ValueError(ALL)
        except ValueError:
            logging.getLogger("xgz.somewhere").exception("caught")
        return HttpResponse("logged")
    raise {
        "ours": ValueError,
        "row": IntegrityError,
        "host": DisallowedHost,
        "odd": SuspiciousOperation,
    }[how](ALL)


handler500 = "xgz.web.health.outages.fault_page"
urlpatterns = [
    path("fails/<str:how>/", fails, name="fails"),
    path("", include("xgz.config.urls")),
]


@pytest.fixture(params=[JsonLine, TextLine], ids=["json", "text"])
def written(request):
    """Return what the log holds, as this form of line writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(request.param())
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream.getvalue
    root.removeHandler(handler)


@pytest.fixture
def lines():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLine())
    logging.getLogger("xgz.web.requests").addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger("xgz.web.requests").removeHandler(handler)


@pytest.fixture
def browser():
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("how", ["ours", "row", "odd", "logged", "warning"])
def test_a_failing_request_leaves_nobodys_data_in_the_log(written, browser, how):
    page = browser.post(
        reverse("fails", args=[how]) + f"?q={CANARIES[3]}&id={CANARIES[0]}",
        {"name": CANARIES[3], "phone": CANARIES[1]},
        headers={"user-agent": ALL.encode().decode("latin-1"), "referer": "/?q=" + CANARIES[0]},
    )

    assert page.status_code == {"ours": 500, "row": 500, "odd": 400}.get(how, 200)
    assert [canary for canary in CANARIES if canary in written()] == []
    assert "fails" in written()


def test_a_page_that_is_not_there_leaves_no_path(written, browser):
    browser.get("/nothing/王小明/13912345678/")

    assert "404" in written()
    assert [canary for canary in CANARIES if canary in written()] == []


def test_the_page_of_a_fault_tells_its_number_and_nothing_else(browser):
    page = browser.get(reverse("fails", args=["ours"]))

    assert page["X-Request-ID"] in page.text
    assert [canary for canary in CANARIES if canary in page.text] == []


def test_one_line_a_request_with_who_and_what(lines, client):
    person = make_user(Role.BUREAU, make_district().bureau)
    client.force_login(person)
    page = client.get(reverse("body-list") + "?q=王小明")

    (line,) = lines()
    assert (line["method"], line["route"], line["status"]) == ("GET", "body-list", 200)
    assert (line["user"], line["request"]) == (person.public_id, page["X-Request-ID"])
    assert line["ms"] >= 0
    assert "王" not in json.dumps(line, ensure_ascii=False)


def test_a_stranger_is_nobody_and_each_request_has_a_number_of_its_own(lines, client):
    numbers = {client.get("/sign-in/")["X-Request-ID"] for _ in range(3)}

    assert [line["user"] for line in lines()] == ["-"] * 3
    assert len(numbers) == 3


def test_a_made_up_method_is_not_repeated(lines, client):
    client.generic("王小明", "/sign-in/")

    assert [line["method"] for line in lines()] == ["other"]


def test_probes_that_find_all_well_leave_no_line(lines, client):
    client.get("/health/live")

    assert lines() == []


def test_an_address_that_is_not_ours_is_refused_in_plain_words(client):
    page = client.get("/sign-in/", headers={"host": "other.example"})

    assert page.status_code == 400
    assert "浏览器发来的内容不完整或不合要求" in page.text
    assert "other.example" not in page.text


def test_a_form_of_far_too_many_fields_is_refused_in_plain_words(client):
    page = client.post("/sign-in/", {f"field{number}": "x" for number in range(2001)})

    assert (page.status_code, "浏览器发来的内容" in page.text) == (400, True)


@pytest.mark.parametrize("sign", ["%00", "%0a", "%7f", "%c2%85"])
def test_no_address_holds_control_characters(sign, client):
    client.force_login(make_user(Role.ORG_DEPT, make_district().org_dept))

    for name in ("member-detail", "organisation-detail", "closure-detail"):
        address = reverse(name, args=["SIGN"]).replace("SIGN", f"abc{sign}def")
        page = client.get(address)
        assert (page.status_code, "没有这一页" in page.text) == (404, True)
        assert "frame-ancestors" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("sign", ["\\000", "\\012", "\\177"])
def test_a_cookie_with_control_characters_was_not_sent(sign, client):
    address = reverse("business-list")
    cookies = f'{settings.SESSION_COOKIE_NAME}="abcdefgh{sign}ijklmnop"; django_language=en'

    page = client.get(address, headers={"cookie": cookies})

    assert (page.status_code, page.headers["Location"]) == (302, f"/sign-in/?next={address}")
    assert page.wsgi_request.COOKIES == {"django_language": "en"}
