"""Pages of members: who gets in, what is masked, search, changes, constant queries."""

from datetime import date

import pytest
from django.urls import reverse

from tests.factories import (
    make_business,
    make_district,
    make_member,
    make_organisation,
    make_user,
    seat_of,
)
from xgz.models import Member, MemberLink
from xgz.rules.members import MemberClass, MembershipStatus
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def branch(district):
    return make_organisation(district.qingping, name="清平一支部")


def _get(client, user, name, *args, **query):
    client.force_login(user)
    return client.get(reverse(name, args=args), query)


@pytest.mark.parametrize(
    "role",
    [
        Role.BUREAU,
        Role.STATION_HEAD,
        Role.INSTRUCTOR,
        Role.ASSOCIATION,
        Role.OWNER,
        Role.SYSTEM_ADMIN,
        Role.SECURITY_ADMIN,
        Role.AUDIT_ADMIN,
    ],
)
def test_no_other_line_reaches_the_member_pages(client, district, branch, role):
    member = make_member(branch)
    links = {"business": make_business()} if role is Role.OWNER else {}
    user = make_user(role, seat_of(role, district), **links)

    pages = [
        _get(client, user, "member-list"),
        _get(client, user, "member-detail", member.public_id),
        _get(client, user, "member-change", member.public_id, "status"),
    ]

    assert [page.status_code for page in pages] == [403, 403, 403]
    assert all("方" not in page.content.decode() for page in pages)


def test_the_township_reads_names_and_masked_numbers(client, district, branch):
    member = make_member(branch, id_number="36099919680402241X")
    user = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)

    pages = [
        _get(client, user, "member-list").content.decode(),
        _get(client, user, "member-detail", member.public_id).content.decode(),
    ]

    for text in pages:
        assert "方柏梁" in text
        assert "360999********241X" in text
        assert "36099919680402241X" not in text
        assert "13800006021" not in text


def test_the_social_work_department_reads_masked_names(client, district, branch):
    member = make_member(branch)
    user = make_user(Role.SOCIAL_WORK_DEPT, district.social_work)

    pages = [
        _get(client, user, "member-list").content.decode(),
        _get(client, user, "member-detail", member.public_id).content.decode(),
    ]

    assert all("方*" in text and "方柏梁" not in text for text in pages)


def test_a_member_sees_the_own_page_and_nobody_else(client, branch):
    own, other = make_member(branch, name="蒲青禾"), make_member(branch)
    user = make_user(Role.MEMBER, branch.body, member=own)

    shown = _get(client, user, "member-list")

    assert [row.member for row in shown.context["rows"]] == [own]
    assert _get(client, user, "member-detail", own.public_id).status_code == 200
    assert _get(client, user, "member-detail", other.public_id).status_code == 404
    assert _get(client, user, "member-change", own.public_id, "status").status_code == 403


def test_a_member_out_of_scope_is_not_found(client, district):
    member = make_member(make_organisation(district.liuquan))
    user = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)

    assert _get(client, user, "member-detail", member.public_id).status_code == 404


def test_the_name_search_stays_inside_the_scope(client, district, branch):
    near = make_member(branch)
    make_member(branch, name="许一宁")
    make_member(make_organisation(district.liuquan))
    user = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)

    client.force_login(user)
    page = client.post(reverse("member-list"), {"q": " 方 柏"}, follow=True)

    assert [row.member for row in page.context["rows"]] == [near]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"正常", "预备", "流动", "活动"}),
        ({"status": "deceased"}, {"去世"}),
        ({"status": "all"}, {"正常", "预备", "流动", "活动", "去世"}),
        ({"member_class": "probationary"}, {"预备"}),
        ({"floating": "yes"}, {"流动"}),
        ({"floating": "unknown"}, {"正常", "预备", "活动"}),
        ({"member_class": "no such"}, {"正常", "预备", "流动", "活动"}),
    ],
)
def test_the_filters(client, district, branch, query, found):
    make_member(branch, name="正常")
    make_member(branch, name="预备", member_class=MemberClass.PROBATIONARY)
    make_member(branch, name="流动", is_floating=True)
    make_member(branch, name="去世", status=MembershipStatus.DECEASED)
    make_member(make_organisation(district.liuquan), name="活动", activity_org=branch)
    user = make_user(Role.ORG_DEPT, district.org_dept)

    page = _get(client, user, "member-list", organisation=branch.public_id, **query)

    assert {row.name for row in page.context["rows"]} == found


