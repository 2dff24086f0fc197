"""The comparison itself, a job: read both sides, compare, keep the pairs a clerk has to see (MT-3).

It may be run again after any of its statements: pairs are written once, with the end of the task.
"""

from datetime import datetime

from xgz.access.actor import Actor, clock_actor
from xgz.access.clock import day_of
from xgz.access.matching import comparable_businesses, comparable_members, require_task
from xgz.models import MatchingTask, MatchPair, sealing
from xgz.models.fields import new_public_id
from xgz.models.matching import business_digest, member_digest, owner_digests, sealed_tie
from xgz.models.outage import outage_of
from xgz.queries.held_back import protected_among
from xgz.queries.matching import missing_now
from xgz.queries.owner_ties import settled_businesses
from xgz.rules.linkage.links import Link
from xgz.rules.linkage.wording import reason
from xgz.rules.matching import TaskAction, TaskState, in_turn, pairs_end_on
from xgz.services import audit
from xgz.services.jobs import JobCancelled, JobHopeless, JobPostponed, JobRun, LeaseLost
from xgz.services.jobs.pacing import giving_way
from xgz.services.leads.turns import turn_to_find
from xgz.services.matching.faults import TaskChanged, TaskIncomplete
from xgz.services.matching.identities import People, register_people, roster_people
from xgz.services.matching.sorting import Asked, Found, sorted_out, without_left_alone
from xgz.services.matching.tasks import move
from xgz.services.matching.ties import tie_owner
from xgz.services.transactions import unit

_BATCH = 200
_READ, _SORTED, _COMPARED, _WHOLE = 20, 40, 95, 100  # hundredths of the work when each part is over


def run_queued(*, run: JobRun) -> None:
    """Compare as the task of a job asks; a task that was cancelled or has run is left alone."""
    task = MatchingTask.objects.get(public_id=run.job.subject)
    if task.state != TaskState.RUNNING:
        return
    try:
        with giving_way():
            compare(run=run, task=task)
    except (JobCancelled, LeaseLost, JobPostponed):
        raise
    except TaskChanged:
        return  # somebody cancelled it while it was being written
    except Exception as fault:  # whoever started it sees so and starts it again
        if outage_of(fault) is None:
            fail_task(task=task, now=run.now())
            raise JobHopeless from fault
        raise


def compare(*, run: JobRun, task: MatchingTask) -> None:
    """Compare the roster with the owners of the task's townships and end the task.

    Raises NotPermitted, TaskIncomplete where something it rests on is gone meanwhile, JobCancelled,
    LeaseLost.
    """
    actor = run.actor()
    require_task(actor, task)
    missing = missing_now(task, run.today)
    if missing:
        raise TaskIncomplete(missing)
    roster, register = _read(run, actor, task)
    found = sorted_out(_links(run, roster, register), roster, register, run.today)
    run.progress(_COMPARED, _WHOLE)
    with unit():
        turn_to_find()
        found = without_left_alone(found, roster, register)
        _write(task, found, roster, register, run)
        audit.record(
            actor=actor,
            action="matching.finish",
            subject_type="matching",
            subject_id=task.public_id,
            now=run.now(),
            fields={"pairs": len(found.asked)},
        )
        run.finish()


def _read(run: JobRun, actor: Actor, task: MatchingTask) -> tuple[People, People]:
    """Read both sides; nobody protected and no owner who is confirmed already is even unsealed."""
    members = comparable_members(actor)
    roster = roster_people(
        members,
        lambda: run.progress(_READ // 4, _WHOLE),
        leave_out=protected_among(set(members.values_list("public_id", flat=True))),
    )
    register = register_people(
        comparable_businesses(actor, task),
        lambda: run.progress(_READ // 2, _WHOLE),
        leave_out=settled_businesses(task.purpose, run.today),
    )
    return roster, register


def _links(run: JobRun, roster: People, register: People) -> list[Link]:
    def tell(part: str, share: float) -> None:
        begins, ends = (_READ, _SORTED) if part == "read" else (_SORTED, _COMPARED)
        run.progress(begins + int((ends - begins) * share), _WHOLE)

    if not (len(roster) and len(register)):
        return []
    # The engine computes with arrays: loaded by the worker that compares, not by the site.
    from xgz.engines.linkage import link

    return list(link(roster.identities(), register.identities(), progress=tell))


def fail_task(*, task: MatchingTask, now: datetime) -> None:
    """Note that a comparison ended without pairs; somebody may start it again. By the clock."""
    with unit():
        move(task, TaskAction.FAIL)
        audit.record(
            actor=clock_actor(day_of(now)),
            action="matching.fail",
            subject_type="matching",
            subject_id=task.public_id,
            now=now,
        )


def _write(task: MatchingTask, found: Found, roster: People, register: People, run: JobRun) -> None:
    """Write the pairs in their turn, tie what the roster says itself, and end the task."""
    day = day_of(run.now())
    pairs = [_pair(task, asked, roster, register) for asked in found.asked]
    turns = in_turn([(pair.verdict, pair.member_digest, at) for at, pair in enumerate(pairs)])
    for turn, at in enumerate(turns, 1):
        pairs[at].turn = turn
    MatchPair.objects.filter(task=task).delete()
    # In the order of the queue: the order of the rows tells nothing of the register's.
    MatchPair.objects.bulk_create([pairs[at] for at in turns], batch_size=_BATCH)
    # The order of the rows must not be the register's: it would tell which business each is about.
    for each in sorted(
        found.known, key=lambda link: business_digest(register.public_ids[link.registry_row])
    ):
        tie_owner(
            member=roster.public_ids[each.roster_row],
            business=register.public_ids[each.registry_row],
            owner=owner_digests(
                business=register.public_ids[each.registry_row],
                name=register.name[each.registry_row],
                id_number=register.id_number[each.registry_row],
            ),
            purpose=task.purpose,
            today=day,
            expires_on=task.expires_on or day,
        )
    move(
        task,
        TaskAction.FINISH,
        finished_at=run.now(),
        pairs_until=pairs_end_on(task.expires_on or day, day),
        compared_members=len(roster),
        compared_owners=len(register),
        found=len(pairs),
        known=len(found.known),
    )


def _pair(task: MatchingTask, asked: Asked, roster: People, register: People) -> MatchPair:
    public_id = new_public_id()
    member = roster.public_ids[asked.link.roster_row]
    business = register.public_ids[asked.link.registry_row]
    words = reason(asked.link.evidence)
    return MatchPair(
        public_id=public_id,
        task=task,
        turn=0,
        tie_sealed=sealed_tie("match_pair.tie", public_id, member=member, business=business),
        reason_sealed=sealing.seal("match_pair.reason", public_id, words),
        verdict=asked.link.verdict,
        member_digest=member_digest(member),
        business_digest=business_digest(business),
        pair_digest=asked.digest,
    )
