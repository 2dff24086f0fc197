"""Taking the letter out on paper: it carries the ID number, so every look is written down."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from xgz.access.actor import Actor
from xgz.access.cases import parties_of
from xgz.access.transfers import require_letter
from xgz.models import Body, Paper, Transfer
from xgz.rules.masking import mask_id_number
from xgz.rules.transfers import LetterStanding, TransferParty, letter_standing
from xgz.services import audit
from xgz.services.transfers.letters import LETTER
from xgz.services.transfers.refusals import NoLetter


@dataclass(frozen=True, slots=True)
class Letter:
    """What the three parts of a letter say. by: the committee that issues it; to: the one it is
    addressed to, or the place outside. valid_days: calendar days, the last one counts. The ID
    number is masked unless the letter is valid.
    """

    number: str
    name: str
    id_number: str
    sex: str
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


@transaction.atomic
def take_letter(*, actor: Actor, case: Transfer, now: datetime) -> Letter:
    """Return the last letter of a transfer to be printed, and write down who took it.

    It is whole only while it is valid; else it is the stub, with the ID number masked.

    Raises NotPermitted or NoLetter.
    """
    require_letter(actor, case)
    papers = Paper.objects.filter(case_kind=case.KIND.name, case_id=case.public_id, kind=LETTER)
    paper = papers.select_related("body").order_by("-pk").first()
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
    member = case.member
    standing = letter_standing(case.state, case.expires_on, actor.today)
    is_valid = standing is LetterStanding.VALID
    return Letter(
        number=paper.label,
        name=member.name,
        id_number=member.id_number if is_valid else mask_id_number(member.id_number),
        sex=member.sex,
        ethnicity=member.ethnicity,
        member_class=member.member_class,
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


def _addressee(case: Transfer) -> str:
    seat = parties_of(case).get(TransferParty.RECEIVER)
    return case.to_outside if seat is None else Body.objects.get(pk=seat.body_id).name
