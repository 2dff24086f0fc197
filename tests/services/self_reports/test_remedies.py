"""A wish about a decided claim carried out: corrected, and what came of it taken back (SR-10)."""

from threading import Barrier, Thread

import pytest
from django.db import connections

from tests.factories import TODAY, actor_as, make_district
from tests.factories.closures import make_shop, the_district
from tests.factories.leads import (
    a_number,
    give_proof,
    instructor_of,
    make_draft,
    make_known_member,
    make_lead,
    party_actor,
)
from tests.factories.self_reports import (
    ANSWERS,
    decide_on,
    hang_poster,
    make_claim,
    make_self_report_request,
    moment,
)
from xgz.access.actor import NotPermitted, actor_for, clock_actor
from xgz.access.cases import events_of
from xgz.models import AuditEntry, CaseEvent, ConsentRecord, Lead, SelfReport, SelfReportRequest
from xgz.queries.lead_identity import LeadIdentity, found_member, leads_of
from xgz.queries.leads import is_told
from xgz.rules.cases import StepNotAllowed
from xgz.rules.leads import UNCONFIRMED, LeadState, Placement, ProofMissing, StatementKind
from xgz.rules.roles import Role
from xgz.rules.self_reports import Answers, ReportAction, RequestTopic
from xgz.services import leads
from xgz.services.cases import ChangedMeanwhile
from xgz.services.leads.keeping_away import keep_refusal
from xgz.services.self_reports.remedies import (
    AskedAnew,
    CarriedOut,
    LeadConfirmed,
    NothingLeft,
    correct,
    take_back,
)
from xgz.services.self_reports.removing import handle_not_me
from xgz.services.self_reports.requests import answer
from xgz.services.self_reports.rights import correct_own, held_by, say_not_me, withdraw_own
from xgz.services.transactions import unit

pytestmark = pytest.mark.django_db
NOW = moment()
RECEIPT = "ABCDEFGHJKMN"
WANTED = Answers("许一宁", "13900001111", "新桥村", "1234", "上午")
OPEN = sorted(UNCONFIRMED)


@pytest.fixture
def poster():
    return hang_poster(the_district().qingping)


@pytest.fixture
def committee(poster):
    return actor_as(Role.TOWNSHIP_COMMITTEE, poster.area)


def verified(committee, claim):
    decide_on(committee, claim, ReportAction.VERIFY, now=NOW)
    return fresh(claim)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def wish_to_correct(wanted=WANTED, receipt=RECEIPT):
    end = SelfReport.objects.get().phone[-4:]
    correct_own(held=held_by(receipt, end), answers=wanted, today=TODAY, now=NOW)
    return SelfReportRequest.objects.order_by("-pk")[0]


def wish_not_me(phone=ANSWERS.phone):
    say_not_me(phone=phone, words="", now=NOW)
    assert handle_not_me(today=TODAY, now=NOW) == 1
    return SelfReportRequest.objects.get()


def known_lead(**values):
    return make_lead(name=ANSWERS.name, phone=ANSWERS.phone, **values)


def walk(lead, state, member=None):
    """Let the committee bring a lead with both proofs to a state; member: whom the roster names."""
    actor = party_actor(lead, "township")
    if state in (LeadState.CONFIRMED, LeadState.PLACED):
        Lead.objects.filter(pk=lead.pk).update(business=make_shop(the_district()))
        give_proof(lead, member)
        leads.confirm(case=lead, actor=actor, now=NOW)
    if state == LeadState.PLACED:
        leads.place(case=lead, actor=actor, now=NOW, place=leads.Place(Placement.JOINT))
    return fresh(lead)


def is_found(answers):
    who = LeadIdentity.of(name=answers.name, phone=answers.phone, id_number="", place="")
    return leads_of([who]).exists()


