"""Drafts, numbers without gaps, what stays as it was, what is void (PA-1, PA-3, PA-4)."""

import threading

import pytest
from django.db import connection, transaction

from tests.factories.case_papers import make_draft, make_issued, make_paper_case, rename
from tests.factories.formations import actor_of_party, moment, take_as_somebody
from xgz.access.actor import NotPermitted
from xgz.models import AuditEntry, CasePaper, Formation, NumberSeries, Paper
from xgz.queries.paper_sources import NamesNotRead
from xgz.queries.papers import register_rows, register_years
from xgz.rules.formations import FormationAction, FormationState
from xgz.rules.papers.kinds import PaperKind, PaperState
from xgz.rules.roles import Role
from xgz.services import papers
from xgz.services.cases import ChangedMeanwhile

pytestmark = pytest.mark.django_db
K, S = PaperKind, FormationState
NOW = moment()


def again(row):
    return type(row).objects.get(pk=row.pk)


def issue(case, paper, actor):
    papers.issue_paper(actor=actor, case=again(case), paper=paper, now=NOW)
    return again(paper)


def test_a_draft_has_neither_number_nor_day_and_is_sealed():
    case, paper, _actor = make_draft(K.ROSTER)
    name = case.secretary.name

    assert (paper.state, paper.number, paper.document.day) == (PaperState.DRAFT, "", "")
    assert name in paper.content
    assert name not in paper.content_sealed


def test_issuing_numbers_and_dates_the_paper():
    case, paper, actor = make_draft()

    paper = issue(case, paper, actor)

    assert paper.number == "清平党〔2026〕1号"
    assert paper.document.number == paper.number
    assert paper.document.day == "2026年11月23日"
    assert paper.entry.body == paper.body
    assert (paper.state, paper.issued_by) == (PaperState.ISSUED, actor.user)


def test_a_roster_carries_no_number():
    case, paper, actor = make_draft(K.ROSTER)

    assert issue(case, paper, actor).entry is None
    assert not Paper.objects.exists()


def test_of_one_kind_there_is_one_valid_paper():
    case, paper, actor = make_draft()

    with pytest.raises(papers.AlreadyThere):
        papers.make_paper(actor=actor, case=case, kind=K.REQUEST, now=NOW)
    issue(case, paper, actor)
    with pytest.raises(papers.AlreadyThere):
        papers.make_paper(actor=actor, case=case, kind=K.REQUEST, now=NOW)


def test_a_void_paper_keeps_its_number_and_the_next_goes_on():
    case, paper, actor = make_issued()

    papers.void_paper(actor=actor, case=case, paper=paper, reason="单位名称有误", now=NOW)
    second = papers.make_paper(actor=actor, case=case, kind=K.REQUEST, now=NOW)
    second = issue(case, second, actor)

    assert second.number == "清平党〔2026〕2号"
    first = again(paper)
    assert (first.state, first.number, first.reason) == (
        PaperState.VOID,
        "清平党〔2026〕1号",
        "单位名称有误",
    )
    assert first.entry.voided_on == actor.today
    rows = register_rows(paper.body, 2026)
    assert [row.entry.number for row in rows] == [1, 2]
    assert register_years(paper.body) == [2026]


@pytest.mark.parametrize("reason", ["", "  ", "\u200b"])
def test_a_paper_is_not_void_without_words(reason):
    case, paper, actor = make_issued()

    with pytest.raises(papers.ReasonMissing):
        papers.void_paper(actor=actor, case=case, paper=paper, reason=reason, now=NOW)
    assert again(paper).state == PaperState.ISSUED


def test_what_is_issued_stays_whatever_becomes_of_the_case():
    case, paper, _actor = make_issued(K.ROSTER)
    before = again(paper).document

    rename(case.secretary, "改名后")
    Formation.objects.filter(pk=case.pk).update(name="改名党支部")

    assert again(paper).document == before


def test_a_draft_the_case_has_left_behind_is_not_issued():
    case, paper, actor = make_draft()
    Formation.objects.filter(pk=case.pk).update(room_place="另一处")

    with pytest.raises(papers.DraftStale):
        issue(case, paper, actor)
    assert not NumberSeries.objects.filter(series__startswith="paper.").exists()

    papers.renew_paper(actor=actor, case=again(case), paper=paper, now=NOW)
    assert "另一处" in issue(case, paper, actor).content


def test_a_case_that_moved_since_the_page_was_read_is_not_issued_for():
    case, paper, actor = make_draft()
    seen = again(case)
    take_as_somebody(case, FormationAction.SEND)

    with pytest.raises(ChangedMeanwhile):
        papers.issue_paper(actor=actor, case=seen, paper=paper, now=NOW)


def test_a_number_is_given_back_with_its_transaction():
    case, paper, actor = make_draft()

    with transaction.atomic():
        assert issue(case, paper, actor).number == "清平党〔2026〕1号"
        transaction.set_rollback(True)

    assert again(paper).state == PaperState.DRAFT
    assert issue(case, paper, actor).number == "清平党〔2026〕1号"


def test_a_draft_is_thrown_away_an_issued_paper_is_not():
    case, paper, actor = make_draft()
    papers.discard_paper(actor=actor, case=case, paper=paper, now=NOW)
    assert not CasePaper.objects.exists()

    case, paper, actor = make_issued()
    with pytest.raises(papers.PaperMoved):
        papers.discard_paper(actor=actor, case=case, paper=paper, now=NOW)
    with pytest.raises(papers.PaperMoved):
        papers.renew_paper(actor=actor, case=case, paper=paper, now=NOW)


