"""The frame of every page: language, menu, sign-in, first password, headers, faults."""

import pytest
from django.urls import reverse

from tests.factories import make_district, make_user
from tests.factories.closures import the_district
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
PASSWORD = "a long first password"


@pytest.fixture
def clerk():
    user = make_user(Role.BUREAU, make_district().bureau)
    user.set_password(PASSWORD)
    user.save()
    return user


def test_pages_are_chinese_whatever_the_browser_prefers(client):
    page = client.get(reverse("sign-in"), headers={"accept-language": "en"})

    assert "账号" in page.text


def test_a_reader_may_choose_english(client):
    client.post(reverse("set_language"), {"language": "en"})

    assert "账号" not in client.get(reverse("sign-in")).text


def test_signing_in_opens_the_home_page(client, clerk):
    response = client.post(
        reverse("sign-in"), {"username": clerk.username, "password": PASSWORD}, follow=True
    )

    assert response.status_code == 200
    assert "县市场监督管理局" in response.text


def test_a_wrong_password_is_said_the_same_for_known_and_unknown_accounts(client, clerk):
    texts = [
        client.post(reverse("sign-in"), {"username": name, "password": "wrong"}).text
        for name in (clerk.username, "nobody")
    ]

    assert all("账号或密码不对" in text for text in texts)


def test_the_menu_holds_only_rooms_the_role_may_enter(client, clerk):
    client.force_login(clerk)
    page = client.get(reverse("home")).text

    assert reverse("business-list") in page
    assert f'href="{reverse("member-list")}"' not in page


def test_the_menu_follows_an_organisation_from_its_plan_to_its_end(client):
    client.force_login(make_user(Role.BUREAU, the_district().bureau))
    page = client.get(reverse("home")).text

    names = ["plan", "formation", "establishing", "election", "closure", "adjustment"]
    places = [page.index(f'href="{reverse(f"{name}-list")}"') for name in names]
    assert places == sorted(places)
    assert page.index("组织建设") < places[0]


def test_a_first_password_must_be_changed_before_anything_else(client, clerk):
    clerk.must_change_password = True
    clerk.save()
    client.force_login(clerk)

    assert client.get(reverse("home")).headers["Location"] == reverse("password-change")
    client.post(
        reverse("password-change"),
        {
            "old_password": PASSWORD,
            "new_password1": "Harvest moon over 2031 hills",
            "new_password2": "Harvest moon over 2031 hills",
        },
    )
    assert client.get(reverse("home")).status_code == 200


def test_a_short_new_password_is_refused_with_its_reason(client, clerk):
    client.force_login(clerk)
    page = client.post(
        reverse("password-change"),
        {"old_password": PASSWORD, "new_password1": "short", "new_password2": "short"},
    )

    assert "12" in page.text
    clerk.refresh_from_db()
    assert clerk.check_password(PASSWORD)


def test_pages_forbid_caching_framing_and_foreign_content(client, clerk):
    client.force_login(clerk)
    headers = client.get(reverse("home")).headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_an_unknown_address_says_so_in_chinese(client, clerk):
    client.force_login(clerk)
    response = client.get("/nowhere/")

    assert response.status_code == 404
    assert "没有这一页" in response.text


def test_signing_out_ends_the_session(client, clerk):
    client.force_login(clerk)
    client.post(reverse("sign-out"))

    assert client.get(reverse("home")).status_code == 302