def test_p13_a_correction_reaches_the_claim_and_the_lead_that_came_of_it(poster, committee):
    claim = verified(committee, make_claim(poster, receipt=RECEIPT))
    case = wish_to_correct()

    assert correct(actor=committee, case=case, now=NOW) is False

    claim, lead = fresh(claim), Lead.objects.get()
    assert (claim.answers, claim.state, claim.lead) == (WANTED, "verified", lead)
    assert (lead.name, lead.phone, lead.statement) == (WANTED.name, WANTED.phone, WANTED.branch)
    assert "1234" in lead.note
    assert "新桥村" in lead.note
    assert ANSWERS.last_four not in lead.note
    assert (is_found(WANTED), is_found(ANSWERS)) == (True, False)
    assert held_by(RECEIPT, "1111") is not None
    assert held_by(RECEIPT, "6021") is None
    assert ConsentRecord.objects.filter(report_id=claim.public_id, event="corrected").count() == 1
    assert list(events_of(case).values_list("action", flat=True)) == ["open", "corrected"]
    assert fresh(case).is_open


@pytest.mark.parametrize("action", [ReportAction.DOUBT, ReportAction.DUPLICATE])
def test_a_claim_that_became_nothing_is_corrected_and_stays_what_it_was(poster, committee, action):
    claim = make_claim(poster, receipt=RECEIPT)
    decide_on(committee, claim, action, now=NOW)
    state = fresh(claim).state

    correct(actor=committee, case=wish_to_correct(), now=NOW)

    assert (fresh(claim).answers, fresh(claim).state) == (WANTED, state)
    assert not Lead.objects.exists()


@pytest.mark.parametrize("state", OPEN)
@pytest.mark.parametrize("place", ["qingping", "liuquan"])
def test_a_lead_of_others_takes_name_and_phone_and_keeps_their_words(
    poster, committee, state, place
):
    lead = known_lead(state=state, place=place)
    verified(committee, make_claim(poster, receipt=RECEIPT))
    give_proof(lead)  # the statement is one made in person now
    Lead.objects.filter(pk=lead.pk).update(statement_sealed=lead.sealed("statement", "当面说的"))
    due_on, note = fresh(lead).due_on, lead.note

    correct(actor=committee, case=wish_to_correct(), now=NOW)

    lead = fresh(lead)
    assert (lead.name, lead.phone) == (WANTED.name, WANTED.phone)
    assert (lead.note, lead.statement) == (note, "当面说的")
    assert (lead.state, lead.due_on) == (state, due_on)


@pytest.mark.parametrize(
    ("wanted", "holds"),
    [
        (Answers(ANSWERS.name, "13900001111", ANSWERS.branch, "002X"), True),
        (Answers(ANSWERS.name, ANSWERS.phone, ANSWERS.branch, "002X", "上午"), True),
        (Answers("许一宁", ANSWERS.phone, ANSWERS.branch, "002X"), False),
        (Answers(ANSWERS.name, ANSWERS.phone, "新桥村", "002X"), False),
        (Answers(ANSWERS.name, ANSWERS.phone, ANSWERS.branch, "1234"), False),
    ],
)
def test_a_roster_check_of_somebody_named_otherwise_does_not_hold(poster, committee, wanted, holds):
    lead = verified(committee, make_claim(poster, receipt=RECEIPT)).lead
    give_proof(lead, make_known_member(name=ANSWERS.name))

    correct(actor=committee, case=wish_to_correct(wanted), now=NOW)

    lead = fresh(lead)
    kept = (lead.checked_on, found_member(lead), lead.check_result, lead.stated_on)
    assert [bool(each) for each in kept] == [holds, holds, holds, True]
    if not holds:
        with pytest.raises(ProofMissing):
            leads.confirm(case=lead, actor=committee, now=NOW)


def test_a_confirmed_lead_is_left_alone_until_the_confirmation_is_taken_back(poster, committee):
    claim = verified(committee, make_claim(poster, receipt=RECEIPT))
    lead = walk(claim.lead, LeadState.CONFIRMED)
    case = wish_to_correct()

    with pytest.raises(LeadConfirmed):
        correct(actor=committee, case=case, now=NOW)
    assert (fresh(claim).answers, fresh(lead).name) == (ANSWERS, ANSWERS.name)

    leads.reconsider(case=lead, actor=committee, now=NOW, opinion="本人更正")
    correct(actor=committee, case=fresh(case), now=NOW)
    assert (fresh(claim).answers, fresh(lead).name) == (WANTED, WANTED.name)


