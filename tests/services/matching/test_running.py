"""The comparison: who goes in, what comes out, what is left out (MT-3 to MT-5)."""

from dataclasses import fields, replace

import pytest

from tests.factories import (
    TODAY,
    actor_as,
    make_business,
    make_district,
    make_organisation,
)
from tests.factories.matching import NOW, id_number, make_owner, make_task, make_tie, make_twins
from xgz.engines import linkage
from xgz.models import Job, MatchPair, MemberWorkplace, NotSame, OwnerTie, RefusalDigest, sealing
from xgz.models.fields import new_public_id
from xgz.queries.lead_identity import LeadIdentity, refusal_digests
from xgz.queries.owner_ties import ties_of_member
from xgz.rules.jobs import JobState
from xgz.rules.linkage.identities import Identities
from xgz.rules.linkage.verdicts import Verdict
from xgz.rules.matching import Decision, MatchPurpose, TaskState
from xgz.rules.members import MemberClass, MembershipStatus
from xgz.rules.registration import BusinessStatus
from xgz.rules.roles import Role
from xgz.services import matching
from xgz.services.jobs import JobRun, claim, run_job
from xgz.services.leads import protect_member
from xgz.services.matching import running

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ended_windows(monkeypatch):
    monkeypatch.setattr("xgz.queries.matching.ended_among", lambda areas, today: set(areas))


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def department(district):
    return actor_as(Role.ORG_DEPT, district.org_dept)


@pytest.fixture
def village(district):
    return make_organisation(district.qingping)


def compared(department, district, **values):
    """Run a task over 清平镇 and return it."""
    task = make_task(district.qingping, state=TaskState.READY, finished_at=None, **values)
    matching.start_task(actor=department, task=task, now=NOW)
    task.refresh_from_db()
    return task


def works_at(member, business, capacity, **values):
    """Let the roster name a business for a member, in a capacity."""
    public_id = new_public_id()
    MemberWorkplace.objects.create(
        public_id=public_id,
        member=member,
        business=business,
        capacity_sealed=sealing.seal("workplace.capacity", public_id, capacity),
        **values,
    )


def tied(task):
    return {pair.ends for pair in task.pairs.all()}


def test_a_member_and_an_owner_with_one_number_are_a_pair(district, department, village):
    member, business = make_twins(village, district.qingping)

    task = compared(department, district)

    pair = task.pairs.get()
    assert (task.state, task.found, task.compared_members, task.compared_owners) == (
        TaskState.DONE,
        1,
        1,
        1,
    )
    assert pair.ends == (member.public_id, business.public_id)
    assert (pair.verdict, pair.decision) == (Verdict.SAME, Decision.OPEN)
    assert "一致" in pair.reason


@pytest.mark.parametrize(
    "change",
    [
        {"status": MembershipStatus.MOVED_OUT},
        {"status": MembershipStatus.LOST_CONTACT},
        {"member_class": MemberClass.ACTIVIST},
    ],
)
def test_only_party_members_in_ordinary_standing_go_in(district, department, village, change):
    member, _business = make_twins(village, district.qingping)
    type(member).objects.update(**change)

    assert compared(department, district).compared_members == 0


def test_only_living_businesses_of_the_townships_go_in(district, department, village):
    make_twins(village, district.liuquan)
    _member, ended = make_twins(village, district.qingping)
    type(ended).objects.filter(pk=ended.pk).update(status=BusinessStatus.CANCELLED)
    make_business(township=district.qingping, owner_name="")

    assert compared(department, district).compared_owners == 0


def test_the_engine_is_given_six_columns_and_nothing_else(
    district, department, village, monkeypatch
):
    make_twins(village, district.qingping)
    seen = []

    def fake(roster, register, *, progress=None):
        seen.extend([roster, register])
        progress("compare", 1.0)
        return iter(())

    monkeypatch.setattr(linkage, "link", fake)

    compared(department, district)

    assert all(type(each) is Identities for each in seen)
    assert [field.name for field in fields(Identities)] == [
        "name",
        "sex",
        "born_on",
        "id_number",
        "phone",
        "address",
    ]


def test_what_the_roster_names_itself_is_recognised_and_not_asked(district, department, village):
    member, business = make_twins(village, district.qingping)
    works_at(member, business, "经营者")

    task = compared(department, district)

    assert (task.found, task.known) == (0, 1)
    assert [tie.business for tie in ties_of_member(member.public_id, TODAY)] == [business.public_id]
    again = compared(department, district)
    assert (again.found, again.known, again.compared_owners) == (0, 0, 0)


