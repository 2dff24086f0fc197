"""Pages of adjustments: lists, candidates, blockers first, the three ways, deeds, who sees what."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories import TODAY, make_coverage, make_member, make_organisation, make_user
from tests.factories.adjustments import hand_in, make_adjustment, make_branch, moment, plan_for
from tests.factories.closures import make_closure, make_shop, the_district
from tests.factories.transfers import make_transfer
from xgz.access import clock
from xgz.models import Adjustment, Organisation, Sighting, Transfer
from xgz.rules.adjustments import AdjustmentState, Origin, PlanItem, Seals, Sort
from xgz.rules.closures import ClosureOption, ClosureState
from xgz.rules.id_numbers import check_digit
from xgz.rules.organisations import OrgState
from xgz.rules.roles import Role
from xgz.rules.transfers import TransferState

pytestmark = pytest.mark.django_db
S = AdjustmentState
NAME = "施远帆"
_HEAD = "36099919680404011"


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: moment()):
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
def department(district):
    return make_user(Role.ORG_DEPT, district.org_dept)


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


def _step(client, user, case, action, **fields):
    case.refresh_from_db()
    page = (case.public_id, action)
    return _post(client, user, "adjustment-step", *page, version=case.version, **fields)


def _carry(client, user, case, what, **fields):
    return _post(client, user, "adjustment-carry-out", case.public_id, what, **fields)


class TestList:
    def test_the_three_tabs(self, client, committee):
        waiting = make_adjustment()
        filing = make_adjustment(state=S.FILING)
        make_adjustment(state=S.DROPPED)

        response = _get(client, committee, "adjustment-list")
        opened = _get(client, committee, "adjustment-list", list="open")
        closed = _get(client, committee, "adjustment-list", list="closed")

        assert {tab.label: tab.count for tab in response.context["tabs"]}["在办"] == 2
        assert waiting in {line.case for line in response.context["lines"]}
        assert {line.case for line in opened.context["lines"]} == {waiting, filing}
        assert [line.case.state for line in closed.context["lines"]] == [S.DROPPED]

    def test_it_is_found_by_name_number_and_state(self, client, department):
        case = make_adjustment(name="新街联合党支部")
        make_adjustment(state=S.DECIDING)

        for query in ({"q": "新街"}, {"q": case.number}, {"state": "suggested"}):
            found = _get(client, department, "adjustment-list", list="open", **query)
            assert [line.case for line in found.context["lines"]] == [case]

    def test_an_empty_list_says_so(self, client, committee):
        assert "现在没有这类事项" in _main(_get(client, committee, "adjustment-list"))

    @pytest.mark.parametrize(
        "sort", ["organisation", "-township", "sort", "state", "-owner", "due"]
    )
    def test_it_is_sorted_by_every_heading(self, client, committee, sort):
        make_adjustment()
        assert _get(client, committee, "adjustment-list", sort=sort).status_code == 200

    def test_it_costs_the_same_for_one_row_and_for_three(
        self, client, committee, django_assert_max_num_queries
    ):
        make_adjustment()
        client.force_login(committee)

        def cost():
            with django_assert_max_num_queries(30) as queries:
                client.get(reverse("adjustment-list"))
            return len(queries)

        first = cost()
        for _ in range(2):
            make_adjustment()
        assert cost() == first


class TestOpening:
    def test_one_click_from_the_candidates(self, client, committee):
        branch = make_branch(last_life_on=None)
        page = _get(client, committee, "adjustment-candidates")
        link = f"{reverse('adjustment-new')}?organisation={branch.public_id}"
        assert link in _text(page).replace("&amp;", "&")
        assert "没有组织生活记录" in _main(page)

        client.force_login(committee)
        form = client.get(f"{link}&from=list")
        assert branch.name in _main(form)
        done = client.post(
            f"{link}&from=list", {"organisation": branch.public_id, "opinion": ""}, follow=True
        )

        case = Adjustment.objects.get()
        assert (case.state, case.origin) == (S.PROPOSED, Origin.LISTED)
        assert "已提出组织调整" in _text(done)
        assert case.number in _text(_get(client, committee, "adjustment-candidates"))

    def test_the_station_suggests(self, client, station):
        branch = make_branch()
        done = _post(client, station, "adjustment-new", organisation=branch.public_id)

        assert Adjustment.objects.get().state == S.SUGGESTED
        assert "已提出建议" in _text(done)

    def test_a_second_one_is_refused_in_words(self, client, committee):
        case = make_adjustment()
        page = _post(client, committee, "adjustment-new", organisation=case.organisation.public_id)

        assert "已有一件没有办结的组织调整" in _text(page)
        assert Adjustment.objects.count() == 1

    def test_it_is_searched_within_the_own_reach(self, client, committee, district):
        make_branch(name="清平新街党支部")
        make_organisation(district.liuquan, name="柳泉新街党支部")

        page = _text(_post(client, committee, "adjustment-new", find="新街", search="yes"))

        assert "清平新街党支部" in page
        assert "柳泉新街党支部" not in page
        assert not Adjustment.objects.exists()

    def test_an_organisation_out_of_reach_is_not_there(self, client, committee, district):
        there = make_organisation(district.liuquan)
        page = _get(client, committee, "adjustment-new", organisation=there.public_id)
        assert page.status_code == 404

    def test_the_organisations_page_leads_there_and_back(self, client, committee, district):
        branch = make_branch()
        new = f"{reverse('adjustment-new')}?organisation={branch.public_id}"
        assert new in _text(_get(client, committee, "organisation-detail", branch.public_id))
        social = make_user(Role.SOCIAL_WORK_DEPT, district.social_work)
        assert new not in _text(_get(client, social, "organisation-detail", branch.public_id))

        case = make_adjustment(organisation=branch)
        page = _text(_get(client, committee, "organisation-detail", branch.public_id))
        assert reverse("adjustment-detail", args=[case.public_id]) in page
        assert new not in page

    @pytest.mark.parametrize("which", ["no-life", "below-three", "terms", "closed-business"])
    def test_the_worklists_offer_it(self, client, committee, district, which):
        branch = make_branch(last_life_on=None, term_ends_on=TODAY - timedelta(days=1))
        make_coverage(branch, business=make_shop(district, status="cancelled"))
        link = f"{reverse('adjustment-new')}?organisation={branch.public_id}"

        assert link in _text(_get(client, committee, "worklist", which))
        social = make_user(Role.SOCIAL_WORK_DEPT, district.social_work)
        assert link not in _text(_get(client, social, "worklist", which))


class TestDetail:
    @pytest.mark.parametrize("state", [S.SUGGESTED, S.PROPOSED, S.DECIDING])
    def test_the_three_ways_stand_side_by_side_before_the_decision(self, client, committee, state):
        case = make_adjustment(state=state, members=2, last_life_on=None)

        page = _get(client, committee, "adjustment-detail", case.public_id)

        assert [way.label for way in page.context["ways"]] == [
            "保留并恢复",
            "并入其他党组织",
            "撤销",
        ]
        assert "正式党员只有 2 名" in _main(page)
        assert "没有组织生活记录" in _main(page)

    def test_who_decides_has_a_button_under_each_way(self, client, committee, station):
        case = make_adjustment(state=S.DECIDING)

        def actions(user):
            page = _get(client, user, "adjustment-detail", case.public_id)
            return [way.action for way in page.context["ways"]]

        assert actions(committee) == ["decide_revive", "decide_merge", "decide_revoke"]
        assert actions(station) == ["", "", ""]

    @pytest.mark.parametrize("state", [S.CARRYING_OUT, S.FILING, S.DONE, S.DROPPED, S.RETRACTED])
    def test_after_it_they_do_not(self, client, department, state):
        case = make_adjustment(state=state)
        page = _get(client, department, "adjustment-detail", case.public_id)
        assert page.context["ways"] == []

    def test_what_bars_it_comes_first(self, client, committee):
        case = make_adjustment(state=S.CARRYING_OUT, members=2)

        response = _get(client, committee, "adjustment-detail", case.public_id)
        page = _main(response)

        assert "还差 3 项" in page
        assert page.index("还有 2 名党员的组织关系在本组织") < page.index("现在的情况")
        assert re.search(r'disabled aria-describedby="barred">撤销党组织<', _text(response))

    @pytest.mark.parametrize(
        ("sort", "offers"),
        [
            (Sort.REVOKE, ["transfers", "hand-in", "dissolve"]),
            (Sort.MERGE, ["merge"]),
            (Sort.REVIVE, []),
        ],
    )
    def test_the_deeds_are_those_of_the_decision(self, client, committee, station, sort, offers):
        case = make_adjustment(state=S.CARRYING_OUT, sort=sort)
        member = make_member(case.organisation)

        def slugs(user):
            page = _get(client, user, "adjustment-detail", case.public_id)
            return [offer.slug for offer in page.context["carry_offers"]]

        assert slugs(committee) == offers
        assert slugs(station) == []
        member.delete()
        assert slugs(committee) == [each for each in offers if each != "transfers"]

    def test_a_plan_is_read_and_not_ticked(self, client, committee):
        case = make_adjustment(state=S.CARRYING_OUT, sort=Sort.REVIVE)
        plan_for(case, TODAY - timedelta(days=1))
        for _ in range(3):
            make_member(case.organisation)

        page = _main(_get(client, committee, "adjustment-detail", case.public_id))

        assert page.count("已过期限，没有做到") == 3
        assert page.count("已做到") == 1
        assert "恢复计划还有 3 项没有做到" in page

    def test_the_closures_that_led_to_it_are_linked_for_who_sees_them(
        self, client, committee, station
    ):
        closure = make_closure(state=ClosureState.CARRYING_OUT, option=ClosureOption.REVOKE)
        case = Adjustment.objects.get()
        link = reverse("closure-detail", args=[closure.public_id])

        assert link in _text(_get(client, committee, "adjustment-detail", case.public_id))
        assert link in _text(_get(client, station, "adjustment-detail", case.public_id))
        assert "撤销党组织" in _main(_get(client, committee, "adjustment-detail", case.public_id))

    def test_transfers_that_bar_it_are_linked_and_the_guide_learns_of_none(
        self, client, committee, station
    ):
        case = make_adjustment(state=S.CARRYING_OUT, sort=Sort.MERGE)
        coming = make_transfer(to_org=case.organisation)
        link = reverse("transfer-detail", args=[coming.public_id])

        page = _get(client, committee, "adjustment-detail", case.public_id)
        refused = _carry(client, committee, case, "merge", day=TODAY.isoformat(), confirmed="yes")

        assert link in _text(page)
        assert "还有 1 件转入本组织" in _main(page)
        assert "还有 1 件转入本组织" in _main(refused)
        assert link not in _text(_get(client, station, "adjustment-detail", case.public_id))

    @pytest.mark.parametrize("sort", [Sort.REVIVE, Sort.MERGE, Sort.REVOKE])
    @pytest.mark.parametrize("state", [S.DECIDING, S.CARRYING_OUT])
    def test_it_is_within_thirty_queries_for_any_number_of_people(
        self, client, committee, django_assert_max_num_queries, state, sort
    ):
        case = make_adjustment(state=state, sort=sort, members=1)
        client.force_login(committee)
        address = reverse("adjustment-detail", args=[case.public_id])
        with django_assert_max_num_queries(30) as queries:
            client.get(address)
        for _ in range(3):
            make_member(case.organisation)
        with django_assert_max_num_queries(len(queries) + 1):
            client.get(address)


class TestAfterTheEnd:
    def test_a_revocation_tells_who_went_where_and_when(self, client, committee, station):
        case = make_adjustment(state=S.CARRYING_OUT)
        homes = [make_branch(name="商会党支部"), make_branch(name="市场党支部")]
        for number, home in enumerate([homes[0], homes[0], homes[1]]):
            head = f"360999196804050{number:02}"
            make_transfer(
                state=TransferState.ACCEPTED,
                from_org=case.organisation,
                to_org=home,
                member=make_member(case.organisation, id_number=head + check_digit(head)),
            )
        hand_in(case)
        _carry(client, committee, case, "dissolve", day=TODAY.isoformat(), confirmed="yes")

        page = _main(_get(client, committee, "adjustment-detail", case.public_id))

        assert f"撤销 {TODAY} 转出党员 3 名：商会党支部 2 名（{TODAY}）；市场党支部 1 名" in page
        for nought in ("正式 0 名", "0 家在经营", "现在的情况", "空缺"):
            assert nought not in page
        seen = _main(_get(client, station, "adjustment-detail", case.public_id))
        assert "商会党支部" not in seen
        assert "转出党员 3 名" in seen

    def test_a_merger_tells_where_to_and_how_many(self, client, committee, station):
        case = make_adjustment(state=S.CARRYING_OUT, sort=Sort.MERGE, members=2)
        into = case.target_org.name
        _carry(client, committee, case, "merge", day=TODAY.isoformat(), confirmed="yes")

        page = _main(_get(client, committee, "adjustment-detail", case.public_id))

        assert f"合并 {TODAY} 并入“{into}”" in page
        assert "划入人员 2 名随合并划入" in page
        assert into not in _main(_get(client, station, "adjustment-detail", case.public_id))

    @pytest.mark.parametrize(("state", "sort"), [(S.DONE, Sort.REVIVE), (S.DROPPED, Sort.REVOKE)])
    def test_what_ended_later_is_not_told_as_the_result_of_an_earlier_case(
        self, client, committee, state, sort
    ):
        case = make_adjustment(state=state, sort=sort)
        Organisation.objects.filter(pk=case.organisation_id).update(
            state=OrgState.DISSOLVED, dissolved_on=TODAY
        )

        page = _main(_get(client, committee, "adjustment-detail", case.public_id))

        assert "办理结果" not in page
        assert f"现在的情况 截至 {TODAY} 撤销 {TODAY}" in page

    def test_while_it_stands_the_figures_are_todays(self, client, committee):
        case = make_adjustment(state=S.CARRYING_OUT)

        page = _main(_get(client, committee, "adjustment-detail", case.public_id))

        assert "办理结果" not in page
        assert "正式 0 名" in page


class TestMarketLine:
    @pytest.mark.parametrize("state", list(S))
    def test_it_sees_counts_and_nobody(self, client, station, state):
        case = make_adjustment(state=state, members=2)
        make_member(case.organisation, name=NAME)

        response = _get(client, station, "adjustment-detail", case.public_id)

        page = _main(response)
        has_ended = case.organisation.state == OrgState.DISSOLVED
        assert ("正式 3 名" in page) is not has_ended
        assert ("办理结果" in page) is has_ended
        assert "接纳" not in page
        for hidden in (NAME, f"{NAME[0]}*", "还在册的人员", "转接"):
            assert hidden not in page
        assert response.context["blockers"] == []
        assert response.context["people"] == []

    def test_it_does_not_read_where_to_nor_what_the_committee_wrote(self, client, station):
        case = make_adjustment(state=S.CARRYING_OUT, sort=Sort.MERGE)

        page = _main(_get(client, station, "adjustment-detail", case.public_id))

        assert case.target_org.name not in page
        assert "按程序办理" not in page

    def test_of_an_organisation_it_does_not_guide_it_knows_nothing(self, client, station, district):
        case = make_adjustment(opener=Role.TOWNSHIP_COMMITTEE, guiding_body=None)
        bureau = make_user(Role.BUREAU, district.bureau)

        for user in (station, bureau):
            assert _get(client, user, "adjustment-detail", case.public_id).status_code == 404
            assert _get(client, user, "adjustment-list", list="open").context["lines"] == []


class TestDeciding:
    def test_a_suggestion_goes_its_way_to_the_end(self, client, committee, department):
        case = make_adjustment()
        _step(client, committee, case, "take_up")
        _step(client, committee, case, "submit", sort="revoke", opinion="没有党员了")
        decide = _get(client, committee, "adjustment-step", case.public_id, "decide_revoke")
        assert "没有在册党员" in _main(decide)
        _step(client, committee, case, "decide_revoke", met_on=TODAY.isoformat())
        _carry(client, committee, case, "hand-in", seals="none", papers_place="镇党委档案室")
        day = {"day": TODAY.isoformat()}
        asked = _carry(client, committee, case, "dissolve", **day)
        assert "撤销，不能恢复" in _main(asked)
        assert Organisation.objects.get(pk=case.organisation_id).state == OrgState.ACTIVE
        _carry(client, committee, case, "dissolve", **day, confirmed="yes")
        _step(client, department, case, "file")

        case.refresh_from_db()
        assert case.state == S.DONE
        assert Organisation.objects.get(pk=case.organisation_id).state == OrgState.DISSOLVED

    def test_a_merger_offers_those_near_with_their_room(self, client, committee):
        case = make_adjustment(state=S.DECIDING, members=2)
        target = make_branch(name="清平商会党支部", org_type="branch")

        page = _get(client, committee, "adjustment-step", case.public_id, "decide_merge")
        assert "清平商会党支部（单位 0 个，还可接纳党员 50 名）" in _text(page)
        _step(
            client,
            committee,
            case,
            "decide_merge",
            met_on=TODAY.isoformat(),
            target_org=target.public_id,
        )
        asked = _carry(client, committee, case, "merge", day=TODAY.isoformat())
        assert "在册人员 2 名" in _main(asked)
        _carry(client, committee, case, "merge", day=TODAY.isoformat(), confirmed="yes")

        case.refresh_from_db()
        assert (case.state, target.members.count()) == (S.FILING, 2)

    def test_searching_decides_nothing(self, client, committee):
        case = make_adjustment(state=S.DECIDING)
        make_branch(name="清平商会党支部")
        make_branch(name="清平新街党支部")

        page = _step(client, committee, case, "decide_merge", find="商会", search="yes")

        assert "清平商会党支部" in _text(page)
        assert "清平新街党支部" not in _text(page)
        case.refresh_from_db()
        assert case.state == S.DECIDING

    def test_a_revival_asks_for_every_date(self, client, committee):
        case = make_adjustment(state=S.DECIDING)
        days = {item.value: (TODAY + timedelta(days=30)).isoformat() for item in PlanItem}
        met = {"met_on": TODAY.isoformat()}

        _step(client, committee, case, "decide_revive", **met)
        late = days | {"members": (TODAY + timedelta(days=181)).isoformat()}
        refused = _step(client, committee, case, "decide_revive", **met, **late)
        assert "恢复计划的期限不能早于今天，最晚 2027-05-22" in _text(refused)
        assert not case.lines.exists()
        _step(client, committee, case, "decide_revive", **met, **days)

        case.refresh_from_db()
        assert (case.way, case.lines.count()) == (Sort.REVIVE, 4)

    def test_a_meeting_to_come_is_refused_in_words(self, client, committee):
        case = make_adjustment(state=S.DECIDING)
        later = (TODAY + timedelta(days=1)).isoformat()

        page = _step(client, committee, case, "decide_revoke", met_on=later)

        assert "会议日期不能晚于今天" in _text(page)

    def test_what_is_not_carried_out_is_not_filed(self, client, committee):
        case = make_adjustment(state=S.CARRYING_OUT)
        page = _step(client, committee, case, "finish")
        assert "研究意见还没有落实，不能报备" in _text(page)


class TestCarrying:
    def test_members_get_a_transfer_each_to_one_place(self, client, committee):
        case = make_adjustment(state=S.CARRYING_OUT)
        member = make_member(case.organisation, id_number=_HEAD + check_digit(_HEAD), name=NAME)
        home = make_branch(name="清平商会党支部")
        found = _carry(
            client,
            committee,
            case,
            "transfers",
            find="商会",
            search="yes",
            members=[member.public_id],
        )
        assert "清平商会党支部" in _text(found)
        assert _text(found).count(" checked") == 1

        done = _carry(
            client,
            committee,
            case,
            "transfers",
            to_org=home.public_id,
            members=[member.public_id],
            channel="carried",
        )

        transfer = Transfer.objects.get()
        assert transfer.number in _main(done)
        again = _get(client, committee, "adjustment-carry-out", case.public_id, "transfers")
        assert again.status_code == 409
        assert again.request["PATH_INFO"] not in _text(done)

        assert "一并接收本党委内的转接" in _main(done)
        form = _get(client, committee, "adjustment-carry-out", case.public_id, "take-in")
        assert f"{transfer.number} {NAME}" in _main(form)
        taken = _carry(client, committee, case, "take-in", transfers=[transfer.public_id])

        transfer.refresh_from_db()
        member.refresh_from_db()
        assert (transfer.state, member.formal_org) == (TransferState.ACCEPTED, home)
        assert "没有在册人员" in _main(taken)
        assert reverse("adjustment-carry-out", args=[case.public_id, "take-in"]) not in _text(taken)
        old = _carry(client, committee, case, "take-in", transfers=[transfer.public_id])
        assert old.status_code == 409
        assert "没有还要一并办理的转接：介绍信都已开具并接收" in _main(old)
        assert "现在的状态是" not in _main(old)
        late = _carry(client, committee, case, "merge")
        assert late.status_code == 409
        assert "现在的状态是" in _main(late)

    def test_what_leaves_the_committees_reach_is_not_offered_to_be_taken_in(
        self, client, committee, district
    ):
        case = make_adjustment(state=S.CARRYING_OUT)
        make_transfer(from_org=case.organisation, to_org=make_organisation(district.liuquan))

        page = _get(client, committee, "adjustment-detail", case.public_id)
        form = _get(client, committee, "adjustment-carry-out", case.public_id, "take-in")

        assert "一并接收" not in _main(page)
        assert form.status_code == 409

    def test_who_is_not_shown_among_those_taken_in_is_not_counted_as_seen(self, client, committee):
        case = make_adjustment(state=S.CARRYING_OUT)
        head = "36099919680405021"
        member = make_member(case.organisation, id_number=head + check_digit(head))
        make_member(case.organisation)
        make_transfer(from_org=case.organisation, to_org=make_branch(), member=member)

        _get(client, committee, "adjustment-carry-out", case.public_id, "take-in")

        assert {look.member for look in Sighting.objects.all()} == {member}

    def test_one_that_lacks_a_number_is_named_and_not_offered(self, client, committee):
        case = make_adjustment(state=S.CARRYING_OUT)
        member = make_member(case.organisation)
        _carry(
            client,
            committee,
            case,
            "transfers",
            to_org=make_branch().public_id,
            members=[member.public_id],
            channel="carried",
        )

        form = _get(client, committee, "adjustment-carry-out", case.public_id, "take-in")

        assert form.context["form"].fields["transfers"].choices == []
        assert f"信息不全、要先补齐的：{Transfer.objects.get().number}" in _main(form)

    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"seals": "none"},
            {"seals": "handed_in", "papers_place": "档案室"},
            {"seals": "handed_in", "papers_place": "档案室", "seals_on": "2026-11-24"},
        ],
    )
    def test_an_incomplete_handing_in_is_refused(self, client, committee, fields):
        case = make_adjustment(state=S.CARRYING_OUT)
        _carry(client, committee, case, "hand-in", **fields)
        assert Adjustment.objects.get().seals == Seals.UNKNOWN

    def test_the_committee_is_offered_as_who_has_the_seals(self, client, committee, district):
        case = make_adjustment(state=S.CARRYING_OUT)
        page = _get(client, committee, "adjustment-carry-out", case.public_id, "hand-in")
        assert f'<option value="{district.qingping.public_id}" selected>' in _text(page)

    @pytest.mark.parametrize("alive", [0, 1])
    def test_units_that_go_on_are_told_before_dissolving(self, client, committee, district, alive):
        case = make_adjustment(state=S.CARRYING_OUT)
        hand_in(case)
        for _ in range(alive):
            make_coverage(case.organisation, business=make_shop(district))

        page = _carry(client, committee, case, "dissolve", day=TODAY.isoformat())

        assert ("将没有本组织覆盖" in _text(page)) is bool(alive)
        assert "撤销，不能恢复" in _text(page)

    def test_seals_are_shown_with_day_and_body(self, client, committee, district):
        case = make_adjustment(state=S.CARRYING_OUT)
        done = _carry(
            client,
            committee,
            case,
            "hand-in",
            seals="handed_in",
            seals_on=TODAY.isoformat(),
            seals_to=district.qingping.public_id,
            papers_place="镇党委档案室",
        )
        assert "已收缴 2026-11-23 清平镇党委" in re.sub("　", " ", _main(done))

    def test_dissolving_with_members_is_refused_in_words(self, client, committee):
        case = make_adjustment(state=S.CARRYING_OUT, members=1)
        hand_in(case)
        day = TODAY.isoformat()

        page = _carry(client, committee, case, "dissolve", day=day, confirmed="yes")

        assert "还有 1 名党员的组织关系在本组织" in _text(page)

    @pytest.mark.parametrize("day", ["2026-11-24", "2018-06-30", "", "昨天"])
    def test_the_day_is_a_day_of_the_branch(self, client, committee, day):
        case = make_adjustment(state=S.CARRYING_OUT)
        hand_in(case)
        _carry(client, committee, case, "dissolve", day=day, confirmed="yes")
        assert Organisation.objects.get(pk=case.organisation_id).state == OrgState.ACTIVE

    def test_what_was_not_decided_is_409_unknown_404_a_stranger_403(
        self, client, committee, station
    ):
        case = make_adjustment(state=S.CARRYING_OUT)
        page = "adjustment-carry-out"
        assert _get(client, committee, page, case.public_id, "merge").status_code == 409
        assert _get(client, committee, page, case.public_id, "burn").status_code == 404
        assert _get(client, station, page, case.public_id, "dissolve").status_code == 403
