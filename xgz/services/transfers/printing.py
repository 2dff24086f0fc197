"""Taking the letter out on paper: it carries whole numbers, so every look is written down."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xgz.access.actor import Actor, Grant
from xgz.access.cases import parties_of
from xgz.access.transfers import require_letter
from xgz.models import Body, Member, Paper, Transfer
from xgz.rules.masking import mask_id_number, mask_phone
from xgz.rules.organisations import age_at
from xgz.rules.seats import Seat
from xgz.rules.transfers import LetterStanding, TransferParty, letter_standing
from xgz.services import audit
from xgz.services.reveals import record_letter
from xgz.services.transactions import unit_of_work
from xgz.services.transfers.letters import LETTER
from xgz.services.transfers.refusals import NoLetter


@dataclass(frozen=True, slots=True)
class Letter:
    """What the three parts of a letter say. by: the committee that issues it; to: the one it is
    addressed to, or the place outside. age: in full years on the day of issue, None where no birth
    date is known. valid_days: calendar days, the last one counts. ID number and phone are masked
    unless the letter is valid.
    """

    number: str
    name: str
    id_number: str
    phone: str
    sex: str
    age: int | None
    ethnicity: str
    member_class: str
    from_org: str
    to_org: str
    by: str
    to: str
    dues_paid_to: date | None
    issued_on: date
    expires_on: date
    valid_days: int
    standing: LetterStanding


@unit_of_work
def take_letter(*, actor: Actor, case: Transfer, now: datetime) -> Letter:
    """Return the last letter of a transfer to be printed, and write down who took it.

    It is whole only while it is valid, and the member can read of it then (RV-3); else it is the
    stub, with the numbers masked.

    Raises NotPermitted or NoLetter.
    """
    require_letter(actor, case)
    paper = _newest(case)
    if paper is None or case.issued_on is None or case.expires_on is None:
        raise NoLetter(case.public_id)
    audit.record(
        actor=actor,
        action="transfer.letter",
        subject_type=case.KIND.name,
        subject_id=case.public_id,
        now=now,
        fields={"letter": paper.label},
    )
    standing = letter_standing(case.state, case.expires_on, actor.today)
    is_valid = standing is LetterStanding.VALID
    if is_valid:
        grant = _grant(actor, case)
        record_letter(actor=actor, grant=grant, case=case, member=case.member, now=now)
    return Letter(
        **_person(case.member, case.issued_on, is_valid=is_valid),
        number=paper.label,
        from_org=case.from_org.name,
        to_org=case.destination,
        by=paper.body.name if paper.body else "",
        to=_addressee(case),
        dues_paid_to=case.dues_paid_to,
        issued_on=case.issued_on,
        expires_on=case.expires_on,
        valid_days=(case.expires_on - case.issued_on).days,
        standing=standing,
    )


def _newest(case: Transfer) -> Paper | None:
    papers = Paper.objects.filter(case_kind=case.KIND.name, case_id=case.public_id, kind=LETTER)
    return papers.select_related("body").order_by("-pk").first()


def _person(member: Member, issued_on: date, *, is_valid: bool) -> dict[str, Any]:
    """Return what the letter says of the member."""
    return {
        "name": member.name,
        "id_number": member.id_number if is_valid else mask_id_number(member.id_number),
        "phone": member.phone if is_valid else mask_phone(member.phone),
        "sex": member.sex,
        "age": age_at(member.born_on, issued_on) if member.born_on else None,
        "ethnicity": member.ethnicity,
        "member_class": member.member_class,
    }


def _grant(actor: Actor, case: Transfer) -> Grant:
    """Return the grant of the sending seat, or of whoever answers for it while it is empty."""
    seat = parties_of(case)[TransferParty.SENDER]
    own = [grant for grant in actor.grants if Seat(grant.role, grant.body_id) == seat]
    return (own or list(actor.grants))[0]


def _addressee(case: Transfer) -> str:
    seat = parties_of(case).get(TransferParty.RECEIVER)
    return case.to_outside if seat is None else Body.objects.get(pk=seat.body_id).name
