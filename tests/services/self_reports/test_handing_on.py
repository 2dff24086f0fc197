"""What a verified claim becomes where the person is a lead already, said no before, or says no."""

from datetime import timedelta

import pytest
from django.db.models import F

from tests.factories import TODAY, actor_as
from tests.factories.closures import the_district
from tests.factories.leads import (
    a_number,
    an_instructor,
    make_draft,
    make_known_member,
    make_lead,
    party_actor,
)
from tests.factories.self_reports import ANSWERS, hang_poster, make_claim, moment
from xgz.access.actor import clock_actor
from xgz.models import CaseEvent, Lead, SelfReport, SelfReportRequest
from xgz.rules.leads import CheckResult, LeadState, StatementKind
from xgz.rules.roles import Role
from xgz.rules.self_reports import (
    NAMES_INSTRUCTORS,
    Answers,
    ReportAction,
    ReportState,
    Verification,
)
from xgz.services import leads
from xgz.services.self_reports import handing_on
from xgz.services.self_reports.claims import ChangedMeanwhile, decide
from xgz.services.self_reports.rights import correct_own, held_by, withdraw_own

pytestmark = pytest.mark.django_db
NOW = moment()
RECEIPT = "ABCDEFGHJKMN"


@pytest.fixture
def poster():
    return hang_poster(the_district().qingping)


@pytest.fixture
def committee(poster):
    return actor_as(Role.TOWNSHIP_COMMITTEE, poster.area)


def verify(committee, claim):
    decide(
        actor=committee,
        report=claim,
        action=ReportAction.VERIFY,
        verification=Verification.CALL,
        now=NOW,
    )
    claim.refresh_from_db()
    return claim


def withdraw(receipt=RECEIPT):
    return withdraw_own(held=held_by(receipt, ANSWERS.phone[-4:]), today=TODAY, now=NOW)


def known_lead(**values):
    return make_lead(name=ANSWERS.name, phone=ANSWERS.phone, **values)


@pytest.mark.parametrize("place", ["qingping", "liuquan"])
@pytest.mark.parametrize("state", [LeadState.NEW, LeadState.ASSIGNED, LeadState.VISITED])
def test_the_word_of_the_person_goes_to_the_lead_there_is_wherever(poster, committee, place, state):
    lead = known_lead(state=state, place=place)

    claim = verify(committee, make_claim(poster))

    assert Lead.objects.get() == claim.lead == lead
    assert (claim.lead.state, claim.lead.statement) == (state, ANSWERS.branch)
    assert claim.lead.statement_kind == StatementKind.SELF_REPORT
    assert CaseEvent.objects.filter(case_id=lead.public_id, action="statement").count() == 1


def test_a_lead_that_moves_meanwhile_undoes_the_decision_and_says_so(
    poster, committee, monkeypatch
):
    lead, claim = known_lead(state=LeadState.ASSIGNED), make_claim(poster)
    real = handing_on.statement_of_person

    def late(**given):
        Lead.objects.filter(pk=lead.pk).update(version=F("version") + 1)
        real(**given)

    monkeypatch.setattr(handing_on, "statement_of_person", late)
    with pytest.raises(ChangedMeanwhile):
        verify(committee, claim)

    claim.refresh_from_db()
    assert (claim.state, claim.lead) == (ReportState.NEW, None)


def test_a_confirmed_lead_is_proven_already_and_takes_the_claim_alone(poster, committee):
    lead = known_lead(state=LeadState.CONFIRMED)

    claim = verify(committee, make_claim(poster))

    assert claim.lead == lead
    assert claim.lead.statement_kind == StatementKind.IN_PERSON


def test_who_took_a_verified_claim_back_may_report_again_the_same_day(poster, committee):
    verify(committee, make_claim(poster, receipt=RECEIPT))
    assert withdraw()

    again = verify(committee, make_claim(poster))

    assert again.lead is not None
    assert Lead.objects.get() == again.lead
    assert again.lead.state == LeadState.NEW


def test_who_took_a_verified_claim_back_may_report_again_later(poster, committee):
    verify(committee, make_claim(poster, receipt=RECEIPT))
    assert withdraw()
    leads.sweep_leads(now=NOW + timedelta(hours=23))
    assert not Lead.objects.exists()

    assert verify(committee, make_claim(poster)).lead is not None


