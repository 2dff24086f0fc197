"""What the papers of an election say, from facts alone (PA-1): notice, ballot, minutes, report."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from xgz.rules.papers.document import Document, Line, paper_day
from xgz.rules.papers.kinds import PaperForm, PaperKind


@dataclass(frozen=True, slots=True)
class SeatFacts:
    """A post that is elected, and how many of it."""

    post: str
    count: int


@dataclass(frozen=True, slots=True)
class CandidateFacts:
    """Somebody who stands for a post, or was written in; public_id: of the member.

    votes: None before they are counted; elected_post: what it came to, "" for nothing.
    """

    public_id: str
    name: str
    post: str
    votes: int | None = None
    elected_post: str = ""
    is_write_in: bool = False


@dataclass(frozen=True, slots=True)
class ElectionFacts:
    """An election as its papers tell it. at: the hour as people say it, 下午2:30, "" unknown.

    by: who issues the paper; to: who it is addressed to; voters: full members who may vote;
    present: of them; handed_out, handed_in, valid: ballots; None while nobody counted. report:
    number of the report of the result, "" for none.
    """

    organisation: str
    by: str
    to: str
    meeting_on: date | None
    at: str
    place: str
    chair: str
    seats: tuple[SeatFacts, ...]
    candidates: tuple[CandidateFacts, ...]
    voters: int | None = None
    present: int | None = None
    handed_out: int | None = None
    handed_in: int | None = None
    valid: int | None = None
    tellers: tuple[str, ...] = ()
    report: str = ""
    quorum_is_exceeded: bool = False


def election_paper(kind: PaperKind, facts: ElectionFacts) -> Document:
    """Return a paper of an election without number and day. Raises KeyError for another case's."""
    return _WRITERS[kind](facts)


def _notice(facts: ElectionFacts) -> Document:
    enough = "超过" if facts.quorum_is_exceeded else "达到"
    return Document(
        form=PaperForm.LETTER,
        title_parts=(f"关于召开{facts.organisation}", "党员大会选举的通知"),
        by=facts.by,
        to="全体党员",
        lines=(
            Line(
                f"按照《中国共产党基层组织选举工作条例》有关规定，经研究并报上级党组织同意，定于"
                f"{_when(facts)}召开党员大会，选举产生{_seats(facts)}。现将有关事项通知如下。"
            ),
            Line("一、会议时间", is_heading=True),
            Line(f"{_when(facts)}{'' if facts.at else '　　时　　分'}。"),
            Line("二、会议地点", is_heading=True),
            Line(f"{facts.place or '另行通知'}。"),
            Line("三、有关要求", is_heading=True),
            Line(
                f"有选举权的党员应当到会，到会人数{enough}应到会人数的五分之四方可选举。"
                "预备党员列席会议，没有表决权、选举权和被选举权。因故不能到会的，请提前说明。"
            ),
        ),
    )


def _ballot(facts: ElectionFacts) -> Document:
    most = sum(seat.count for seat in facts.seats)
    return Document(
        form=PaperForm.BALLOT,
        title_parts=(facts.organisation, "选举选票"),
        by=facts.by,
        lines=tuple(
            Line(text)
            for text in (
                "1. 同意的，在姓名后的空格内画“○”；不同意的画“×”；弃权的不画任何符号。",
                "2. 不同意候选人、要另选他人的，在“另选人”栏写上姓名，并在其后画“○”。",
                f"3. 所选人数不超过{most}名的有效，超过{most}名的无效；书写模糊、不能辨认的部分无效。",
            )
        ),
        rows=tuple((each.post, each.name, "") for each in facts.candidates if not each.is_write_in)
        + tuple(("另选人", "", "") for _ in range(most)),
        note=f"（盖章）　{paper_day(facts.meeting_on)}",
        named=_people(facts.candidates),
    )


