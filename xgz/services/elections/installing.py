"""Confirming an election: the posts of the old term end, those of the new one begin (EL-11)."""

from datetime import date

from xgz.models import ElectionCandidate, TermElection
from xgz.rules.elections import BEGINS_TERM, FILING_LABELS, Filing, Sort
from xgz.rules.organisations import Post
from xgz.services import establishing, organisations
from xgz.services.cases import CaseAct, record_event
from xgz.services.organisations import records


def install(case: TermElection, act: CaseAct) -> None:
    """Write what a confirmed election brings about; call inside the transaction of the step.

    A new term relieves everybody who holds a post, the re-elected too, and begins on the day of the
    election; a by-election fills the seats it was about and leaves the term as it is, and whoever is
    elected gives up another post there. A first election counts as the first members' meeting of a
    new organisation (ES-7). Raises the refusals of the organisation's own changes.
    """
    held_on = case.held_on or act.today
    if case.sort == Sort.FIRST:
        # Before the organisation's row is held: whoever enters a day locks in this order too.
        establishing.count_as_meeting(organisation=case.organisation, held_on=held_on, act=act)
    records.hold(case.organisation)
    case.organisation.refresh_from_db(fields=["state"])
    if Sort(case.sort) in BEGINS_TERM:
        _end_the_term(case, act, held_on)
        organisations.record_election(
            actor=act.actor,
            organisation=case.organisation,
            elected_on=held_on,
            now=act.now,
            note=case.number,
        )
    _appoint(case, act, held_on)
    record_event(case, act, Filing.POSTS, FILING_LABELS[Filing.POSTS])


def _end_the_term(case: TermElection, act: CaseAct, held_on: date) -> None:
    posts = case.organisation.posts.filter(valid_to__isnull=True).select_related("organisation")
    for post in posts.order_by("pk"):
        organisations.relieve(actor=act.actor, post=post, relieved_on=held_on, now=act.now)


def _appoint(case: TermElection, act: CaseAct, held_on: date) -> None:
    rows = ElectionCandidate.objects.filter(election=case).exclude(elected_post="")
    for row in rows.select_related("member").order_by("pk"):
        _give_up_other_posts(case, row, act, held_on)
        organisations.appoint(
            actor=act.actor,
            organisation=case.organisation,
            post=Post(row.elected_post),
            member=row.member,
            appointed_on=held_on,
            now=act.now,
        )


def _give_up_other_posts(
    case: TermElection, row: ElectionCandidate, act: CaseAct, held_on: date
) -> None:
    """One person holds one post: a deputy elected secretary is deputy no longer (EL-11)."""
    posts = case.organisation.posts.filter(valid_to__isnull=True, member=row.member_id)
    others = posts.exclude(post=row.elected_post).select_related("organisation")
    for post in others.order_by("pk"):
        organisations.relieve(actor=act.actor, post=post, relieved_on=held_on, now=act.now)
