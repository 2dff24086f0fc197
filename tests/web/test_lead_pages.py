"""What the page of one lead offers next, and the pages that help it on."""

import pytest
from django.urls import reverse

from tests.factories import TODAY, make_market, make_organisation
from tests.factories.closures import make_shop, the_district
from tests.factories.district import make_user
from tests.factories.leads import (
    give_proof,
    instructor_of,
    make_known_member,
    make_lead,
    make_transferred,
    party_actor,
)
from tests.services.cases.kinds import moment
from tests.web.test_leads import at, signed_in, text_of
from xgz.access import clock
from xgz.models import Lead
from xgz.rules.leads import LeadSource, LeadState, StatementKind, StatementSays
from xgz.rules.roles import Role
from xgz.services import leads

pytestmark = pytest.mark.django_db
NOW = moment()


@pytest.fixture(autouse=True)
def at_noon():
    with clock.showing(lambda: NOW):
        yield


@pytest.fixture
def committee():
    return signed_in(make_user(Role.TOWNSHIP_COMMITTEE, the_district().qingping))


@pytest.fixture
def department():
    return signed_in(make_user(Role.ORG_DEPT, the_district().org_dept))


def told(lead, actor, **values):
    given = {"kind": StatementKind.IN_PERSON, "says": StatementSays.MEMBER} | values
    leads.record_statement(case=lead, actor=actor, now=NOW, **given)


class TestTheVisitForm:
    visit = {"outcome": "spoke", "kind": "on_site", "visited_on": TODAY.isoformat()}

    def test_takes_the_persons_own_word_and_shows_it_to_the_writer_afterwards(self):
        lead = make_lead(state=LeadState.ASSIGNED)
        client = signed_in(lead.instructor)
        assert 'name="says"' in text_of(client.get(at("lead-step", lead, "visit")))

        given = self.visit | {"says": "member", "words": "关系在柳泉", "version": lead.version}
        assert client.post(at("lead-step", lead, "visit"), given).status_code == 302

        lead.refresh_from_db()
        assert lead.state == LeadState.VISITED
        assert (lead.statement_says, lead.statement_kind) == ("member", "in_person")
        assert (lead.statement, lead.stated_on) == ("关系在柳泉", TODAY)
        page = text_of(client.get(at("lead-detail", lead)))
        assert "本所记录的本人说明" in page
        assert "本人说明是党员：关系在柳泉" in page

    def test_without_a_word_it_is_a_visit_alone(self):
        lead = make_lead(state=LeadState.ASSIGNED)
        client = signed_in(lead.instructor)

        client.post(at("lead-step", lead, "visit"), self.visit)

        lead.refresh_from_db()
        assert (lead.state, lead.stated_on) == (LeadState.VISITED, None)
        page = text_of(client.get(at("lead-detail", lead)))
        assert "本所记录的本人说明" not in page
        assert at("lead-statement", lead) in page  # it may be told later

    @pytest.mark.parametrize(
        ("values", "refusal"),
        [
            ({"outcome": "not_met", "says": "member"}, "没有见到本人的，不能记录本人说明。"),
            ({"words": "关系在柳泉"}, "写了本人所说的，请选择本人说明。"),
        ],
    )
    def test_what_does_not_go_together(self, values, refusal):
        lead = make_lead(state=LeadState.ASSIGNED)

        page = signed_in(lead.instructor).post(at("lead-step", lead, "visit"), self.visit | values)

        assert refusal in text_of(page)
        lead.refresh_from_db()
        assert (lead.state, lead.stated_on) == (LeadState.ASSIGNED, None)
        with pytest.raises(leads.NobodyMet):
            leads.record_visit(
                case=lead,
                actor=instructor_of(lead),
                now=NOW,
                visit=leads.Visit(outcome="not_met", says=StatementSays.MEMBER),
            )

    def test_what_others_wrote_down_is_not_shown(self):
        lead = make_lead(state=LeadState.ASSIGNED)
        told(lead, party_actor(lead, "township"), words="关系在柳泉")

        page = text_of(signed_in(lead.instructor).get(at("lead-detail", lead)))

        assert "关系在柳泉" not in page
        assert "本所记录的本人说明" not in page


