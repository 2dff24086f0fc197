"""The roll and facts of an election as each may read them, and whose term ends."""

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
from xgz.queries.election_facts import facts_for
from xgz.queries.elections import (
    candidate_rows,
    elected_rows,
    ending_terms,
    entitled_members,
    open_elections,
    voter_rows,
)
from xgz.rules.calendar import add_months
from xgz.rules.election_counts import Ballots
from xgz.rules.elections import ElectionState, Reason, Sort, Standing
from xgz.rules.organisations import Post
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
S = ElectionState


def test_the_facts_hold_everything_papers_say():
    case = make_election(state=S.READY)
    people = list(entitled_members(case))
    mark(case, people[4], Standing.EXCLUDED, Reason.ABROAD)
    complete_result(case, absent=0)
    other = stand(case, people[1], Post.SECRETARY, is_write_in=True)
    other.votes_for, other.against, other.abstained = 0, 4, 0
    other.save()

    facts = facts_for(case, actor_of_party(case, "branch"))

    assert (facts.organisation, facts.superior) == (case.organisation.name, "清平镇党委")
    assert (facts.sort, facts.day, facts.held_on) == (Sort.TERM, TODAY, TODAY)
    assert facts.place == "清平市场二楼"
    assert facts.seats == ((Post.SECRETARY, 1),)
    assert facts.candidates == ((Post.SECRETARY, "方柏梁"),)
    assert (facts.full_members, facts.entitled, facts.attending) == (5, 4, 4)
    assert facts.quorum_needed == 4
    assert facts.excluded == ((people[4].name, Reason.ABROAD),)
    assert facts.absent == ()
    assert facts.ballots == Ballots(4, 4, 4, 0)
    assert [(v.name, v.votes_for, v.is_write_in) for v in facts.votes] == [
        ("方柏梁", 4, False),
        (people[1].name, 0, True),
    ]
    assert facts.elected == ((Post.SECRETARY, "方柏梁"),)
    assert (facts.chair, facts.tellers) == ("丁主持", ("史监票", "万计票"))
    assert (facts.reported_on, facts.confirmed_on) == (None, None)


def test_the_facts_know_when_it_was_reported_and_confirmed():
    case = make_election(state=S.CONFIRMED)

    facts = facts_for(case, actor_of_party(case, "committee"))

    assert (facts.reported_on, facts.confirmed_on) == (TODAY, TODAY)


def test_facts_that_are_not_entered_are_none_or_empty():
    case = make_election(complete=False)

    facts = facts_for(case, actor_of_party(case, "branch"))

    assert (facts.day, facts.entitled, facts.attending, facts.ballots) == (None,) * 4
    assert (facts.candidates, facts.votes, facts.elected, facts.tellers) == ((), (), (), ())


def test_who_guides_reads_no_people_until_the_confirmation_and_then_masked():
    case = make_election(state=S.REPORTED)
    guide = actor_of_party(case, "guide")
    assert (voter_rows(case, guide), candidate_rows(case, guide)) == ([], [])
    assert elected_rows(case, guide) == []

    done = make_election(state=S.CONFIRMED)
    guide = actor_of_party(done, "guide")
    facts = facts_for(done, guide)
    assert facts.elected == ((Post.SECRETARY, "方*"),)
    assert (facts.entitled, facts.ballots, facts.votes, facts.chair) == (None, None, (), "")


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