def _minutes(facts: ElectionFacts) -> Document:
    return Document(
        form=PaperForm.MINUTES,
        title_parts=(facts.organisation, "党员大会选举会议记录"),
        by=facts.by,
        rows=(
            ("会议时间", _when(facts)),
            ("会议地点", facts.place),
            ("主 持 人", facts.chair),
            ("应到会党员", _count(facts.voters, "名")),
            ("实到会党员", _count(facts.present, "名")),
            ("监票人、计票人", "、".join(facts.tellers)),
            ("记 录 人", ""),
        ),
        lines=(
            Line("一、通过选举办法和监票人、计票人", is_heading=True),
            Line("大会以举手表决方式通过选举办法，通过监票人、计票人名单。"),
            Line("二、投票和计票", is_heading=True),
            Line(_ballots(facts)),
            Line("三、选举结果", is_heading=True),
            *(Line(text) for text in _votes(facts)),
            Line("四、其他事项", is_heading=True),
            Line("　"),
            Line("　"),
        ),
        note="主持人：　　　　　　监票人：　　　　　　记录人：",
        named=_people(facts.candidates),
    )


def _result(facts: ElectionFacts) -> Document:
    return Document(
        form=PaperForm.LETTER,
        title_parts=(f"关于{facts.organisation}", "选举结果的报告"),
        by=facts.by,
        is_upward=True,
        to=facts.to,
        lines=(
            Line(
                f"经上级党组织同意，{facts.organisation}于{_when(facts)}召开党员大会，以无记名投票方式"
                f"选举{_seats(facts)}。现将选举结果报告如下。"
            ),
            Line("一、到会和投票情况", is_heading=True),
            Line(
                f"应到会有选举权的党员{_count(facts.voters, '名')}，实到会{_count(facts.present, '名')}。"
                f"{_ballots(facts)}"
            ),
            Line("二、选举结果", is_heading=True),
            *(Line(text) for text in _votes(facts)),
            Line(f"{_elected(facts.candidates)}当选。妥否，请批示。"),
        ),
        attachments=("选举大会会议记录",),
        named=_people(facts.candidates),
    )


def _confirmation(facts: ElectionFacts) -> Document:
    report = f"（{facts.report}）" if facts.report else ""
    return Document(
        form=PaperForm.LETTER,
        title_parts=(f"关于{facts.organisation}", "选举结果的批复"),
        by=facts.by,
        organ=f"{facts.by}文件",
        to=facts.to,
        lines=(
            Line(
                f"你支部《关于{facts.organisation}选举结果的报告》{report}收悉。经研究，同意选举结果："
            ),
            *(
                Line(f"{each.name}同志任{facts.organisation}{each.elected_post}。")
                for each in facts.candidates
                if each.elected_post
            ),
            Line("此复。"),
        ),
        named=_people([each for each in facts.candidates if each.elected_post]),
    )


_WRITERS: dict[PaperKind, Callable[[ElectionFacts], Document]] = {
    PaperKind.ELECTION_NOTICE: _notice,
    PaperKind.BALLOT: _ballot,
    PaperKind.MINUTES: _minutes,
    PaperKind.RESULT: _result,
    PaperKind.CONFIRMATION: _confirmation,
}


def _when(facts: ElectionFacts) -> str:
    return f"{paper_day(facts.meeting_on)}{facts.at}"


def _seats(facts: ElectionFacts) -> str:
    return "、".join(f"{seat.post}{seat.count}名" for seat in facts.seats)


def _count(number: int | None, unit: str) -> str:
    return f"{'　　' if number is None else number}{unit}"


def _ballots(facts: ElectionFacts) -> str:
    given, back, valid = (
        _count(number, "张") for number in (facts.handed_out, facts.handed_in, facts.valid)
    )
    words = f"发出选票{given}，收回选票{back}，其中有效票{valid}。"
    if facts.handed_out is None or facts.handed_in is None:
        return words
    if facts.handed_in > facts.handed_out:
        return f"{words}收回的选票多于发出的选票，选举无效，应当重新选举。"
    return f"{words}收回的选票不多于发出的选票，选举有效。"


def _votes(facts: ElectionFacts) -> list[str]:
    """Return what each candidate got, post by post as they stand."""
    found = []
    for each in facts.candidates:
        elected = "，当选" if each.elected_post else ""
        stood = "另选人" if each.is_write_in else f"{each.post}候选人"
        found.append(f"{stood}{each.name}：得赞成票{_count(each.votes, '张')}{elected}。")
    return found


def _elected(candidates: Sequence[CandidateFacts]) -> str:
    return "、".join(
        f"{each.name}同志（{each.elected_post}）" for each in candidates if each.elected_post
    )


def _people(candidates: Sequence[CandidateFacts]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.public_id for each in candidates if each.public_id))
