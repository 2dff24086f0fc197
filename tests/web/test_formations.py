"""Pages of formations: lists, blockers first, the file, the steps within three clicks, who sees what."""

import re
from datetime import date

import pytest
from django.urls import reverse

from tests.factories import (
    TODAY,
    make_coverage,
    make_member,
    make_organisation,
    make_report,
    make_user,
)
from tests.factories.closures import (
    answer_reviews,
    close_business,
    make_joint_branch,
    make_shop,
    make_worker,
    open_cases,
    the_district,
)
from tests.factories.formations import join, make_formation, moment, shops_of, take_as_somebody
from xgz.access import clock
from xgz.models import AnnualReport, Formation, FormationTalk
from xgz.rules.formation_procedures import PRESETS, Preset
from xgz.rules.formations import Consent, FormationAction, FormationState, Origin
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
S = FormationState


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
def bureau(district):
    return make_user(Role.BUREAU, district.bureau)


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


def _main(response):
    """Return the page without frame and menu, its markup and spaces taken out."""
    found = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group()))


def _links(response):
    return re.findall(r'href="([^"]+)"', response.content.decode())


class TestList:
    def test_the_three_tabs(self, client, committee):
        waiting = make_formation(procedure=None)
        passed = make_formation(procedure=None, state=S.STEP_1)
        make_formation(procedure=None, state=S.WITHDRAWN)

        response = _get(client, committee, "formation-list")
        closed = _get(client, committee, "formation-list", list="closed")

        assert [(tab.label, tab.count) for tab in response.context["tabs"]] == [
            ("待办", 2),
            ("在办", 2),
            ("已办结", 1),
        ]
        assert {line.case for line in response.context["lines"]} == {waiting, passed}
        assert [line.case.state for line in closed.context["lines"]] == [S.WITHDRAWN]
        assert "待批准" in _main(response)

    def test_it_is_found_by_name_number_and_unit(self, client, department):
        case = make_formation(procedure=None, name="新街联合党支部")
        make_formation(procedure=None)
        unit = shops_of(case)[0]

        for word in ("新街", case.number, unit.name):
            found = _get(client, department, "formation-list", list="open", q=word)
            assert [line.case for line in found.context["lines"]] == [case]

    def test_only_who_opens_any_is_offered_to(self, client, committee, district):
        new = reverse("formation-new")

        assert new in _links(_get(client, committee, "formation-list"))
        helper = make_user(Role.SOCIAL_WORK_DEPT, district.social_work)
        assert new not in _links(_get(client, helper, "formation-list"))