def test_the_rows_of_ties_do_not_stand_in_the_order_of_the_register(district, department, village):
    for _ in range(5):
        works_at(*make_twins(village, district.qingping), "经营者")

    compared(department, district)

    digests = list(OwnerTie.objects.order_by("pk").values_list("business_digest", flat=True))
    assert len(digests) == 5
    assert digests == sorted(digests)


def test_what_one_purpose_knows_keeps_no_other_from_its_comparison(district, department, village):
    member, business = make_twins(village, district.qingping)
    make_tie(member, business, MatchPurpose.BELONG)

    task = compared(department, district)

    pair = task.pairs.get()
    matching.decide(
        actor=department, pair=pair, decision=Decision.YES, version=0, purpose="find", now=NOW
    )
    matching.carry_out(actor=department, task=task, purpose="find", now=NOW)
    assert set(OwnerTie.objects.values_list("purpose", flat=True)) == {"belong", "find"}
    assert compared(department, district).compared_owners == 0


@pytest.mark.parametrize("capacity", ["", "员工", "店员"])
def test_who_merely_works_there_is_asked(district, department, village, capacity):
    member, business = make_twins(village, district.qingping)
    works_at(member, business, capacity)

    task = compared(department, district)

    assert (task.found, task.known, OwnerTie.objects.count()) == (1, 0, 0)


def test_who_is_only_possibly_the_owner_is_asked(district, department, village, monkeypatch):
    member, business = make_twins(village, district.qingping)
    works_at(member, business, "负责人")
    real = linkage.link

    def doubting(roster, register, *, progress):
        for each in real(roster, register, progress=progress):
            yield replace(each, verdict=Verdict.POSSIBLE)

    monkeypatch.setattr(linkage, "link", doubting)

    task = compared(department, district)

    assert (task.found, task.known, OwnerTie.objects.count()) == (1, 0, 0)


def test_a_workplace_that_ended_is_not_what_the_roster_names(district, department, village):
    member, business = make_twins(village, district.qingping)
    works_at(member, business, "经营者", valid_to=TODAY.replace(day=1))

    assert compared(department, district).found == 1


def test_no_is_remembered_across_tasks(district, department, village):
    make_twins(village, district.qingping)
    task = compared(department, district)
    pair = task.pairs.get()
    matching.decide(
        actor=department, pair=pair, decision=Decision.NO, version=0, purpose="find", now=NOW
    )

    assert compared(department, district).found == 0


def test_another_number_brings_the_question_back(district, department, village):
    member, business = make_twins(village, district.qingping)
    task = compared(department, district)
    matching.decide(
        actor=department,
        pair=task.pairs.get(),
        decision=Decision.NO,
        version=0,
        purpose="find",
        now=NOW,
    )
    number = id_number(777)
    for row, column in ((member, "member.id_number"), (business, "business.owner_id")):
        name = f"{column.split('.')[1]}_sealed"
        value = sealing.seal(column, row.public_id, number)
        type(row).objects.filter(pk=row.pk).update(**{name: value})

    assert compared(department, district).found == 1


def test_later_comes_back(district, department, village):
    make_twins(village, district.qingping)
    task = compared(department, district)
    matching.decide(
        actor=department,
        pair=task.pairs.get(),
        decision=Decision.LATER,
        version=0,
        purpose="find",
        now=NOW,
    )

    assert compared(department, district).found == 1


@pytest.mark.parametrize("side", ["member", "owner"])
def test_who_refused_is_left_out_on_either_side(district, department, village, side):
    """The two are one by number, and only one of them has the phone of the refusal."""
    member, business = make_twins(village, district.qingping)
    other = sealing.seal("business.phone", business.public_id, "13900009999")
    type(business).objects.filter(pk=business.pk).update(phone_sealed=other)
    phone = member.phone if side == "member" else "13900009999"
    who = LeadIdentity.of(name=member.name, phone=phone, id_number="", place="")
    for digest in refusal_digests([who]):
        RefusalDigest.objects.create(digest=digest, refused_on=TODAY)

    task = compared(department, district)

    assert (task.compared_members, task.found, task.known) == (1, 0, 0)
    assert not NotSame.objects.exists()


def test_who_is_protected_does_not_even_go_in(district, department, village):
    member, _business = make_twins(village, district.qingping)
    protect_member(actor=department, member=member, now=NOW)

    task = compared(department, district)

    assert (task.compared_members, task.found) == (0, 0)


