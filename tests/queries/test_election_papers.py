"""Papers of elections: who makes which from when on, and what they say of the count (PA-1)."""

import pytest

from tests.factories import make_user
from tests.factories.closures import the_district
from tests.factories.elections import (
    actor_of_party,
    complete_result,
    make_branch,
    make_election,
    moment,
    take_as_somebody,
)
from xgz.access.actor import NotPermitted, actor_for
from xgz.access.papers import hands_of, visible_papers
from xgz.models import CasePaper
from xgz.queries.papers import document_of, offered_kinds, phase_of
from xgz.rules.elections import ElectionAction, ElectionParty, ElectionState
from xgz.rules.papers.kinds import Hand, PaperKind, Phase
from xgz.rules.roles import Role
from xgz.services import papers

pytestmark = pytest.mark.django_db
K, S, P = PaperKind, ElectionState, ElectionParty
NOW = moment()


def text_of(document):
    """Return everything a paper says in one text."""
    rows = "\n".join("".join(row) for row in document.rows)
    lines = "\n".join(line.text for line in document.lines)
    return f"{document.title}\n{document.to}\n{lines}\n{rows}"


@pytest.mark.parametrize(
    ("state", "phase", "of_branch", "of_committee"),
    [
        (S.PREPARING, Phase.PLANNED, [], []),
        (S.VETTING, Phase.PLANNED, [], []),
        (S.READY, Phase.CALLED, [K.ELECTION_NOTICE, K.BALLOT], []),
        (S.REPORTED, Phase.HELD, [K.MINUTES, K.RESULT], []),
        (S.CONFIRMED, Phase.CONFIRMED, [K.MINUTES, K.RESULT], [K.CONFIRMATION]),
        (S.FAILED, None, [], []),
        (S.WITHDRAWN, None, [], []),
    ],
)
def test_who_makes_which_paper_in_which_state(state, phase, of_branch, of_committee):
    case = make_election(state=state)

    assert phase_of(case) is phase
    assert offered_kinds(case, actor_of_party(case, P.BRANCH)) == of_branch
    assert offered_kinds(case, actor_of_party(case, P.COMMITTEE)) == of_committee


def test_once_the_votes_are_counted_the_minutes_are_made_before_the_report():
    case = make_election(state=S.READY)
    complete_result(case)

    assert phase_of(case) is Phase.HELD
    assert offered_kinds(case, actor_of_party(case, P.BRANCH)) == [K.MINUTES, K.RESULT]


def test_the_notice_says_when_where_which_posts_and_how_many_have_to_come():
    case = make_election(state=S.READY)

    document, body = document_of(case, K.ELECTION_NOTICE, actor_of_party(case, P.BRANCH))
    text = text_of(document)

    assert body == case.organisation.body
    assert "2026年11月23日" in text
    assert "清平市场二楼" in text
    assert "书记1名" in text
    assert "到会人数达到应到会人数的五分之四方可选举" in text


def test_the_ballot_names_the_candidates_and_leaves_room_for_others():
    case = make_election(state=S.READY)

    document, _body = document_of(case, K.BALLOT, actor_of_party(case, P.BRANCH))

    assert [row[:2] for row in document.rows] == [("书记", "方柏梁"), ("另选人", "")]


def test_minutes_and_report_tell_the_count_with_its_denominators():
    case = make_election(state=S.READY)
    complete_result(case, absent=1)
    actor = actor_of_party(case, P.BRANCH)

    minutes = text_of(document_of(case, K.MINUTES, actor)[0])
    result = document_of(case, K.RESULT, actor)[0]

    for text in (minutes, text_of(result)):
        assert "发出选票4张，收回选票4张，其中有效票4张" in text
        assert "书记候选人方柏梁：得赞成票4张，当选" in text
    assert "应到会党员5名" in minutes
    assert "实到会党员4名" in minutes
    assert "丁主持" in minutes
    assert "史监票、万计票" in minutes
    assert result.to == "中共清平镇委员会"


def test_the_committee_confirms_with_the_number_of_the_report():
    case = make_election(state=S.REPORTED)
    branch = actor_of_party(case, P.BRANCH)
    paper = papers.make_paper(actor=branch, case=case, kind=K.RESULT, now=NOW)
    papers.issue_paper(actor=branch, case=case, paper=paper, now=NOW)
    number = CasePaper.objects.get().number
    case = make_confirmed(case)

    document, body = document_of(case, K.CONFIRMATION, actor_of_party(case, P.COMMITTEE))

    assert body == the_district().qingping
    assert number in text_of(document)
    assert f"方柏梁同志任{case.organisation.name}书记。" in text_of(document)


def make_confirmed(case):
    take_as_somebody(case, ElectionAction.CONFIRM)
    case.refresh_from_db()
    return case


def test_the_guiding_office_makes_and_sees_none():
    case = make_election(state=S.READY, branch=make_branch(guided=True))
    papers.make_paper(
        actor=actor_of_party(case, P.BRANCH), case=case, kind=K.ELECTION_NOTICE, now=NOW
    )
    district = the_district()
    head = actor_for(make_user(Role.STATION_HEAD, district.qingping_office), NOW.date())

    assert hands_of(head, case) == frozenset()
    assert not visible_papers(head, case).exists()
    with pytest.raises(NotPermitted):
        papers.make_paper(actor=head, case=case, kind=K.ELECTION_NOTICE, now=NOW)


def test_each_side_makes_its_own_papers_alone():
    case = make_election(state=S.CONFIRMED)

    assert hands_of(actor_of_party(case, P.BRANCH), case) == {Hand.BRANCH}
    assert hands_of(actor_of_party(case, P.COMMITTEE), case) == {Hand.SUPERIOR}
    with pytest.raises(NotPermitted):
        papers.make_paper(
            actor=actor_of_party(case, P.BRANCH), case=case, kind=K.CONFIRMATION, now=NOW
        )
