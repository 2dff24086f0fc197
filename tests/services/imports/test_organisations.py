from datetime import date

import pytest

from tests.factories import make_district, make_market
from tests.factories.rows import credit_code
from tests.services.imports.worlds import NOW, TODAY, business, counts, id_number, operator
from xgz.models import Coverage, Organisation, OrganisationChange, OrganisationPost
from xgz.rules.imports.states import ImportKind
from xgz.rules.organisations import OrgState
from xgz.services.imports.findings import warnings
from xgz.services.imports.undoing import undo_import

pytestmark = pytest.mark.django_db
KIND = ImportKind.ORGANISATIONS
COMMITTEE = {"党组织名称": "示例综合党委", "党组织代码": "000", "组织类别": "党委"}
BRANCH = {
    "党组织名称": "清平所示例联合党支部",
    "党组织代码": "001",
    "组织类别": "党支部",
    "组建方式": "联合组建",
    "上级党组织": "示例综合党委",
    "书记姓名": "甄示例",
    "成立日期": "2015-07-01",
    "换届日期": "2022-07-01",
    "最近一次组织生活日期": "2023-05-01",
}


def changes():
    return list(OrganisationChange.objects.order_by("pk").values_list("organisation__code", "kind"))


def test_superior_named_further_down_is_placed_first(take_in):
    first, second = take_in(KIND, BRANCH, COMMITTEE), take_in(KIND, BRANCH, COMMITTEE)

    branch = Organisation.objects.select_related("body__parent").get(code="001")
    assert (counts(first), counts(second)) == (
        {"rows": 2, "created": 2},
        {"rows": 2, "unchanged": 2},
    )
    assert branch.body.parent.organisation.code == "000"
    assert (branch.term_ends_on, branch.last_life_on) == (date(2025, 7, 1), date(2023, 5, 1))
    assert changes() == [("000", "set_up"), ("001", "set_up")]
    assert OrganisationPost.objects.get().holder_name == "甄示例"


def test_guide_and_superior_are_found_among_the_bodies(take_in):
    district = make_district()

    source = take_in(
        KIND,
        COMMITTEE | {"上级党组织": "清平镇党委", "指导单位": "清平所"},
        BRANCH | {"上级党组织": "无此党委"},
    )

    committee = Organisation.objects.get(code="000")
    assert (committee.body.parent, committee.guiding_body) == (
        district.qingping,
        district.qingping_office,
    )
    assert source.notes["unknown_superiors"] == {"无此党委": 1}
    assert Organisation.objects.get(code="001").superior_text == "无此党委"


def test_covered_units_follow_the_list_and_unknown_codes_wait(take_in):
    take_in(ImportKind.REGISTRY, business(1), business(2))
    listed = f"{credit_code(1)}、{credit_code(2)};{credit_code(9)}"
    source = take_in(KIND, BRANCH | {"覆盖单位统一社会信用代码": listed})

    assert source.notes["codes_to_verify"] == [credit_code(9)]
    take_in(KIND, BRANCH | {"覆盖单位统一社会信用代码": f"{credit_code(1)}；{credit_code(9)}"})
    take_in(ImportKind.REGISTRY, business(9))

    current = Coverage.objects.filter(valid_to__isnull=True)
    assert {c.business.credit_code for c in current} == {credit_code(1), credit_code(9)}
    assert Coverage.objects.filter(valid_to=date(2026, 11, 22)).count() == 1


def test_unit_taken_off_on_the_day_it_was_listed_leaves_no_row(take_in):
    take_in(ImportKind.REGISTRY, business(1), business(2))
    young = BRANCH | {"成立日期": "2026-11-23"}
    take_in(KIND, young | {"覆盖单位统一社会信用代码": credit_code(1)})

    source = take_in(KIND, young | {"覆盖单位统一社会信用代码": credit_code(2)})
    listed = {row.business.credit_code: row.valid_to for row in Coverage.objects.all()}
    undo_import(actor=operator(), source=source, today=TODAY, now=NOW)

    assert listed == {credit_code(2): None}
    assert Coverage.objects.get().business.credit_code == credit_code(1)


