"""Headers of every address: nothing is framed, guessed, cached, or told to other sites."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.access.matrix_world import make_world
from tests.access.test_matrix import PUBLIC, RULES, UNGUARDED, addresses_of
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
SHOWN = (None, Role.ORG_DEPT, Role.SYSTEM_ADMIN)  # None: a stranger
CLOSED = ("camera=()", "geolocation=()", "microphone=()", "payment=()", "usb=()")


@pytest.fixture
def world():
    return make_world()


def faults_of(page):
    """Return what is missing among the headers of an answer."""
    policy = page.headers.get("Content-Security-Policy", "")
    wanted = {
        "nosniff": page.headers.get("X-Content-Type-Options") == "nosniff",
        "referrer": page.headers.get("Referrer-Policy") == "same-origin",
        "frames": "frame-ancestors 'none'" in policy,
        "scripts": "script-src 'self'" in policy and "unsafe" not in policy,
        "default": "default-src 'none'" in policy,
        "no-store": "no-store" in page.headers.get("Cache-Control", ""),
        "permissions": all(part in page.headers.get("Permissions-Policy", "") for part in CLOSED),
        "request": len(page.headers.get("X-Request-ID", "")) == 16,
        "opener": page.headers.get("Cross-Origin-Opener-Policy") == "same-origin",
    }
    return [name for name, holds in wanted.items() if not holds]


@pytest.mark.parametrize("role", SHOWN, ids=str)
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_address_carries_the_headers(world, role, method):
    client, ids, wrong = Client(), world.public_ids(), []
    if role is not None:
        client.force_login(world.people[role])
    for name in sorted(RULES):
        for _, _, address in addresses_of(name, ids):
            page = getattr(client, method)(address)
            if page.streaming:
                b"".join(page.streaming_content)
            wrong += [(address, fault) for fault in faults_of(page)]

    assert wrong == []


@pytest.mark.parametrize("name", sorted(UNGUARDED))
@pytest.mark.parametrize("method", ["get", "post"])
def test_addresses_open_to_anybody_carry_them_too(client, name, method):
    assert faults_of(getattr(client, method)(reverse(name))) == []


@pytest.mark.parametrize("name", sorted(PUBLIC))
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_pages_of_a_poster_carry_them_too(client, name, method):
    assert faults_of(getattr(client, method)(reverse(name, args=PUBLIC[name]))) == []


@pytest.mark.parametrize("path", ["/nothing/", "/members/aaaabbbbcccc/", "/nothing"])
def test_pages_that_are_not_there_carry_them_too(client, path):
    assert faults_of(client.get(path)) == []


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
    assert faults_of(safe) == []


def test_files_of_the_look_may_be_kept_by_the_browser(client):
    page = client.get("/static/xgz/icon.svg")
    b"".join(page.streaming_content)  # closes the file behind it

    assert page.status_code == 200
    assert "no-store" not in page["Cache-Control"]
    assert page["X-Content-Type-Options"] == "nosniff"
