"""Posters, windows, claims: by the desk, by the person, by the clock."""

from datetime import timedelta

from tests.factories import TODAY
from tests.factories.self_reports import (
    ANSWERS,
    decide_on,
    hang_poster,
    make_claim,
    make_correction,
    make_self_report_request,
    moment,
    sent_by,
)
from tests.services.audit_scenarios.stage import Deed, Stage, newest, one
from tests.services.imports.worlds import NOW
from xgz.access.actor import clock_actor
from xgz.access.self_reports import visitor
from xgz.models import Poster, SelfReport, SelfReportWindow
from xgz.rules.roles import Role
from xgz.rules.self_report_requests import SelfReportRequestState
from xgz.rules.self_reports import Answers, ConsentEvent, ReportAction
from xgz.services.self_reports import claims, posters, remedies, removing, requests, windows

_WINDOW, _POSTER, _CLAIM = "self_report_window", "poster", "self_report"
_WISH = "self_report_request"
_LATER = timedelta(days=3)


def _open(stage: Stage, days: timedelta = timedelta(0)) -> SelfReportWindow:
    actor = stage.department
    return windows.open_window(
        actor=actor, area=stage.district.qingping, opens_on=TODAY + days, now=NOW
    )


def window_opened(stage: Stage) -> Deed:
    actor = stage.department
    return Deed(
        lambda: windows.open_window(
            actor=actor, area=stage.district.qingping, opens_on=TODAY, now=NOW
        ),
        actor,
        one("self_report.open_window", _WINDOW, lambda: newest(SelfReportWindow)),
    )


def window_end_moved(stage: Stage) -> Deed:
    actor, row = stage.department, _open(stage)
    later = row.closes_on + _LATER
    return Deed(
        lambda: windows.close_window(actor=actor, window=row, closes_on=later, now=NOW),
        actor,
        one("self_report.close_window", _WINDOW, row.public_id),
    )


def window_withdrawn(stage: Stage) -> Deed:
    actor, row = stage.department, _open(stage, _LATER)
    return Deed(
        lambda: windows.withdraw_window(actor=actor, window=row, now=NOW),
        actor,
        one("self_report.withdraw_window", _WINDOW, row.public_id),
    )


def poster_made(stage: Stage) -> Deed:
    actor = stage.actor(Role.TOWNSHIP_COMMITTEE)
    spot = posters.Spot(stage.district.qingping, counter="大厅")
    return Deed(
        lambda: posters.make_poster(actor=actor, spot=spot, now=NOW),
        actor,
        one("self_report.make_poster", _POSTER, lambda: newest(Poster)),
    )


def poster_code_rotated(stage: Stage) -> Deed:
    actor, poster = stage.department, hang_poster(stage.district.qingping)
    return Deed(
        lambda: posters.rotate_code(actor=actor, poster=poster, now=NOW),
        actor,
        one("self_report.rotate_code", _POSTER, poster.public_id),
    )


def poster_taken_down(stage: Stage) -> Deed:
    actor, poster = stage.department, hang_poster(stage.district.qingping)
    return Deed(
        lambda: posters.revoke_poster(actor=actor, poster=poster, now=NOW),
        actor,
        one("self_report.revoke_poster", _POSTER, poster.public_id),
    )


def claim_received(stage: Stage) -> Deed:
    sent = sent_by(hang_poster(stage.district.qingping))
    return Deed(
        lambda: claims.receive(sent=sent, today=TODAY, now=moment()),
        visitor(TODAY),
        one("self_report.receive", _CLAIM, lambda: newest(SelfReport)),
    )


def claim_corrected(stage: Stage) -> Deed:
    report = make_claim(hang_poster(stage.district.qingping))
    return Deed(
        lambda: claims.correct(report=report, answers=ANSWERS, today=TODAY, now=moment()),
        visitor(TODAY),
        one("self_report.correct", _CLAIM, report.public_id),
    )


def claim_doubted(stage: Stage) -> Deed:
    report, actor = make_claim(hang_poster(stage.district.qingping)), stage.department
    return Deed(
        lambda: decide_on(actor, report, ReportAction.DOUBT, now=NOW),
        actor,
        one("self_report.doubt", _CLAIM, report.public_id),
    )


def claim_phone_shown(stage: Stage) -> Deed:
    report = make_claim(hang_poster(stage.district.qingping))
    actor = stage.actor(Role.TOWNSHIP_COMMITTEE)
    return Deed(
        lambda: claims.show_phone(actor=actor, report=report, now=NOW),
        actor,
        one("self_report.show_phone", _CLAIM, report.public_id),
    )


def claim_corrected_as_asked(stage: Stage) -> Deed:
    wanted = Answers("许一宁", "13900001111", "新桥村", "1234", "上午")
    case, actor = make_correction(answers=wanted), stage.actor(Role.TOWNSHIP_COMMITTEE)
    report = case.report
    assert report is not None
    rows = [
        ("self_report.correct_as_asked", _CLAIM, report.public_id),
        ("self_report_request.corrected", _WISH, case.public_id),
    ]
    return Deed(lambda: remedies.correct(actor=actor, case=case, now=NOW), actor, lambda: rows)


def wish_phone_shown(stage: Stage) -> Deed:
    case, actor = make_self_report_request(), stage.actor(Role.TOWNSHIP_COMMITTEE)
    return Deed(
        lambda: requests.show_person(actor=actor, case=case, now=NOW),
        actor,
        one("self_report_request.show_phone", "self_report_request", case.public_id),
    )


def wish_erased(stage: Stage) -> Deed:
    case = make_self_report_request(state=SelfReportRequestState.ANSWERED)
    return Deed(
        lambda: requests.erase(case=case, today=TODAY, now=NOW),
        clock_actor(TODAY),
        one("self_report_request.erase", "self_report_request", case.public_id),
    )


def claim_run_out(stage: Stage) -> Deed:
    report = make_claim(hang_poster(stage.district.qingping))
    return Deed(
        lambda: removing.remove(
            report=report, event=ConsentEvent.EXPIRED, today=TODAY, now=moment()
        ),
        clock_actor(TODAY),
        one("self_report.remove", _CLAIM, report.public_id),
    )
