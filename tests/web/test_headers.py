"""Headers of every address: nothing is framed, guessed, cached, or told to other sites.

Those of the addresses behind the sign-in are read where each is asked for (access/test_matrix.py).
"""

import pytest
from django.test import Client
from django.urls import reverse

from tests.access.answers import header_faults
from tests.access.matrix_world import make_world
from tests.access.test_matrix import PUBLIC, UNGUARDED
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.mark.parametrize("name", sorted(UNGUARDED))
@pytest.mark.parametrize("method", ["get", "post"])
def test_addresses_open_to_anybody_carry_them_too(client, name, method):
    assert header_faults(getattr(client, method)(reverse(name))) == []


@pytest.mark.parametrize("name", sorted(PUBLIC))
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_pages_of_a_poster_carry_them_too(client, name, method):
    assert header_faults(getattr(client, method)(reverse(name, args=PUBLIC[name]))) == []


@pytest.mark.parametrize("path", ["/nothing/", "/members/aaaabbbbcccc/", "/nothing"])
def test_pages_that_are_not_there_carry_them_too(client, path):
    assert header_faults(client.get(path)) == []


def test_signing_out_clears_what_the_browser_kept(client, world):
    client.force_login(world.people[Role.BUREAU])
    assert "Clear-Site-Data" not in client.get(reverse("home"))

    page = client.post(reverse("sign-out"))

    assert page["Clear-Site-Data"] == '"cache", "storage"'


def test_production_is_https_alone(settings, world):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    plain, safe = Client().get("/sign-in/"), Client().get("/sign-in/", secure=True)

    assert (plain.status_code, plain["Location"][:8]) == (301, "https://")
    assert safe["Strict-Transport-Security"] == "max-age=31536000"
    assert header_faults(safe) == []


def test_files_of_the_look_may_be_kept_by_the_browser(client):
    page = client.get("/static/xgz/icon.svg")
    b"".join(page.streaming_content)  # closes the file behind it

    assert page.status_code == 200
    assert "no-store" not in page["Cache-Control"]
    assert page["X-Content-Type-Options"] == "nosniff"
