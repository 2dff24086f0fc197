"""The papers of a case: whose, when, how they are numbered, what they say (PA-1 to PA-7)."""

import json
from datetime import date

import pytest

from tests.factories.papers import (
    DAY,
    election_facts,
    every_paper,
    formation_facts,
    person,
)
from xgz.rules.formation_procedures import PRESETS, Preset
from xgz.rules.formations import FormationState
from xgz.rules.papers.document import (
    Document,
    as_draft,
    listed,
    official_name,
    paper_day,
    paper_month,
)
from xgz.rules.papers.elections import CandidateFacts, election_paper
from xgz.rules.papers.formations import COMMITTEE_FROM, formation_paper
from xgz.rules.papers.kinds import (
    PAPER_LABELS,
    PAPERS,
    Hand,
    PaperForm,
    PaperKind,
    Phase,
    fits,
    formation_hands,
    formation_phase,
    is_overtaken,
    number_word,
    papers_of_kind,
    place_of,
)
from xgz.rules.papers.templates import needed_fields

K, S, P = PaperKind, FormationState, Phase
NATIONAL, THREE = PRESETS[Preset.NATIONAL], PRESETS[Preset.THREE_STEPS]


def words(document):
    return "\n".join([document.title, document.to, *(line.text for line in document.lines)])


def test_every_kind_has_its_rule_and_word():
    assert set(PAPERS) == set(PaperKind) == set(PAPER_LABELS)
    assert {kind for kind, rule in PAPERS.items() if not rule.is_numbered} == {
        K.ROSTER,
        K.ELECTION_NOTICE,
        K.BALLOT,
        K.MINUTES,
    }
    assert papers_of_kind("formation") == [K.REQUEST, K.ROSTER, K.REPLY, K.FILING]
    assert len(papers_of_kind("election")) == 5
    assert papers_of_kind("transfer") == []


@pytest.mark.parametrize(
    ("state", "procedure", "phase"),
    [
        (S.PREPARING, NATIONAL, P.ASKING),
        (S.STEP_1, NATIONAL, P.ASKING),
        (S.STEP_2, NATIONAL, P.DECIDED),
        (S.APPROVED, NATIONAL, P.DECIDED),
        (S.STEP_2, THREE, P.ASKING),
        (S.STEP_3, THREE, P.ASKING),
        (S.REFUSED, NATIONAL, None),
        (S.WITHDRAWN, NATIONAL, None),
    ],
)
def test_how_far_a_formation_is(state, procedure, phase):
    assert formation_phase(state, procedure) is phase


def test_each_paper_has_its_time():
    assert [kind for kind in PaperKind if fits(kind, P.ASKING)] == [K.REQUEST, K.ROSTER]
    assert [kind for kind in PaperKind if fits(kind, P.DECIDED)] == [K.ROSTER, K.REPLY, K.FILING]
    assert [kind for kind in PaperKind if fits(kind, P.CALLED)] == [K.ELECTION_NOTICE, K.BALLOT]
    assert [kind for kind in PaperKind if fits(kind, P.HELD)] == [K.MINUTES, K.RESULT]
    assert [k for k in PaperKind if fits(k, P.CONFIRMED)] == [K.MINUTES, K.RESULT, K.CONFIRMATION]
    assert not any(fits(kind, None) for kind in PaperKind)


@pytest.mark.parametrize(
    ("kind", "phases"),
    [
        (K.REQUEST, set()),
        (K.ROSTER, set()),
        (K.REPLY, {P.ASKING, None}),
        (K.FILING, {P.ASKING, None}),
    ],
)
def test_an_issued_paper_is_overtaken_only_where_the_case_went_back(kind, phases):
    assert {each for each in (P.ASKING, P.DECIDED, None) if is_overtaken(kind, each)} == phases


@pytest.mark.parametrize(
    ("kind", "phases"),
    [
        (K.ELECTION_NOTICE, {P.PLANNED}),
        (K.BALLOT, {P.PLANNED}),
        (K.MINUTES, {P.PLANNED, P.CALLED}),
        (K.RESULT, {P.PLANNED, P.CALLED}),
        (K.CONFIRMATION, {P.PLANNED, P.CALLED, P.HELD}),
    ],
)
def test_a_paper_of_an_election_stands_after_the_meeting(kind, phases):
    every = (P.PLANNED, P.CALLED, P.HELD, P.CONFIRMED, None)

    assert {each for each in every if is_overtaken(kind, each)} == phases


