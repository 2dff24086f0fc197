"""Elections: the roll, who stands, what is found, whose term ends, the rows of lists."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, QuerySet

from xgz.access.actor import Actor
from xgz.access.elections import (
    nameable_members,
    openable_organisations,
    reads_people,
    visible_elections,
)
from xgz.access.prepared import One, record
from xgz.access.reading import once
from xgz.access.scopes import within
from xgz.models import (
    ElectionCandidate,
    ElectionVoter,
    Member,
    Organisation,
    TermElection,
)
from xgz.queries.parameters import parameters_on, work_limits_on
from xgz.rules.election_checks import (
    CandidateFacts,
    Finding,
    PlanFacts,
    ResultFacts,
    limits_of,
    plan_findings,
    result_findings,
)
from xgz.rules.election_counts import Ballots, Race, Tally, races_of
from xgz.rules.elections import (
    ElectionState,
    Reason,
    Sort,
    Standing,
    is_too_early,
    names_in,
)
from xgz.rules.masking import mask_name
from xgz.rules.members import ON_ROLLS, MemberClass
from xgz.rules.organisations import OrgState, OrgType, Post
from xgz.rules.worklists import last_noticed_term


@dataclass(frozen=True, slots=True)
class VoterRow:
    """One full member of the roll. name: as the actor reads it; standing: None until entered."""

    member: Member
    name: str
    in_clear: bool
    standing: Standing | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """One person who stands, or was written in. name: as the actor reads it (RV-5)."""

    row: ElectionCandidate
    name: str
    in_clear: bool
    is_entitled: bool

    @property
    def member(self) -> Member:
        return self.row.member


def full_members(organisation: Organisation) -> QuerySet[Member]:
    """Return the full members on the rolls of the organisation and of all below it (EL-3)."""
    below = within(organisation.body.path, "formal_org__body__path")
    return Member.objects.filter(
        below, status__in=ON_ROLLS, member_class=MemberClass.FULL
    ).order_by("born_on", "pk")


def excluded_members(case: TermElection) -> QuerySet[ElectionVoter]:
    """Return those of the roll that have no vote here or are not counted (EL-3)."""
    return ElectionVoter.objects.filter(election=case, standing=Standing.EXCLUDED)


def entitled_members(case: TermElection) -> QuerySet[Member]:
    """Return who is entitled to vote, by today's rolls and the marks in the file (EL-3)."""
    return full_members(case.organisation).exclude(pk__in=excluded_members(case).values("member"))


def voter_rows(case: TermElection, actor: Actor) -> list[VoterRow]:
    """Return the roll with who came and who did not; nobody to those who may not read it (EL-14).

    Who voted and has left the roll since stays listed.
    """
    if not reads_people(actor, case):
        return []
    marked = {row.member_id: row for row in _voters(case)}
    people = {member.pk: member for member in _roll(case)}
    people |= {row.member_id: row.member for row in marked.values()}
    clear = _in_clear(case, actor)
    return [
        VoterRow(
            member=member,
            name=member.name if pk in clear else mask_name(member.name),
            in_clear=pk in clear,
            standing=Standing(marked[pk].standing) if pk in marked else None,
            reason=Reason(marked[pk].reason) if pk in marked else Reason.NONE,
        )
        for pk, member in people.items()
    ]


def candidate_rows(case: TermElection, actor: Actor) -> list[CandidateRow]:
    """Return who stands, as the actor may read it; nobody to those who may not (EL-14)."""
    if not reads_people(actor, case):
        return []
    rows = candidates_in(case)
    clear = _in_clear(case, actor)
    entitled = _entitled(case)
    return [
        CandidateRow(
            row=row,
            name=row.member.name if row.member_id in clear else mask_name(row.member.name),
            in_clear=row.member_id in clear,
            is_entitled=row.member_id in entitled,
        )
        for row in rows
    ]


def elected_rows(case: TermElection, actor: Actor) -> list[tuple[Post, str]]:
    """Return post and name of the elected: to the guiding office masked, once confirmed (EL-14)."""
    if reads_people(actor, case):
        rows = candidate_rows(case, actor)
        found = [(Post(r.row.elected_post), r.name) for r in rows if r.row.elected_post]
    elif case.state == ElectionState.CONFIRMED:
        chosen = [row for row in candidates_in(case) if row.elected_post]
        found = [(Post(row.elected_post), mask_name(row.member.name)) for row in chosen]
    else:
        return []
    order = list(Post)
    return sorted(found, key=lambda each: order.index(each[0]))


def plan_of(case: TermElection) -> PlanFacts:
    """Return what is planned, with the roll as it is now."""
    entitled = _entitled(case)
    return PlanFacts(
        sort=Sort(case.sort),
        org_type=OrgType(case.organisation.org_type),
        term_ends_on=case.organisation.term_ends_on,
        day=case.day,
        has_place=bool(case.place),
        has_reason=bool(case.reason_sealed),
        as_committee=case.as_committee,
        seats=case.seats,
        full=len(_roll(case)),
        entitled=len(entitled),
        candidates=[
            CandidateFacts(Post(row.post), row.member_id in entitled, row.member.full_on)
            for row in candidates_in(case)
            if not row.is_write_in
        ],
        is_active=case.organisation.state == OrgState.ACTIVE,
    )


