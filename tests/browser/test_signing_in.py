"""Signing in with a browser: form, authenticator app, passkey, under the site's content policy."""

import time
from datetime import timedelta

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.measures import fits
from tests.factories import TODAY, actor_as, make_district, make_user
from xgz.access import clock
from xgz.rules.allowances import LIMITS, Purpose
from xgz.rules.grants import RequestKind
from xgz.rules.roles import Role
from xgz.services import grants
from xgz.services.second_factor import secrets_of

pytestmark = pytest.mark.django_db(transaction=True)
APART = 6  # px between two buttons that do different things
PASSWORD = "Harvest moon over 2031 hills"


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def clerk(district):
    user = make_user(Role.BUREAU, district.bureau)
    user.set_password(PASSWORD)
    user.password_changed_at = clock.now()
    user.save()
    return user


@pytest.fixture
def open_site(new_context, live_server):
    """Return a function that opens a path by the name a passkey can be bound to."""

    def open_path(path, *, phone=False):
        page = new_context(phone=phone).new_page()
        page.goto(live_server.url.replace("127.0.0.1", "localhost") + path)
        return page

    return open_path


def fill_in(page, user):
    page.get_by_label("账号", exact=True).fill(user.username)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def own_authenticator(page):
    """Give the page's browser a platform authenticator whose owner always agrees."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_a_passkey_is_added_and_signs_in_alone(clerk, open_site, axe):
    page = open_site(reverse("sign-in"))
    own_authenticator(page)
    fill_in(page, clerk)
    page.get_by_role("link", name="用户").first.click()
    page.get_by_role("link", name="添加").click()
    assert axe(page) == []
    page.get_by_label("名称").fill("办公室电脑")
    page.get_by_label("不输密码，直接用它登录").check()
    page.get_by_role("button", name="添加").click()

    expect(page.get_by_role("heading", name="备用恢复码")).to_be_visible()
    page.get_by_role("link", name="已妥善保存").click()
    expect(page.get_by_text("办公室电脑")).to_be_visible()
    page.get_by_role("button", name="退出", exact=True).click()

    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.get_by_role("heading", name="工作台")).to_be_visible()


def test_a_passkey_serves_after_the_password(clerk, open_site):
    page = open_site(reverse("sign-in"))
    own_authenticator(page)
    fill_in(page, clerk)
    page.goto(
        page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + reverse("mfa_add_webauthn")
    )
    page.get_by_role("button", name="添加").click()
    page.get_by_role("link", name="已妥善保存").click()
    page.get_by_role("button", name="退出", exact=True).click()
    fill_in(page, clerk)
    page.get_by_role("button", name="用通行密钥验证").click()

    expect(page.get_by_role("heading", name="工作台")).to_be_visible()


def test_a_passkey_confirms_who_it_is(clerk, open_site, axe):
    page = open_site(reverse("sign-in"))
    own_authenticator(page)
    fill_in(page, clerk)
    site = page.url.rstrip("/")
    page.goto(site + reverse("mfa_add_webauthn"))
    page.get_by_role("button", name="添加").click()
    page.get_by_role("link", name="已妥善保存").click()

    page.goto(f"{site}{reverse('confirm-identity')}?next={reverse('worklists')}")
    assert axe(page) == []
    page.get_by_role("button", name="用通行密钥确认").click()

    page.wait_for_url(site + reverse("worklists"))


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_recovery_codes_are_printed_and_taken_as_a_file(clerk, signed_in_page, axe, phone):
    with secrets_of(clerk):
        TOTP.activate(clerk, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    page = signed_in_page(clerk, reverse("mfa_generate_recovery_codes"), phone=phone)
    page.get_by_role("button", name="重新生成").click()
    codes = page.locator(".x-codes code")
    expect(codes).to_have_count(10)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    with page.expect_download() as taken:
        page.get_by_role("button", name="下载").click()
    assert taken.value.suggested_filename == "备用恢复码.txt"
    assert codes.first.inner_text() in taken.value.path().read_text(encoding="utf-8-sig")
    page.emulate_media(media="print")

    expect(codes.last).to_be_visible()
    expect(page.locator("h1")).to_contain_text("小个专党建工作平台")
    expect(page.get_by_text("只显示这一次")).to_be_hidden()
    expect(page.locator(".x-main").get_by_role("button")).to_have_count(0)


def enter_code(page, code):
    """Give a code and wait for the answer."""
    page.get_by_label("验证码").fill(code)
    with page.expect_navigation():
        page.get_by_role("button", name="登录", exact=True).click()


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_wrong_codes_rest_and_a_recovery_code_serves_once(clerk, open_site, axe, phone):
    with secrets_of(clerk):
        TOTP.activate(clerk, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
        code, other = RecoveryCodes.activate(clerk).get_unused_codes()[:2]
    page = open_site(reverse("sign-in"), phone=phone)
    fill_in(page, clerk)
    for _ in range(LIMITS[Purpose.CODE].most):
        enter_code(page, "00000000")
        expect(page.get_by_text("验证码不对、已经用过，或尝试次数过多")).to_be_visible()
    buttons = page.locator("form").first.locator(".btn")
    sign_in, another = buttons.first.bounding_box(), buttons.last.bounding_box()
    assert another["x"] - sign_in["x"] - sign_in["width"] >= APART
    assert axe(page) == []
    enter_code(page, code)  # right, but no attempt is left
    expect(page.get_by_role("heading", name="二次验证")).to_be_visible()

    with clock.showing(lambda: timezone.now() + timedelta(minutes=31)):
        for given, opens in ((code, "工作台"), (code, "二次验证"), (other, "工作台")):
            page = open_site(reverse("sign-in"), phone=phone)
            fill_in(page, clerk)
            enter_code(page, given)
            expect(page.get_by_role("heading", name=opens)).to_be_visible()


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_an_app_is_set_up_from_its_picture(clerk, open_site, axe, phone):
    page = open_site(reverse("sign-in"), phone=phone)
    assert axe(page) == []
    fill_in(page, clerk)
    page.goto(page.url.rstrip("/") + reverse("account"))
    assert axe(page) == []
    page.get_by_role("link", name="设置", exact=True).click()
    picture = page.get_by_alt_text("验证器二维码")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    secret = page.locator("code").inner_text()
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    page.get_by_label("验证码").fill(code)
    page.get_by_role("button", name="完成设置").click()

    expect(page.get_by_role("heading", name="备用恢复码")).to_be_visible()


def test_a_cancelled_passkey_says_so(open_site):
    page = open_site(reverse("sign-in"))
    page.evaluate(
        "() => { navigator.credentials.get = () => Promise.reject(new Error('cancelled')); }"
    )
    page.get_by_role("button", name="用通行密钥登录").click()

    expect(page.get_by_text("没有读到通行密钥")).to_be_visible()


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize(
    "name",
    ["account-list", "account-detail", "account-add", "request-list", "role-propose"],
)
def test_pages_of_the_administrators(name, district, clerk, signed_in_page, axe, screenshot, phone):
    admin = make_user(Role.SECURITY_ADMIN, district.administration)
    grants.propose(
        actor=actor_as(Role.SYSTEM_ADMIN, district.administration),
        kind=RequestKind.GRANT,
        user=clerk,
        wish=grants.RoleWish(Role.TOWNSHIP_COMMITTEE, district.qingping, TODAY),
        reason="清平镇党委组织委员到任",
        now=clock.now(),
    )
    arguments = [clerk.public_id] if name in {"account-detail", "role-propose"} else []

    page = signed_in_page(admin, reverse(name, args=arguments), phone=phone)

    expect(page.locator("h1")).to_be_visible()
    assert axe(page) == []
    assert fits(page)
    screenshot(page, f"{name}-phone" if phone else name)
