"""Ending one tie that was confirmed by mistake, after it was carried out (MT-6)."""

from datetime import datetime

from xgz.access import actor as access
from xgz.access import matching as matching_access
from xgz.access.actor import Actor
from xgz.models import OwnerTie
from xgz.queries.match_pairs import people_digest
from xgz.queries.owner_ties import tied_people
from xgz.rules.matching import TieMistake
from xgz.services import audit
from xgz.services.matching.denials import keep_denials
from xgz.services.matching.faults import TieGone
from xgz.services.matching.reading import require_purpose_of_tie
from xgz.services.transactions import unit


def untie_owner(
    *, actor: Actor, tie: OwnerTie, mistake: TieMistake, purpose: str, now: datetime
) -> bool:
    """Say that a confirmed owner is not the member; return whether a lead waited to be opened.

    The tie of this purpose goes, and with it the lead that waits; those of other purposes stay. The
    two, as they are known now, are remembered as a "no" (MT-5). A lead that was opened already is
    left alone: it is ended as a lead, by its committee. Raises NotPermitted, PurposeMissing,
    OtherPurpose, and TieGone where somebody was quicker or the tie holds no longer.
    """
    access.require(actor, matching_access.RUN)
    require_purpose_of_tie(actor=actor, tie=tie, purpose=purpose, now=now)
    with unit():
        # Locked: a lead that is being opened for it is opened before, or not at all.
        held = OwnerTie.objects.select_for_update().filter(pk=tie.pk).first()
        people = tied_people([held], actor) if held else {}
        if held is None or held.pk not in people:
            raise TieGone(tie.public_id)
        digest = people_digest(*people[held.pk])
        if not OwnerTie.objects.filter(pk=held.pk).delete()[0]:
            raise TieGone(tie.public_id)
        keep_denials([digest], now)
        audit.record(
            actor=actor,
            action="matching.untie",
            subject_type="owner_tie",
            subject_id=held.public_id,
            now=now,
            fields={"reason": mistake},
        )
    return held.lead_at is not None
