"""Leads kept here as rows of a request, and what comes back of them (XC-8, XC-9)."""

from types import SimpleNamespace

import pytest

from tests.factories import TODAY, actor_as
from tests.factories.closures import the_district
from tests.factories.exchanges import AGREEMENT, accepted, answered, new_key, rows_of
from tests.factories.leads import a_number, make_known_member, make_lead
from tests.services.imports.worlds import NOW
from xgz.access.actor import NotPermitted, shell_operator
from xgz.files.exchange_lists import open_request
from xgz.files.people_table import PersonRow
from xgz.models import AuditEntry, CaseEvent, Lead
from xgz.queries.lead_identity import found_member
from xgz.rules.exchange.identities import Flag, IdentityKey, Person
from xgz.rules.id_numbers import check_digit
from xgz.rules.leads import (
    CheckResult,
    LeadProof,
    LeadState,
    StatementSays,
    missing_proof,
)
from xgz.rules.roles import Role
from xgz.services import leads
from xgz.services.exchange import answering, asking
from xgz.services.exchange.leads import leads_to_ask_about

pytestmark = pytest.mark.django_db
OPERATOR = shell_operator(TODAY)


@pytest.fixture
def files(tmp_path):
    return SimpleNamespace(
        key=new_key(),
        request=tmp_path / "request",
        reply=tmp_path / "reply",
        flags=tmp_path / "flags.csv",
    )


def department():
    return actor_as(Role.ORG_DEPT, the_district().org_dept)


def committee(place="qingping"):
    return actor_as(Role.TOWNSHIP_COMMITTEE, getattr(the_district(), place))


def ask(files, actor=OPERATOR, people=None):
    return asking.ask(
        actor=actor,
        key=files.key,
        agreement=AGREEMENT,
        people=leads_to_ask_about(actor=actor) if people is None else people,
        target=files.request,
        now=NOW,
        of_leads=people is None,
    )


def person_of(lead):
    return Person(lead.name, id_number=lead.id_number, phone=lead.phone, branch="他县某支部")


def round_trip(files, *roster, actor=OPERATOR, meanwhile=lambda: None):
    ask(files, actor)
    answered(files.key, files.request, files.reply, *roster, now=NOW)
    meanwhile()
    return accepted(files.key, files.reply, files.flags, actor=actor, now=NOW)


@pytest.mark.parametrize("state", LeadState)
def test_leads_that_are_not_confirmed_are_asked_about(state):
    lead = make_lead(state=state)

    asked = [row.label for row in leads_to_ask_about(actor=department())]

    is_open = state in (LeadState.NEW, LeadState.ASSIGNED, LeadState.VISITED)
    assert asked == ([lead.public_id] if is_open else [])


def test_a_lead_without_a_name_or_already_checked_is_not_asked_about():
    make_lead(name="")
    checked = make_lead(state=LeadState.VISITED)
    leads.record_roster_check(
        case=checked, actor=committee(), now=NOW, result=CheckResult.NOT_FOUND
    )

    assert leads_to_ask_about(actor=department()) == []


def test_a_township_committee_asks_about_its_own_leads():
    lead, other = make_lead(), make_lead(place="liuquan")

    assert [row.label for row in leads_to_ask_about(actor=committee())] == [lead.public_id]
    seen = {row.label for row in leads_to_ask_about(actor=department())}
    assert seen == {lead.public_id, other.public_id}
    assert seen == {row.label for row in leads_to_ask_about(actor=OPERATOR)}


@pytest.mark.parametrize(
    ("role", "body"),
    [
        (Role.BUREAU, "bureau"),
        (Role.STATION_HEAD, "qingping_office"),
        (Role.INSTRUCTOR, "qingping_office"),
        (Role.SOCIAL_WORK_DEPT, "social_work"),
        (Role.ASSOCIATION, "association"),
    ],
)
def test_nobody_else_asks_about_leads(role, body):
    make_lead(state=LeadState.ASSIGNED)

    with pytest.raises(NotPermitted):
        leads_to_ask_about(actor=actor_as(role, getattr(the_district(), body)))