def result_of(case: TermElection) -> ResultFacts:
    """Return what came out, as far as it is entered."""
    rows = candidates_in(case)
    tellers = set(names_in(case.tellers))
    organisation, here = case.organisation, {member.pk for member in _roll(case)}
    return ResultFacts(
        planned_on=case.day,
        held_on=case.held_on,
        entitled=case.entitled,
        attending=case.attending,
        ballots=ballots_of(case),
        races=case_races(case),
        counted=all(row.votes_for is not None for row in rows),
        wants_secretary=case.as_committee and bool(case.secretary_seats),
        has_secretary=any(row.elected_post == Post.SECRETARY for row in rows),
        teller_stands=any(row.member.name in tellers for row in rows if not row.is_write_in),
        too_early=case.held_on is not None
        and is_too_early(
            Sort(case.sort),
            case.held_on,
            founded_on=organisation.founded_on,
            elected_on=organisation.elected_on,
        ),
        elected_gone=sum(bool(r.elected_post) and r.member_id not in here for r in rows),
        is_active=organisation.state == OrgState.ACTIVE,
    )


def findings_of(case: TermElection, today: date) -> list[Finding]:
    """Return what is found in the plan or the result, whichever is being put together."""
    limits = limits_of(parameters_on(today))
    if case.state in (ElectionState.PREPARING, ElectionState.VETTING):
        return plan_findings(plan_of(case), limits, today)
    if case.state in (ElectionState.READY, ElectionState.REPORTED):
        return result_findings(result_of(case), limits)
    return []


def ballots_of(case: TermElection) -> Ballots | None:
    """Return the ballots of a case, None until they are entered."""
    counts = (case.ballots_out, case.ballots_returned, case.ballots_valid, case.ballots_invalid)
    known = [each for each in counts if each is not None]
    return Ballots(*known) if len(known) == len(counts) else None


def case_races(case: TermElection) -> list[Race]:
    """Return who is voted for together, with the votes; rows without votes count 0."""
    standing = [
        (
            Post(row.post),
            Tally(
                row.public_id,
                row.votes_for or 0,
                row.against or 0,
                row.abstained or 0,
                row.second,
            ),
        )
        for row in candidates_in(case)
    ]
    return races_of(case.seats, standing, as_committee=case.as_committee)


def ending_terms(actor: Actor) -> QuerySet[Organisation]:
    """Return the organisations the actor may open an election for whose term ends or is over (OR-5).

    Those with an open election are left out; the longest overdue come first.
    """
    last = last_noticed_term(actor.today, work_limits_on(actor.today).organisations)
    under_way = TermElection.objects.filter(closed_at__isnull=True).values("organisation")
    rows = openable_organisations(actor).filter(term_ends_on__lte=last)
    return rows.exclude(pk__in=under_way).order_by("term_ends_on", "pk")


def may_repeat(case: TermElection, actor: Actor) -> bool:
    """Test whether the actor may hold another one, and sees none under way yet (EL-2); one query."""
    if case.state != ElectionState.FAILED:
        return False
    under_way = visible_elections(actor).filter(
        organisation=case.organisation_id, closed_at__isnull=True
    )
    able = openable_organisations(actor).filter(~Exists(under_way), pk=case.organisation_id)
    return able.exists()


def open_elections(actor: Actor, organisations: Iterable[int]) -> dict[int, TermElection]:
    """Return organisation number → its open election, of those the actor sees."""
    rows = visible_elections(actor).filter(
        organisation__in=list(organisations), closed_at__isnull=True
    )
    return {row.organisation_id: row for row in rows}


@once
def elections_of(actor: Actor, organisation: Organisation) -> list[TermElection]:
    """Return the elections of an organisation that the actor sees, the newest first."""
    rows = visible_elections(actor).filter(organisation=organisation)
    return list(rows.order_by("-opened_at", "-pk"))


def election_at(actor: Actor, public_id: str) -> TermElection | None:
    """Return the case of that address with all its page shows, None where it is out of sight."""
    return record(_at_address, actor.bare, One(public_id))


def _at_address(actor: Actor, public_id: str) -> QuerySet[TermElection]:
    rows = visible_elections(actor).select_related(
        "organisation__body", "organisation__guiding_body", "owner_body", "assignee", "area"
    )
    return rows.filter(public_id=public_id)


@once
def _roll(case: TermElection) -> list[Member]:
    return list(full_members(case.organisation))


@once
def _voters(case: TermElection) -> list[ElectionVoter]:
    rows = ElectionVoter.objects.filter(election=case).select_related("member")
    return list(rows.order_by("member__born_on", "pk"))


@once
def candidates_in(case: TermElection) -> list[ElectionCandidate]:
    """Return everybody who stands or was written in, in the order of the posts, as entered."""
    rows = ElectionCandidate.objects.filter(election=case).select_related("member")
    order = list(Post)
    return sorted(
        rows.order_by("pk"), key=lambda row: (row.is_write_in, order.index(Post(row.post)))
    )


def _entitled(case: TermElection) -> set[int]:
    out = {row.member_id for row in _voters(case) if row.standing == Standing.EXCLUDED}
    return {member.pk for member in _roll(case)} - out


@once
def _in_clear(case: TermElection, actor: Actor) -> frozenset[int]:
    """Return whose names the actor reads in full, of all on the roll, marked or standing."""
    people = {member.pk for member in _roll(case)}
    people |= {row.member_id for row in _voters(case)}
    people |= {row.member_id for row in candidates_in(case)}
    rows = nameable_members(actor).filter(pk__in=people)
    return frozenset(rows.values_list("pk", flat=True))
