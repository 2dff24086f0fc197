"""Posters, claims and a complaint of the demo county, through the same services as real ones."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from xgz.access.actor import Actor, shell_operator
from xgz.access.businesses import visible_markets
from xgz.access.self_reports import report_townships
from xgz.models import Body, Poster, SelfReport
from xgz.queries.poster_codes import signed
from xgz.relay.receipts import new_receipt
from xgz.rules.self_reports import (
    CURRENT_NOTICE,
    Answers,
    Channel,
    ReportAction,
    Verification,
)
from xgz.services.self_reports.claims import Sent, decide, receive
from xgz.services.self_reports.posters import Spot, make_poster, revoke_poster
from xgz.services.self_reports.rights import complain, held_by
from xgz.services.self_reports.windows import open_window

_OFFICE_HOURS = time(15, 40)
# Days before today, and what was said; the numbers belong to no network.
_CLAIMS: tuple[tuple[int, Answers], ...] = (
    (19, Answers("祝怀远", "13900000311", "邻江市滨河区新城街道", "0417", "晚上七点以后")),
    (12, Answers("苗青禾", "13900000312", "老家石桥村", "", "")),
    (12, Answers("苗青禾", "13900000312", "石桥村", "", "微信同号")),
    (6, Answers("窦一帆", "13900000313", "不清楚", "", "上午不方便")),
    (3, Answers("纪明川", "13900000314", "以前的单位", "112X", "")),
    (1, Answers("温若谷", "13900000315", "", "", "请先发短信")),
)
_VERIFIED, _DUPLICATE, _COMPLAINED = 0, 2, 3
_COMPLAINT = "留了电话，一个星期没有人联系"


@dataclass(slots=True)
class SelfReportSeeder:
    """operator: the shell operator; now: the moment the demo is made."""

    operator: Actor
    now: datetime

    def seed(self) -> int:
        """Hang posters in the first townships and let people report; return how many claims."""
        townships = list(report_townships(self.operator)[:3])
        if not townships:
            return 0
        self._open_windows(townships)
        posters = self._hang(townships)
        receipts = [new_receipt() for _claim in _CLAIMS]
        claims = [
            self._send(posters[number % 2], receipt, days, answers)
            for number, (receipt, (days, answers)) in enumerate(zip(receipts, _CLAIMS, strict=True))
        ]
        self._decide(claims[_VERIFIED], ReportAction.VERIFY, Verification.CALL)
        self._decide(claims[_DUPLICATE], ReportAction.DUPLICATE)
        self._complain(receipts[_COMPLAINED], _CLAIMS[_COMPLAINED][1])
        return len(claims)

    def _open_windows(self, townships: list[Body]) -> None:
        """One that is over, so that matching may begin there, and one that runs."""
        for days, area in zip((60, 10), townships, strict=False):
            day = self._day(days)
            open_window(actor=shell_operator(day), area=area, opens_on=day, now=self._moment(day))

    def _hang(self, townships: list[Body]) -> list[Poster]:
        day = self._day(25)
        actor, now = shell_operator(day), self._moment(day)
        first = townships[0]
        market = visible_markets(self.operator).filter(township=first).order_by("pk").first()
        spots = [
            Spot(first, counter="便民服务大厅一号窗口"),
            Spot(first, market=market, counter="北门" if market else "文化礼堂"),
            *(Spot(area, counter="便民服务大厅") for area in townships[1:]),
        ]
        posters = [make_poster(actor=actor, spot=spot, now=now) for spot in spots]
        if len(posters) > 2:
            revoke_poster(actor=self.operator, poster=posters[-1], now=self.now)
        return posters

    def _send(self, poster: Poster, receipt: str, days: int, answers: Answers) -> SelfReport:
        day = self._day(days)
        moment = self._moment(day)
        sent = Sent(
            code=signed(poster.codes.get(is_current=True).public_id),
            answers=answers,
            notice_version=CURRENT_NOTICE,
            channel=Channel.RELAY,
            receipt=receipt,
            consented_at=moment,
            sent_on=day,
        )
        return receive(sent=sent, today=day, now=moment)

    def _decide(
        self, claim: SelfReport, action: ReportAction, how: Verification | None = None
    ) -> None:
        decide(actor=self.operator, report=claim, action=action, verification=how, now=self.now)

    def _complain(self, receipt: str, answers: Answers) -> None:
        held = held_by(receipt, answers.phone[-4:])
        if held is not None:
            day = self._day(2)
            complain(held=held, words=_COMPLAINT, today=day, now=self._moment(day))

    def _day(self, days_ago: int) -> date:
        return self.operator.today - timedelta(days=days_ago)

    def _moment(self, day: date) -> datetime:
        return min(datetime.combine(day, _OFFICE_HOURS, self.now.tzinfo), self.now)
