"""Lists of transfers: what lies with me, what is under way, what is coming, who keeps a letter.

Whether a letter ran out is computed on the day of reading, so the lists are right even where the
daily run did not come yet (TR-10).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Count, Q, QuerySet

from xgz.access.actor import Actor
from xgz.access.cases import seat_condition
from xgz.access.members import visible_members
from xgz.access.prepared import One, record
from xgz.access.scopes import NOTHING
from xgz.access.seats import own_seats, seats_answered
from xgz.access.transfers import committee_of, led_by, visible_transfers
from xgz.models import CaseParty, Member, Organisation, Paper, Transfer
from xgz.queries.case_names import clear_among
from xgz.queries.deadlines import deadlines_on
from xgz.queries.inbox import lies_with
from xgz.queries.organisation_facts import facts_of
from xgz.queries.parameters import organisation_limits_on
from xgz.rules.masking import mask_name
from xgz.rules.organisation_warnings import OrgWarning, judge_organisation
from xgz.rules.seats import Seat
from xgz.rules.transfers import (
    EXPIRY_STEPS,
    TRANSFER,
    TRAVELLING,
    TransferParty,
    TransferState,
    wants_review,
)
from xgz.rules.workdays import Standing


class TransferList(StrEnum):
    """The tabs of the room, in their order."""

    TO_DO = "to-do"
    UNDER_WAY = "under-way"
    COMING = "coming"
    POCKET = "pocket"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class TransferRow:
    """name: in full, or 张* for those who see the case only; named: the person's row number in the
    first case (RV-5). days_left: calendar days to the letter's last day, negative once it ran out,
    None while no letter is out.
    """

    transfer: Transfer
    name: str
    standing: Standing | None
    days_left: int | None
    is_pocket: bool
    wants_review: bool
    named: int | None

    @property
    def days_over(self) -> int:
        return -(self.days_left or 0)


@dataclass(frozen=True, slots=True)
class TransferCounts:
    """lists: per tab; expiring: days left → letters that run out within them, both ends count."""

    lists: dict[TransferList, int]
    expiring: dict[int, int]


def transfer_at(actor: Actor, public_id: str) -> Transfer | None:
    """Return the transfer of that address with all its page shows, None where it is out of sight."""
    return record(_at_address, actor.bare, One(public_id))


def finished_alone(organisation: Organisation, rows: QuerySet[Transfer]) -> list[Transfer]:
    """Return the open ones of `rows` that the committee of an organisation sends and receives itself."""
    led = Organisation.objects.filter(led_by(committee_of(organisation))).order_by().values("pk")
    found = rows.filter(closed_at__isnull=True, from_org__in=led, to_org__in=led)
    return list(found.select_related("member__formal_org", "to_org").order_by("pk"))


def _at_address(actor: Actor, public_id: str) -> QuerySet[Transfer]:
    rows = visible_transfers(actor).select_related(
        "member__formal_org",
        "from_org__body__parent",
        "to_org__body__parent",
        "owner_body",
        "assignee",
        "area",
    )
    return rows.filter(public_id=public_id)


def transfer_lists(actor: Actor) -> dict[TransferList, Q]:
    """Return the condition of each list over the transfers the actor sees; eight queries.

    A transfer addressed to the actor stands under coming until it is accepted, also while it lies
    with the actor; under way is what others have and what is not coming.
    """
    is_open = Q(closed_at__isnull=True)
    mine = is_open & lies_with(actor)
    coming = is_open & Q(public_id__in=_addressed_to(actor))
    return {
        TransferList.TO_DO: mine,
        TransferList.UNDER_WAY: is_open & ~mine & ~coming,
        TransferList.COMING: coming,
        TransferList.POCKET: pocket(actor.today),
        TransferList.DONE: ~is_open,
    }


def pocket(today: date) -> Q:
    """Return the condition that a letter is past its last day and not accepted (TR-10)."""
    travelling = Q(state__in=TRAVELLING, expires_on__lt=today)
    return travelling | Q(state=TransferState.EXPIRED)


def expiring(today: date, days: int) -> Q:
    """Return the condition that a letter runs out within `days` from today; both ends count."""
    last = today + timedelta(days=days)
    return Q(state__in=TRAVELLING, expires_on__range=(today, last))


def transfer_counts(actor: Actor, lists: Mapping[TransferList, Q]) -> TransferCounts:
    """Return how many transfers stand in each list, and how many letters run out soon; one query.

    lists: those of transfer_lists.
    """
    counted = {f"list_{which.name}": Count("pk", filter=q) for which, q in lists.items()}
    soon = {
        f"soon_{days}": Count("pk", filter=expiring(actor.today, days)) for days in EXPIRY_STEPS
    }
    found = visible_transfers(actor).order_by().aggregate(**counted, **soon)
    return TransferCounts(
        {which: found[f"list_{which.name}"] for which in TransferList},
        {days: found[f"soon_{days}"] for days in EXPIRY_STEPS},
    )


def transfer_rows(transfers: Sequence[Transfer], actor: Actor) -> list[TransferRow]:
    """Return list rows of transfers the actor sees, read with their members; three queries."""
    clear, deadlines = _in_clear(transfers, actor), deadlines_on(actor.today)
    return [
        TransferRow(
            transfer=row,
            name=row.member.name if row.public_id in clear else mask_name(row.member.name),
            standing=deadlines.of(row),
            days_left=_days_left(row, actor.today),
            is_pocket=_is_pocket(row, actor.today),
            wants_review=row.is_open and wants_review(row.first_issued_on, actor.today),
            named=row.member_id if row.public_id in clear else None,
        )
        for row in transfers
    ]


def _in_clear(transfers: Iterable[Transfer], actor: Actor) -> frozenset[str]:
    """A letter names the member to both sides, though the roster shows the person to one only."""
    return clear_among(actor, Transfer, frozenset(row.public_id for row in transfers))


def open_transfer_of(member: Member, actor: Actor) -> Transfer | None:
    """Return the member's open transfer if the actor sees it."""
    return visible_transfers(actor).filter(member=member, closed_at__isnull=True).first()


