"""Transfers from a formation: proposed where the roles may, asked of others, gone when they are done."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from tests.factories import TODAY, actor_as, make_member, make_organisation, make_user
from tests.factories.closures import the_district
from tests.factories.formations import (
    actor_of_party,
    join,
    make_formation,
    moment,
    take_as_somebody,
)
from tests.factories.transfers import make_transfer
from tests.services.cases.kinds import audit_of, events_of
from xgz.access import clock
from xgz.access.actor import NotPermitted, actor_for
from xgz.models import FormationMember, Member, Organisation, Transfer
from xgz.queries.formation_transfers import (
    asked_rows,
    asked_transfers,
    joining_at,
    landing_of,
    moving_rows,
)
from xgz.queries.formations import joining_rows
from xgz.queries.work_lines import work_lines
from xgz.rules.cases import StepNotAllowed
from xgz.rules.formations import FormationAction
from xgz.rules.organisations import OrgState, OrgType
from xgz.rules.roles import Role
from xgz.services import formations
from xgz.services.formations import AskedLately, NobodyReceives, RelationHere
from xgz.services.transfers import TransferUnderWay

pytestmark = pytest.mark.django_db
NOW = moment()
LATER = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: NOW):
        yield


@pytest.fixture
def district():
    return the_district()


@pytest.fixture
def case(district):
    case = make_formation(procedure=None, complete=False)
    make_organisation(district.qingping, name="清平镇机关党委", org_type=OrgType.COMMITTEE)
    return case


@pytest.fixture
def row(case, district):
    """Somebody whose relation lies in the other township, working at a unit of the case."""
    home = make_organisation(district.liuquan, name="柳泉支部")
    return join(case, make_member(home, name="施远帆", full_on=date(2010, 1, 1)))


@pytest.fixture
def committee(case):
    return actor_of_party(case, "roster")


@pytest.fixture
def sender(district):
    return actor_as(Role.TOWNSHIP_COMMITTEE, district.liuquan)


def ask(actor, row, now=NOW):
    row.refresh_from_db()
    formations.ask_transfer(actor=actor, row=row, now=now)
    return FormationMember.objects.get(pk=row.pk)


def propose(actor, row):
    return formations.propose_for(actor=actor, row=FormationMember.objects.get(pk=row.pk), now=NOW)


def may(case, actor):
    (found,) = moving_rows(case, actor, joining_rows(case, actor))
    return found.may_propose, found.may_ask


def test_the_department_proposes_from_the_case(case, row, district):
    department = actor_as(Role.ORG_DEPT, district.org_dept)
    assert may(case, department) == (True, False)

    transfer = propose(department, row)

    assert (transfer.member, transfer.to_org.name) == (row.member, "清平镇机关党委")
    assert may(case, department) == (False, False)
    assert events_of(case, action="transfer").count() == 1
    assert audit_of(case, action="formation.transfer").count() == 1
    with pytest.raises(TransferUnderWay):
        propose(department, row)


def test_who_names_the_people_asks_and_whoever_may_proposes(case, row, committee, sender):
    assert may(case, committee) == (False, True)
    assert not asked_transfers(sender).exists()
    assert joining_at(sender, row.public_id) is None
    with pytest.raises(NotPermitted):
        propose(sender, row)

    ask(committee, row)

    (asked,) = asked_rows(sender)
    assert (asked.name, asked.in_clear, asked.township) == ("施远帆", True, case.area)
    assert joining_at(sender, row.public_id) == row
    assert work_lines(sender).transfers == 1
    assert propose(sender, row).from_org.name == "柳泉支部"
    assert not asked_transfers(sender).exists()
    assert work_lines(sender).transfers == 0


def test_the_secretary_of_the_old_branch_is_asked_too(row, committee):
    secretary = actor_as(Role.BRANCH_SECRETARY, row.member.formal_org.body)
    ask(committee, row)

    assert [each.row for each in asked_rows(secretary)] == [row]
    assert propose(secretary, row).member == row.member


@pytest.mark.parametrize(
    ("role", "seat"),
    [
        (Role.TOWNSHIP_COMMITTEE, "qingping"),
        (Role.BUREAU, "bureau"),
        (Role.STATION_HEAD, "liuquan_office"),
        (Role.SOCIAL_WORK_DEPT, "social_work"),
    ],
)
def test_nobody_else_reads_or_takes_it(role, seat, row, committee, district):
    ask(committee, row)
    actor = actor_as(role, getattr(district, seat))

    assert not asked_transfers(actor).exists()
    with pytest.raises(NotPermitted):
        propose(actor, row)


def test_the_market_line_asks_for_nobody(case, row):
    bureau = actor_of_party(case, "preparer")

    assert may(case, bureau) == (False, False)
    with pytest.raises(NotPermitted):
        ask(bureau, row)


def test_it_is_asked_once_a_day(case, row, committee):
    asked = ask(committee, row)
    assert asked.asked_at == NOW
    with pytest.raises(AskedLately):
        ask(committee, row, LATER - timedelta(seconds=1))
    assert events_of(case, action="ask_transfer").count() == 1

    assert ask(committee, row, LATER).asked_at == LATER
    assert audit_of(case, action="formation.ask_transfer").count() == 2


def test_whose_relation_came_is_asked_for_no_more(case, row, committee, sender):
    ask(committee, row)
    Member.objects.filter(pk=row.member_id).update(
        formal_org=Organisation.objects.get(name="清平镇机关党委")
    )
    department = actor_as(Role.ORG_DEPT, the_district().org_dept)

    assert not asked_transfers(sender).exists()
    assert not asked_transfers(department).exists()
    with pytest.raises(RelationHere):
        ask(committee, row, LATER)


def test_it_ends_with_the_case(case, row, committee, sender):
    ask(committee, row)
    take_as_somebody(case, FormationAction.WITHDRAW)

    assert not asked_transfers(sender).exists()
    with pytest.raises(StepNotAllowed):
        ask(committee, row, LATER)


def test_a_transfer_under_way_is_not_asked_for(case, row, committee, district):
    make_transfer(state=None, member=row.member, to_org=make_organisation(district.liuquan))

    assert may(case, committee) == (False, False)
    with pytest.raises(TransferUnderWay):
        ask(committee, row)


def test_a_relation_goes_to_the_committee_else_to_the_first_branch(case, row, committee, district):
    branch = make_organisation(district.qingping)
    assert landing_of(case).org_type == OrgType.COMMITTEE

    Organisation.objects.filter(org_type=OrgType.COMMITTEE).update(state=OrgState.UNCONFIRMED)
    assert landing_of(case) == branch
    Organisation.objects.filter(pk=branch.pk).update(state=OrgState.UNCONFIRMED)
    assert landing_of(case) is None
    with pytest.raises(NobodyReceives):
        ask(committee, row)


def deed(client, user, row, what):
    client.force_login(user)
    return client.post(reverse("formation-transfer", args=[row.public_id, what]), follow=True)


def test_the_pages_ask_and_propose_with_one_click_each(client, case, row, district):
    committee = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    client.force_login(committee)
    page = client.get(reverse("formation-detail", args=[case.public_id])).text
    assert reverse("formation-transfer", args=[row.public_id, "ask"]) in page

    asked = deed(client, committee, row, "ask").text
    assert "已请转出方提出转接" in asked
    assert f"{TODAY} 已请转出方提出" in asked
    assert "今天已经请过" in deed(client, committee, row, "ask").text

    sender = make_user(Role.TOWNSHIP_COMMITTEE, district.liuquan)
    client.force_login(sender)
    shown = client.get(reverse("transfer-list")).text
    assert "请您提出的转接" in shown
    assert "施远帆" in shown
    assert case.name not in shown
    assert "请您提出的转接 1 件" in client.get(reverse("inbox")).text
    done = deed(client, sender, row, "propose")
    assert done.redirect_chain[-1][0] == reverse("transfer-list")
    number = Transfer.objects.get().number
    assert number in deed_page(client, committee, case)
    assert deed(client, sender, row, "propose").status_code == 404


def deed_page(client, user, case):
    client.force_login(user)
    return client.get(reverse("formation-detail", args=[case.public_id])).text


def test_what_is_out_of_sight_is_not_there(client, row, district):
    stranger = make_user(Role.TOWNSHIP_COMMITTEE, district.liuquan)

    assert deed(client, stranger, row, "propose").status_code == 404
    department = make_user(Role.ORG_DEPT, district.org_dept)
    assert deed(client, department, row, "anything").status_code == 404


def test_as_many_questions_however_many_are_away(
    case, row, committee, sender, django_assert_num_queries
):
    home = row.member.formal_org
    for _ in range(4):
        other = join(case, make_member(home))
        FormationMember.objects.filter(pk=other.pk).update(asked_at=NOW)
    rows = joining_rows(case, committee)
    again = actor_for(committee.user, TODAY)
    asker = actor_for(sender.user, TODAY)

    with django_assert_num_queries(2):
        asked_rows(asker)
    moving_rows(case, again, rows)