def test_a_paper_is_issued_once_and_void_once():
    case, paper, actor = make_issued()
    with pytest.raises(papers.PaperMoved):
        issue(case, paper, actor)

    papers.void_paper(actor=actor, case=case, paper=paper, reason="重复", now=NOW)
    with pytest.raises(papers.PaperMoved):
        papers.void_paper(actor=actor, case=case, paper=paper, reason="重复", now=NOW)


@pytest.mark.parametrize(
    ("state", "party", "kinds"),
    [
        (S.PREPARING, "preparer", {K.REQUEST, K.ROSTER}),
        (S.STEP_1, "step_1", {K.ROSTER}),
        (S.APPROVED, "step_1", {K.ROSTER, K.REPLY, K.FILING}),
        (S.REFUSED, "step_1", set()),
        (S.WITHDRAWN, "preparer", set()),
    ],
)
def test_every_paper_at_its_time_alone(state, party, kinds):
    opener = Role.TOWNSHIP_COMMITTEE if party == "preparer" else Role.BUREAU
    case = make_paper_case(opener=opener, state=state)
    actor = actor_of_party(case, party)
    made = set()
    for kind in PaperKind:
        try:
            papers.make_paper(actor=actor, case=again(case), kind=kind, now=NOW)
        except (papers.NotNow, NotPermitted):
            continue
        made.add(kind)

    assert made == kinds


def test_the_request_of_the_market_line_names_nobody():
    case = make_paper_case(opener=Role.BUREAU)
    actor = actor_of_party(case, "preparer")
    paper = papers.make_paper(actor=actor, case=case, kind=K.REQUEST, now=NOW)

    for row in case.members.all():
        assert row.member.name not in paper.content
        assert row.member.public_id not in paper.content
    assert paper.document.attachments == ()
    with pytest.raises(NotPermitted):
        papers.make_paper(actor=actor, case=case, kind=K.ROSTER, now=NOW)


def test_who_reads_some_names_masked_makes_no_roster():
    from tests.factories import make_member, make_organisation
    from tests.factories.closures import the_district
    from tests.factories.formations import join

    case = make_paper_case()
    join(case, make_member(make_organisation(the_district().liuquan)))

    with pytest.raises(NamesNotRead):
        make_draft(K.ROSTER, again(case))


def test_reply_and_filing_quote_each_other():
    case = make_paper_case(opener=Role.BUREAU)
    make_issued(K.REQUEST, again(case), "preparer")
    for action in (FormationAction.SEND, FormationAction.AGREE):
        take_as_somebody(again(case), action)
    _case, reply, actor = make_issued(K.REPLY, again(case), "step_1")
    filing = papers.make_paper(actor=actor, case=again(case), kind=K.FILING, now=NOW)

    assert "（县市监〔2026〕1号）收悉" in again(reply).content
    assert "清平党〔2026〕1号" in filing.content
    assert filing.document.to == "县委组织部"
    assert "已于2026年11月23日批准成立" in filing.content


def test_a_committee_that_decides_itself_asks_nobody_and_writes_a_decision():
    case = make_paper_case(procedure=None, state=S.APPROVED)
    actor = actor_of_party(case, "step_1")

    with pytest.raises(NotPermitted):
        papers.make_paper(actor=actor, case=again(case), kind=K.REQUEST, now=NOW)
    paper = papers.make_paper(actor=actor, case=again(case), kind=K.REPLY, now=NOW)
    assert paper.document.title.endswith("的决定")


def test_taking_a_paper_is_written_down():
    case, paper, actor = make_draft()

    taken = papers.take_paper(
        actor=actor, case=case, paper=paper, taken_as=papers.TakenAs.WORD, now=NOW
    )

    assert taken.template is None
    assert taken.document.number == "清平党〔2026〕　号"
    row = AuditEntry.objects.get(action="paper.take")
    assert (row.actor, row.subject_id) == (actor.user, paper.public_id)


def race(work, count=2):
    """Let several do the same at once; return what became of each."""
    barrier, found = threading.Barrier(count), []

    def one(number):
        try:
            barrier.wait()
            work(number)
            found.append("done")
        except (papers.PaperMoved, ChangedMeanwhile, papers.AlreadyThere) as error:
            found.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.django_db(transaction=True)
def test_of_two_who_issue_one_draft_at_once_one_does():
    case, paper, actor = make_draft()

    found = race(
        lambda _n: papers.issue_paper(actor=actor, case=again(case), paper=again(paper), now=NOW)
    )

    assert sorted(found) == ["PaperMoved", "done"]
    assert list(Paper.objects.values_list("number", flat=True)) == [1]


@pytest.mark.django_db(transaction=True)
def test_papers_issued_at_once_have_no_gaps_and_no_doubles():
    drafts = [make_draft() for _ in range(6)]

    def work(number):
        case, paper, actor = drafts[number]
        papers.issue_paper(actor=actor, case=again(case), paper=again(paper), now=NOW)

    assert race(work, 6) == ["done"] * 6
    numbers = Paper.objects.filter(series__startswith="paper.").values_list("number", flat=True)
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]