def test_pairs_stand_in_turn_same_first_and_those_of_one_member_together(
    district, department, village, monkeypatch
):
    weak, _shop = make_twins(village, district.qingping)
    member, _first = make_twins(village, district.qingping)
    make_owner(district.qingping, owner_name=member.name, owner_id=member.id_number)
    real = linkage.link

    def doubting(roster, register, *, progress):
        """Find what is found, but be sure of the first member nowhere."""
        for each in real(roster, register, progress=progress):
            yield replace(each, verdict=Verdict.POSSIBLE) if each.roster_row == 0 else each

    monkeypatch.setattr(linkage, "link", doubting)

    task = compared(department, district)

    order = [pair.ends[0] for pair in task.pairs.order_by("turn")]
    verdicts = [pair.verdict for pair in task.pairs.order_by("turn")]
    assert verdicts == [Verdict.SAME, Verdict.SAME, Verdict.POSSIBLE]
    assert order == [member.public_id, member.public_id, weak.public_id]
    assert [pair.turn for pair in task.pairs.order_by("pk")] == [1, 2, 3]


def test_a_job_that_runs_twice_writes_its_pairs_once(district, department, village, settings):
    settings.JOBS_AT_ONCE = False
    make_twins(village, district.qingping)
    task = make_task(district.qingping, state=TaskState.READY, finished_at=None)
    matching.start_task(actor=department, task=task, now=NOW)
    job = claim(worker="one", now=NOW)
    run_job(job, lambda: NOW)
    Job.objects.update(state=JobState.RUNNING)
    task.refresh_from_db()
    before = task.finished_at, task.version

    running.run_queued(run=JobRun(Job.objects.get(), lambda: NOW))

    task.refresh_from_db()
    assert task.pairs.count() == 1
    assert (task.finished_at, task.version) == before


def test_a_cancelled_run_leaves_no_pair(district, department, village, settings, monkeypatch):
    settings.JOBS_AT_ONCE = False
    make_twins(village, district.qingping)
    task = make_task(district.qingping, state=TaskState.READY, finished_at=None)
    matching.start_task(actor=department, task=task, now=NOW)
    job = claim(worker="one", now=NOW)
    matching.cancel_task(actor=department, task=task, now=NOW)

    run_job(job, lambda: NOW)

    job.refresh_from_db()
    task.refresh_from_db()
    assert (task.state, task.pairs.count()) == (TaskState.READY, 0)


def test_a_run_that_is_cancelled_in_the_engine_ends_there(
    district, department, village, settings, monkeypatch
):
    settings.JOBS_AT_ONCE = False
    make_twins(village, district.qingping)
    task = make_task(district.qingping, state=TaskState.READY, finished_at=None)
    matching.start_task(actor=department, task=task, now=NOW)
    job = claim(worker="one", now=NOW)
    real = linkage.link

    def cancelling(*sides, progress):
        matching.cancel_task(actor=department, task=task, now=NOW)
        yield from real(*sides, progress=progress)

    monkeypatch.setattr(linkage, "link", cancelling)

    run_job(job, lambda: NOW)

    job.refresh_from_db()
    task.refresh_from_db()
    assert (job.state, task.state) == (JobState.CANCELLED, TaskState.READY)
    assert not MatchPair.objects.exists()


def test_a_fault_of_the_engine_shows_on_the_task(district, department, village, monkeypatch):
    make_twins(village, district.qingping)

    def broken(*sides, progress):
        raise ValueError("方柏梁")

    monkeypatch.setattr(linkage, "link", broken)

    task = compared(department, district)

    job = Job.objects.get()
    assert (task.state, job.state, job.fault) == (TaskState.FAILED, JobState.FAILED, "ValueError")
    assert not OwnerTie.objects.exists()


def test_what_was_taken_away_meanwhile_stops_the_run(
    district, department, village, settings, monkeypatch
):
    settings.JOBS_AT_ONCE = False
    make_twins(village, district.qingping)
    task = make_task(district.qingping, state=TaskState.READY, finished_at=None)
    matching.start_task(actor=department, task=task, now=NOW)
    monkeypatch.setattr("xgz.queries.matching.ended_among", lambda areas, today: set())

    run_job(claim(worker="one", now=NOW), lambda: NOW)

    task.refresh_from_db()
    assert (task.state, task.pairs.count()) == (TaskState.FAILED, 0)
