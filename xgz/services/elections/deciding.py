"""The steps of an election: vetted, held, reported, confirmed; posts are written with the last."""

from datetime import datetime
from typing import Any

from xgz.access import cases as access
from xgz.access.actor import Actor
from xgz.models import ElectionCandidate, ElectionVoter, TermElection
from xgz.queries.elections import findings_of, result_of
from xgz.queries.parameters import parameters_on
from xgz.rules.election_checks import Finding, limits_of, stands
from xgz.rules.elections import ElectionAction, Standing
from xgz.services.cases import CaseAct, hold, hold_anew, take_step
from xgz.services.elections.installing import install
from xgz.services.transactions import unit_of_work

_A = ElectionAction


class FileNotComplete(Exception):
    """Something bars the plan or the result; `blockers` says what, with its numbers."""

    def __init__(self, blockers: list[Finding]) -> None:
        super().__init__(", ".join(each.check for each in blockers))
        self.blockers = blockers


class ResultStands(Exception):
    """The election came out sound: it is reported, not given up (EL-13)."""


@unit_of_work
def submit(
    *,
    case: TermElection,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Send plan and candidates to the committee; nothing may bar it.

    Raises NotPermitted, StepNotAllowed, FileNotComplete or ChangedMeanwhile.
    """
    access.require_step(actor, case, _A.SUBMIT)
    _check(case, _A.SUBMIT, actor, version)
    take_step(case, _A.SUBMIT, CaseAct.of(actor, now, opinion, version))


@unit_of_work
def approve(
    *,
    case: TermElection,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Agree to the candidates, and to the day where it is early or late (EL-12). Raises as submit.

    The result is due some working days after the planned day.
    """
    access.require_step(actor, case, _A.APPROVE)
    _check(case, _A.APPROVE, actor, version)
    act = CaseAct.of(actor, now, opinion, version)
    day = max(case.day or act.today, act.today)
    due_on = act.calendar.add(day, act.days["election.report_days"])
    take_step(case, _A.APPROVE, act, report_due_on=due_on)


@unit_of_work
def give_back(
    *,
    case: TermElection,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Give the plan back with words. Raises NotPermitted, StepNotAllowed, OpinionMissing, ChangedMeanwhile."""
    access.require_step(actor, case, _A.RETURN)
    take_step(case, _A.RETURN, CaseAct.of(actor, now, opinion, version))


@unit_of_work
def revise(
    *,
    case: TermElection,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Go back to planning, for another day or other candidates; they are vetted anew.

    What was entered of a meeting falls. Raises as give_back.
    """
    access.require_step(actor, case, _A.REVISE)
    act = CaseAct.of(actor, now, opinion, version)
    case.KIND.step(case.state, _A.REVISE)
    hold(case)
    ElectionVoter.objects.filter(election=case).exclude(standing=Standing.EXCLUDED).delete()
    rows = ElectionCandidate.objects.filter(election=case)
    rows.filter(is_write_in=True).delete()
    rows.update(votes_for=None, against=None, abstained=None, second=None, elected_post="")
    take_step(case, _A.REVISE, act, report_due_on=None, **_NO_MEETING)


@unit_of_work
def report(
    *,
    case: TermElection,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Report the result; its numbers fit, enough came and somebody is elected (EL-4, EL-7, EL-8).

    Raises as submit.
    """
    access.require_step(actor, case, _A.REPORT)
    _check(case, _A.REPORT, actor, version)
    take_step(case, _A.REPORT, CaseAct.of(actor, now, opinion, version))


@unit_of_work
def fail(
    *,
    case: TermElection,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """End an election that came to nothing: too few came, the ballots are void, nobody has a majority.

    Another one can be opened at once. Raises NotPermitted, StepNotAllowed, OpinionMissing,
    ResultStands or ChangedMeanwhile.
    """
    access.require_step(actor, case, _A.FAIL)
    case.KIND.step(case.state, _A.FAIL)
    hold_anew(case, version)
    if stands(result_of(case), limits_of(parameters_on(actor.today))):
        raise ResultStands(case.public_id)
    _forget_elected(case)
    take_step(case, _A.FAIL, CaseAct.of(actor, now, opinion, version))


@unit_of_work
def confirm(
    *,
    case: TermElection,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Confirm the elected: their posts, the day of the election and the new term are written (EL-11).

    All or nothing. Raises NotPermitted, StepNotAllowed, FileNotComplete, ChangedMeanwhile, and the
    refusals of the organisation's own changes.
    """
    access.require_step(actor, case, _A.CONFIRM)
    _check(case, _A.CONFIRM, actor, version)
    act = CaseAct.of(actor, now, opinion, version)
    install(case, act)
    take_step(case, _A.CONFIRM, act)


@unit_of_work
def send_back(
    *,
    case: TermElection,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Give the result back to be checked; due as the result was, from today on. Raises as give_back."""
    access.require_step(actor, case, _A.SEND_BACK)
    act = CaseAct.of(actor, now, opinion, version)
    due_on = act.calendar.add(act.today, act.days["election.report_days"])
    take_step(case, _A.SEND_BACK, act, report_due_on=due_on)


@unit_of_work
def annul(
    *,
    case: TermElection,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Hold a reported election void, with words that say why. Raises as give_back."""
    access.require_step(actor, case, _A.ANNUL)
    act = CaseAct.of(actor, now, opinion, version)
    case.KIND.step(case.state, _A.ANNUL)
    hold(case)
    _forget_elected(case)
    take_step(case, _A.ANNUL, act)


@unit_of_work
def withdraw(
    *,
    case: TermElection,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
) -> None:
    """Take the case back before it is reported. Raises as give_back."""
    access.require_step(actor, case, _A.WITHDRAW)
    take_step(case, _A.WITHDRAW, CaseAct.of(actor, now, opinion, version))


ACTIONS: dict[ElectionAction, Any] = {
    _A.SUBMIT: submit,
    _A.APPROVE: approve,
    _A.RETURN: give_back,
    _A.REVISE: revise,
    _A.REPORT: report,
    _A.FAIL: fail,
    _A.CONFIRM: confirm,
    _A.SEND_BACK: send_back,
    _A.ANNUL: annul,
    _A.WITHDRAW: withdraw,
}
_NO_MEETING: dict[str, Any] = {
    "held_on": None,
    "chair_sealed": "",
    "tellers_sealed": "",
    **dict.fromkeys(
        (
            "entitled",
            "attending",
            "ballots_out",
            "ballots_returned",
            "ballots_valid",
            "ballots_invalid",
        )
    ),
}


def _check(case: TermElection, action: ElectionAction, actor: Actor, version: int | None) -> None:
    """Keep the case, read its file as it is now, and raise FileNotComplete where something bars it."""
    case.KIND.step(case.state, action)
    hold_anew(case, version)
    if blockers := [each for each in findings_of(case, actor.today) if each.is_blocker]:
        raise FileNotComplete(blockers)


def _forget_elected(case: TermElection) -> None:
    ElectionCandidate.objects.filter(election=case).update(elected_post="")