def test_the_list_sorts_by_birth_date(client, district, branch):
    younger = make_member(branch, born_on=date(1990, 1, 1))
    older = make_member(branch, born_on=date(1940, 1, 1))
    user = make_user(Role.ORG_DEPT, district.org_dept)

    page = _get(client, user, "member-list", sort="born")

    assert [row.member for row in page.context["rows"]] == [older, younger]


def test_both_links_and_the_timeline_show(client, district, branch):
    host = make_organisation(
        district.qingping, name="清平联合支部", guiding_body=district.qingping_office
    )
    member = make_member(branch, activity_org=host)
    MemberLink.objects.create(
        member=member, kind="activity", organisation=host, valid_from=date(2025, 3, 12)
    )
    user = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)

    text = _get(client, user, "member-detail", member.public_id).content.decode()

    shown = [
        "清平一支部",
        "清平联合支部",
        "清平所指导",
        "2025-03-12 起",
        "参加活动所在：清平联合支部",
    ]
    assert [word for word in shown if word not in text] == []


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ("status", {"status": "lost_contact", "reason": "查找未果", "day": "2026-05-01"}),
        ("class", {"member_class": "full", "day": "2026-05-01"}),
        ("activity", {"organisation": "@host", "day": "2026-05-01"}),
    ],
)
def test_each_change_goes_through_its_page(client, district, branch, change, fields):
    host = make_organisation(district.qingping)
    member = make_member(branch, member_class=MemberClass.PROBATIONARY)
    client.force_login(make_user(Role.TOWNSHIP_COMMITTEE, district.qingping))
    url = reverse("member-change", args=[member.public_id, change])

    shown = client.get(url)
    sent = client.post(
        url,
        {key: host.public_id if value == "@host" else value for key, value in fields.items()},
        follow=True,
    )

    assert shown.status_code == 200
    assert sent.redirect_chain, sent.context["form"].errors
    assert "已办理" in sent.content.decode()


def test_a_refusal_says_what_to_do_and_changes_nothing(client, district, branch):
    member = make_member(branch, member_class=MemberClass.PROBATIONARY, joined_on=date(2026, 1, 15))
    client.force_login(make_user(Role.ORG_DEPT, district.org_dept))

    page = client.post(
        reverse("member-change", args=[member.public_id, "class"]),
        {"member_class": "full", "day": "2026-05-01"},
    )

    assert "最早 2027-01-15 转正" in page.content.decode()
    assert Member.objects.get(pk=member.pk).member_class == MemberClass.PROBATIONARY


def test_a_branch_secretary_changes_nothing(client, branch):
    member = make_member(branch)
    client.force_login(make_user(Role.BRANCH_SECRETARY, branch.body))

    page = client.post(
        reverse("member-change", args=[member.public_id, "status"]),
        {"status": "lost_contact", "reason": "查找未果", "day": "2026-05-01"},
    )

    assert page.status_code == 403
    assert Member.objects.get(pk=member.pk).status == MembershipStatus.NORMAL


def test_an_unknown_change_is_not_found(client, district, branch):
    user = make_user(Role.ORG_DEPT, district.org_dept)

    page = _get(client, user, "member-change", make_member(branch).public_id, "erase")

    assert page.status_code == 404


def test_the_list_takes_as_many_queries_for_three_rows_as_for_one(
    client, district, branch, django_assert_max_num_queries
):
    user = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    client.force_login(user)
    make_member(branch)
    counts = []
    for _round in range(2):
        with django_assert_max_num_queries(30) as seen:
            page = client.post(reverse("member-list"), {"q": "方柏"}, follow=True)
            assert page.status_code == 200
        counts.append(len(seen))
        host = make_organisation(district.qingping)
        for _number in range(2):
            member = make_member(make_organisation(district.qingping), activity_org=host)
            host.posts.create(post="committee_member", member=member)

    assert counts[0] == counts[1]