def test_who_reports_takes_back_no_refusal_of_another_with_the_same_phone(poster, committee):
    leads.refuse(case=known_lead(), actor=committee, now=NOW)
    of_the_phone, of_the_other = (
        make_draft(name=name, phone=ANSWERS.phone) for name in ("", ANSWERS.name)
    )
    assert leads.open_lead(committee, of_the_phone, now=NOW) is None

    claim = verify(committee, make_claim(poster, answers=Answers("苗青禾", ANSWERS.phone)))

    assert claim.lead.name == "苗青禾"
    for draft in (of_the_phone, of_the_other):
        assert leads.open_lead(committee, draft, now=NOW) is None


def test_who_was_refused_without_a_name_may_report_by_name(poster, committee):
    leads.refuse(case=make_lead(name="", phone=ANSWERS.phone), actor=committee, now=NOW)

    assert verify(committee, make_claim(poster)).lead.name == ANSWERS.name


def send_somebody(committee, lead):
    leads.assign(case=lead, actor=committee, now=NOW, assignee=an_instructor(lead))


@pytest.mark.parametrize(("version", "may"), [(1, False), (NAMES_INSTRUCTORS, True)])
def test_an_instructor_is_sent_only_where_the_notice_said_so(poster, committee, version, may):
    claim = verify(committee, make_claim(poster, notice_version=version))
    assert (claim.notice_version, claim.lead.state) == (version, LeadState.NEW)
    if may:
        send_somebody(committee, claim.lead)
        assert Lead.objects.get().state == LeadState.ASSIGNED
        return
    with pytest.raises(leads.NotInNotice):
        send_somebody(committee, claim.lead)
    assert Lead.objects.get().state == LeadState.NEW
    # Who reports again agrees to the present notice.
    assert verify(committee, make_claim(poster)).lead == claim.lead
    send_somebody(committee, Lead.objects.get())


def test_a_lead_that_came_another_way_is_bound_by_no_notice(poster, committee):
    lead = known_lead()
    assert verify(committee, make_claim(poster, notice_version=1)).lead == lead

    send_somebody(committee, Lead.objects.get())


@pytest.mark.parametrize("state", [LeadState.ASSIGNED, LeadState.CONFIRMED])
def test_taking_a_verified_claim_back_closes_the_lead_that_was_there_before(
    poster, committee, state
):
    lead = known_lead(state=state)
    verify(committee, make_claim(poster, receipt=RECEIPT))

    assert withdraw()

    lead.refresh_from_db()
    assert lead.state == LeadState.REFUSED
    assert not SelfReport.objects.exists()


def test_a_claim_nobody_verified_closes_no_lead(poster):
    lead = known_lead()
    make_claim(poster, receipt=RECEIPT)

    assert withdraw()

    lead.refresh_from_db()
    assert lead.is_open


def test_a_no_closes_every_open_lead_of_the_person_and_of_nobody_else():
    number = a_number()
    member = make_known_member(name="柏长青", id_number=number)
    by_phone, by_number = make_lead(name="柏长青"), make_lead(name="", phone="", id_number=number)
    other = make_lead(name="柏长青")
    actor = party_actor(by_phone, "township")
    leads.record_roster_check(
        case=by_phone, actor=actor, now=NOW, result=CheckResult.FOUND, member=member
    )

    leads.refuse(case=by_phone, actor=actor, now=NOW)

    for lead, state in ((by_number, LeadState.REFUSED), (other, LeadState.NEW)):
        lead.refresh_from_db()
        assert lead.state == state
    draft = make_draft(name="", phone="", id_number=number)
    assert leads.open_lead(clock_actor(TODAY), draft, now=NOW) is None


def asked_to_correct(poster, committee):
    verify(committee, make_claim(poster, receipt=RECEIPT))
    wanted = Answers("许一宁", "13900001111")
    correct_own(held=held_by(RECEIPT, ANSWERS.phone[-4:]), answers=wanted, today=TODAY, now=NOW)


def test_what_a_correction_says_goes_with_the_claim_of_a_swept_lead(poster, committee):
    asked_to_correct(poster, committee)

    assert leads.sweep_leads(now=NOW + timedelta(days=61)) == 1

    assert not SelfReport.objects.exists()
    wish = SelfReportRequest.objects.get()
    assert (wish.words, wish.is_open) == ("", True)


def test_a_correction_goes_whole_where_its_person_is_protected(poster, committee):
    asked_to_correct(poster, committee)
    member = make_known_member(name=ANSWERS.name, phone=ANSWERS.phone)
    department = actor_as(Role.ORG_DEPT, the_district().org_dept)

    leads.protect_member(actor=department, member=member, now=NOW)

    assert not SelfReport.objects.exists()
    assert not SelfReportRequest.objects.exists()
