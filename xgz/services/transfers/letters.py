"""The letter: issuing it, returning it, withdrawing the transfer, and what time does to it.

None of this moves the relation (TR-3).
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from xgz.access.actor import Actor, clock_actor
from xgz.access.cases import parties_of, require_step
from xgz.access.transfers import committee_of, leads
from xgz.models import Body, CaseParty, Organisation, Transfer
from xgz.rules.cases import StepNotAllowed
from xgz.rules.organisations import OrgState
from xgz.rules.seats import Seat
from xgz.rules.transfers import (
    TRAVELLING,
    Channel,
    Missing,
    TransferAction,
    TransferParty,
    expiry,
    has_expired,
    letter_series,
    missing_for_letter,
)
from xgz.services.cases import CaseAct, ChangedMeanwhile, hold, take_step
from xgz.services.numbering import number_paper, void_papers
from xgz.services.transactions import unit_of_work
from xgz.services.transfers.refusals import (
    LetterExpired,
    LetterIncomplete,
    LetterStillValid,
    TargetInDistrict,
    TargetOutside,
    ValidityNotAllowed,
)

LETTER = "transfer-letter"  # kind of paper
_A = TransferAction
_ONLY_WHILE_VALID = frozenset({_A.ACCEPT, _A.RETURN})


@unit_of_work
def issue(
    *,
    case: Transfer,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
    valid_days: int | None = None,
    channel: Channel | None = None,
) -> None:
    """Issue a numbered letter to an organisation of the district; the relation stays (TR-3, TR-8).

    valid_days: calendar days after today, the last one counts; None: as many as the district
    allows. A letter before this one becomes void. Raises NotPermitted, StepNotAllowed,
    TargetOutside, LetterIncomplete (TR-7), ValidityNotAllowed (TR-2) or ChangedMeanwhile.
    """
    require_step(actor, case, _A.ISSUE)
    act = begin(case, _A.ISSUE, CaseAct.of(actor, now, opinion, version))
    if case.to_org_id is None:
        raise TargetOutside(case.public_id)
    take_step(case, _A.ISSUE, act, **_letter(case, act, valid_days, channel))


@unit_of_work
def send_out(
    *,
    case: Transfer,
    actor: Actor,
    now: datetime,
    opinion: str = "",
    version: int | None = None,
    valid_days: int | None = None,
    channel: Channel | None = None,
) -> None:
    """Issue a numbered letter to a place outside the district; otherwise as `issue`.

    Raises NotPermitted, StepNotAllowed, TargetInDistrict, LetterIncomplete (TR-7),
    ValidityNotAllowed (TR-2) or ChangedMeanwhile.
    """
    require_step(actor, case, _A.SEND_OUT)
    act = begin(case, _A.SEND_OUT, CaseAct.of(actor, now, opinion, version))
    if case.to_org_id is not None:
        raise TargetInDistrict(case.public_id)
    take_step(case, _A.SEND_OUT, act, **_letter(case, act, valid_days, channel))


@unit_of_work
def return_letter(
    *, case: Transfer, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Send a valid letter back with the reason; the sending committee has the case then.

    Raises NotPermitted, StepNotAllowed, OpinionMissing, LetterExpired or ChangedMeanwhile.
    """
    require_step(actor, case, _A.RETURN)
    take_step(case, _A.RETURN, begin(case, _A.RETURN, CaseAct.of(actor, now, opinion, version)))