def test_the_detail_takes_as_many_queries_for_a_longer_life(
    client, district, branch, django_assert_max_num_queries
):
    member = make_member(branch)
    client.force_login(make_user(Role.ORG_DEPT, district.org_dept))
    url = reverse("member-detail", args=[member.public_id])
    client.get(url)  # the first visit also writes down that the person was seen (RV-5)
    counts = []
    for year in (2020, 2021):
        MemberLink.objects.create(
            member=member,
            kind="activity",
            organisation=make_organisation(district.qingping),
            valid_from=date(year, 1, 1),
            valid_to=date(year, 6, 1),
        )
        member.workplaces.create(business=make_business(township=district.qingping))
        branch.posts.create(post="committee_member", member=member)
        with django_assert_max_num_queries(30) as seen:
            assert client.get(url).status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1]


def test_the_head_counts_members_and_people_in_development_apart(client, district, branch):
    for member_class in ("full", "full", "probationary", "activist", "applicant", "unknown"):
        make_member(branch, member_class=member_class)
    user = make_user(Role.ORG_DEPT, district.org_dept)

    text = _get(client, user, "member-list").content.decode()

    assert "党员 3 人，发展对象、积极分子等 2 人，类别未知 1 人" in text


@pytest.mark.parametrize(
    ("member_class", "status", "shown"),
    [
        ("full", "normal", True),
        ("probationary", "lost_contact", True),
        ("activist", "normal", False),
        ("development_target", "unknown", False),
        ("applicant", "deceased", True),
        ("unknown", "normal", True),
    ],
)
def test_membership_status_is_told_of_members_only(
    client, district, branch, member_class, status, shown
):
    make_member(branch, member_class=member_class, status=status)
    user = make_user(Role.ORG_DEPT, district.org_dept)

    (row,) = _get(client, user, "member-list", status="all").context["rows"]

    assert row.has_status is shown


def test_no_status_is_shown_of_an_activist(client, district, branch):
    activist = make_member(branch, member_class=MemberClass.ACTIVIST)
    user = make_user(Role.ORG_DEPT, district.org_dept)

    pages = [
        _get(client, user, "member-list").content.decode(),
        _get(client, user, "member-detail", activist.public_id).content.decode(),
        _get(client, user, "organisation-detail", branch.public_id).content.decode(),
    ]

    # Left are the filter's option in the list and the branch's own state on its page.
    assert [page.count(">正常<") for page in pages] == [1, 0, 1]


@pytest.mark.parametrize(("change", "name"), [("status", "status"), ("class", "member_class")])
def test_nothing_is_chosen_beforehand(client, district, branch, change, name):
    member = make_member(branch, member_class=MemberClass.PROBATIONARY)
    client.force_login(make_user(Role.ORG_DEPT, district.org_dept))
    url = reverse("member-change", args=[member.public_id, change])

    text = client.get(url).content.decode()
    sent = client.post(url, {"day": "2026-05-01", "reason": "查找未果"})

    assert '<option value="" selected>请选择</option>' in text
    assert sent.context["form"].errors[name] == ["请选择一项。"]


@pytest.mark.parametrize("words", ["方柏梁本人申请", "据 方 柏 梁 来信", "电话 13800006021"])
def test_a_reason_kept_in_clear_takes_no_name_and_no_number(client, district, branch, words):
    member = make_member(branch)
    client.force_login(make_user(Role.TOWNSHIP_COMMITTEE, district.qingping))
    address = reverse("member-change", args=[member.public_id, "status"])
    sent = {"status": MembershipStatus.LOST_CONTACT, "day": "2026-01-05"}

    refused = client.post(address, sent | {"reason": words})
    taken = client.post(address, sent | {"reason": "支部大会决定"})

    assert (refused.status_code, taken.status_code) == (200, 302)
    assert "x-field-error" in refused.content.decode()


def test_the_title_of_a_members_page_names_nobody(client, district, branch):
    user = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)

    page = _get(client, user, "member-detail", make_member(branch).public_id).content.decode()

    assert "方柏梁" not in page[page.index("<title>") : page.index("</title>")]
