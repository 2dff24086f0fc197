"""Looking at one full number: with a reason, counted, written down, for five minutes (RV-1…)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from xgz.access.actor import Actor, Grant, require_person
from xgz.access.reveals import Subject, reasons_for, require_revealable
from xgz.models import Business, Case, Lead, Member, Reveal, User, sealing
from xgz.models.fields import new_public_id
from xgz.rules.allowances import Purpose
from xgz.rules.audit import Outcome
from xgz.rules.calendar import add_months
from xgz.rules.reveals import (
    KEEP_MONTHS,
    SHORTEST_REASON,
    SHOWN_MINUTES,
    RevealField,
    RevealReason,
)
from xgz.rules.words import visible_words
from xgz.services import audit
from xgz.services.allowances import AllowanceUsedUp, take
from xgz.services.transactions import unit

# What the trail calls a look, and what it was a look at.
_NAMES: dict[type[Subject], tuple[str, str]] = {
    Member: ("person.reveal", "member"),
    Business: ("business.reveal", "business"),
    Lead: ("lead.reveal", "lead"),
}


class WordsTooShort(Exception):
    """The reason in words has fewer than SHORTEST_REASON characters that can be seen."""


class ReasonNotOffered(Exception):
    """This reason is none for looking at such a person's number."""


class NothingKnown(Exception):
    """The register has no such value of this person."""


class RevealsUsedUp(Exception):
    """The person has looked at as many numbers as a day allows. until: when it goes on."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


@dataclass(frozen=True, slots=True)
class Revealed:
    """value: whole; until: when the page closes; public_id: of the row that says so."""

    value: str
    until: datetime
    public_id: str


def reveal(
    *,
    actor: Actor,
    subject: Subject,
    field: RevealField,
    reason: RevealReason,
    words: str,
    now: datetime,
    case: Case | None = None,
) -> Revealed:
    """Return one full value, and write down who looks at it and why (RV-1, RV-2).

    case: what it is for, one the actor sees. A Reveal row, a use of the day's allowance and an
    audit row (never the value) are one transaction; the refusal of a used-up allowance is audited.
    Raises NotPermitted, WordsTooShort, ReasonNotOffered, NothingKnown or RevealsUsedUp.
    """
    grant = require_revealable(actor, subject, field)
    user = require_person(actor)
    said = visible_words(words)
    if len("".join(said.split())) < SHORTEST_REASON:
        raise WordsTooShort
    if reason not in reasons_for(subject, field):
        raise ReasonNotOffered(reason)
    value = value_of(subject, field)
    if not value:
        raise NothingKnown(field)
    try:
        with unit():
            take(Purpose.REVEAL, user.public_id, now=now)
            row = _keep(user, grant, subject, field, reason, said, now, case)
            _record(actor, subject, field, reason, now, row.public_id)
    except AllowanceUsedUp as error:
        with unit():
            _record(actor, subject, field, reason, now, outcome=Outcome.REFUSED)
        raise RevealsUsedUp(error.until) from error
    return Revealed(value, row.until, row.public_id)


def record_letter(*, actor: Actor, grant: Grant, case: Case, member: Member, now: datetime) -> None:
    """Write down that a letter showed a member's whole numbers on paper (RV-3).

    grant: the seat that takes the letter out. Part of the caller's transaction, which audits the
    letter itself; not counted against the day's twenty: the duty asks for each of them.
    Raises NotPermitted for the shell and the clock.
    """
    user = require_person(actor)
    for field in (RevealField.ID_NUMBER, RevealField.PHONE):
        if value_of(member, field):
            row = _row(user, grant, member, field, RevealReason.TRANSFER, "", now, case)
            row.until = now  # on paper: there is no page to come back to
            row.save()


def value_of(subject: Subject, field: RevealField) -> str:
    """Return one full value of a person, "" where none is known."""
    if isinstance(subject, Lead):
        return {RevealField.ID_NUMBER: subject.id_number, RevealField.PHONE: subject.phone}[field]
    if isinstance(subject, Business):
        values = {RevealField.ID_NUMBER: subject.owner_id_number, RevealField.PHONE: subject.phone}
        return values.get(field, "")
    return {
        RevealField.ID_NUMBER: subject.id_number,
        RevealField.PHONE: subject.phone,
        RevealField.ADDRESS: subject.address,
    }[field]


def sweep_reveals(*, now: datetime) -> int:
    """Delete the rows kept long enough (RV-6); return how many."""
    before = add_months(now.date(), -KEEP_MONTHS)
    deleted, _ = Reveal.objects.filter(at__date__lt=before).delete()
    return deleted


def _keep(
    user: User,
    grant: Grant,
    subject: Subject,
    field: RevealField,
    reason: RevealReason,
    said: str,
    now: datetime,
    case: Case | None,
) -> Reveal:
    row = _row(user, grant, subject, field, reason, said, now, case)
    row.save()
    return row


def _row(
    user: User,
    grant: Grant,
    subject: Subject,
    field: RevealField,
    reason: RevealReason,
    said: str,
    now: datetime,
    case: Case | None,
) -> Reveal:
    public_id = new_public_id()
    case = subject if isinstance(subject, Lead) else case
    return Reveal(
        public_id=public_id,
        lead=subject if isinstance(subject, Lead) else None,
        member=subject if isinstance(subject, Member) else None,
        business=subject if isinstance(subject, Business) else None,
        field=field,
        reason=reason,
        words_sealed=sealing.seal("reveal.words", public_id, said),
        case_kind=case.KIND.name if case else "",
        case_id=case.public_id if case else "",
        by=user,
        role=grant.role,
        body_id=grant.body_id,
        at=now,
        until=now + timedelta(minutes=SHOWN_MINUTES),
    )


def _record(
    actor: Actor,
    subject: Subject,
    field: RevealField,
    reason: RevealReason,
    now: datetime,
    row: str = "",
    outcome: Outcome = Outcome.DONE,
) -> None:
    action, kind = _NAMES[type(subject)]
    audit.record(
        actor=actor,
        action=action,
        subject_type=kind,
        subject_id=subject.public_id,
        now=now,
        fields={field.value: row, "reason": reason.value},
        outcome=outcome,
    )