@unit_of_work
def record_return(
    *, case: Transfer, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Record that a place outside sent the letter back, with its reason.

    Raises NotPermitted, StepNotAllowed, OpinionMissing or ChangedMeanwhile.
    """
    require_step(actor, case, _A.RECORD_RETURN)
    act = CaseAct.of(actor, now, opinion, version)
    take_step(case, _A.RECORD_RETURN, begin(case, _A.RECORD_RETURN, act))


@unit_of_work
def withdraw(
    *, case: Transfer, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """End the transfer without moving anybody; its letter becomes void.

    Possible in every open state, whatever became of the member or of either organisation. Raises
    NotPermitted, StepNotAllowed, OpinionMissing (once a letter is out) or ChangedMeanwhile.
    """
    require_step(actor, case, _A.WITHDRAW)
    act = begin(case, _A.WITHDRAW, CaseAct.of(actor, now, opinion, version))
    take_step(case, _A.WITHDRAW, act)
    void_papers(case=case, kind=LETTER, voided_on=act.today)


@unit_of_work
def expire(
    *, case: Transfer, actor: Actor, now: datetime, opinion: str = "", version: int | None = None
) -> None:
    """Let a letter past its last day run out: the sending committee has the case then (TR-2).

    The clock's own step. Raises NotPermitted, StepNotAllowed, LetterStillValid or ChangedMeanwhile.
    """
    require_step(actor, case, _A.EXPIRE)
    case.KIND.step(case.state, _A.EXPIRE)
    if not ran_out(case, actor.today):
        raise LetterStillValid(case.public_id)
    take_step(case, _A.EXPIRE, CaseAct.of(actor, now, opinion, version))


def expire_letters(*, today: date, now: datetime) -> int:
    """Let every letter run out whose last day is before today; return how many did.

    May be called at any time and again: a letter runs out once.
    """
    late = Transfer.objects.filter(state__in=TRAVELLING, expires_on__lt=today).order_by("pk")
    return sum(catch_up(case=case, today=today, now=now) for case in late)


def catch_up(*, case: Transfer, today: date, now: datetime) -> bool:
    """Let one letter run out if its last day is before today; return whether it did just now.

    For whoever looks at a transfer before the daily run came to it.
    """
    if not ran_out(case, today):
        return False
    try:
        expire(case=case, actor=clock_actor(today), now=now)
    except (ChangedMeanwhile, StepNotAllowed):  # accepted, withdrawn or expired a moment ago
        case.refresh_from_db()
        return False
    return True


def ran_out(case: Transfer, today: date) -> bool:
    """Test whether a letter is on its way and past its last day (TR-2)."""
    on_its_way = case.state in TRAVELLING and case.expires_on is not None
    return on_its_way and has_expired(case.expires_on or today, today)


def begin(case: Transfer, action: TransferAction, act: CaseAct) -> CaseAct:
    """Return the act with which to take a step, after time has taken its own step before it.

    Call inside the transaction of the step. Raises ChangedMeanwhile, StepNotAllowed, or
    LetterExpired for what is done with a valid letter only.
    """
    if act.version not in (None, case.version):
        raise ChangedMeanwhile(case.public_id)
    hold(case)
    if ran_out(case, act.today):
        if action in _ONLY_WHILE_VALID:
            raise LetterExpired(case.expires_on or act.today)
        take_step(case, _A.EXPIRE, CaseAct.of_the_clock(act.today, act.now))
        act = replace(act, version=None)
    case.KIND.step(case.state, action)
    return act


def missing_on_letter(case: Transfer) -> list[Missing]:
    """Return what the case's letter cannot be issued without today (TR-7)."""
    member = case.member
    home = member.formal_org
    sender = parties_of(case)[TransferParty.SENDER]
    return missing_for_letter(
        name=member.name,
        id_number=member.id_number,
        member_class=member.member_class,
        status=member.status,
        is_at_home=home is not None and committee_of(home) == sender,
        target_fault=_target_fault(case),
    )


def replace_branch(case: Transfer, party: TransferParty, organisation: Organisation) -> None:
    """Let another organisation's secretary be the old or new branch's party of a case."""
    parties = CaseParty.objects.filter(case_kind=case.KIND.name, case_id=case.public_id)
    parties.filter(party=party).update(body=organisation.body_id)


def _target_fault(case: Transfer) -> Missing | None:
    target = case.to_org
    if target is None:
        return None
    seat = parties_of(case)[TransferParty.RECEIVER]
    if target.state != OrgState.ACTIVE:
        return Missing.TARGET_INACTIVE
    if not leads(seat, target):
        return Missing.TARGET_MOVED
    return Missing.SAME_ORG if case.member.formal_org_id == target.pk else None


def _letter(
    case: Transfer, act: CaseAct, valid_days: int | None, channel: Channel | None
) -> dict[str, Any]:
    """Number the letter and return the columns it sets.

    The member's home and the organisation addressed are read anew (TR-9).
    """
    case.member.refresh_from_db()
    case.refresh_from_db(fields=["to_org"])
    if missing := missing_on_letter(case):
        raise LetterIncomplete(missing)
    most = act.days["transfer.letter_days"]
    days = most if valid_days is None else valid_days
    if not 1 <= days <= most:
        raise ValidityNotAllowed(most)
    home = case.member.formal_org
    if home is not None and home.pk != case.from_org_id:
        replace_branch(case, TransferParty.OLD_BRANCH, home)
    void_papers(case=case, kind=LETTER, voided_on=act.today)
    return {
        "from_org": home,
        "letter_number": _number(case, parties_of(case)[TransferParty.SENDER], act),
        "first_issued_on": case.first_issued_on or act.today,
        "issued_on": act.today,
        "expires_on": expiry(act.today, days),
        "channel": channel or case.channel,
    }


def _number(case: Transfer, seat: Seat, act: CaseAct) -> str:
    """Return the next number of the committee's own series, such as 清平转〔2026〕12号."""
    body = Body.objects.get(pk=seat.body_id)
    word = letter_series(str(body)).replace("{", "{{").replace("}", "}}")
    return number_paper(
        case=case,
        kind=LETTER,
        series=f"{LETTER}.{body.public_id}",
        pattern=word + "〔{year}〕{number}号",
        body=body,
        issued_on=act.today,
    ).label
