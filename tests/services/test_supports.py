"""Money and materials: rows that are added and withdrawn, never edited (ES-8)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.factories import TODAY, actor_as, make_organisation
from tests.factories.closures import the_district
from tests.factories.formations import moment
from tests.factories.sites import make_support
from xgz.access.actor import NotPermitted
from xgz.models import Support
from xgz.queries.supports import holding_of
from xgz.rules.organisations import OrgState
from xgz.rules.roles import Role
from xgz.rules.supports import (
    AmountNotAllowed,
    SourceNotTold,
    SupportKind,
    SupportSource,
    UsedBeyondGiven,
)
from xgz.services import supports
from xgz.services.organisations import OrganisationNotActive

pytestmark = pytest.mark.django_db
MONEY = supports.Gift(
    kind=SupportKind.MONEY,
    source=SupportSource.FINANCE,
    amount=Decimal("2000.00"),
    given_on=TODAY,
    purpose="制作标牌、刻制印章",
)
CHAIRS = replace(
    MONEY, kind=SupportKind.MATERIAL, thing="折叠椅（把）", amount=Decimal(20), purpose="会议室"
)


@pytest.fixture
def branch():
    district = the_district()
    return make_organisation(district.qingping, guiding_body=district.qingping_office)


@pytest.fixture
def committee():
    return actor_as(Role.TOWNSHIP_COMMITTEE, the_district().qingping)


def give(actor, branch, gift=MONEY):
    return supports.record_support(actor=actor, organisation=branch, gift=gift, now=moment())


def use(actor, row, amount, used_on=TODAY, purpose="制作标牌"):
    return supports.record_use(
        actor=actor,
        support=row,
        amount=Decimal(amount),
        used_on=used_on,
        purpose=purpose,
        now=moment(),
    )


def test_the_sums_count_money_that_stands_and_what_is_left(committee, branch):
    row = give(committee, branch)
    give(committee, branch, replace(MONEY, amount=Decimal("0.55"), source=SupportSource.DUES))
    give(committee, branch, CHAIRS)
    use(committee, row, "1500.25")
    wrong = give(committee, branch, replace(MONEY, amount=Decimal("9999")))
    supports.withdraw_support(actor=committee, support=wrong, reason="重复登记", now=moment())

    sums = holding_of(branch).sums

    assert (sums.given, sums.used, sums.left) == (
        Decimal("2000.55"),
        Decimal("1500.25"),
        Decimal("500.30"),
    )
    assert sums.materials == 1


@pytest.mark.parametrize(
    ("gift", "error"),
    [
        (replace(MONEY, amount=Decimal("0.001")), AmountNotAllowed),
        (replace(CHAIRS, amount=Decimal("1.5")), AmountNotAllowed),
        (replace(MONEY, source=SupportSource.FIRM), SourceNotTold),
        (replace(MONEY, source=SupportSource.FIRM, remark=" "), SourceNotTold),
        (replace(MONEY, purpose=" "), supports.WordsMissing),
        (replace(MONEY, thing="现金"), supports.WordsMissing),
        (replace(CHAIRS, thing=""), supports.WordsMissing),
        (replace(MONEY, given_on=TODAY + timedelta(days=1)), supports.GivenLater),
    ],
)
def test_what_breaks_the_rule_is_refused(committee, branch, gift, error):
    with pytest.raises(error):
        give(committee, branch, gift)

    assert not Support.objects.exists()


def test_a_firm_gives_only_with_a_remark(committee, branch):
    row = give(
        committee, branch, replace(MONEY, source=SupportSource.FIRM, remark="企业自愿，已报镇党委")
    )

    assert row.remark == "企业自愿，已报镇党委"


def test_only_an_active_organisation_is_given_something(committee, branch):
    type(branch).objects.filter(pk=branch.pk).update(state=OrgState.UNCONFIRMED)
    branch.refresh_from_db()

    with pytest.raises(OrganisationNotActive):
        give(committee, branch)


def test_a_correction_is_a_new_row_and_the_old_one_stays_with_the_reason(committee, branch):
    wrong = give(committee, branch)

    right = supports.correct_support(
        actor=committee,
        support=wrong,
        gift=replace(MONEY, amount=Decimal("200.00")),
        reason="多写一个零",
        now=moment(),
    )

    wrong.refresh_from_db()
    assert (wrong.amount, wrong.withdrawn_reason) == (Decimal("2000.00"), "多写一个零")
    assert right.replaces == wrong
    holding = holding_of(branch)
    assert [row.support for row in holding.current] == [right]
    assert [row.support for row in holding.before] == [wrong]


def test_of_two_corrections_one_stands(committee, branch):
    row = give(committee, branch)
    given = {"actor": committee, "support": row, "gift": MONEY, "now": moment()}
    supports.correct_support(reason="来源写错", **given)

    with pytest.raises(supports.SupportWithdrawn):
        supports.correct_support(reason="来源写错", **given)
    with pytest.raises(supports.SupportWithdrawn):
        use(committee, row, "1")


def test_what_was_used_stands(committee, branch):
    row = give(committee, branch)
    use(committee, row, "1")

    for change in (supports.withdraw_support, supports.correct_support):
        given = {} if change is supports.withdraw_support else {"gift": MONEY}
        with pytest.raises(supports.SupportUsed):
            change(actor=committee, support=row, reason="写错", now=moment(), **given)


def test_taking_back_needs_a_reason(committee, branch):
    with pytest.raises(supports.WordsMissing):
        supports.withdraw_support(
            actor=committee, support=give(committee, branch), reason=" ", now=moment()
        )


def test_all_may_be_used_and_no_cent_more(committee, branch):
    row = give(committee, branch)
    use(committee, row, "1999.99")

    with pytest.raises(UsedBeyondGiven) as refused:
        use(committee, row, "0.02")
    assert refused.value.left == Decimal("0.01")

    use(committee, row, "0.01")
    assert holding_of(branch).sums.left == 0


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"amount": "0"}, AmountNotAllowed),
        ({"amount": "1", "purpose": " "}, supports.WordsMissing),
        ({"amount": "1", "used_on": TODAY + timedelta(days=1)}, supports.GivenLater),
        ({"amount": "1", "used_on": TODAY - timedelta(days=1)}, supports.GivenLater),
    ],
)
def test_a_use_that_is_refused(committee, branch, given, error):
    row = give(committee, branch)

    with pytest.raises(error):
        use(committee, row, **given)


@pytest.mark.parametrize(
    ("role", "seat", "may"),
    [
        (Role.ORG_DEPT, "org_dept", True),
        (Role.TOWNSHIP_COMMITTEE, "qingping", True),
        (Role.TOWNSHIP_COMMITTEE, "liuquan", False),
        (Role.STATION_HEAD, "qingping_office", True),
        (Role.BUREAU, "bureau", True),
        (Role.INSTRUCTOR, "qingping_office", False),
        (Role.SOCIAL_WORK_DEPT, "social_work", False),
    ],
)
def test_who_enters_it(branch, role, seat, may):
    actor = actor_as(role, getattr(the_district(), seat))
    row = make_support(branch)
    if may:
        give(actor, branch)
        use(actor, row, "1")
        return
    with pytest.raises(NotPermitted):
        give(actor, branch)
    with pytest.raises(NotPermitted):
        use(actor, row, "1")
