"""Pages of plans: made, worked on, compared, proposed; six clicks to a sent file; query counts."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_user
from tests.factories.closures import answer_reviews, the_district
from tests.factories.formations import join, use_procedure
from tests.factories.plans import make_branch, make_plan, make_site, moment
from tests.factories.rows import make_member, make_organisation
from xgz.access import clock
from xgz.access.actor import actor_for
from xgz.models import Business, Formation, Job, Plan, PlanUnit
from xgz.rules.formations import Consent, FormationState
from xgz.rules.planning.plans import PlanState
from xgz.rules.registration import BusinessStatus
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
MOST = 30


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(moment):
        yield


@pytest.fixture
def bureau(client):
    user = make_user(Role.BUREAU, the_district().bureau)
    client.force_login(user)
    return user


@pytest.fixture
def shops():
    return [make_site(1, 1, north_m=100.0 * number) for number in (0, 1, 2, 50, 51, 52, 90)]


@pytest.fixture
def plan(bureau, shops):
    return make_plan(actor_for(bureau, clock.today()))


def page(client, plan, **query):
    return client.get(reverse("plan-detail", args=[plan.public_id]), query)


def words(response):
    found = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group()))


def press(client, plan, do, **ticked):
    plan.refresh_from_db()
    fields = {"version": plan.version, "do": do, **ticked}
    return client.post(reverse("plan-hand", args=[plan.public_id]), fields, follow=True)


def propose(client, plan, *groups):
    fields = {"version": plan.version, "group": groups}
    return client.post(reverse("plan-propose", args=[plan.public_id]), fields, follow=True)


class TestMaking:
    FIELDS = {"source": "declared", "radius_m": "600", "max_units": "5", "with_branches": "on"}

    def test_the_form_offers_the_district_s_values(self, client, bureau):
        form = client.get(reverse("plan-new")).context["form"]

        assert (form["radius_m"].value(), form["max_units"].value()) == (600, 5)
        assert [key for key, _label in form.fields["source"].choices] == ["declared"]

    def test_a_plan_is_made_and_shown(self, client, bureau, shops):
        area = the_district().qingping.public_id
        response = client.post(reverse("plan-new"), {**self.FIELDS, "area": area}, follow=True)

        told = words(response)
        assert "覆盖党员 6 / 最多可覆盖 6（已证明）" in told
        assert "没有别的方案能覆盖更多" in told
        assert "第 1 组" in told

    def test_without_a_township_the_bureau_plans_the_district(self, client, bureau, shops):
        client.post(reverse("plan-new"), self.FIELDS)

        assert Plan.objects.get().area is None

    def test_a_township_chooses_the_roster_and_itself_alone(self, client):
        client.force_login(make_user(Role.TOWNSHIP_COMMITTEE, the_district().qingping))
        form = client.get(reverse("plan-new")).context["form"]
        assert [key for key, _label in form.fields["source"].choices] == ["declared", "roster"]

        response = client.post(reverse("plan-new"), self.FIELDS)

        assert response.context["form"].errors["area"]
        assert not Plan.objects.exists()

    @pytest.mark.parametrize(
        ("field", "value"), [("radius_m", 49), ("radius_m", 5001), ("max_units", 51)]
    )
    def test_limits_have_bounds(self, client, bureau, field, value):
        response = client.post(reverse("plan-new"), {**self.FIELDS, field: value})

        assert response.context["form"].errors[field]

    def test_the_bureau_cannot_ask_for_the_roster(self, client, bureau):
        response = client.post(reverse("plan-new"), {**self.FIELDS, "source": "roster"})

        assert response.context["form"].errors["source"]


class TestProgress:
    @pytest.fixture(autouse=True)
    def _by_a_worker(self, settings):
        settings.JOBS_AT_ONCE = False

    def test_the_page_tells_how_far_it_is_and_is_asked_again(self, client, plan):
        told = words(page(client, plan))
        part = client.get(
            reverse("plan-detail", args=[plan.public_id]), headers={"HX-Request": "true"}
        )

        assert "已排队，马上开始" in told
        assert b"plan-progress" in part.content

    def test_it_can_be_stopped_and_started_again(self, client, plan):
        client.post(reverse("plan-step", args=[plan.public_id, "stop"]))
        assert "规划没有完成" in words(page(client, plan))
        Job.objects.all().delete()

        client.post(reverse("plan-step", args=[plan.public_id, "start"]))

        plan.refresh_from_db()
        assert plan.state == PlanState.RUNNING


class TestHands:
    def test_each_button_does_its_step_with_what_is_ticked(self, client, plan, shops):
        code = PlanUnit.objects.get(business=shops[0]).group.code
        press(client, plan, "lock", group=code)
        assert "已锁定" in words(page(client, plan))
        press(client, plan, "unlock", group=code)
        press(client, plan, "move", unit=shops[6].public_id, target=code)
        told = words(page(client, plan))
        assert "不在可达范围" in told
        assert "有 1 个组调整后不符合规定" in told
        assert "覆盖的党员中有 4 名所在的组不符合规定" in told
        press(client, plan, "undo")
        press(client, plan, "split", unit=shops[0].public_id)
        assert "差 1 名正式党员" in words(page(client, plan))
        press(client, plan, "undo")
        press(client, plan, "exclude", unit=[shops[0].public_id, shops[1].public_id])
        assert "人工排除" in words(page(client, plan, show="left-out"))

        told = words(page(client, plan, show="history"))

        assert told.count("撤销上一步") == 3  # two of the history, one button
        assert "第 1 组" in told

    def test_refusals_say_what_to_do(self, client, plan, shops):
        told = words(press(client, plan, "lock"))
        assert "没有勾选这一步需要的组或单位" in told
        assert "没有勾选" in words(press(client, plan, "move", unit=shops[0].public_id))
        assert "不在一起" in words(press(client, plan, "split", unit=shops[6].public_id))
        assert "没有勾选" in words(press(client, plan, "nonsense"))

    @pytest.mark.parametrize("version", ["", "x", "-1", "٣", "99999999999"])
    def test_a_page_without_its_version_changes_nothing(self, client, plan, version):
        response = client.post(
            reverse("plan-hand", args=[plan.public_id]),
            {"do": "lock", "group": "G00001", "version": version},
            follow=True,
        )

        assert "规划刚才有变动" in words(response)

    def test_the_way_back_leads_to_the_same_list(self, client, plan, shops):
        response = client.post(
            reverse("plan-hand", args=[plan.public_id]),
            {
                "do": "exclude",
                "unit": shops[6].public_id,
                "version": plan.version,
                "show": "left-out",
                "page": "1",
            },
        )

        assert response.url.endswith(f"?show=left-out&page=1&at={shops[6].public_id}#at")

    @pytest.mark.parametrize("by", ["group", "unit"])
    def test_a_step_comes_back_to_the_row_worked_on_and_is_told_there(
        self, client, plan, shops, by
    ):
        group = PlanUnit.objects.get(business=shops[0]).group
        ticked = {"group": group.code} if by == "group" else {"unit": shops[0].public_id}
        what = "lock" if by == "group" else "exclude"

        response = press(client, plan, what, show="groups", page="1", **ticked)

        assert response.redirect_chain[-1][0].endswith(f"&at={group.code}#at")
        (row,) = re.findall(r'<tr id="at" tabindex="-1">.*?</tr>', response.text, re.DOTALL)
        assert f"第 {group.number} 组" in row
        assert "已办理" in row
        assert response.text.count("已办理") == 1

    def test_a_row_that_is_gone_leaves_the_head_of_its_list(self, client, plan, shops):
        target = PlanUnit.objects.get(business=shops[0]).group.code
        moved = {"unit": shops[6].public_id, "target": target}

        response = press(client, plan, "move", show="left-out", **moved)

        assert re.search(r'<div id="at" tabindex="-1">\s*<div class="x-messages', response.text)
        assert response.text.count('id="at"') == 1
        assert response.text.count("已办理") == 1

    def test_groups_out_of_reach_are_not_listed_and_can_be_typed(self, client, plan, shops):
        near, far = (PlanUnit.objects.get(business=shops[n]).group for n in (0, 3))
        offered = page(client, plan, show="left-out").context["targets"]
        assert (list(offered.near), list(offered.others)) == ([], [])
        offered = page(client, plan).context["targets"]
        assert [target.code for target in offered.near] == [near.code, far.code]

        press(client, plan, "move", unit=shops[6].public_id, other=near.number)
        assert PlanUnit.objects.get(business=shops[6]).group == near
        assert press(client, plan, "move", unit="\0", other="\0").status_code == 200
        told = words(press(client, plan, "move", unit=shops[6].public_id, other="99"))
        assert "没有这个组号" in told
        assert PlanUnit.objects.get(business=shops[6]).group == near

    def test_names_of_units_lead_to_the_business_for_who_may_see_it(self, client, plan, shops):
        links = [reverse("business-detail", args=[shops[n].public_id]) for n in (0, 6)]

        assert links[0] in page(client, plan).text
        assert links[1] in page(client, plan, show="left-out").text
        propose(client, plan, "G00001")
        case = reverse("formation-detail", args=[Formation.objects.get().public_id])
        assert links[0] in client.get(case).text
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("xgz.web.planning.views.businesses_in_reach", lambda *_: frozenset())
            assert links[0] not in page(client, plan).text

    def test_those_above_read_and_have_no_buttons(self, client, shops):
        committee = make_user(Role.TOWNSHIP_COMMITTEE, the_district().qingping)
        plan = make_plan(actor_for(committee, clock.today()))
        client.force_login(make_user(Role.ORG_DEPT, the_district().org_dept))

        response = page(client, plan)

        assert "第 1 组" in words(response)
        assert b'name="do"' not in response.content


class TestLists:
    def test_why_not_and_the_way_out(self, client, plan):
        told = words(page(client, plan, show="left-out"))

        assert "可达范围内没有其他单位和党支部" in told

    def test_what_left_the_register_since_leaves_no_broken_page(self, client, plan, shops):
        PlanUnit.objects.filter(plan=plan, is_hub=True).first().business.delete()
        PlanUnit.objects.filter(plan=plan, group=None).update(why=None)

        for part in ("groups", "left-out"):
            assert page(client, plan, show=part).status_code == 200
        press(client, plan, "lock", group="G00002")
        hub = PlanUnit.objects.filter(plan=plan, group__code="G00001", is_hub=True)
        assert hub.count() == 1

    def test_who_joins_a_branch_is_a_list_with_a_note(self, client, bureau):
        make_site(1, 1, north_m=100)
        branch = make_branch()
        plan = make_plan(actor_for(bureau, clock.today()))

        told = words(page(client, plan, show="branches"))

        assert branch.name in told
        assert "不另建组织" in told
        shown = page(client, plan, show="branches").text
        assert reverse("organisation-detail", args=[branch.public_id]) in shown

    def test_a_proposed_formation_leads_back_to_its_plan_for_who_sees_it(self, client, plan):
        propose(client, plan, "G00001")
        address = reverse("formation-detail", args=[Formation.objects.get().public_id])
        back = reverse("plan-detail", args=[plan.public_id])

        shown = client.get(address)
        assert back in shown.text
        assert "第 1 组" in words(shown)

        client.force_login(make_user(Role.TOWNSHIP_COMMITTEE, the_district().qingping))
        shown = client.get(address)
        assert shown.status_code == 200
        assert back not in shown.text
        assert "G00001" not in shown.text

    def test_an_empty_plan_says_what_could_help(self, client, bureau):
        plan = make_plan(actor_for(bureau, clock.today()))

        assert "没有可以新建的组" in words(page(client, plan))

    def test_plans_in_use_and_put_aside(self, client, plan):
        assert plan.name in words(client.get(reverse("plan-list")))
        client.post(
            reverse("plan-step", args=[plan.public_id, "discard"]), {"version": plan.version}
        )

        assert plan.name in words(client.get(reverse("plan-list")))
        assert "还没有规划" in words(client.get(reverse("plan-list"), {"list": "in-use"}))
        assert plan.name in words(client.get(reverse("plan-list"), {"list": "discarded"}))
        assert "已作废" in words(page(client, plan))

    def test_the_map_is_geojson(self, client, plan, shops):
        response = client.get(reverse("plan-map", args=[plan.public_id]))

        told = json.loads(response.content)
        assert response["Content-Type"] == "application/geo+json"
        assert (told["type"], told["radius_m"], len(told["features"])) == (
            "FeatureCollection",
            600.0,
            7,
        )
        assert set(told["features"][0]["properties"]) == {
            *("unit", "name", "group", "group_label", "hub", "branch", "members", "full", "state")
        }

    def test_an_address_of_nothing_is_not_there(self, client, bureau):
        for name in ("zzzzzzzzzzzz", "x\0y", "no"):
            assert client.get(f"/planning/{name}/").status_code == 404


class TestAgain:
    def test_a_repair_shows_what_changed_and_then_its_price(self, client, plan, shops):
        Business.objects.filter(pk=shops[0].pk).update(status=BusinessStatus.CANCELLED)
        address = reverse("plan-again", args=[plan.public_id, "repair"])
        assert "1 户，党员 1 名；其中 1 户原来已划入" in words(client.get(address))

        told = words(client.post(address, follow=True))

        assert "移动党员 0 名，新划入 0 名，失去着落 2 名" in told

    def test_two_plans_side_by_side(self, client, plan, shops, bureau):
        other = make_plan(actor_for(bureau, clock.today()))
        press(client, other, "exclude", unit=shops[0].public_id)

        response = client.get(
            reverse("plan-compare", args=[other.public_id]), {"with": plan.public_id}
        )

        told = words(response)
        assert "移动党员 0 名，新划入 0 名，失去着落 1 名" in told
        assert shops[0].name in told

    def test_plans_of_two_areas_are_not_compared(self, client, plan, bureau):
        actor = actor_for(bureau, clock.today())
        other = make_plan(actor, area=the_district().liuquan)

        address = reverse("plan-compare", args=[plan.public_id])
        assert client.get(address, {"with": other.public_id}).status_code == 404
        assert client.get(address, {"with": "x"}).status_code == 404

    def test_a_plan_put_aside_is_followed_by_none(self, client, plan):
        client.post(
            reverse("plan-step", args=[plan.public_id, "discard"]), {"version": plan.version}
        )

        for way in ("again", "repair"):
            response = client.get(reverse("plan-again", args=[plan.public_id, way]), follow=True)
            assert "规划刚才有变动" in words(response)
        assert client.get(reverse("plan-again", args=[plan.public_id, "other"])).status_code == 404


class TestProposing:
    def test_several_groups_at_once(self, client, plan):
        told = words(propose(client, plan, "G00001", "G00002"))

        assert "已提出 2 个组" in told
        assert Formation.objects.count() == 2
        assert "组建-2026-0001" in told

    def test_what_is_refused_is_told_by_its_group(self, client, plan, shops):
        press(client, plan, "split", unit=shops[0].public_id)
        plan.refresh_from_db()
        codes = list(plan.groups.values_list("code", flat=True))

        told = words(propose(client, plan, *codes))

        assert "已提出 1 个组" in told
        assert "没有提出：这个组不符合规定" in told

    def test_six_clicks_from_a_ready_plan_to_a_file_that_is_sent(self, client, plan, shops):
        use_procedure(None)
        # 1 the group is ticked, 2 提出组建
        form = propose(client, plan, "G00001")
        case = Formation.objects.get()
        assert form.redirect_chain[-1][0] == reverse("formation-at-once", args=[case.public_id])
        home = make_organisation(the_district().qingping)
        for number in range(3):
            member = make_member(home, full_on=moment().date().replace(year=2010))
            join(case, member)
            if number == 0:
                Formation.objects.filter(pk=case.pk).update(secretary=member)
        answer_reviews(case)
        # 3 同意 (the day and 自有场所 stand there, the place is typed), 4 一次填齐
        fields = {name: form.context["form"][name].value() for name in form.context["form"].fields}
        filled = client.post(
            reverse("formation-at-once", args=[case.public_id]),
            {**fields, "consent": "agrees", "place": "清平市场二楼"},
            follow=True,
        )
        assert "落实后才能上报" not in words(filled)
        # 5 上报, 6 its confirmation
        step = client.get(reverse("formation-step", args=[case.public_id, "send"]))
        version = step.context["form"]["version"].value()
        client.post(reverse("formation-step", args=[case.public_id, "send"]), {"version": version})

        case.refresh_from_db()
        assert case.state == FormationState.STEP_1
        assert {unit.consent for unit in case.units.all()} == {Consent.AGREES}


class TestQueries:
    @pytest.mark.parametrize("show", ["groups", "branches", "left-out", "history"])
    def test_a_page_asks_no_more_for_more_groups(self, client, bureau, show):
        costs = []
        for round_ in range(2):
            for number in range(9):
                make_site(1, 1, north_m=100.0 * number + 20_000 * round_)
            make_site(1, 1, north_m=8_000 + 20_000 * round_)
            make_branch(north_m=8_100 + 20_000 * round_)
            plan = make_plan(actor_for(bureau, clock.today()))
            for _ in range(1 + round_):
                press(client, plan, "lock", group="G00001")
            page(client, plan, show=show)
            with CaptureQueriesContext(connection) as queries:
                assert page(client, plan, show=show).status_code == 200
            costs.append(len(queries))

        assert costs[1] <= costs[0]
        assert costs[0] <= MOST

    def test_businesses_left_out_are_read_together(self, client, bureau):
        costs = []
        for number in (1, 3):
            for place in range(number):
                make_site(1, 1, north_m=50_000.0 * number + 5_000 * place)
            plan = make_plan(actor_for(bureau, clock.today()))
            shown = page(client, plan, show="left-out")
            assert len(shown.context["left_out"]) >= number
            with CaptureQueriesContext(connection) as queries:
                page(client, plan, show="left-out")
            costs.append(len(queries))

        assert costs[1] <= costs[0]

    def test_the_map_takes_few(self, client, plan):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("plan-map", args=[plan.public_id]))

        assert len(queries) <= 12
