"""Pages about many leads at once: from declarations, sent together, found by whom they are about."""

import pytest
from django.urls import reverse

from tests.factories import make_report
from tests.factories.closures import make_shop, the_district
from tests.factories.district import actor_as, make_user
from tests.factories.leads import a_phone, an_instructor, make_known_member, make_lead
from tests.services.cases.kinds import moment
from tests.web.test_leads import at, signed_in, text_of
from xgz.access import clock
from xgz.models import Business, Lead, SealedList, sealing
from xgz.models.sealed_lists import DECLARED_OWNERS, sealed_ids
from xgz.queries.leads import leads_to_send
from xgz.rules.leads import LeadState
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


def declare(*shops, owners=True):
    reports = [make_report(shop, members_declared=1) for shop in shops]
    if owners:
        row, _made = SealedList.objects.get_or_create(name=DECLARED_OWNERS)
        row.value_sealed = sealed_ids(row.public_id, [report.pk for report in reports])
        row.save()


def shop_of(owner, phone):
    shop = make_shop(the_district(), owner_name=owner)
    sealed = sealing.seal("business.phone", shop.public_id, phone)
    Business.objects.filter(pk=shop.pk).update(phone_sealed=sealed)
    shop.refresh_from_db()
    return shop


class TestDeclarations:
    address = "lead-from-declarations"

    def test_how_many_and_where_is_said_before_anything_is_opened(self, department):
        declare(make_shop(the_district(), owner_name="许一宁"))
        for place in ("qingping", "liuquan", "liuquan"):
            declare(make_shop(the_district(), place=place), owners=False)

        page = department.get(reverse(self.address))

        rows = [(row.area.name, row.owners, row.staff) for row in page.context["rows"]]
        district = the_district()
        assert rows == [(district.qingping.name, 1, 1), (district.liuquan.name, 0, 2)]
        assert "确认新建 4 条" in text_of(page)
        assert not Lead.objects.exists()
        told = department.post(reverse(self.address), follow=True)
        assert "已新增 4 条线索。" in text_of(told)

    def test_where_no_report_is_known_it_does_not_say_that_all_are_seen_to(self, department):
        shop = make_shop(the_district())
        page = text_of(department.get(reverse(self.address)))
        assert "还没有年报数据" in page
        assert "都已有党组织覆盖" not in page

        make_report(shop)

        page = text_of(department.get(reverse(self.address)))
        assert "还没有年报数据" not in page
        assert "都已有党组织覆盖" in page

    def test_nothing_is_planned_twice_nor_for_whom_nobody_looks(self, department):
        phone = a_phone()
        shops = [shop_of("许一宁", phone), shop_of("许一宁", phone), shop_of("柏长青", a_phone())]
        actor = actor_as(Role.ORG_DEPT, the_district().org_dept)
        member = make_known_member(name="柏长青", phone=shops[2].phone)
        leads.protect_member(actor=actor, member=member, now=NOW)
        declare(*shops)  # two of one person, who is one lead, and one of somebody protected

        planned = leads.planned_from_declarations(actor=actor)

        assert [row.total for row in planned] == [1]
        assert leads.leads_from_declarations(actor=actor, now=NOW) == 1
        assert leads.planned_from_declarations(actor=actor) == []
        assert "没有可以新增的线索" in text_of(department.get(reverse(self.address)))

    def test_the_plan_ends_where_opening_does(self):
        for _ in range(3):
            declare(make_shop(the_district()), owners=False)
        actor = actor_as(Role.ORG_DEPT, the_district().org_dept)

        (row,) = leads.planned_from_declarations(actor=actor, most=2)

        assert row.total == 2

    def test_the_list_leads_to_the_page_and_opens_nothing_itself(self, committee):
        text = text_of(committee.get(reverse("lead-list")))

        assert f'href="{reverse(self.address)}"' in text
        assert f'action="{reverse(self.address)}"' not in text


