"""What somebody who reported asks of those who hold the data, as a kind of case (SR-7)."""

from collections.abc import Mapping
from enum import StrEnum

from xgz.rules.cases import CaseKind, Duty, Limit, Step
from xgz.rules.self_reports import Answers, RequestTopic


class SelfReportRequestState(StrEnum):
    ASKED = "asked"
    ANSWERED = "answered"


class SelfReportRequestAction(StrEnum):
    ANSWER = "answer"


class SelfReportRequestParty(StrEnum):
    HANDLER = "handler"


class Remedy(StrEnum):
    """What is done for the person besides the answer (SR-10); also the line of the wish's history."""

    CORRECTED = "corrected"
    TAKEN_BACK = "taken_back"


REMEDY_LABELS: dict[Remedy, str] = {Remedy.CORRECTED: "按此更正", Remedy.TAKEN_BACK: "撤下"}
# A complaint is answered in words alone.
REMEDIES: Mapping[str, Remedy] = {
    RequestTopic.CORRECTION: Remedy.CORRECTED,
    RequestTopic.WITHDRAWAL: Remedy.TAKEN_BACK,
    RequestTopic.NOT_ME: Remedy.TAKEN_BACK,
}

_S, _A, _P = SelfReportRequestState, SelfReportRequestAction, SelfReportRequestParty

SELF_REPORT_REQUEST = CaseKind(
    name="self_report_request",
    label="自主报到诉求",
    series="报诉",
    rule="SR-7",
    matter="self_report",
    initial=_S.ASKED,
    states={_S.ASKED: "待答复", _S.ANSWERED: "已答复"},
    main_line=(_S.ASKED, _S.ANSWERED),
    parties={_P.HANDLER: "受理方"},
    duties={
        _S.ASKED: Duty(_P.HANDLER, "查清情况，办理并答复本人", Limit("self_report.answer_days")),
    },
    steps={
        (_S.ASKED, _A.ANSWER): Step(_S.ANSWERED, (_P.HANDLER,), "答复", needs_opinion=True),
    },
)


def correction_words(answers: Answers) -> str:
    """Return the words of a wish to correct a claim: the values to be, one in a line."""
    lines = (answers.name, answers.phone, answers.branch, answers.last_four, answers.reach)
    return "\n".join(lines)


def corrected_answers(words: str) -> Answers:
    """Return the values that the words of such a wish name; "" for what they lack."""
    name, phone, branch, last_four, reach = [*words.split("\n"), *[""] * 4][:5]
    return Answers(name, phone, branch, last_four, reach)
