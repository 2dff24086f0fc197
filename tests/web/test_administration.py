"""Pages of the three administrators: accounts without names, requests, deeds (AC-10)."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_district, make_member, make_organisation, make_user
from xgz.access import clock
from xgz.models import RoleRequest, SignedInDevice, User
from xgz.rules.allowances import LIMITS, Purpose
from xgz.rules.grants import RequestKind, RequestState
from xgz.rules.roles import Role
from xgz.services import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def clerk(district):
    return make_user(Role.BUREAU, district.bureau)


@pytest.fixture
def system(district):
    return signed_in(make_user(Role.SYSTEM_ADMIN, district.administration))


@pytest.fixture
def security(district):
    return signed_in(make_user(Role.SECURITY_ADMIN, district.administration))


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def ask(system, clerk, district, **given):
    form = {
        "role": Role.STATION_HEAD,
        "body": district.qingping_office.public_id,
        "day": clock.today().isoformat(),
        "reason": "岗位调整",
    }
    return system.post(reverse("role-propose", args=[clerk.public_id]), form | given)


@pytest.mark.parametrize("name", ["account-list", "account-detail", "request-list"])
def test_no_page_shows_a_persons_name(name, district, clerk, system, security):
    organisation = make_organisation(district.qingping)
    member = make_user(Role.MEMBER, organisation.body, member=make_member(organisation))
    ask(system, clerk, district)
    arguments = [member.public_id] if name == "account-detail" else []

    page = security.get(reverse(name, args=arguments)).text

    shown = {clerk, member} if name == "account-list" else {member} if arguments else {clerk}
    for user in shown:
        assert user.username in page
    for person in (clerk, member):
        assert person.display_name not in page
    assert ("已关联" in page) is (name != "request-list")


def test_a_new_account_has_no_role_and_a_password_shown_once(system):
    page = system.post(reverse("account-add"), {"username": "lisi", "name": "李思"}).text

    user = User.objects.get(username="lisi")
    password = page.split("<code>")[1].split("</code>")[0]
    assert user.check_password(password)
    assert user.must_change_password
    assert not user.role_assignments.exists()
    assert user.display_name == "李思"
    assert "李思" not in page
    assert password not in system.get(reverse("account-detail", args=[user.public_id])).text


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"username": "", "name": "甲"}, "请填写这一项"),
        ({"username": "330183199001011234", "name": "甲"}, "不要用证件号码"),
        ({"username": "a b", "name": "甲"}, "x-field-error"),
    ],
    ids=["empty", "a number", "a space"],
)
def test_a_name_that_will_not_do_is_said_at_its_field(given, says, system):
    before = User.objects.count()

    assert says in system.post(reverse("account-add"), given).text
    assert User.objects.count() == before


def test_a_name_that_is_taken_is_said(system, clerk):
    page = system.post(reverse("account-add"), {"username": clerk.username, "name": "甲"}).text

    assert "已有同名账号" in page


def test_one_asks_another_confirms(district, clerk, system, security):
    assert ask(system, clerk, district).status_code == 302
    page = system.get(reverse("request-list")).text
    assert "撤回" in page
    assert ">确认<" not in page
    assert ">确认<" in security.get(reverse("request-list")).text

    request = RoleRequest.objects.get()
    done = security.post(reverse("request-step", args=[request.public_id, "confirm"]), follow=True)

    assert f"已确认：{clerk.username}，授予角色。" in done.text
    assert clerk.role_assignments.filter(role=Role.STATION_HEAD).count() == 1
    again = security.post(reverse("request-step", args=[request.public_id, "refuse"]), follow=True)
    assert "已由别人处理" in again.text


@pytest.mark.parametrize(("step", "done"), [("refuse", "已退回"), ("withdraw", "已撤回")])
def test_what_was_done_with_a_request_is_said(step, done, district, clerk, system, security):
    ask(system, clerk, district)
    request = RoleRequest.objects.get()
    client = security if step == "refuse" else system

    page = client.post(reverse("request-step", args=[request.public_id, step]), follow=True).text

    assert f"{done}：{clerk.username}，授予角色。" in page


def test_the_proposer_is_told_that_somebody_else_must_confirm(district, clerk, security):
    ask(security, clerk, district)
    request = RoleRequest.objects.get()

    page = security.post(reverse("request-step", args=[request.public_id, "confirm"]), follow=True)

    assert "须由另一名安全管理员确认" in page.text
    request.refresh_from_db()
    assert request.state == RequestState.PROPOSED


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"role": Role.ORG_DEPT}, "这个角色应设在：组织部门。"),
        ({"reason": ""}, "请填写这一项"),
        ({"reason": "依据 330183199001011234"}, "不要写证件号码"),
        ({"role": Role.BRANCH_SECRETARY, "organisation": "没有的支部"}, "没有找到唯一的同名党组织"),
        ({"role": Role.MEMBER}, "没有这个选项"),
    ],
    ids=["misplaced", "no reason", "a number", "no organisation", "a member"],
)
def test_a_wish_that_will_not_do_is_said(given, says, district, clerk, system):
    page = ask(system, clerk, district, **given).text

    assert says in page
    assert not RoleRequest.objects.exists()


def test_a_branch_secretary_is_asked_for_by_the_organisations_name(district, clerk, system):
    branch = make_organisation(district.qingping, name="清平第一党支部")
    ask(
        system,
        clerk,
        district,
        role=Role.BRANCH_SECRETARY,
        body=district.qingping.public_id,
        organisation="清平第一党支部",
    )

    assert RoleRequest.objects.get().body == branch.body


def test_a_confirmed_reset_shows_the_first_password_once(clerk, system, security):
    system.post(reverse("account-deed", args=[clerk.public_id, "reset"]))
    request = RoleRequest.objects.get(kind=RequestKind.RESET)

    page = security.post(reverse("request-step", args=[request.public_id, "confirm"])).text

    clerk.refresh_from_db()
    assert clerk.check_password(page.split("<code>")[1].split("</code>")[0])


def test_closing_ends_the_sessions_and_opening_needs_two(clerk, system, security):
    client = signed_in(clerk)
    page = security.get(reverse("account-detail", args=[clerk.public_id])).text
    asked, done = page.index("<summary"), page.index("确认停用")
    assert asked < page.index("重新启用须两名管理员经手", asked) < done  # asked a second time

    security.post(reverse("account-deed", args=[clerk.public_id, "close"]))
    assert client.get(reverse("home")).status_code == 302

    security.post(reverse("account-deed", args=[clerk.public_id, "open"]))
    clerk.refresh_from_db()
    assert not clerk.is_active
    page = security.get(reverse("account-detail", args=[clerk.public_id])).text
    assert "重新启用账号" in page


def test_a_locked_account_is_shown_and_unlocked(clerk, security):
    for _ in range(LIMITS[Purpose.PASSWORD].most):
        Client().post(reverse("sign-in"), {"username": clerk.username, "password": "wrong"})
    address = reverse("account-detail", args=[clerk.public_id])
    assert "尝试次数过多" in security.get(address).text
    until = f"锁定到 {clock.local(sign_in.resting_until(clerk, clock.now())):%H:%M}"
    assert security.get(reverse("account-list")).text.count(until) == 1

    security.post(reverse("account-deed", args=[clerk.public_id, "unlock"]))

    assert sign_in.resting_until(clerk, clock.now()) is None
    assert "锁定到" not in security.get(reverse("account-list")).text


def test_ending_sessions_and_roles(clerk, security):
    signed_in(clerk)
    security.post(reverse("account-deed", args=[clerk.public_id, "end-sessions"]))
    assert not SignedInDevice.objects.filter(user=clerk, ended_at__isnull=True).exists()

    held = clerk.role_assignments.get()
    security.post(reverse("role-end", args=[clerk.public_id, held.public_id]))
    held.refresh_from_db()
    assert held.valid_to == clock.today()


def test_a_role_of_somebody_else_is_not_found_under_this_account(clerk, district, security):
    other = make_user(Role.BUREAU, district.bureau).role_assignments.get()

    answer = security.post(reverse("role-end", args=[clerk.public_id, other.public_id]))
    assert answer.status_code == 404
    other.refresh_from_db()
    assert other.valid_to is None


def test_nobody_asks_for_the_own_account(district, system):
    own = User.objects.get(role_assignments__role=Role.SYSTEM_ADMIN)
    assert "申请角色" not in system.get(reverse("account-detail", args=[own.public_id])).text

    page = ask(system, own, district).text
    assert "不能为自己的账号申请" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=user", True), ("q=nobody", False), ("state=closed", False), ("body=市场监督", True)],
)
def test_accounts_are_found(query, found, clerk, system):
    page = system.get(f"{reverse('account-list')}?{query}").text

    assert (f">{clerk.username}<" in page) is found


def test_the_list_of_many_accounts_stays_cheap(district, system, django_assert_max_num_queries):
    for _ in range(25):
        make_user(Role.BUREAU, district.bureau)

    with django_assert_max_num_queries(20):
        system.get(reverse("account-list"))


def test_requests_are_readable_to_the_audit_administrator(district, clerk, system):
    ask(system, clerk, district)
    auditor = signed_in(make_user(Role.AUDIT_ADMIN, district.administration))

    page = auditor.get(reverse("request-list")).text
    assert "岗位调整" in page
    assert ">确认<" not in page