class TestWhatComesNext:
    def test_with_the_persons_word_it_is_the_roster_check_and_not_a_visit(self, committee):
        lead = make_lead()
        link = f'class="btn btn-primary" href="{at("lead-check", lead)}"'
        before = committee.get(at("lead-detail", lead))
        assert before.context["owning"].task == "分派指导员走访"
        assert link not in text_of(before)

        told(lead, party_actor(lead, "township"))
        page = committee.get(at("lead-detail", lead))

        assert page.context["owning"].task == "核对名册"
        assert link in text_of(page)
        assert not any(offer.is_main for offer in page.context["offers"])
        assert any(offer.action == "assign" for offer in page.context["offers"])

    def test_each_missing_proof_leads_to_its_page(self, committee):
        lead = make_lead(state=LeadState.VISITED)

        page = committee.get(at("lead-detail", lead))

        assert [(item.words, item.url) for item in page.context["missing"]] == [
            ("本人说明", at("lead-statement", lead)),
            ("名册核对", at("lead-check", lead)),
        ]

    def test_an_instructor_is_told_nothing_of_the_persons_word(self):
        lead = make_lead(state=LeadState.ASSIGNED)
        told(lead, party_actor(lead, "township"))

        page = signed_in(lead.instructor).get(at("lead-detail", lead))

        assert page.context["owning"].task == "走访并记录情况"
        assert any(offer.is_main for offer in page.context["offers"])

    def test_place_and_phone_stand_above_the_steps_for_the_instructor(self, committee):
        lead = make_lead(state=LeadState.ASSIGNED)

        hand = text_of(signed_in(lead.instructor).get(at("lead-detail", lead)))
        desk = text_of(committee.get(at("lead-detail", lead)))

        assert hand.index("到哪里找") < hand.index('class="x-steps"')
        assert desk.index("到哪里找") > desk.index('class="x-steps"')
        assert hand.count("到哪里找") == desk.count("到哪里找") == 1


class TestTransferHint:
    def confirmed(self, member):
        lead = make_lead(state=LeadState.CONFIRMED, name=member.name)
        give_proof(lead, member)
        return lead

    def test_who_may_not_propose_reads_who_does(self, committee):
        lead = self.confirmed(make_known_member())

        for page in (at("lead-detail", lead), at("lead-step", lead, "place")):
            text = text_of(committee.get(page))
            assert "转接由该党组织、其所在地党委或组织部门提出" in text
            assert "transfers/propose/" not in text

    def test_who_may_propose_has_the_link_where_it_is_needed(self, committee, department):
        here = make_known_member(formal_org=make_organisation(the_district().qingping))
        lead = self.confirmed(here)
        link = reverse("transfer-propose-member", args=[here.public_id])

        assert link in text_of(committee.get(at("lead-step", lead, "place")))
        assert link in text_of(department.get(at("lead-detail", lead)))

    def test_under_way_it_says_so(self, committee):
        member = make_known_member()
        lead = self.confirmed(member)
        make_transferred(lead, member)

        text = text_of(committee.get(at("lead-step", lead, "place")))

        assert "这名党员的关系转接已经提出" in text
        assert "您的岗位不能代为提出" not in text


class TestWhere:
    def test_the_committee_finds_and_names_the_place(self, committee):
        lead = make_lead(business=None, source=LeadSource.SELF_REPORT)
        shop = make_shop(the_district(), name="清平老街修车铺")
        make_shop(the_district(), place="liuquan", name="柳泉老街修车铺")
        market = make_market(township=lead.area, name="老街市场")
        assert at("lead-where", lead) in text_of(committee.get(at("lead-detail", lead)))

        sought = committee.post(at("lead-where", lead), {"find": "老街", "search": "yes"})
        assert list(sought.context["form"].places.values()) == [shop, market]
        given = {"find": "老街", "place": market.public_id, "version": lead.version}
        response = committee.post(at("lead-where", lead), given)

        assert response["Location"] == at("lead-detail", lead)
        assert Lead.objects.get().market == market

    def test_a_place_is_to_be_chosen(self, committee):
        lead = make_lead(business=None)

        page = committee.post(at("lead-where", lead), {"find": "", "place": ""})

        assert "请选择一项。" in text_of(page)

    def test_the_market_line_is_not_offered_it(self):
        lead = make_lead(state=LeadState.ASSIGNED)
        client = signed_in(lead.instructor)

        assert at("lead-where", lead) not in text_of(client.get(at("lead-detail", lead)))
        assert client.get(at("lead-where", lead)).status_code == 403


class TestEnds:
    def test_a_refusal_is_asked_about_with_what_follows_and_the_words(self):
        lead = make_lead(state=LeadState.ASSIGNED)
        client = signed_in(lead.instructor)

        page = text_of(client.post(at("lead-step", lead, "refuse"), {"opinion": "不想谈"}))

        assert "全部记录在 24 小时以内删除" in page
        assert "以后不再为本人建线索" in page
        assert "您写的意见：不想谈" in page

    @pytest.mark.parametrize(
        ("state", "is_good"), [(LeadState.REFUSED, False), (LeadState.PLACED, True)]
    )
    def test_only_a_placed_one_ends_in_green_and_none_offers_a_first_contact(
        self, committee, state, is_good
    ):
        text = text_of(committee.get(at("lead-detail", make_lead(state=state))))

        assert ("x-tag-ok" in text) is is_good
        assert ("x-note-ok" in text) is is_good
        assert "首次联系用语" not in text

    def test_no_page_that_is_not_there_speaks_of_a_menu_it_lacks(self, committee):
        text = text_of(committee.get("/leads/aaaaaaaaaaaa/"), 404)

        assert "左侧菜单" not in text
        assert "回到工作台" in text
