"""Decisions on pairs, taking them back, and carrying them out (MT-5 to MT-7)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.factories import (
    TODAY,
    actor_as,
    make_coverage,
    make_district,
    make_organisation,
)
from tests.factories.matching import NOW, id_number, make_pair, make_task, make_tie, make_twins
from xgz.models import (
    AuditEntry,
    MatchingNotice,
    MatchPair,
    NotSame,
    OwnerTie,
    sealing,
)
from xgz.queries import matching as reads
from xgz.queries.match_pairs import sheet_of
from xgz.queries.owner_ties import owned_businesses, settled_businesses, ties_for
from xgz.rules.leads import LeadSource
from xgz.rules.matching import LEAD_WITHIN, Decision, TaskState
from xgz.rules.roles import Role
from xgz.services import matching
from xgz.services.matching import handing_out

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def department(district):
    return actor_as(Role.ORG_DEPT, district.org_dept)


@pytest.fixture
def village(district):
    return make_organisation(district.qingping)


@pytest.fixture
def task(district):
    return make_task(district.qingping)


@pytest.fixture
def leads(monkeypatch):
    opened = []
    monkeypatch.setattr(handing_out, "open_lead", lambda actor, draft, *, now: opened.append(draft))
    return opened


def say(actor, pair, decision, **values):
    given = {"version": pair.version, "purpose": "find"} | values
    matching.decide(actor=actor, pair=pair, decision=decision, now=NOW, **given)


def carry_out(actor, task):
    task.refresh_from_db()
    told = matching.carry_out(actor=actor, task=task, purpose="find", now=NOW)
    handing_out.hand_out_leads(now=NOW + LEAD_WITHIN)
    return told


@pytest.mark.parametrize("decision", [Decision.YES, Decision.NO, Decision.LATER])
@pytest.mark.parametrize("before", list(Decision))
def test_every_decision_from_every_state(district, department, village, task, before, decision):
    pair = make_pair(task, *make_twins(village, district.qingping), decision=before)

    if before in {Decision.OPEN, Decision.LATER}:
        say(department, pair, decision)
        assert (pair.decision, pair.decided_by, pair.version) == (decision, department.user, 1)
        assert NotSame.objects.exists() is (decision is Decision.NO)
    else:
        with pytest.raises(matching.PairChanged):
            say(department, pair, decision)
        pair.refresh_from_db()
        assert pair.decision == before


def test_of_two_who_decide_at_once_the_second_is_told(district, department, village, task):
    pair = make_pair(task, *make_twins(village, district.qingping))
    shown_before = MatchPair.objects.get(pk=pair.pk)
    say(department, pair, Decision.LATER)

    with pytest.raises(matching.PairChanged):
        say(department, shown_before, Decision.YES)


@pytest.mark.parametrize("purpose", ["", "form"])
def test_no_decision_without_the_purpose(district, department, village, task, purpose):
    pair = make_pair(task, *make_twins(village, district.qingping))

    with pytest.raises((matching.PurposeMissing, matching.OtherPurpose)):
        say(department, pair, Decision.YES, purpose=purpose)

    pair.refresh_from_db()
    assert pair.decision == Decision.OPEN


@pytest.mark.parametrize("decision", [Decision.YES, Decision.NO, Decision.LATER])
def test_any_decision_is_taken_back(district, department, village, task, decision):
    first = make_pair(task, *make_twins(village, district.qingping))
    say(department, first, decision)
    say(department, make_pair(task, *make_twins(village, district.qingping)), Decision.YES)

    matching.undo(actor=department, pair=first, version=first.version, purpose="find", now=NOW)

    assert (first.decision, first.decided_at, first.decided_by) == (Decision.OPEN, None, None)
    assert not NotSame.objects.exists()
    assert reads.counted(task) == reads.Counted(open=1, yes=1)


@pytest.mark.parametrize("purpose", ["", "form"])
def test_nothing_is_taken_back_without_the_purpose(district, department, village, task, purpose):
    pair = make_pair(task, *make_twins(village, district.qingping))
    say(department, pair, Decision.NO)

    with pytest.raises((matching.PurposeMissing, matching.OtherPurpose)):
        matching.undo(actor=department, pair=pair, version=1, purpose=purpose, now=NOW)

    assert NotSame.objects.exists()
    assert AuditEntry.objects.filter(action="matching.read", outcome="refused").count() == 1


def test_an_open_pair_and_an_old_version_are_not_taken_back(district, department, village, task):
    pair = make_pair(task, *make_twins(village, district.qingping))
    with pytest.raises(matching.PairChanged):
        matching.undo(actor=department, pair=pair, version=0, purpose="find", now=NOW)
    say(department, pair, Decision.NO)

    with pytest.raises(matching.PairChanged):
        matching.undo(actor=department, pair=pair, version=0, purpose="find", now=NOW)

    assert NotSame.objects.exists()


def test_an_owner_is_at_most_one_member_also_across_tasks(district, department, village, task):
    member, business = make_twins(village, district.qingping)
    other, _own = make_twins(village, district.qingping)
    say(department, make_pair(task, member, business), Decision.YES)
    rival = make_pair(make_task(district.qingping), other, business)

    with pytest.raises(matching.OwnerTaken):
        say(department, rival, Decision.YES)

    say(department, rival, Decision.NO)
    assert rival.decision == Decision.NO


def test_the_database_itself_refuses_two_members_for_an_owner(district, village, task):
    member, business = make_twins(village, district.qingping)
    other, _own = make_twins(village, district.qingping)
    make_pair(task, member, business, decision=Decision.YES)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_pair(task, other, business, decision=Decision.YES)


def test_a_member_may_own_several_businesses(district, department, village, task, leads):
    member, business = make_twins(village, district.qingping)
    _other, second = make_twins(village, district.qingping)
    for owned in (business, second):
        say(department, make_pair(task, member, owned), Decision.YES)

    carry_out(department, task)

    assert settled_businesses("find", TODAY) == {business.public_id, second.public_id}


def test_a_yes_carried_out_ties_the_owner_and_hands_out_a_lead(
    district, department, village, task, leads
):
    member, business = make_twins(village, district.qingping)
    say(department, make_pair(task, member, business), Decision.YES)

    assert carry_out(department, task) == 1

    assert OwnerTie.objects.get().ends == (member.public_id, business.public_id)
    assert not task.pairs.exists()
    (draft,) = leads
    assert (draft.source, draft.area, draft.business) == (
        LeadSource.MATCHING,
        district.qingping,
        business,
    )
    assert (draft.name, draft.id_number) == (member.name, member.id_number)
    assert "党员" not in draft.note


@pytest.mark.parametrize("change", ["owner", "rolls", "home", "account"])
def test_what_changed_before_its_moment_counts(district, department, village, task, leads, change):
    member, business = make_twins(village, district.qingping)
    say(department, make_pair(task, member, business), Decision.YES)
    task.refresh_from_db()
    matching.carry_out(actor=department, task=task, purpose="find", now=NOW)
    if change == "owner":
        type(business).objects.filter(pk=business.pk).update(owner_name="甘棠", owner_id_sealed="")
    elif change == "rolls":
        type(member).objects.filter(pk=member.pk).update(status="moved_out")
    elif change == "home":
        make_coverage(village, business=business)
    else:
        type(department.user).objects.filter(pk=department.user.pk).update(is_active=False)

    handing_out.hand_out_leads(now=NOW + LEAD_WITHIN)

    assert bool(leads) is (change == "account")  # the clock opens it then


def test_of_an_owner_tied_meanwhile_nothing_is_told(district, department, village, task, leads):
    member, business = make_twins(village, district.qingping)
    other, _own = make_twins(village, district.qingping)
    say(department, make_pair(task, member, business), Decision.YES)
    make_tie(other, business)

    assert carry_out(department, task) == 0

    task.refresh_from_db()
    assert (task.confirmed, task.told, leads) == (0, 0, [])
    assert OwnerTie.objects.get().ends == (other.public_id, business.public_id)


@pytest.mark.parametrize("link", ["formal_org", "activity_org"])
@pytest.mark.parametrize("way", ["covers", "market line", "association"])
def test_who_is_managed_here_becomes_no_lead(district, department, task, leads, link, way):
    guide = {"market line": district.qingping_office, "association": district.association}
    home = make_organisation(district.qingping, guiding_body=guide.get(way))
    member, business = make_twins(None, district.qingping)
    type(member).objects.filter(pk=member.pk).update(**{link: home})
    if way == "covers":
        make_coverage(home, business=business)
    say(department, make_pair(task, member, business), Decision.YES)

    assert carry_out(department, task) == 0

    assert leads == []
    assert OwnerTie.objects.exists()


def test_a_no_carried_out_leaves_its_digest_alone(district, department, village, task, leads):
    say(department, make_pair(task, *make_twins(village, district.qingping)), Decision.NO)

    assert carry_out(department, task) == 0

    assert (NotSame.objects.count(), MatchPair.objects.count()) == (1, 0)
    assert not OwnerTie.objects.exists()
    assert leads == []
    task.refresh_from_db()
    assert (task.confirmed, task.rejected, task.told) == (0, 1, 0)


def test_what_waits_stays_and_a_second_time_there_is_nothing(
    district, department, village, task, leads
):
    later = make_pair(task, *make_twins(village, district.qingping))
    say(department, later, Decision.LATER)
    say(department, make_pair(task, *make_twins(village, district.qingping)), Decision.YES)
    carry_out(department, task)

    with pytest.raises(matching.NothingDecided):
        carry_out(department, task)

    assert list(task.pairs.all()) == [later]
    assert len(leads) == 1


def test_of_two_who_carry_out_at_once_one_does(district, department, village, task, leads):
    say(department, make_pair(task, *make_twins(village, district.qingping)), Decision.YES)
    task.refresh_from_db()
    seen_before = type(task).objects.get(pk=task.pk)
    carry_out(department, task)

    with pytest.raises(matching.TaskChanged):
        matching.carry_out(actor=department, task=seen_before, purpose="find", now=NOW)

    assert len(leads) == 1


@pytest.mark.parametrize("state", [s for s in TaskState if s is not TaskState.DONE])
def test_only_a_finished_task_is_carried_out(district, department, village, task, leads, state):
    make_pair(task, *make_twins(village, district.qingping), decision=Decision.YES)
    type(task).objects.update(state=state)

    with pytest.raises((matching.TaskChanged, matching.OtherPurpose)):
        carry_out(department, task)

    assert leads == []


def test_a_member_taken_off_the_roster_meanwhile_becomes_nothing(
    district, department, village, task, leads
):
    member, business = make_twins(village, district.qingping)
    say(department, make_pair(task, member, business), Decision.YES)
    type(member).objects.filter(pk=member.pk).update(status="moved_out")

    assert carry_out(department, task) == 0

    assert not OwnerTie.objects.exists()


@pytest.mark.parametrize(("leads_here", "heard"), [(0, 0), (2, 0), (3, 5), (7, 5), (8, 10)])
def test_the_market_line_hears_a_rounded_number_of_its_own_place(
    district, department, village, task, leads, leads_here, heard
):
    for _ in range(leads_here):
        say(department, make_pair(task, *make_twins(village, district.qingping)), Decision.YES)
    say(department, make_pair(task, *make_twins(village, district.qingping)), Decision.NO)

    carry_out(department, task)

    told = dict(MatchingNotice.objects.values_list("body", "about"))
    assert told == {district.bureau.pk: heard, district.qingping_office.pk: heard}


def test_the_queue_shows_fresh_pairs_first_then_those_put_off(district, department, village, task):
    first, second = (make_pair(task, *make_twins(village, district.qingping)) for _ in range(2))
    say(department, first, Decision.LATER)

    assert reads.next_pair(task) == second
    assert reads.next_pair(task, after=second) == first
    say(department, second, Decision.NO)
    assert reads.next_pair(task) == first
    assert reads.next_pair(task, after=first) is None


def test_another_owner_is_another_question(district, department, village, task, leads):
    """The shop changed hands while the pair waited: it is shown and carried out no more."""
    member, business = make_twins(village, district.qingping)
    pair = make_pair(task, member, business)
    assert sheet_of(pair, department) is not None
    say(department, pair, Decision.YES)
    type(business).objects.filter(pk=business.pk).update(owner_name="甘棠")

    assert sheet_of(pair, department) is None
    assert carry_out(department, task) == 0
    assert not OwnerTie.objects.exists()


def test_a_number_that_becomes_known_keeps_the_tie_and_another_one_ends_it(district, village):
    member, business = make_twins(village, district.qingping)
    rows = type(business).objects.filter(pk=business.pk)

    def number(value):
        sealed = sealing.seal("business.owner_id", business.public_id, value)
        rows.update(owner_id_sealed=sealed)
        matching.sweep_matching(now=NOW)
        return OwnerTie.objects.exists()

    rows.update(owner_id_sealed=sealing.seal("business.owner_id", business.public_id, ""))
    business.refresh_from_db()
    make_tie(member, business)

    assert number(id_number(901))
    assert number("")
    assert number(id_number(901))
    assert not AuditEntry.objects.filter(action="matching.drop_ties").exists()
    assert not number(id_number(902))
    assert AuditEntry.objects.filter(action="matching.drop_ties").count() == 1


@pytest.mark.parametrize("days", [0, 1])
def test_a_tie_ends_with_its_task(district, department, village, days):
    """The day of expiry is still good; after it nobody reads the tie, and it is deleted."""
    member, business = make_twins(village, district.qingping)
    make_tie(member, business, expires_on=TODAY - timedelta(days=days))
    holds = days == 0

    assert bool(ties_for("find", TODAY)) is holds
    assert owned_businesses(member, department) == [business] * holds
    assert bool(settled_businesses("find", TODAY)) is holds
    matching.sweep_matching(now=NOW)

    assert OwnerTie.objects.exists() is holds


@pytest.mark.parametrize("purpose", ["find", "belong"])
def test_an_owner_tied_to_another_member_is_taken_for_every_purpose(
    district, department, village, task, purpose
):
    member, business = make_twins(village, district.qingping)
    other, _own = make_twins(village, district.qingping)
    make_tie(other, business, purpose)

    with pytest.raises(matching.OwnerTaken):
        say(department, make_pair(task, member, business), Decision.YES)


@pytest.mark.parametrize("change", ["owner", "business gone", "member gone", "nothing"])
def test_a_tie_ends_with_its_owner(district, village, change):
    member, business = make_twins(village, district.qingping)
    make_tie(member, business)
    if change == "owner":
        number = sealing.seal("business.owner_id", business.public_id, id_number(901))
        type(business).objects.filter(pk=business.pk).update(owner_id_sealed=number)
    elif change != "nothing":
        (business if change == "business gone" else member).delete()

    matching.sweep_matching(now=NOW)

    assert OwnerTie.objects.exists() is (change == "nothing")
