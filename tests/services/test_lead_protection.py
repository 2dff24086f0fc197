"""Protecting a member leaves nothing of finding the person (LD-14), whatever it was known by."""

from dataclasses import replace

import pytest

from tests.factories import TODAY
from tests.factories.closures import make_shop, the_district
from tests.factories.district import actor_as
from tests.factories.leads import make_draft, make_known_member, make_lead, party_actor
from tests.factories.matching import make_owner, make_pair, make_task, make_tie
from tests.factories.self_reports import ANSWERS, decide_on, hang_poster, make_claim, moment
from xgz.access.actor import clock_actor
from xgz.access.jobs import reach_of
from xgz.models import (
    AuditEntry,
    Business,
    CaseEvent,
    Lead,
    MemberWorkplace,
    OwnerTie,
    Report,
    SelfReport,
    SelfReportRequest,
)
from xgz.rules.leads import LeadSource, LeadState
from xgz.rules.matching import Decision
from xgz.rules.roles import Role
from xgz.rules.self_reports import ReportAction, RequestTopic
from xgz.services import leads
from xgz.services.reports.files import reports_folder
from xgz.services.reports.keeping import ReportGone, take_report
from xgz.services.self_reports.rights import complain, correct_own, held_by

pytestmark = pytest.mark.django_db

NOW = moment()
RECEIPT = "ABCDEFGHJKMN"
ENDED = [LeadState.REFUSED, LeadState.RULED_OUT, LeadState.MOVED_AWAY]


def protect(member):
    department = actor_as(Role.ORG_DEPT, the_district().org_dept)
    leads.protect_member(actor=department, member=member, now=NOW)


@pytest.mark.parametrize("known_by", ["name and phone", "phone", "name and place"])
@pytest.mark.parametrize("state", [LeadState.NEW, *ENDED])
def test_p20_a_lead_goes_in_whatever_state_it_is(state, known_by):
    member, shop = make_known_member(name="纪北辰"), make_shop(the_district())
    MemberWorkplace.objects.create(member=member, business=shop, valid_from=TODAY)
    other = make_lead(state=state, business=shop, name="纪北星")
    values = {
        "name and phone": {"name": "纪北辰", "phone": member.phone},
        "phone": {"name": "", "phone": member.phone},
        "name and place": {"name": "纪北辰", "phone": "", "business": shop},
    }[known_by]
    make_lead(state=state, **values)

    protect(member)

    assert list(Lead.objects.all()) == [other]


def corrected(claim_answers, other, action=ReportAction.DOUBT):
    """Let somebody ask for other values after the claim was decided on; return the claim."""
    claim = make_claim(hang_poster(the_district().qingping), answers=claim_answers, receipt=RECEIPT)
    committee = actor_as(Role.TOWNSHIP_COMMITTEE, the_district().qingping)
    decide_on(committee, claim, action, now=NOW)
    held = held_by(RECEIPT, claim_answers.phone[-4:])
    correct_own(held=held, answers=other, today=TODAY, now=NOW)
    return claim


@pytest.fixture
def owned():
    """A member, and a shop whose owner the register knows by the name alone."""
    district = the_district()
    member = make_known_member(name="方柏梁")
    shop = make_owner(district.qingping, owner_name="方柏樑")
    return member, shop


@pytest.mark.parametrize("known_by", ["tie", "decided pair"])
@pytest.mark.parametrize("way", ["protect", "refuse"])
def test_the_confirmed_owner_is_not_opened_again_once_the_tie_is_gone(owned, way, known_by):
    member, shop = owned
    make_lead(business=shop, name="方柏樑", phone="", source=LeadSource.UNMATCHED_OWNER)
    if known_by == "tie":
        make_tie(member, shop)
    else:
        make_pair(make_task(shop.township), member, shop, decision=Decision.YES)

    if way == "protect":
        protect(member)
        assert not Lead.objects.exists()  # the owner's too, under the register's name
    else:
        lead = make_lead(name=member.name, phone=member.phone)
        leads.refuse(case=lead, actor=party_actor(lead, "township"), now=NOW)
        Lead.objects.all().delete()

    assert not OwnerTie.objects.exists()
    for name, opens in (("方柏樑", False), ("方柏梁", False), ("苗青禾", True)):
        draft = make_draft(business=shop, name=name, phone="", source=LeadSource.UNMATCHED_OWNER)
        lead = leads.open_lead(clock_actor(TODAY), draft, now=NOW)
        assert (lead is not None) is opens


