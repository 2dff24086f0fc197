"""Money and materials an organisation is given, and what becomes of them; nothing is edited (ES-8)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError

from xgz.access import sites as access
from xgz.access.actor import Actor
from xgz.models import Organisation, Support, SupportUse
from xgz.rules.organisations import OrgState
from xgz.rules.supports import (
    SupportKind,
    SupportSource,
    check_amount,
    check_source,
    check_use,
)
from xgz.rules.words import visible_words
from xgz.services import audit
from xgz.services.organisations import OrganisationNotActive
from xgz.services.transactions import unit, unit_of_work


class GivenLater(Exception):
    """Money is given, and used, today or before; nothing is used before it was given."""


class WordsMissing(Exception):
    """A row says what it is for; a thing has a name; what is taken back has a reason."""


class SupportUsed(Exception):
    """Something of it was used already, so the row stands; record further uses instead."""


class SupportWithdrawn(Exception):
    """The row was corrected or taken back meanwhile."""


@dataclass(frozen=True, slots=True)
class Gift:
    """What is given. amount: yuan, or pieces of `thing`; remark: needed of a firm (ES-8)."""

    kind: SupportKind
    source: SupportSource
    amount: Decimal
    given_on: date
    purpose: str
    thing: str = ""
    remark: str = ""


@unit_of_work
def record_support(
    *, actor: Actor, organisation: Organisation, gift: Gift, now: datetime
) -> Support:
    """Enter money or a thing an organisation was given.

    Raises NotPermitted, OrganisationNotActive, AmountNotAllowed, SourceNotTold, WordsMissing or
    GivenLater.
    """
    access.require_support(actor, organisation)
    if organisation.state != OrgState.ACTIVE:
        raise OrganisationNotActive(organisation.public_id)
    row = _row(organisation, gift, actor, now)
    row.save(force_insert=True)
    _note("support.add", row, actor, now)
    return row


@unit_of_work
def correct_support(
    *, actor: Actor, support: Support, gift: Gift, reason: str, now: datetime
) -> Support:
    """Enter a row anew in the place of a wrong one, which is withdrawn with the reason.

    Raises NotPermitted, AmountNotAllowed, SourceNotTold, WordsMissing, GivenLater, SupportUsed or
    SupportWithdrawn.
    """
    access.require_support(actor, support.organisation)
    row = _row(support.organisation, gift, actor, now)
    row.replaces = support
    _withdraw(support, reason, actor, now)
    try:
        with unit():
            row.save(force_insert=True)
    except IntegrityError:
        raise SupportWithdrawn(support.public_id) from None
    _note("support.correct", row, actor, now, {"replaces": support.public_id})
    return row


@unit_of_work
def withdraw_support(*, actor: Actor, support: Support, reason: str, now: datetime) -> None:
    """Take back a row that should not be there; it stays in the history with the reason.

    Raises NotPermitted, WordsMissing, SupportUsed or SupportWithdrawn.
    """
    access.require_support(actor, support.organisation)
    _withdraw(support, reason, actor, now)
    _note("support.withdraw", support, actor, now)


@unit_of_work
def record_use(
    *,
    actor: Actor,
    support: Support,
    amount: Decimal,
    used_on: date,
    purpose: str,
    now: datetime,
) -> SupportUse:
    """Record what a part of it was used for; never more than is left.

    Raises NotPermitted, AmountNotAllowed, WordsMissing, GivenLater, SupportWithdrawn or
    UsedBeyondGiven.
    """
    access.require_support(actor, support.organisation)
    check_amount(SupportKind(support.kind), amount)
    words = _words(purpose)
    if used_on > actor.today or used_on < support.given_on:
        raise GivenLater(used_on.isoformat())
    held = _locked(support)
    check_use(held.amount, held.uses.values_list("amount", flat=True), amount)
    use = SupportUse.objects.create(
        support=held,
        used_on=used_on,
        amount=amount,
        purpose=words,
        entered_by=actor.user,
        entered_at=now,
    )
    _note("support.use", held, actor, now, {"used": amount, "used_on": used_on})
    return use


def _row(organisation: Organisation, gift: Gift, actor: Actor, now: datetime) -> Support:
    check_amount(gift.kind, gift.amount)
    remark, thing = visible_words(gift.remark), visible_words(gift.thing)
    check_source(gift.source, remark)
    if (gift.kind is SupportKind.MATERIAL) != bool(thing):
        raise WordsMissing("thing")
    if gift.given_on > actor.today:
        raise GivenLater(gift.given_on.isoformat())
    return Support(
        organisation=organisation,
        kind=gift.kind,
        source=gift.source,
        amount=gift.amount,
        thing=thing,
        given_on=gift.given_on,
        purpose=_words(gift.purpose),
        remark=remark,
        entered_by=actor.user,
        entered_at=now,
    )


def _withdraw(support: Support, reason: str, actor: Actor, now: datetime) -> None:
    words = _words(reason)
    held = _locked(support)
    if held.uses.exists():
        raise SupportUsed(support.public_id)
    standing = Support.objects.filter(pk=held.pk, withdrawn_at__isnull=True)
    columns: dict[str, Any] = {"withdrawn_by": actor.user, "withdrawn_reason": words}
    if not standing.update(withdrawn_at=now, **columns):
        raise SupportWithdrawn(support.public_id)


def _locked(support: Support) -> Support:
    """Return the row as it is now, kept until the end, so that two uses are counted one by one."""
    rows = Support.objects.select_for_update().filter(withdrawn_at__isnull=True)
    held = rows.filter(pk=support.pk).first()
    if held is None:
        raise SupportWithdrawn(support.public_id)
    return held


def _words(text: str) -> str:
    words = visible_words(text)
    if not words:
        raise WordsMissing("words")
    return words


def _note(
    action: str,
    row: Support,
    actor: Actor,
    now: datetime,
    more: dict[str, object] | None = None,
) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_type="support",
        subject_id=row.public_id,
        now=now,
        fields={"amount": row.amount, "given_on": row.given_on, **(more or {})},
    )
