"""Pages of leads: lists, a new one, the way of one in the hands of three people, what it costs."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import TODAY, make_organisation, make_report, make_user
from tests.factories.closures import make_shop, the_district
from tests.factories.leads import (
    a_number,
    a_phone,
    an_instructor,
    give_proof,
    make_known_member,
    make_lead,
    make_transferred,
    party_actor,
)
from tests.factories.transfers import take
from tests.services.cases.kinds import moment
from xgz.access import clock
from xgz.models import AuditEntry, InstructorLink, Lead, LeadVisit, Member, Sighting
from xgz.queries.lead_identity import found_member, is_protected
from xgz.rules.leads import UNCONFIRMED, CheckResult, LeadSource, LeadState, Placement
from xgz.rules.roles import Role
from xgz.rules.transfers import TransferAction
from xgz.services import leads
from xgz.services.leads import sweep_leads

pytestmark = pytest.mark.django_db
NOW = moment()
SURE = {"confirmed": "yes"}
MARK = "保护对象</span>"


@pytest.fixture(autouse=True)
def at_noon():
    with clock.showing(lambda: NOW):
        yield


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def at(name, lead, *more):
    return reverse(name, args=[lead.public_id, *more])


@pytest.fixture
def committee():
    district = the_district()
    return signed_in(make_user(Role.TOWNSHIP_COMMITTEE, district.qingping))


@pytest.fixture
def department():
    district = the_district()
    return signed_in(make_user(Role.ORG_DEPT, district.org_dept))


def text_of(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def without_token(page):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"', "", page)


class TestLists:
    def test_the_three_lists_count_what_is_in_sight(self, committee):
        make_lead()
        make_lead(state=LeadState.ASSIGNED)
        make_lead(state=LeadState.RULED_OUT)
        make_lead(place="liuquan")

        page = committee.get(reverse("lead-list"))
        assert [(tab.label, tab.count) for tab in page.context["tabs"]] == [
            ("待办", 1),
            ("在办", 2),
            ("已结束", 1),
        ]
        assert len(page.context["rows"]) == 1

    def test_an_instructor_finds_the_own_leads_alone_as_cards_too(self):
        lead = make_lead(state=LeadState.ASSIGNED)
        make_lead(state=LeadState.ASSIGNED)
        client = signed_in(lead.instructor)

        for which, count in (("to-do", 1), ("open", 1), ("closed", 0)):
            page = client.get(reverse("lead-list"), {"list": which})
            assert [row.lead for row in page.context["rows"]] == [lead][:count]
        text = text_of(client.get(reverse("lead-list")))
        assert 'class="x-m-list x-lead-cards"' in text
        assert text.count(at("lead-detail", lead)) == 2  # the row and the card

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"q": "第"}, 2),
            ({"q": "没有这家"}, 0),
            ({"state": "assigned"}, 1),
            ({"state": "nonsense"}, 2),
            ({"township": "nonsense"}, 2),
        ],
    )
    def test_filters(self, committee, query, found):
        make_lead()
        make_lead(state=LeadState.ASSIGNED)

        page = committee.get(reverse("lead-list"), {"list": "open"} | query)

        assert len(page.context["rows"]) == found
        assert ("没有符合条件的线索" in text_of(page)) is (found == 0)

    def test_a_name_is_not_searched_for(self, committee):
        make_lead(name="柏长青")

        page = committee.get(reverse("lead-list"), {"list": "open", "q": "柏长青"})

        assert page.context["rows"] == []

    def test_nothing_yet(self, committee):
        assert "现在没有这类线索" in text_of(committee.get(reverse("lead-list")))

    def test_what_a_list_costs(self, committee):
        """The same number of questions for one lead and for five."""
        costs = []
        for more in (1, 4):
            for _ in range(more):
                make_lead(state=LeadState.ASSIGNED)
            committee.get(reverse("lead-list"), {"list": "open"})
            with CaptureQueriesContext(connection) as asked:
                page = committee.get(reverse("lead-list"), {"list": "open"})
            costs.append(len(asked))
        assert len(page.context["rows"]) == 5
        assert costs[0] == costs[1]
        assert costs[0] <= 20

    def test_what_a_page_costs(self, committee):
        lead = make_lead(state=LeadState.VISITED)
        with CaptureQueriesContext(connection) as asked:
            text_of(committee.get(at("lead-detail", lead)))

        assert len(asked) <= 32


class TestNew:
    def form(self, **values):
        given = {
            "source": "hint",
            "source_on": TODAY.isoformat(),
            "township": the_district().qingping.public_id,
            "note": "街口修车铺",
        }
        return given | values

    def test_an_instructor_enters_a_hint_and_does_not_see_it_any_more(self):
        user = make_user(Role.INSTRUCTOR, the_district().qingping_office)
        shop = make_shop(the_district(), name="清平老街修车铺")
        InstructorLink.objects.create(
            instructor=user, station=shop.office, business=shop, valid_from=TODAY
        )
        client = signed_in(user)
        assert the_district().qingping.public_id in text_of(client.get(reverse("lead-new")))
        found = client.post(reverse("lead-new"), self.form(find="修车", search="yes"))
        assert shop.name in text_of(found)
        assert not Lead.objects.exists()

        given = self.form(find="修车", business=shop.public_id, name="柏长青")
        response = client.post(reverse("lead-new"), given)

        assert response["Location"] == reverse("lead-list")
        lead = Lead.objects.get()
        assert (lead.business, lead.name, lead.note) == (shop, "柏长青", "街口修车铺")
        assert client.get(at("lead-detail", lead)).status_code == 404

    def test_what_nobody_sees_is_not_searched_for(self, committee):
        """PostgreSQL takes no NUL in a text."""
        shop = make_shop(the_district(), name="清平老街修车铺")

        page = committee.post(reverse("lead-new"), self.form(find="修\x00车", search="yes"))

        assert shop.name in text_of(page)

    @pytest.mark.parametrize(
        ("values", "refusal"),
        [
            ({"source_on": (TODAY + timedelta(days=1)).isoformat()}, "日期不能晚于今天。"),
            ({"source": "matching"}, "没有这个选项，请重新选择。"),
            ({"township": ""}, "请选择一项。"),
            ({"note": ""}, "请填写这一项。"),
            ({"note": "电话13900001111"}, "说明里不要写证件号码、手机号等号码。"),
        ],
    )
    def test_what_is_refused(self, committee, values, refusal):
        page = committee.post(reverse("lead-new"), self.form(**values))

        assert refusal in text_of(page)
        assert not Lead.objects.exists()

    def test_a_business_of_another_township_is_refused(self, department):
        shop = make_shop(the_district(), place="liuquan", name="柳泉老街修车铺")

        page = department.post(reverse("lead-new"), self.form(find="修车", business=shop.public_id))

        assert "所选经营主体不在所选的乡镇、街道" in text_of(page)
        assert not Lead.objects.exists()

    def test_another_township_is_no_choice(self, committee):
        other = the_district().liuquan.public_id

        page = committee.post(reverse("lead-new"), self.form(township=other))

        assert other not in text_of(page)
        assert not Lead.objects.exists()


class TestTheWayOfALead:
    def send(self, committee, lead, person):
        page = committee.get(at("lead-step", lead, "assign"))
        given = {"assignee": person.public_id, "version": lead.version}
        assert person.public_id in text_of(page)
        return committee.post(at("lead-step", lead, "assign"), given)

    def test_from_a_hint_to_a_floating_member(self, committee):
        number = a_number()
        member = make_known_member(name="柏长青", id_number=number)
        lead = make_lead(name="柏长青", phone=a_phone())
        person = an_instructor(lead)

        assert self.send(committee, lead, person).status_code == 302
        instructor = signed_in(person)
        visit = {"outcome": "spoke", "kind": "on_site", "visited_on": TODAY.isoformat()}
        said = {"says": "member", "kind": "in_person", "stated_on": TODAY.isoformat()}
        page = instructor.post(at("lead-statement", lead), said | {"words": "关系在柳泉"})
        assert page.status_code == 302
        assert instructor.post(at("lead-step", lead, "visit"), visit).status_code == 302
        assert LeadVisit.objects.get().by == person

        greyed = text_of(committee.get(at("lead-detail", lead)))
        assert "还缺少：名册核对" in greyed
        asked = {"number": number}
        found = committee.post(at("lead-check", lead), asked | {"find": "yes"})
        assert member.public_id in text_of(found)
        answer = asked | {"answer": member.public_id, "save": "yes"}
        assert committee.post(at("lead-check", lead), answer).status_code == 302
        assert committee.post(at("lead-step", lead, "confirm"), {}).status_code == 302
        host = make_organisation(lead.area, name="清平老街党支部")
        place = {"how": "floating", "find": "老街", "host": host.public_id}
        sought = place | {"find": "老\x00街", "search": "yes"}
        searched = committee.post(at("lead-step", lead, "place"), sought)
        assert host.name in text_of(searched)
        assert committee.post(at("lead-step", lead, "place"), place).status_code == 302

        lead.refresh_from_db()
        assert (lead.state, lead.placement) == (LeadState.PLACED, Placement.FLOATING)
        assert Member.objects.get(pk=member.pk).activity_org == host
        assert "已纳入管理" in text_of(committee.get(at("lead-detail", lead)))

    def test_a_confirmed_one_is_led_to_the_transfer_with_the_member_chosen(self, department):
        member = make_known_member()
        lead = make_lead(state=LeadState.CONFIRMED)
        give_proof(lead, member)

        page = text_of(department.get(at("lead-detail", lead)))

        assert reverse("transfer-propose-member", args=[member.public_id]) in page
        refused = department.post(at("lead-step", lead, "place"), {"how": "transfer"})
        assert "请先提出转接" in text_of(refused)
        make_transferred(lead, member)
        assert (
            department.post(at("lead-step", lead, "place"), {"how": "transfer"}).status_code == 302
        )

    def test_nobody_floats_who_is_not_on_the_roster(self, committee):
        lead = make_lead(state=LeadState.CONFIRMED)
        host = make_organisation(lead.area, name="清平老街党支部")
        place = {"how": "floating", "find": "老街", "host": host.public_id}

        page = committee.post(at("lead-step", lead, "place"), place)

        assert "请先把本人录入名册" in text_of(page)

    def test_without_both_proofs_the_page_says_what_is_missing(self, committee):
        lead = make_lead(state=LeadState.VISITED)

        page = committee.post(at("lead-step", lead, "confirm"), {})

        assert "还缺少肯定的本人说明、名册核对，不能核实为党员。" in text_of(page)

    def test_whoever_gives_a_lead_back_comes_to_the_list(self):
        lead = make_lead(state=LeadState.ASSIGNED)
        client = signed_in(lead.instructor)

        response = client.post(at("lead-step", lead, "give_back"), {"opinion": "不归本所"})

        assert response["Location"] == reverse("lead-list")
        assert client.get(response["Location"]).status_code == 200

    def test_a_refusal_is_asked_a_second_time(self):
        lead = make_lead(state=LeadState.ASSIGNED)
        client = signed_in(lead.instructor)

        first = client.post(at("lead-step", lead, "refuse"), {})
        assert "confirmed" in text_of(first)
        lead.refresh_from_db()
        assert lead.is_open
        client.post(at("lead-step", lead, "refuse"), {"confirmed": "yes"})

        lead.refresh_from_db()
        assert lead.state == LeadState.REFUSED

    def test_the_suggested_instructor_is_chosen_beforehand(self, committee):
        lead = make_lead()
        an_instructor(lead)
        linked = an_instructor(lead)
        InstructorLink.objects.create(
            instructor=linked,
            station=lead.business.office,
            business=lead.business,
            valid_from=TODAY,
        )

        page = text_of(committee.get(at("lead-step", lead, "assign")))

        assert f'<option value="{linked.public_id}" selected>' in page

    def test_where_nobody_instructs_the_page_says_so(self, committee):
        page = text_of(committee.get(at("lead-step", make_lead(), "assign")))

        assert "还没有指导员" in page


class TestRosterCheck:
    def test_too_little_is_not_searched_and_does_not_count(self, committee):
        make_known_member(name="柏长青")
        lead = make_lead(state=LeadState.VISITED)

        page = committee.post(at("lead-check", lead), {"name": "柏长青", "find": "yes"})

        assert "请填完整号码，或者姓名和出生日期" in text_of(page)
        assert page.context["candidates"] == []

    @pytest.mark.parametrize("number", ["360999196804020010", "³60999196804020010"])
    def test_a_number_that_does_not_check_is_refused(self, committee, number):
        lead = make_lead(state=LeadState.VISITED)

        page = committee.post(at("lead-check", lead), {"number": number})

        assert "请核对最后一位校验码" in text_of(page)

    def test_thirty_searches_an_hour(self, committee):
        lead = make_lead(state=LeadState.VISITED)
        for _ in range(30):
            page = committee.post(at("lead-check", lead), {"number": a_number(), "find": "yes"})
            assert "查找名册的次数已用完" not in text_of(page)

        page = committee.post(at("lead-check", lead), {"number": a_number(), "find": "yes"})

        assert "查找名册的次数已用完" in text_of(page)

    def test_a_search_asked_for_by_saving_counts_like_any_other(self, committee):
        lead = make_lead(state=LeadState.VISITED)
        given = {"name": "柏长青", "born_on": "1968-04-02", "save": "yes"}
        for number in range(30):
            each = given | {"born_on": f"1968-04-{number % 28 + 1:02}"}
            committee.post(at("lead-check", lead), each)
        assert AuditEntry.objects.filter(action="member.search", outcome="done").count() == 30
        make_known_member(name="柏长青", born_on=date(1968, 4, 9))

        page = committee.post(at("lead-check", lead), given | {"born_on": "1968-04-09"})

        assert "查找名册的次数已用完" in text_of(page)
        assert page.context["candidates"] == []

    def test_the_answer_to_a_search_does_not_count_again(self, committee):
        lead = make_lead(state=LeadState.VISITED)
        member = make_known_member(name=lead.name)
        asked = {"number": member.id_number}
        committee.post(at("lead-check", lead), asked | {"find": "yes"})
        committee.post(at("lead-check", lead), asked | {"save": "yes"})
        given = asked | {"answer": member.public_id, "save": "yes"}

        assert committee.post(at("lead-check", lead), given).status_code == 302
        assert AuditEntry.objects.filter(action="member.search").count() == 1

    def test_the_search_of_one_lead_is_none_of_another(self, committee):
        lead, other, asked = make_lead(), make_lead(), {"number": a_number()}
        committee.post(at("lead-check", lead), asked | {"find": "yes"})
        committee.post(at("lead-check", other), asked | {"save": "yes"})

        assert AuditEntry.objects.filter(action="member.search").count() == 2

    @pytest.mark.parametrize("state", sorted(set(LeadState) - UNCONFIRMED))
    @pytest.mark.parametrize("button", ["find", "save"])
    def test_a_confirmed_or_ended_lead_is_no_door_to_the_roster(self, department, state, button):
        lead, member = make_lead(state=state), make_known_member()

        page = department.post(at("lead-check", lead), {"number": member.id_number, button: "yes"})

        assert "不能这样办理" in text_of(page)
        assert page.context["candidates"] == []
        assert not AuditEntry.objects.filter(action="member.search").exists()

    def test_somebody_the_search_did_not_find_cannot_be_named(self, committee):
        other = make_known_member()
        lead = make_lead(state=LeadState.VISITED)
        given = {"number": a_number(), "answer": other.public_id, "save": "yes"}

        page = committee.post(at("lead-check", lead), given)

        assert page.status_code == 200
        lead.refresh_from_db()
        assert found_member(lead) is None

    def test_outside_without_words_is_asked_for_them_and_loses_no_search(self, committee):
        lead = make_lead(state=LeadState.VISITED)
        given = {"number": a_number(), "answer": "outside", "save": "yes"}

        page = committee.post(at("lead-check", lead), given)

        assert "请在说明里写明确认单位和文号" in text_of(page)
        assert 'name="words"' in text_of(page)
        assert committee.post(at("lead-check", lead), given | {"words": "复函"}).status_code == 302
        lead.refresh_from_db()
        assert (lead.check_result, lead.check_words) == (CheckResult.OUTSIDE, "复函")
        assert AuditEntry.objects.filter(action="member.search").count() == 1

    def test_nobody_found_is_written_down_too(self, committee):
        lead = make_lead(state=LeadState.VISITED)
        given = {"number": a_number(), "answer": "not_found", "save": "yes"}

        assert committee.post(at("lead-check", lead), given).status_code == 302
        lead.refresh_from_db()
        assert lead.check_result == CheckResult.NOT_FOUND


def _numbers(counts):
    return [figure.count for figure in counts]


def _totals(client):
    return _numbers(client.get(reverse("lead-funnel")).context["totals"])


class TestFunnel:
    def test_the_department_reads_exact_figures_per_office(self, department):
        make_lead()
        make_lead(state=LeadState.CONFIRMED)
        make_lead(state=LeadState.PLACED)
        make_lead(place="liuquan")

        page = department.get(reverse("lead-funnel"))

        figures = {row.office.name: _numbers(counts) for row, counts in page.context["lines"]}
        assert figures == {"清平所": [3, 2, 1, 0], "柳泉所": [1, 0, 0, 0]}
        assert _numbers(page.context["totals"]) == [4, 2, 1, 0]

    def test_a_township_reads_its_own(self, committee):
        make_lead(place="liuquan")
        make_lead()

        page = committee.get(reverse("lead-funnel"))

        assert [row.office.name for row, _counts in page.context["lines"]] == ["清平所"]
        assert _numbers(page.context["totals"]) == [1, 0, 0, 0]

    def test_deleted_leads_still_count_as_known(self, department):

        make_lead(state=LeadState.RULED_OUT)
        sweep_leads(now=NOW + timedelta(days=30))

        assert _totals(department) == [1, 0, 0, 0]

    def test_a_transfer_that_was_accepted_is_the_last_step(self, department):

        member = make_known_member()
        lead = make_lead(state=LeadState.CONFIRMED)
        give_proof(lead, member)
        make_transferred(lead, member)
        leads.place(
            case=lead,
            actor=party_actor(lead, "township"),
            now=NOW,
            place=leads.Place(Placement.TRANSFER),
        )
        assert _totals(department) == [1, 1, 1, 0]
        take(lead.transfer, TransferAction.ACCEPT)

        assert _totals(department) == [1, 1, 1, 1]

    def test_the_market_line_reads_no_step(self):
        make_lead(state=LeadState.CONFIRMED)
        bureau = signed_in(make_user(Role.BUREAU, the_district().bureau))

        page = bureau.get(reverse("lead-funnel"))

        assert page.context["lines"] == page.context["totals"] == []
        assert "&lt;5" in text_of(page)


class TestProtecting:
    def test_the_department_sets_and_lifts_it(self, department):
        member = make_known_member()
        lead = make_lead(name=member.name, phone=member.phone)
        address = reverse("member-protect", args=[member.public_id])
        detail = reverse("member-detail", args=[member.public_id])
        on, off = {"wanted": "on"} | SURE, {"wanted": "off"} | SURE
        assert address in text_of(department.get(detail))

        assert department.post(address, on)["Location"] == reverse("member-list")
        assert not Lead.objects.filter(pk=lead.pk).exists()
        assert "取消保护" in text_of(department.get(address))
        for again in (on, {"wanted": "on"}):  # what is so already is not asked about
            assert "刚才已经有人办理过" in text_of(department.post(address, again, follow=True))
        department.post(address, off)
        assert "设为保护对象" in text_of(department.get(address))

    @pytest.mark.parametrize("wanted", ["on", "off"])
    def test_it_is_asked_a_second_time_with_what_follows(self, department, wanted):
        member = make_known_member()
        lead = make_lead(name=member.name, phone=member.phone)
        address = reverse("member-protect", args=[member.public_id])
        if wanted == "off":
            department.post(address, {"wanted": "on"} | SURE)

        asked = text_of(department.post(address, {"wanted": wanted}))

        assert "请再核对一次" in asked
        assert f'name="wanted" value="{wanted}"' in asked
        assert ("删除的内容不能恢复" in asked) is (wanted == "on")
        assert is_protected(member) is (wanted == "off")
        assert Lead.objects.filter(pk=lead.pk).exists() is (wanted == "on")
        department.post(address, {"wanted": wanted} | SURE)
        assert is_protected(member) is (wanted == "on")

    def test_the_members_page_says_so_to_the_department_alone(self, department, committee):
        home = make_organisation(the_district().qingping)
        member = make_known_member(formal_org=home)
        detail = reverse("member-detail", args=[member.public_id])
        before = text_of(committee.get(detail))
        assert MARK not in text_of(department.get(detail)) + before

        department.post(reverse("member-protect", args=[member.public_id]), {"wanted": "on"} | SURE)

        assert MARK in text_of(department.get(detail))
        assert without_token(text_of(committee.get(detail))) == without_token(before)

    @pytest.mark.parametrize("wanted", ["on", "off"])
    def test_no_counted_look_says_who_was_meant(self, department, wanted):
        """Whoever came by the page's address alone has looked at nobody else."""
        member, other = make_known_member(), make_known_member()
        address = reverse("member-protect", args=[member.public_id])
        if wanted == "off":
            department.post(address, {"wanted": "on"} | SURE)
        department.get(reverse("member-detail", args=[other.public_id]))
        department.post(address, {"wanted": wanted})
        assert Sighting.objects.filter(member=member).exists()

        department.post(address, {"wanted": wanted} | SURE)

        assert {look.member for look in Sighting.objects.all()} == {other}

    def test_nobody_else_is_offered_it(self, committee):
        member = make_known_member(formal_org=make_organisation(the_district().qingping))
        address = reverse("member-protect", args=[member.public_id])

        page = committee.get(reverse("member-detail", args=[member.public_id]))

        assert address not in text_of(page)


def test_leads_from_declarations_by_one_click(committee):
    make_report(make_shop(the_district()), members_declared=1)
    make_report(make_shop(the_district(), place="liuquan"), members_declared=1)

    told = committee.post(reverse("lead-from-declarations"), follow=True)

    assert "已新增 1 条线索。" in text_of(told)
    assert Lead.objects.get().source == LeadSource.ANNUAL_REPORT
    again = committee.post(reverse("lead-from-declarations"), follow=True)
    assert "没有可以新增的线索。" in text_of(again)


def test_the_bar_of_steps_shows_the_way(committee):
    lead = make_lead(state=LeadState.VISITED)
    page = committee.get(at("lead-detail", lead))

    assert [(step.label, step.mark) for step in page.context["bar"]] == [
        ("待分派", "done"),
        ("已分派", "done"),
        ("已走访", "now"),
        ("已核实", ""),
        ("已纳入管理", ""),
    ]


def test_a_lead_waits_in_the_inbox_with_a_masked_name():
    lead = make_lead(state=LeadState.ASSIGNED, name="柏长青")
    page = text_of(signed_in(lead.instructor).get(reverse("inbox")))

    assert "走访并记录情况" in page
    assert "柏*" in page
    assert "柏长青" not in page
