"""Candidates are listed by the database as the rules judge them, and only in reach (AD-10)."""

from datetime import date, timedelta

import pytest

from tests.factories import TODAY, actor_as, make_coverage, make_member, make_organisation
from tests.factories.adjustments import make_adjustment, make_branch, moment
from tests.factories.closures import make_shop, the_district
from xgz.models import MemberLink, OrganisationPost, ParameterValue
from xgz.queries.adjustment_candidates import candidate_rows, candidates
from xgz.queries.adjustment_facts import facts_for, facts_with_room, sign_limits_on
from xgz.queries.adjustments import targets_for
from xgz.rules.adjustment_checks import Sign, signs_of
from xgz.rules.adjustments import AdjustmentState
from xgz.rules.members import LinkKind, MemberClass, MembershipStatus
from xgz.rules.organisations import FormationMode, OrgState, OrgType, Post
from xgz.rules.registration import BusinessStatus
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
OLD, LONG_AGO = date(2015, 1, 1), date(2025, 1, 1)
SIX_MONTHS = date(2026, 5, 23)
DAY = timedelta(days=1)


def sound(**values):
    """Make a branch that shows no sign."""
    defaults = {"founded_on": OLD, "last_life_on": TODAY, "term_ends_on": TODAY + 300 * DAY}
    branch = make_branch(**defaults | values)
    for _ in range(3):
        make_member(branch)
    OrganisationPost.objects.create(organisation=branch, post=Post.SECRETARY, valid_from=OLD)
    make_coverage(branch, business=make_shop(the_district()))
    return branch


def committee():
    return actor_as(Role.TOWNSHIP_COMMITTEE, the_district().qingping)


def listed(actor=None, sign=None):
    """Return organisation → its signs, having compared the database with the rule for each sign."""
    actor = actor or committee()
    rows = candidate_rows(list(candidates(actor, sign)), actor)
    return {row.organisation: row.signs for row in rows}


def end_post(branch, last):
    branch.posts.update(valid_to=last)


CASES = {
    "life six months ago": (lambda b: set_to(b, last_life_on=SIX_MONTHS), []),
    "life before": (lambda b: set_to(b, last_life_on=SIX_MONTHS - DAY), [Sign.DORMANT]),
    "no life known": (lambda b: set_to(b, last_life_on=None), [Sign.DORMANT]),
    "no life, young": (lambda b: set_to(b, last_life_on=None, founded_on=SIX_MONTHS), []),
    "nothing known": (lambda b: set_to(b, last_life_on=None, founded_on=None), [Sign.DORMANT]),
    "vacant ninety days": (lambda b: end_post(b, TODAY - 91 * DAY), []),
    "vacant longer": (lambda b: end_post(b, TODAY - 92 * DAY), [Sign.NO_SECRETARY]),
    "never a secretary": (lambda b: b.posts.all().delete(), [Sign.NO_SECRETARY]),
    "term 180 days over": (lambda b: set_to(b, term_ends_on=TODAY - 180 * DAY), []),
    "term over longer": (
        lambda b: set_to(b, term_ends_on=TODAY - 181 * DAY),
        [Sign.TERM_LONG_OVER],
    ),
    "unit ended": (lambda b: end_units(b), [Sign.ALL_ENDED]),
    "a code is left": (lambda b: end_units(b, code_text="91000000000000000X"), []),
    "two members": (lambda b: leave(b, "none"), [Sign.SHORT]),
    "two, a third lately": (lambda b: leave(b, "lately"), []),
    "two, a third long ago": (lambda b: leave(b, "long ago"), [Sign.SHORT]),
    "two, a third who died": (lambda b: leave(b, "died"), [Sign.SHORT]),
    "two, functional": (lambda b: leave(b, "none", formation_mode=FormationMode.FUNCTIONAL), []),
    "two, general branch": (lambda b: leave(b, "none", org_type=OrgType.GENERAL_BRANCH), []),
    "two, young": (lambda b: leave(b, "none", founded_on=SIX_MONTHS), []),
}


def set_to(branch, **values):
    for name, value in values.items():
        setattr(branch, name, value)
    branch.save()