def test_a_market_is_listed_by_its_name(take_in):
    market = make_market(name="南塘粮油市场")
    take_in(ImportKind.REGISTRY, business(1))
    listed = {"覆盖单位统一社会信用代码": f"南塘粮油市场、{credit_code(1)}、无此市场"}

    first, second = take_in(KIND, BRANCH | listed), take_in(KIND, BRANCH | listed)

    rows = {(c.market, c.business and c.business.credit_code, c.code_text) for c in current()}
    assert rows == {(market, None, ""), (None, credit_code(1), ""), (None, None, "无此市场")}
    assert first.notes["codes_to_verify"] == ["无此市场"]
    assert counts(second) == {"rows": 1, "unchanged": 1}


@pytest.mark.parametrize(
    ("superior", "found"), [("清平镇党委", True), ("", False)], ids=["township", "none"]
)
def test_of_markets_of_one_name_the_townships_own_is_meant(superior, found, take_in):
    district = make_district()
    own = make_market(name="农贸市场", township=district.qingping)
    make_market(name="农贸市场", township=district.liuquan)
    make_market(name="农贸市场")

    take_in(KIND, BRANCH | {"上级党组织": superior, "覆盖单位统一社会信用代码": "农贸市场"})

    (coverage,) = current()
    assert (coverage.market, coverage.code_text) == ((own, "") if found else (None, "农贸市场"))


def test_a_market_no_longer_named_is_taken_off_unless_listed_by_hand(take_in):
    make_market(name="南塘粮油市场")
    by_hand = make_market(name="双河茶叶市场")
    take_in(ImportKind.REGISTRY, business(1))
    take_in(KIND, BRANCH | {"覆盖单位统一社会信用代码": "南塘粮油市场"})
    Coverage.objects.create(
        organisation=Organisation.objects.get(), market=by_hand, valid_from=date(2020, 1, 1)
    )

    source = take_in(KIND, BRANCH | {"覆盖单位统一社会信用代码": credit_code(1)})
    listed = {(c.market, c.business and c.business.credit_code) for c in current()}
    undo_import(actor=operator(), source=source, today=TODAY, now=NOW)

    assert listed == {(by_hand, None), (None, credit_code(1))}
    assert {c.market.name for c in current()} == {"南塘粮油市场", "双河茶叶市场"}


def current():
    return list(Coverage.objects.filter(valid_to__isnull=True).select_related("market"))


def test_unknown_guiding_bodies_are_noted(take_in):
    source = take_in(KIND, BRANCH | {"指导单位": "无此局"})

    assert warnings(source) == [
        "上级党组织“示例综合党委”不在系统里，1 个组织的隶属待确认。",
        "指导单位“无此局”不在系统里，1 个组织的指导单位待补。",
    ]


def test_new_name_secretary_and_superior_leave_history(take_in):
    take_in(KIND, COMMITTEE, BRANCH)

    source = take_in(
        KIND,
        BRANCH
        | {"党组织名称": "清平所第一示例党支部", "书记姓名": "贾示例", "换届日期": "2025-07-01"},
    )

    posts = {post.holder_name: post.valid_to for post in OrganisationPost.objects.all()}
    assert counts(source) == {"rows": 1, "updated": 1}
    assert changes()[-1] == ("001", "renamed")
    assert posts == {"甄示例": date(2025, 6, 30), "贾示例": None}


def test_branch_of_a_roster_is_confirmed_by_the_file(take_in):
    person = {
        "姓名": "甄示例",
        "公民身份号码": id_number("1956-03-04"),
        "所在党支部": BRANCH["党组织名称"],
    }
    take_in(ImportKind.ROSTER, person)

    source = take_in(KIND, COMMITTEE, BRANCH)

    branch = Organisation.objects.get(code="001")
    assert counts(source) == {"rows": 2, "created": 1, "updated": 1}
    assert (branch.state, branch.members.count()) == (OrgState.ACTIVE, 1)
    assert branch.body.parent.organisation.code == "000"
    assert OrganisationPost.objects.get().member == branch.members.get()