@pytest.mark.parametrize(
    ("parties", "in_clear", "hands"),
    [
        ({"preparer"}, set(), {Hand.PREPARER}),
        ({"preparer"}, {"preparer"}, {Hand.PREPARER, Hand.KEEPER}),
        ({"roster"}, {"roster"}, {Hand.KEEPER}),
        ({"guide"}, set(), set()),
        ({"step_1"}, {"step_1"}, {Hand.KEEPER, Hand.DECIDER}),
        ({"step_2"}, {"step_2"}, {Hand.KEEPER}),
        ({"beside_1_1"}, {"beside_1_1"}, set()),
        (set(), set(), set()),
    ],
)
def test_who_makes_papers_of_a_formation(parties, in_clear, hands):
    assert formation_hands(parties, in_clear, NATIONAL, decides_itself=False) == hands


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("清平镇党委", "清平党"),
        ("中共清平镇党委", "清平党"),
        ("中共澄川县清平镇委员会", "清平党"),
        ("中共城关街道工作委员会", "城关党"),
        ("县委组织部", "县委组"),
        ("县市场监督管理局", "县市监"),
        ("县个私协会", "县个私协会"),
    ],
)
def test_the_word_before_the_number(body, word):
    assert number_word(body) == word


@pytest.mark.parametrize(("length", "kept"), [(46, 46), (47, 46), (120, 46)])
def test_a_long_name_leaves_room_for_the_number(length, kept):
    assert number_word("甲" * length) == "甲" * kept
    assert number_word("甲" * length + "镇党委") == ("甲" * length + "党")[:kept]


@pytest.mark.parametrize(
    ("committee", "place"),
    [
        ("清平镇党委", "清平镇"),
        ("城关街道党工委", "城关街道"),
        ("中共清平镇委员会", "清平镇"),
        ("中共澄川县清平镇委员会", "清平镇"),
        ("中共澄川县城关街道工作委员会", "城关街道"),
        ("中共澄川县委组织部", "澄川县委组织部"),
    ],
)
def test_a_place_is_named_without_its_committee(committee: str, place: str) -> None:
    assert place_of(committee) == place


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("清平镇党委", "中共清平镇委员会"),
        ("中共清平镇委员会", "中共清平镇委员会"),
        ("城关街道党工委", "城关街道党工委"),
        ("县委组织部", "县委组织部"),
    ],
)
def test_what_a_body_is_called_on_paper(body, name):
    assert official_name(body) == name


def test_days_are_written_without_leading_noughts():
    assert paper_day(date(2026, 1, 9)) == "2026年1月9日"
    assert paper_day(date(2026, 10, 10)) == "2026年10月10日"
    assert paper_day(None) == paper_month(None) == ""
    assert paper_month(date(1980, 3, 5)) == "1980.03"


def test_a_draft_keeps_the_places_of_number_and_day_free():
    draft = as_draft(formation_paper(K.REQUEST, formation_facts()), "清平党", 2026)

    assert (draft.number, draft.day) == ("清平党〔2026〕　号", "2026年　月　日")
    assert as_draft(draft, "", 2026).number == ""


@pytest.mark.parametrize("kind", PaperKind)
def test_a_paper_is_stored_and_read_back(kind):
    document = every_paper()[kind]

    assert Document.read(json.loads(json.dumps(document.plain()))) == document


def test_a_title_is_broken_only_where_it_is_long():
    short = formation_paper(K.REQUEST, formation_facts(name="兴旺党支部"))
    long = formation_paper(K.REQUEST, formation_facts())

    assert short.title_lines == ("关于成立兴旺党支部的请示",)
    assert long.title_lines == ("关于成立", "兴旺五金店等3户联合党支部的请示")
    assert long.title == "".join(long.title_lines)


@pytest.mark.parametrize(
    ("piece", "lines"),
    [
        (
            "清平镇兴旺五金机电商行等3户联合党支部的请示",
            ["清平镇兴旺五金机电商行等3户", "联合党支部的请示"],
        ),
        ("关于清平镇兴旺五金机电商行经营部党支部", ["关于清平镇兴旺五金机电商行经营部党支部"]),
        (
            "关于清平镇兴旺五金机电商行经营一部党支部",
            ["关于清平镇兴旺五金机电商行经营一部", "党支部"],
        ),
        (
            "清平镇兴旺五金机电商行经营一部组建情况的报告",
            ["清平镇兴旺五金机电商行经营一部组建情况的报告"],
        ),
    ],
)
def test_a_long_title_is_not_broken_inside_the_kind_of_an_organisation(piece, lines):
    paper = Document(form=PaperForm.LETTER, title_parts=("关于成立", piece), by="清平镇党委")
    assert paper.title_lines == ("关于成立", *lines)


def test_many_units_are_counted():
    assert listed(["甲", "乙", "丙"]) == "甲、乙、丙"
    assert listed(["甲", "乙", "丙", "丁"]) == "甲、乙、丙等4户单位"


def test_the_request_says_units_people_and_what_is_asked():
    said = words(formation_paper(K.REQUEST, formation_facts(consents=2)))

    assert "拟成立兴旺五金店等3户联合党支部" in said
    assert "2户同意，1户有顾虑" in said
    assert "现有党员5名，其中正式党员4名、预备党员1名" in said
    assert "已转入的4名，正在转接的1名" in said
    assert "妥否，请批示" in said