def end_units(branch, code_text=""):
    shop = branch.coverages.get().business
    shop.status = BusinessStatus.CANCELLED
    shop.save()
    if code_text:
        make_coverage(branch, code_text=code_text)


def leave(branch, when, **values):
    """Let one of three members be gone: now, lately, long ago, or off the rolls."""
    set_to(branch, **values)
    member = branch.members.first()
    if when == "died":
        member.status = MembershipStatus.DECEASED
        member.save()
        return
    member.formal_org = make_organisation(the_district().liuquan)
    member.save()
    last = {"lately": SIX_MONTHS, "long ago": SIX_MONTHS - DAY}.get(when)
    MemberLink.objects.filter(member=member).delete()
    if last is not None:
        MemberLink.objects.create(
            member=member, kind=LinkKind.FORMAL, organisation=branch, valid_to=last
        )


@pytest.mark.parametrize("name", CASES)
def test_the_database_lists_what_the_rule_judges(name):
    change, signs = CASES[name]
    branch = sound()
    change(branch)
    branch.refresh_from_db()

    judged = signs_of(facts_for([branch], TODAY)[branch.pk], TODAY, sign_limits_on(TODAY))

    assert judged == signs
    assert listed().get(branch, []) == signs
    for sign in Sign:
        assert (branch in listed(sign=sign)) is (sign in signs)


def test_the_districts_own_limits_hold():
    branch = sound()
    end_post(branch, TODAY - 40 * DAY)
    assert listed() == {}

    ParameterValue.objects.create(
        key="adjustment.vacant_days", value=30, valid_from=TODAY, reason="测试", entered_at=moment()
    )

    assert listed() == {branch: [Sign.NO_SECRETARY]}


@pytest.mark.parametrize("state", [OrgState.UNCONFIRMED, OrgState.DISSOLVED])
def test_only_living_ones_are_listed(state):
    sound(last_life_on=None, state=state, dissolved_on=TODAY)

    assert listed() == {}


@pytest.mark.parametrize(
    ("role", "seat", "seen"),
    [
        (Role.ORG_DEPT, "org_dept", True),
        (Role.BUREAU, "bureau", True),
        (Role.STATION_HEAD, "qingping_office", True),
        (Role.STATION_HEAD, "liuquan_office", False),
        (Role.TOWNSHIP_COMMITTEE, "liuquan", False),
        (Role.SOCIAL_WORK_DEPT, "social_work", False),
        (Role.ASSOCIATION, "association", False),
    ],
)
def test_each_sees_those_it_may_open_a_case_of(role, seat, seen):
    branch = sound(last_life_on=None)

    assert (branch in listed(actor_as(role, getattr(the_district(), seat)))) is seen


def test_an_open_case_stands_beside_its_row_where_it_is_seen():
    branch = sound(last_life_on=None)
    case = make_adjustment(organisation=branch)
    (row,) = candidate_rows([branch], committee())

    assert row.case == case


def test_many_cost_as_much_as_one(django_assert_max_num_queries):
    branches = [sound(last_life_on=None) for _ in range(4)]
    actor = committee()

    with django_assert_max_num_queries(20) as few:
        candidate_rows(list(candidates(actor)[:1]), actor)
    with django_assert_max_num_queries(len(few)):
        assert len(candidate_rows(list(candidates(actor)), actor)) == len(branches)


class TestTargets:
    def test_those_with_room_come_first_and_none_from_outside_or_below(self):
        case = make_adjustment(state=AdjustmentState.DECIDING, members=2)
        full, empty = (make_branch(org_type=OrgType.BRANCH) for _ in range(2))
        for _ in range(49):
            make_member(full)
        make_organisation(the_district().liuquan)
        make_organisation(case.organisation.body)

        found = targets_for(case, committee())

        assert [each.organisation for each in found] == [empty, full]
        assert [each.facts.room for each in found] == [50, 1]
        assert facts_with_room(case.organisation, TODAY).nearby == 1

    def test_people_in_development_take_no_room(self):
        case = make_adjustment(state=AdjustmentState.DECIDING)
        other = make_branch(org_type=OrgType.BRANCH)
        make_member(other, member_class=MemberClass.ACTIVIST)

        assert [each.facts.room for each in targets_for(case, committee())] == [50]
