from datetime import date

import pytest

from tests.factories import (
    actor_as,
    make_business,
    make_coverage,
    make_district,
    make_market,
    make_member,
    make_organisation,
    make_report,
    make_stall,
)
from tests.factories.district import TODAY
from xgz.access.actor import shell_operator
from xgz.files.ledger import LEDGER_COLUMNS
from xgz.models import Body, Business, MemberWorkplace, OrganisationPost, SealedList, sealing
from xgz.models.fields import new_public_id
from xgz.models.sealed_lists import DECLARED_OWNERS, sealed_ids
from xgz.queries.ledger import ledger_rows, ledger_titles
from xgz.rules.organisations import FormationMode
from xgz.rules.registration import BusinessKind, BusinessStatus
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db

HEADINGS = [heading for heading, _ in LEDGER_COLUMNS]


@pytest.fixture
def district():
    return make_district()


def ledger(actor):
    rows = ledger_rows(Business.objects.all(), actor, TODAY)
    return [dict(zip(HEADINGS, row, strict=True)) for row in rows]


def filled(row):
    return {heading: cell for heading, cell in row.items() if cell not in (None, "")}


def make_organised(district):
    """Make a covered business with a secretary, roster rows and a declared owner."""
    business = make_business(
        name="禾丰农资", address="清平镇老街 1 号", township=district.qingping, staff=26,
        office=district.qingping_office,
    )  # fmt: skip
    organisation = make_organisation(
        district.qingping, name="禾丰农资党支部", guiding_body=district.bureau
    )
    make_coverage(organisation, business=business)
    public_id = new_public_id()
    OrganisationPost.objects.create(
        public_id=public_id,
        organisation=organisation,
        post="secretary",
        holder_name_sealed=sealing.seal("post.holder_name", public_id, "方柏梁"),
    )
    for formal in (organisation, organisation, None):
        MemberWorkplace.objects.create(member=make_member(formal), business=business)
    report_id = new_public_id()
    report = make_report(
        business,
        public_id=report_id,
        owner_member_sealed=sealing.seal("report.owner_member", report_id, "yes"),
        owner_secretary_sealed=sealing.seal("report.owner_secretary", report_id, "no"),
    )
    row = SealedList.objects.create(name=DECLARED_OWNERS)
    row.value_sealed = sealed_ids(row.public_id, [report.pk])
    row.save()
    return business


def test_the_organization_line_reads_everything_that_is_known(district):
    business = make_organised(district)
    Body.objects.filter(pk=district.qingping.pk).update(short_name="清平镇")

    rows = ledger(actor_as(Role.ORG_DEPT, district.org_dept))

    assert [filled(row) for row in rows] == [
        {
            "序号": 1,
            "地区": "清平镇",
            "企业名称": "禾丰农资",
            "党组织名称": "禾丰农资党支部",
            "地址": "清平镇老街 1 号",
            "法人姓名": "许一宁",
            "法人政治面貌": "中共党员",
            "法人是否兼任书记": "否",
            "职工数量": 26,
            "企业经营状况": "存续",
            "组织关系已转入党员数": 2,
            "组织关系未转入党员数": 1,
            "是否建立党组织": "是",
            "组建方式": "单独组建",
            "建制类型": "党支部",
            "成立时间": date(2018, 7, 1),
            "负责人姓名": "方柏梁",
            "党内外职务": "书记",
            "统一社会信用代码": business.credit_code,
            "主体类型": "个体工商户",
            "登记状态": "存续",
            "所属乡镇": "清平镇",
            "管辖单位": "清平所",
        }
    ]


@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.BUREAU, "bureau"), (Role.STATION_HEAD, "qingping_office")],
    ids=["bureau", "station"],
)
def test_the_market_line_reads_no_membership(role, place, district):
    make_organised(district)

    row = ledger(actor_as(role, getattr(district, place)))[0]

    hidden = ("法人政治面貌", "法人是否兼任书记", "组织关系已转入党员数", "组织关系未转入党员数")
    assert [row[heading] for heading in hidden] == [None] * 4
    assert row["负责人姓名"] == ("方*" if role is Role.BUREAU else "")
    assert "方柏梁" not in str(row)


def test_the_social_work_department_reads_counts_and_masked_names(district):
    make_organised(district)

    row = ledger(actor_as(Role.SOCIAL_WORK_DEPT, district.social_work))[0]

    assert (row["负责人姓名"], row["法人政治面貌"], row["组织关系已转入党员数"]) == ("方*", None, 2)


def test_what_is_unknown_stays_empty(district):
    make_business(
        staff=None, address="", owner_name="", credit_code=None, registration_number="1" * 15
    )

    row = filled(ledger(shell_operator(TODAY))[0])

    assert sorted(row) == sorted(
        ["序号", "企业名称", "企业经营状况", "统一社会信用代码", "主体类型", "登记状态"]
    )
    assert row["统一社会信用代码"] == "1" * 15


def test_no_organisation_is_said_once_organisations_are_known(district):
    make_organisation(district.qingping)
    make_business()

    assert ledger(shell_operator(TODAY))[0]["是否建立党组织"] == "否"


def test_a_functional_organisation_is_no_organisation_of_the_business(district):
    business = make_business()
    organisation = make_organisation(district.qingping, formation_mode=FormationMode.FUNCTIONAL)
    make_coverage(organisation, business=business)

    row = ledger(shell_operator(TODAY))[0]

    assert (row["是否建立党组织"], row["党组织名称"]) == ("否", "")


def test_titles_name_scope_filter_and_day(district):
    actor = actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)

    market = make_market(township=district.qingping)
    make_stall(market, make_business(township=district.qingping))
    make_stall(market, make_business(township=district.qingping))
    make_stall(make_market(), make_business(kind=BusinessKind.OTHER))

    title, notes = ledger_titles(Business.objects.all(), actor, TODAY, "个体工商户")

    assert title == "经营主体党建基本台账"
    assert notes[0] == "范围：清平镇党委　条件：个体工商户"
    assert "2026年11月23日" in notes[1]
    assert "涉及专业市场 1 个，摊位逐户列入" in notes[1]


@pytest.mark.parametrize(
    ("values", "listed"),
    [
        ({"kind": BusinessKind.OTHER}, 0),
        ({"kind": BusinessKind.UNKNOWN}, 1),
        ({"kind": BusinessKind.SMALL_MICRO_ENTERPRISE}, 1),
        ({"status": BusinessStatus.CANCELLED}, 1),
    ],
    ids=["other kind", "unknown kind", "enterprise", "closed"],
)
def test_the_ledger_is_a_register_of_the_three_kinds(values, listed):
    make_business(**values)

    assert len(ledger(shell_operator(TODAY))) == listed


def test_queries_do_not_grow_with_rows(district, django_assert_num_queries):
    make_organised(district)
    actor = actor_as(Role.ORG_DEPT, district.org_dept)
    with django_assert_num_queries(8):
        ledger(actor)
    for _ in range(3):
        make_business()

    with django_assert_num_queries(8):
        ledger(actor)