@pytest.mark.parametrize("actor_of", [department, committee, lambda: OPERATOR])
def test_what_comes_back_is_the_roster_check_of_the_lead(files, actor_of):
    same = make_lead(id_number=a_number())
    possible, none = make_lead(name="方柏梁"), make_lead(name="陶槐序")
    roster = [person_of(same), Person("方柏梁", phone=possible.phone)]

    rows = round_trip(files, *roster, actor=actor_of())

    flags = [Flag.SAME, Flag.POSSIBLE, Flag.NONE]
    assert rows == [(x.public_id, f) for x, f in zip((same, possible, none), flags, strict=True)]
    for lead in (same, possible, none):
        lead.refresh_from_db()
    assert (same.check_result, same.checked_on) == (CheckResult.COMPARED, TODAY)
    assert (possible.check_result, possible.checked_on) == ("", None)
    assert (none.check_result, none.checked_on) == (CheckResult.NOT_FOUND, TODAY)
    assert found_member(same) is None
    assert files.flags.read_text().splitlines()[1:] == [f"{x},{f.value}" for x, f in rows]


def test_a_check_is_written_into_history_and_trail(files):
    lead = make_lead()
    before = AuditEntry.objects.count()

    round_trip(files)

    rows = AuditEntry.objects.order_by("number")[before:]
    actions = ["exchange.ask", "exchange.answer", "exchange.accept", "lead.roster_check"]
    assert [row.action for row in rows] == actions
    assert rows[3].subject_id == lead.public_id
    assert CaseEvent.objects.filter(case_id=lead.public_id).latest("pk").at == NOW


def test_a_lead_that_is_gone_leaves_no_flag(files):
    gone, stays = make_lead(), make_lead()

    rows = round_trip(
        files,
        person_of(gone),
        person_of(stays),
        meanwhile=lambda: Lead.objects.filter(pk=gone.pk).delete(),
    )

    assert rows == [(stays.public_id, Flag.POSSIBLE)]
    assert gone.public_id not in files.flags.read_text()


def test_a_check_somebody_made_meanwhile_stands(files):
    lead = make_lead()

    def check():
        lead.refresh_from_db()
        leads.record_roster_check(
            case=lead, actor=department(), now=NOW, result=CheckResult.OUTSIDE, words="复函"
        )

    assert round_trip(files, meanwhile=check) == [(lead.public_id, Flag.NONE)]
    lead.refresh_from_db()
    assert lead.check_result == CheckResult.OUTSIDE


def test_a_committee_reads_no_answer_about_the_leads_of_others(files):
    make_lead()
    ask(files, department())
    answered(files.key, files.request, files.reply, now=NOW)

    with pytest.raises(NotPermitted):
        accepted(files.key, files.reply, files.flags, actor=committee(), now=NOW)
    assert not files.flags.exists()


def test_p12_an_answer_is_half_of_what_a_confirmation_needs():
    """P12: another office's yes is the roster check; the person's own word is still asked for."""
    assert missing_proof(StatementSays.MEMBER, CheckResult.COMPARED) == []
    assert missing_proof(None, CheckResult.COMPARED) == [LeadProof.STATEMENT]
    assert missing_proof(StatementSays.NOT_MEMBER, CheckResult.COMPARED) == [LeadProof.STATEMENT]


def digests_sent(files, key=IdentityKey.NAME_PHONE):
    _head, rows = open_request(files.key, files.request.read_bytes())
    return [row.digests.get(key) for row in rows]


