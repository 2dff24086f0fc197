"""Pages of the two proofs of a lead, and where both are shown again."""

import pytest

from tests.factories.closures import the_district
from tests.factories.district import make_user
from tests.factories.leads import a_phone, give_proof, make_known_member, make_lead
from tests.services.cases.kinds import moment
from tests.web.test_leads import at, signed_in, text_of
from xgz.access import clock
from xgz.models import AuditEntry
from xgz.rules.leads import CheckResult, LeadState
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon():
    with clock.showing(moment):
        yield


@pytest.fixture
def committee():
    return signed_in(make_user(Role.TOWNSHIP_COMMITTEE, the_district().qingping))


class TestAStranger:
    def test_is_asked_about_before_it_is_written_down(self, committee):
        lead = make_lead(state=LeadState.VISITED, name="王秀蓝")
        stranger = make_known_member(name="张花")
        asked = {"number": stranger.id_number}
        found = text_of(committee.post(at("lead-check", lead), asked | {"find": "yes"}))
        assert "（姓名与线索不一致）" in found
        assert 'name="is_same_person"' in found
        answer = asked | {"answer": stranger.public_id, "save": "yes"}

        for half in ({}, {"is_same_person": "on"}, {"words": "曾用名"}):
            page = committee.post(at("lead-check", lead), answer | half)
            assert "名册中的姓名与线索不一致。确为同一人的，请勾选" in text_of(page)
        lead.refresh_from_db()
        assert lead.check_result == ""
        whole = answer | {"is_same_person": "on", "words": "曾用名张花，原支部已确认"}
        assert committee.post(at("lead-check", lead), whole).status_code == 302

        lead.refresh_from_db()
        assert lead.check_result == CheckResult.FOUND
        assert AuditEntry.objects.filter(action="member.search").count() == 1

    def test_somebody_of_the_name_is_not_asked_about(self, committee):
        lead = make_lead(state=LeadState.VISITED, name="王秀蓝")
        asked = {"number": make_known_member(name="王秀蓝").id_number, "find": "yes"}

        page = text_of(committee.post(at("lead-check", lead), asked))

        assert "姓名与线索不一致）" not in page
        assert 'name="is_same_person"' not in page

    @pytest.mark.parametrize(
        ("state", "action"), [(LeadState.VISITED, "confirm"), (LeadState.CONFIRMED, "place")]
    )
    @pytest.mark.parametrize(("name", "warned"), [("张花", True), ("王秀蓝", False)])
    def test_both_names_stand_where_the_lead_is_confirmed_and_placed(
        self, committee, state, action, name, warned
    ):
        lead, member = make_lead(state=state, name="王秀蓝"), make_known_member(name=name)
        give_proof(lead, member)

        for page in (at("lead-step", lead, action), at("lead-detail", lead)):
            text = text_of(committee.get(page))
            assert ("线索为“王秀蓝”，名册为“张花”" in text) is warned
            assert f"{member.id_number[:6]}********{member.id_number[-4:]}" in text
            assert member.id_number not in text
            assert "本人说明是党员（当面说明）" in text

    def test_other_steps_and_the_market_line_show_no_proof(self, committee):
        lead = make_lead(state=LeadState.ASSIGNED, name="王秀蓝")
        give_proof(lead, make_known_member(name="张花"))
        pages = [(committee, "rule_out"), (signed_in(lead.instructor), "visit")]

        for client, action in pages:
            assert "张花" not in text_of(client.get(at("lead-step", lead, action)))
        assert "张花" not in text_of(pages[1][0].get(at("lead-detail", lead)))


class TestByPhone:
    def test_the_phone_of_the_lead_finds_and_is_not_shown(self, committee):
        phone = a_phone()
        lead = make_lead(state=LeadState.VISITED, name="王秀蓝", phone=phone)
        member = make_known_member(name="王秀蓝", phone=phone)
        assert 'name="by_phone"' in text_of(committee.get(at("lead-check", lead)))

        asked = {"name": "王秀蓝", "by_phone": "on", "find": "yes"}
        page = text_of(committee.post(at("lead-check", lead), asked))

        assert member.public_id in page
        assert phone not in page

    def test_a_lead_without_a_phone_offers_no_such_search(self, committee):
        lead = make_lead(state=LeadState.VISITED, name="王秀蓝", phone="")
        asked = {"name": "王秀蓝", "by_phone": "on", "find": "yes"}

        page = text_of(committee.post(at("lead-check", lead), asked))

        assert 'name="by_phone"' not in page
        assert "请填完整号码，或者姓名和出生日期，或者" in page

    def test_neither_name_nor_phone_alone_is_enough(self, committee):
        lead = make_lead(state=LeadState.VISITED, name="王秀蓝")

        for half in ({"name": "王秀蓝"}, {"by_phone": "on"}):
            page = text_of(committee.post(at("lead-check", lead), half | {"find": "yes"}))
            assert "姓名和手机号" in page
        assert not AuditEntry.objects.filter(action="member.search").exists()
