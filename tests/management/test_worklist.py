import csv
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import (
    make_business,
    make_district,
    make_organisation,
    make_report,
    make_user,
)
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db


def worklist(*words):
    out = StringIO()
    call_command("worklist", *words, stdout=out)
    return list(csv.DictReader(StringIO(out.getvalue())))


def test_the_should_form_list_has_the_proven_businesses_and_their_rule():
    district = make_district()
    proven = make_business(name="双喜干货行", township=district.qingping)
    make_report(proven, full_members=3)
    make_report(make_business(), full_members=2)

    rows = worklist("should-form")

    assert [(row["code"], row["name"], row["rule"]) for row in rows] == [
        (proven.credit_code, "双喜干货行", "WL-1")
    ]


def test_a_name_that_looks_like_a_formula_is_made_still():
    make_report(make_business(name="=1+1"), full_members=3)

    assert [row["name"] for row in worklist("should-form")] == ["'=1+1"]


def test_an_account_sees_its_own_scope():
    district = make_district()
    for township in (district.qingping, district.liuquan):
        make_report(make_business(township=township), full_members=3)
    clerk = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)

    rows = worklist("should-form", "--as", clerk.username)

    assert [row["township"] for row in rows] == ["清平镇党委"]


def test_the_market_line_does_not_get_declared_owners():
    clerk = make_user(Role.BUREAU, make_district().bureau)

    with pytest.raises(CommandError, match="看不到这份清单"):
        worklist("declared-owners", "--as", clerk.username)


def test_each_row_says_why_and_what_next():
    district = make_district()
    make_report(make_business(township=district.qingping), full_members=3)

    row = worklist("should-form")[0]

    assert list(row) == ["code", "name", "township", "reason", "rule", "since", "next_step"]
    assert row["reason"] == "2025 年报正式党员 3 名，没有党组织覆盖"
    assert (row["since"], row["next_step"]) == ("2025-12-31", "上门核实人数，指导单独组建")


def test_an_organisation_without_recorded_life_has_a_reason_and_no_date():
    make_organisation(make_district().qingping, last_life_on=None)

    row = worklist("no-life")[0]

    assert (row["reason"], row["since"]) == ("没有任何组织生活记录", "")
    assert "None" not in "".join(row.values())


def test_a_declared_organisation_is_looked_for_before_one_is_founded():
    make_report(make_business(), full_members=3, org_type="branch")

    row = worklist("should-form")[0]

    assert row["reason"].endswith("；年报申报已建党支部，名册未见")
    assert row["next_step"] == "先核对党组织名册"
