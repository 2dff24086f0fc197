"""Writing down that the owner of a business is a member; part of another service's work (MT-6)."""

from collections.abc import Collection
from datetime import date, datetime

from xgz.access.actor import clock_actor
from xgz.access.clock import day_of
from xgz.models import Business, Member, OwnerTie, User
from xgz.models.fields import new_public_id
from xgz.models.matching import business_digest, member_digest, sealed_tie
from xgz.queries.held_back import protected_among
from xgz.queries.owner_ties import is_same_owner, owner_of
from xgz.services import audit
from xgz.services.transactions import unit

_CHUNK = 500


def tie_owner(
    *,
    member: str,
    business: str,
    owner: tuple[str, str],
    purpose: str,
    today: date,
    expires_on: date,
    lead_at: datetime | None = None,
    lead_by: User | None = None,
) -> bool:
    """Keep a tie between two public ids; return False where there is one for the purpose.

    expires_on: of the task, the last day of the tie. owner: digest of who the owner is now (models.matching.owner_digests). lead_at: when a lead is to
    be opened for it, if at all; lead_by: who has it opened.
    """
    public_id = new_public_id()
    digest = business_digest(business)
    if OwnerTie.objects.filter(business_digest=digest, purpose=purpose).exists():
        return False
    OwnerTie.objects.create(
        public_id=public_id,
        tie_sealed=sealed_tie("owner_tie.tie", public_id, member=member, business=business),
        member_digest=member_digest(member),
        business_digest=digest,
        owner_digest=owner[0],
        number_digest=owner[1],
        purpose=purpose,
        confirmed_on=today,
        expires_on=expires_on,
        lead_at=lead_at,
        lead_by=lead_by,
    )
    return True


def drop_loose_ties(*, now: datetime) -> int:
    """Delete ties whose task is over, whose member or business is gone, or with a new owner (MT-6).

    Those of protected members too, should one be left. Returns how many. What was confirmed of the former owner says nothing of the new one. A number
    that became known meanwhile is kept, so that another one is noticed later.
    """
    today, loose = day_of(now), list[int]()
    ties = {tie.pk: (tie, *tie.ends) for tie in OwnerTie.objects.all()}
    members = _members_still({member for _tie, member, _business in ties.values()})
    owners = _owners_now({business for _tie, _member, business in ties.values()})
    for pk, (tie, member, business) in ties.items():
        owner = owners.get(business)
        is_same = owner is not None and is_same_owner(tie, owner)
        if tie.expires_on < today or member not in members or not is_same:
            loose.append(pk)
        elif owner is not None and owner[1] and not tie.number_digest:
            OwnerTie.objects.filter(pk=pk).update(number_digest=owner[1])
    if loose:
        _delete(loose, now)
    return len(loose)


def _delete(numbers: Collection[int], now: datetime) -> None:
    with unit():
        OwnerTie.objects.filter(pk__in=numbers).delete()
        audit.record(
            actor=clock_actor(day_of(now)),
            action="matching.drop_ties",
            subject_type="matching",
            subject_id="",
            now=now,
            fields={"pairs": len(numbers)},
        )


def _owners_now(public_ids: Collection[str]) -> dict[str, tuple[str, str]]:
    names, found = sorted(public_ids), dict[str, tuple[str, str]]()
    for start in range(0, len(names), _CHUNK):
        for row in Business.objects.filter(public_id__in=names[start : start + _CHUNK]):
            found[row.public_id] = owner_of(row)
    return found


def _members_still(public_ids: Collection[str]) -> set[str]:
    """Return those who are on the roster and not protected (LD-14)."""
    names, found = sorted(public_ids), set[str]()
    for start in range(0, len(names), _CHUNK):
        rows = Member.objects.filter(public_id__in=names[start : start + _CHUNK])
        found |= set(rows.values_list("public_id", flat=True))
    return found - protected_among(found)
