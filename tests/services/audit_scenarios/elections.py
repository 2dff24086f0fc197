"""Elections: the file, what came out, and the confirmation that writes posts."""

from collections.abc import Callable
from typing import Any

from tests.factories import TODAY
from tests.factories.elections import (
    BECAME_FULL,
    actor_of_party,
    complete_result,
    make_election,
    stand,
)
from tests.factories.rows import make_member
from tests.services.audit_scenarios.stage import Deed, Stage, one
from tests.services.imports.worlds import NOW
from xgz.models import TermElection
from xgz.queries.elections import entitled_members
from xgz.rules.election_counts import Ballots
from xgz.rules.elections import ElectionState, Reason
from xgz.rules.organisations import Post
from xgz.services import elections


def _in_the_file(case: TermElection, action: str, change: Callable[..., Any], **given: Any) -> Deed:
    actor = actor_of_party(case, "branch")
    return Deed(
        lambda: change(actor=actor, case=case, now=NOW, **given),
        actor,
        one(f"election.{action}", "election", case.public_id),
    )


def _ready(full: int = 5) -> TermElection:
    return make_election(state=ElectionState.READY, full=full)


def election_planned(stage: Stage) -> Deed:
    case = make_election()
    plan = elections.Plan(sort=case.sort, day=TODAY, place="二楼", deputies=0, members=0)
    return _in_the_file(case, "plan", elections.set_plan, plan=plan)


def election_roll_marked(stage: Stage) -> Deed:
    case = make_election()
    reasons = {entitled_members(case)[0]: Reason.UNABLE}
    return _in_the_file(case, "roll", elections.mark_roll, reasons=reasons)


def election_candidates_added(stage: Stage) -> Deed:
    case = make_election(complete=False)
    given = {"members": [entitled_members(case)[0]], "post": Post.SECRETARY}
    return _in_the_file(case, "candidates", elections.add_candidates, **given)


def election_candidate_taken_out(stage: Stage) -> Deed:
    case = make_election()
    row = case.candidates.first()
    return _in_the_file(case, "candidate_out", elections.remove_candidate, row=row)


def election_attendance_recorded(stage: Stage) -> Deed:
    meeting = elections.Meeting(held_on=TODAY, chair="丁主持", tellers="史监票", absent={})
    return _in_the_file(_ready(), "attendance", elections.record_attendance, meeting=meeting)


def election_votes_recorded(stage: Stage) -> Deed:
    case = _ready()
    complete_result(case)
    votes = {row.public_id: elections.Votes(5, 0, 0) for row in case.candidates.all()}
    ballots = Ballots(5, 5, 5, 0)
    return _in_the_file(case, "votes", elections.record_votes, ballots=ballots, votes=votes)


def election_person_written_in(stage: Stage) -> Deed:
    case = _ready()
    member = make_member(case.organisation, full_on=BECAME_FULL)
    given = {"member": member, "post": Post.SECRETARY}
    return _in_the_file(case, "write_in", elections.write_in, **given)


def election_write_in_taken_out(stage: Stage) -> Deed:
    case = _ready()
    member = make_member(case.organisation, full_on=BECAME_FULL)
    row = stand(case, member, Post.SECRETARY, is_write_in=True)
    return _in_the_file(case, "write_in_out", elections.take_out_write_in, row=row)


def election_officers_chosen(stage: Stage) -> Deed:
    case = _ready(full=8)
    complete_result(case)
    secretary = case.candidates.exclude(elected_post="").first()
    given = {"secretary": secretary, "deputies": []}
    return _in_the_file(case, "officers", elections.choose_officers, **given)


def election_confirmed(stage: Stage) -> Deed:
    case = make_election(state=ElectionState.REPORTED)
    assert entitled_members(case).count() == 5
    actor = actor_of_party(case, "committee")
    organisation = ("organisation", case.organisation.public_id)
    return Deed(
        lambda: elections.confirm(case=case, actor=actor, now=NOW, opinion="同意"),
        actor,
        lambda: [
            ("organisation.elected", *organisation),
            ("organisation.appoint", *organisation),
            ("election.posts", "election", case.public_id),
            ("election.confirm", "election", case.public_id),
        ],
    )
