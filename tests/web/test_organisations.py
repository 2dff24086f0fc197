"""Pages of organisations: what each role sees, refusals, the study's case, constant queries."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    make_business,
    make_coverage,
    make_district,
    make_market,
    make_member,
    make_organisation,
    make_user,
)
from xgz.models import Member, OrganisationPost, sealing
from xgz.models.fields import new_public_id
from xgz.rules.members import MemberClass
from xgz.rules.organisations import FormationMode, OrgState, OrgType
from xgz.rules.roles import Resource, Role, scope_of

pytestmark = pytest.mark.django_db
STUDY_DAY = "2016-12-31"
# Ages as at the end of 2016: five members, sum 329, the secretary the youngest at 60.
STUDY_YEARS = (1956, 1952, 1949, 1948, 1946)


@pytest.fixture
def district():
    return make_district()


def _study_branch(district):
    branch = make_organisation(
        district.qingping,
        name="清平所微型企业联合党支部",
        formation_mode=FormationMode.JOINT,
        guiding_body=district.qingping_office,
    )
    members = [
        make_member(branch, name=f"{surname}柏梁", born_on=date(year, 3, 1))
        for surname, year in zip("方许阮霍康", STUDY_YEARS, strict=True)
    ]
    appoint(branch, members[0], "方柏梁")
    return branch


def appoint(branch, member, name, post="secretary"):
    public_id = new_public_id()
    return OrganisationPost.objects.create(
        public_id=public_id,
        organisation=branch,
        post=post,
        member=member,
        holder_name_sealed=sealing.seal("post.holder_name", public_id, name),
        valid_from=date(2014, 1, 1),
    )


def _get(client, user, name, *args, **query):
    client.force_login(user)
    return client.get(reverse(name, args=args), query)


def test_the_study_branch_shows_its_average_by_rule(client, district):
    branch = _study_branch(district)
    user = make_user(Role.BUREAU, district.bureau)

    page = _get(client, user, "organisation-detail", branch.public_id, as_at=STUDY_DAY)

    text = page.content.decode()
    assert page.status_code == 200
    assert "<b>65.8</b>" in text
    assert "OR-6" in text
    assert text.count("老龄化无接续") >= 2


def test_the_list_shows_the_average_as_at_the_chosen_day(client, district):
    _study_branch(district)
    user = make_user(Role.ORG_DEPT, district.org_dept)

    page = _get(client, user, "organisation-list", as_at=STUDY_DAY, warning="ageing")

    assert "65.8" in page.content.decode()
    assert page.context["listing"].total == 1


def test_a_wrong_day_shows_its_error_and_filters_nothing_else(client, district):
    make_organisation(district.qingping, name="清平一支部")
    make_organisation(district.liuquan, name="柳泉二支部")
    user = make_user(Role.ORG_DEPT, district.org_dept)

    page = _get(client, user, "organisation-list", as_at="2016-13-40", q="清平")

    assert "请按 2026-10-10 的样子填写日期" in page.content.decode()
    assert page.context["listing"].total == 1


def test_the_market_line_sees_masked_names_and_no_member_pages(client, district):
    branch = _study_branch(district)
    user = make_user(Role.STATION_HEAD, district.qingping_office)

    text = _get(client, user, "organisation-detail", branch.public_id).content.decode()

    assert "方*" in text
    assert "方柏梁" not in text
    assert "/members/" not in text
    assert "1956" not in text


@pytest.mark.parametrize(
    ("day", "shown"), [("2016-12-31", True), ("2016-12-30", False)], ids=["year end", "other"]
)
def test_the_market_line_gets_averages_of_year_ends_only(client, district, day, shown):
    branch = _study_branch(district)
    user = make_user(Role.BUREAU, district.bureau)

    pages = [
        _get(client, user, "organisation-list", as_at=day).content.decode(),
        _get(client, user, "organisation-detail", branch.public_id, as_at=day).content.decode(),
    ]

    assert [("只能看年末" in text) for text in pages] == [not shown] * 2
    assert [("65.8" in text) for text in pages] == [shown] * 2
    assert "最小年龄" not in pages[1]


def test_an_official_who_is_a_member_reads_no_other_names_in_clear(client, district):
    branch = _study_branch(district)
    own = make_organisation(district.liuquan, guiding_body=None)
    self = make_member(own, name="蒲青禾")
    appoint(own, self, "蒲青禾")
    user = make_user(Role.BUREAU, district.bureau)
    user.role_assignments.create(
        role=Role.MEMBER, body=own.body, member=self, valid_from=date(2020, 1, 1)
    )

    guided = _get(client, user, "organisation-detail", branch.public_id).content.decode()
    home = _get(client, user, "organisation-detail", own.public_id).content.decode()

    assert "方柏梁" not in guided
    assert "蒲青禾" in home


def test_the_township_reads_names_in_clear_and_opens_members(client, district):
    branch = _study_branch(district)
    user = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)

    text = _get(client, user, "organisation-detail", branch.public_id).content.decode()

    assert "方柏梁" in text
    assert "/members/" in text


def test_the_social_work_department_sees_masked_names(client, district):
    branch = _study_branch(district)
    user = make_user(Role.SOCIAL_WORK_DEPT, district.social_work)

    text = _get(client, user, "organisation-detail", branch.public_id).content.decode()

    assert "方*" in text
    assert "方柏梁" not in text


def test_an_organisation_out_of_scope_is_not_found(client, district):
    branch = make_organisation(district.liuquan)
    user = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)

    assert _get(client, user, "organisation-detail", branch.public_id).status_code == 404
    assert _get(client, user, "organisation-change", branch.public_id, "move").status_code == 404


@pytest.mark.parametrize("role", [Role.OWNER, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN])
def test_roles_without_organisations_are_refused(client, district, role):
    links = {"business": make_business()} if role is Role.OWNER else {}
    user = make_user(role, district.administration, **links)

    assert scope_of(role, Resource.ORGANISATION) is None
    assert _get(client, user, "organisation-list").status_code == 403


def test_a_change_without_the_right_is_refused(client, district):
    branch = _study_branch(district)
    user = make_user(Role.BUREAU, district.bureau)
    client.force_login(user)

    shown = client.get(reverse("organisation-change", args=[branch.public_id, "rename"]))
    sent = client.post(
        reverse("organisation-change", args=[branch.public_id, "rename"]),
        {"name": "别的名字", "day": "2026-01-01"},
    )

    branch.refresh_from_db()
    assert (shown.status_code, sent.status_code) == (403, 403)
    assert branch.name == "清平所微型企业联合党支部"


def test_an_unknown_change_is_not_found(client, district):
    branch = make_organisation(district.qingping)
    user = make_user(Role.ORG_DEPT, district.org_dept)

    assert _get(client, user, "organisation-change", branch.public_id, "erase").status_code == 404


def test_renaming_by_the_page_writes_the_change(client, district):
    branch = make_organisation(district.qingping)
    client.force_login(make_user(Role.TOWNSHIP_COMMITTEE, district.qingping))

    page = client.post(
        reverse("organisation-change", args=[branch.public_id, "rename"]),
        {"name": "清平新支部", "day": "2026-03-01", "note": "清组〔2026〕1号"},
        follow=True,
    )

    branch.refresh_from_db()
    assert branch.name == "清平新支部"
    assert "清组〔2026〕1号" in page.content.decode()


def test_a_note_with_a_long_number_is_refused(client, district):
    branch = make_organisation(district.qingping)
    client.force_login(make_user(Role.ORG_DEPT, district.org_dept))

    page = client.post(
        reverse("organisation-change", args=[branch.public_id, "rename"]),
        {"name": "清平新支部", "day": "2026-03-01", "note": "电话13800006021"},
    )

    branch.refresh_from_db()
    assert "说明里不要写证件号码、手机号等号码" in page.content.decode()
    assert branch.name != "清平新支部"


def test_dissolving_with_members_left_says_what_to_do(client, district):
    branch = _study_branch(district)
    client.force_login(make_user(Role.ORG_DEPT, district.org_dept))

    page = client.post(
        reverse("organisation-change", args=[branch.public_id, "dissolve"]), {"day": "2026-03-01"}
    )

    branch.refresh_from_db()
    assert "还有 5 名在册人员" in page.content.decode()
    assert branch.state == OrgState.ACTIVE


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ("life", {"day": "2026-05-01"}),
        ("election", {"day": "2026-05-01"}),
        ("appoint", {"post": "deputy_secretary", "holder_name": "左明远", "day": "2026-05-01"}),
        ("relieve", {"post": "@post", "day": "2026-05-01"}),
        ("cover", {"code": "@code", "day": "2026-05-01"}),
        ("uncover", {"unit": "@unit", "day": "2026-05-01"}),
        ("rename", {"name": "新名", "day": "2026-05-01"}),
        ("move", {"superior": "@liuquan", "day": "2026-05-01"}),
        ("guidance", {"guiding_body": "", "day": "2026-05-01"}),
        (
            "split",
            {
                "name": "分出的支部",
                "formation_mode": "joint",
                "members": "@member",
                "day": "2026-05-01",
            },
        ),
        ("merge", {"into": "@other", "day": "2026-05-01"}),
    ],
)
def test_each_change_goes_through_its_page(client, district, change, fields):
    branch = _study_branch(district)
    other = make_organisation(district.qingping)
    covered, uncovered = make_business(), make_business()
    make_coverage(branch, business=covered)
    values = {
        "@post": branch.posts.get().public_id,
        "@code": uncovered.credit_code,
        "@unit": covered.public_id,
        "@liuquan": district.liuquan.public_id,
        "@member": Member.objects.filter(formal_org=branch).first().public_id,
        "@other": other.public_id,
    }
    client.force_login(make_user(Role.ORG_DEPT, district.org_dept))
    url = reverse("organisation-change", args=[branch.public_id, change])

    shown = client.get(url)
    sent = client.post(url, {key: values.get(value, value) for key, value in fields.items()})

    assert shown.status_code == 200
    assert sent.status_code == 302, sent.context["form"].errors


def test_confirming_an_unconfirmed_organisation_by_the_page(client, district):
    branch = make_organisation(
        district.org_dept, state=OrgState.UNCONFIRMED, org_type=OrgType.UNKNOWN
    )
    client.force_login(make_user(Role.ORG_DEPT, district.org_dept))

    client.post(
        reverse("organisation-change", args=[branch.public_id, "confirm"]),
        {
            "superior": district.qingping.public_id,
            "org_type": "branch",
            "formation_mode": "joint",
            "day": "2026-05-01",
        },
    )

    branch.refresh_from_db()
    assert branch.state == OrgState.ACTIVE
    assert branch.body.parent_id == district.qingping.pk


def test_setting_up_by_the_page(client, district):
    client.force_login(make_user(Role.TOWNSHIP_COMMITTEE, district.qingping))

    page = client.post(
        reverse("organisation-set-up"),
        {
            "name": "清平新支部",
            "org_type": "branch",
            "formation_mode": "joint",
            "superior": district.qingping.public_id,
            "guiding_body": district.qingping_office.public_id,
            "day": "2026-05-01",
        },
        follow=True,
    )

    assert page.redirect_chain
    assert "清平新支部" in page.content.decode()


def test_the_township_is_not_offered_superiors_elsewhere(client, district):
    client.force_login(make_user(Role.TOWNSHIP_COMMITTEE, district.qingping))

    text = client.get(reverse("organisation-set-up")).content.decode()

    assert "清平镇党委" in text
    assert district.liuquan.public_id not in text
    assert client.get(reverse("organisation-list")).status_code == 200


def test_setting_up_is_refused_to_the_bureau(client, district):
    assert (
        _get(client, make_user(Role.BUREAU, district.bureau), "organisation-set-up").status_code
        == 403
    )


def test_every_covered_unit_is_listed_with_its_status(client, district):
    branch = _study_branch(district)
    make_coverage(branch, business=make_business(name="开着的店"))
    make_coverage(branch, business=make_business(name="关了的店", status="cancelled"))
    make_coverage(branch, market=make_market(name="清平农贸市场"))
    make_coverage(branch, code_text="92360999XXXX")
    user = make_user(Role.ORG_DEPT, district.org_dept)

    text = _get(client, user, "organisation-detail", branch.public_id).content.decode()

    shown = ["开着的店", "关了的店", "注销", "清平农贸市场", "92360999XXXX", "待核实", "OR-9"]
    assert [word for word in shown if word not in text] == []


def test_a_plain_member_sees_the_own_branch_without_figures(client, district):
    branch = _study_branch(district)
    self = Member.objects.filter(formal_org=branch).order_by("pk").first()
    user = make_user(Role.MEMBER, branch.body, member=self)

    page = _get(client, user, "organisation-detail", branch.public_id)

    assert page.status_code == 200
    assert page.context["row"].facts is None
    assert [row.member for row in page.context["members"]] == [self]


def _queries(client, user, url, django_assert_max_num_queries):
    client.force_login(user)
    with django_assert_max_num_queries(30) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize("role", [Role.ORG_DEPT, Role.BUREAU, Role.TOWNSHIP_COMMITTEE])
def test_the_list_takes_as_many_queries_for_three_rows_as_for_one(
    client, district, role, django_assert_max_num_queries
):
    body = {
        Role.ORG_DEPT: district.org_dept,
        Role.BUREAU: district.bureau,
        Role.TOWNSHIP_COMMITTEE: district.qingping,
    }[role]
    user = make_user(role, body)
    url = reverse("organisation-list") + f"?as_at={STUDY_DAY}&warning=any"
    _study_branch(district)
    one = _queries(client, user, url, django_assert_max_num_queries)
    for _number in range(2):
        branch = make_organisation(district.qingping, guiding_body=district.qingping_office)
        make_coverage(branch, business=make_business())
        appoint(branch, make_member(branch), "许一宁")

    three = _queries(client, user, url, django_assert_max_num_queries)

    assert one == three


def test_the_detail_takes_as_many_queries_for_more_rows(
    client, district, django_assert_max_num_queries
):
    branch = _study_branch(district)
    make_coverage(branch, business=make_business())
    make_coverage(branch, market=make_market())
    user = make_user(Role.ORG_DEPT, district.org_dept)
    url = reverse("organisation-detail", args=[branch.public_id])
    few = _queries(client, user, url, django_assert_max_num_queries)
    for number in range(3):
        make_coverage(branch, business=make_business())
        appoint(branch, make_member(branch), "许一宁", "committee_member")
        branch.changes.create(kind="renamed", happened_on=date(2020, 1, 1 + number))

    many = _queries(client, user, url, django_assert_max_num_queries)

    assert few == many


@pytest.mark.parametrize(
    ("warning", "found"), [("below-min", 1), ("ageing", 1), ("life", 2), ("closed", 0)]
)
def test_the_warning_filter_lists_what_the_rule_finds(client, district, warning, found):
    _study_branch(district)
    young = make_organisation(district.qingping)
    make_member(young, born_on=date(1990, 1, 1), member_class=MemberClass.PROBATIONARY)
    user = make_user(Role.ORG_DEPT, district.org_dept)

    page = _get(client, user, "organisation-list", warning=warning)

    assert page.context["listing"].total == found


def test_the_superior_filter_takes_the_whole_subtree(client, district):
    committee = make_organisation(district.qingping, org_type=OrgType.COMMITTEE)
    make_organisation(committee.body)
    make_organisation(district.liuquan)
    user = make_user(Role.ORG_DEPT, district.org_dept)

    page = _get(client, user, "organisation-list", superior=district.qingping.public_id)

    assert page.context["listing"].total == 2


def test_dissolved_organisations_show_only_when_asked_for(client, district):
    make_organisation(
        district.qingping, state=OrgState.DISSOLVED, dissolved_on=timezone.localdate()
    )
    user = make_user(Role.ORG_DEPT, district.org_dept)

    normal = _get(client, user, "organisation-list")
    all_states = _get(client, user, "organisation-list", state="all")

    assert (normal.context["listing"].total, all_states.context["listing"].total) == (0, 1)
