"""Pages of organisations: what each role sees, refusals, the study's case, constant queries."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    TODAY,
    actor_as,
    make_business,
    make_coverage,
    make_district,
    make_market,
    make_member,
    make_organisation,
    make_user,
    seat_of,
)
from tests.factories.closures import the_district
from tests.factories.elections import make_election
from tests.factories.establishing import make_establishing
from tests.factories.transfers import make_transfer
from xgz.access import clock
from xgz.models import CaseParty, Member, OrganisationPost, Transfer, sealing
from xgz.models.fields import new_public_id
from xgz.rules.elections import ElectionState
from xgz.rules.establishing import EstablishingState
from xgz.rules.members import MemberClass
from xgz.rules.organisations import FormationMode, OrgState, OrgType
from xgz.rules.roles import Resource, Role, scope_of
from xgz.services import organisations

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


@pytest.mark.parametrize(("people", "shown"), [(3, True), (2, False)], ids=["three", "two"])
def test_the_market_line_gets_no_average_of_few(client, district, people, shown):
    branch = make_organisation(district.qingping, guiding_body=district.qingping_office)
    for _ in range(people):
        make_member(branch, born_on=date(1950, 1, 1))
    user = make_user(Role.STATION_HEAD, district.qingping_office)
    age = f"{timezone.localdate().year - 1950}.0"

    pages = [
        _get(client, user, "organisation-list").content.decode(),
        _get(client, user, "organisation-detail", branch.public_id).content.decode(),
    ]

    assert [age in text for text in pages] == [shown] * 2
    assert ["老龄化无接续" in text for text in pages] == [True] * 2
    assert ("平均年龄在 55 岁以上" in pages[1]) is not shown
    assert ("为保护个人年龄，不显示" in pages[1]) is not shown


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
    user = make_user(role, seat_of(role, district), **links)

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

    filled = {key: values.get(value, value) for key, value in fields.items()}

    shown = client.get(url)
    sent = client.post(url, filled | {"confirmed": "yes"})

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
    client.get(url)  # the first visit also writes down who was seen (RV-5)
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


def _change(client, organisation, change, **fields):
    return client.post(
        reverse("organisation-change", args=[organisation.public_id, change]), fields
    )


@pytest.fixture
def org_dept_client(client, district):
    client.force_login(make_user(Role.ORG_DEPT, district.org_dept))
    return client


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ("appoint", ["post"]),
        ("relieve", ["post"]),
        ("uncover", ["unit"]),
        ("split", ["formation_mode"]),
        ("merge", ["into"]),
        ("move", ["superior"]),
    ],
)
def test_nothing_is_chosen_beforehand(org_dept_client, district, change, names):
    branch = _study_branch(district)
    make_organisation(district.qingping)
    make_coverage(branch, business=make_business())
    url = reverse("organisation-change", args=[branch.public_id, change])

    text = org_dept_client.get(url).content.decode()
    form = _change(org_dept_client, branch, change, day="2026-05-01", name="新").context["form"]

    assert text.count('<option value="" selected>请选择</option>') == len(names)
    assert {name: form.errors[name] for name in names} == {name: ["请选择一项。"] for name in names}


def test_confirming_and_setting_up_start_without_type_and_mode(org_dept_client, district):
    branch = make_organisation(district.org_dept, state=OrgState.UNCONFIRMED)
    pages = [
        reverse("organisation-change", args=[branch.public_id, "confirm"]),
        reverse("organisation-set-up"),
    ]

    texts = [org_dept_client.get(url).content.decode() for url in pages]

    chosen = [text.count('<option value="" selected>请选择</option>') for text in texts]
    assert chosen == [3, 3]  # superior, type, mode


def test_merging_asks_a_second_time_with_names_and_numbers(org_dept_client, district):
    branch, other = _study_branch(district), make_organisation(district.qingping, name="清平二支部")
    make_coverage(branch, business=make_business())
    make_member(branch, status="deceased")
    fields = {"into": other.public_id, "day": "2026-05-01", "note": "清组〔2026〕2号"}

    asked = _change(org_dept_client, branch, "merge", **fields)

    branch.refresh_from_db()
    text = asked.content.decode()
    assert branch.state == OrgState.ACTIVE
    assert asked.context["form"].effects() == [
        "“清平所微型企业联合党支部”并入“清平二支部”，“清平所微型企业联合党支部”列为已撤销。",
        "划入“清平二支部”：在册人员 5 名、已离开名册的人员 1 名、覆盖单位 1 家。",
        "“清平所微型企业联合党支部”的任职 1 项终止，不带入“清平二支部”。",
    ]
    assert all(f'name="{name}" value="{value}"' in text for name, value in fields.items())
    assert 'class="btn btn-danger" type="submit" name="confirmed"' in text


def test_a_confirmed_merge_is_made(org_dept_client, district):
    branch, other = _study_branch(district), make_organisation(district.qingping)

    _change(
        org_dept_client, branch, "merge",
        into=other.public_id, day="2026-05-01", confirmed="yes",
    )  # fmt: skip

    branch.refresh_from_db()
    assert (branch.state, other.members.count()) == (OrgState.DISSOLVED, 5)


def test_going_back_keeps_what_was_filled_in(org_dept_client, district):
    branch, other = _study_branch(district), make_organisation(district.qingping)

    page = _change(
        org_dept_client, branch, "merge", into=other.public_id, day="2026-05-01", back="yes"
    )

    branch.refresh_from_db()
    assert f'value="{other.public_id}" selected' in page.content.decode()
    assert branch.state == OrgState.ACTIVE


def test_splitting_asks_a_second_time_with_every_choice(org_dept_client, district):
    branch = _study_branch(district)
    make_coverage(branch, business=make_business())
    people = [member.public_id for member in branch.members.order_by("pk")[:2]]

    asked = _change(
        org_dept_client, branch, "split",
        name="分出的支部", formation_mode="joint", members=people, day="2026-05-01",
    )  # fmt: skip

    text = asked.content.decode()
    assert "人员 2 名、覆盖单位 0 家划入“分出的支部”" in text
    assert all(f'name="members" value="{person}"' in text for person in people)
    assert branch.members.count() == 5


def test_splitting_off_nothing_is_refused_before_it_is_asked_again(org_dept_client, district):
    branch = _study_branch(district)

    page = _change(
        org_dept_client, branch, "split", name="分出", formation_mode="joint", day="2026-05-01"
    )

    assert "至少选择一名党员或一家单位" in page.content.decode()


def test_dissolving_asks_a_second_time(org_dept_client, district):
    branch = make_organisation(district.qingping, name="空支部")
    make_coverage(branch, business=make_business())

    asked = _change(org_dept_client, branch, "dissolve", day="2026-05-01")
    before = branch.__class__.objects.get(pk=branch.pk).state
    _change(org_dept_client, branch, "dissolve", day="2026-05-01", confirmed="yes")

    branch.refresh_from_db()
    assert "与“空支部”的联系终止：覆盖单位 1 家。" in asked.content.decode()
    assert (before, branch.state) == (OrgState.ACTIVE, OrgState.DISSOLVED)


@pytest.mark.parametrize(("day", "asked"), [("2018-07-01", True), ("2018-06-30", False)])
def test_a_day_before_the_founding_is_refused_before_it_is_asked_again(
    org_dept_client, district, day, asked
):
    branch = make_organisation(district.qingping)

    page = _change(org_dept_client, branch, "dissolve", day=day)

    assert ("确认补登撤销组织" in page.content.decode()) is asked
    assert ("也不能早于党组织成立日期" in page.content.decode()) is not asked


def test_merging_offers_only_own_organisations_under_their_superiors(client, district):
    branch = make_organisation(district.qingping)
    committee = make_organisation(
        district.qingping, name="清平小个专总支", org_type=OrgType.GENERAL_BRANCH
    )
    below = make_organisation(committee.body, name="清平三支部")
    make_organisation(district.liuquan, name="柳泉支部")
    make_organisation(district.qingping, state=OrgState.UNCONFIRMED)
    client.force_login(make_user(Role.TOWNSHIP_COMMITTEE, district.qingping))

    url = reverse("organisation-change", args=[branch.public_id, "merge"])
    choices = client.get(url).context["form"].fields["into"].choices

    assert list(choices)[1:] == [
        ("清平镇党委", [(committee.public_id, "清平小个专总支")]),
        ("清平小个专总支", [(below.public_id, "清平三支部")]),
    ]


def test_grave_changes_stand_apart_in_danger_style(org_dept_client, district):
    branch = make_organisation(district.qingping)

    page = org_dept_client.get(reverse("organisation-detail", args=[branch.public_id]))

    text = page.content.decode()
    apart = text[text.index('class="x-grave"') : text.index("</nav>", text.index("x-grave"))]
    assert apart.count("btn-danger-line") == text.count("btn-danger-line") == 3
    assert [word in apart for word in ("分设", "并入其他党组织", "撤销组织", "更名")] == [
        True,
        True,
        True,
        False,
    ]


def _offered(page):
    """Return the words of the buttons: the first way, the daily changes, those only entered."""
    text = page.content.decode()
    if 'aria-label="办理"' not in text:
        return [], [], []
    bar = text[text.index('aria-label="办理"') :]
    bar = bar[: bar.index("</nav>")]
    daily, _mark, entries = bar.partition("<details")
    links = r'<a class="([^"]*)" href="[^"]*">([^<]*)</a>'
    first = [word for style, word in re.findall(links, daily) if "btn-primary" in style]
    rest = [word for style, word in re.findall(links, daily) if "btn-primary" not in style]
    return first, rest, [word for _style, word in re.findall(links, entries)]


def test_the_case_comes_first_and_what_was_decided_elsewhere_is_entered_under_a_fold(
    org_dept_client, district
):
    branch = make_organisation(district.qingping)

    first, rest, entries = _offered(
        org_dept_client.get(reverse("organisation-detail", args=[branch.public_id]))
    )

    assert first == ["提出选举", "提出组织调整"]
    assert entries == ["补登换届", "补登并入其他党组织", "补登撤销组织"]
    assert not {"换届", "并入其他党组织", "撤销组织"} & set(rest)


def test_an_organisation_not_confirmed_is_merged_and_dissolved_without_a_case(
    org_dept_client, district
):
    branch = make_organisation(district.qingping, state=OrgState.UNCONFIRMED)

    first, rest, entries = _offered(
        org_dept_client.get(reverse("organisation-detail", args=[branch.public_id]))
    )
    page = org_dept_client.get(reverse("organisation-change", args=[branch.public_id, "dissolve"]))

    assert (first, entries) == ([], [])
    assert {"并入其他党组织", "撤销组织"} <= set(rest)
    assert "只登记已在系统外批准" not in page.content.decode()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("dissolve", "提出组织调整"),
        ("merge", "提出组织调整"),
        ("election", "提出选举"),
        ("life", ""),
    ],
)
def test_a_form_that_only_enters_names_the_case_for_what_is_not_decided(
    org_dept_client, district, change, told
):
    branch = make_organisation(district.qingping)

    page = org_dept_client.get(reverse("organisation-change", args=[branch.public_id, change]))

    assert page.context["form"].heading.startswith("补登") is bool(told)
    assert ("只登记已在系统外" in page.content.decode()) is bool(told)
    assert told in str(page.context["form"].instead)


def test_an_organisation_leads_to_the_case_that_set_it_up(client):
    case = make_establishing(state=EstablishingState.RUNNING_IN)
    other = make_organisation(the_district().qingping)
    client.force_login(make_user(Role.TOWNSHIP_COMMITTEE, the_district().qingping))

    shown = [
        reverse("establishing-detail", args=[case.public_id])
        in client.get(reverse("organisation-detail", args=[each.public_id])).content.decode()
        for each in (case.organisation, other)
    ]

    assert shown == [True, False]


@pytest.mark.parametrize("change", ["rename", "merge", "dissolve", "confirm"])
def test_a_dissolved_organisation_offers_no_form(org_dept_client, district, change):
    branch = make_organisation(
        district.qingping, state=OrgState.DISSOLVED, dissolved_on=date(2026, 5, 1)
    )
    url = reverse("organisation-change", args=[branch.public_id, change])

    pages = [
        org_dept_client.get(url),
        _change(org_dept_client, branch, change, name="新名", day="2026-05-02", confirmed="yes"),
    ]

    assert [page.status_code for page in pages] == [409, 409]
    assert all("已于 2026-05-01 撤销" in page.content.decode() for page in pages)
    assert all('class="x-change"' not in page.content.decode() for page in pages)


def test_markets_are_offered_with_their_township(org_dept_client, district):
    branch = make_organisation(district.qingping)
    make_market(name="粮油市场", township=district.qingping)
    make_market(name="粮油市场")
    make_coverage(branch, market=make_market(name="茶城", township=district.liuquan))

    def options(change):
        url = reverse("organisation-change", args=[branch.public_id, change])
        form = org_dept_client.get(url).context["form"]
        name = {"cover": "market", "uncover": "unit"}[change]
        return {str(label) for _key, label in form.fields[name].choices}

    assert {"粮油市场（清平镇党委）", "粮油市场（摊位未写明乡镇）"} <= options("cover")
    assert "茶城（柳泉镇党委）" in options("uncover")


def test_adjusting_guidance_starts_with_the_present_body(org_dept_client, district):
    branch = make_organisation(district.qingping, guiding_body=district.qingping_office)
    url = reverse("organisation-change", args=[branch.public_id, "guidance"])

    text = org_dept_client.get(url).content.decode()

    assert f'value="{district.qingping_office.public_id}" selected' in text


@pytest.mark.parametrize("change", ["merge", "dissolve"])
@pytest.mark.parametrize("kind", ["election", "establishing", "transfer"])
def test_an_end_is_not_entered_while_something_is_open(org_dept_client, district, change, kind):
    case = {
        "election": lambda: make_election(state=ElectionState.PREPARING),
        "establishing": lambda: make_establishing(state=EstablishingState.RUNNING_IN),
        "transfer": lambda: make_transfer(to_org=make_organisation(district.qingping)),
    }[kind]()
    branch = case.to_org if kind == "transfer" else case.organisation
    fields = {"day": f"{TODAY}", "into": make_organisation(district.qingping).public_id}
    link = reverse(f"{kind}-detail", args=[case.public_id])

    page = _change(org_dept_client, branch, change, **fields, confirmed="yes").content.decode()

    branch.refresh_from_db()
    assert branch.state == OrgState.ACTIVE
    assert f"还有没有办结的事项：{case.KIND.label} {case.number}。" in page
    assert f'href="{link}"' in page


@pytest.mark.parametrize(("is_across", "bars"), [(True, True), (False, False)])
def test_of_transfers_out_only_those_into_the_target_bar_a_merger(
    org_dept_client, district, is_across, bars
):
    branch, into = (make_organisation(district.qingping) for _ in range(2))
    elsewhere = make_organisation(district.qingping)
    make_transfer(from_org=branch, to_org=into if is_across else elsewhere)
    fields = {"day": f"{TODAY}", "into": into.public_id, "confirmed": "yes"}

    _change(org_dept_client, branch, "merge", **fields)

    branch.refresh_from_db()
    assert (branch.state == OrgState.ACTIVE) is bars


def test_the_page_costs_the_same_however_much_is_open(org_dept_client, district):
    branch = make_organisation(district.qingping)
    address = reverse("organisation-change", args=[branch.public_id, "dissolve"])
    counts = []
    for number in (1, 4):
        for _ in range(number):
            make_transfer(to_org=branch)
        with CaptureQueriesContext(connection) as asked:
            page = org_dept_client.get(address)
        counts.append(len(asked))

    assert page.text.count("/transfers/") >= 5
    assert counts[1] <= counts[0]


def test_what_bars_the_end_out_of_sight_is_not_named(client, district):
    """A township may end an organisation into which somebody else still takes a member."""
    branch = make_organisation(district.qingping)
    transfer = make_transfer(to_org=branch)
    CaseParty.objects.filter(case_id=transfer.public_id).update(body=district.liuquan)
    Transfer.objects.filter(pk=transfer.pk).update(owner_body=district.liuquan)
    client.force_login(make_user(Role.TOWNSHIP_COMMITTEE, district.qingping))

    page = _change(client, branch, "dissolve", day=f"{TODAY}", confirmed="yes").content.decode()

    branch.refresh_from_db()
    assert branch.state == OrgState.ACTIVE
    assert "还有其他单位办理的事项没有办结" in page
    assert transfer.number not in page


def test_what_opened_since_the_form_was_shown_is_found_at_the_end(district):
    branch = make_organisation(district.qingping)
    make_transfer(to_org=branch)
    actor = actor_as(Role.ORG_DEPT, district.org_dept)

    with pytest.raises(organisations.WorkOpen):
        organisations.enter_dissolution(
            actor=actor, organisation=branch, dissolved_on=TODAY, now=clock.now()
        )
    branch.refresh_from_db()
    assert branch.state == OrgState.ACTIVE


@pytest.mark.parametrize(
    ("role", "seat", "importing", "setting_up"),
    [
        (Role.ORG_DEPT, "org_dept", True, True),
        (Role.TOWNSHIP_COMMITTEE, "qingping", False, True),
        (Role.BUREAU, "bureau", False, False),
    ],
)
def test_an_empty_list_says_what_this_reader_can_do_first(
    client, district, role, seat, importing, setting_up
):
    client.force_login(make_user(role, getattr(district, seat)))

    text = client.get(reverse("organisation-list")).text

    assert "您的管理范围内还没有党组织" in text
    assert ("导入党组织名册</a>" in text) is importing
    assert ("可以在这里成立" in text or "或在这里成立" in text) is setting_up
