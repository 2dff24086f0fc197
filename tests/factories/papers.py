"""Papers of a formation and an election, with names of rare characters; no database."""

from dataclasses import replace
from datetime import date
from typing import Any

from xgz.rules.papers.document import Document, with_number
from xgz.rules.papers.elections import CandidateFacts, ElectionFacts, SeatFacts, election_paper
from xgz.rules.papers.formations import FormationFacts, JoiningFacts, formation_paper
from xgz.rules.papers.kinds import PAPERS, PaperKind

RARE = "镕喆玥㛃䶮"
DAY = date(2026, 10, 10)


def person(number: int, name: str = "", **given: Any) -> JoiningFacts:
    """Return a full member whose relation is here."""
    facts = JoiningFacts(
        public_id=f"member{number}",
        name=name or f"党员{number}",
        sex="男",
        ethnicity="汉族",
        born_on=date(1980, 3, 5),
        education="大学本科",
        joined_on=date(2005, 6, 1),
        full_on=date(2006, 6, 1),
        member_class="正式党员",
        is_full=True,
        is_here=True,
        is_secretary=False,
    )
    return replace(facts, **given)


def formation_facts(**given: Any) -> FormationFacts:
    """Return a joint branch of three shops with five members."""
    members = (
        person(1, RARE[:3], is_secretary=True),
        person(2, f"李{RARE[3:]}"),
        person(3),
        person(4, is_full=False, full_on=None, member_class="预备党员"),
        person(5, is_here=False),
    )
    facts = FormationFacts(
        name="兴旺五金店等3户联合党支部",
        township="清平镇",
        by="中共清平镇委员会",
        to="县委组织部",
        preparer="县市场监督管理局",
        decider="中共清平镇委员会",
        units=("兴旺五金店", "顺达汽修", "老街小吃"),
        consents=3,
        room="清平市场二楼",
        members=members,
        tells_names=True,
        is_joint=True,
        decided_on=DAY,
        request="县市监〔2026〕2号",
        reply="清平党〔2026〕3号",
    )
    return replace(facts, **given)


def election_facts(**given: Any) -> ElectionFacts:
    """Return an election of a secretary with two candidates, counted."""
    facts = ElectionFacts(
        organisation="兴旺五金店等3户联合党支部",
        by="兴旺五金店等3户联合党支部",
        to="中共清平镇委员会",
        meeting_on=DAY,
        at="下午2:30",
        place="清平市场二楼",
        chair=RARE[:3],
        seats=(SeatFacts("书记", 1),),
        candidates=(
            CandidateFacts("member1", RARE[:3], "书记", 4, elected_post="书记"),
            CandidateFacts("member2", f"李{RARE[3:]}", "书记", 1),
        ),
        voters=5,
        present=5,
        handed_out=5,
        handed_in=5,
        valid=5,
    )
    return replace(facts, **given)


def every_paper() -> dict[PaperKind, Document]:
    """Return each kind of paper as it is issued."""
    found = {}
    for kind, rule in PAPERS.items():
        if rule.case_kind == "formation":
            document = formation_paper(kind, formation_facts())
        else:
            document = election_paper(kind, election_facts())
        found[kind] = with_number(document, "清平党〔2026〕3号" if rule.is_numbered else "", DAY)
    return found