class TestDetail:
    def test_what_is_missing_stands_first_and_bars_the_sending(self, client, bureau):
        case = make_formation(procedure=None, complete=False)
        answer_reviews(case)

        response = _get(client, bureau, "formation-detail", case.public_id)

        text = _main(response)
        assert "还差 4 项，落实后才能上报" in text
        assert text.index("没有书记人选") < text.index("列入单位 ")
        assert [offer.is_barred for offer in response.context["offers"]] == [True, False]
        assert [rule for _words, rule, _offer in response.context["blockers"]] == [
            "FM-2",
            "FM-6",
            "FM-12",
            "FM-7",
        ]

    def test_what_is_missing_is_settled_by_a_link_of_those_who_may(self, client, bureau, committee):
        case = make_formation(procedure=None, complete=False)

        def cures(user):
            page = _get(client, user, "formation-detail", case.public_id)
            return {
                rule: offer.slug if offer else None
                for _words, rule, offer in page.context["blockers"]
            }

        assert cures(bureau) == {"FM-2": None, "FM-6": "talk", "FM-7": "room", "FM-12": None}
        assert cures(committee) == {
            "FM-2": "members",
            "FM-6": "talk",
            "FM-7": "room",
            "FM-12": "secretary",
        }

    def test_what_is_counted_says_of_what(self, client, bureau):
        case = make_formation(procedure=None, complete=False)

        text = _main(_get(client, bureau, "formation-detail", case.public_id))

        assert "组织关系已在本地的正式党员不足三名（还差 3 名）" in text
        assert "还没有与负责人谈话的单位（2 个）" in text

    def test_the_link_of_a_row_chooses_that_row(self, client, bureau):
        case = make_formation(procedure=None, complete=False)
        second = case.units.order_by("pk")[1]
        page = _get(client, bureau, "formation-detail", case.public_id)
        address = reverse("formation-file", args=[case.public_id, "talk"])
        assert f"{address}?unit={second.public_id}" in _links(page)

        form = client.get(f"{address}?unit={second.public_id}").context["form"]
        assert form["unit"].value() == second.public_id
        other = _get(client, bureau, "formation-file", case.public_id, "talk", unit="x")
        assert other.status_code == 200

    @pytest.mark.parametrize(
        ("state", "plain"), [(S.APPROVED, False), (S.REFUSED, True), (S.WITHDRAWN, True)]
    )
    def test_only_an_approval_ends_in_green(self, client, bureau, state, plain):
        case = make_formation(procedure=None, state=state)

        page = _get(client, bureau, "formation-detail", case.public_id)

        assert ("x-note-ok" in page.content.decode()) is not plain

    def test_nothing_missing_bars_nothing(self, client, bureau):
        case = make_formation(procedure=None)
        answer_reviews(case)

        response = _get(client, bureau, "formation-detail", case.public_id)

        assert response.context["blockers"] == []
        assert [offer.is_barred for offer in response.context["offers"]] == [False, False]

    def test_names_show_to_the_organization_line_masked_to_who_proposed_not_to_others(
        self, client, committee, bureau, station
    ):
        case = make_formation(procedure=None, complete=False)
        member = make_member(make_organisation(the_district().qingping), name="施远帆")
        join(case, member)

        def page(user):
            return _main(_get(client, user, "formation-detail", case.public_id))

        assert "施远帆" in page(committee)
        assert "施*" in page(bureau)
        assert "施远帆" not in page(bureau)
        told = page(station)
        assert "施" not in told
        assert "拟编入党员" not in told
        assert "没有书记人选" not in told
        assert "还没有与负责人谈话的单位" in told

    def test_what_was_done_to_people_is_not_told_to_the_station(
        self, client, committee, station, bureau
    ):
        case = make_formation(procedure=None, complete=False)
        member = make_member(make_organisation(the_district().qingping))
        _post(
            client,
            committee,
            "formation-file",
            case.public_id,
            "members",
            find="方柏梁",
            members=[member.public_id],
        )
        assert case.members.count() == 1

        assert "列入拟编入党员" in _main(_get(client, bureau, "formation-detail", case.public_id))
        told = _main(_get(client, station, "formation-detail", case.public_id))
        assert "列入拟编入党员" not in told

    def test_age_and_standing_are_told_to_the_organization_line_alone(
        self, client, committee, bureau
    ):
        case = make_formation(procedure=None)

        assert "书记人选" in _main(_get(client, committee, "formation-detail", case.public_id))
        assert "转正满 16 年" in _main(_get(client, committee, "formation-detail", case.public_id))
        told = _main(_get(client, bureau, "formation-detail", case.public_id))
        assert "转正满" not in told
        assert "接续人选" not in told

    def test_passed_steps_and_the_bar_of_this_case(self, client, department):
        case = make_formation(procedure=None, state=S.STEP_1)
        text = _main(_get(client, department, "formation-detail", case.public_id))

        assert "待批准" in text
        assert "待备案" in text
        assert "第一环节" not in text

    def test_a_case_inside_is_not_there_for_the_bureau(self, client, bureau):
        case = make_formation(procedure=None, opener=Role.TOWNSHIP_COMMITTEE)

        assert _get(client, bureau, "formation-detail", case.public_id).status_code == 404


