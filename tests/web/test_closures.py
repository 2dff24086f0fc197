"""Pages of closed businesses: lists, one case, the decision, carrying it out, and who sees what."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories import TODAY, make_business, make_organisation, make_user
from tests.factories.closures import (
    NOW,
    answer_reviews,
    carry_out_handed_over,
    make_closure,
    make_facts_true,
    make_shop,
    make_worker,
    the_district,
)
from xgz.access import clock
from xgz.models import CaseReview, Closure, Notice, StatusEvent, Transfer
from xgz.rules.closures import ClosureOption, ClosureState
from xgz.rules.roles import Role
from xgz.services.cases.clock import remind

pytestmark = pytest.mark.django_db
S, W = ClosureState, ClosureOption
NAME = "欧阳方舟"


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: NOW):
        yield


@pytest.fixture
def district():
    return the_district()


@pytest.fixture
def committee(district):
    return make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)


@pytest.fixture
def station(district):
    return make_user(Role.STATION_HEAD, district.qingping_office)


@pytest.fixture
def bureau(district):
    return make_user(Role.BUREAU, district.bureau)


def _get(client, user, page, *args, **query):
    client.force_login(user)
    return client.get(reverse(page, args=args), query)


def _post(client, user, page, *args, **fields):
    client.force_login(user)
    return client.post(reverse(page, args=args), fields, follow=True)


def _text(response):
    return response.content.decode()


def _main(response):
    """Return the page without frame and menu, its markup and spaces taken out."""
    found = re.search(r"<main.*</main>", _text(response), re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group()))


class TestList:
    def test_the_three_tabs(self, client, committee):
        mine = make_closure()
        make_closure(state=S.MISTAKEN)
        response = _get(client, committee, "closure-list")

        assert [(tab.label, tab.count) for tab in response.context["tabs"]] == [
            ("待办", 1),
            ("在办", 1),
            ("已办结", 1),
        ]
        assert mine.number in _main(response)
        closed = _get(client, committee, "closure-list", list="closed")
        assert [line.case.state for line in closed.context["lines"]] == [S.MISTAKEN]

    def test_the_station_has_its_sub_step_to_do_until_it_is_answered(self, client, station):
        make_closure()
        assert _get(client, station, "closure-list").context["tabs"][0].count == 1

        answer_reviews(Closure.objects.get())

        counts = [tab.count for tab in _get(client, station, "closure-list").context["tabs"]]
        assert counts == [0, 1, 0]

    def test_it_is_narrowed_by_words_township_and_state(self, client, district):
        here, there = make_closure(), make_closure(place="liuquan", state=S.DECIDING)
        department = make_user(Role.ORG_DEPT, district.org_dept)

        def found(**query):
            response = _get(client, department, "closure-list", list="open", **query)
            return {line.case for line in response.context["lines"]}

        assert found() == {here, there}
        assert found(q=here.business.name) == {here}
        assert found(q=here.business.credit_code.lower()) == {here}
        assert found(q=there.organisation.name) == {there}
        assert found(q=there.number) == {there}
        assert found(township=district.liuquan.public_id) == {there}
        assert found(state="deciding") == {there}
        assert found(q="没有的名称") == set()

    @pytest.mark.parametrize("sort", ["business", "-township", "ended", "state", "owner", "-due"])
    def test_it_is_sorted_by_every_heading(self, client, committee, sort):
        make_closure()
        make_closure()
        response = _get(client, committee, "closure-list", list="open", sort=sort)
        assert len(response.context["lines"]) == 2

    def test_an_unknown_tab_is_the_first_one(self, client, committee):
        assert _get(client, committee, "closure-list", list="x").context["which"] == "to-do"

    def test_it_costs_the_same_for_one_row_and_for_three(
        self, client, committee, django_assert_max_num_queries
    ):
        client.force_login(committee)

        def cost():
            with django_assert_max_num_queries(30) as queries:
                client.get(reverse("closure-list"), {"list": "open"})
            return len(queries)

        make_closure(workers=1)
        first = cost()
        make_closure(workers=1)
        make_closure(workers=1)

        assert cost() == first

    def test_an_empty_list_says_so(self, client, committee):
        assert "现在没有这类事项" in _text(_get(client, committee, "closure-list"))


class TestDetail:
    def test_the_committee_sees_members_and_duty(self, client, committee):
        case = make_closure()
        make_worker(case.organisation, case.business, name=NAME)

        page = _main(_get(client, committee, "closure-detail", case.public_id))

        assert NAME in page
        assert case.business.name in page
        assert case.organisation.name in page
        assert "没有提出" in page
        assert "清平所" in page

    def test_no_name_stands_in_title_or_address(self, client, committee):
        case = make_closure()
        make_worker(case.organisation, case.business, name=NAME)

        response = _get(client, committee, "closure-detail", case.public_id)

        title = re.search(r"<title>.*?</title>", _text(response), re.DOTALL).group()
        assert NAME not in title
        assert case.number in title

    def test_what_is_missing_comes_first(self, client, committee):
        case = make_closure(state=S.CARRYING_OUT, option=W.RE_HOME, workers=2)

        page = _main(_get(client, committee, "closure-detail", case.public_id))

        assert "还有 2 名党员的组织关系没有转入选定的党组织" in page
        assert page.index("落实后才能办结") < page.index("退出的经营主体")

    @pytest.mark.parametrize(
        ("option", "offers"),
        [
            (W.RE_HOME, ["transfers", "unlist"]),
            (W.MERGE, []),
            (W.KEEP, ["unlist"]),
            (W.REVOKE, []),
        ],
    )
    def test_the_buttons_are_those_of_the_decision(self, client, committee, option, offers):
        case = make_closure(state=S.CARRYING_OUT, option=option, workers=1)

        response = _get(client, committee, "closure-detail", case.public_id)

        assert [offer.slug for offer in response.context["carry_offers"]] == offers

    def test_finishing_is_greyed_until_nothing_is_missing(self, client, committee):
        case = make_closure(state=S.CARRYING_OUT)

        def finish():
            response = _get(client, committee, "closure-detail", case.public_id)
            offers = {offer.action: offer for offer in response.context["offers"]}
            return offers["finish"].is_barred, _text(response)

        barred, page = finish()
        make_facts_true(case)
        free, later = finish()

        assert (barred, free) == (True, False)
        assert "还差 1 项" in page
        assert re.search(r'disabled aria-describedby="barred">办结<', page)
        assert 'id="barred"' in page
        assert "还差" not in later

    @pytest.mark.parametrize("option", [W.KEEP, W.MERGE, W.REVOKE])
    def test_a_deed_that_is_done_is_not_offered_again(self, client, committee, option):
        case = make_closure(state=S.CARRYING_OUT, option=option)
        make_facts_true(case)

        response = _get(client, committee, "closure-detail", case.public_id)

        assert response.context["carry_offers"] == []

    def test_who_only_looks_has_no_buttons(self, client, committee, district):
        case = make_closure(state=S.CARRYING_OUT)
        social = make_user(Role.SOCIAL_WORK_DEPT, district.social_work)

        response = _get(client, social, "closure-detail", case.public_id)

        assert response.context["carry_offers"] == []

    def test_it_costs_the_same_for_one_member_and_for_three(
        self, client, committee, django_assert_max_num_queries
    ):
        case = make_closure(workers=1)
        client.force_login(committee)

        def cost():
            with django_assert_max_num_queries(30) as queries:
                client.get(reverse("closure-detail", args=[case.public_id]))
            return len(queries)

        first = cost()
        for _ in range(2):
            make_worker(case.organisation, case.business)

        assert cost() == first


class TestMarketLine:
    def test_the_station_sees_business_organisation_and_its_own_sub_step(
        self, client, station, committee
    ):
        case = make_closure()
        make_worker(case.organisation, case.business, name=NAME)

        response = _get(client, station, "closure-detail", case.public_id)

        page = _main(response)
        assert case.business.name in page
        assert case.organisation.name in page
        assert len(response.context["tasks"]) == 1
        for hidden in (NAME, NAME[0] + "*", "涉及的党员", "名党员"):
            assert hidden not in page
        for key in ("concerned", "hidden", "missing", "carry_offers"):
            assert key not in response.context

    @pytest.mark.parametrize("option", list(W))
    def test_nothing_of_the_decision_tells_of_members(self, client, station, bureau, option):
        case = make_closure(state=S.CARRYING_OUT, option=option, workers=2)

        for user in (station, bureau):
            page = _main(_get(client, user, "closure-detail", case.public_id))
            assert "另行编入" not in page
            assert "2 名" not in page
            assert "转接" not in page

    @pytest.mark.parametrize("who", ["station", "bureau"])
    def test_of_members_alone_it_sees_nothing(self, client, request, district, who):
        case = make_closure(with_branch=False)
        shared = make_closure()
        user = request.getfixturevalue(who)
        remind(today=case.due_on + timedelta(days=1), now=NOW)

        listed = _get(client, user, "closure-list", list="open")
        assert [line.case for line in listed.context["lines"]] == [shared]
        for page, args in (
            ("closure-detail", ()),
            ("closure-step", ("confirm",)),
            ("closure-carry-out", ("transfers",)),
        ):
            assert _get(client, user, page, case.public_id, *args).status_code == 404
        for page in ("inbox", "home"):
            text = _text(_get(client, user, page))
            assert case.number not in text
        business = _get(client, user, "business-detail", case.business.public_id)
        assert business.status_code == 200
        assert case.number not in _text(business)
        work = _get(client, user, "worklist", "closures", need="all")
        assert case.business.name in _text(work)
        assert case.number not in _text(work)
        offices = [district.qingping_office, district.bureau]
        assert not Notice.objects.filter(case_id=case.public_id, body__in=offices).exists()

    def test_the_sub_step_is_answered_on_the_page(self, client, station, committee):
        case = make_closure()
        review = CaseReview.objects.get()
        waiting = _get(client, committee, "closure-step", case.public_id, "confirm")
        refused = _post(
            client, committee, "closure-step", case.public_id, "confirm", version=case.version
        )
        assert waiting.status_code == 200
        assert "还有部门没有反馈" in _text(refused)

        _post(
            client,
            station,
            "case-review",
            "closure",
            case.public_id,
            review.public_id,
            verdict="agreed",
            opinion="已停业，门锁着",
        )
        case.refresh_from_db()
        _post(client, committee, "closure-step", case.public_id, "confirm", version=case.version)

        case.refresh_from_db()
        assert case.state == S.DECIDING
        assert "已停业，门锁着" in _main(_get(client, committee, "closure-detail", case.public_id))

    def test_an_objection_stands_on_the_pages_that_follow_and_asks_for_a_reason(
        self, client, station, committee
    ):
        case = make_closure()
        answer = {"verdict": "objected", "opinion": "店门开着，仍在营业"}
        review = CaseReview.objects.get()
        _post(client, station, "case-review", "closure", case.public_id, review.public_id, **answer)
        case.refresh_from_db()
        page = ("closure-step", case.public_id, "confirm")

        asked = _main(_get(client, committee, *page))
        refused = _post(client, committee, *page, version=case.version)
        state = Closure.objects.get().state
        _post(client, committee, *page, version=case.version, opinion="已核准注销")

        assert "有不同意见" in asked
        assert "店门开着，仍在营业" in asked
        assert refused.context["form"].errors["opinion"]
        assert state == S.VERIFYING
        assert Closure.objects.get().state == S.DECIDING
        deciding = _get(client, committee, "closure-step", case.public_id, "decide")
        assert "店门开着，仍在营业" in _main(deciding)


class TestDecide:
    def _decide(self, client, user, case, **fields):
        fields = {"version": case.version} | fields
        return _post(client, user, "closure-step", case.public_id, "decide", **fields)

    def test_nothing_is_chosen_beforehand(self, client, committee):
        case = make_closure(state=S.DECIDING)

        text = _text(_get(client, committee, "closure-step", case.public_id, "decide"))

        assert text.count('name="option"') == 4
        assert "checked" not in re.search(r'<form class="x-change".*', text, re.DOTALL).group()

    def test_it_shows_how_much_hangs_on_it(self, client, committee):
        case = make_closure(state=S.DECIDING, workers=2)

        page = _main(_get(client, committee, "closure-step", case.public_id, "decide"))

        assert re.search(r"涉及的党员 2 名 其余未退出的覆盖单位 1 家 清平所反馈 无不同意见", page)

    def test_members_out_of_reach_are_counted_apart(self, client, committee, district):
        case = make_closure(state=S.DECIDING, with_branch=False)
        Closure.objects.update(organisation=None)
        make_worker(make_organisation(district.liuquan), case.business)

        page = _main(_get(client, committee, "closure-step", case.public_id, "decide"))

        assert "涉及的党员 1 名，另有 1 名不在您的管理范围内" in page
        assert "其余未退出的覆盖单位" not in page

    def test_without_a_branch_only_re_homing_is_offered(self, client, committee):
        case = make_closure(state=S.DECIDING, with_branch=False)

        text = _text(_get(client, committee, "closure-step", case.public_id, "decide"))

        assert text.count('name="option"') == 1

    def test_searching_decides_nothing_and_keeps_what_was_typed(self, client, committee, district):
        case = make_closure(state=S.DECIDING)
        target = make_organisation(district.liuquan, name="柳泉商会党支部")

        response = self._decide(
            client,
            committee,
            case,
            option="re_home",
            find="柳泉 商会",
            opinion="就近编入",
            search="yes",
        )

        text = _text(response)
        case.refresh_from_db()
        assert case.state == S.DECIDING
        assert f'value="{target.public_id}"' in text
        assert "就近编入" in text
        assert re.search(r'value="re_home"[^>]* checked', text)
        assert "请选择一项" not in text

    def test_a_search_without_result_says_so(self, client, committee):
        case = make_closure(state=S.DECIDING)
        response = self._decide(client, committee, case, find="没有这样的名称", search="yes")
        assert "没有找到，请换个词查找" in _text(response)

    def test_the_organisation_itself_is_not_found(self, client, committee):
        case = make_closure(state=S.DECIDING)
        response = self._decide(client, committee, case, find=case.organisation.name, search="yes")
        assert f'value="{case.organisation.public_id}"' not in _text(response)

    def test_the_decision_is_taken(self, client, committee, district):
        case = make_closure(state=S.DECIDING)
        target = make_organisation(district.qingping)

        self._decide(client, committee, case, option="merge", target_org=target.public_id)

        case.refresh_from_db()
        assert (case.state, case.option, case.target_org) == (S.CARRYING_OUT, "merge", target)

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({}, "请选择一项。"),
            ({"option": "re_home"}, "请查找并选择去向党组织。"),
            ({"option": "keep", "target_org": True}, "党组织保留的，不选去向党组织。"),
            ({"option": "merge", "target_org": False}, "须在您的管理范围内"),
        ],
    )
    def test_refusals_keep_the_form(self, client, committee, district, fields, sentence):
        case = make_closure(state=S.DECIDING)
        places = {True: district.qingping, False: district.liuquan}
        if "target_org" in fields:
            target = make_organisation(places[fields["target_org"]])
            fields = fields | {"target_org": target.public_id}

        response = self._decide(client, committee, case, **fields)

        case.refresh_from_db()
        assert sentence in _text(response)
        assert case.state == S.DECIDING

    def test_a_stale_page_decides_nothing(self, client, committee):
        case = make_closure(state=S.DECIDING)
        response = self._decide(client, committee, case, option="keep", version=case.version + 7)
        assert "刚才有人办理过" in _text(response)


class TestCarryOut:
    def _carry(self, client, user, case, what, **fields):
        return _post(client, user, "closure-carry-out", case.public_id, what, **fields)

    def _finish(self, client, user, case):
        case.refresh_from_db()
        return _post(client, user, "closure-step", case.public_id, "finish", version=case.version)

    def test_members_get_a_transfer_each(self, client, committee):
        case = make_closure(state=S.CARRYING_OUT, option=W.RE_HOME, workers=2)
        form = _get(client, committee, "closure-carry-out", case.public_id, "transfers")
        people = [member.public_id for member in case.organisation.members.all()]
        assert _text(form).count(" checked") == 2

        done = self._carry(client, committee, case, "transfers", members=people, channel="carried")

        assert case.transfers.count() == 2
        page = _main(done)
        assert "还有 2 件转接没有办结" in page
        assert "拟转出" in page
        assert [offer.slug for offer in done.context["carry_offers"]] == ["unlist"]
        again = _get(client, committee, "closure-carry-out", case.public_id, "transfers")
        assert "没有可选项" in _text(again)
        refused = self._finish(client, committee, case)
        assert "去留意见还没有落实，不能办结" in _text(refused)

    def test_who_left_the_township_is_shown_by_the_transfer(self, client, committee, district):
        case = make_closure(state=S.CARRYING_OUT, option=W.RE_HOME, workers=1)
        there = make_organisation(district.liuquan, name="柳泉商会党支部")
        Closure.objects.update(target_org=there)
        member = case.organisation.members.get()
        self._carry(
            client, committee, case, "transfers", members=[member.public_id], channel="carried"
        )
        transfer = case.transfers.get()
        Transfer.objects.update(
            state="accepted", closed_at=NOW, owner_role="", owner_body=None, due_on=None
        )
        member.formal_org = there
        member.save()

        page = _main(_get(client, committee, "closure-detail", case.public_id))

        assert "已转到您管理范围以外的" in page
        assert transfer.number in page
        assert "还差" not in page

    @pytest.mark.parametrize(
        "fields", [{}, {"channel": "carried"}, {"channel": "", "members": ["x"]}]
    )
    def test_an_incomplete_form_proposes_nothing(self, client, committee, fields):
        case = make_closure(state=S.CARRYING_OUT, option=W.RE_HOME, workers=1)
        self._carry(client, committee, case, "transfers", **fields)
        assert not case.transfers.exists()

    @pytest.mark.parametrize("option", [W.MERGE, W.REVOKE])
    def test_what_ends_the_organisation_is_led_to_its_own_case(self, client, committee, option):
        case = make_closure(state=S.CARRYING_OUT, option=option, workers=1)
        handed = Closure.objects.get().adjustment

        page = _get(client, committee, "closure-detail", case.public_id)

        assert reverse("adjustment-detail", args=[handed.public_id]) in _text(page)
        assert "由组织调整事项办理" in _main(page)

    def test_once_that_is_done_the_case_is_finished(self, client, committee):
        case = make_closure(state=S.CARRYING_OUT, option=W.REVOKE)
        carry_out_handed_over(case)
        self._finish(client, committee, case)
        case.refresh_from_db()
        assert case.state == S.DONE

    def test_the_unit_leaves_the_list(self, client, committee):
        case = make_closure(state=S.CARRYING_OUT)
        self._carry(client, committee, case, "unlist", day=TODAY.isoformat())
        self._finish(client, committee, case)
        case.refresh_from_db()
        assert case.state == S.DONE

    @pytest.mark.parametrize("day", ["2026-11-24", "2018-06-30", "", "昨天"])
    def test_the_day_is_a_day_of_the_branch(self, client, committee, day):
        case = make_closure(state=S.CARRYING_OUT)
        self._carry(client, committee, case, "unlist", day=day)
        assert case.organisation.coverages.filter(business=case.business, valid_to=None).exists()

    @pytest.mark.parametrize("what", ["transfers"])
    def test_what_was_not_decided_is_not_offered(self, client, committee, what):
        case = make_closure(state=S.CARRYING_OUT)
        for method in (_get, _post):
            response = method(client, committee, "closure-carry-out", case.public_id, what)
            assert response.status_code == 409

    def test_revoking_without_a_new_home_offers_no_transfers(self, client, committee):
        case = make_closure(state=S.CARRYING_OUT, option=W.REVOKE, workers=1)
        response = _get(client, committee, "closure-carry-out", case.public_id, "transfers")
        assert response.status_code == 409

    def test_an_unknown_thing_is_404_and_a_stranger_403(self, client, committee, station):
        case = make_closure(state=S.CARRYING_OUT)
        page = "closure-carry-out"
        for what in ("burn", "merge", "dissolve"):
            assert _get(client, committee, page, case.public_id, what).status_code == 404
        assert _get(client, station, page, case.public_id, "unlist").status_code == 403


class TestLinks:
    def test_the_business_page_leads_to_the_case(self, client, committee, station):
        case = make_closure()
        for user in (committee, station):
            text = _text(_get(client, user, "business-detail", case.business.public_id))
            assert reverse("closure-detail", args=[case.public_id]) in text

    def test_a_business_that_goes_on_has_no_such_note(self, client, committee, district):
        shop = make_shop(district)
        assert "已退出" not in _text(_get(client, committee, "business-detail", shop.public_id))

    def test_worklist_and_first_page_lead_to_the_case(self, client, committee):
        case = make_closure()
        make_business()
        link = reverse("closure-detail", args=[case.public_id])

        assert link in _text(_get(client, committee, "worklist", "closures"))
        assert link in _text(_get(client, committee, "home"))

    def test_the_worklist_costs_the_same_for_one_row_and_for_three(
        self, client, committee, django_assert_max_num_queries
    ):
        client.force_login(committee)

        def cost():
            with django_assert_max_num_queries(30) as queries:
                client.get(reverse("worklist", args=["closures"]))
            return len(queries)

        make_closure()
        first = cost()
        make_closure()
        make_closure()

        assert cost() == first
        assert StatusEvent.objects.filter(kind="closed").count() == 3

    @pytest.mark.parametrize(
        ("role", "seat", "shown"),
        [
            (Role.TOWNSHIP_COMMITTEE, "qingping", True),
            (Role.STATION_HEAD, "qingping_office", True),
            (Role.BUREAU, "bureau", True),
            (Role.ASSOCIATION, "association", False),
            (Role.SYSTEM_ADMIN, "administration", False),
        ],
    )
    def test_the_menu_shows_the_room_to_those_who_can_be_party(
        self, client, district, role, seat, shown
    ):
        user = make_user(role, getattr(district, seat))
        assert (reverse("closure-list") in _text(_get(client, user, "home"))) is shown
