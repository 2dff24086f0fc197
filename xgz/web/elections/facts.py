"""What the pages of an election show of it, in words: plan, attendance, count, the elected."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from xgz.access.actor import Actor
from xgz.models import TermElection
from xgz.queries import elections as reads
from xgz.queries.establishing import case_of, has_met
from xgz.queries.parameters import parameters_on
from xgz.rules.election_checks import limits_of
from xgz.rules.election_counts import Ballots, majority_of, quorum_needed
from xgz.rules.elections import REASON_LABELS, STANDING_LABELS, Sort
from xgz.rules.establishing import EstablishingState
from xgz.rules.organisations import POST_LABELS, Post
from xgz.web.elections.wording import finding_words, quorum_words


@dataclass(frozen=True, slots=True)
class RollLine:
    """One full member of the roll, with how the person stood to the election, in words."""

    row: reads.VoterRow
    standing: str
    reason: str


@dataclass(frozen=True, slots=True)
class CandidateLine:
    """One person who stands: for what, and what it came to, "" for nothing."""

    row: reads.CandidateRow
    post: str
    elected: str


@dataclass(frozen=True, slots=True)
class Count:
    """The numbers of the meeting in words; ballots: None until entered."""

    attendance: str
    majority: int
    ballots: Ballots | None


def seats_words(case: TermElection) -> str:
    """Return which posts are filled by how many: “书记 1 名、委员 2 名”."""
    told = [
        _("%(post)s %(number)d 名") % {"post": _(POST_LABELS[post]), "number": number}
        for post, number in case.seats.items()
        if number
    ]
    words = _("、").join(told) or "—"
    if not case.as_committee:
        return words
    total = {"words": words, "total": sum(case.seats.values())}
    return _("设委员会 %(total)d 名：%(words)s") % total


def roll_lines(rows: Sequence[reads.VoterRow]) -> list[RollLine]:
    """Return the roll in words; who is not marked counts as entitled until the attendance is in."""
    return [
        RollLine(
            row,
            _(STANDING_LABELS[row.standing]) if row.standing else _("应到会"),
            _(REASON_LABELS[row.reason]) if row.reason else "—",
        )
        for row in rows
    ]


def candidate_lines(rows: Sequence[reads.CandidateRow]) -> list[CandidateLine]:
    """Return who stands, in words."""
    return [
        CandidateLine(
            row,
            _(POST_LABELS[Post(row.row.post)]),
            _(POST_LABELS[Post(row.row.elected_post)]) if row.row.elected_post else "",
        )
        for row in rows
    ]


def elected_words(case: TermElection, actor: Actor) -> list[tuple[str, str]]:
    """Return post and name of the elected, as the actor may read it."""
    return [(_(POST_LABELS[post]), name) for post, name in reads.elected_rows(case, actor)]


def count_of(case: TermElection, actor: Actor) -> Count | None:
    """Return the numbers of the meeting, None until the attendance is entered."""
    if case.entitled is None or case.attending is None:
        return None
    is_strict = limits_of(parameters_on(actor.today)).is_strict
    needed = quorum_needed(case.entitled, strict=is_strict)
    return Count(
        attendance=quorum_words(case.entitled, case.attending, needed, is_strict=is_strict),
        majority=majority_of(case.attending),
        ballots=reads.ballots_of(case),
    )


def planned_words(case: TermElection, actor: Actor) -> str:
    """Return how many are entitled today and how many of them would have to come (EL-4)."""
    plan = reads.plan_of(case)
    needed = quorum_needed(plan.entitled, strict=limits_of(parameters_on(actor.today)).is_strict)
    told = _("正式党员 %(full)d 人，应到会 %(entitled)d 人，须到会 %(needed)d 人")
    return told % {"full": plan.full, "entitled": plan.entitled, "needed": needed}


def step_facts(case: TermElection, actor: Actor) -> list[tuple[str, str]]:
    """Return what a step is judged by: when and where, for what, who stands, what came out.

    What is told beside it (a late day, people not counted) comes last.
    """
    people = reads.candidate_rows(case, actor)
    standing = [row.name for row in people if not row.row.is_write_in]
    facts = [
        (_("日期、地点"), f"{case.day or '—'}　{case.place}"),
        (_("职数"), seats_words(case)),
        (_("候选人"), _("、").join(standing) or "—"),
    ]
    if case.reason:
        facts.append((_("理由"), case.reason))
    facts += _what_came_out(case, actor)
    found = reads.findings_of(case, actor.today)
    told = [finding_words(each) for each in found if not each.is_blocker]
    return [*facts, (_("提示"), _("；").join(told))] if told else facts


def meeting_facts(case: TermElection, actor: Actor) -> list[tuple[str, str]]:
    """Return what confirming enters in the setting up of a new organisation (ES-7); empty for none."""
    if case.sort != Sort.FIRST or case.held_on is None:
        return []
    founding = case_of(case.organisation, actor)
    if founding is None or founding.state != EstablishingState.RUNNING_IN or has_met(founding):
        return []
    told = _("成立落实的第一次党员大会，日期 %(day)s")
    return [(_("同时登记"), told % {"day": case.held_on.isoformat()})]


def _what_came_out(case: TermElection, actor: Actor) -> list[tuple[str, str]]:
    count = count_of(case, actor)
    if count is None:
        return [(_("应到会"), planned_words(case, actor))]
    elected = _("、").join(f"{post} {name}" for post, name in elected_words(case, actor))
    return [(_("到会"), count.attendance), (_("当选"), elected or _("没有"))]