def test_p10_who_said_no_is_in_no_request(files):
    """P10: a refusal leaves a digest; the row is sent as one that agrees with nobody."""
    lead = make_lead(state=LeadState.REFUSED)
    person = Person(lead.name, phone=lead.phone)
    other = Person("陶槐序", phone="13905710002")

    ask(files, people=rows_of(person, other, person))
    rows = open_request(files.key, files.request.read_bytes())[1]
    answered(files.key, files.request, files.reply, person, other, now=NOW)
    back = accepted(files.key, files.reply, files.flags, now=NOW)

    assert back == [("1", Flag.NONE), ("2", Flag.POSSIBLE), ("3", Flag.NONE)]
    assert len(set(digests_sent(files))) == 3
    assert {frozenset(row.digests) for row in rows} == {
        frozenset({IdentityKey.NAME_PHONE, IdentityKey.SOUND_PHONE})
    }


def test_p20_protected_members_are_in_no_request(files):
    """P20: on the asking side."""
    member = make_known_member()
    person = Person(member.name, id_number=member.id_number, phone=member.phone)
    before = flags_for(files, person, roster=[person])
    leads.protect_member(actor=department(), member=member, now=NOW)

    assert before == [("1", Flag.SAME)]
    assert flags_for(files, person, roster=[person]) == [("1", Flag.NONE)]


def bare(member, **known):
    """The member as another office writes people down: without the whole number or a phone."""
    return Person(member.name, **known)


def ways_without_number(member):
    four, born = member.id_number[-4:], member.born_on.isoformat()
    return [
        bare(member, last_four=four, branch="一支部"),
        bare(member, id_number=f"{member.id_number[:6]}********{four}", branch="一支部"),
        bare(member, born_on=born, branch="一支部"),
    ]


@pytest.mark.parametrize("way", range(3))
def test_p20_protected_members_are_known_without_their_number(files, way):
    """P20, XC-8: by the name with the last four, masked or not, or with the birth date."""
    member = make_known_member()
    person = ways_without_number(member)[way]
    before = flags_for(files, person, roster=[person])
    leads.protect_member(actor=department(), member=member, now=NOW)

    assert before == [("1", Flag.SAME)]
    assert flags_for(files, person, roster=[person]) == [("1", Flag.NONE)]


def test_p10_who_said_no_is_known_without_a_number(files):
    """P10, XC-8: by the name with what the lead's number shows."""
    lead = make_lead(id_number="330106********1234", state=LeadState.REFUSED)
    same = Person(lead.name, last_four="1234", branch="一支部")
    other = Person(lead.name, last_four="1235", branch="一支部")

    assert flags_for(files, same, other, roster=[same, other]) == [
        ("1", Flag.NONE),
        ("2", Flag.SAME),
    ]


def test_a_namesake_of_the_day_with_a_number_of_their_own_is_asked_about(files):
    member = make_known_member()
    born = member.born_on.strftime("%Y%m%d")
    number = member.id_number[:6] + born + "0013"
    namesake = Person(member.name, id_number=number[:17] + check_digit(number[:17]))
    leads.protect_member(actor=department(), member=member, now=NOW)

    assert flags_for(files, namesake, roster=[namesake]) == [("1", Flag.SAME)]


@pytest.mark.parametrize("from_file", [True, False])
def test_p20_protected_members_are_in_no_answer(files, from_file):
    """P20: on the answering side, whichever roster it answers from."""
    member = make_known_member()
    person = Person(member.name, id_number=member.id_number, phone=member.phone)
    roster = [person] if from_file else None
    ask(files, people=rows_of(person))
    leads.protect_member(actor=department(), member=member, now=NOW)
    request = answering.look(actor=OPERATOR, key=files.key, sealed=files.request.read_bytes())

    counts = answering.answer(
        actor=OPERATOR,
        key=files.key,
        request=request,
        target=files.reply,
        now=NOW,
        roster=roster,
    )

    assert counts == {Flag.NONE: 1}


def flags_for(files, *people, roster):
    ask(files, people=[PersonRow(str(n), person) for n, person in enumerate(people, 1)])
    answered(files.key, files.request, files.reply, *roster, now=NOW)
    return accepted(files.key, files.reply, files.flags, now=NOW)
