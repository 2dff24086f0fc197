"""Ending a confirmed owner that was a mistake, after it was carried out (MT-6)."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections

from tests.factories import (
    TODAY,
    actor_as,
    make_district,
    make_organisation,
    seat_of,
)
from tests.factories.matching import NOW, make_owner, make_pair, make_task, make_tie, make_twins
from xgz.access.actor import NotPermitted, actor_for
from xgz.models import AuditEntry, Lead, MemberWorkplace, NotSame, OwnerTie, sealing
from xgz.models.fields import new_public_id
from xgz.queries.owner_ties import tied_people, ties_between
from xgz.rules.leads import LeadState
from xgz.rules.matching import LEAD_WITHIN, Decision, MatchPurpose, TaskState, TieMistake
from xgz.rules.members import MembershipStatus
from xgz.rules.roles import Role
from xgz.services import matching
from xgz.services.leads import protect_member
from xgz.services.matching import handing_out

pytestmark = pytest.mark.django_db
SEATED = [role for role in Role if role not in {Role.ORG_DEPT, Role.BRANCH_SECRETARY}]


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def department(district):
    return actor_as(Role.ORG_DEPT, district.org_dept)


@pytest.fixture
def village(district):
    return make_organisation(district.qingping)


def untie(actor, tie, purpose="find", mistake=TieMistake.NAMESAKE):
    return matching.untie_owner(actor=actor, tie=tie, mistake=mistake, purpose=purpose, now=NOW)


def compared(department, district):
    """Run a task over 清平镇 and return it."""
    task = make_task(district.qingping, state=TaskState.READY, finished_at=None)
    matching.start_task(actor=department, task=task, now=NOW)
    task.refresh_from_db()
    return task


def carried_out(department, district, member, business):
    """Say yes to a pair and carry it out; return the tie, whose lead waits."""
    task = make_task(district.qingping)
    pair = make_pair(task, member, business)
    matching.decide(
        actor=department, pair=pair, decision=Decision.YES, version=0, purpose="find", now=NOW
    )
    task.refresh_from_db()
    assert matching.carry_out(actor=department, task=task, purpose="find", now=NOW) == 1
    return OwnerTie.objects.get()


@pytest.mark.parametrize("mistake", list(TieMistake))
def test_the_tie_goes_and_a_no_is_remembered(district, department, village, mistake):
    member, business = make_twins(village, district.qingping)
    digest = make_pair(make_task(district.qingping), member, business).pair_digest
    tie = make_tie(member, business)

    assert untie(department, tie, mistake=mistake) is False

    assert not OwnerTie.objects.exists()
    assert list(NotSame.objects.values_list("digest", "decided_at")) == [(digest, NOW)]


def test_the_trail_names_the_tie_and_nobody(district, department, village):
    member, business = make_twins(village, district.qingping, name="石有余")
    tie = make_tie(member, business)

    untie(department, tie, mistake=TieMistake.TOLD)

    row = AuditEntry.objects.get(action="matching.untie")
    assert (row.actor, row.subject_type, row.subject_id) == (
        department.user,
        "owner_tie",
        tie.public_id,
    )
    assert row.fields == {"reason": sealing.digest("audit.owner_tie.reason", "told")}
    written = repr(list(AuditEntry.objects.values()))
    for clear in (member.name, member.public_id, business.public_id, business.name):
        assert clear not in written


def test_the_ties_of_another_purpose_and_of_another_shop_stay(district, department, village):
    member, business = make_twins(village, district.qingping)
    tie = make_tie(member, business)
    other = make_tie(member, business, MatchPurpose.FORM)
    second = make_tie(member, make_owner(district.qingping, owner_name=member.name))

    untie(department, tie)

    assert set(OwnerTie.objects.all()) == {other, second}


def test_a_lead_that_waits_is_not_opened(district, department, village):
    tie = carried_out(department, district, *make_twins(village, district.qingping))
    assert tie.lead_at is not None

    assert untie(department, tie) is True

    handing_out.hand_out_leads(now=NOW + LEAD_WITHIN)
    assert not Lead.objects.exists()


def test_a_lead_that_was_opened_is_left_alone(district, department, village):
    tie = carried_out(department, district, *make_twins(village, district.qingping))
    handing_out.hand_out_leads(now=NOW + LEAD_WITHIN)

    assert untie(department, tie) is False

    assert [lead.state for lead in Lead.objects.all()] == [LeadState.NEW]


@pytest.mark.parametrize("named", [False, True], ids=["asked before", "named by the roster"])
def test_the_next_comparison_neither_asks_nor_ties_again(
    district, department, village, monkeypatch, named
):
    """A no outweighs what the roster says, else its own statement would tie the two again."""
    monkeypatch.setattr("xgz.queries.matching.ended_among", lambda areas, today: set(areas))
    member, business = make_twins(village, district.qingping)
    if named:
        capacity, public_id = "经营者", new_public_id()
        MemberWorkplace.objects.create(
            public_id=public_id,
            member=member,
            business=business,
            capacity_sealed=sealing.seal("workplace.capacity", public_id, capacity),
        )
        before = compared(department, district)
        assert (before.found, before.known) == (0, 1)
    else:
        make_tie(member, business)
    untie(department, OwnerTie.objects.get())

    task = compared(department, district)

    assert (task.compared_owners, task.found, task.known) == (1, 0, 0)
    assert not OwnerTie.objects.exists()


def test_the_owner_may_be_confirmed_as_somebody_else_then(district, department, village):
    member, business = make_twins(village, district.qingping)
    other, _own = make_twins(village, district.qingping)
    pair = make_pair(make_task(district.qingping), other, business)
    given = {"actor": department, "pair": pair, "version": 0, "purpose": "find", "now": NOW}
    tie = make_tie(member, business)
    with pytest.raises(matching.OwnerTaken):
        matching.decide(decision=Decision.YES, **given)

    untie(department, tie)

    matching.decide(decision=Decision.YES, **given)
    assert pair.decision == Decision.YES


@pytest.mark.parametrize(
    ("purpose", "days", "fault"),
    [
        ("", 0, matching.PurposeMissing),
        ("curiosity", 0, matching.PurposeMissing),
        ("form", 0, matching.OtherPurpose),
        ("find", 1, matching.OtherPurpose),
        ("find", 0, None),
    ],
    ids=["none", "no such", "another", "expired yesterday", "last day"],
)
def test_the_purpose_is_required_and_a_refusal_written_down(
    district, department, village, purpose, days, fault
):
    tie = make_tie(*make_twins(village, district.qingping), expires_on=TODAY - timedelta(days=days))

    if fault is None:
        untie(department, tie, purpose)
    else:
        with pytest.raises(fault):
            untie(department, tie, purpose)

    refused = AuditEntry.objects.filter(action="matching.read", outcome="refused")
    assert list(refused.values_list("subject_type", "subject_id")) == (
        [("owner_tie", tie.public_id)] if fault else []
    )
    assert OwnerTie.objects.exists() is (fault is not None)
    assert NotSame.objects.exists() is (fault is None)


@pytest.mark.parametrize("role", SEATED)
def test_nobody_but_the_department_ends_or_sees_a_tie(district, village, role):
    member, business = make_twins(village, district.qingping)
    tie = make_tie(member, business)
    links = {Role.MEMBER: {"member": member}, Role.OWNER: {"business": business}}
    actor = actor_as(role, seat_of(role, district), **links.get(role, {}))

    with pytest.raises(NotPermitted):
        untie(actor, tie)
    with pytest.raises(NotPermitted):
        matching.read_tie(actor=actor, tie=tie, purpose="find", now=NOW)

    assert ties_between([(member.public_id, business.public_id)], "find", actor) == {}
    assert list(OwnerTie.objects.all()) == [tie]
    assert not AuditEntry.objects.filter(action__startswith="matching.").exists()


def test_of_two_who_end_it_the_second_is_told(district, department, village):
    tie = make_tie(*make_twins(village, district.qingping))
    seen_before = OwnerTie.objects.get(pk=tie.pk)
    untie(department, tie)

    with pytest.raises(matching.TieGone):
        untie(department, seen_before)

    assert NotSame.objects.count() == 1
    assert AuditEntry.objects.filter(action="matching.untie").count() == 1


def test_a_tie_made_anew_is_another_one(district, department, village):
    """Who looked at the first does not end the second without having seen it."""
    member, business = make_twins(village, district.qingping)
    first = make_tie(member, business)
    OwnerTie.objects.all().delete()
    second = make_tie(member, business)

    with pytest.raises(matching.TieGone):
        untie(department, first)

    assert list(OwnerTie.objects.all()) == [second]


@pytest.mark.parametrize("change", ["another owner", "protected", "gone"])
def test_a_tie_that_holds_no_longer_is_not_ended_by_hand(district, department, village, change):
    """No no is remembered of an owner whom nobody compared, nor of a protected member."""
    member, business = make_twins(village, district.qingping)
    tie = make_tie(member, business)
    if change == "another owner":
        type(business).objects.filter(pk=business.pk).update(owner_name="甘棠")
    elif change == "protected":
        protect_member(actor=department, member=member, now=NOW)
    else:
        business.delete()

    assert tied_people([tie], department) == {}
    with pytest.raises(matching.TieGone):
        untie(department, tie)
    assert not NotSame.objects.exists()


def test_also_of_a_member_who_left_the_rolls(district, department, village):
    """Such a tie still keeps the owner from being confirmed as somebody else."""
    member, business = make_twins(village, district.qingping)
    tie = make_tie(member, business)
    type(member).objects.filter(pk=member.pk).update(status=MembershipStatus.MOVED_OUT)

    untie(department, tie)

    assert not OwnerTie.objects.exists()


def run_together(*works):
    """Run each work in a thread of its own, all beginning at one moment; return what they said."""
    gate, said = Barrier(len(works)), []

    def run(work):
        try:
            gate.wait()
            said.append(work())
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[work]) for work in works]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return said


@pytest.mark.django_db(transaction=True)
def test_race_of_four_clerks_one_ends_it():
    district = make_district()
    village = make_organisation(district.qingping)
    tie = make_tie(*make_twins(village, district.qingping))
    users = [actor_as(Role.ORG_DEPT, district.org_dept).user for _ in range(4)]

    def clerk(user):
        def end():
            try:
                untie(actor_for(user, TODAY), tie)
            except matching.TieGone:
                return "late"
            return "done"

        return end

    assert sorted(run_together(*map(clerk, users))) == ["done", "late", "late", "late"]
    assert NotSame.objects.count() == 1
    assert AuditEntry.objects.filter(action="matching.untie").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(3))
def test_race_with_the_opening_of_the_lead_tells_the_truth(turn):
    """Either the lead is opened and stays, or it waited and is never opened."""
    district = make_district()
    village = make_organisation(district.qingping)
    user = actor_as(Role.ORG_DEPT, district.org_dept).user
    tie = make_tie(
        *make_twins(village, district.qingping), lead_at=NOW - timedelta(hours=1), lead_by=user
    )

    def clerk():
        return untie(actor_for(user, TODAY), tie)

    (waited,) = [
        each
        for each in run_together(clerk, lambda: handing_out.hand_out_leads(now=NOW))
        if each is not None
    ]

    handing_out.hand_out_leads(now=NOW + LEAD_WITHIN)
    assert Lead.objects.exists() is not waited
    assert not OwnerTie.objects.exists()
