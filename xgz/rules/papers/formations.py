"""What the papers of a formation say, from facts alone (PA-1): request, roster, reply, filing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from xgz.rules.papers.document import Document, Line, listed, paper_day, paper_month
from xgz.rules.papers.kinds import PaperForm, PaperKind

COMMITTEE_FROM = 7  # PA-7: full members from which a branch elects a committee
_BASES = "《中国共产党章程》《中国共产党支部工作条例（试行）》"


@dataclass(frozen=True, slots=True)
class JoiningFacts:
    """One person of the roster; public_id: of the member."""

    public_id: str
    name: str
    sex: str
    ethnicity: str
    born_on: date | None
    education: str
    joined_on: date | None
    full_on: date | None
    member_class: str
    is_full: bool
    is_here: bool
    is_secretary: bool


@dataclass(frozen=True, slots=True)
class FormationFacts:
    """A formation as its papers tell it. consents: owners who agree, of `units`.

    by: who issues the paper; to: whom it is addressed to; preparer: who asked; decider: who
    approves. members: () for whoever reads none; tells_names: whether the paper may speak of the
    roster as its own attachment (PA-5). request, reply: number and day of the issued ones.
    """

    name: str
    township: str
    by: str
    to: str
    preparer: str
    decider: str
    units: tuple[str, ...]
    consents: int
    room: str
    members: tuple[JoiningFacts, ...]
    tells_names: bool
    is_joint: bool
    decided_on: date | None = None
    request: str = ""
    reply: str = ""


def formation_paper(kind: PaperKind, facts: FormationFacts) -> Document:
    """Return a paper of a formation without number and day. Raises KeyError for another case's."""
    return _WRITERS[kind](facts)


def _request(facts: FormationFacts) -> Document:
    opening = (
        f"为扩大党在小微企业、个体工商户和专业市场的组织覆盖，按照{_BASES}有关规定，"
        f"拟成立{facts.name}。现将有关情况请示如下。"
    )
    return Document(
        form=PaperForm.LETTER,
        title_parts=("关于成立", f"{facts.name}的请示"),
        by=facts.by,
        organ=f"{facts.by}文件",
        is_upward=True,
        to=facts.to,
        lines=(Line(opening), *_file(facts, "拟"), Line("妥否，请批示。")),
        attachments=(f"{facts.name}党员花名册",) if facts.tells_names else (),
    )


def _roster(facts: FormationFacts) -> Document:
    full = sum(each.is_full for each in facts.members)
    note = (
        f"共{len(facts.members)}名，其中正式党员{full}名，预备党员{len(facts.members) - full}名。"
    )
    return Document(
        form=PaperForm.ROSTER,
        title_parts=(facts.name, "党员花名册"),
        by=facts.by,
        rows=tuple(_roster_row(place, each) for place, each in enumerate(facts.members, start=1)),
        note=note,
        named=tuple(each.public_id for each in facts.members),
    )


def _reply(facts: FormationFacts) -> Document:
    """Return the reply to whoever asked; a body that asked nobody decides and tells the units."""
    if facts.preparer == facts.decider:
        return _decision(facts)
    asked = f"你单位《关于成立{facts.name}的请示》{_bracketed(facts.request)}收悉。"
    units = f"由{listed(facts.units)}的党员组成"
    return Document(
        form=PaperForm.LETTER,
        title_parts=("关于同意成立", f"{facts.name}的批复"),
        by=facts.by,
        organ=f"{facts.by}文件",
        to=facts.preparer,
        lines=(
            Line(f"{asked}经研究，同意成立{facts.name}，{units}。"),
            Line(_what_follows(facts)),
            Line("此复。"),
        ),
    )


def _decision(facts: FormationFacts) -> Document:
    base = f"按照{_BASES}有关规定，经研究，决定成立{facts.name}"
    return Document(
        form=PaperForm.LETTER,
        title_parts=("关于成立", f"{facts.name}的决定"),
        by=facts.by,
        organ=f"{facts.by}文件",
        to="各有关单位",
        lines=(
            Line(f"{base}，由{listed(facts.units)}的党员组成。"),
            Line(_what_follows(facts)),
        ),
    )


def _what_follows(facts: FormationFacts) -> str:
    return (
        f"请按照{_BASES}和《中国共产党基层组织选举工作条例》有关规定，及时召开党员大会，"
        f"选举产生{_elected(facts)}，选举结果报{facts.by}审批。"
    )