class TestSteps:
    def test_a_complete_case_is_approved_within_three_clicks_from_the_inbox(
        self, client, committee
    ):
        case = make_formation(procedure=None, state=S.STEP_1)
        detail = reverse("formation-detail", args=[case.public_id])
        step = reverse("formation-step", args=[case.public_id, "agree"])

        assert detail in _links(_get(client, committee, "inbox"))
        assert step in _links(client.get(detail))
        form = client.get(step)
        assert "拟编入 3 名，其中组织关系已在本地的正式党员 3 名" in _main(form)
        client.post(step, {"version": form.context["form"].initial["version"]})

        assert Formation.objects.get(pk=case.pk).state == S.STEP_2

    def test_giving_back_wants_words(self, client, committee):
        case = make_formation(procedure=None, state=S.STEP_1)
        version = {"version": case.version}

        _post(client, committee, "formation-step", case.public_id, "return", **version)
        assert Formation.objects.get(pk=case.pk).state == S.STEP_1
        given = version | {"opinion": "请补充谈话记录"}
        page = _post(client, committee, "formation-step", case.public_id, "return", **given)

        assert Formation.objects.get(pk=case.pk).state == S.PREPARING
        assert "请补充谈话记录" in _main(page)

    def test_papers_asked_for_go_straight_back_to_who_asked(
        self, client, department, committee, bureau
    ):
        case = make_formation(procedure=PRESETS[Preset.THREE_STEPS], state=S.STEP_2)
        given = {"version": case.version, "opinion": "请补充谈话记录"}
        _post(client, department, "formation-step", case.public_id, "mend", **given)

        page = _get(client, bureau, "formation-detail", case.public_id)
        text = _main(page)
        assert "补齐后直接送回“县委组织部”" in text
        assert "补充材料中" in text
        assert [offer.action for offer in page.context["offers"]] == ["straight_2", "withdraw"]
        form = _get(client, committee, "formation-file", case.public_id, "secretary")
        assert "已办环节的意见失效" in _main(form)
        talk = _get(client, bureau, "formation-file", case.public_id, "talk")
        assert "已办环节的意见失效" not in _main(talk)
        version = Formation.objects.get(pk=case.pk).version
        _post(client, bureau, "formation-step", case.public_id, "straight_2", version=version)

        assert Formation.objects.get(pk=case.pk).state == S.STEP_2

    def test_what_is_found_of_a_mended_file_bars_it(self, client, department, bureau):
        case = make_formation(procedure=PRESETS[Preset.THREE_STEPS], state=S.STEP_2)
        given = {"version": case.version, "opinion": "请补充谈话记录"}
        _post(client, department, "formation-step", case.public_id, "mend", **given)
        Formation.objects.filter(pk=case.pk).update(room="", room_place="")

        page = _get(client, bureau, "formation-detail", case.public_id)

        assert [offer.is_barred for offer in page.context["offers"]] == [True, False]

    def test_an_approved_one_is_mended_without_its_people(self, client, department, committee):
        case = make_formation(
            procedure=None, opener=Role.TOWNSHIP_COMMITTEE, complete=True, state=S.STEP_1
        )
        take_as_somebody(case, FormationAction.AGREE)
        case = Formation.objects.get(pk=case.pk)
        given = {"version": case.version, "opinion": "请补充谈话记录"}
        _post(client, department, "formation-step", case.public_id, "mend", **given)
        Formation.objects.filter(pk=case.pk).update(secretary=None)

        page = _get(client, committee, "formation-detail", case.public_id)

        assert list(page.context["may_fill"]) == ["talk", "room", "instructor"]
        assert page.context["blockers"] == []
        assert "没有书记人选" in _main(page)
        assert [offer.is_barred for offer in page.context["offers"]] == [False]
        row = case.members.first().public_id
        late = _post(client, committee, "formation-file", case.public_id, "secretary", member=row)
        assert "已经批准成立" in _main(late)

    def test_refusing_is_asked_twice(self, client, committee):
        case = make_formation(procedure=None, state=S.STEP_1)
        given = {"version": case.version, "opinion": "条件不具备"}

        _post(client, committee, "formation-step", case.public_id, "refuse", **given)
        assert Formation.objects.get(pk=case.pk).state == S.STEP_1
        given |= {"confirmed": "yes"}
        _post(client, committee, "formation-step", case.public_id, "refuse", **given)
        assert Formation.objects.get(pk=case.pk).state == S.REFUSED

    def test_sending_what_is_not_complete_says_what_is_missing(self, client, bureau):
        case = make_formation(procedure=None, complete=False)
        answer_reviews(case)

        page = _post(client, bureau, "formation-step", case.public_id, "send", version=0)

        assert "材料还没有备齐，不能上报：" in _main(page)
        assert Formation.objects.get(pk=case.pk).state == S.PREPARING


