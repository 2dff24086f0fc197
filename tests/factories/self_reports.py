"""Posters, claims and wishes, made the way people make them."""

from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any

from tests.factories.closures import the_district
from tests.factories.district import TODAY, make_user
from xgz.access.actor import Actor, actor_for, shell_operator
from xgz.models import Body, Poster, RoleAssignment, SelfReport, SelfReportRequest
from xgz.queries.poster_codes import signed
from xgz.rules.roles import Role
from xgz.rules.self_report_requests import SelfReportRequestState
from xgz.rules.self_reports import (
    CURRENT_NOTICE,
    Answers,
    Channel,
    DoubtReason,
    ReportAction,
    RequestTopic,
    Verification,
)
from xgz.services.self_reports.claims import Sent, decide, receive
from xgz.services.self_reports.posters import Spot, make_poster
from xgz.services.self_reports.requests import Asked, answer, open_request
from xgz.services.self_reports.rights import correct_own, held_by

ANSWERS = Answers("方柏梁", "13800006021", "老家石桥村", "002X", "晚上七点以后")
_numbers = count(1)


def moment(day: date = TODAY) -> datetime:
    """Return eleven o'clock of a day in the office's time zone."""
    return datetime.combine(day, time(3), tzinfo=UTC)


def hang_poster(area: Body, *, today: date = TODAY, **spot: Any) -> Poster:
    return make_poster(actor=shell_operator(today), spot=Spot(area, **spot), now=moment(today))


def code_on(poster: Poster) -> str:
    """Return the text of the current code, as in the poster's address."""
    return signed(poster.codes.get(is_current=True).public_id)


def new_receipt_code() -> str:
    return f"RECEIPT{next(_numbers):05}"


def sent_by(poster: Poster, *, today: date = TODAY, **values: Any) -> Sent:
    defaults: dict[str, Any] = {
        "code": code_on(poster),
        "answers": ANSWERS,
        "notice_version": CURRENT_NOTICE,
        "channel": Channel.SITE,
        "receipt": new_receipt_code(),
        "consented_at": moment(today),
        "sent_on": today,
    }
    return Sent(**defaults | values)


def make_claim(
    poster: Poster | None = None, *, today: date = TODAY, now: datetime | None = None, **values: Any
) -> SelfReport:
    """Let somebody send a claim by a poster of 清平镇 or another one."""
    hung = poster or hang_poster(the_district().qingping, today=today)
    sent = sent_by(hung, today=today, **values)
    return receive(sent=sent, today=today, now=now or moment(today))


def decide_on(
    actor: Actor,
    claim: SelfReport,
    action: ReportAction,
    *,
    now: datetime | None = None,
    seen: str | None = None,
) -> None:
    """Take a decision on a claim, with what has to be said with it."""
    said: dict[ReportAction, dict[str, Any]] = {
        ReportAction.VERIFY: {"verification": Verification.CALL},
        ReportAction.DOUBT: {"doubt": DoubtReason.NOT_SENT},
    }
    at = now or moment()
    decide(actor=actor, report=claim, action=action, now=at, seen=seen, **said.get(action, {}))


def make_self_report_request(*, state: str | None = None, today: date = TODAY) -> SelfReportRequest:
    """Let somebody complain in 清平镇, and its committee answer where the state asks for it."""
    district = the_district()
    asked = Asked(
        RequestTopic.COMPLAINT, "打了三次电话没人接", "13800006021", area=district.qingping
    )
    case = open_request(asked=asked, today=today, now=moment(today))
    if state == SelfReportRequestState.ANSWERED:
        user = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
        answer(case=case, actor=actor_for(user, today), opinion="已联系", now=moment(today))
        RoleAssignment.objects.filter(user=user).delete()
    return case


def make_correction(
    *,
    answers: Answers,
    poster: Poster | None = None,
    today: date = TODAY,
    now: datetime | None = None,
) -> SelfReportRequest:
    """Let somebody ask for other values of a claim that nobody believed."""
    at, receipt = now or moment(today), new_receipt_code()
    claim = make_claim(poster, today=today, now=at, receipt=receipt)
    decide_on(shell_operator(today), claim, ReportAction.DOUBT, now=at)
    held = held_by(receipt, claim.phone[-4:])
    assert held is not None
    correct_own(held=held, answers=answers, today=today, now=at)
    return SelfReportRequest.objects.get(report=claim)


def arguments_for(action: str, case: SelfReportRequest) -> dict[str, Any]:
    """Return nothing: an answer is the opinion itself."""
    return {}
