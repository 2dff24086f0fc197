"""The roll of an election and who stands, as each may read them, and whose term ends."""

import pytest

from tests.factories import TODAY, actor_as
from tests.factories.closures import the_district
from tests.factories.elections import (
    actor_of_party,
    complete_result,
    make_branch,
    make_election,
    mark,
    seated,
    stand,
)
from xgz.access.cases import parties_of
from xgz.queries.elections import (
    ballots_of,
    candidate_rows,
    elected_rows,
    ending_terms,
    entitled_members,
    open_elections,
    voter_rows,
)
from xgz.rules.calendar import add_months
from xgz.rules.election_counts import Ballots
from xgz.rules.elections import ElectionState, Reason, Standing
from xgz.rules.organisations import Post
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
S = ElectionState


def test_the_roll_tells_how_each_stood_and_the_candidates_what_they_got():
    case = make_election(state=S.READY)
    people = list(entitled_members(case))
    mark(case, people[4], Standing.EXCLUDED, Reason.ABROAD)
    complete_result(case, absent=0)
    other = stand(case, people[1], Post.SECRETARY, is_write_in=True)
    other.votes_for, other.against, other.abstained = 0, 4, 0
    other.save()
    branch = actor_of_party(case, "branch")

    away = [row for row in voter_rows(case, branch) if row.reason]
    standing = candidate_rows(case, branch)

    assert [(row.name, row.standing, row.reason) for row in away] == [
        (people[4].name, Standing.EXCLUDED, Reason.ABROAD)
    ]
    assert [(each.name, each.row.votes_for, each.row.is_write_in) for each in standing] == [
        ("方柏梁", 4, False),
        (people[1].name, 0, True),
    ]
    assert elected_rows(case, branch) == [(Post.SECRETARY, "方柏梁")]
    assert ballots_of(case) == Ballots(4, 4, 4, 0)


def test_ballots_that_are_not_entered_are_none():
    assert ballots_of(make_election(complete=False)) is None


def test_who_guides_reads_no_people_until_the_confirmation_and_then_masked():
    case = make_election(state=S.REPORTED)
    guide = actor_of_party(case, "guide")
    assert (voter_rows(case, guide), candidate_rows(case, guide)) == ([], [])
    assert elected_rows(case, guide) == []

    done = make_election(state=S.CONFIRMED)
    guide = actor_of_party(done, "guide")
    assert elected_rows(done, guide) == [(Post.SECRETARY, "方*")]
    assert (voter_rows(done, guide), candidate_rows(done, guide)) == ([], [])


def test_who_left_the_roll_after_voting_stays_listed():
    case = make_election(state=S.READY)
    complete_result(case)
    gone = entitled_members(case)[3]
    gone.formal_org = None
    gone.save()

    rows = voter_rows(case, actor_as(Role.ORG_DEPT, the_district().org_dept))

    assert len(rows) == 5
    assert gone in [row.member for row in rows]


def test_terms_are_listed_from_six_months_before_their_end_until_an_election_is_opened():
    ends_on = add_months(TODAY, 6)
    inside = make_branch(term_ends_on=ends_on)
    make_branch(term_ends_on=ends_on.replace(day=ends_on.day + 1))
    over = make_branch(term_ends_on=add_months(TODAY, -40))
    case = make_election()
    committee = seated(parties_of(case)["committee"])

    assert list(ending_terms(committee)) == [over, inside]
    assert open_elections(committee, [case.organisation_id, over.pk]) == {
        case.organisation_id: case
    }
    secretary = actor_as(Role.BRANCH_SECRETARY, over.body)
    assert list(ending_terms(secretary)) == [over]
    assert not ending_terms(actor_as(Role.BUREAU, the_district().bureau)).exists()