class TestOpening:
    def test_by_hand_from_numbers_and_names(self, client, bureau, district):
        first, second = make_shop(district, name="旧桥茶馆"), make_shop(district)

        page = _post(
            client,
            bureau,
            "formation-new",
            units=f"旧桥茶馆\n\n {second.credit_code.lower()} \n旧桥茶馆",
        )

        case = Formation.objects.get()
        assert page.redirect_chain[-1][0] == reverse("formation-detail", args=[case.public_id])
        assert set(shops_of(case)) == {first, second}
        assert case.origin == Origin.BY_HAND

    @pytest.mark.parametrize(
        ("units", "told"),
        [("没有这家", "没有找到"), ("同名店", "不止一户"), ("  ", "请填写这一项")],
    )
    def test_what_is_not_found_is_said(self, units, told, client, bureau, district):
        for _ in range(2):
            make_shop(district, name="同名店")

        page = _post(client, bureau, "formation-new", units=units)

        assert told in _main(page)
        assert not Formation.objects.exists()

    def test_a_unit_that_is_taken_is_said(self, client, bureau):
        (shop,) = shops_of(make_formation(procedure=None, units=1))

        page = _post(client, bureau, "formation-new", units=shop.credit_code)

        assert "已在另一件未办结或尚未设立的组建事项里" in _main(page)
        assert Formation.objects.count() == 1

    def test_from_the_list_of_those_that_should_form(self, client, bureau, district):
        shop = make_shop(district)
        make_report(shop, full_members=3)
        link = f"{reverse('formation-new')}?business={shop.public_id}"

        assert link in _links(_get(client, bureau, "worklist", "should-form"))
        assert shop.credit_code in client.get(link).content.decode()
        client.post(link, {"units": shop.credit_code})

        assert Formation.objects.get().origin == Origin.SHOULD_FORM

    def test_the_list_names_the_case_that_holds_a_business_and_offers_no_second(
        self, client, bureau, district
    ):
        held, free = make_shop(district, name="甲茶馆"), make_shop(district, name="乙粮店")
        for shop in (held, free):
            make_report(shop, full_members=3)
        _post(client, bureau, "formation-new", units=held.credit_code)
        case = Formation.objects.get()
        new = reverse("formation-new")

        def listed():
            return _get(client, bureau, "worklist", "should-form")

        assert reverse("formation-detail", args=[case.public_id]) in _links(listed())
        assert f"{new}?business={free.public_id}" in _links(listed())
        assert f"{new}?business={held.public_id}" not in _links(listed())
        assert listed().text.count('form="many"') == 1

        _post(client, bureau, "formation-step", case.public_id, "withdraw", opinion="不办了")
        assert f"{new}?business={held.public_id}" in _links(listed())

    def test_the_list_tells_nothing_of_a_case_out_of_sight(self, client, bureau, district):
        case = make_formation(procedure=None, opener=Role.TOWNSHIP_COMMITTEE, complete=False)
        shop = shops_of(case)[0]
        make_report(shop, full_members=3)

        page = _get(client, bureau, "worklist", "should-form")

        assert case.number not in page.text
        assert f"{reverse('formation-new')}?business={shop.public_id}" in _links(page)

    def test_a_business_out_of_reach_is_not_there(self, client, committee, district):
        shop = make_shop(district, place="liuquan")

        answer = _get(client, committee, "formation-new", business=shop.public_id)

        assert answer.status_code == 404


