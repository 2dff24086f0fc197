"""A clerk's decision on one pair, and taking it back while nothing was built on it (MT-5)."""

from datetime import datetime

from django.db import IntegrityError, transaction

from xgz.access import actor as access
from xgz.access import matching as matching_access
from xgz.access.actor import Actor, NotPermitted
from xgz.models import MatchPair, NotSame, OwnerTie
from xgz.rules.matching import Decision
from xgz.services import audit
from xgz.services.matching.faults import OwnerTaken, PairChanged
from xgz.services.matching.reading import require_purpose
from xgz.services.transactions import unit

_UNDECIDED = (Decision.OPEN, Decision.LATER)


def decide(
    *,
    actor: Actor,
    pair: MatchPair,
    decision: Decision,
    version: int,
    purpose: str,
    now: datetime,
) -> None:
    """Say that a pair is one person, is not, or is to be looked at later.

    version: of the pair as it was shown. A "no" is remembered by a keyed digest at once. Raises
    NotPermitted, PurposeMissing, OtherPurpose, PairChanged, and OwnerTaken for a yes where the
    owner is confirmed to be another member.
    """
    matching_access.require_task(actor, pair.task)
    require_purpose(actor=actor, task=pair.task, purpose=purpose, now=now)
    with unit():
        same = MatchPair.objects.filter(pk=pair.pk, version=version, decision__in=_UNDECIDED)
        person = access.require_person(actor)
        if decision is Decision.YES and _is_settled(pair):
            raise OwnerTaken(pair.public_id)
        try:
            with transaction.atomic():
                changed = same.update(
                    version=version + 1, decision=decision, decided_by=person, decided_at=now
                )
        except IntegrityError:  # another pair of this owner was confirmed at the same moment
            raise OwnerTaken(pair.public_id) from None
        if not changed:
            raise PairChanged(pair.public_id)
        if decision is Decision.NO:
            NotSame.objects.bulk_create(
                [NotSame(digest=pair.pair_digest, decided_at=now)], ignore_conflicts=True
            )
        _record(actor, pair, "matching.decide", now, decision)
    pair.refresh_from_db()


def undo(*, actor: Actor, pair: MatchPair, version: int, purpose: str, now: datetime) -> None:
    """Take a decision back; the pair waits again, and its own "no" is forgotten.

    A decision that was carried out has no pair any more. Raises NotPermitted, PurposeMissing,
    OtherPurpose, PairChanged.
    """
    matching_access.require_task(actor, pair.task)
    require_purpose(actor=actor, task=pair.task, purpose=purpose, now=now)
    with unit():
        _take_back(actor, pair, version, now)
    pair.refresh_from_db()


def _take_back(actor: Actor, pair: MatchPair, version: int, now: datetime) -> None:
    if not matching_access.visible_pairs(actor).filter(pk=pair.pk).exists():
        raise NotPermitted(matching_access.RUN)
    same = MatchPair.objects.filter(pk=pair.pk, version=version).exclude(decision=Decision.OPEN)
    if not same.update(
        version=version + 1, decision=Decision.OPEN, decided_by=None, decided_at=None
    ):
        raise PairChanged(pair.public_id)
    if pair.decision == Decision.NO and pair.decided_at is not None:
        _forget_no(pair, pair.decided_at)
    _record(actor, pair, "matching.undo", now, Decision.OPEN)


def _forget_no(pair: MatchPair, said_at: datetime) -> None:
    """Forget the "no" of this pair; one that was carried out, or is said of another pair, stays."""
    digest = pair.pair_digest
    said_here = NotSame.objects.filter(digest=digest, decided_at=said_at)
    others = MatchPair.objects.filter(pair_digest=digest, decision=Decision.NO)
    other = others.exclude(pk=pair.pk).order_by("decided_at").first()
    if other is None or other.decided_at is None:
        said_here.delete()
    else:
        said_here.update(decided_at=other.decided_at)


def _is_settled(pair: MatchPair) -> bool:
    """Test whether the owner is confirmed elsewhere, or was as another member in one carried out."""
    owner = pair.business_digest
    confirmed = MatchPair.objects.filter(business_digest=owner, decision=Decision.YES)
    ties = OwnerTie.objects.filter(business_digest=owner)
    return (
        confirmed.exclude(pk=pair.pk).exists()
        or ties.exclude(member_digest=pair.member_digest).exists()
    )


def _record(actor: Actor, pair: MatchPair, action: str, now: datetime, decision: Decision) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_type="match_pair",
        subject_id=pair.public_id,
        now=now,
        fields={"decision": decision},
    )
