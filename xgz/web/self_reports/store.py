"""The public pages over the database of the site (SR-3, SR-6, SR-7)."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest

from xgz.access import clock
from xgz.models import SelfReportRequest, sealing
from xgz.queries.parameters import parameters_on
from xgz.queries.poster_codes import code_of, is_open
from xgz.queries.self_reports import gone_on
from xgz.relay.receipts import new_receipt
from xgz.relay.store import (
    Claim,
    CodeClosed,
    CodeUnknown,
    Key,
    Place,
    Said,
    Standing,
    TooOften,
    Wish,
)
from xgz.rules.allowances import Purpose
from xgz.rules.self_reports import Answers, Channel, ReportState, RequestTopic
from xgz.services.allowances import AllowanceUsedUp, take
from xgz.services.self_reports import rights
from xgz.services.self_reports.claims import CodeNotOpen, Sent, address_subject, receive
from xgz.web.origins import address_of


class SiteStore:
    """Claims go straight into the database, sealed like everything about people."""

    can_look = True

    def now(self) -> datetime:
        return clock.now()

    def mac(self, text: str) -> str:
        return sealing.digest("self_report.riddle", text)

    def address(self, request: HttpRequest) -> str:
        return address_of(request)

    def place(self, code: str) -> Place:
        found = code_of(code)
        if found is None:
            raise CodeUnknown(code)
        if not is_open(found, clock.today()):
            raise CodeClosed(code)
        return Place(code, found.poster.place, found.poster.area.name)

    def count_try(self, address: str) -> None:
        self._count(Purpose.REPORT_TRY, address_subject(address, clock.today()))

    def count_look(self, address: str) -> None:
        self._count(Purpose.REPORT_LOOK, address_subject(address, clock.today()))

    def count_not_me(self, address: str) -> None:
        self._count(Purpose.REPORT_NOT_ME, address_subject(address, clock.today()))

    def use_riddle(self, token: str) -> bool:
        try:
            take(Purpose.REPORT_RIDDLE, sealing.digest("self_report.used", token), now=clock.now())
        except AllowanceUsedUp:
            return False
        return True

    def send(self, place: Place, claim: Claim, address: str) -> str:
        now, receipt = clock.now(), new_receipt()
        sent = Sent(
            code=place.code,
            answers=claim.answers,
            notice_version=claim.notice_version,
            channel=Channel.SITE,
            receipt=receipt,
            consented_at=now,
            sent_on=clock.day_of(now),
            address=address,
        )
        try:
            receive(sent=sent, today=clock.day_of(now), now=now)
        except CodeNotOpen:
            raise CodeClosed(place.code) from None
        except AllowanceUsedUp as used:
            raise TooOften(_seconds(used, now)) from None
        return receipt

    def look(self, key: Key) -> Standing | None:
        held = rights.held_by(key.receipt, key.phone_end)
        return _standing(held) if held is not None else None

    def correct(self, key: Key, answers: Answers) -> bool:
        return self._with(
            key,
            lambda held, now: rights.correct_own(
                held=held, answers=answers, today=clock.day_of(now), now=now
            ),
        )

    def ask(self, wish: Wish) -> bool:
        now = clock.now()
        today = clock.day_of(now)
        if wish.key is None:
            rights.say_not_me(phone=wish.phone, words=wish.words, now=now)
            return True
        if wish.topic is RequestTopic.WITHDRAWAL:
            return self._with(
                wish.key, lambda held, now: rights.withdraw_own(held=held, today=today, now=now)
            )
        return self._with(
            wish.key,
            lambda held, now: rights.complain(held=held, words=wish.words, today=today, now=now),
        )

    def _with(self, key: Key, act: Callable[[rights.Held, datetime], bool]) -> bool:
        held = rights.held_by(key.receipt, key.phone_end)
        return held is not None and act(held, clock.now())

    def _count(self, purpose: Purpose, subject: str) -> None:
        now = clock.now()
        try:
            take(purpose, subject, now=now)
        except AllowanceUsedUp as used:
            raise TooOften(_seconds(used, now)) from None


def _seconds(used: AllowanceUsedUp, now: datetime) -> int:
    return max(int((used.until - now).total_seconds()), 1)


def _standing(held: rights.Held) -> Standing:
    report, wishes = held.report, tuple(_said(each) for each in held.requests)
    if report is None:
        return Standing(None, ReportState.NEW, "", None, None, 1, wishes)
    days = parameters_on(clock.today())["self_report.keep_days"]
    # Whether anything came of a verified claim is told to nobody: it would tell who is known.
    is_verified = report.state == ReportState.VERIFIED
    return Standing(
        answers=report.answers,
        state=ReportState(report.state),
        where=report.poster.place,
        sent_on=clock.day_of(report.consented_at),
        delete_on=None if is_verified else gone_on(report, days),
        notice_version=report.notice_version,
        wishes=wishes,
    )


def _said(request: SelfReportRequest) -> Said:
    return Said(
        topic=RequestTopic(request.topic),
        asked_on=clock.day_of(request.opened_at),
        due_on=request.due_on,
        answer=request.answer,
        words=request.words if request.topic == RequestTopic.COMPLAINT else "",
    )
