"""Races: somebody is left alone while somebody else has just looked and is about to write (LD-13, LD-14)."""

from threading import Event, Thread

import pytest
from django.db import connections

from tests.factories import TODAY, actor_as, make_organisation
from tests.factories.closures import make_shop, the_district
from tests.factories.leads import (
    make_draft,
    make_known_member,
    make_lead,
    party_actor,
)
from tests.factories.matching import make_pair, make_task, make_tie, make_twins
from tests.factories.self_reports import hang_poster, make_claim, moment
from xgz.access.actor import clock_actor
from xgz.models import Lead, MatchPair, MemberWorkplace, OwnerTie, ProtectedDigest, RefusalDigest
from xgz.rules.leads import CheckResult, LeadSource, LeadState
from xgz.rules.matching import Decision
from xgz.rules.roles import Role
from xgz.rules.self_reports import Answers, ReportAction, Verification
from xgz.services import leads, matching
from xgz.services.leads import amending, opening, recording
from xgz.services.matching import applying, handing_out
from xgz.services.self_reports.claims import decide

pytestmark = pytest.mark.django_db(transaction=True)

NOW = moment()
SOON = 1.0  # seconds in which whoever does not wait has long written


@pytest.fixture
def race(monkeypatch):
    """Run find until it has looked by module.name, then leave_alone, and only then let find go on."""

    def run(module, name, find, leave_alone):
        looked, go, failed = Event(), Event(), []
        real = getattr(module, name)

        def look(*values, **named):
            seen = real(*values, **named)
            looked.set()
            go.wait(10)
            return seen

        def in_thread(work):
            def act():
                try:
                    work()
                except Exception as fault:
                    failed.append(fault)
                finally:
                    connections.close_all()

            thread = Thread(target=act)
            thread.start()
            return thread

        monkeypatch.setattr(module, name, look)
        finder = in_thread(find)
        assert looked.wait(10)
        other = in_thread(leave_alone)
        other.join(SOON)
        go.set()
        finder.join(30)
        other.join(30)
        assert failed == []

    return run


def department():
    return actor_as(Role.ORG_DEPT, the_district().org_dept)


def protecting(member):
    actor = department()
    return lambda: leads.protect_member(actor=actor, member=member, now=NOW)


def test_race_of_opening_a_lead_with_protecting(race):
    member, draft_at = make_known_member(name="方柏梁"), make_shop(the_district())
    draft = make_draft(business=draft_at, name=member.name, phone=member.phone)

    race(
        opening,
        "is_held_back",
        lambda: leads.open_lead(clock_actor(TODAY), draft, now=NOW),
        protecting(member),
    )

    assert ProtectedDigest.objects.exists()
    assert not Lead.objects.exists()


def test_race_of_opening_a_lead_with_a_refusal(race):
    """The other lead of the person, known by the number as well, ends with the one refused."""
    member = make_known_member(name="方柏梁")
    first = make_lead(state=LeadState.VISITED, name=member.name, phone=member.phone)
    committee = party_actor(first, "township")
    leads.record_roster_check(
        case=first, actor=committee, now=NOW, result=CheckResult.FOUND, member=member
    )
    draft = make_draft(name="", phone="", id_number=member.id_number)

    race(
        opening,
        "is_held_back",
        lambda: leads.open_lead(clock_actor(TODAY), draft, now=NOW),
        lambda: leads.refuse(case=Lead.objects.get(pk=first.pk), actor=committee, now=NOW),
    )

    assert RefusalDigest.objects.exists()
    assert set(Lead.objects.values_list("state", flat=True)) == {LeadState.REFUSED}


def test_race_of_placing_a_lead_at_a_business_with_protecting(race):
    member, shop = make_known_member(name="方柏梁"), make_shop(the_district())
    MemberWorkplace.objects.create(member=member, business=shop, valid_from=TODAY)
    lead = make_lead(business=None, source=LeadSource.SELF_REPORT, name=member.name, phone="")
    committee = party_actor(lead, "township")

    race(
        amending,
        "is_held_back",
        lambda: leads.amend_place(case=lead, actor=committee, now=NOW, place=shop),
        protecting(member),
    )

    assert ProtectedDigest.objects.exists()
    assert not Lead.objects.exists()


def test_race_of_naming_a_member_with_protecting(race):
    member, lead = make_known_member(name="方柏梁"), make_lead(state=LeadState.VISITED)
    committee = party_actor(lead, "township")

    race(
        recording,
        "is_protected",
        lambda: leads.record_roster_check(
            case=lead,
            actor=committee,
            now=NOW,
            result=CheckResult.FOUND,
            member=member,
            words="登记用的是曾用名",
            is_same_person=True,
        ),
        protecting(member),
    )

    assert not Lead.objects.exists()


def test_race_of_verifying_a_claim_with_protecting(race):
    member = make_known_member(name="方柏梁")
    poster = hang_poster(the_district().qingping)
    claim = make_claim(poster, answers=Answers(member.name, member.phone))
    committee = actor_as(Role.TOWNSHIP_COMMITTEE, poster.area)

    race(
        opening,
        "is_held_back",
        lambda: decide(
            actor=committee,
            report=claim,
            action=ReportAction.VERIFY,
            verification=Verification.CALL,
            now=NOW,
        ),
        protecting(member),
    )

    assert not Lead.objects.exists()


def twins():
    district = the_district()
    return make_twins(make_organisation(district.liuquan), district.qingping)


def test_race_of_carrying_out_with_protecting(race):
    member, business = twins()
    task, actor = make_task(business.township), department()
    make_pair(task, member, business, decision=Decision.YES)

    race(
        applying,
        "people_of",
        lambda: matching.carry_out(actor=actor, task=task, purpose="find", now=NOW),
        protecting(member),
    )

    assert not OwnerTie.objects.exists()
    assert not MatchPair.objects.exists()


def test_race_of_handing_a_lead_out_with_protecting(race):
    member, business = twins()
    make_tie(member, business, lead_at=NOW)

    race(
        handing_out,
        "is_elsewhere",
        lambda: matching.hand_out_leads(now=NOW),
        protecting(member),
    )

    assert not OwnerTie.objects.exists()
    assert not Lead.objects.exists()