def test_of_a_placed_lead_the_claim_alone_is_corrected_and_the_roster_named(poster, committee):
    claim = verified(committee, make_claim(poster, receipt=RECEIPT))
    lead = walk(claim.lead, LeadState.PLACED)

    assert correct(actor=committee, case=wish_to_correct(), now=NOW) is True

    assert fresh(claim).answers == WANTED
    assert (fresh(lead).name, fresh(lead).version) == (ANSWERS.name, lead.version)


def said_no():
    who = LeadIdentity.of(name=WANTED.name, phone=WANTED.phone, id_number="", place="")
    keep_refusal([who], TODAY)


def is_protected():
    member = make_known_member(name=WANTED.name, phone=WANTED.phone)
    department = actor_as(Role.ORG_DEPT, the_district().org_dept)
    leads.protect_member(actor=department, member=member, now=NOW)


def is_ruled_out():
    make_lead(name=WANTED.name, phone=WANTED.phone, state=LeadState.RULED_OUT)


@pytest.mark.parametrize("held_back", [said_no, is_protected, is_ruled_out])
def test_the_lead_of_somebody_who_may_not_be_found_goes_quietly(poster, committee, held_back):
    claim = verified(committee, make_claim(poster, receipt=RECEIPT))
    with unit():
        held_back()
    lead, case = claim.lead, wish_to_correct()

    assert correct(actor=committee, case=case, now=NOW) is False

    assert (fresh(claim).answers, fresh(claim).lead) == (WANTED, None)
    assert not Lead.objects.filter(pk=lead.pk).exists()
    assert not CaseEvent.objects.filter(case_id=lead.public_id).exists()
    assert not is_found(ANSWERS)


@pytest.mark.parametrize("place", ["qingping", "liuquan"])
def test_where_the_person_as_now_named_is_a_lead_already_the_claim_goes_to_that_one(
    poster, committee, place
):
    claim = verified(committee, make_claim(poster, receipt=RECEIPT))
    other = make_lead(name=WANTED.name, phone=WANTED.phone, place=place)

    correct(actor=committee, case=wish_to_correct(), now=NOW)

    assert Lead.objects.get() == other == fresh(claim).lead
    assert fresh(other).statement_kind == StatementKind.SELF_REPORT
    assert fresh(other).statement == WANTED.branch


def test_the_market_line_learns_of_no_correction(poster, committee):
    lead = known_lead(state=LeadState.ASSIGNED)
    verified(committee, make_claim(poster, receipt=RECEIPT))
    correct(actor=committee, case=wish_to_correct(), now=NOW)

    def told(actor):
        return [each.action for each in events_of(lead) if is_told(lead, actor)(each)]

    assert "corrected" in told(committee)
    assert {"corrected", "statement"} & set(told(instructor_of(lead))) == set()


def test_the_trail_names_what_was_corrected_and_never_a_value(poster, committee):
    claim = verified(committee, make_claim(poster, receipt=RECEIPT))
    wanted = Answers("许一宁", "13900001111", ANSWERS.branch, "002X", ANSWERS.reach)

    correct(actor=committee, case=wish_to_correct(wanted), now=NOW)

    row = AuditEntry.objects.get(action="self_report.correct_as_asked")
    assert (row.actor, row.subject_id) == (committee.user, claim.public_id)
    assert row.fields == {"name": "", "phone": ""}


@pytest.mark.parametrize("version", [None, 0, 1])
def test_a_wish_is_carried_out_once(poster, committee, version):
    claim = verified(committee, make_claim(poster, receipt=RECEIPT))
    case = wish_to_correct()
    correct(actor=committee, case=case, now=NOW, version=0)
    edition = fresh(claim).edition

    with pytest.raises(ChangedMeanwhile if version == 0 else CarriedOut):
        correct(actor=committee, case=fresh(case), now=NOW, version=version)
    assert fresh(claim).edition == edition
    assert fresh(case).version == 1


