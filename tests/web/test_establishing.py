"""Pages of setting up: the list, what is missing, the deeds, what the market line reads."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import TODAY, make_member, make_organisation, make_user
from tests.factories.closures import answer_reviews, the_district
from tests.factories.elections import make_election, take_as_somebody
from tests.factories.establishing import (
    make_establishing,
    make_instructor,
    move_in,
    organisation_of,
    settle,
)
from tests.factories.formations import moment
from tests.factories.transfers import make_transfer
from xgz.access import clock
from xgz.access.actor import actor_for
from xgz.models import (
    InstructorLink,
    Organisation,
    Sighting,
    Transfer,
)
from xgz.rules.elections import (
    ElectionAction,
    ElectionState,
    Sort,
)
from xgz.rules.establishing import EstablishingState
from xgz.rules.organisations import OrgState
from xgz.rules.roles import Role
from xgz.rules.transfers import Channel, TransferState
from xgz.services import establishing

pytestmark = pytest.mark.django_db
S = EstablishingState
MOST = 34  # queries of a page


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


def test_the_three_tabs(client, committee):
    waiting = make_establishing(procedure=None)
    make_establishing(procedure=None, state=S.STOPPED)

    response = _get(client, committee, "establishing-list")
    closed = _get(client, committee, "establishing-list", list="closed")

    assert [tab.count for tab in response.context["tabs"]] == [1, 1, 1]
    assert waiting.name in _main(response)
    assert waiting.name not in _main(closed)


def test_the_list_finds_by_name_and_number(client, committee):
    one = make_establishing(procedure=None, state=S.RUNNING_IN)
    other = make_establishing(procedure=None)

    for word in (one.number, organisation_of(one).name):
        text = _main(_get(client, committee, "establishing-list", q=word))
        assert one.number in text
        assert other.number not in text


def test_an_approved_organisation_waits_in_the_inbox(client, committee):
    case = make_establishing(procedure=None)

    assert case.name in _main(_get(client, committee, "inbox"))


def test_the_formation_leads_on_to_it(client, committee):
    case = make_establishing(procedure=None)

    page = _get(client, committee, "formation-detail", case.formation.public_id)

    assert reverse("establishing-detail", args=[case.public_id]) in page.content.decode()


def test_it_is_set_up_in_two_clicks_with_its_name_put_right(client, committee, district):
    case = make_establishing(procedure=None)
    page = _get(client, committee, "establishing-step", case.public_id, "set_up")
    assert "列为覆盖单位" in _main(page)
    assert page.context["form"].initial["name"] == case.name

    response = _post(
        client,
        committee,
        "establishing-step",
        case.public_id,
        "set_up",
        name="清平市场联合党支部",
        guide=district.qingping_office.public_id,
        version=case.version,
    )

    case.refresh_from_db()
    assert case.state == S.RUNNING_IN
    assert "清平市场联合党支部" in _main(response)
    assert "还差 7 项，落实后才能办结" in _main(response)


def test_a_name_that_is_borne_is_told_plainly(client, committee, district):
    case = make_establishing(procedure=None)
    make_organisation(district.qingping, name="清平市场党支部")

    response = _post(
        client, committee, "establishing-step", case.public_id, "set_up", name="清平市场党支部"
    )

    assert "已有名为“清平市场党支部”的党组织" in _main(response)


def test_each_open_line_leads_to_what_can_be_done(client, committee):
    case = make_establishing(procedure=None, state=S.RUNNING_IN)
    organisation = organisation_of(case)

    page = _get(client, committee, "establishing-detail", case.public_id).content.decode()

    for address in (
        reverse("establishing-carry-out", args=[case.public_id, "transfers"]),
        reverse("establishing-carry-out", args=[case.public_id, "held"]),
        f"{reverse('election-new')}?organisation={organisation.public_id}",
        reverse("site-detail", args=[organisation.public_id]),
    ):
        assert address in page


def test_the_first_election_under_way_is_what_its_line_leads_to(client, committee):
    case = make_establishing(procedure=None, state=S.RUNNING_IN)
    election = make_election(branch=organisation_of(case), sort=Sort.FIRST, complete=False)

    page = _get(client, committee, "establishing-detail", case.public_id).content.decode()

    assert reverse("election-detail", args=[election.public_id]) in page
    assert reverse("election-new") not in page


def test_members_are_proposed_and_taken_in_by_two_forms(client, committee, district):
    case = make_establishing(procedure=None, state=S.RUNNING_IN)
    case.formation.members.all().delete()
    home = make_organisation(district.qingping)
    people = [
        make_member(home, id_number=f"36099919680402{number}") for number in range(2410, 2413)
    ]
    for member in people:
        case.formation.members.create(member=member, added_at=moment())
    carry = ("establishing-carry-out", case.public_id)

    _post(
        client,
        committee,
        *carry,
        "transfers",
        members=[member.public_id for member in people],
        channel=Channel.CARRIED,
    )
    open_ = list(Transfer.objects.filter(closed_at__isnull=True))
    assert len(open_) == 3
    page = _get(client, committee, *carry, "take-in")
    assert len(page.context["form"].fields["transfers"].choices) == 3
    response = _post(
        client, committee, *carry, "take-in", transfers=[row.public_id for row in open_]
    )

    assert set(Transfer.objects.values_list("state", flat=True)) == {TransferState.ACCEPTED}
    assert "正式党员转入满三名" not in response.context["missing"]
    old = _post(client, committee, *carry, "take-in", transfers=[open_[0].public_id])
    assert old.status_code == 409
    assert "没有还要一并办理的转接：介绍信都已开具并接收" in _main(old)


def test_of_an_old_tab_what_is_left_can_still_be_taken(client, committee):
    case = make_establishing(procedure=None, state=S.RUNNING_IN)
    home, into = make_organisation(case.area), organisation_of(case)
    for number in (2420, 2421):
        member = make_member(home, id_number=f"36099919680402{number}")
        case.formation.members.create(member=member, added_at=moment())
        make_transfer(from_org=home, to_org=into, member=member)
    done, left = Transfer.objects.order_by("pk")
    carry = ("establishing-carry-out", case.public_id, "take-in")
    _post(client, committee, *carry, transfers=[done.public_id])

    old = _post(client, committee, *carry, transfers=[done.public_id, left.public_id])

    assert "所选的转接有的已经办理" in _main(old)
    left.refresh_from_db()
    assert left.is_open
    _post(client, committee, *carry, transfers=[left.public_id])
    left.refresh_from_db()
    assert not left.is_open


def test_one_that_lacks_a_number_is_told_and_not_offered(client, committee):
    case = make_establishing(procedure=None, state=S.RUNNING_IN)
    people = [row.member for row in case.formation.members.order_by("pk")]
    client.force_login(committee)
    _post(
        client,
        committee,
        "establishing-carry-out",
        case.public_id,
        "transfers",
        members=[people[0].public_id],
        channel=Channel.CARRIED,
    )
    (transfer,) = Transfer.objects.all()

    page = _get(client, committee, "establishing-carry-out", case.public_id, "take-in")

    assert page.context["form"].fields["transfers"].choices == []
    assert f"信息不全、要先补齐的：{transfer.number}" in _main(page)


def test_the_station_assigns_an_instructor_from_the_page(client, station):
    case = make_establishing(procedure=None, state=S.RUNNING_IN)
    instructor = make_instructor()
    page = _get(client, station, "establishing-carry-out", case.public_id, "instructor")
    assert "联系 0 个党组织，满额 5 个" in page.content.decode()

    response = _post(
        client,
        station,
        "establishing-carry-out",
        case.public_id,
        "instructor",
        instructor=instructor.public_id,
    )

    assert InstructorLink.objects.get().organisation == case.organisation
    assert str(instructor) in _main(response)


def test_who_assigns_an_instructor_is_told_where_there_is_none(client, station, committee):
    case = make_establishing(state=S.RUNNING_IN)
    address = reverse("establishing-carry-out", args=[case.public_id, "instructor"])

    shown = {
        user: _get(client, user, "establishing-detail", case.public_id)
        for user in (station, committee)
    }

    office = organisation_of(case).guiding_body
    assert f"必办 尚未指派 由{office}指派" in _main(shown[committee])
    assert "必办 尚未指派 指派指导员" in _main(shown[station])
    assert [f"尚未指派 由{office}指派" in _main(page) for page in shown.values()] == [False, True]
    assert "尚未指派 指派指导员" in _main(shown[station])
    assert [address in page.content.decode() for page in shown.values()] == [True, False]


def test_the_meeting_is_planned_and_held(client, committee):
    case = make_establishing(procedure=None, state=S.RUNNING_IN)
    carry = ("establishing-carry-out", case.public_id)

    planned = _post(client, committee, *carry, "meeting", day=TODAY, place="清平市场二楼")
    assert "清平市场二楼" in _main(planned)
    held = _post(client, committee, *carry, "held", day=TODAY)

    assert "已召开" in _main(held)


def test_a_first_election_is_told_as_the_first_meeting_before_and_after(client, committee):
    case = make_establishing(state=S.RUNNING_IN)
    move_in(case)
    election = make_election(
        branch=organisation_of(case), sort=Sort.FIRST, state=ElectionState.REPORTED
    )
    foreseen = f"成立落实的第一次党员大会，日期 {TODAY:%Y-%m-%d}"

    asked = _get(client, committee, "election-step", election.public_id, "confirm")
    assert foreseen in _main(asked)
    take_as_somebody(election, ElectionAction.CONFIRM)

    shown = _main(_get(client, committee, "establishing-detail", case.public_id))
    assert f"按首次选举的日期登记 {election.number}" in shown
    assert "第一次党员大会 ES-7 必办 已落实" in shown


def test_a_meeting_held_before_is_not_told_as_the_first_election(client, committee):
    case = make_establishing(state=S.RUNNING_IN)
    settle(case)
    election = make_election(
        branch=organisation_of(case), sort=Sort.FIRST, state=ElectionState.REPORTED
    )

    asked = _get(client, committee, "election-step", election.public_id, "confirm")

    assert "成立落实的第一次党员大会" not in _main(asked)
    shown = _main(_get(client, committee, "establishing-detail", case.public_id))
    assert "按首次选举的日期登记" not in shown


def test_the_market_line_reads_site_and_instructor_and_nothing_of_members(client, station):
    case = make_establishing(procedure=None, state=S.RUNNING_IN)

    text = _main(_get(client, station, "establishing-detail", case.public_id))

    assert "标牌" in text
    assert "指导员" in text
    for word in ("正式党员", "书记到任", "编入党员", "方柏梁", "方*", "转接"):
        assert word not in text


def test_what_members_change_changes_nothing_for_the_market_line(client, station, committee):
    case = make_establishing(procedure=None, state=S.RUNNING_IN)
    before = _main(_get(client, station, "establishing-detail", case.public_id))

    settle_people_only(case, committee)

    assert _main(_get(client, station, "establishing-detail", case.public_id)) == before


def settle_people_only(case, committee):
    people = [row.member for row in case.formation.members.order_by("pk")]
    establishing.propose_transfers(
        actor=actor_for(committee, TODAY),
        case=case,
        members=people,
        channel=Channel.CARRIED,
        now=moment(),
    )


def test_finished_it_says_so(client, committee):
    case = make_establishing(procedure=None, state=S.RUNNING_IN)
    settle(case)
    answer_reviews(case)

    response = _post(
        client, committee, "establishing-step", case.public_id, "finish", version=case.version
    )

    case.refresh_from_db()
    assert case.state == S.DONE
    assert "已落实" in _main(response)


def test_an_open_line_bars_the_finishing_and_is_told_if_it_is_tried(client, committee):
    case = make_establishing(procedure=None, state=S.RUNNING_IN)
    answer_reviews(case)
    page = _get(client, committee, "establishing-detail", case.public_id)
    assert page.context["barred"] == ["finish"]

    response = _post(
        client, committee, "establishing-step", case.public_id, "finish", version=case.version
    )

    assert "还没有全部落实，不能办结：正式党员转入满三名：还差 3 名" in _main(response)


def test_of_an_organisation_that_ended_the_page_says_so_and_offers_its_end_alone(client, committee):
    case = make_establishing(procedure=None, state=S.RUNNING_IN)
    Organisation.objects.filter(pk=case.organisation_id).update(
        state=OrgState.DISSOLVED, dissolved_on=TODAY
    )
    page = _get(client, committee, "establishing-detail", case.public_id)

    assert "已撤销或合并，不能再办结，请终止落实" in _main(page)
    assert page.context["deeds"] == []
    assert reverse("establishing-step", args=[case.public_id, "stop"]) in page.content.decode()
    carried = _get(client, committee, "establishing-carry-out", case.public_id, "meeting")
    assert carried.status_code == 409


@pytest.mark.parametrize("state", [S.SETTING_UP, S.RUNNING_IN, S.DONE])
@pytest.mark.parametrize("who", ["committee", "station"])
def test_a_page_asks_few_questions(client, request, state, who):
    case = make_establishing(procedure=None, state=state)
    make_establishing(procedure=None)
    client.force_login(request.getfixturevalue(who))
    Sighting.objects.all().delete()

    found = []
    for _visit in range(2):
        with CaptureQueriesContext(connection) as queries:
            address = reverse("establishing-detail", args=[case.public_id])
            assert client.get(address).status_code == 200
        found.append(len(queries))

    assert max(found) <= MOST, found