class TestSendingMany:
    def test_the_ticked_go_to_one_instructor_each_by_a_step_of_its_own(self, committee):
        first, second, other = make_lead(), make_lead(), make_lead()
        person = an_instructor(first)
        make_lead(state=LeadState.ASSIGNED, instructor=person)
        make_lead(state=LeadState.RULED_OUT, instructor=person)
        listed = text_of(committee.get(reverse("lead-list")))
        assert listed.count('name="lead" value="') == 3

        ticked = {"lead": [first.public_id, second.public_id]}
        page = committee.get(reverse("lead-send"), ticked)
        assert f"{person}（{first.business.office}），在办 1 条" in text_of(page)
        given = ticked | {"assignee": person.public_id, "opinion": "一起看"}
        told = text_of(committee.post(reverse("lead-send"), given, follow=True))

        assert "已分派 2 条线索给" in told
        for lead in (first, second):
            lead.refresh_from_db()
            assert (lead.state, lead.instructor) == (LeadState.ASSIGNED, person)
        other.refresh_from_db()
        assert other.state == LeadState.NEW

    def test_what_does_not_go_is_named_and_holds_up_no_other(self, committee, monkeypatch):
        first, second = make_lead(), make_lead()
        person, real = an_instructor(first), leads.assign

        def assign(*, case, **values):
            if case == first:
                raise leads.NotAnInstructorHere(case.public_id)
            real(case=case, **values)

        monkeypatch.setattr(leads, "assign", assign)
        given = {"lead": [first.public_id, second.public_id], "assignee": person.public_id}
        told = text_of(committee.post(reverse("lead-send"), given, follow=True))

        assert "已分派 1 条线索给" in told
        assert f"{first.number}：所选的人不是辖区市场监管所的指导员" in told
        second.refresh_from_db()
        assert second.state == LeadState.ASSIGNED

    def test_one_that_moved_on_meanwhile_is_counted_out(self, committee):
        first, gone = make_lead(), make_lead(state=LeadState.ASSIGNED)
        there = make_lead(place="liuquan")
        person = an_instructor(first)
        ticked = {"lead": [each.public_id for each in (first, gone, there)]}

        assert "另有 2 条已不是待分派" in text_of(committee.get(reverse("lead-send"), ticked))
        given = ticked | {"assignee": person.public_id}
        told = text_of(committee.post(reverse("lead-send"), given, follow=True))

        assert "已分派 1 条线索给" in told
        assert "另有 2 条已不是待分派，没有改动。" in told
        there.refresh_from_db()
        assert there.state == LeadState.NEW

    @pytest.mark.parametrize("ticked", [{}, {"lead": "x\x00"}, {"lead": "aaaaaaaaaaaa"}])
    def test_nothing_ticked_leads_back(self, committee, ticked):
        response = committee.get(reverse("lead-send"), ticked, follow=True)

        assert "请先勾选要分派的线索" in text_of(response)

    def test_somebody_is_to_be_chosen(self, committee):
        lead = make_lead()

        page = committee.post(reverse("lead-send"), {"lead": lead.public_id})

        assert "请选择一项。" in text_of(page)

    def test_a_visitor_has_nothing_to_tick(self):
        lead = make_lead(state=LeadState.ASSIGNED)
        client = signed_in(lead.instructor)

        assert 'id="send"' not in text_of(client.get(reverse("lead-list")))
        assert client.get(reverse("lead-send"), {"lead": lead.public_id}).status_code == 403

    def test_who_answers_for_no_committee_sends_nothing(self):
        lead = make_lead()
        make_user(Role.TOWNSHIP_COMMITTEE, lead.area)

        assert (
            leads_to_send(actor_as(Role.ORG_DEPT, the_district().org_dept), [lead.public_id]) == []
        )

    def test_the_single_choice_shows_the_load_in_sight_too(self, committee):
        lead = make_lead()
        person = an_instructor(lead)
        make_lead(state=LeadState.ASSIGNED, instructor=person)

        assert "，在办 1 条" in text_of(committee.get(at("lead-step", lead, "assign")))


class TestFinding:
    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({"name": "柏长青"}, 2),
            ({"name": " 柏 长青"}, 2),
            ({"name": "柏长青", "phone": "13900007777"}, 1),
            ({"phone": "+86 139 0000 7777"}, 1),
            ({"name": "柏长"}, 0),
            ({"name": "柏长青", "phone": "13900008888"}, 0),
        ],
    )
    def test_by_a_whole_name_or_phone_in_sight_alone(self, committee, asked, found):
        make_lead(name="柏长青", phone="13900007777")
        make_lead(name="柏长青", phone=a_phone())
        make_lead(name="甘棠", phone=a_phone())
        make_lead(name="柏长青", place="liuquan", phone=a_phone())

        page = committee.post(reverse("lead-find"), asked)

        assert len(page.context["rows"]) == found
        assert ("没有符合条件的线索" in text_of(page)) is (found == 0)

    def test_neither_stands_in_an_address(self, committee):
        make_lead(name="柏长青")

        page = committee.get(reverse("lead-find"), {"name": "柏长青"})

        assert page.context["rows"] is None
        assert "请填写姓名或手机号。" in text_of(committee.post(reverse("lead-find"), {}))

    def test_who_reads_masked_names_asks_for_none(self):
        lead = make_lead(state=LeadState.ASSIGNED, name="柏长青")
        client = signed_in(lead.instructor)

        assert client.post(reverse("lead-find"), {"name": "柏长青"}).status_code == 403
        assert reverse("lead-find") not in text_of(client.get(reverse("lead-list")))


class TestTheFirstList:
    def test_it_is_the_first_that_holds_anything(self, department):
        make_lead()
        make_user(Role.TOWNSHIP_COMMITTEE, the_district().qingping)

        page = department.get(reverse("lead-list"))

        assert page.context["which"] == "open"
        assert len(page.context["rows"]) == 1
        asked = department.get(reverse("lead-list"), {"list": "to-do"})
        assert asked.context["which"] == "to-do"

    def test_without_any_it_is_the_one_to_do(self, department):
        assert department.get(reverse("lead-list")).context["which"] == "to-do"