class TestMany:
    """Several at once, from the list of those that should form (FM-21)."""

    @pytest.fixture
    def shops(self, district):
        shops = [make_shop(district, name=name) for name in ("甲茶馆", "乙粮店", "丙布店")]
        for shop in shops:
            make_report(shop, full_members=3)
        return shops

    def test_ticked_rows_are_shown_and_each_becomes_a_case(self, client, bureau, shops):
        page = _get(client, bureau, "worklist", "should-form")
        assert reverse("formation-many") in page.text
        assert page.text.count('form="many"') == 3
        ids = [shop.public_id for shop in shops[:2]]
        shown = _get(client, bureau, "formation-many", business=ids)
        assert "共 2 个单位" in _main(shown)
        assert not Formation.objects.exists()

        done = _post(client, bureau, "formation-many", business=ids, with_guide="on")

        assert "已提出 2 件，没有提出 0 件" in _main(done)
        cases = Formation.objects.order_by("pk")
        assert {shops_of(case)[0] for case in cases} == set(shops[:2])
        assert {case.origin for case in cases} == {Origin.SHOULD_FORM}

    def test_one_that_fails_is_named_and_holds_up_no_other(self, client, bureau, shops):
        ids = [shop.public_id for shop in shops]
        _post(client, bureau, "formation-many", business=ids[:1])
        AnnualReport.objects.filter(business=shops[1]).update(full_members=2)

        done = _post(client, bureau, "formation-many", business=ids)

        text = _main(done)
        assert "已提出 1 件，没有提出 2 件" in text
        assert "已在另一件未办结或尚未设立的组建事项里" in text
        assert "已不在应建未建清单里" in text
        assert Formation.objects.count() == 2

    def test_nothing_ticked_goes_back_to_the_list(self, client, committee, shops, district):
        other = make_shop(district, place="liuquan")

        for ids in ([], ["x"], [other.public_id]):
            answer = _post(client, committee, "formation-many", business=ids)
            assert answer.redirect_chain[-1][0] == reverse("worklist", args=["should-form"])
            assert "请先勾选要提出组建的单位" in answer.text

    def test_who_opens_none_has_no_ticks(self, client, district, shops):
        helper = make_user(Role.SOCIAL_WORK_DEPT, district.social_work)

        assert 'form="many"' not in _get(client, helper, "worklist", "should-form").text
        assert _get(client, helper, "formation-many").status_code == 403