def test_what_changed_since_it_was_looked_at_is_noticed(poster, committee):
    claim = verified(committee, make_claim(poster, receipt=RECEIPT))
    case = wish_to_correct()
    stale = fresh(case)
    SelfReportRequest.objects.filter(pk=case.pk).update(version=5)

    for given in ({"case": stale}, {"case": fresh(case), "version": 0}):
        with pytest.raises(ChangedMeanwhile):
            correct(actor=committee, now=NOW, **given)
    with pytest.raises(ChangedMeanwhile):
        correct(actor=committee, case=fresh(case), now=NOW, seen="another")
    assert fresh(claim).answers == ANSWERS
    correct(actor=committee, case=fresh(case), now=NOW, version=5, seen="first")
    assert fresh(claim).answers == WANTED


def test_of_two_corrections_of_a_claim_the_later_one_holds(poster, committee):
    claim = verified(committee, make_claim(poster, receipt=RECEIPT))
    first = wish_to_correct(Answers("许一", "13900001112"))
    second = wish_to_correct()

    with pytest.raises(AskedAnew):
        correct(actor=committee, case=first, now=NOW)
    correct(actor=committee, case=second, now=NOW)
    with pytest.raises(AskedAnew):
        correct(actor=committee, case=fresh(first), now=NOW)
    assert fresh(claim).answers == WANTED


def test_of_a_claim_that_was_taken_back_nothing_is_left_to_correct(poster, committee):
    verified(committee, make_claim(poster, receipt=RECEIPT))
    case = wish_to_correct()
    withdraw_own(held=held_by(RECEIPT, "6021"), today=TODAY, now=NOW)

    with pytest.raises(NothingLeft):
        correct(actor=committee, case=fresh(case), now=NOW)


@pytest.mark.parametrize("remedy", [correct, take_back])
@pytest.mark.parametrize(
    ("role", "where"),
    [
        (Role.TOWNSHIP_COMMITTEE, "liuquan"),
        (Role.ORG_DEPT, "org_dept"),  # the committee's seat is held
        (Role.BUREAU, "bureau"),
        (Role.STATION_HEAD, "qingping_office"),
        (Role.INSTRUCTOR, "qingping_office"),
    ],
)
def test_whoever_may_not_answer_a_wish_cannot_carry_it_out(poster, committee, remedy, role, where):
    claim = verified(committee, make_claim(poster, receipt=RECEIPT))
    case = wish_to_correct() if remedy is correct else wish_not_me()
    actor = actor_as(role, getattr(the_district(), where))

    with pytest.raises(NotPermitted):
        remedy(actor=actor, case=case, now=NOW)
    assert fresh(claim).answers == ANSWERS
    assert fresh(case).version == 0


def test_where_the_committees_seat_is_empty_the_department_carries_it_out(poster):
    department = actor_as(Role.ORG_DEPT, the_district().org_dept)
    claim = verified(department, make_claim(poster, receipt=RECEIPT))

    correct(actor=department, case=wish_to_correct(), now=NOW)

    assert fresh(claim).answers == WANTED


def test_each_wish_has_its_own_remedy_a_complaint_none_and_an_answered_one_none(poster, committee):
    verified(committee, make_claim(poster, receipt=RECEIPT))
    case, complaint = wish_to_correct(), make_self_report_request()
    for remedy, wish in ((take_back, case), (correct, complaint), (take_back, complaint)):
        with pytest.raises(StepNotAllowed):
            remedy(actor=committee, case=wish, now=NOW)
    answer(case=case, actor=committee, opinion="不予更正", now=NOW)

    with pytest.raises(StepNotAllowed):
        correct(actor=committee, case=case, now=NOW)


def wish_after_placing(poster, committee, lead=None):
    """Let the person take a claim back whose lead was placed."""
    claim = verified(committee, make_claim(poster, receipt=RECEIPT))
    placed = walk(claim.lead, LeadState.PLACED)
    assert lead is None or placed == lead
    withdraw_own(held=held_by(RECEIPT, "6021"), today=TODAY, now=NOW)
    return SelfReportRequest.objects.get(), placed