def has_open_transfer(member: Member) -> bool:
    """Test whether the member has an open transfer, in sight or not: it stops a second one."""
    return Transfer.objects.filter(member=member, closed_at__isnull=True).exists()


def emptied(organisations: Iterable[Organisation], today: date) -> list[Organisation]:
    """Return those of a few organisations whose listed units have all ended (OR-9)."""
    rows = list(organisations)
    if not rows:
        return []
    facts, limits = facts_of(rows, today), organisation_limits_on(today)
    return [
        row
        for row in rows
        if OrgWarning.ALL_CLOSED in judge_organisation(facts[row.pk], today, limits)
    ]


def letters_of(case: Transfer) -> list[Paper]:
    """Return every letter of a case the actor was found to see, the newest first; void ones too."""
    papers = Paper.objects.filter(case_kind=case.KIND.name, case_id=case.public_id)
    return list(papers.select_related("body").order_by("-issued_on", "-pk"))


def organisations_named(rows: QuerySet[Organisation], text: str) -> QuerySet[Organisation]:
    """Return those of `rows` whose name, code or superior's name holds every word of the text."""
    for word in text.split():
        rows = rows.filter(
            Q(name__icontains=word) | Q(code=word) | Q(body__parent__name__icontains=word)
        )
    return rows.select_related("body__parent").order_by("body__path", "pk")


def may_open_member(case: Transfer, actor: Actor) -> bool:
    """Test whether the actor sees the member's own page."""
    return visible_members(actor).filter(pk=case.member_id).exists()


def _addressed_to(actor: Actor) -> QuerySet[CaseParty, str]:
    """Return the public ids of the open cases whose receiving side the actor holds or answers for."""
    waiting = Transfer.objects.filter(closed_at__isnull=True).values("public_id")
    receiving = CaseParty.objects.filter(
        case_kind=TRANSFER.name,
        case_id__in=waiting,
        party__in=(TransferParty.RECEIVER, TransferParty.NEW_BRANCH),
    )
    seats = {Seat(*pair) for pair in receiving.values_list("role", "body").distinct()}
    answered = (own_seats(actor) & seats) | seats_answered(actor, seats)
    held = seat_condition(answered, "role", "body") if answered else NOTHING
    return receiving.filter(held).values_list("case_id", flat=True)


def _days_left(row: Transfer, today: date) -> int | None:
    is_out = row.state in TRAVELLING or row.state == TransferState.EXPIRED
    if not is_out or row.expires_on is None:
        return None
    return (row.expires_on - today).days


def _is_pocket(row: Transfer, today: date) -> bool:
    days = _days_left(row, today)
    return row.state == TransferState.EXPIRED or (days is not None and days < 0)