def test_the_next_owner_of_the_shop_is_not_taken_for_the_one_before(owned):
    member, shop = owned
    make_tie(member, shop)
    Business.objects.filter(pk=shop.pk).update(owner_name="苗青禾")

    protect(member)

    assert make_lead(business=shop, name="苗青禾", phone="")


@pytest.mark.parametrize("named_in", ["claim", "correction"])
def test_p20_a_correction_asked_for_goes_too(named_in):
    member = make_known_member(name=ANSWERS.name, phone=ANSWERS.phone)
    wrong = replace(ANSWERS, name="方柏松", phone="13800006077")
    corrected(*((ANSWERS, wrong) if named_in == "claim" else (wrong, ANSWERS)))
    (wish,) = SelfReportRequest.objects.all()

    protect(member)

    assert not SelfReportRequest.objects.exists()
    assert not CaseEvent.objects.filter(case_id=wish.public_id).exists()
    assert SelfReport.objects.exists() is (named_in == "correction")  # a claim of another name


def test_p20_a_correction_of_a_verified_claim_goes_too():
    member = make_known_member(name=ANSWERS.name, phone=ANSWERS.phone)
    corrected(ANSWERS, ANSWERS, ReportAction.VERIFY)

    protect(member)

    assert not SelfReportRequest.objects.exists()
    assert not SelfReport.objects.exists()
    assert not Lead.objects.exists()


def test_p20_corrections_of_others_and_complaints_stay_to_be_answered():
    member = make_known_member(name=ANSWERS.name, phone=ANSWERS.phone)
    other = replace(ANSWERS, name="方柏松", phone="13800006077")
    corrected(other, replace(other, branch="别处"))
    held = held_by(RECEIPT, other.phone[-4:])
    complain(held=held, words="请不要再打电话", today=TODAY, now=NOW)

    protect(member)

    topics = set(SelfReportRequest.objects.values_list("topic", flat=True))
    assert topics == {RequestTopic.CORRECTION, RequestTopic.COMPLAINT}
    assert not AuditEntry.objects.filter(action="self_report_request.erase").exists()


def test_p10_with_the_lead_of_a_claim_the_values_of_its_correction_go():
    corrected(ANSWERS, ANSWERS, ReportAction.VERIFY)
    lead = Lead.objects.get()
    committee = actor_as(Role.TOWNSHIP_COMMITTEE, the_district().qingping)
    leads.refuse(case=lead, actor=committee, now=NOW)
    assert ANSWERS.name in SelfReportRequest.objects.get().words

    leads.sweep_leads(now=NOW.replace(day=NOW.day + 1))

    assert not SelfReport.objects.exists()
    assert SelfReportRequest.objects.get().words == ""


def a_file(actor, kind):
    """Let a list lie made and waiting to be taken."""
    name = f"{kind}.sealed"
    (reports_folder() / name).write_text("")
    return Report.objects.create(
        kind=kind,
        made_for=actor.user,
        reach=reach_of(actor),
        stored_name=name,
        persons=1,
        asked_at=NOW,
        made_at=NOW,
    )


def test_p20_lists_of_owners_made_before_are_not_handed_out(django_capture_on_commit_callbacks):
    department = actor_as(Role.ORG_DEPT, the_district().org_dept)
    owners, roster = a_file(department, "owner_list"), a_file(department, "members")

    with django_capture_on_commit_callbacks(execute=True):
        protect(make_known_member())

    owners.refresh_from_db()
    with pytest.raises(ReportGone):
        take_report(actor=department, report=owners, now=NOW)
    assert owners.removed_at == NOW
    roster.refresh_from_db()
    assert roster.removed_at is None  # the roster itself goes on
    left = {path.name for path in reports_folder().iterdir()}
    assert ("owner_list.sealed" in left, "members.sealed" in left) == (False, True)
