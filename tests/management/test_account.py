from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import TODAY, make_district, make_member, make_organisation, make_user, seat_of
from xgz.models import RoleAssignment, User
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db


def account(*words):
    out = StringIO()
    call_command("account", *words, stdout=out)
    return out.getvalue()


def password_in(said):
    return said.split("首次密码：")[1].split("（")[0]


def held(username):
    rows = RoleAssignment.objects.filter(user__username=username).order_by("pk")
    return [(row.role, str(row.body), row.valid_to) for row in rows]


@pytest.fixture
def district():
    return make_district()


def test_a_branch_secretary_is_placed_at_the_organisation(district):
    make_organisation(district.qingping, name="清平镇个私协会党支部")

    account(
        *("add", "shuji", "--name", "严守成", "--role", "branch_secretary"),
        *("--organisation", "清平镇个私协会党支部"),
    )

    assert held("shuji") == [("branch_secretary", "清平镇个私协会党支部", None)]


def test_organisations_of_one_name_are_told_apart_by_the_office_above(district):
    for number, place in enumerate((district.qingping, district.liuquan)):
        make_organisation(place, name="第一党支部", code=f"C{number}")
    words = ("add", "shuji", "--name", "严", "--role", "branch_secretary")

    with pytest.raises(CommandError, match="有多个名为 第一党支部 的党组织"):
        account(*words, "--organisation", "第一党支部")
    account(*words, "--organisation", "第一党支部", "--body", "柳泉镇党委")

    body = RoleAssignment.objects.get().body
    assert body.path.startswith(district.liuquan.path)


def test_a_role_is_granted_and_ended(district):
    user = make_user(Role.INSTRUCTOR, district.qingping_office)

    account("grant", user.username, "--role", "station_head", "--body", "清平所")
    said = account(
        *("end", user.username, "--role", "instructor", "--body", "清平所"),
        *("--on", "2026-10-10"),
    )

    assert "最后一天：2026-10-10（当天仍有效）" in said
    assert held(user.username) == [
        ("instructor", "清平所", date(2026, 10, 10)),
        ("station_head", "清平所", None),
    ]


def test_a_reset_password_is_printed_and_must_be_changed(district, client):
    user = make_user(Role.BUREAU, district.bureau)

    password = password_in(account("reset-password", user.username))

    assert client.login(username=user.username, password=password)
    assert User.objects.get().must_change_password


def test_a_disabled_account_acts_no_more_until_enabled(district):
    user = make_user(Role.SECURITY_ADMIN, district.administration)

    account("disable", user.username)
    with pytest.raises(CommandError, match="没有名为"):
        account("list", "--as", user.username)
    assert f"{user.username}\t{user.display_name}\t停用" in account("list")
    account("enable", user.username)

    assert "\t启用" in account("list", "--as", user.username)


def test_the_list_says_who_holds_what_from_when_to_when(district):
    user = make_user(Role.BUREAU, district.bureau)
    RoleAssignment.objects.update(valid_to=TODAY)

    assert account("list").splitlines() == [
        f"{user.username}\t{user.display_name}\t启用",
        "  bureau\t市场监管局小个专党委\t县市场监督管理局\t2020-01-01 至 2026-11-23",
    ]


@pytest.mark.parametrize("role", [Role.BUREAU, Role.SYSTEM_ADMIN, Role.MEMBER], ids=str)
def test_others_see_and_change_no_accounts(role, district):
    links = {"member": make_member(None)} if role is Role.MEMBER else {}
    user = make_user(role, seat_of(role, district), **links)

    seen = [] if role is Role.SYSTEM_ADMIN else [("list",)]
    for words in (*seen, ("disable", user.username)):
        with pytest.raises(CommandError, match="没有做这件事的权限"):
            account(*words, "--as", user.username)
    assert User.objects.get().is_active


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ["add", "a", "--name", "甲", "--role", "bureau", "--body", "清平所"],
            "角色“市场监管局小个专党委”不能设在“市场监管所（指导站）”，应设在：市场监管局。",
        ),
        (
            ["add", "a", "--name", "甲", "--role", "branch_secretary", "--body", "清平镇党委"],
            "请用 --organisation 写明党组织",
        ),
        (["add", "a", "--name", "甲", "--role", "bureau"], "请用 --body 写明机构"),
        (
            ["add", "a", "--name", "甲", "--role", "branch_secretary", "--organisation", "乙"],
            "没有名为 乙 的党组织",
        ),
        (["grant", "nobody", "--role", "bureau", "--body", "清平所"], "没有名为 nobody 的账号"),
        (["reset-password", "nobody"], "没有名为 nobody 的账号"),
        (["grant", "anquan", "--role", "audit_admin", "--body", "系统管理"], "不能由同一人兼任"),
        (["end", "anquan", "--role", "bureau", "--body", "县市场监督管理局"], "没有可在"),
        (
            [
                *("end", "anquan", "--role", "security_admin"),
                *("--body", "系统管理", "--on", "昨天"),
            ],
            "没有 昨天 这个日期",
        ),
    ],
    ids=[
        *("wrong kind", "secretary at a township", "no place", "no organisation", "unknown user"),
        *("reset unknown", "two administrations", "role not held", "no date"),
    ],
)
def test_what_does_not_work_is_said_in_plain_words(words, says, district):
    user = make_user(Role.SECURITY_ADMIN, district.administration)
    User.objects.filter(pk=user.pk).update(username="anquan")

    with pytest.raises(CommandError, match=says):
        account(*words)
    assert list(User.objects.values_list("username", flat=True)) == ["anquan"]
    assert RoleAssignment.objects.get().valid_to is None


