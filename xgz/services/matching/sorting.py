"""What becomes of the links a comparison finds: asked, known already, or left out (MT-5)."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date

from xgz.models import MemberWorkplace, NotSame
from xgz.models.dated import not_ended
from xgz.queries.held_back import HeldBack, held_back, protected_among
from xgz.rules.linkage.links import Link
from xgz.rules.linkage.verdicts import Verdict
from xgz.rules.matching import OWNING
from xgz.services.matching.identities import People, pair_digest

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """A link for a clerk to decide, with the digest by which a "no" is remembered."""

    link: Link
    digest: str


@dataclass(frozen=True, slots=True)
class Found:
    """asked: pairs to be looked at; known: links that the roster states itself."""

    asked: list[Asked]
    known: list[Link]


def sorted_out(links: Sequence[Link], roster: People, register: People, today: date) -> Found:
    """Leave out what was denied before; part what the roster names already.

    Known without asking is only who is plainly the same person and whom the roster calls the owner:
    somebody who merely works there may be another. A "no" outweighs what the roster says (MT-5).
    """
    denied = set(NotSame.objects.values_list("digest", flat=True))
    plain = {
        (roster.keys[each.roster_row], register.keys[each.registry_row])
        for each in links
        if each.verdict is Verdict.SAME
    }
    named = _named(plain, today)
    found = Found([], [])
    for each in links:
        row, other = each.roster_row, each.registry_row
        digest = pair_digest(roster, row, register, other)
        if digest in denied:
            continue
        if each.verdict is Verdict.SAME and (roster.keys[row], register.keys[other]) in named:
            found.known.append(each)
            continue
        found.asked.append(Asked(each, digest))
    return found


def without_left_alone(found: Found, roster: People, register: People) -> Found:
    """Leave out who said no, and whom the department protects, as of now (LD-13, LD-14).

    A comparison takes its time: somebody may have been left alone since the two sides were read.
    """
    alone = held_back()
    links = [*(each.link for each in found.asked), *found.known]
    protected = protected_among({roster.public_ids[each.roster_row] for each in links})

    def may_stay(link: Link) -> bool:
        return not (
            roster.public_ids[link.roster_row] in protected
            or _has(alone, roster, link.roster_row)
            or _has(alone, register, link.registry_row)
        )

    return Found(
        [each for each in found.asked if may_stay(each.link)],
        [each for each in found.known if may_stay(each)],
    )


def _named(asked: Set[tuple[int, int]], today: date) -> set[tuple[int, int | None]]:
    """Return those (member, business) in which the roster names the member as the owner today."""
    members = sorted({member for member, _business in asked})
    pairs: set[tuple[int, int | None]] = set()
    for start in range(0, len(members), _CHUNK):
        rows = MemberWorkplace.objects.filter(
            not_ended(today), member__in=members[start : start + _CHUNK], business__isnull=False
        )
        pairs |= {
            (row.member_id, row.business_id)
            for row in rows
            if (row.member_id, row.business_id) in asked and row.capacity in OWNING
        }
    return pairs


def _has(alone: HeldBack, people: People, row: int) -> bool:
    return alone.holds(
        name=people.name[row],
        phone=people.phone[row],
        id_number=people.id_number[row],
        place=people.public_ids[row],
    )
