"""Invented papers, by which a template is looked at before it is used (PA-9)."""

from datetime import date

from xgz.rules.papers.document import Document, with_number
from xgz.rules.papers.elections import CandidateFacts, ElectionFacts, SeatFacts, election_paper
from xgz.rules.papers.formations import FormationFacts, JoiningFacts, formation_paper
from xgz.rules.papers.kinds import PAPERS, PaperKind

_DAY = date(2026, 10, 10)
_BRANCH = "示例五金店等3户联合党支部"
_NAMES = ("甄示例", "镕喆玥", "㛃䶮")


def example(kind: PaperKind) -> Document:
    """Return a paper of a kind about people and shops that do not exist."""
    if PAPERS[kind].case_kind == "formation":
        document = formation_paper(kind, _formation())
    else:
        document = election_paper(kind, _election())
    return with_number(document, "示例党〔2026〕1号" if PAPERS[kind].is_numbered else "", _DAY)


def _formation() -> FormationFacts:
    return FormationFacts(
        name=_BRANCH,
        township="示例镇",
        by="中共示例镇委员会",
        to="示例县委组织部",
        preparer="示例县市场监督管理局",
        decider="中共示例镇委员会",
        units=("示例五金店", "示例汽修部", "示例小吃店"),
        consents=3,
        room="示例市场二楼",
        members=tuple(_person(place, name) for place, name in enumerate(_NAMES, start=1)),
        tells_names=True,
        is_joint=True,
        decided_on=_DAY,
    )


def _person(place: int, name: str) -> JoiningFacts:
    return JoiningFacts(
        public_id="",
        name=name,
        sex="女",
        ethnicity="汉族",
        born_on=date(1980, 1, place),
        education="大学本科",
        joined_on=date(2005, 7, 1),
        full_on=date(2006, 7, 1),
        member_class="正式党员",
        is_full=True,
        is_here=True,
        is_secretary=place == 1,
    )


def _election() -> ElectionFacts:
    candidates = (
        CandidateFacts("", _NAMES[0], "书记", 3, elected_post="书记"),
        CandidateFacts("", _NAMES[1], "书记", 0),
    )
    return ElectionFacts(
        organisation=_BRANCH,
        by=_BRANCH,
        to="中共示例镇委员会",
        meeting_on=_DAY,
        at="下午2:30",
        place="示例市场二楼",
        chair=_NAMES[0],
        seats=(SeatFacts("书记", 1),),
        candidates=candidates,
        voters=3,
        present=3,
        handed_out=3,
        handed_in=3,
        valid=3,
    )