@pytest.mark.parametrize("was_there", [False, True])
def test_p13_of_a_claim_taken_back_the_placed_lead_goes_and_the_no_stays(
    poster, committee, was_there
):
    before = known_lead() if was_there else None
    case, lead = wish_after_placing(poster, committee, before)
    assert (case.topic, case.lead, case.report) == (RequestTopic.WITHDRAWAL, lead, None)

    assert take_back(actor=committee, case=case, now=NOW) is True

    assert not Lead.objects.exists()
    assert fresh(case).lead is None
    assert fresh(case).is_open
    draft = make_draft(name=ANSWERS.name, phone=ANSWERS.phone)
    assert leads.open_lead(clock_actor(TODAY), draft, now=NOW) is None
    with pytest.raises(CarriedOut):
        take_back(actor=committee, case=fresh(case), now=NOW)
    assert list(events_of(case).values_list("action", flat=True)) == ["open", "taken_back"]


def test_the_no_is_kept_of_whom_the_roster_named_too(poster, committee):
    number = a_number()
    member = make_known_member(name=ANSWERS.name, id_number=number)
    claim = verified(committee, make_claim(poster, receipt=RECEIPT))
    walk(claim.lead, LeadState.PLACED, member)
    withdraw_own(held=held_by(RECEIPT, "6021"), today=TODAY, now=NOW)

    take_back(actor=committee, case=SelfReportRequest.objects.get(), now=NOW)

    draft = make_draft(name="", phone="", id_number=number)
    assert leads.open_lead(clock_actor(TODAY), draft, now=NOW) is None


def test_a_placed_lead_that_is_gone_by_itself_leaves_nothing_to_take_back(poster, committee):
    case, lead = wish_after_placing(poster, committee)
    lead.delete()

    with pytest.raises(NothingLeft):
        take_back(actor=committee, case=fresh(case), now=NOW)


@pytest.mark.parametrize("state", [LeadState.NEW, LeadState.CONFIRMED, LeadState.PLACED])
def test_of_somebody_elses_phone_the_claim_goes_with_the_lead_it_made(poster, committee, state):
    claim = verified(committee, make_claim(poster, receipt=RECEIPT))
    if state != LeadState.NEW:
        walk(claim.lead, state)
    correction = wish_to_correct()
    say_not_me(phone=ANSWERS.phone, words="", now=NOW)
    handle_not_me(today=TODAY, now=NOW)
    case = SelfReportRequest.objects.get(topic=RequestTopic.NOT_ME)

    assert take_back(actor=committee, case=case, now=NOW) is (state == LeadState.PLACED)

    assert not SelfReport.objects.exists()
    assert not Lead.objects.exists()
    assert fresh(correction).words == ""
    assert ConsentRecord.objects.get(event="not_me").report_id == claim.public_id
    row = AuditEntry.objects.get(action="self_report.remove")
    assert (row.actor, row.subject_id) == (committee.user, claim.public_id)
    again = verified(committee, make_claim(poster))
    assert again.lead is not None  # nobody said no of the own person


@pytest.mark.parametrize("state", OPEN)
def test_a_lead_that_was_there_before_the_claim_loses_its_word_alone(poster, committee, state):
    lead = known_lead(state=state)
    verified(committee, make_claim(poster, receipt=RECEIPT))
    assert fresh(lead).statement_kind == StatementKind.SELF_REPORT

    take_back(actor=committee, case=wish_not_me(), now=NOW)

    lead = fresh(lead)
    assert not SelfReport.objects.exists()
    assert (lead.state, lead.name) == (state, ANSWERS.name)
    assert (lead.stated_on, lead.statement_kind, lead.statement) == (None, "", "")
    assert events_of(lead).filter(action="statement_back").count() == 1


def test_a_word_given_in_person_stays_with_the_lead(poster, committee):
    lead = known_lead()
    verified(committee, make_claim(poster, receipt=RECEIPT))
    give_proof(lead)

    take_back(actor=committee, case=wish_not_me(), now=NOW)

    assert fresh(lead).statement_kind == StatementKind.IN_PERSON


