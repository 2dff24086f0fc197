"""Claims: taken, decided on, taken back, deleted in time; a claim is no member and no figure (SR-4)."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections

from tests.factories import (
    TODAY,
    actor_as,
    make_business,
    make_district,
    make_member,
    make_organisation,
)
from tests.factories.self_reports import (
    ANSWERS,
    code_on,
    decide_on,
    hang_poster,
    make_claim,
    moment,
    sent_by,
)
from xgz.access.actor import NotPermitted, actor_for
from xgz.access.self_reports import visible_reports
from xgz.models import (
    AuditEntry,
    CaseEvent,
    CaseParty,
    ConsentRecord,
    Lead,
    Member,
    Notice,
    NotMe,
    RefusalDigest,
    SelfReport,
    SelfReportRequest,
)
from xgz.queries.coverage_report import coverage_report
from xgz.queries.inbox import counted_work
from xgz.queries.operating import Day
from xgz.rules.calendar import add_months
from xgz.rules.leads import LeadState, StatementKind, StatementSays
from xgz.rules.roles import Role
from xgz.rules.self_reports import (
    REPORT_STEPS,
    Answers,
    DoubtReason,
    ReportAction,
    ReportState,
    RequestTopic,
    StepNotAllowed,
    Verification,
)
from xgz.services.allowances import AllowanceUsedUp
from xgz.services.cases import clock as cases_clock
from xgz.services.leads import protect_member, sweep_leads
from xgz.services.self_reports.claims import (
    ChangedMeanwhile,
    CodeNotOpen,
    HowMissing,
    ReceivedBefore,
    WhyMissing,
    decide,
    receive,
    show_phone,
)
from xgz.services.self_reports.posters import revoke_poster, rotate_code
from xgz.services.self_reports.removing import (
    handle_not_me,
    sweep_consents,
    sweep_reports,
    sweep_requests,
)
from xgz.services.self_reports.requests import NobodyAnswers, answer
from xgz.services.self_reports.rights import (
    complain,
    correct_own,
    held_by,
    say_not_me,
    withdraw_own,
)

pytestmark = pytest.mark.django_db
NOW = moment()
DAY = timedelta(days=1)
A = ReportAction


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def poster(district):
    return hang_poster(district.qingping)


@pytest.fixture
def committee(district):
    return actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)


def _decide(actor, claim, action=A.VERIFY, now=NOW):
    decide_on(actor, claim, action, now=now)


def test_p02_a_claim_is_nobody_in_any_figure(district, poster, committee):
    make_business(township=district.qingping)
    before = (
        repr(coverage_report(committee, Day(TODAY, TODAY))),
        counted_work(committee)[1],
        Member.objects.count(),
        Lead.objects.count(),
    )

    make_claim(poster)

    assert before == (
        repr(coverage_report(committee, Day(TODAY, TODAY))),
        counted_work(committee)[1],
        Member.objects.count(),
        Lead.objects.count(),
    )


def test_p12_a_verified_claim_is_a_lead_with_the_persons_own_word(poster, committee):
    claim = make_claim(poster)

    _decide(committee, claim)

    claim.refresh_from_db()
    lead = Lead.objects.get()
    assert (claim.state, claim.lead, claim.verification) == (ReportState.VERIFIED, lead, "call")
    assert (lead.source, lead.state, lead.business, lead.market) == (
        "self_report",
        LeadState.NEW,
        None,
        None,
    )
    assert (lead.name, lead.phone) == (ANSWERS.name, ANSWERS.phone)
    assert lead.statement_kind == StatementKind.SELF_REPORT
    assert lead.statement_says == StatementSays.MEMBER
    assert lead.checked_on is None  # the roster is another proof
    assert not Member.objects.exists()


def test_p20_whoever_may_not_be_found_becomes_no_lead_and_nobody_sees_a_difference(
    district, poster, committee
):
    member = make_member(
        make_organisation(district.qingping), name=ANSWERS.name, phone=ANSWERS.phone
    )
    protect_member(actor=actor_as(Role.ORG_DEPT, district.org_dept), member=member, now=NOW)
    claim = make_claim(poster)

    _decide(committee, claim)

    claim.refresh_from_db()
    assert (claim.state, claim.lead) == (ReportState.VERIFIED, None)
    assert not Lead.objects.exists()


@pytest.mark.parametrize("state", list(ReportState))
@pytest.mark.parametrize("action", list(ReportAction))
def test_every_state_and_decision(poster, committee, state, action):
    claim = make_claim(poster)
    way = {to: by for (_at, by), to in REPORT_STEPS.items()}
    if state is not ReportState.NEW:
        _decide(committee, claim, way[state])
    if (state, action) in REPORT_STEPS:
        _decide(committee, claim, action)
        assert SelfReport.objects.get().state == REPORT_STEPS[(state, action)]
        return
    with pytest.raises(StepNotAllowed):
        _decide(committee, claim, action)
    assert SelfReport.objects.get().state == state


@pytest.mark.parametrize("action", list(ReportAction))
def test_verifying_says_how_and_nothing_else_does(poster, committee, action):
    wrong = None if action is A.VERIFY else Verification.CALL
    doubt = DoubtReason.JUNK if action is A.DOUBT else None
    claim = make_claim(poster)
    with pytest.raises(HowMissing):
        decide(
            actor=committee,
            report=claim,
            action=action,
            verification=wrong,
            doubt=doubt,
            now=NOW,
        )
    assert SelfReport.objects.get().state == ReportState.NEW


@pytest.mark.parametrize("action", list(ReportAction))
def test_not_believing_says_why_and_nothing_else_does(poster, committee, action):
    how = Verification.CALL if action is A.VERIFY else None
    wrong = None if action is A.DOUBT else DoubtReason.JUNK
    claim = make_claim(poster)
    with pytest.raises(WhyMissing):
        decide(actor=committee, report=claim, action=action, verification=how, doubt=wrong, now=NOW)
    assert SelfReport.objects.get().state == ReportState.NEW

    decide_on(committee, claim, action, now=NOW)

    assert bool(SelfReport.objects.get().doubt) is (action is A.DOUBT)


@pytest.mark.parametrize(
    ("role", "where", "may"),
    [
        (Role.ORG_DEPT, "org_dept", True),
        (Role.TOWNSHIP_COMMITTEE, "qingping", True),
        (Role.TOWNSHIP_COMMITTEE, "liuquan", False),
        (Role.SOCIAL_WORK_DEPT, "social_work", False),
        (Role.BUREAU, "bureau", False),
        (Role.STATION_HEAD, "qingping_office", False),
        (Role.INSTRUCTOR, "qingping_office", False),
        (Role.ASSOCIATION, "association", False),
        (Role.SYSTEM_ADMIN, "administration", False),
        (Role.SECURITY_ADMIN, "administration", False),
        (Role.AUDIT_ADMIN, "administration", False),
    ],
)
def test_p05_who_sees_and_decides(district, poster, role, where, may):
    claim, actor = make_claim(poster), actor_as(role, getattr(district, where))

    assert visible_reports(actor).exists() is may
    if may:
        _decide(actor, claim)
        return
    for act in (
        lambda: _decide(actor, claim),
        lambda: show_phone(actor=actor, report=claim, now=NOW),
        lambda: rotate_code(actor=actor, poster=poster, now=NOW),
        lambda: revoke_poster(actor=actor, poster=poster, now=NOW),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_a_correction_meanwhile_is_noticed(poster, committee):
    claim = make_claim(poster, receipt="ABCDEFGHJKMN")
    read = SelfReport.objects.get()
    held = held_by("ABCDEFGHJKMN", "6021")
    correct_own(held=held, answers=Answers("许一宁", ANSWERS.phone), today=TODAY, now=NOW)

    with pytest.raises(ChangedMeanwhile):
        _decide(committee, read)
    claim.refresh_from_db()
    assert (claim.state, claim.name) == (ReportState.NEW, "许一宁")


@pytest.mark.parametrize("action", list(ReportAction))
def test_nobody_decides_on_values_that_were_not_shown(poster, committee, action):
    claim = make_claim(poster, receipt="ABCDEFGHJKMN")
    shown = claim.edition
    other = Answers("许一宁", ANSWERS.phone)
    correct_own(held=held_by("ABCDEFGHJKMN", "6021"), answers=other, today=TODAY, now=NOW)
    claim.refresh_from_db()  # the page reads the claim anew when the form comes

    with pytest.raises(ChangedMeanwhile):
        decide_on(committee, claim, action, now=NOW, seen=shown)
    assert SelfReport.objects.get().state == ReportState.NEW
    decide_on(committee, claim, action, now=NOW, seen=claim.edition)
    assert SelfReport.objects.get().state != ReportState.NEW


def test_correcting_what_was_decided_goes_to_a_person(poster, committee):
    claim = make_claim(poster, receipt="ABCDEFGHJKMN")
    _decide(committee, claim)
    held = held_by("ABCDEFGHJKMN", "6021")

    assert correct_own(held=held, answers=Answers("许一宁", ANSWERS.phone), today=TODAY, now=NOW)

    claim.refresh_from_db()
    case = SelfReportRequest.objects.get()
    assert claim.name == ANSWERS.name
    assert (case.topic, case.report, case.area) == (
        RequestTopic.CORRECTION,
        claim,
        poster.area,
    )
    assert "许一宁" in case.words


def test_the_phone_of_an_open_claim_is_shown_twenty_times_a_day(poster, district):
    committee = actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping)
    claim = make_claim(poster)
    for _time in range(20):
        assert show_phone(actor=committee, report=claim, now=NOW) == ANSWERS.phone
    with pytest.raises(AllowanceUsedUp):
        show_phone(actor=committee, report=claim, now=NOW)
    assert AuditEntry.objects.filter(action="self_report.show_phone").count() == 20
    other = actor_as(Role.ORG_DEPT, district.org_dept)
    _decide(other, claim)
    with pytest.raises(StepNotAllowed):
        show_phone(actor=other, report=claim, now=NOW)


@pytest.mark.parametrize(("days", "gone"), [(29, False), (30, True), (31, True)])
@pytest.mark.parametrize("action", [None, A.DOUBT, A.DUPLICATE])
def test_p10_what_nobody_verified_goes_on_the_thirtieth_day(poster, committee, action, days, gone):
    claim = make_claim(poster)
    if action is not None:
        _decide(committee, claim, action)

    removed = sweep_reports(today=TODAY + days * DAY, now=moment(TODAY + days * DAY))

    assert removed == int(gone)
    assert SelfReport.objects.exists() is not gone
    events = [row.event for row in ConsentRecord.objects.order_by("pk")]
    assert events == ["given", "expired"] if gone else ["given"]
    assert sweep_reports(today=TODAY + days * DAY, now=moment(TODAY + days * DAY)) == 0


@pytest.mark.parametrize(("days", "gone"), [(29, False), (30, True)])
def test_p10_a_verified_claim_that_became_no_lead_goes_too(district, poster, committee, days, gone):
    member = make_member(
        make_organisation(district.qingping), name=ANSWERS.name, phone=ANSWERS.phone
    )
    protect_member(actor=actor_as(Role.ORG_DEPT, district.org_dept), member=member, now=NOW)
    _decide(committee, make_claim(poster))

    sweep_reports(today=TODAY + days * DAY, now=moment(TODAY + days * DAY))

    assert SelfReport.objects.exists() is not gone


def test_a_verified_claim_goes_with_its_lead(poster, committee):
    claim = make_claim(poster)
    _decide(committee, claim)
    assert sweep_reports(today=TODAY + 400 * DAY, now=moment(TODAY + 400 * DAY)) == 0

    sweep_leads(now=moment(TODAY + 59 * DAY))
    assert SelfReport.objects.exists()
    sweep_leads(now=moment(TODAY + 61 * DAY))

    assert not Lead.objects.exists()
    assert not SelfReport.objects.exists()


def test_p10_taking_back_removes_claim_and_lead_and_keeps_the_no(poster, committee):
    claim = make_claim(poster, receipt="ABCDEFGHJKMN")
    _decide(committee, claim)
    held = held_by("ABCDEFGHJKMN", "6021")

    assert withdraw_own(held=held, today=TODAY, now=NOW)

    assert not SelfReport.objects.exists()
    assert Lead.objects.get().state == LeadState.REFUSED
    sweep_leads(now=NOW + timedelta(hours=23, minutes=30))
    assert not Lead.objects.exists()
    assert RefusalDigest.objects.exists()
    assert not SelfReportRequest.objects.exists()
    assert held_by("ABCDEFGHJKMN", "6021") is None


def test_p10_who_took_an_open_claim_back_is_not_looked_for_but_may_come_again(poster, committee):
    make_claim(poster, receipt="ABCDEFGHJKMN")
    withdraw_own(held=held_by("ABCDEFGHJKMN", "6021"), today=TODAY, now=NOW)
    assert RefusalDigest.objects.exists()

    again = make_claim(poster)
    _decide(committee, again)

    assert Lead.objects.get().name == ANSWERS.name  # the own, verified word counts more
    assert RefusalDigest.objects.count() == 1  # the phone alone: another may have said no by it too


def test_who_takes_a_claim_back_while_it_is_verified_takes_the_lead_back(poster, committee):
    make_claim(poster, receipt="ABCDEFGHJKMN")
    held = held_by("ABCDEFGHJKMN", "6021")  # read before somebody verified it
    _decide(committee, SelfReport.objects.get())

    assert withdraw_own(held=held, today=TODAY, now=NOW)

    assert not SelfReport.objects.exists()
    assert Lead.objects.get().state == LeadState.REFUSED


def test_of_a_claim_that_went_since_it_was_read_nothing_is_done(poster):
    make_claim(poster, receipt="ABCDEFGHJKMN")
    held = held_by("ABCDEFGHJKMN", "6021")
    assert withdraw_own(held=held, today=TODAY, now=NOW)

    assert not withdraw_own(held=held, today=TODAY, now=NOW)
    assert not correct_own(held=held, answers=ANSWERS, today=TODAY, now=NOW)
    assert not complain(held=held, words="没人联系", today=TODAY, now=NOW)
    assert not SelfReportRequest.objects.exists()
    assert ConsentRecord.objects.filter(event="withdrawn").count() == 1


@pytest.mark.parametrize(("months", "gone"), [(36, False), (36, True)])
def test_p18_consent_is_kept_three_years_without_the_person(poster, months, gone):
    make_claim(poster)
    text = repr(list(ConsentRecord.objects.values()))

    assert ANSWERS.name not in text
    assert ANSWERS.phone not in text
    later = add_months(TODAY, months) + (DAY if gone else 0 * DAY)
    sweep_consents(today=later)
    assert ConsentRecord.objects.exists() is not gone


def test_not_me_removes_open_claims_and_hands_the_others_to_a_person(district, poster, committee):
    verified = make_claim(poster)
    _decide(committee, verified)
    make_claim(poster)
    other = make_claim(poster, answers=Answers("钱无名", "13900001111"))
    say_not_me(phone=ANSWERS.phone, words="", now=NOW)

    assert handle_not_me(today=TODAY, now=NOW) == 1

    assert set(SelfReport.objects.all()) == {verified, other}
    case = SelfReportRequest.objects.get()
    assert (case.topic, case.report, case.owner_body) == (
        RequestTopic.NOT_ME,
        verified,
        district.qingping,
    )
    assert not NotMe.objects.exists()
    assert handle_not_me(today=TODAY, now=NOW) == 0


@pytest.mark.parametrize(("words", "opens"), [("", False), ("请查明是谁填的", True)])
def test_not_me_about_nothing_is_forgotten_unless_it_says_something(district, words, opens):
    say_not_me(phone="13900001111", words=words, now=NOW)
    handle_not_me(today=TODAY, now=NOW)

    assert not NotMe.objects.exists()
    assert SelfReportRequest.objects.exists() is opens
    if opens:
        assert SelfReportRequest.objects.get().owner_body == district.org_dept


def test_p13_fifteen_working_days_and_the_answer_comes_back(district, poster, committee):
    make_claim(poster, receipt="ABCDEFGHJKMN")
    complain(held=held_by("ABCDEFGHJKMN", "6021"), words="没人联系", today=TODAY, now=NOW)

    case = SelfReportRequest.objects.get()
    assert case.due_on.isoformat() == "2026-12-14"  # Monday 23 November and 15 working days
    assert counted_work(committee)[1].waiting == 1
    answer(case=case, actor=committee, opinion="今天已联系", now=NOW)
    held = held_by("ABCDEFGHJKMN", "6021")
    assert held.requests[0].answer == "今天已联系"
    assert "今天已联系" not in repr(list(SelfReportRequest.objects.values()))


def test_p13_a_late_answer_is_told_and_goes_up(district, poster, committee):
    make_claim(poster, receipt="ABCDEFGHJKMN")
    complain(held=held_by("ABCDEFGHJKMN", "6021"), words="没人联系", today=TODAY, now=NOW)
    due = SelfReportRequest.objects.get().due_on

    cases_clock.remind(today=due, now=moment(due))
    assert not Notice.objects.filter(kind="late").exists()
    cases_clock.remind(today=due + DAY, now=moment(due + DAY))
    assert Notice.objects.filter(kind="late", case_kind="self_report_request").exists()
    cases_clock.move_up(today=due + 14 * DAY, now=moment(due + 14 * DAY))

    case = SelfReportRequest.objects.get()
    assert (case.owner_body, case.owner_role) == (district.org_dept, Role.ORG_DEPT)
    assert case.late_since == due


def test_one_wish_that_nobody_can_answer_holds_up_no_other(poster, monkeypatch):
    """Nobody is there to answer words without a claim; the claim of another phone goes all the same."""
    make_claim(poster)
    say_not_me(phone="13900001111", words="不是我", now=NOW)
    say_not_me(phone=ANSWERS.phone, words="", now=NOW)

    def nobody(**_given):
        raise NobodyAnswers

    monkeypatch.setattr("xgz.services.self_reports.removing.open_request", nobody)
    with pytest.raises(NobodyAnswers):
        handle_not_me(today=TODAY, now=NOW)

    assert not SelfReport.objects.exists()
    assert NotMe.objects.get().phone == "13900001111"


def _answered(district):
    make_claim(hang_poster(district.qingping), receipt="ABCDEFGHJKMN")
    complain(held=held_by("ABCDEFGHJKMN", "6021"), words="没人联系", today=TODAY, now=NOW)
    case = SelfReportRequest.objects.get()
    answer(
        case=case,
        actor=actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping),
        opinion="已联系",
        now=NOW,
    )
    return case


@pytest.mark.parametrize(("days", "gone"), [(89, False), (90, True)])
def test_an_answered_wish_goes_with_everything_that_hangs_on_it(district, days, gone):
    case = _answered(district)
    later = TODAY + days * DAY
    parts = [
        model.objects.filter(case_kind="self_report_request", case_id=case.public_id)
        for model in (CaseParty, CaseEvent, Notice)
    ]
    assert parts[0].exists()
    assert parts[1].exists()

    assert sweep_requests(today=later, now=moment(later)) == int(gone)

    assert SelfReportRequest.objects.exists() is not gone
    assert [rows.exists() for rows in parts[:2]] == [not gone] * 2
    assert not (gone and parts[2].exists())
    assert AuditEntry.objects.filter(action="self_report_request.erase").count() == int(gone)
    assert sweep_requests(today=later, now=moment(later)) == 0


def test_a_wish_nobody_answered_stays(district, poster):
    make_claim(poster, receipt="ABCDEFGHJKMN")
    complain(held=held_by("ABCDEFGHJKMN", "6021"), words="没人联系", today=TODAY, now=NOW)
    later = TODAY + 400 * DAY

    assert sweep_requests(today=later, now=moment(later)) == 0
    assert SelfReportRequest.objects.exists()


def test_who_takes_a_claim_back_takes_back_the_corrections_of_it(poster, committee):
    claim = make_claim(poster, receipt="ABCDEFGHJKMN")
    _decide(committee, claim)
    held = held_by("ABCDEFGHJKMN", "6021")
    correct_own(held=held, answers=Answers("许一宁", "13900001111"), today=TODAY, now=NOW)
    complain(held=held, words="没人联系", today=TODAY, now=NOW)

    withdraw_own(held=held_by("ABCDEFGHJKMN", "6021"), today=TODAY, now=NOW)

    words = {case.topic: case.words for case in SelfReportRequest.objects.all()}
    assert words == {"correction": "", "complaint": "没人联系"}


def test_the_market_line_cannot_answer(district, poster):
    make_claim(poster, receipt="ABCDEFGHJKMN")
    complain(held=held_by("ABCDEFGHJKMN", "6021"), words="没人联系", today=TODAY, now=NOW)
    for role, where in ((Role.STATION_HEAD, "qingping_office"), (Role.BUREAU, "bureau")):
        actor = actor_as(role, getattr(district, where))
        with pytest.raises(NotPermitted):
            answer(case=SelfReportRequest.objects.get(), actor=actor, opinion="x", now=NOW)


def test_codes_over_time(district, poster, committee):
    old = code_on(poster)
    new_day = TODAY + 10 * DAY
    later = actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping, new_day)
    rotate_code(actor=later, poster=poster, now=moment(new_day))

    def taken(code, day, consented=None):
        sent = sent_by(
            poster,
            code=code,
            today=day,
            consented_at=consented or moment(day),
            answers=Answers("钱无名", f"139{day.toordinal():08}"[:11]),
        )
        try:
            receive(sent=sent, today=day, now=moment(day))
        except CodeNotOpen:
            return False
        return True

    assert taken(old, TODAY + 17 * DAY)  # seven days of grace, the last included
    assert not taken(old, TODAY + 18 * DAY)
    assert taken(code_on(poster), new_day + 180 * DAY)
    assert not taken(code_on(poster), new_day + 181 * DAY)
    revoke_poster(actor=later, poster=poster, now=moment(new_day) + timedelta(hours=1))
    assert not taken(code_on(poster), new_day + DAY)
    # Sent before the poster was taken down and fetched later.
    assert taken(code_on(poster), new_day, moment(new_day))


def test_a_receipt_comes_once(poster):
    make_claim(poster, receipt="ABCDEFGHJKMN")
    with pytest.raises(ReceivedBefore):
        make_claim(poster, receipt="ABCDEFGHJKMN")
    assert SelfReport.objects.count() == 1
    poster.refresh_from_db()
    assert poster.received == 1


def test_a_poster_may_not_hang_elsewhere(district, committee):
    shop = make_business(township=district.liuquan)
    with pytest.raises(NotPermitted):
        hang_poster_as(committee, district.qingping, business=shop)
    with pytest.raises(NotPermitted):
        hang_poster_as(committee, district.liuquan)


def hang_poster_as(actor, area, **spot):
    from xgz.services.self_reports.posters import Spot, make_poster

    return make_poster(actor=actor, spot=Spot(area, **spot), now=NOW)


def test_nothing_about_a_person_stands_in_clear(poster, committee):
    make_claim(poster, receipt="ABCDEFGHJKMN")
    say_not_me(phone="13900001111", words="石榴", now=NOW)
    complain(held=held_by("ABCDEFGHJKMN", "6021"), words="枇杷", today=TODAY, now=NOW)
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            text = repr(cursor.fetchall())
            words = (
                *(ANSWERS.name, ANSWERS.phone, ANSWERS.branch, ANSWERS.reach, "ABCDEFGHJKMN"),
                *("13900001111", "石榴", "枇杷"),
            )
            found += [(table, each) for each in words if each in text]
    assert found == []


@pytest.mark.django_db(transaction=True)
def test_race_of_two_decisions_one_stands():
    district = make_district()
    claim = make_claim(hang_poster(district.qingping))
    people = [actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping).user for _n in range(4)]
    gate, results = Barrier(4), []

    def run(user):
        actor = actor_for(user, TODAY)
        report = SelfReport.objects.select_related("poster__area").get(pk=claim.pk)
        gate.wait()
        try:
            _decide(actor, report)
            results.append("done")
        except (ChangedMeanwhile, StepNotAllowed):
            results.append("late")
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[user]) for user in people]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(results) == ["done", "late", "late", "late"]
    assert Lead.objects.count() == 1
    assert AuditEntry.objects.filter(action="self_report.verify").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(3))
def test_race_of_verifying_and_taking_back_leaves_no_open_lead(turn):
    district = make_district()
    claim = make_claim(hang_poster(district.qingping), receipt="ABCDEFGHJKMN")
    user = actor_as(Role.TOWNSHIP_COMMITTEE, district.qingping).user
    gate = Barrier(2)

    def verify():
        actor = actor_for(user, TODAY)
        report = SelfReport.objects.select_related("poster__area").get(pk=claim.pk)
        gate.wait()
        try:
            _decide(actor, report)
        except ChangedMeanwhile:
            pass
        finally:
            connections.close_all()

    def take_back():
        held = held_by("ABCDEFGHJKMN", "6021")
        gate.wait()
        try:
            withdraw_own(held=held, today=TODAY, now=NOW)
        finally:
            connections.close_all()

    threads = [Thread(target=verify), Thread(target=take_back)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert not SelfReport.objects.exists()
    assert not Lead.objects.exclude(state=LeadState.REFUSED).exists()


@pytest.mark.django_db(transaction=True)
def test_race_of_many_claims_by_one_code_twenty_stand():
    """T10: posts from many sides at once, each with another name and phone."""
    poster = hang_poster(make_district().qingping)
    gate, results = Barrier(8), []

    def run(number):
        gate.wait()
        for each in range(4):
            phone = f"139{number:04}{each:04}"
            sent = sent_by(
                poster, answers=Answers("钱无名", phone), address=f"10.0.{number}.{each}"
            )
            try:
                receive(sent=sent, today=TODAY, now=NOW)
                results.append(True)
            except AllowanceUsedUp:
                results.append(False)
        connections.close_all()

    threads = [Thread(target=run, args=[number]) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    poster.refresh_from_db()
    assert (results.count(True), results.count(False)) == (20, 12)
    assert (SelfReport.objects.count(), poster.received) == (20, 20)
    assert not Member.objects.exists()
    assert not Lead.objects.exists()