def _filing(facts: FormationFacts) -> Document:
    day = paper_day(facts.decided_on)
    alone = facts.preparer == facts.decider
    what = "决定" if alone else "批复"
    reply = f"（{what}文号：{facts.reply}）" if facts.reply else ""
    opening = f"经研究，{facts.by}已于{day}批准成立{facts.name}{reply}。现将有关情况报告如下。"
    attachments = [f"{facts.name}党员花名册"] if facts.tells_names else []
    if facts.reply:
        agreed = "" if alone else "同意"
        attachments.insert(0, f"关于{agreed}成立{facts.name}的{what}")
    return Document(
        form=PaperForm.LETTER,
        title_parts=("关于成立", f"{facts.name}的备案报告"),
        by=facts.by,
        organ=f"{facts.by}文件",
        is_upward=True,
        to=facts.to,
        lines=(
            Line(opening),
            *_file(facts),
            Line("特此报告，请予备案。"),
        ),
        attachments=tuple(attachments),
    )


_WRITERS: dict[PaperKind, Callable[[FormationFacts], Document]] = {
    PaperKind.REQUEST: _request,
    PaperKind.ROSTER: _roster,
    PaperKind.REPLY: _reply,
    PaperKind.FILING: _filing,
}


def _file(facts: FormationFacts, verb: str = "") -> tuple[Line, ...]:
    """Return units, people and leaders under their headings. verb: 拟 while nothing is approved."""
    return (
        Line("一、单位基本情况", is_heading=True),
        Line(_units(facts)),
        Line("二、党员情况", is_heading=True),
        Line(_people(facts)),
        Line("三、班子设置和活动场所", is_heading=True),
        Line(f"{_leaders(facts, verb)}{_room(facts)}"),
    )


def _units(facts: FormationFacts) -> str:
    count = len(facts.units)
    way = (
        f"由{listed(facts.units)}联合组建" if facts.is_joint else f"由{listed(facts.units)}单独组建"
    )
    others = count - facts.consents
    talked = "已与负责人谈话" if count == 1 else "已与各单位负责人谈话"
    words = f"{talked}，{'负责人表示' if count == 1 else f'{facts.consents}户'}同意"
    if others:
        words = f"{talked}，{facts.consents}户同意，{others}户有顾虑，将继续做好说明工作"
    return f"{way}，位于{facts.township}。{words}。"


def _people(facts: FormationFacts) -> str:
    if not facts.members:
        return "党员的核对和花名册由党组织按规定另行报送。"
    full = sum(each.is_full for each in facts.members)
    rest = len(facts.members) - full
    coming = sum(not each.is_here for each in facts.members)
    words = f"现有党员{len(facts.members)}名，其中正式党员{full}名、预备党员{rest}名。"
    if coming:
        return f"{words}组织关系已转入的{len(facts.members) - coming}名，正在转接的{coming}名。"
    return f"{words}组织关系均已在本地党组织。"


def _leaders(facts: FormationFacts, verb: str) -> str:
    if not facts.members:
        return "书记人选由党组织按规定另行提出。"
    if _has_committee(facts):
        return f"正式党员在{COMMITTEE_FROM}名以上，{verb}设支部委员会，由党员大会选举产生。"
    return f"正式党员不足{COMMITTEE_FROM}名，{verb}设书记1名，不设支部委员会，由党员大会选举产生。"


def _elected(facts: FormationFacts) -> str:
    return "支部委员会和书记" if _has_committee(facts) else "党支部书记"


def _has_committee(facts: FormationFacts) -> bool:
    return sum(each.is_full for each in facts.members) >= COMMITTEE_FROM


def _room(facts: FormationFacts) -> str:
    return f"活动场所：{facts.room}。" if facts.room else ""


def _bracketed(number: str) -> str:
    return f"（{number}）" if number else ""


def _roster_row(place: int, each: JoiningFacts) -> tuple[str, ...]:
    notes = [
        *(["书记人选"] if each.is_secretary else []),
        *([] if each.is_here else ["组织关系转接中"]),
    ]
    return (
        str(place),
        each.name,
        each.sex,
        each.ethnicity,
        paper_month(each.born_on),
        each.education,
        paper_month(each.joined_on),
        paper_month(each.full_on),
        each.member_class,
        "；".join(notes),
    )
