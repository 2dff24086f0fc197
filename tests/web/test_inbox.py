"""The inbox on screen: four tabs, badges, filter, paging, signing, the first page, all roles."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories import (
    TODAY,
    make_business,
    make_district,
    make_member,
    make_organisation,
    make_user,
)
from tests.factories.closures import make_closure
from tests.factories.transfers import make_transfer
from tests.sample_kind.factories.errands import make_errand, seats_of
from tests.sample_kind.models import Errand
from tests.sample_kind.rules.errands import ErrandAction, ErrandState
from tests.sample_kind.services.errands import ACTIONS
from tests.services.cases.kinds import again, events_of, holder, moment
from xgz.access import clock
from xgz.access.cases import reviews_of
from xgz.models import Notice
from xgz.rules.notices import NoticeKind
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.rules.transfers import TransferState
from xgz.services.cases.notices import sign_notice
from xgz.services.cases.owning import urge

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls("tests.sample_kind.urls"),
]
MAX_QUERIES = 30
TABS = ("inbox", "inbox-done", "inbox-unread", "inbox-read")
CLOSED_TO = (Role.OWNER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


@pytest.fixture(autouse=True)
def _the_day():
    with clock.showing(lambda: moment()):
        yield


@pytest.fixture
def district():
    return make_district()


def at(district, party):
    return holder(seats_of(district)[party])


def get(client, user, name, **query):
    client.force_login(user)
    return client.get(reverse(name), query)


def text(page):
    return page.content.decode()


def somebody(role, district):
    """Return a user of the role, seated in 清平镇 or the county."""
    branch = make_organisation(district.qingping)
    links = {
        Role.MEMBER: {"member": make_member(branch)},
        Role.OWNER: {"business": make_business()},
    }
    bodies = {
        Role.ORG_DEPT: district.org_dept,
        Role.SOCIAL_WORK_DEPT: district.social_work,
        Role.BUREAU: district.bureau,
        Role.TOWNSHIP_COMMITTEE: district.qingping,
        Role.STATION_HEAD: district.qingping_office,
        Role.INSTRUCTOR: district.qingping_office,
        Role.ASSOCIATION: district.association,
        Role.BRANCH_SECRETARY: branch.body,
        Role.MEMBER: branch.body,
        Role.OWNER: district.qingping,
    }
    return make_user(role, bodies.get(role, district.administration), **links.get(role, {}))


@pytest.mark.parametrize("role", list(Role))
def test_inbox_opens_to_whoever_can_have_cases(client, district, role):
    user = somebody(role, district)

    answers = {get(client, user, tab).status_code for tab in TABS}
    home = text(get(client, user, "home"))

    assert answers == ({403} if role in CLOSED_TO else {200})
    assert (reverse("inbox") in home) is (role not in CLOSED_TO)


def test_inbox_line_leads_with_the_next_step_to_the_case(client, district):
    case = make_errand(state=ErrandState.DOING, district=district)
    checking = reviews_of(case).get(key="check")

    page = text(get(client, at(district, "checker").user, "inbox"))

    assert "现场核实</a>" in page
    assert f"{reverse('errand-detail', args=[case.public_id])}#review-{checking.public_id}" in page
    assert case.number in page
    assert f"期限 {checking.due_on:%Y-%m-%d}" in page
    assert "清平所" in page


def test_inbox_shows_how_often_a_case_was_urged(client, district):
    case = make_errand(district=district)
    asker = at(district, "asker")
    assert "已催办" not in text(get(client, asker.user, "inbox"))
    urge(actor=at(district, "doer"), case=case, now=moment())

    assert "已催办 1 次" in text(get(client, asker.user, "inbox"))


@pytest.fixture
def lit(district):
    """One errand overdue, one due today, one far off."""
    cases = {}
    for light, days in (("late", -6), ("near", 0), ("calm", 20)):
        cases[light] = make_errand(district=district)
        due_on = TODAY + timedelta(days=days)
        Errand.objects.filter(pk=cases[light].pk).update(due_on=due_on)
    return cases


def test_inbox_narrows_by_light_with_counts(client, district, lit):
    user = at(district, "asker").user
    page = get(client, user, "inbox")
    assert [item.case_id for item in page.context["items"]] == [
        lit[each].public_id for each in ("late", "near", "calm")
    ]
    assert [(str(label), number) for label, number, *_ in page.context["lights"]] == [
        ("全部", 3),
        ("超期", 1),
        ("临期", 1),
        ("正常", 1),
    ]
    for words in ("超期 6 天", "今天到期", "剩 14 个工作日"):
        assert words in text(page)
    for light, case in lit.items():
        narrowed = get(client, user, "inbox", light=light)
        assert [item.case_id for item in narrowed.context["items"]] == [case.public_id]


def test_inbox_narrows_by_kind_and_sorts(client, district, lit):
    closure = make_closure()
    user = at(district, "asker").user

    one = get(client, user, "inbox", kind="closure")
    turned = get(client, user, "inbox", kind="errand", sort="-due")

    assert [item.case_id for item in one.context["items"]] == [closure.public_id]
    assert [item.case_id for item in turned.context["items"]] == [
        lit[each].public_id for each in ("calm", "near", "late")
    ]


def test_inbox_with_nonsense_in_the_address_filters_nothing(client, district, lit):
    page = get(client, at(district, "asker").user, "inbox", kind="x", light="x", sort="x", page="x")

    assert len(page.context["items"]) == 3


def test_inbox_pages_keep_the_filter(client, district, lit):
    user = at(district, "asker").user
    for _ in range(20):
        make_errand(district=district)

    first = get(client, user, "inbox", kind="errand")
    second = get(client, user, "inbox", kind="errand", page=2)

    assert [len(page.context["items"]) for page in (first, second)] == [20, 3]
    assert "kind=errand&amp;page=2" in text(first)


def test_inbox_says_what_is_empty_and_why(client, district):
    user = at(district, "asker").user

    assert "待办已清零" in text(get(client, user, "inbox"))
    assert "没有符合条件的待办" in text(get(client, user, "inbox", light="late"))
    assert "还没有办理过事项" in text(get(client, user, "inbox-done"))
    assert "没有待阅" in text(get(client, user, "inbox-unread"))
    assert "还没有签收过" in text(get(client, user, "inbox-read"))


def test_inbox_done_shows_the_step_and_where_the_case_is_now(client, district):
    case = make_errand(district=district)
    asker = at(district, "asker")
    ACTIONS[ErrandAction.HAND_IN](case=case, actor=asker, now=moment())

    page = text(get(client, asker.user, "inbox-done"))

    assert "提交</a>" in page
    assert "现在在柳泉所" in page
    assert "2026-11-23" in page


# ---- notices


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        (NoticeKind.NEAR, "即将到期"),
        (NoticeKind.LATE, "已经超期"),
        (NoticeKind.URGED, "催办"),
        (NoticeKind.RAISED, "超期上报"),
        (NoticeKind.INFORMED, "告知"),
        (NoticeKind.FILED, "备案"),
    ],
)
def test_inbox_notice_shows_its_kind_in_words(client, district, kind, word):
    case = make_errand(district=district)
    seat = seats_of(district)["asker"]
    Notice.objects.create(
        case_kind="errand",
        case_id=case.public_id,
        kind=kind,
        role=seat.role,
        body_id=seat.body_id,
        made_at=moment(),
    )

    page = text(get(client, at(district, "asker").user, "inbox-unread"))

    assert f"{word}</span>" in page
    assert "系统提醒" in page
    assert case.number in page


@pytest.fixture
def urged(district):
    """Three errands of 清平镇, each urged by its doer."""
    sender = at(district, "doer")
    for number in range(3):
        urge(actor=sender, case=make_errand(district=district), now=moment(), text=f"第{number}件")
    return list(Notice.objects.order_by("pk"))


def test_inbox_one_notice_is_signed(client, district, urged):
    user = at(district, "asker").user
    page = text(get(client, user, "inbox-unread"))
    assert all(words in page for words in ("第0件", "第1件", "第2件", "柳泉所"))
    every = [each.public_id for each in urged]

    client.post(reverse("notice-sign"), {"notice": every, "only": every[1]})

    assert [bool(each.signed_at) for each in Notice.objects.order_by("pk")] == [False, True, False]
    read = text(get(client, user, "inbox-read"))
    assert "第1件" in read
    assert "第0件" not in read
    assert "已阅 2026-11-23" in read


def test_inbox_all_notices_of_the_page_are_signed(client, district, urged):
    user = at(district, "asker").user
    client.force_login(user)

    page = client.post(
        reverse("notice-sign"), {"notice": [each.public_id for each in urged[:2]]}, follow=True
    )

    assert "已签收 2 条。" in text(page)
    assert [bool(each.signed_by) for each in Notice.objects.order_by("pk")] == [True, True, False]


def test_inbox_notices_of_another_seat_are_not_signed(client, district, urged):
    at(district, "asker")
    client.force_login(holder(Seat(Role.TOWNSHIP_COMMITTEE, district.liuquan.pk)).user)

    page = client.post(reverse("notice-sign"), {"only": urged[0].public_id}, follow=True)

    assert "没有需要签收的" in text(page)
    assert not Notice.objects.filter(signed_at__isnull=False).exists()


def test_inbox_signing_is_a_post(client, district):
    assert get(client, at(district, "asker").user, "notice-sign").status_code == 405


def test_inbox_shows_colleagues_what_was_signed_for_the_seat(client, district, urged):
    first, second = at(district, "asker"), at(district, "asker")
    sign_notice(actor=first, notice=urged[0], now=moment())

    page = text(get(client, second.user, "inbox-read"))

    assert "第0件" in page
    assert str(first.user) in page


# ---- badges and the first page


def test_inbox_badges_stand_in_the_head_of_every_page(client, district, lit, urged):
    user = at(district, "asker").user
    for name in ("home", "inbox", "organisation-list"):
        page = get(client, user, name)
        counts = page.context["badges"]
        assert (counts.waiting, counts.late, counts.unread) == (6, 1, 3)
        assert "超期 1" in text(page)


def test_inbox_badges_cost_nothing_where_there_can_be_no_cases(
    client, district, django_assert_max_num_queries
):
    admin = make_user(Role.SYSTEM_ADMIN, district.administration)
    client.force_login(admin)
    client.get(reverse("body-list"))

    with django_assert_max_num_queries(MAX_QUERIES) as found:
        page = client.get(reverse("body-list"))

    assert page.context["badges"] is None
    assert not any("xgz_notice" in query["sql"] for query in found.captured_queries)


def test_inbox_of_the_first_page_shows_seven_lines(client, district):
    user = at(district, "asker").user
    assert "现在没有等您办理的事项" in text(get(client, user, "home"))
    for _ in range(8):
        make_errand(district=district)

    page = get(client, user, "home")

    assert len(page.context["inbox"]["items"]) == 7
    assert "全部 8 项" in text(page)
    assert "补充材料后提交" in text(page)


@pytest.mark.parametrize("name", ["home", *TABS])
def test_inbox_pages_take_a_constant_number_of_queries(
    client, district, name, django_assert_max_num_queries
):
    asker, sender = at(district, "asker"), at(district, "doer")
    counts = []
    for number in (1, 2):
        for _ in range(number):
            case = make_errand(district=district)
            urge(actor=sender, case=case, now=moment())
            done = make_errand(district=district)
            urge(actor=sender, case=done, now=moment())
            notice = Notice.objects.filter(case_id=done.public_id).get()
            sign_notice(actor=asker, notice=notice, now=moment())
            ACTIONS[ErrandAction.HAND_IN](case=again(done), actor=asker, now=moment())
            make_closure()
            make_transfer(state=TransferState.DRAFT)
        get(client, asker.user, name)
        with django_assert_max_num_queries(MAX_QUERIES) as found:
            client.get(reverse(name))
        counts.append(len(found))

    assert counts[0] == counts[1]


def test_inbox_urging_of_a_closure_is_generic(client, district):
    """The two addresses of every kind work for the product's own kinds."""
    closure = make_closure()
    bureau = make_user(Role.ORG_DEPT, district.org_dept)
    at(district, "asker")
    client.force_login(bureau)

    client.post(reverse("case-urge", args=["closure", closure.public_id]), {"words": "请抓紧"})

    assert events_of(closure, action="urge").get().opinion == "请抓紧"