class TestFile:
    @pytest.fixture
    def case(self):
        return make_formation(procedure=None, complete=False)

    def file(self, client, user, case, what, **fields):
        return _post(client, user, "formation-file", case.public_id, what, **fields)

    def test_a_talk(self, client, station, case):
        unit = case.units.first()
        fields = {"unit": unit.public_id, "day": str(TODAY), "consent": "worried"}

        page = self.file(client, station, case, "talk", note="担心影响生意", **fields)

        talk = FormationTalk.objects.get()
        assert (talk.consent, talk.note) == (Consent.WORRIED, "担心影响生意")
        assert "担心影响生意" in _main(page)

    def test_units_in_and_out(self, client, bureau, case, district):
        shop = make_shop(district)

        self.file(client, bureau, case, "unit", unit=shop.credit_code)
        row = case.units.get(business=shop)
        page = self.file(client, bureau, case, "unit", unit=shop.credit_code)
        assert "已经在这件事项里" in _main(page)
        assert "没有找到" in _main(self.file(client, bureau, case, "unit", unit="没有这家"))
        self.file(client, bureau, case, "unit-out", unit=row.public_id)

        assert not case.units.filter(business=shop).exists()

    def test_people_who_work_there_are_offered_and_others_found_by_name(
        self, client, committee, case
    ):
        home = make_organisation(the_district().qingping)
        worker = make_worker(home, shops_of(case)[0], name="温如玉")
        page = _get(client, committee, "formation-file", case.public_id, "members")
        assert [label for _key, label in page.context["form"].fields["members"].choices] == [
            "温如玉 1968-04-02"
        ]

        self.file(client, committee, case, "members", members=[worker.public_id])
        row = case.members.get()
        self.file(client, committee, case, "secretary", member=row.public_id)
        assert Formation.objects.get(pk=case.pk).secretary == worker
        self.file(client, committee, case, "member-out", member=row.public_id)
        assert not case.members.exists()

    def test_searching_judges_nothing(self, client, committee, case):
        page = self.file(client, committee, case, "members", find="某", search="yes")

        assert not page.context["form"].errors

    def test_where_nobody_is_found_the_next_step_is_named(self, client, committee, case, district):
        def asked():
            page = _get(client, committee, "formation-file", case.public_id, "members")
            return "先由党委导入党员名册" in _main(page)

        assert asked()
        make_worker(make_organisation(district.qingping), shops_of(case)[0])
        assert not asked()

    def test_the_room(self, client, station, case):
        self.file(client, station, case, "room", room="shared", place="清平市场二楼")

        assert Formation.objects.get(pk=case.pk).room_place == "清平市场二楼"

    def test_an_instructor_is_named_and_shown_with_what_they_serve(
        self, client, station, committee, case, district
    ):
        instructor = make_user(Role.INSTRUCTOR, district.qingping_office)
        assert "没有落实党建指导员" in _main(
            _get(client, station, "formation-detail", case.public_id)
        )

        self.file(client, station, case, "instructor", instructor=instructor.public_id)

        text = _main(_get(client, committee, "formation-detail", case.public_id))
        assert f"{instructor}（清平所，已联系 0 个）" in text

    def test_offers_are_those_of_the_role(self, client, bureau, committee, station, case):
        def offered(user):
            page = _get(client, user, "formation-detail", case.public_id)
            return page.context["may_fill"]

        assert offered(bureau) == ["talk", "room", "instructor", "unit", "unit-out"]
        assert offered(station) == ["talk", "room", "instructor"]
        assert offered(committee) == [
            "talk",
            "room",
            "instructor",
            "members",
            "member-out",
            "secretary",
        ]

    def test_once_sent_nothing_is_offered_and_a_late_page_is_409(self, client, committee):
        case = make_formation(procedure=None, state=S.STEP_1)

        page = _get(client, committee, "formation-detail", case.public_id)
        assert page.context["may_fill"] == []
        assert "/file/" not in page.content.decode()
        late = _get(client, committee, "formation-file", case.public_id, "room")
        assert late.status_code == 409

    def test_an_unknown_change_is_404(self, client, committee, case):
        answer = _get(client, committee, "formation-file", case.public_id, "anything")

        assert answer.status_code == 404


def test_as_many_questions_however_long_the_file_is(
    client, committee, django_assert_max_num_queries
):
    case = make_formation(procedure=None, units=8)
    home = make_organisation(the_district().qingping)
    for _ in range(12):
        join(case, make_member(home, full_on=date(2010, 1, 1)))
    client.force_login(committee)
    address = reverse("formation-detail", args=[case.public_id])
    client.get(address)

    with django_assert_max_num_queries(26):
        client.get(address)


class TestEndedUnit:
    """A unit that ended has a case of its own; each of the two leads to the other (FM-22)."""

    def test_both_pages_lead_to_each_other_for_who_sees_both(self, client, committee, station):
        case = make_formation(procedure=None, complete=False)
        shop = shops_of(case)[0]
        make_coverage(make_joint_branch(the_district()), business=shop)
        (closure,) = open_cases(close_business(shop))
        to_closure = reverse("closure-detail", args=[closure.public_id])
        to_formation = reverse("formation-detail", args=[case.public_id])

        for user in (committee, station):
            there = _get(client, user, "formation-detail", case.public_id)
            assert to_closure in _links(there)
            back = _get(client, user, "closure-detail", closure.public_id)
            assert to_formation in _links(back)
            assert "这一户列入组建事项" in _main(back)

    def test_what_stays_inside_is_linked_inside_alone(self, client, committee, station):
        inside = make_formation(procedure=None, complete=False, opener=Role.TOWNSHIP_COMMITTEE)
        shop = shops_of(inside)[0]
        make_coverage(make_joint_branch(the_district()), business=shop)
        (closure,) = open_cases(close_business(shop))
        link = reverse("formation-detail", args=[inside.public_id])

        assert link in _links(_get(client, committee, "closure-detail", closure.public_id))
        assert link not in _links(_get(client, station, "closure-detail", closure.public_id))