def test_a_role_is_handed_over_with_dates(district):
    before = make_user(Role.STATION_HEAD, district.qingping_office)
    after = make_user(Role.BUREAU, district.bureau)
    said = account(
        *("hand-over", before.username, "--to", after.username, "--role", "station_head"),
        *("--body", "清平所", "--on", "2026-12-01"),
    )

    assert f"已移交：{after.username}" in said
    assert "第一天：2026-12-01" in said
    assert held(before.username) == [("station_head", "清平所", date(2026, 11, 30))]
    assert held(after.username)[1] == ("station_head", "清平所", None)


def test_a_role_not_held_cannot_be_handed_over(district):
    before, after = (make_user(Role.BUREAU, district.bureau) for _ in range(2))

    with pytest.raises(CommandError, match="没有可在 2026-12-01 移交的这个角色"):
        account(
            *("hand-over", before.username, "--to", after.username, "--role", "station_head"),
            *("--body", "清平所", "--on", "2026-12-01"),
        )


@pytest.mark.parametrize("deputy", [True, False], ids=["deputy", "head"])
def test_a_deputy_is_granted_as_one(deputy, district):
    user = make_user(Role.INSTRUCTOR, district.qingping_office)
    account(
        *("grant", user.username, "--role", "station_head", "--body", "清平所"),
        *(["--deputy"] if deputy else []),
    )

    assert RoleAssignment.objects.get(role=Role.STATION_HEAD).deputy is deputy


@pytest.fixture
def set_up(district):
    """Two administrators hold office: the shell no longer gives power by itself."""
    make_user(Role.SYSTEM_ADMIN, district.administration)
    return make_user(Role.SECURITY_ADMIN, district.administration)


def test_after_the_set_up_the_shell_proposes(district, set_up):
    user = make_user(Role.INSTRUCTOR, district.qingping_office)
    words = ("--role", "station_head", "--body", "清平所")

    assert "已提出，待安全管理员确认" in account("grant", user.username, *words)
    assert "已提出，待安全管理员确认" in account("reset-password", user.username)
    account("disable", user.username)
    assert "已提出，待安全管理员确认" in account("enable", user.username)
    assert held(user.username) == [("instructor", "清平所", None)]
    assert not User.objects.get(pk=user.pk).is_active
    with pytest.raises(CommandError, match="已在等待安全管理员确认"):
        account("grant", user.username, *words)


def test_after_the_set_up_a_new_account_waits_for_its_role(district, set_up):
    said = account("add", "new", "--name", "何新", "--role", "bureau", "--body", "县市场监督管理局")

    assert User.objects.get(username="new").check_password(password_in(said))
    assert "已提出，待安全管理员确认：new" in said
    assert held("new") == []


def test_after_the_set_up_a_successor_waits_for_the_role(district, set_up):
    before = make_user(Role.STATION_HEAD, district.qingping_office)
    after = make_user(Role.BUREAU, district.bureau)

    said = account(
        *("hand-over", before.username, "--to", after.username, "--role", "station_head"),
        *("--body", "清平所", "--on", "2026-12-01"),
    )

    assert "已提出，待安全管理员确认" in said
    assert held(before.username) == [("station_head", "清平所", date(2026, 11, 30))]
    assert len(held(after.username)) == 1


def test_administrators_see_no_names_in_the_list(district, set_up):
    user = make_user(Role.BUREAU, district.bureau)

    assert user.display_name in account("list")
    assert user.display_name not in account("list", "--as", set_up.username)
