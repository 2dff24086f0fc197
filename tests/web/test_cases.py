"""Pages that every kind of case shares, on the sample kind: list, detail, step, urge, assign."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories import TODAY, make_district, make_user
from tests.sample_kind.factories.errands import make_errand, seats_of
from tests.sample_kind.models import Errand
from tests.sample_kind.rules.errands import ErrandAction, ErrandState
from tests.sample_kind.services.errands import ACTIONS
from tests.services.cases.kinds import again, events_of, holder, moment
from xgz.access import clock
from xgz.access.cases import reviews_of
from xgz.models import Notice, User
from xgz.rules.notices import NoticeKind
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.services.cases.owning import assign_case, urge
from xgz.services.cases.reviews import answer_review

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls("tests.sample_kind.urls"),
]
MAX_QUERIES = 30


@pytest.fixture(autouse=True)
def _the_day():
    with clock.showing(lambda: moment()):
        yield


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def draft(district):
    return make_errand(district=district)


@pytest.fixture
def doing(district):
    return make_errand(state=ErrandState.DOING, district=district)


def at(district, party) -> User:
    return holder(seats_of(district)[party]).user


def detail(case):
    return reverse("errand-detail", args=[case.public_id])


def step(case, action):
    return reverse("errand-step", args=[case.public_id, action])


def generic(name, case, *more):
    return reverse(name, args=["errand", case.public_id, *more])


def get(client, user, address, **query):
    client.force_login(user)
    return client.get(address, query)


def post(client, user, address, **data):
    client.force_login(user)
    return client.post(address, data)


def text(page):
    return page.content.decode()


def messages_of(page):
    return [str(message) for message in page.context["messages"]]


# ---- one case


def test_the_page_says_whose_it_is_what_to_do_and_until_when(client, district, doing):
    page = text(get(client, at(district, "asker"), detail(doing)))

    for words in ("当前责任方", "柳泉所", "党建指导员", "办理或退回", "办理期限", "状态灯"):
        assert words in page
    assert f"{doing.due_on:%Y-%m-%d}" in page
    assert "样例-2026-0001" in page


@pytest.mark.parametrize(
    ("due", "words"),
    [(-2, "超期 2 天"), (0, "今天到期"), (1, "剩 1 个工作日"), (3, "剩 3 个工作日")],
)
def test_the_light_is_in_words(client, district, draft, due, words):
    Errand.objects.filter(pk=draft.pk).update(due_on=TODAY + timedelta(days=due))

    assert words in text(get(client, at(district, "asker"), detail(draft)))


def test_a_due_date_in_a_year_without_notice_is_marked_provisional(client, district, draft):
    user = at(district, "asker")
    assert "暂定" not in text(get(client, user, detail(draft)))
    Errand.objects.filter(pk=draft.pk).update(due_on=TODAY + timedelta(days=60))

    assert "暂定" in text(get(client, user, detail(draft)))


def test_a_case_that_went_up_shows_the_date_that_passed(client, district, draft):
    Errand.objects.filter(pk=draft.pk).update(late_since=TODAY - timedelta(days=9))

    page = text(get(client, at(district, "asker"), detail(draft)))

    assert "超原期限 9 天" in page
    assert "原期限 2026-11-14，已转由上级办理" in page
    assert f"<dd>{draft.due_on:%Y-%m-%d}<small>" in page


def test_days_overdue_are_of_the_date_that_stands_beside_them(client, district, draft):
    Errand.objects.filter(pk=draft.pk).update(due_on=TODAY - timedelta(days=9))

    page = text(get(client, at(district, "asker"), detail(draft)))

    assert "超期 9 天" in page
    assert "原期限" not in page


def test_a_seat_is_said_to_be_empty_while_another_body_acts_for_it(client, district, doing):
    township, office = at(district, "asker"), district.liuquan_office
    acting = f"岗位空缺，由{district.bureau}代行"
    assert f"岗位空缺，由{district.org_dept}代行" in text(get(client, township, detail(doing)))
    make_user(Role.BUREAU, district.bureau)
    assert acting in text(get(client, township, detail(doing)))

    head = make_user(Role.STATION_HEAD, office)
    assert "岗位空缺" not in text(get(client, township, detail(doing)))
    head.role_assignments.all().delete()
    assert acting in text(get(client, township, detail(doing)))
    make_user(Role.INSTRUCTOR, office)
    assert "岗位空缺" not in text(get(client, township, detail(doing)))


def test_each_party_gets_its_own_buttons(client, district, draft, doing):
    wanted = {
        ("asker", draft): {ErrandAction.HAND_IN, ErrandAction.WITHDRAW},
        ("doer", draft): {ErrandAction.WITHDRAW},
        ("checker", draft): set(),
        ("doer", doing): {ErrandAction.FINISH, ErrandAction.RETURN},
        ("asker", doing): {ErrandAction.WITHDRAW},
    }
    for (party, case), actions in wanted.items():
        page = get(client, at(district, party), detail(case))
        assert {offer.action for offer in page.context["offers"]} == actions, party


def test_the_bar_shows_the_way_taken_the_present_step_and_what_lies_ahead(client, district, doing):
    page = get(client, at(district, "asker"), detail(doing))

    assert [(each.label, each.mark) for each in page.context["bar"]] == [
        ("起草", "done"),
        ("办理", "now"),
        ("办结", ""),
    ]


def test_the_bar_says_since_when_in_both_languages(client, district, doing):
    user, day = at(district, "asker"), TODAY.isoformat()
    assert f"<span>{day} 起</span>" in text(get(client, user, detail(doing)))

    client.cookies["django_language"] = "en"

    assert f"<span>Since {day}</span>" in text(get(client, user, detail(doing)))


def test_the_bar_starts_again_after_a_return(client, district, doing):
    doer = holder(seats_of(district)["doer"])
    ACTIONS[ErrandAction.RETURN](case=doing, actor=doer, now=moment(), opinion="缺材料")

    page = get(client, at(district, "asker"), detail(doing))

    assert [(each.label, each.mark) for each in page.context["bar"]] == [
        ("起草", "now"),
        ("办理", ""),
        ("办结", ""),
    ]
    assert "缺材料" in text(page)


def test_a_closed_case_says_so_and_offers_nothing(client, district):
    case = make_errand(state=ErrandState.WITHDRAWN, district=district)

    page = get(client, at(district, "asker"), detail(case))

    assert "这件事项已于 2026-11-23 结束：撤回" in text(page)
    assert page.context["offers"] == []
    assert "催办" not in text(page).split("全部记录")[0].split("<main")[1]
    assert [(each.label, each.mark) for each in page.context["bar"]] == [
        ("起草", "done"),
        ("撤回", "done"),
    ]


def test_the_title_names_no_person_and_no_subject(client, district, draft):
    page = text(get(client, at(district, "asker"), detail(draft)))

    assert "<title>样例事项 样例-2026-0001 - " in page


def test_a_case_out_of_sight_is_not_found(client, district, draft):
    stranger = holder(Seat(Role.TOWNSHIP_COMMITTEE, district.liuquan.pk)).user
    for address in (
        detail(draft),
        step(draft, "hand_in"),
        generic("case-urge", draft),
        generic("case-review", draft, "x"),
    ):
        assert get(client, stranger, address).status_code == 404
    assert post(client, stranger, generic("case-assign", draft)).status_code == 404


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_administrators_find_the_rooms_closed(client, district, draft, role):
    admin = make_user(role, district.administration)

    for address in (detail(draft), reverse("errand-list"), step(draft, "hand_in")):
        assert get(client, admin, address).status_code == 403


def test_an_unknown_kind_or_step_is_not_found(client, district, draft):
    user = at(district, "asker")

    assert get(client, user, step(draft, "no-such-step")).status_code == 404
    assert get(client, user, f"/cases/nothing/{draft.public_id}/urge/").status_code == 404


# ---- steps


def test_a_step_is_asked_for_and_taken(client, district, draft):
    user = at(district, "asker")
    page = get(client, user, step(draft, "hand_in"))
    assert page.status_code == 200
    assert f'value="{draft.version}"' in text(page)

    answered = post(client, user, step(draft, "hand_in"), opinion="同意", version=draft.version)

    assert answered["Location"] == detail(draft)
    assert again(draft).state == ErrandState.DOING
    assert events_of(draft, action="hand_in").get().opinion == "同意"


def test_a_step_that_needs_words_is_refused_without_and_keeps_the_state(client, district, doing):
    user = at(district, "doer")

    page = post(client, user, step(doing, "return"), opinion="  ", version=doing.version)

    assert page.status_code == 200
    assert "请填写这一项" in text(page)
    assert again(doing).state == ErrandState.DOING


@pytest.mark.parametrize(("length", "taken"), [(500, True), (501, False)])
def test_an_opinion_has_at_most_500_characters(client, district, doing, length, taken):
    words = "退" * length

    page = post(client, at(district, "doer"), step(doing, "return"), opinion=words)

    assert (page.status_code == 302) is taken
    assert (again(doing).state == ErrandState.DRAFT) is taken
    assert taken or words in text(page)


def test_a_step_that_waits_for_sub_steps_says_so_and_keeps_what_was_typed(client, district, doing):
    user = at(district, "doer")
    assert "还有 2 项没有反馈" in text(get(client, user, detail(doing)))

    page = post(client, user, step(doing, "finish"), opinion="已办妥", version=doing.version)

    assert page.status_code == 200
    assert "还有部门没有反馈" in text(page)
    assert "已办妥" in text(page)
    assert again(doing).is_open


def test_nobody_takes_a_step_of_another_party(client, district, draft):
    for method in (get, post):
        assert method(client, at(district, "checker"), step(draft, "hand_in")).status_code == 403
    assert again(draft).state == ErrandState.DRAFT


def test_a_step_the_state_does_not_offer_is_409(client, district, draft):
    user = at(district, "doer")

    for method in (get, post):
        page = method(client, user, step(draft, "finish"))
        assert page.status_code == 409
        assert "现在的状态是“起草”" in text(page)


def test_a_double_submission_changes_nothing_and_goes_back_to_the_case(client, district, draft):
    user = at(district, "asker")
    sent = {"opinion": "", "version": draft.version}
    post(client, user, step(draft, "hand_in"), **sent)

    second = client.post(step(draft, "hand_in"), sent, follow=True)

    assert second.redirect_chain == [(detail(draft), 302)]
    assert any("您这次提交没有生效" in words for words in messages_of(second))
    assert events_of(draft, action="hand_in").count() == 1


def test_a_stale_page_comes_back_with_what_was_typed(client, district, doing):
    """The case was entered again meanwhile: same state, another version."""
    user = at(district, "doer")
    Errand.objects.filter(pk=doing.pk).update(version=doing.version + 2)

    page = post(client, user, step(doing, "return"), opinion="缺材料", version=doing.version)

    assert page.status_code == 200
    assert "刚才有人办理过这件事项" in text(page)
    assert "缺材料" in text(page)
    assert f'value="{doing.version + 2}"' in text(page)
    assert again(doing).state == ErrandState.DOING
    again_sent = post(
        client, user, step(doing, "return"), opinion="缺材料", version=doing.version + 2
    )
    assert again_sent.status_code == 302
    assert again(doing).state == ErrandState.DRAFT


# ---- sub-steps


def test_whoever_has_a_sub_step_finds_its_form_on_the_page(client, district, doing):
    checking = reviews_of(doing).get(key="check")
    address = generic("case-review", doing, checking.public_id)

    assert address in text(get(client, at(district, "checker"), detail(doing)))
    assert address not in text(get(client, at(district, "doer"), detail(doing)))


def test_a_sub_step_is_answered(client, district, doing):
    checking = reviews_of(doing).get(key="check")
    address = generic("case-review", doing, checking.public_id)
    user = at(district, "checker")
    assert get(client, user, address).status_code == 200

    answered = post(client, user, address, verdict="objected", opinion="人去楼空")

    assert answered["Location"] == detail(doing)
    checking.refresh_from_db()
    assert (checking.verdict, checking.opinion) == ("objected", "人去楼空")
    page = text(get(client, user, detail(doing)))
    assert "有不同意见" in page
    assert "人去楼空" in page


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"opinion": "看过了"}, "请选择一项"),
        ({"verdict": "objected", "opinion": " "}, "请写明具体意见"),
        ({"verdict": "perhaps"}, "没有这个选项"),
    ],
)
def test_an_incomplete_answer_says_what_is_missing(client, district, doing, data, words):
    checking = reviews_of(doing).get(key="check")

    page = post(
        client, at(district, "checker"), generic("case-review", doing, checking.public_id), **data
    )

    assert page.status_code == 200
    assert words in text(page)
    checking.refresh_from_db()
    assert checking.closed_at is None


def test_a_sub_step_of_somebody_else_is_refused(client, district, doing):
    checking = reviews_of(doing).get(key="check")
    address = generic("case-review", doing, checking.public_id)

    for party in ("asker", "doer", "adviser"):
        assert post(client, at(district, party), address, verdict="agreed").status_code == 403


def test_a_sub_step_that_is_answered_goes_back_with_a_message(client, district, doing):
    actor = holder(seats_of(district)["checker"])
    checking = reviews_of(doing).get(key="check")
    answer_review(actor=actor, case=doing, review=checking, agrees=True, opinion="", now=moment())
    client.force_login(actor.user)

    page = client.post(
        generic("case-review", doing, checking.public_id), {"verdict": "agreed"}, follow=True
    )

    assert page.redirect_chain == [(detail(doing), 302)]
    assert any("已经反馈过" in words for words in messages_of(page))


def test_the_market_line_reads_no_words_of_the_organization_line(client, district, doing):
    """The township's words stay in its line; the office's own are read by both."""
    doer, asker = (holder(seats_of(district)[party]) for party in ("doer", "asker"))
    ACTIONS[ErrandAction.RETURN](case=doing, actor=doer, now=moment(), opinion="承办方的话")
    ACTIONS[ErrandAction.HAND_IN](case=again(doing), actor=asker, now=moment(), opinion="镇里的话")

    for actor, reads in ((asker, True), (doer, False)):
        page = text(get(client, actor.user, detail(doing)))
        assert "承办方的话" in page
        assert ("镇里的话" in page) is reads
        assert ("意见由组织条线掌握" in page) is not reads
        assert (str(asker.user) in page.split("<main")[1]) is reads


def test_the_market_line_reads_no_name_of_an_assignee_of_the_organization_line(
    client, district, draft
):
    asker, doer = (holder(seats_of(district)[party]) for party in ("asker", "doer"))
    assign_case(actor=asker, case=draft, of=draft, assignee=asker.user, now=moment())

    for actor, reads in ((asker, True), (doer, False)):
        page = text(get(client, actor.user, detail(draft)))
        assert (f"经办 {asker.user}" in page) is reads


# ---- urging, assigning


def test_urging_asks_for_words_and_leaves_a_notice(client, district, draft):
    user = at(district, "doer")
    assert generic("case-urge", draft) in text(get(client, user, detail(draft)))
    assert get(client, user, generic("case-urge", draft)).status_code == 200

    answered = post(client, user, generic("case-urge", draft), words="请尽快提交")

    assert answered["Location"] == detail(draft)
    assert Notice.objects.get(kind=NoticeKind.URGED).text == "请尽快提交"
    page = text(get(client, user, detail(draft)))
    assert "今天已催办" in page
    assert generic("case-urge", draft) not in page


def test_urging_twice_a_day_says_when_it_is_possible_again(client, district, draft):
    actor = holder(seats_of(district)["doer"])
    urge(actor=actor, case=draft, now=moment())
    client.force_login(actor.user)

    page = client.post(generic("case-urge", draft), {"words": ""}, follow=True)

    assert any("今天已经催办过" in words for words in messages_of(page))
    assert events_of(draft, action="urge").count() == 1


def test_an_owner_does_not_urge_itself(client, district, draft):
    user = at(district, "asker")

    assert generic("case-urge", draft) not in text(get(client, user, detail(draft)))
    assert get(client, user, generic("case-urge", draft)).status_code == 403
    assert post(client, user, generic("case-urge", draft)).status_code == 403


def test_the_owner_assigns_to_somebody_of_the_body(client, district, draft):
    owner, colleague = at(district, "asker"), at(district, "asker")
    assert colleague.public_id in text(get(client, owner, detail(draft)))

    post(client, owner, generic("case-assign", draft), assignee=colleague.public_id)

    assert again(draft).assignee == colleague
    page = text(get(client, owner, detail(draft)))
    assert f"经办 {colleague}" in page
    post(client, owner, generic("case-assign", draft), assignee="")
    assert again(draft).assignee is None


def test_somebody_of_another_body_is_not_offered(client, district, draft):
    owner = at(district, "asker")
    stranger = holder(Seat(Role.TOWNSHIP_COMMITTEE, district.liuquan.pk)).user
    client.force_login(owner)

    page = client.post(generic("case-assign", draft), {"assignee": stranger.public_id}, follow=True)

    assert any("不在责任单位任职" in words for words in messages_of(page))
    assert again(draft).assignee is None


def test_whoever_does_not_own_the_case_does_not_assign(client, district, draft):
    user = at(district, "doer")

    assert generic("case-assign", draft) not in text(get(client, user, detail(draft)))
    assert post(client, user, generic("case-assign", draft)).status_code == 403


def test_a_sub_step_is_handed_to_one_person(client, district, doing):
    head = at(district, "checker")
    instructor = holder(Seat(Role.INSTRUCTOR, district.qingping_office.pk)).user
    checking = reviews_of(doing).get(key="check")
    address = generic("case-review-assign", doing, checking.public_id)
    assert address in text(get(client, head, detail(doing)))

    post(client, head, address, assignee=instructor.public_id)

    checking.refresh_from_db()
    assert checking.assignee == instructor
    assert again(doing).assignee is None
    assert get(client, instructor, detail(doing)).status_code == 200
    assert post(client, at(district, "doer"), address).status_code == 403


# ---- list


def test_the_list_shows_open_cases_of_the_actor_alone(client, district, draft, doing):
    closed = make_errand(state=ErrandState.DONE, district=district)
    user = at(district, "asker")

    page = get(client, user, reverse("errand-list"))

    assert {line.case for line in page.context["lines"]} == {draft, doing}
    every = get(client, user, reverse("errand-list"), state="closed")
    assert [line.case for line in every.context["lines"]] == [closed]
    one = get(client, user, reverse("errand-list"), q=draft.number)
    assert [line.case for line in one.context["lines"]] == [draft]
    stranger = holder(Seat(Role.TOWNSHIP_COMMITTEE, district.liuquan.pk)).user
    empty = get(client, stranger, reverse("errand-list"))
    assert empty.context["lines"] == []
    assert "现在没有这类事项" in text(empty)


def test_lists_and_pages_take_a_constant_number_of_queries(
    client, district, draft, django_assert_max_num_queries
):
    user = at(district, "asker")
    counts = {}
    for more in (0, 2):
        for _ in range(more):
            make_errand(district=district)
        get(client, user, reverse("errand-list"))
        with django_assert_max_num_queries(MAX_QUERIES) as found:
            client.get(reverse("errand-list"))
        counts[more] = len(found)

    assert counts[0] == counts[2]


def test_a_page_with_assignment_and_reviews_stays_affordable(
    client, district, doing, django_assert_max_num_queries
):
    actor = holder(seats_of(district)["doer"])
    assign_case(actor=actor, case=doing, of=doing, assignee=actor.user, now=moment())
    client.force_login(actor.user)
    client.get(detail(doing))

    with django_assert_max_num_queries(MAX_QUERIES):
        client.get(detail(doing))