def test_a_confirmation_that_rests_on_anothers_phone_is_taken_back_first(poster, committee):
    lead = known_lead(state=LeadState.CONFIRMED)
    claim = verified(committee, make_claim(poster, receipt=RECEIPT))
    case = wish_not_me()

    with pytest.raises(LeadConfirmed):
        take_back(actor=committee, case=case, now=NOW)
    assert fresh(claim).lead == lead

    leads.reconsider(case=fresh(lead), actor=committee, now=NOW, opinion="电话不是本人的")
    take_back(actor=committee, case=fresh(case), now=NOW)
    assert not SelfReport.objects.exists()
    assert fresh(lead).state == LeadState.VISITED


def test_not_me_without_a_claim_is_answered_in_words_alone(committee):
    say_not_me(phone="13900001111", words="别再打了", now=NOW)
    department = actor_as(Role.ORG_DEPT, the_district().org_dept)
    handle_not_me(today=TODAY, now=NOW)

    with pytest.raises(NothingLeft):
        take_back(actor=department, case=SelfReportRequest.objects.get(), now=NOW)


def test_not_me_is_a_wish_for_each_verified_claim_where_it_was_verified(poster, committee):
    far = hang_poster(the_district().liuquan)
    there = actor_as(Role.TOWNSHIP_COMMITTEE, far.area)
    claims = [
        verified(committee, make_claim(poster)),
        verified(there, make_claim(far, answers=Answers("许一宁", ANSWERS.phone))),
    ]
    make_claim(poster, answers=Answers("钱无名", ANSWERS.phone))
    say_not_me(phone=ANSWERS.phone, words="不是我", now=NOW)
    handle_not_me(today=TODAY, now=NOW)

    wishes = list(SelfReportRequest.objects.order_by("pk"))
    assert [(wish.report, wish.area) for wish in wishes] == [
        (claims[0], poster.area),
        (claims[1], far.area),
    ]
    with pytest.raises(NotPermitted):
        take_back(actor=committee, case=wishes[1], now=NOW)
    take_back(actor=committee, case=wishes[0], now=NOW)
    assert SelfReport.objects.get() == claims[1]
    assert Lead.objects.get() == claims[1].lead


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("remedy", [correct, take_back])
def test_race_of_four_who_carry_a_wish_out_one_does(remedy):
    poster = hang_poster(make_district().qingping)
    committee = actor_as(Role.TOWNSHIP_COMMITTEE, poster.area)
    verified(committee, make_claim(poster, receipt=RECEIPT))
    case = wish_to_correct() if remedy is correct else wish_not_me()
    gate, results = Barrier(4), []

    def run():
        actor, mine = actor_for(committee.user, TODAY), fresh(case)
        gate.wait()
        try:
            remedy(actor=actor, case=mine, now=NOW)
            results.append("done")
        except (ChangedMeanwhile, CarriedOut):
            results.append("late")
        finally:
            connections.close_all()

    together([run] * 4)

    assert sorted(results) == ["done", "late", "late", "late"]
    assert CaseEvent.objects.filter(case_id=case.public_id).count() == 2
    assert ConsentRecord.objects.exclude(event="given").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(3))
def test_race_of_correcting_and_taking_back_leaves_no_open_lead(turn):
    poster = hang_poster(make_district().qingping)
    committee = actor_as(Role.TOWNSHIP_COMMITTEE, poster.area)
    verified(committee, make_claim(poster, receipt=RECEIPT))
    case, gate, results = wish_to_correct(), Barrier(2), []

    def carry_out():
        actor, mine = actor_for(committee.user, TODAY), fresh(case)
        gate.wait()
        try:
            correct(actor=actor, case=mine, now=NOW)
            results.append("corrected")
        except NothingLeft:
            results.append("nothing left")
        finally:
            connections.close_all()

    def person_takes_back():
        held = held_by(RECEIPT, "6021")
        gate.wait()
        try:
            results.append(withdraw_own(held=held, today=TODAY, now=NOW))
        finally:
            connections.close_all()

    together([carry_out, person_takes_back])

    assert len(results) == 2
    assert True in results
    assert not SelfReport.objects.exists()
    assert not Lead.objects.exclude(state=LeadState.REFUSED).exists()


def together(runs):
    threads = [Thread(target=run) for run in runs]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
