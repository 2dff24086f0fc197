"""Leads: opening once, sending, visiting, proving, placing, saying no."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.factories import TODAY, make_district, make_market, make_organisation, make_report
from tests.factories import transfers as transfer_world
from tests.factories.closures import make_shop, the_district
from tests.factories.district import actor_as, make_user
from tests.factories.leads import (
    a_number,
    a_phone,
    an_instructor,
    arguments_for,
    give_proof,
    instructor_of,
    make_draft,
    make_known_member,
    make_lead,
    make_transferred,
    party_actor,
)
from tests.factories.matching import make_pair, make_task, make_tie, make_twins
from tests.services.cases.kinds import audit_of, moment, written
from xgz.access.actor import NotPermitted, clock_actor, shell_operator
from xgz.access.cases import owner_seat
from xgz.access.leads import visible_leads
from xgz.models import (
    Business,
    CaseEvent,
    InstructorLink,
    Lead,
    LeadVisit,
    MatchPair,
    Member,
    MemberWorkplace,
    OwnerTie,
    RefusalDigest,
    RoleAssignment,
    SealedList,
)
from xgz.models.sealed_lists import DECLARED_OWNERS, sealed_ids
from xgz.queries.lead_identity import found_member
from xgz.queries.leads import RosterQuery, roster_candidates, suggested_instructor
from xgz.rules.cases import StepNotAllowed
from xgz.rules.leads import (
    CheckResult,
    LeadAction,
    LeadProof,
    LeadSource,
    LeadState,
    Placement,
    ProofMissing,
    StatementKind,
    StatementSays,
    VisitKind,
    VisitOutcome,
)
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.rules.transfers import TransferAction
from xgz.services import leads
from xgz.services.cases import ChangedMeanwhile
from xgz.services.cases.owning import assign_case
from xgz.services.leads import opening

pytestmark = pytest.mark.django_db

NOW = moment()
CLOCK = clock_actor(TODAY)


def opened(**values):
    return leads.open_lead(CLOCK, make_draft(**values), now=NOW)


def test_a_new_lead_lies_with_the_township_and_is_sealed():
    shop = make_shop(the_district())
    lead = opened(business=shop, name="柏长青", phone="13900001111", note="在后厨")

    assert owner_seat(lead) == Seat(Role.TOWNSHIP_COMMITTEE, lead.area_id)
    assert (lead.state, lead.source, lead.name) == (LeadState.NEW, LeadSource.HINT, "柏长青")
    assert lead.subject == shop.name
    clear = " ".join(str(value) for value in Lead.objects.filter(pk=lead.pk).values_list().get())
    for value in ("柏长青", "13900001111", "在后厨", "hint"):
        assert value not in clear


def test_its_number_belongs_to_no_series():
    first, second = make_lead(), make_lead()

    assert first.number == f"线索-{first.public_id[:8].upper()}"
    assert second.number != first.number


@pytest.mark.parametrize(
    "again",
    [
        {"id_number": "360999196804025010"},
        {"name": " 柏 长青", "phone": "+86 139 0000 2222"},
    ],
    ids=["number", "name and phone"],
)
def test_the_same_person_is_not_opened_twice_wherever(again):
    shop = make_shop(the_district())
    known = {"name": "柏长青", "phone": "13900002222", "id_number": "360999196804025010"}
    assert opened(business=shop, **known) is not None

    elsewhere = {"place": "liuquan", "name": "", "phone": ""} | again

    assert opened(**elsewhere) is None
    assert Lead.objects.count() == 1


def test_the_same_name_at_the_same_place_is_one_lead_while_it_is_open():
    shop = make_shop(the_district())
    lead = opened(business=shop, name="柏长青", phone="")

    assert opened(business=shop, name="柏长青", phone="") is None
    assert opened(business=shop, name="柏长明", phone="") is not None
    assert opened(name="柏长青", phone="") is not None
    leads.move_away(case=lead, actor=party_actor(lead, "township"), now=NOW, opinion="已搬走")
    assert opened(business=shop, name="柏长青", phone="") is not None


def test_without_a_name_one_lead_a_place_and_source():
    shop = make_shop(the_district())
    assert opened(business=shop, name="", phone="") is not None

    assert opened(business=shop, name="", phone="") is None
    assert opened(business=shop, name="", phone="", source=LeadSource.PATROL) is not None


def test_a_township_is_no_place_namesakes_and_notes_without_a_name_stay_apart():
    """Without a business a second patrol note, or a namesake, is a lead of its own."""
    note = {"business": None, "name": "", "phone": "", "source": LeadSource.PATROL}
    for again in (note, note, note | {"name": "柏长青"}, note | {"name": "柏长青"}):
        assert opened(**again) is not None


def test_without_a_name_the_phone_tells_leads_apart():
    shop, phone = make_shop(the_district()), a_phone()
    assert opened(business=shop, name="", phone=phone) is not None

    assert opened(business=shop, name="", phone=a_phone()) is not None
    assert opened(business=None, name="", phone=phone, source=LeadSource.PATROL) is None


def test_a_no_in_a_township_holds_no_namesake_of_it_back():
    lead = opened(business=None, name="柏长青")
    leads.refuse(case=lead, actor=party_actor(lead, "township"), now=NOW)

    assert opened(business=None, name="柏长青", phone=lead.phone) is None
    assert opened(business=None, name="柏长青") is not None
    assert opened(business=None, name="柏长青", phone="") is not None


def test_masked_numbers_make_nobody_the_same():
    masked = {"name": "", "phone": "", "id_number": "330106********1234"}

    assert opened(**masked) is not None
    assert opened(**masked) is not None


def test_the_database_itself_holds_a_second_lead_of_one_person_off():
    lead = make_lead(id_number=a_number())
    other = make_lead()

    with pytest.raises(IntegrityError), transaction.atomic():
        Lead.objects.filter(pk=other.pk).update(id_digest=lead.id_digest)


def test_somebody_who_said_no_is_never_opened_again_by_any_of_the_keys():
    shop, number, phone = make_shop(the_district()), a_number(), a_phone()
    lead = opened(business=shop, name="柏长青", phone=phone, id_number=number)
    leads.refuse(case=lead, actor=party_actor(lead, "township"), now=NOW)
    leads.sweep_leads(now=NOW + timedelta(hours=24))
    assert not Lead.objects.exists()

    assert opened(name="", phone="", id_number=number) is None
    assert opened(name="柏长青", phone=phone) is None
    assert opened(business=shop, name="柏长青", phone="") is None
    assert opened(name="柏长青", phone=a_phone()) is not None  # a namesake


@pytest.mark.parametrize(
    ("refused", "asked", "is_same"),
    [
        ("柏长青", "", True),
        ("", "柏长青", True),
        ("", "", True),
        ("柏长青", "柏长明", False),  # two who share a phone
    ],
)
def test_a_phone_alone_is_the_same_person_where_one_has_no_name(refused, asked, is_same):
    phone = a_phone()
    lead = opened(name=refused, phone=phone)
    leads.refuse(case=lead, actor=party_actor(lead, "township"), now=NOW)
    leads.sweep_leads(now=NOW + timedelta(hours=24))

    assert (opened(name=asked, phone=phone) is None) is is_same
    assert opened(name=asked, phone=a_phone()) is not None


@pytest.mark.parametrize("known_by", ["number", "phone", "neither"])
@pytest.mark.parametrize("way", ["refuse", "protect"])
def test_pairs_and_ties_of_who_said_no_or_is_protected_go(way, known_by):
    district = the_district()
    village = make_organisation(district.qingping)
    member, business = make_twins(village, district.qingping, name="柏长青")
    other, shop = make_twins(village, district.qingping, name="甘棠")
    task = make_task(district.qingping)
    for person, place in ((member, business), (other, shop)):
        make_tie(person, place)
        make_pair(task, person, place)
    make_pair(task, other, business)  # of the same owner
    if way == "protect":
        department = actor_as(Role.ORG_DEPT, district.org_dept)
        leads.protect_member(actor=department, member=member, now=NOW)
    else:
        known = {
            "number": {"phone": "", "id_number": member.id_number},
            "phone": {"phone": member.phone, "id_number": ""},
            "neither": {"phone": "", "id_number": ""},
        }[known_by]
        lead = opened(business=business, name="柏长青", **known)
        leads.refuse(case=lead, actor=party_actor(lead, "township"), now=NOW)

    left = {(other.public_id, shop.public_id)}
    assert {tie.ends for tie in OwnerTie.objects.all()} == left
    beside = {(other.public_id, business.public_id)} if way == "protect" else set()
    assert {pair.ends for pair in MatchPair.objects.all()} == left | beside


def test_the_tie_of_an_owner_stays_when_somebody_else_there_says_no():
    district = the_district()
    member, business = make_twins(make_organisation(district.qingping), district.qingping)
    make_tie(member, business)
    lead = opened(business=business, name="甘棠", phone=a_phone())

    leads.refuse(case=lead, actor=party_actor(lead, "township"), now=NOW)

    assert OwnerTie.objects.get().ends == (member.public_id, business.public_id)


def test_refusing_twice_keeps_one_digest_of_each():
    lead = make_lead()
    leads.refuse(case=lead, actor=party_actor(lead, "township"), now=NOW)
    before = RefusalDigest.objects.count()

    assert before == 3  # name and phone, name and place, phone
    with pytest.raises(StepNotAllowed):
        leads.refuse(case=lead, actor=party_actor(lead, "township"), now=NOW)
    assert RefusalDigest.objects.count() == before


def test_a_withdrawn_self_report_takes_its_lead_along():
    lead = make_lead(state=LeadState.ASSIGNED, source=LeadSource.SELF_REPORT)

    leads.close_as_withdrawn(lead, now=NOW)
    leads.close_as_withdrawn(lead, now=NOW)  # a second time changes nothing
    again = Lead.objects.get(pk=lead.pk)

    assert lead.state == LeadState.REFUSED
    leads.sweep_leads(now=NOW + timedelta(hours=24))
    assert not Lead.objects.exists()
    leads.close_as_withdrawn(again, now=NOW)  # whoever still holds it hears of no fault


@pytest.mark.parametrize("state", [LeadState.RULED_OUT, LeadState.MOVED_AWAY])
def test_a_withdrawal_after_the_end_deletes_at_once(state):
    lead = make_lead(state=state, source=LeadSource.SELF_REPORT)

    leads.close_as_withdrawn(lead, now=NOW)

    assert not Lead.objects.exists()
    assert leads.open_lead(CLOCK, make_draft(name=lead.name, phone=lead.phone), now=NOW) is None


@pytest.mark.parametrize(
    ("role", "body", "here", "there"),
    [
        (Role.ORG_DEPT, "org_dept", True, True),
        (Role.TOWNSHIP_COMMITTEE, "qingping", True, False),
        (Role.STATION_HEAD, "qingping_office", True, False),
        (Role.INSTRUCTOR, "qingping_office", True, False),
        (Role.BUREAU, "bureau", False, False),
        (Role.SOCIAL_WORK_DEPT, "social_work", False, False),
        (Role.ASSOCIATION, "association", False, False),
    ],
)
def test_who_may_open_where(role, body, here, there):
    district = the_district()
    actor = actor_as(role, getattr(district, body))

    for place, allowed in (("qingping", here), ("liuquan", there)):
        draft = make_draft(place)
        if allowed:
            assert leads.open_lead(actor, draft, now=NOW) is not None
            continue
        with pytest.raises(NotPermitted):
            leads.open_lead(actor, draft, now=NOW)


def test_a_lead_lies_in_a_township_and_not_in_the_future():
    district = make_district()
    operator = shell_operator(TODAY)

    with pytest.raises((leads.NoTownship, NotPermitted)):
        leads.open_lead(CLOCK, make_draft(area=district.bureau), now=NOW)
    with pytest.raises(leads.DayNotPossible):
        leads.open_lead(operator, make_draft(source_on=TODAY + timedelta(days=1)), now=NOW)
    assert leads.open_lead(operator, make_draft(source_on=TODAY), now=NOW) is not None


def test_business_and_market_lie_in_the_township_of_the_lead():
    district = the_district()
    there = make_shop(district, place="liuquan")
    market = make_market(township=district.liuquan)

    for values in ({"business": there}, {"business": None, "market": market}):
        with pytest.raises(leads.OtherTownship):
            opened(**values)
        assert leads.open_lead(CLOCK, make_draft("liuquan", **values), now=NOW) is not None
    nowhere = make_shop(district)
    Business.objects.filter(pk=nowhere.pk).update(township=None)
    nowhere.refresh_from_db()
    assert opened(business=nowhere) is not None


def test_the_linked_instructor_is_suggested():
    lead = make_lead()
    first, linked = an_instructor(lead), an_instructor(lead)
    assert suggested_instructor(lead, TODAY) is None

    link = InstructorLink.objects.create(
        instructor=linked, station=lead.business.office, business=lead.business, valid_from=TODAY
    )

    assert suggested_instructor(lead, TODAY).user == linked
    assert suggested_instructor(lead, TODAY - timedelta(days=1)) is None
    link.valid_to = TODAY
    link.save()
    assert suggested_instructor(lead, TODAY + timedelta(days=1)) is None
    assert first != linked


def test_only_instructors_of_an_office_that_serves_the_township_are_sent():
    lead, district = make_lead(), the_district()
    committee = party_actor(lead, "township")
    wrong = [
        make_user(Role.INSTRUCTOR, district.liuquan_office),
        make_user(Role.INSTRUCTOR, district.bureau),
        make_user(Role.STATION_HEAD, district.qingping_office),
    ]
    before = written(lead)

    for person in wrong:
        with pytest.raises(leads.NotAnInstructorHere):
            leads.assign(case=lead, actor=committee, now=NOW, assignee=person)

    assert written(lead) == before


def test_whoever_is_not_sent_any_longer_loses_sight():
    lead = make_lead(state=LeadState.ASSIGNED)
    former, committee = instructor_of(lead), party_actor(lead, "township")
    assert lead in visible_leads(former)

    leads.reassign(case=lead, actor=committee, now=NOW, assignee=an_instructor(lead))

    assert lead not in visible_leads(former)
    assert lead in visible_leads(instructor_of(lead))


def test_giving_back_takes_it_out_of_the_stations_sight():
    lead = make_lead(state=LeadState.ASSIGNED)
    former = instructor_of(lead)
    head = actor_as(Role.STATION_HEAD, lead.station)

    leads.give_back(case=lead, actor=former, now=NOW, opinion="不归本所")

    assert (lead.state, lead.station, lead.instructor) == (LeadState.NEW, None, None)
    assert lead not in visible_leads(former)
    assert lead not in visible_leads(head)


def test_the_head_hands_it_to_another_instructor_of_the_station():
    lead = make_lead(state=LeadState.ASSIGNED)
    former, head = instructor_of(lead), actor_as(Role.STATION_HEAD, lead.station)
    second = an_instructor(lead)

    assign_case(actor=head, case=lead, of=lead, assignee=second, now=NOW)

    assert lead.instructor == lead.assignee == second
    assert lead not in visible_leads(former)
    assert lead in visible_leads(instructor_of(lead))


def test_inside_the_committee_handing_it_on_names_no_instructor():
    lead = make_lead()
    committee = party_actor(lead, "township")
    clerk = make_user(Role.TOWNSHIP_COMMITTEE, lead.area)

    assign_case(actor=committee, case=lead, of=lead, assignee=clerk, now=NOW)

    assert (lead.assignee, lead.instructor) == (clerk, None)


def test_a_visit_that_met_nobody_leaves_the_lead_with_the_instructor():
    lead = make_lead(state=LeadState.ASSIGNED)
    actor, due = instructor_of(lead), lead.due_on
    missed = leads.Visit(VisitOutcome.NOT_MET, VisitKind.PHONE, TODAY - timedelta(days=1))

    leads.record_visit(case=lead, actor=actor, now=NOW, visit=missed, opinion="电话没接")

    assert (lead.state, lead.due_on, lead.instructor) == (LeadState.ASSIGNED, due, actor.user)
    visit = LeadVisit.objects.get()
    assert (visit.outcome, visit.kind, visit.note) == ("not_met", "phone", "电话没接")
    assert visit.visited_on == TODAY - timedelta(days=1)
    assert audit_of(lead, action="lead.not_met").count() == 1


@pytest.mark.parametrize("outcome", [VisitOutcome.SPOKE, VisitOutcome.CLOSED])
def test_any_other_visit_hands_it_to_the_committee(outcome):
    lead = make_lead(state=LeadState.ASSIGNED)
    actor = instructor_of(lead)

    leads.record_visit(
        case=lead, actor=actor, now=NOW, visit=leads.Visit(outcome), opinion="见面了"
    )

    assert lead.state == LeadState.VISITED
    assert lead in visible_leads(actor)  # still the one who was sent
    assert lead.visits.get().note == "见面了"
    assert "见面了" not in [event.opinion for event in CaseEvent.objects.all()]


def test_a_visit_is_not_to_come():
    lead = make_lead(state=LeadState.ASSIGNED)
    before = written(lead)

    with pytest.raises(leads.DayNotPossible):
        leads.record_visit(
            case=lead,
            actor=instructor_of(lead),
            now=NOW,
            visit=leads.Visit(on=TODAY + timedelta(days=1)),
        )

    assert written(lead) == before
    assert not LeadVisit.objects.exists()


def say(lead, actor, says=StatementSays.MEMBER, **values):
    leads.record_statement(
        case=lead, actor=actor, now=NOW, kind=StatementKind.IN_PERSON, says=says, **values
    )


def check(lead, actor, result=CheckResult.OUTSIDE, **values):
    if result is CheckResult.OUTSIDE:
        values = {"words": "老家镇党委复函"} | values
    leads.record_roster_check(case=lead, actor=actor, now=NOW, result=result, **values)


def test_p12_a_confirmation_needs_statement_and_roster_check():
    lead = make_lead(state=LeadState.VISITED)
    actor = party_actor(lead, "township")
    for record, missing in (
        (lambda: None, [LeadProof.STATEMENT, LeadProof.ROSTER_CHECK]),
        (lambda: say(lead, actor), [LeadProof.ROSTER_CHECK]),
        (lambda: check(lead, actor, CheckResult.NOT_FOUND), [LeadProof.ROSTER_CHECK]),
        (lambda: check(lead, actor), None),
        (lambda: say(lead, actor, StatementSays.NOT_MEMBER), [LeadProof.STATEMENT]),
        (lambda: say(lead, actor), None),
    ):
        record()
        if missing is None:
            continue
        with pytest.raises(ProofMissing) as refused:
            leads.confirm(case=lead, actor=actor, now=NOW)
        assert refused.value.missing == missing
        lead.refresh_from_db()
        assert lead.state == LeadState.VISITED

    leads.confirm(case=lead, actor=actor, now=NOW)

    assert (lead.state, lead.confirmed_on) == (LeadState.CONFIRMED, TODAY)


@pytest.mark.parametrize("words", ["", " ", "\u200b"])
def test_p12_a_relation_outside_is_proven_by_who_confirmed_it(words):
    lead = make_lead(state=LeadState.VISITED)
    actor, before = party_actor(lead, "township"), written(lead)

    with pytest.raises(leads.WordsMissing):
        check(lead, actor, words=words)

    assert written(lead) == before
    check(lead, actor, CheckResult.NOT_FOUND, words=words)


@pytest.mark.parametrize("column", ["stated_on", "checked_on", "confirmed_on"])
def test_p12_the_database_itself_holds_an_unproven_member_off(column):
    lead = make_lead(state=LeadState.CONFIRMED)

    with pytest.raises(IntegrityError), transaction.atomic():
        Lead.objects.filter(pk=lead.pk).update(**{column: None})


def test_p12_a_statement_taken_back_meanwhile_is_not_passed_over():
    """The confirmation of a page read before the statement changed is refused."""
    lead = make_lead(state=LeadState.VISITED)
    give_proof(lead)
    actor, page = party_actor(lead, "township"), Lead.objects.get(pk=lead.pk)
    say(lead, actor, StatementSays.NOT_MEMBER)

    with pytest.raises(ChangedMeanwhile):
        leads.confirm(case=page, actor=actor, now=NOW)

    assert Lead.objects.get(pk=lead.pk).state == LeadState.VISITED


def test_a_verified_self_report_is_the_persons_statement():
    lead = make_lead(source=LeadSource.SELF_REPORT)
    actor = party_actor(lead, "township")

    leads.statement_of_person(lead=lead, actor=actor, stated_on=TODAY, now=NOW, words="清平一支部")

    assert (lead.statement_says, lead.statement) == (StatementSays.MEMBER, "清平一支部")
    check(lead, actor)
    leads.confirm(case=lead, actor=actor, now=NOW)
    assert lead.state == LeadState.CONFIRMED


def test_the_roster_is_compared_inside_the_organization_line_alone():
    lead = make_lead(state=LeadState.ASSIGNED)
    head = actor_as(Role.STATION_HEAD, lead.station)
    stranger = actor_as(Role.TOWNSHIP_COMMITTEE, the_district().liuquan)
    before = written(lead)

    for actor in (instructor_of(lead), head, stranger):
        with pytest.raises(NotPermitted):
            check(lead, actor)

    assert written(lead) == before


def test_a_statement_is_written_down_by_whoever_works_on_the_lead():
    lead = make_lead(state=LeadState.ASSIGNED)
    say(lead, instructor_of(lead), words="转来三年了")
    assert lead.statement == "转来三年了"
    # Both seats are held, so nobody above answers for them.
    party_actor(lead, "township")
    actor_as(Role.STATION_HEAD, lead.station)
    before = written(lead)

    for actor in (
        actor_as(Role.INSTRUCTOR, lead.station),
        actor_as(Role.TOWNSHIP_COMMITTEE, the_district().liuquan),
        actor_as(Role.ORG_DEPT, the_district().org_dept),
    ):
        with pytest.raises(NotPermitted):
            say(lead, actor)

    assert written(lead) == before


def test_found_names_a_member_and_nothing_else_does():
    lead = make_lead(state=LeadState.VISITED)
    actor, member = party_actor(lead, "township"), make_known_member(name=lead.name)

    with pytest.raises(leads.MemberNotNamed):
        check(lead, actor, CheckResult.FOUND)
    with pytest.raises(leads.MemberNotNamed):
        check(lead, actor, CheckResult.NOT_FOUND, member=member)
    check(lead, actor, CheckResult.FOUND, member=member)

    assert (found_member(lead), lead.check_result) == (member, CheckResult.FOUND)
    check(lead, actor, CheckResult.NOT_FOUND)
    assert found_member(lead) is None


def test_whoever_visited_may_write_the_statement_down_afterwards():
    lead = make_lead(state=LeadState.VISITED)
    visitor, committee = instructor_of(lead), party_actor(lead, "township")
    colleague = actor_as(Role.INSTRUCTOR, lead.station)

    say(lead, visitor, words="转来三年了")
    assert lead.statement == "转来三年了"
    with pytest.raises(NotPermitted):
        say(lead, colleague)
    leads.reassign(case=lead, actor=committee, now=NOW, assignee=an_instructor(lead))
    with pytest.raises(NotPermitted):
        say(lead, visitor)


def test_somebody_of_another_name_is_the_person_only_where_that_is_said_with_the_reason():
    lead = make_lead(state=LeadState.VISITED, name="王秀蓝")
    actor, stranger = party_actor(lead, "township"), make_known_member(name="张花")
    before = written(lead)

    for half in ({}, {"is_same_person": True}, {"words": "曾用名"}):
        with pytest.raises(leads.NameDiffers):
            check(lead, actor, CheckResult.FOUND, member=stranger, **half)
    assert written(lead) == before
    check(lead, actor, CheckResult.FOUND, member=stranger, is_same_person=True, words="曾用名张花")

    assert (found_member(lead), lead.check_words) == (stranger, "曾用名张花")
    check(lead, actor, CheckResult.FOUND, member=make_known_member(name="王秀兰"))


@pytest.mark.parametrize("state", [LeadState.CONFIRMED, LeadState.PLACED, LeadState.RULED_OUT])
def test_proofs_of_a_confirmed_or_closed_lead_stay(state):
    lead = make_lead(state=state)
    actor = party_actor(lead, "township")
    before = written(lead)

    with pytest.raises(StepNotAllowed):
        say(lead, actor)
    with pytest.raises(StepNotAllowed):
        check(lead, actor)
    assert written(lead) == before


def test_a_stale_page_writes_no_proof():
    lead = make_lead(state=LeadState.VISITED)
    actor = party_actor(lead, "township")
    before = written(lead)

    with pytest.raises(ChangedMeanwhile):
        say(lead, actor, version=lead.version - 1)
    with pytest.raises(ChangedMeanwhile):
        check(lead, actor, version=lead.version - 1)

    assert written(lead) == before


class TestRoster:
    def test_by_the_whole_number(self):
        number = a_number()
        member = make_known_member(id_number=number, name="方柏梁")

        (found,) = roster_candidates(RosterQuery(number=number))

        assert (found.member, found.name) == (member, "方柏梁")
        assert found.number == f"{number[:6]}********{number[-4:]}"
        assert roster_candidates(RosterQuery(number=a_number())) == []

    def test_without_a_number_by_name_and_birth_or_branch_and_last_four(self):
        member = make_known_member(name="方柏梁")
        namesake = make_known_member(name="方柏梁", born_on=TODAY.replace(year=1970))
        branch = member.formal_org.name
        last = member.id_number[-4:].lower()

        by_birth = roster_candidates(RosterQuery(name="方 柏梁", born_on=member.born_on))
        by_branch = roster_candidates(RosterQuery(name="方柏梁", branch=branch, last_four=last))

        assert [each.member for each in by_birth] == [member]
        assert [each.member for each in by_branch] == [member]
        assert namesake not in [each.member for each in by_birth]
        wrong = RosterQuery(name="方柏梁", branch=branch, last_four="0000")
        assert roster_candidates(wrong) == []

    def test_by_name_and_phone(self):
        phone = a_phone()
        member = make_known_member(name="方柏梁", phone=phone)
        make_known_member(name="方柏栋", phone=phone)

        (found,) = roster_candidates(RosterQuery(name="方柏梁", phone=f"+86 {phone}"))

        assert found.member == member
        assert roster_candidates(RosterQuery(name="方柏梁", phone=a_phone())) == []

    @pytest.mark.parametrize(
        "query",
        [
            RosterQuery(phone="13900001111"),
            RosterQuery(name="方柏梁", phone="139****1111"),
            RosterQuery(),
            RosterQuery(name="方柏梁"),
            RosterQuery(name="方柏梁", branch="支部"),
            RosterQuery(name="方柏梁", branch="支部", last_four="123"),
            RosterQuery(born_on=TODAY),
        ],
    )
    def test_less_is_not_asked(self, query):
        make_known_member(name="方柏梁")

        assert not query.is_enough
        assert roster_candidates(query) == []


class TestPlacing:
    def confirmed(self, member=None):
        lead = make_lead(state=LeadState.VISITED)
        give_proof(lead, member)
        actor = party_actor(lead, "township")
        leads.confirm(case=lead, actor=actor, now=NOW)
        return lead, actor

    def put(self, lead, actor, how, host=None):
        leads.place(case=lead, actor=actor, now=NOW, place=leads.Place(how, host))

    def test_by_a_transfer_that_is_under_way(self):
        member = make_known_member()
        lead, actor = self.confirmed(member)
        with pytest.raises(leads.TransferMissing):
            self.put(lead, actor, Placement.TRANSFER)

        make_transferred(lead, member)
        self.put(lead, actor, Placement.TRANSFER)

        assert (lead.state, lead.placement) == (LeadState.PLACED, Placement.TRANSFER)
        assert lead.transfer.member == member

    def test_not_by_a_transfer_that_was_taken_back(self):
        member = make_known_member()
        lead, actor = self.confirmed(member)
        make_transferred(lead, member)
        transfer_world.take(member.transfers.get(), TransferAction.WITHDRAW)

        with pytest.raises(leads.TransferMissing):
            self.put(lead, actor, Placement.TRANSFER)

    def test_by_floating_registration_with_a_host_of_the_own_area(self):
        member = make_known_member()
        lead, actor = self.confirmed(member)
        host, other = make_organisation(lead.area), make_organisation(the_district().liuquan)
        for wrong in (None, other):
            with pytest.raises(leads.HostMissing):
                self.put(lead, actor, Placement.FLOATING, wrong)

        self.put(lead, actor, Placement.FLOATING, host)

        member = Member.objects.get(pk=member.pk)
        assert (member.is_floating, member.activity_org, member.flow_to) == (True, host, host.name)
        assert lead.host_org == host

    def test_somebody_who_is_not_on_the_roster_does_not_float_before_being_entered(self):
        """Else the lead would count as managed, and no roster row would say so."""
        lead, actor = self.confirmed()
        host, before = make_organisation(lead.area), written(lead)

        with pytest.raises(leads.MemberNotEntered):
            self.put(lead, actor, Placement.FLOATING, host)

        assert written(lead) == before
        leads.reconsider(case=lead, actor=actor, now=NOW, opinion="已录入名册")
        check(lead, actor, CheckResult.FOUND, member=make_known_member(name=lead.name))
        leads.confirm(case=lead, actor=actor, now=NOW)
        self.put(lead, actor, Placement.FLOATING, host)
        assert found_member(lead).activity_org == host

    def test_a_joint_branch_needs_a_business_or_market(self):
        lead, actor = self.confirmed()
        Lead.objects.filter(pk=lead.pk).update(business=None)
        lead.refresh_from_db()
        with pytest.raises(leads.BusinessMissing):
            self.put(lead, actor, Placement.JOINT)

        Lead.objects.filter(pk=lead.pk).update(market=make_market(township=lead.area))
        lead.refresh_from_db()
        self.put(lead, actor, Placement.JOINT)

        assert lead.state == LeadState.PLACED


class TestDeclarations:
    def declare(self, shop, *, owner="", **values):
        report = make_report(shop, owner_is_member=owner, **values)
        if owner == "yes":
            row, _made = SealedList.objects.get_or_create(name=DECLARED_OWNERS)
            row.value_sealed = sealed_ids(row.public_id, [report.pk])
            row.save()

    def made(self, actor=None):
        actor = actor or actor_as(Role.ORG_DEPT, the_district().org_dept)
        count = leads.leads_from_declarations(actor=actor, now=NOW)
        return count, list(Lead.objects.order_by("pk"))

    def test_an_owner_whom_no_roster_row_names(self):
        shop = make_shop(the_district(), owner_name="许一宁")
        self.declare(shop, owner="yes", members_declared=1)

        count, (lead,) = self.made()

        assert count == 1
        assert (lead.name, lead.source, lead.is_inside) == ("许一宁", "unmatched_owner", True)
        assert (lead.business, lead.area) == (shop, shop.township)
        assert self.made()[0] == 0  # once

    def test_not_one_whom_a_roster_row_there_names(self):
        shop = make_shop(the_district(), owner_name="许一宁")
        self.declare(shop, owner="yes", members_declared=1)
        MemberWorkplace.objects.create(member=make_known_member(name="许一宁"), business=shop)

        assert self.made() == (0, [])

    def test_declared_members_without_an_organisation(self):
        shop = make_shop(the_district())
        self.declare(shop, members_declared=2)
        silent = make_shop(the_district())
        self.declare(silent, members_declared=0)

        count, (lead,) = self.made()

        assert (count, lead.business, lead.name) == (1, shop, "")
        assert lead.source == LeadSource.ANNUAL_REPORT

    def test_a_township_makes_those_of_its_own_area_the_market_line_none(self):
        for place in ("qingping", "liuquan"):
            self.declare(make_shop(the_district(), place=place), members_declared=1)

        count, (lead,) = self.made(actor_as(Role.TOWNSHIP_COMMITTEE, the_district().qingping))

        assert (count, lead.area) == (1, the_district().qingping)
        for role, body in ((Role.BUREAU, "bureau"), (Role.STATION_HEAD, "qingping_office")):
            with pytest.raises(NotPermitted):
                self.made(actor_as(role, getattr(the_district(), body)))

    def test_a_committee_is_not_flooded(self):
        for _ in range(3):
            self.declare(make_shop(the_district()), members_declared=1)
        actor = actor_as(Role.ORG_DEPT, the_district().org_dept)

        assert leads.leads_from_declarations(actor=actor, now=NOW, most=2) == 2
        assert leads.leads_from_declarations(actor=actor, now=NOW, most=2) == 1


def test_reconsidering_takes_the_confirmation_back():
    lead = make_lead(state=LeadState.CONFIRMED)

    leads.reconsider(case=lead, actor=party_actor(lead, "township"), now=NOW, opinion="核对有误")

    assert (lead.state, lead.confirmed_on) == (LeadState.VISITED, None)


def test_an_instructor_whose_role_ended_sees_and_does_nothing_any_more():
    lead = make_lead(state=LeadState.ASSIGNED)
    actor = instructor_of(lead)
    RoleAssignment.objects.filter(user=actor.user).update(valid_to=TODAY - timedelta(days=1))
    gone = instructor_of(lead)

    assert not visible_leads(gone).exists()
    with pytest.raises(NotPermitted):
        leads.ACTIONS[LeadAction.VISIT](
            case=lead, actor=gone, now=NOW, **arguments_for(LeadAction.VISIT, lead)
        )


def test_of_two_who_open_the_same_person_at_once_one_opens_and_both_hear_the_same(monkeypatch):
    """The second looks before the first has written; the table itself lets only one of them in."""
    draft = make_draft(id_number=a_number())
    first = leads.open_lead(CLOCK, draft, now=NOW)
    looks = iter([Lead.objects.none(), Lead.objects.all()])
    monkeypatch.setattr(opening, "same_leads", lambda _digests: next(looks))

    assert leads.open_lead(CLOCK, draft, now=NOW) is None
    assert list(Lead.objects.all()) == [first]
    assert CaseEvent.objects.count() == 1
