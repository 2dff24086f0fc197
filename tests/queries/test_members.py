"""Search by keyed digests within scope, masked rows, the timeline."""

from datetime import date

import pytest

from tests.factories import actor_as, make_district, make_member, make_organisation
from xgz.models import Member, MemberEvent, MemberLink
from xgz.queries.members import Happening, TimelineRow, member_rows, members_named, timeline_of
from xgz.rules.members import MembershipStatus
from xgz.rules.organisations import Post
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("方柏梁", {"方柏梁"}),
        ("方", {"方柏梁", "方梁柏"}),
        ("柏梁", {"方柏梁", "许柏梁"}),
        ("梁柏", {"方梁柏"}),
        ("", {"方柏梁", "方梁柏", "许柏梁"}),
        ("方柏梁梁", set()),
        ("阮", set()),
    ],
)
def test_a_name_is_found_by_its_pairs(district, text, found):
    branch = make_organisation(district.qingping)
    for name in ("方柏梁", "方梁柏", "许柏梁"):
        make_member(branch, name=name)

    rows = members_named(Member.objects.all(), text)

    assert {member.name for member in rows} == found


def test_the_search_stays_inside_the_given_rows(district):
    near = make_member(make_organisation(district.qingping))
    make_member(make_organisation(district.liuquan))

    rows = members_named(Member.objects.filter(pk=near.pk), "方柏梁")

    assert list(rows) == [near]


def test_a_guest_is_named_in_clear_where_the_township_reaches_one_link(district):
    host = make_organisation(district.qingping)
    guest = make_member(make_organisation(district.liuquan), activity_org=host)
    actor = actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)

    (row,) = member_rows([guest], actor)

    assert row.name == "方柏梁"


def test_numbers_are_masked_for_everybody(district):
    member = make_member(
        make_organisation(district.qingping), id_number="36099919680402241X", phone="13800006021"
    )
    actor = actor_as(Role.ORG_DEPT, district.org_dept)

    (row,) = member_rows([member], actor)

    assert (row.name, row.id_number, row.phone, row.age) == (
        "方柏梁",
        "360999********241X",
        "138****6021",
        58,
    )


def test_the_social_work_department_reads_masked_names(district):
    member = make_member(make_organisation(district.qingping))

    (row,) = member_rows([member], actor_as(Role.SOCIAL_WORK_DEPT, district.social_work))

    assert row.name == "方*"


def test_posts_stand_in_their_order_and_ended_ones_are_left_out(district):
    branch = make_organisation(district.qingping)
    member = make_member(branch)
    for post, until in (
        ("committee_member", None),
        ("secretary", None),
        ("deputy_secretary", date(2024, 1, 1)),
    ):
        branch.posts.create(post=post, member=member, valid_to=until)

    (row,) = member_rows([member], actor_as(Role.ORG_DEPT, district.org_dept))

    assert row.posts == (Post.SECRETARY, Post.COMMITTEE_MEMBER)


def test_the_timeline_holds_every_dated_fact_newest_first(district):
    branch = make_organisation(district.qingping, name="清平一支部")
    member = make_member(branch, joined_on=date(1994, 6, 28), full_on=date(1995, 6, 28))
    MemberLink.objects.create(
        member=member, kind="formal", organisation=branch, valid_from=date(2011, 6, 20)
    )
    MemberLink.objects.create(
        member=member, kind="activity", organisation=branch, valid_to=date(2010, 1, 1)
    )
    MemberEvent.objects.create(
        member=member,
        happened_on=date(2020, 1, 1),
        field="status",
        before=MembershipStatus.LOST_CONTACT,
        after=MembershipStatus.NORMAL,
        reason="恢复联系",
    )

    assert timeline_of(member) == [
        TimelineRow(
            date(2020, 1, 1), Happening.STATUS, "normal", before="lost_contact", note="恢复联系"
        ),
        TimelineRow(date(2011, 6, 20), Happening.LINK_BEGAN, "formal", "清平一支部"),
        TimelineRow(date(2010, 1, 1), Happening.LINK_ENDED, "activity", "清平一支部"),
        TimelineRow(date(1995, 6, 28), Happening.BECAME_FULL, ""),
        TimelineRow(date(1994, 6, 28), Happening.JOINED, ""),
    ]