def test_a_request_of_the_market_line_names_nobody_and_has_no_roster():
    facts = formation_facts(members=(), tells_names=False, by="县市场监督管理局")
    document = formation_paper(K.REQUEST, facts)

    assert document.attachments == ()
    assert document.named == ()
    assert "花名册由党组织按规定另行报送" in words(document)
    assert "党员5名" not in words(document)


@pytest.mark.parametrize(
    ("full", "elected"),
    [(COMMITTEE_FROM - 1, "设书记1名，不设支部委员会"), (COMMITTEE_FROM, "设支部委员会")],
)
def test_from_seven_full_members_a_committee_is_elected(full, elected):
    facts = formation_facts(members=tuple(person(number) for number in range(full)))

    assert elected in words(formation_paper(K.FILING, facts))


def test_the_roster_has_a_row_for_each_and_no_numbers_of_people():
    roster = formation_paper(K.ROSTER, formation_facts())

    assert [row[0] for row in roster.rows] == ["1", "2", "3", "4", "5"]
    assert roster.rows[0][1] == "镕喆玥"
    assert roster.rows[0][-1] == "书记人选"
    assert roster.rows[4][-1] == "组织关系转接中"
    assert roster.note == "共5名，其中正式党员4名，预备党员1名。"
    assert len(roster.named) == 5


def test_the_reply_quotes_the_request_and_the_filing_the_reply():
    assert "（县市监〔2026〕2号）收悉" in words(formation_paper(K.REPLY, formation_facts()))
    filing = formation_paper(K.FILING, formation_facts())
    assert "已于2026年10月10日批准成立" in words(filing)
    assert "批复文号：清平党〔2026〕3号" in words(filing)
    assert len(filing.attachment_lines) == 2
    assert filing.attachment_lines[1].startswith("2. ")


def test_a_body_that_decides_itself_asks_nobody():
    hands = formation_hands({"preparer", "step_1"}, set(), NATIONAL, decides_itself=True)
    facts = formation_facts(preparer="中共清平镇委员会", request="")

    assert hands == {Hand.DECIDER}
    decision = formation_paper(K.REPLY, facts)
    assert decision.title == "关于成立兴旺五金店等3户联合党支部的决定"
    assert decision.to == "各有关单位"
    assert "请示" not in words(decision)
    assert "决定文号：清平党〔2026〕3号" in words(formation_paper(K.FILING, facts))


def test_without_a_request_nothing_is_quoted():
    said = words(formation_paper(K.REPLY, formation_facts(request="")))

    assert "的请示》收悉" in said


def test_a_ballot_has_a_line_for_another_name_for_each_seat():
    ballot = election_paper(K.BALLOT, election_facts())

    assert [row[0] for row in ballot.rows] == ["书记", "书记", "另选人"]
    assert any("不超过1名" in line.text for line in ballot.lines)


@pytest.mark.parametrize(
    ("out", "back", "said"),
    [(5, 5, "选举有效"), (5, 4, "选举有效"), (5, 6, "选举无效"), (None, None, "发出选票　　张")],
)
def test_more_ballots_back_than_given_out_is_no_election(out, back, said):
    minutes = election_paper(K.MINUTES, election_facts(handed_out=out, handed_in=back))

    assert said in words(minutes)


def test_somebody_written_in_is_no_candidate_of_the_ballot():
    written = CandidateFacts("member9", "另选的人", "书记", 1, is_write_in=True)
    facts = election_facts(candidates=(*election_facts().candidates, written))

    assert all("另选的人" not in row for row in election_paper(K.BALLOT, facts).rows)
    assert "另选人另选的人：得赞成票1张" in words(election_paper(K.RESULT, facts))


def test_an_unknown_hour_is_left_to_be_written():
    assert "2026年10月10日　　时　　分。" in words(
        election_paper(K.ELECTION_NOTICE, election_facts(at=""))
    )


def test_the_confirmation_names_those_elected_alone():
    paper = election_paper(K.CONFIRMATION, election_facts(report="清平党〔2026〕9号"))

    assert "镕喆玥同志任兴旺五金店等3户联合党支部书记" in words(paper)
    assert "李㛃䶮" not in words(paper)
    assert paper.named == ("member1",)
    assert paper.to == "中共清平镇委员会"


def test_the_day_of_a_meeting_is_said():
    assert paper_day(DAY) in words(election_paper(K.ELECTION_NOTICE, election_facts()))


@pytest.mark.parametrize("kind", PaperKind)
def test_a_numbered_paper_needs_a_template_with_the_number(kind):
    assert ("number" in needed_fields(kind)) is PAPERS[kind].is_numbered
